//! PINs over HTTP: setting and removing one, unlocking a session and locking it again.

use actix_web::{HttpResponse, delete, get, post, put, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Pin, UnlockTime};
use super::service::Pins;
use super::store;
use crate::api::auth::{Asked, Caller, Read, Rekey, Relock, Unlock};
use crate::api::body::{Body, present};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::kernel::{Clock, Error, Fields};

pub fn routes(config: &mut ServiceConfig) {
    config.service(get_pin).service(set_pin).service(remove_pin).service(unlock_session).service(lock_session);
}

/// A new PIN, and the password that allows it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "nine warm wooden spoons", "pin": "407183", "unlock_minutes": 5}))]
pub struct SetPin {
    #[schema(min_length = 1, max_length = 256, format = Password)]
    current_password: String,
    /// 4 to 12 digits. What is tried first is refused: a part repeated, digits in a row, 2580, years from 1900 to 2099.
    #[schema(min_length = 4, max_length = 12, pattern = "^[0-9]{4,12}$", format = "pin")]
    pin: String,
    /// How long the PIN unlocks a session.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 1, maximum = 60, default = 5)]
    unlock_minutes: Option<i32>,
}

/// The password, to remove the PIN with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "nine warm wooden spoons"}))]
pub struct RemovePin {
    #[schema(min_length = 1, max_length = 256, format = Password)]
    current_password: String,
}

/// Whether there is a PIN.
#[derive(Serialize, ToSchema)]
#[schema(as = PinSetting, example = json!({"set": true, "unlock_minutes": 5}))]
pub struct PinView {
    set: bool,
    /// How long it unlocks a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 60)]
    unlock_minutes: Option<i32>,
}

/// The PIN.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pin": "407183"}))]
pub struct UnlockSession {
    #[schema(min_length = 4, max_length = 12, pattern = "^[0-9]{4,12}$", format = "pin")]
    pin: String,
}

/// An unlocked session.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"unlocked_until": "2026-03-01T12:05:00Z"}))]
pub struct Unlocked {
    /// At this moment it locks again, however much it is used.
    unlocked_until: DateTime<Utc>,
}

/// Read whether there is a PIN
///
/// Nobody can read the PIN itself.
#[utoipa::path(tag = "accounts", responses((status = 200, description = "Whether there is one", body = PinView)))]
#[get("/v1/account/pin")]
async fn get_pin(caller: Caller<Read>, db: web::Data<Db>) -> Result<HttpResponse, Problem> {
    let account = caller.account;
    let time = db.read(caller.view(), move |conn| store::get(conn, account)).await?;
    Ok(HttpResponse::Ok().json(PinView { set: time.is_some(), unlock_minutes: time.map(UnlockTime::minutes) }))
}

/// Set a PIN
///
/// Or replace it; needs the password. From then on every session is locked, this one too, until it is unlocked with the PIN: it shows
/// nothing that is stored and changes nothing, and still logs, previews, ends sessions and changes password and PIN with the password.
/// Grants whose code nobody has used yet end. Whoever was let in by one before goes on reading until that grant ends.
#[utoipa::path(tag = "accounts", request_body = SetPin, responses((status = 204, description = "Set; every session is locked")))]
#[put("/v1/account/pin")]
async fn set_pin(
    caller: Caller<Rekey>,
    asked: Asked,
    pins: web::Data<Pins>,
    clock: web::Data<Clock>,
    body: Body<SetPin>,
) -> Result<HttpResponse, Problem> {
    let Body(SetPin { current_password, pin, unlock_minutes }) = body;
    let mut fields = Fields::default();
    let pin = fields.take("/pin", Pin::choose(pin));
    let time = unlock_minutes.map_or(Some(UnlockTime::USUAL), |minutes| fields.take("/unlock_minutes", UnlockTime::parse(minutes)));
    let (pin, time) = fields.finish(pin.zip(time)).map_err(Error::invalid)?;
    let attempt = asked.attempt(caller.account)?;
    attempt.settle(pins.set(caller.account, &current_password, &pin, time, clock.now()).await)?;
    Ok(reply::nothing())
}

/// Remove the PIN
///
/// Needs the password, and not the PIN: this is what to do when it is forgotten.
#[utoipa::path(tag = "accounts", request_body = RemovePin, responses((status = 204, description = "There is none any more")))]
#[post("/v1/account/pin-removals")]
async fn remove_pin(caller: Caller<Rekey>, asked: Asked, pins: web::Data<Pins>, body: Body<RemovePin>) -> Result<HttpResponse, Problem> {
    let attempt = asked.attempt(caller.account)?;
    attempt.settle(pins.remove(caller.account, &body.0.current_password).await)?;
    Ok(reply::nothing())
}

/// Unlock this session
///
/// For the minutes that were set with the PIN, counted from now; using the session does not lengthen them. With the fifth wrong PIN in
/// a row the session ends. After ten wrong ones in a day, over all sessions, none is taken until somebody signs in with the password.
#[utoipa::path(tag = "sessions", request_body = UnlockSession, responses(
    (status = 200, description = "Unlocked", body = Unlocked),
))]
#[post("/v1/sessions/unlocks")]
async fn unlock_session(
    caller: Caller<Unlock>,
    pins: web::Data<Pins>,
    clock: web::Data<Clock>,
    body: Body<UnlockSession>,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::default();
    let pin = fields.take("/pin", Pin::parse(body.0.pin));
    let pin = fields.finish(pin).map_err(Error::invalid)?;
    let unlocked_until = pins.unlock(caller.account, caller.session, pin, clock.now()).await?;
    Ok(HttpResponse::Ok().json(Unlocked { unlocked_until }))
}

/// Lock this session again
///
/// At once here, within two seconds on every instance. For an app's way out in a hurry. A download that began before goes on to its end;
/// ending the session ends it too.
#[utoipa::path(tag = "sessions", responses((status = 204, description = "Locked, if there is a PIN")))]
#[delete("/v1/sessions/unlocks")]
async fn lock_session(caller: Caller<Relock>, pins: web::Data<Pins>) -> Result<HttpResponse, Problem> {
    pins.lock(caller.account, caller.session).await?;
    Ok(reply::nothing())
}

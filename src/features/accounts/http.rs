//! Accounts over HTTP.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::external::Opened;
use super::model::{Account, Handle, Password, RecoveryCode, Settings, parse_invite_code, parse_locale};
pub use super::service::Accounts;
use super::store;
use crate::api::applicant::{Applicant, Making};
use crate::api::auth::{Asked, Caller, Delete, Read, Rekey, SigningIn, Visitor, Write};
use crate::api::body::{Body, PatchBody, present};
use crate::api::conditions::{Conditions, IfMatch, etag};
use crate::api::guesses::Secret;
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::features::erasures::ErasureReceipt;
use crate::kernel::access::Reader;
use crate::kernel::external::Claimed;
use crate::kernel::{Clock, Error, FieldError, Fields, zone};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_account)
        .service(get_account)
        .service(update_account)
        .service(change_password)
        .service(delete_account)
        .service(recover_account);
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "seven quiet green lamps", "locale": "en", "time_zone": "Europe/Berlin"}))]
pub struct CreateAccount {
    /// At least 12 characters; a few words are good. The commonest passwords are refused, and handles and recovery codes. Needed, except
    /// with the access token of another issuer, which takes none.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 12, max_length = 256, format = Password)]
    password: Option<String>,
    /// A language tag such as en or pt-BR.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 2, max_length = 35, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", default = "en")]
    locale: Option<String>,
    /// An IANA time zone name such as Europe/Berlin.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 64, format = "iana-time-zone", default = "UTC")]
    time_zone: Option<String>,
    /// Needed where registration is by invitation.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 200, format = "line")]
    invite_code: Option<String>,
}

/// An account just made: the only time that a recovery code is shown.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01980000-0000-7000-8000-0000000000a1", "handle": "k3v9-t0qz-8m4x-wc2r-fx", "locale": "en", "time_zone": "Europe/Berlin",
    "recovery_code": "f00d-cafe-1234-5678-9abc-defg-hjn6", "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"
}))]
pub struct NewAccount {
    #[serde(flatten)]
    account: AccountView,
    /// Write it down: it is the only way back in when the password is lost. An account of another issuer has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60)]
    recovery_code: Option<String>,
}

/// An account as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Account, example = json!({
    "id": "01980000-0000-7000-8000-0000000000a1", "handle": "k3v9-t0qz-8m4x-wc2r-fx", "locale": "en", "time_zone": "Europe/Berlin",
    "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"
}))]
pub struct AccountView {
    id: uuid::Uuid,
    /// The account's name, made by the server: what to sign in with where there is a password.
    #[schema(max_length = 60)]
    handle: String,
    #[schema(max_length = 35)]
    locale: String,
    #[schema(max_length = 64)]
    time_zone: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.0,
            handle: account.handle,
            locale: account.locale,
            time_zone: account.time_zone.name().to_owned(),
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

/// What to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"time_zone": "America/Lima"}))]
pub struct UpdateAccount {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 2, max_length = 35, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    locale: Option<String>,
    /// Changes what "today" means from now on; no past day moves.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 64, format = "iana-time-zone")]
    time_zone: Option<String>,
}

impl UpdateAccount {
    /// Checks every member that is there.
    pub fn parse(&self) -> Result<Settings, Vec<FieldError>> {
        let mut fields = Fields::default();
        let settings = settings(&mut fields, self.locale.as_deref(), self.time_zone.as_deref());
        fields.finish(Some(settings))
    }
}

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "seven quiet green lamps", "new_password": "eight loud yellow bells"}))]
pub struct ChangePassword {
    #[schema(min_length = 1, max_length = 256, format = Password)]
    current_password: String,
    #[schema(min_length = 12, max_length = 256, format = Password)]
    new_password: String,
}

/// What recovery takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"handle": "k3v9-t0qz-8m4x-wc2r-fx", "recovery_code": "f00d-cafe-1234-5678-9abc-defg-hjn6", "new_password": "eight loud yellow bells"}))]
pub struct RecoverAccount {
    #[schema(min_length = 1, max_length = 60, format = "account-handle")]
    handle: String,
    #[schema(min_length = 1, max_length = 60, format = "recovery-code")]
    recovery_code: String,
    #[schema(min_length = 12, max_length = 256, format = Password)]
    new_password: String,
}

/// A new recovery code: the used one is spent.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"recovery_code": "0123-4567-89ab-cdef-ghjk-mnpq-rsab"}))]
pub struct RecoveredAccount {
    #[schema(max_length = 60)]
    recovery_code: String,
}

fn settings(fields: &mut Fields, locale: Option<&str>, time_zone: Option<&str>) -> Settings {
    Settings {
        locale: locale.and_then(|tag| fields.take("/locale", parse_locale(tag))),
        time_zone: time_zone.and_then(|name| fields.take("/time_zone", zone::parse(name))),
    }
}

/// Create an account
///
/// No e-mail and no phone number: the server makes a handle to sign in with and a recovery code, shown this once. With the access token
/// of another issuer that this service believes, and no password, the account is that of the token's subject: made now, or found
/// and answered with 200, so that an app may send this after every sign-in. A token from before the account was erased makes none.
#[utoipa::path(tag = "accounts", security((), ("bearer" = [])), request_body = CreateAccount, responses(
    (status = 201, description = "The account, with its recovery code where it has a password", body = NewAccount),
    (status = 200, description = "The account that the token's subject has", body = NewAccount),
    (status = 401, description = "The token is not believed, or not any more"),
    (status = 403, description = "Registration is not open, or there are no passwords here"),
))]
#[post("/v1/accounts")]
async fn create_account(
    applicant: Applicant,
    req: HttpRequest,
    accounts: web::Data<Accounts>,
    clock: web::Data<Clock>,
    body: Body<CreateAccount>,
) -> Result<HttpResponse, Problem> {
    match applicant {
        Applicant::Visitor => register(&accounts, body.0, clock.now()).await,
        Applicant::External(claimed, making) => {
            let opened = open(&accounts, claimed, &making, &body.0, clock.now()).await?;
            // One that was there before has been shown to whoever holds the token, which the access log notes.
            req.extensions_mut().insert(Reader { account: opened.account.id, session: claimed.session, grant: None });
            let mut answer = if opened.made { HttpResponse::Created() } else { HttpResponse::Ok() };
            let view = NewAccount { account: opened.account.into(), recovery_code: None };
            Ok(answer.insert_header(("Location", "/v1/account")).json(view))
        }
    }
}

async fn register(accounts: &Accounts, asked: CreateAccount, now: DateTime<Utc>) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::default();
    let settings = settings(&mut fields, asked.locale.as_deref(), asked.time_zone.as_deref());
    let invite_code = asked.invite_code.and_then(|code| fields.take("/invite_code", parse_invite_code(&code)));
    let password = asked.password.ok_or(("required", "This member is needed.".to_owned()));
    let password = fields.take("/password", password.and_then(Password::parse));
    let password = fields.finish(password).map_err(Error::invalid)?;
    let (account, recovery) = accounts.create(password, invite_code.as_deref(), settings, now).await?;
    let view = NewAccount { account: account.into(), recovery_code: Some(recovery.expose().to_owned()) };
    Ok(HttpResponse::Created().insert_header(("Location", "/v1/account")).json(view))
}

/// The account of another issuer's subject, made or found.
async fn open(
    accounts: &Accounts,
    claimed: Claimed,
    making: &Making,
    asked: &CreateAccount,
    now: DateTime<Utc>,
) -> Result<Opened, Problem> {
    let mut fields = Fields::default();
    let settings = settings(&mut fields, asked.locale.as_deref(), asked.time_zone.as_deref());
    for (pointer, given) in [("/password", asked.password.is_some()), ("/invite_code", asked.invite_code.is_some())] {
        if given {
            fields.push(pointer, "not_taken", "An account of another issuer takes none.");
        }
    }
    let settings = fields.finish(Some(settings)).map_err(Error::invalid)?;
    Ok(accounts.open(claimed, settings, now, || making.spend()).await?)
}

/// Read the account
///
/// The caller's own: there is no way to look at another.
#[utoipa::path(tag = "accounts", responses(
    (status = 200, description = "The caller's account", body = AccountView),
    (status = 304, description = "The client holds this version"),
))]
#[get("/v1/account")]
async fn get_account(caller: Caller<Read>, db: web::Data<Db>, conditions: Conditions) -> Result<HttpResponse, Problem> {
    let account = db.read(caller.view(), move |conn| store::get(conn, caller.account)).await?;
    Ok(reply::resource(&conditions, &etag(account.version), &AccountView::from(account)))
}

/// Change language or time zone
///
/// A new zone changes what "today" means from now on; no past day moves.
#[utoipa::path(tag = "accounts", request_body(content = UpdateAccount, content_type = "application/merge-patch+json"), responses(
    (status = 200, description = "The account as it is now", body = AccountView),
    (status = 204, description = "Done; no body was wanted"),
))]
#[patch("/v1/account")]
async fn update_account(
    caller: Caller<Write>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdateAccount>,
) -> Result<HttpResponse, Problem> {
    let settings = body.0.parse().map_err(Error::invalid)?;
    let (account, now) = (caller.account, clock.now());
    let changed =
        db.write(caller.view(), move |conn| store::update(conn, account, &settings, |version| if_match.check(version), now)).await?;
    Ok(reply::changed(&conditions, &etag(changed.version), &AccountView::from(changed)))
}

/// Change the password
///
/// Needs the old one. Every other session ends, every grant and every calendar feed.
#[utoipa::path(tag = "accounts", request_body = ChangePassword, responses((status = 204, description = "Changed")))]
#[put("/v1/account/password")]
async fn change_password(
    caller: Caller<Rekey>,
    asked: Asked,
    accounts: web::Data<Accounts>,
    clock: web::Data<Clock>,
    body: Body<ChangePassword>,
) -> Result<HttpResponse, Problem> {
    let Body(ChangePassword { current_password, new_password }) = body;
    let mut fields = Fields::default();
    let new = fields.take("/new_password", Password::parse(new_password));
    let new = fields.finish(new).map_err(Error::invalid)?;
    let attempt = asked.attempt(caller.account)?;
    attempt.settle(accounts.change_password(caller.account, caller.session, &current_password, new, clock.now()).await)?;
    Ok(reply::nothing())
}

/// Delete the account
///
/// Removes the account and everything in it, at once and for good. The answer is the receipt: there is nobody left to ask for it later.
#[utoipa::path(tag = "accounts", responses((status = 200, description = "Everything is gone; the receipt", body = ErasureReceipt)))]
#[delete("/v1/account")]
async fn delete_account(caller: Caller<Delete>, accounts: web::Data<Accounts>, clock: web::Data<Clock>) -> Result<HttpResponse, Problem> {
    let receipt = accounts.delete(caller.account, clock.now()).await?;
    Ok(HttpResponse::Ok().json(ErasureReceipt::from(receipt)))
}

/// Recover an account
///
/// Sets a new password with the recovery code. Every session, every grant and every calendar feed ends, and a new code replaces the used one.
#[utoipa::path(tag = "accounts", security(()), request_body = RecoverAccount, responses(
    (status = 200, description = "Recovered; keep the new code", body = RecoveredAccount),
    (status = 401, description = "Handle and code do not belong together"),
    (status = 403, description = "The service believes other issuers alone"),
))]
#[post("/v1/account-recovery")]
async fn recover_account(
    visitor: Visitor<SigningIn>,
    accounts: web::Data<Accounts>,
    clock: web::Data<Clock>,
    body: Body<RecoverAccount>,
) -> Result<HttpResponse, Problem> {
    let Body(RecoverAccount { handle, recovery_code, new_password }) = body;
    let mut fields = Fields::default();
    let handle = fields.take("/handle", Handle::parse(&handle));
    let code = fields.take("/recovery_code", RecoveryCode::parse(&recovery_code));
    let new = fields.take("/new_password", Password::parse(new_password));
    let (handle, code, new) = fields.finish(handle.zip(code).zip(new).map(|((h, c), n)| (h, c, n))).map_err(Error::invalid)?;
    let attempt = visitor.attempt(Secret::RecoveryCode, handle.as_str())?;
    let recovery = attempt.settle(accounts.recover(handle, code, new, clock.now()).await)?;
    Ok(HttpResponse::Ok().json(RecoveredAccount { recovery_code: recovery.expose().to_owned() }))
}

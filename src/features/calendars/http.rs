//! Calendar feeds over HTTP: made and revoked by the person, read by whoever has the address.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue};
use actix_web::{HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::{Address, digest_of};
use super::wire::{CalendarFeedList, CalendarFeedView, CreateCalendarFeed, NewCalendarFeed};
use super::{show, store};
use crate::api::auth::{Caller, End, Passing, Read, Write};
use crate::api::body::Body;
use crate::api::conditions::Conditions;
use crate::api::creating::Creating;
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::Texts;
use crate::db::Db;
use crate::features::accounts;
use crate::kernel::{CalendarFeedId, Clock, Code, Error, Keys, Random, View};

/// Nobody on the way keeps it, and the reader asks each time: an address that was revoked shows nothing more.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
const CALENDAR: HeaderValue = HeaderValue::from_static("text/calendar; charset=utf-8");

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_calendar_feed)
        .service(list_calendar_feeds)
        .service(get_calendar_feed)
        .service(revoke_calendar_feed)
        .service(read_calendar);
}

/// Make a calendar feed
///
/// A secret address for a calendar program, shown this once: it says when there is something to do, under a neutral title, and nothing of
/// what, with whom or how long. Ten at most. Whoever has the address reads the feed, also where the account has a PIN, until it is revoked
/// or everybody is let out: by a new password, a recovery or the end of all sessions.
#[utoipa::path(tag = "practices", request_body = CreateCalendarFeed, responses(
    (status = 201, description = "Made; hand over the address", body = NewCalendarFeed),
))]
#[post("/v1/calendar-feeds")]
async fn create_calendar_feed(
    caller: Caller<Write>,
    creating: Creating,
    db: web::Data<Db>,
    random: web::Data<Random>,
    body: Body<CreateCalendarFeed>,
) -> Result<HttpResponse, Problem> {
    let creation = creating.of(caller.account, "calendar feeds", &body.0, None)?;
    let (title, address) = (body.0.parse().map_err(Error::invalid)?, Address::generate(**random)?);
    let kept = address.clone();
    let made = db.write_words(caller.view(), move |conn, key| store::create(conn, key, title.as_deref(), &kept, &creation)).await?;
    let location = format!("/v1/calendar-feeds/{}", made.value.id);
    let view = NewCalendarFeed::new(made.value, made.fresh.then_some(&address));
    let tag = reply::tag_of_view(&view)?;
    // A client that prefers no body would never see the address, so that is not heeded.
    Ok(reply::created(&Conditions::default(), made.fresh, &location, &tag, &view))
}

/// List calendar feeds
///
/// Oldest first, without their addresses.
#[utoipa::path(tag = "practices", responses((status = 200, description = "All of them", body = CalendarFeedList)))]
#[get("/v1/calendar-feeds")]
async fn list_calendar_feeds(caller: Caller<Read>, db: web::Data<Db>) -> Result<HttpResponse, Problem> {
    let feeds = db.read_words(caller.view(), store::list).await?;
    Ok(HttpResponse::Ok().json(CalendarFeedList { data: feeds.into_iter().map(CalendarFeedView::from).collect() }))
}

/// Read about a calendar feed
///
/// Without its address.
#[utoipa::path(
    tag = "practices",
    params(("calendar_feed_id" = Uuid, Path, description = "The feed's id")),
    responses(
        (status = 200, description = "The feed", body = CalendarFeedView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/calendar-feeds/{calendar_feed_id}")]
async fn get_calendar_feed(
    caller: Caller<Read>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let id = CalendarFeedId(*id);
    let view = CalendarFeedView::from(db.read_words(caller.view(), move |conn, key| store::get(conn, key, id)).await?);
    let tag = reply::tag_of_view(&view)?;
    Ok(reply::resource(&conditions, &tag, &view))
}

/// Revoke a calendar feed
///
/// From then on its address is answered like a path that is none, at once. Any session that reaches the whole account may, whatever its
/// scope.
#[utoipa::path(
    tag = "practices",
    params(("calendar_feed_id" = Uuid, Path, description = "The feed's id")),
    responses((status = 204, description = "Revoked"))
)]
#[delete("/v1/calendar-feeds/{calendar_feed_id}")]
async fn revoke_calendar_feed(caller: Caller<End>, id: web::Path<Uuid>, db: web::Data<Db>) -> Result<HttpResponse, Problem> {
    let (account, id) = (caller.account, CalendarFeedId(*id));
    db.write(caller.view(), move |conn| store::revoke(conn, account, id)).await?;
    Ok(reply::nothing())
}

/// Read a calendar
///
/// For calendar programs, which show no token: the secret is in the address. An iCalendar object (RFC 5545) with an event for each adopted
/// practice that has a rhythm and rests on nothing: the same title and length for all of them. A wrong or revoked address is answered like
/// a path that is none.
#[utoipa::path(
    tag = "practices",
    security(()),
    params(("address" = String, Path, description = "The last part of the feed's address", min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9_.-]+$", example = "3q2-7wABAgMEBQYHCAkKCwwNDg8.ics")),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar", example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//calendar//EN\r\nEND:VCALENDAR\r\n")),
        (status = 304, description = "The client holds this version"),
        (status = 429, description = "Too many were asked for within a minute"),
    )
)]
#[get("/v1/calendar/{address}")]
async fn read_calendar(
    _within_budget: Passing,
    address: web::Path<String>,
    conditions: Conditions,
    db: web::Data<Db>,
    keys: web::Data<Keys>,
    clock: web::Data<Clock>,
    texts: web::Data<Texts>,
) -> Result<HttpResponse, Problem> {
    let (now, digest) = (clock.now(), digest_of(&address));
    let sought = digest.clone();
    let account = db.lookup(move |conn| store::whose(conn, &sought)).await?.ok_or_else(Error::not_found)?;
    // Where the rows are read: days are worked out there, not on a thread that answers requests.
    let read = db.snapshot_words(View::whole(account), move |conn, key| {
        let (feed, told) = (store::at(conn, key, &digest)?, store::told(conn, account, now)?);
        let locale = accounts::get(conn, account)?.locale;
        let title = feed.title.clone().unwrap_or_else(|| texts.accepted(&locale).get("calendar.title").to_owned());
        Ok(show::calendar(&title, |practice| show::uid(&keys, feed.id, practice), &told, now))
    });
    // An account that is erased just now has no key any more.
    let gone = |error: Error| if error.code == Code::Unauthenticated { Error::not_found() } else { error };
    Ok(shown(&conditions, read.await.map_err(gone)?))
}

fn shown(conditions: &Conditions, text: String) -> HttpResponse {
    let tag = reply::tag_of(text.as_bytes());
    let mut answer = if conditions.holds(&tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag.as_str())).insert_header((CACHE_CONTROL, PRIVATE));
    if conditions.holds(&tag) { answer.finish() } else { answer.insert_header((CONTENT_TYPE, CALENDAR)).body(text) }
}

//! Sessions over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::{Idle, RefreshToken, Session, Wanted};
use super::service::{Granted, PublishedKeys, Sessions};
use super::store;
use crate::api::auth::{Caller, End, EndOne, Read, Refreshing, SigningIn, Visitor};
use crate::api::body::{Body, present};
use crate::api::guesses::Secret;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::features::accounts::model::Handle;
use crate::kernel::signing::SigningKey;
use crate::kernel::token::Scope;
use crate::kernel::{Clock, Code, Error, Fields, Keys, Reach, RelationshipId, SessionId, text};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_session)
        .service(refresh_session)
        .service(list_sessions)
        .service(end_all_sessions)
        .service(end_session)
        .service(get_jwks);
}

/// What signing in takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"handle": "k3v9-t0qz-8m4x-wc2r-fx", "password": "seven quiet green lamps", "label": "my phone"}))]
pub struct CreateSession {
    /// As the server made it; capitals, spaces and dashes do not matter.
    #[schema(min_length = 1, max_length = 60, format = "account-handle")]
    handle: String,
    #[schema(min_length = 1, max_length = 256, format = Password)]
    password: String,
    /// A name to recognise this session by.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 60, format = "line")]
    label: Option<String>,
    /// What the session may do.
    #[serde(default)]
    scope: SessionScope,
    /// The session ends when it is not refreshed for so many minutes.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 5, maximum = 43200, default = 43200)]
    idle_minutes: Option<i32>,
    /// The one relationship that the session is for: nothing else of the account exists for it. Without it the session reaches the
    /// whole account.
    #[serde(default, deserialize_with = "present")]
    relationship_id: Option<Uuid>,
}

/// What a session may do: read, also write, or also delete.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
pub enum SessionScope {
    #[serde(rename = "read")]
    Read,
    #[serde(rename = "read write")]
    ReadWrite,
    #[default]
    #[serde(rename = "read write delete")]
    Full,
}

impl SessionScope {
    const fn scope(self) -> Scope {
        match self {
            Self::Read => Scope { write: false, delete: false },
            Self::ReadWrite => Scope { write: true, delete: false },
            Self::Full => Scope::FULL,
        }
    }
}

/// Tokens to act with and to go on with.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "session_id": "01980000-0000-7000-8000-0000000000b1", "token_type": "Bearer", "access_token": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    "expires_in_seconds": 600, "refresh_token": "AZgAAAAAcACAAAAAAAAAoQGYAAAAAHAAgAAAAAAAALEAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw", "refresh_expires_at": "2026-03-31T12:00:00Z", "scope": "read write delete"
}))]
pub struct TokenPair {
    session_id: Uuid,
    /// Bearer
    #[schema(max_length = 20)]
    token_type: String,
    #[schema(max_length = 4096)]
    access_token: String,
    #[schema(minimum = 1, maximum = 900)]
    expires_in_seconds: i32,
    /// Good once: each refresh gives the next.
    #[schema(min_length = 86, max_length = 86, pattern = "^[A-Za-z0-9_-]+$")]
    refresh_token: String,
    refresh_expires_at: DateTime<Utc>,
    /// read, read write, or read write delete
    #[schema(max_length = 60)]
    scope: String,
    /// The one relationship that the session reaches, where it does not reach the whole account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    relationship_id: Option<Uuid>,
}

impl From<Granted> for TokenPair {
    fn from(granted: Granted) -> Self {
        Self {
            session_id: granted.session.id.0,
            token_type: "Bearer".to_owned(),
            access_token: granted.access_token,
            expires_in_seconds: granted.access_seconds,
            refresh_token: granted.refresh_token.expose(),
            refresh_expires_at: granted.session.expires_at,
            scope: granted.session.scope.as_str().to_owned(),
            relationship_id: granted.session.relationship.map(|id| id.0),
        }
    }
}

/// The token to exchange.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "AZgAAAAAcACAAAAAAAAAoQGYAAAAAHAAgAAAAAAAALEAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw"}))]
pub struct RefreshSession {
    #[schema(min_length = 86, max_length = 86, pattern = "^[A-Za-z0-9_-]+$")]
    refresh_token: String,
}

/// A session as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Session, example = json!({
    "id": "01980000-0000-7000-8000-0000000000b1", "label": "my phone", "scope": "read write delete", "current": true,
    "created_at": "2026-03-01T12:00:00Z", "last_used_at": "2026-03-01T12:00:00Z", "idle_minutes": 43200, "expires_at": "2026-03-31T12:00:00Z"
}))]
pub struct SessionView {
    id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60)]
    label: Option<String>,
    #[schema(max_length = 60)]
    scope: String,
    /// The one relationship that it reaches, where it does not reach the whole account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    relationship_id: Option<Uuid>,
    /// The grant that it came by, where it came by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    grant_id: Option<Uuid>,
    /// Whether this request came through it.
    current: bool,
    created_at: DateTime<Utc>,
    /// When it was last refreshed.
    last_used_at: DateTime<Utc>,
    /// It ends when it is not refreshed for so many minutes.
    #[schema(minimum = 5, maximum = 43200)]
    idle_minutes: i32,
    expires_at: DateTime<Utc>,
}

/// A page of sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionPage {
    #[schema(max_items = 200)]
    data: Vec<SessionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    next_cursor: Option<String>,
}

fn view(session: Session, current: SessionId) -> SessionView {
    SessionView {
        id: session.id.0,
        current: session.id == current,
        label: session.label,
        scope: session.scope.as_str().to_owned(),
        relationship_id: session.relationship.map(|id| id.0),
        grant_id: session.grant.map(|id| id.0),
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        idle_minutes: session.idle.minutes(),
        expires_at: session.expires_at,
    }
}

/// Sign in
///
/// An unknown handle and a wrong password cost and answer the same. After some failures for a handle there is a pause of at most a
/// minute between attempts; refreshing is not held up by it.
#[utoipa::path(tag = "sessions", security(()), request_body = CreateSession, responses(
    (status = 201, description = "Signed in", body = TokenPair),
    (status = 401, description = "Handle and password do not belong together"),
    (status = 403, description = "The service believes other issuers alone"),
))]
#[post("/v1/sessions")]
async fn create_session(
    visitor: Visitor<SigningIn>,
    sessions: web::Data<Sessions>,
    clock: web::Data<Clock>,
    body: Body<CreateSession>,
) -> Result<HttpResponse, Problem> {
    let Body(CreateSession { handle, password, label, scope, idle_minutes, relationship_id }) = body;
    let mut fields = Fields::default();
    let handle = fields.take("/handle", Handle::parse(&handle));
    let label = label.and_then(|label| fields.take("/label", text::line(&label, 60)));
    let idle = idle_minutes.map_or(Some(Idle::LONGEST), |minutes| fields.take("/idle_minutes", Idle::parse(minutes)));
    let (handle, idle) = fields.finish(handle.zip(idle)).map_err(Error::invalid)?;
    let wanted = Wanted { label, scope: scope.scope(), idle, relationship: relationship_id.map(RelationshipId), lent: None };
    let attempt = visitor.attempt(Secret::Password, handle.as_str())?;
    let granted = attempt.settle(sessions.sign_in(handle, &password, wanted, clock.now()).await)?;
    Ok(HttpResponse::Created().json(TokenPair::from(granted)))
}

/// Refresh a session
///
/// A refresh token is good once. One that comes back after it was used ends the whole session.
#[utoipa::path(tag = "sessions", security(()), request_body = RefreshSession, responses(
    (status = 200, description = "The next pair of tokens", body = TokenPair),
    (status = 401, description = "The token is not good, or the session has ended"),
    (status = 403, description = "The service believes other issuers alone"),
))]
#[post("/v1/sessions/refresh")]
async fn refresh_session(
    _visitor: Visitor<Refreshing>,
    sessions: web::Data<Sessions>,
    clock: web::Data<Clock>,
    body: Body<RefreshSession>,
) -> Result<HttpResponse, Problem> {
    let shown = RefreshToken::parse(&body.0.refresh_token).ok_or_else(|| Error::new(Code::InvalidCredentials))?;
    let granted = sessions.refresh(shown, clock.now()).await?;
    Ok(HttpResponse::Ok().json(TokenPair::from(granted)))
}

/// List sessions
///
/// The living ones, newest first.
#[utoipa::path(tag = "sessions", params(PageQuery), responses((status = 200, description = "A page of sessions", body = SessionPage)))]
#[get("/v1/sessions")]
async fn list_sessions(
    caller: Caller<Read>,
    req: HttpRequest,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (account, now) = (caller.account, clock.now());
    let wanted = query.parse(&keys, account, "sessions")?;
    let page = db.read_words(caller.view(), move |conn, key| store::list(conn, key, &wanted, now)).await?;
    let next = next_of(&req, &keys, account, "sessions", &page)?;
    let data = page.rows.into_iter().map(|session| view(session, caller.session)).collect();
    Ok(reply::list(&next, &SessionPage { data, next_cursor: next.cursor.clone() }))
}

/// End every session
///
/// This one included, every grant and every calendar feed with them.
#[utoipa::path(tag = "sessions", responses((status = 204, description = "All have ended")))]
#[delete("/v1/sessions")]
async fn end_all_sessions(caller: Caller<End>, sessions: web::Data<Sessions>, clock: web::Data<Clock>) -> Result<HttpResponse, Problem> {
    sessions.end_all(caller.account, clock.now()).await?;
    Ok(reply::nothing())
}

/// End a session
///
/// Its refresh token stops working at once, its access tokens within two seconds. Whoever holds a session may, whatever its scope;
/// one that does not reach the whole account may end itself alone.
#[utoipa::path(
    tag = "sessions",
    params(("session_id" = Uuid, Path, description = "The session's id")),
    responses((status = 204, description = "It has ended"))
)]
#[delete("/v1/sessions/{session_id}")]
async fn end_session(
    caller: Caller<EndOne>,
    id: web::Path<Uuid>,
    sessions: web::Data<Sessions>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let id = SessionId(*id);
    // Of other sessions a narrower one knows nothing.
    let known = caller.reach == Reach::Whole || id == caller.session;
    let ended = known && sessions.end(caller.account, id, clock.now()).await?;
    if ended { Ok(reply::nothing()) } else { Err(Error::not_found().into()) }
}

/// A set of public keys (RFC 7517).
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "11qYAYKxCrfVS_7T", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}))]
pub struct KeySet {
    #[schema(max_items = 10)]
    keys: Vec<PublicKey>,
}

/// A public key (RFC 8037).
#[derive(Serialize, ToSchema)]
pub struct PublicKey {
    #[schema(max_length = 10)]
    kty: String,
    #[schema(max_length = 20)]
    crv: String,
    #[schema(max_length = 20)]
    alg: String,
    #[serde(rename = "use")]
    #[schema(max_length = 10)]
    usage: String,
    #[schema(max_length = 60)]
    kid: String,
    #[schema(max_length = 100)]
    x: String,
}

impl PublicKey {
    fn of(key: &SigningKey) -> Self {
        let text = str::to_owned;
        Self {
            kty: text("OKP"),
            crv: text("Ed25519"),
            alg: text("EdDSA"),
            usage: text("sig"),
            kid: key.kid.clone(),
            x: key.public_x.clone(),
        }
    }
}

/// The keys that sign access tokens
///
/// For programs that verify our tokens themselves: every key that is believed now, the one that signs first. While keys are being
/// replaced there are several; a token names its own by `kid`.
#[utoipa::path(tag = "service", security(()), responses((status = 200, description = "The public keys", body = KeySet)))]
#[get("/.well-known/jwks.json")]
async fn get_jwks(published: web::Data<PublishedKeys>) -> Result<HttpResponse, Problem> {
    let keys = published.get().await?.iter().map(PublicKey::of).collect();
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "public, max-age=300")).json(KeySet { keys }))
}

//! Interactions over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::logging::Logging;
use super::model::{Filter, MAX_BATCH, NewEntry};
use super::service::{self, Batch, Item};
use super::store;
use super::wire::{
    ActorWord, BatchItem, BatchResults, CreateBatch, CreateInteraction, DimensionWord, InteractionPage, InteractionView, RevisionPage,
    RevisionView, UpdateInteraction,
};
use crate::api::auth::{Caller, DeleteTie, Log, LogBatch, ReadLoan, ReadTie, Storing, WriteTie};
use crate::api::body::{self, Body, PatchBody};
use crate::api::conditions::{Conditions, IfMatch, etag};
use crate::api::creating::Creating;
use crate::api::idempotency::request_digest;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::features::erasures::{self, ErasureReceipt};
use crate::kernel::{AccountId, Clock, Error, FieldError, InteractionId, Keys, Random, RelationshipId, ids};

/// The largest batch, in bytes: about 4,000 a piece where there are a thousand.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_interaction)
        .service(create_interactions)
        .service(list_interactions)
        .service(get_interaction)
        .service(update_interaction)
        .service(delete_interaction)
        .service(list_interaction_history)
        .service(delete_interaction_history);
}

/// Where an entry is made: part of what its digest covers, so that one request logged alone and in a batch is the same.
fn place(relationship: Uuid) -> String {
    format!("interactions of {relationship}")
}

/// Log an interaction
///
/// Only who acted and in which way are needed. The client may choose the id and repeat the request safely.
#[utoipa::path(
    tag = "interactions",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreateInteraction,
    responses((status = 201, description = "Logged", body = InteractionView))
)]
#[post("/v1/relationships/{relationship_id}/interactions")]
async fn create_interaction(
    caller: Caller<Log>,
    relationship: web::Path<Uuid>,
    creating: Creating,
    db: web::Data<Db>,
    logging: web::Data<Logging>,
    body: Body<CreateInteraction>,
) -> Result<HttpResponse, Problem> {
    let account = caller.account;
    let creation = creating.of(account, &place(*relationship), &body.0, body.0.id)?;
    let (act, when) = body.0.parse(creation.now).map_err(Error::invalid)?;
    let entry = NewEntry { relationship: RelationshipId(*relationship), id: creation.id, digest: creation.digest, act, when };
    let made = service::log_one(&db, &logging, caller.view(), entry, creation).await?;
    let (location, tag) = (format!("/v1/interactions/{}", made.value.id), etag(made.value.version));
    Ok(reply::created(&creating.conditions.of_a_session(caller.locked), made.fresh, &location, &tag, &InteractionView::from(made.value)))
}

/// Log many interactions
///
/// Up to 1,000 at once, across relationships. Each item has a result of its own: a bad one never touches its neighbours.
#[utoipa::path(tag = "interactions", request_body = CreateBatch, responses(
    (status = 200, description = "A result for each item, in order", body = BatchResults),
    (status = 409, description = "The same Idempotency-Key is at work"),
))]
#[post("/v1/interactions/batch")]
async fn create_interactions(
    caller: Caller<LogBatch>,
    storing: Storing,
    creating: Creating,
    keys: web::Data<Keys>,
    random: web::Data<Random>,
    db: web::Data<Db>,
    body: Body<CreateBatch, BATCH_BYTES>,
) -> Result<HttpResponse, Problem> {
    let account = caller.account;
    let items = body.0.items;
    if items.is_empty() || items.len() > MAX_BATCH {
        let detail = format!("A batch has 1 to {MAX_BATCH} items.");
        return Err(Error::invalid(vec![FieldError::new("/items", "out_of_range", detail)]).into());
    }
    storing.spend(account, items.len())?;
    let creation = creating.of(account, "interactions/batch", &normal_form(&creating, &items)?, None)?;
    let items = items.iter().map(|raw| read_item(&keys, **random, account, raw, creation.now)).collect();
    let batch = Batch { items, seed: creation.id, idempotency: creation.idempotency, now: creation.now };
    let logged = Box::pin(service::log_batch(&db, &keys, caller.view(), batch)).await?;
    Ok(HttpResponse::Ok().json(BatchResults::from(logged)))
}

/// What an Idempotency-Key's digest covers: the items whatever their spacing and order of members. Read only where there is a key.
fn normal_form(creating: &Creating, items: &[Box<RawValue>]) -> Result<Vec<serde_json::Value>, Error> {
    let wanted = if creating.has_key() { items } else { &[] };
    wanted.iter().map(|raw| body::parse(raw.get().as_bytes())).collect()
}

/// Reads one item; whatever is wrong with it stays with it.
fn read_item(keys: &Keys, random: Random, account: AccountId, raw: &RawValue, now: DateTime<Utc>) -> Item {
    let read = || -> Result<Item, Error> {
        let item: BatchItem = body::parse(raw.get().as_bytes())?;
        let digest = request_digest(keys, account, &place(item.relationship_id), &item.interaction)?;
        let chosen = item.interaction.id;
        if chosen.is_some_and(|id| !ids::is_client_id(id)) {
            return Err(Error::invalid(vec![FieldError::new(
                "/interaction/id",
                "reserved_id",
                "Choose any UUID but the nil and the max one.",
            )]));
        }
        let (act, when) = item.interaction.parse(now).map_err(|fields| Error::invalid(fields).below("/interaction"))?;
        let id = match chosen {
            Some(id) => id,
            None => random.uuid_v7(now)?,
        };
        let entry = NewEntry { relationship: RelationshipId(item.relationship_id), id, digest, act, when };
        Ok(Item::Entry { entry, chose_id: chosen.is_some() })
    };
    read().unwrap_or_else(Item::Refused)
}

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InteractionFilter {
    /// Only those in this way.
    #[param(value_type = DimensionWord, inline, required = false)]
    dimension: Option<DimensionWord>,
    /// Only those by this actor.
    #[param(value_type = ActorWord, inline, required = false)]
    actor: Option<ActorWord>,
    /// From this local date on.
    #[param(required = false)]
    from: Option<NaiveDate>,
    /// Up to this local date, included.
    #[param(required = false)]
    to: Option<NaiveDate>,
}

/// List a relationship's interactions
///
/// Latest first.
#[utoipa::path(
    tag = "interactions",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery, InteractionFilter),
    responses((status = 200, description = "A page of entries", body = InteractionPage))
)]
#[get("/v1/relationships/{relationship_id}/interactions")]
async fn list_interactions(
    caller: Caller<ReadLoan>,
    req: HttpRequest,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    filter: web::Query<InteractionFilter>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let filter =
        Filter { dimension: filter.dimension.map(Into::into), actor: filter.actor.map(Into::into), from: filter.from, to: filter.to };
    let list = format!("interactions {relationship} {filter:?}");
    let wanted = query.parse(&keys, account, &list)?;
    let page = service::list(&db, caller.view(), relationship, filter, wanted).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(InteractionView::from).collect();
    Ok(reply::list(&next, &InteractionPage { data, next_cursor: next.cursor.clone() }))
}

/// Read an interaction
///
/// With its `ETag`, which a change has to name.
#[utoipa::path(
    tag = "interactions",
    params(("interaction_id" = Uuid, Path, description = "The entry's id")),
    responses(
        (status = 200, description = "The entry", body = InteractionView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/interactions/{interaction_id}")]
async fn get_interaction(
    caller: Caller<ReadLoan>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let id = InteractionId(*id);
    let found = db.read_words(caller.view(), move |conn, key| store::get(conn, key, id)).await?;
    Ok(reply::resource(&conditions, &etag(found.version), &InteractionView::from(found)))
}

/// Change an interaction
///
/// A merge patch: what is absent stays, null removes. What it said before is kept in its history.
#[utoipa::path(
    tag = "interactions",
    params(("interaction_id" = Uuid, Path, description = "The entry's id")),
    request_body(content = UpdateInteraction, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = InteractionView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/interactions/{interaction_id}")]
async fn update_interaction(
    caller: Caller<WriteTie>,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdateInteraction>,
) -> Result<HttpResponse, Problem> {
    let (id, now) = (InteractionId(*id), clock.now());
    let change = body.0.parse(now).map_err(Error::invalid)?;
    let check = move |version| if_match.check(version);
    let changed = db.write_words(caller.view(), move |conn, key| store::update(conn, key, id, change, check, now)).await?;
    Ok(reply::changed(&conditions, &etag(changed.version), &InteractionView::from(changed)))
}

/// Remove an interaction
///
/// With its history and the assessments that cite it.
#[utoipa::path(
    tag = "interactions",
    params(("interaction_id" = Uuid, Path, description = "The entry's id")),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/interactions/{interaction_id}")]
async fn delete_interaction(
    caller: Caller<DeleteTie>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (account, id, now) = (caller.account, InteractionId(*id), clock.now());
    db.write(caller.view(), move |conn| store::delete(conn, account, id, now)).await?;
    Ok(reply::nothing())
}

/// List what an interaction said before
///
/// Latest change first. It goes when the entry goes.
#[utoipa::path(
    tag = "interactions",
    params(("interaction_id" = Uuid, Path, description = "The entry's id"), PageQuery),
    responses((status = 200, description = "A page of its history", body = RevisionPage))
)]
#[get("/v1/interactions/{interaction_id}/history")]
async fn list_interaction_history(
    caller: Caller<ReadTie>,
    req: HttpRequest,
    id: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = (caller.account, InteractionId(*id));
    let list = format!("history {id}");
    let wanted = query.parse(&keys, account, &list)?;
    let page = db.read_words(caller.view(), move |conn, key| store::history(conn, key, id, &wanted)).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(RevisionView::from).collect();
    Ok(reply::list(&next, &RevisionPage { data, next_cursor: next.cursor.clone() }))
}

/// Erase what an interaction said before
///
/// Its history alone; what it says now stays.
#[utoipa::path(
    tag = "interactions",
    params(("interaction_id" = Uuid, Path, description = "The entry's id")),
    responses((status = 200, description = "Erased; the receipt", body = ErasureReceipt))
)]
#[delete("/v1/interactions/{interaction_id}/history")]
async fn delete_interaction_history(
    caller: Caller<DeleteTie>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (account, id, now) = (caller.account, InteractionId(*id), clock.now());
    let receipt = db.write(caller.view(), move |conn| erasures::of_history(conn, account, id, now)).await?;
    Ok(HttpResponse::Ok().json(ErasureReceipt::from(receipt)))
}

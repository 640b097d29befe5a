//! What the handlers of all four kinds do; what is of one kind stands in its file: paths, words for the document, and how a body is read.

use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use crate::api::auth::{Caller, DeleteTie, Log, ReadLoan, WriteTie};
use crate::api::conditions::{Conditions, IfMatch, etag};
use crate::api::creating::Creating;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::features::records::model::{Change, Filter};
use crate::features::records::store;
use crate::features::records::wire::NewRecord;
use crate::kernel::{Clock, Error, FieldError, Keys, RecordId, RelationshipId};

/// Notes a record.
pub async fn create<B: NewRecord>(
    caller: &Caller<Log>,
    relationship: Uuid,
    creating: &Creating,
    db: &Db,
    body: B,
) -> Result<HttpResponse, Problem> {
    let creation = creating.of(caller.account, &format!("{} of {relationship}", B::PLACE), &body, body.chosen_id())?;
    let draft = body.draft(RelationshipId(relationship)).map_err(Error::invalid)?;
    let made = db.write_words(caller.view(), move |conn, key| store::create(conn, key, draft, &creation)).await?;
    let (location, tag) = (format!("/v1/{}/{}", B::PLACE, made.value.id), etag(made.value.version));
    Ok(reply::created(&creating.conditions.of_a_session(caller.locked), made.fresh, &location, &tag, &B::View::from(made.value)))
}

/// Lists a relationship's, a page at a time.
pub async fn list<B: NewRecord>(
    caller: &Caller<ReadLoan>,
    req: &HttpRequest,
    relationship: Uuid,
    query: &PageQuery,
    filter: Filter,
    keys: &Keys,
    db: &Db,
) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(relationship));
    let list = format!("{} {relationship} {filter:?}", B::PLACE);
    let (wanted, lent) = (query.parse(keys, account, &list)?, filter.within(caller.view().reach()));
    let page = db.read_words(caller.view(), move |conn, key| store::list::<B::Kind>(conn, key, relationship, lent, &wanted)).await?;
    let next = next_of(req, keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(B::View::from).collect();
    Ok(reply::list(&next, &B::page(data, next.cursor.clone())))
}

/// Reads one.
pub async fn get<B: NewRecord>(caller: &Caller<ReadLoan>, id: Uuid, conditions: &Conditions, db: &Db) -> Result<HttpResponse, Problem> {
    let id = RecordId(id);
    let found = db.read_words(caller.view(), move |conn, key| store::get::<B::Kind>(conn, key, id)).await?;
    Ok(reply::resource(conditions, &etag(found.version), &B::View::from(found)))
}

/// Changes one, where the version is the one that was named.
pub async fn update<B: NewRecord>(
    caller: &Caller<WriteTie>,
    id: Uuid,
    (if_match, conditions): (IfMatch, &Conditions),
    db: &Db,
    clock: &Clock,
    change: Result<Change<B::Kind>, Vec<FieldError>>,
) -> Result<HttpResponse, Problem> {
    let (id, now, change) = (RecordId(id), clock.now(), change.map_err(Error::invalid)?);
    let check = move |version| if_match.check(version);
    let changed = db.write_words(caller.view(), move |conn, key| store::update(conn, key, id, change, check, now)).await?;
    Ok(reply::changed(conditions, &etag(changed.version), &B::View::from(changed)))
}

/// Removes one.
pub async fn delete<B: NewRecord>(caller: &Caller<DeleteTie>, id: Uuid, db: &Db, clock: &Clock) -> Result<HttpResponse, Problem> {
    let (account, id, now) = (caller.account, RecordId(id), clock.now());
    db.write(caller.view(), move |conn| store::delete::<B::Kind>(conn, account, id, now)).await?;
    Ok(reply::nothing())
}

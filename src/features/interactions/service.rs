//! Logging one entry or many: the account's zone, idempotency keys and rows in one transaction.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::logging::{Logging, Pending};
use super::model::{Filter, Interaction, Logged, NewEntry};
use super::store;
use crate::db::creation::{Creation, Made, Start};
use crate::db::group::Written;
use crate::db::idempotency::{self, Claim, IdempotencyKey};
use crate::db::{Db, tombstones};
use crate::features::{accounts, relationships};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{Error, InteractionId, Keys, Reach, RelationshipId, View, random};

/// Logs one entry, unless the same request logged it before: together with whoever logs at the same moment, where that can be.
pub async fn log_one(db: &Db, logging: &Logging, view: View, entry: NewEntry, creation: Creation) -> Result<Made<Interaction>, Error> {
    // A key is claimed before anything is written, and a narrower reach is for its own transaction to hold.
    if creation.idempotency.is_some() || *view.reach() != Reach::Whole {
        return log_alone(db, view, entry, creation).await;
    }
    match logging.write(Pending { account: view.account(), entry, now: creation.now }).await? {
        Written::Done(pending, moment) => Ok(Made { fresh: true, value: store::made(pending.entry, moment, pending.now) }),
        Written::Alone(pending) => log_alone(db, view, pending.entry, creation).await,
    }
}

/// Logs one entry in a transaction of its own, whatever there is to be said of it.
async fn log_alone(db: &Db, view: View, entry: NewEntry, creation: Creation) -> Result<Made<Interaction>, Error> {
    let account = view.account();
    db.write_words(view, move |conn, key| {
        if let Start::Replay(id) = creation.begin(conn, account, tombstones::Kind::Interaction)? {
            return Ok(Made { fresh: false, value: store::get(conn, key, InteractionId(id))? });
        }
        let zone = accounts::time_zone_of(conn, account)?;
        let logged = store::log(conn, key, &[entry], zone, creation.now)?;
        match logged.into_iter().next() {
            Some(Logged::Created(value)) => Ok(Made { fresh: true, value }),
            Some(Logged::Replayed(value)) => Ok(Made { fresh: false, value }),
            Some(Logged::Refused(error)) => Err(error),
            None => Err(Error::internal("an entry has no result")),
        }
    })
    .await
}

/// One item of a batch: an entry, or the reason why it is none.
#[derive(Debug)]
pub enum Item {
    Entry { entry: NewEntry, chose_id: bool },
    Refused(Error),
}

/// A batch and what its server-made ids are drawn from, so that a retry under the same key draws the same ones.
#[derive(Debug)]
pub struct Batch {
    pub items: Vec<Item>,
    pub seed: Uuid,
    pub idempotency: Option<IdempotencyKey>,
    pub now: DateTime<Utc>,
}

/// Logs a batch: a result for each item, in order; a bad item never touches its neighbours.
pub async fn log_batch(db: &Db, keys: &Keys, view: View, batch: Batch) -> Result<Vec<Logged>, Error> {
    let keys = keys.clone();
    let account = view.account();
    db.write_words(view, move |conn, key| {
        let (mut seed, mut made_at) = (batch.seed, batch.now);
        if let Some(key) = &batch.idempotency
            && let Claim::Replay(first_seed, first_at) = idempotency::claim(conn, account, key, batch.seed, batch.now)?
        {
            (seed, made_at) = (first_seed, first_at);
        }
        let zone = accounts::time_zone_of(conn, account)?;
        let (mut entries, mut places) = (Vec::new(), Vec::new());
        for (index, item) in batch.items.into_iter().enumerate() {
            match item {
                Item::Refused(error) => places.push(Some(Logged::Refused(error))),
                Item::Entry { mut entry, chose_id } => {
                    if !chose_id {
                        entry.id = drawn_id(&keys, seed, index, made_at);
                    }
                    entries.push(entry);
                    places.push(None);
                }
            }
        }
        let mut logged = store::log(conn, key, &entries, zone, batch.now)?.into_iter();
        let lost = || Logged::Refused(Error::internal("an entry has no result"));
        Ok(places.into_iter().map(|place| place.or_else(|| logged.next()).unwrap_or_else(lost)).collect())
    })
    .await
}

/// The id of the item at `index`: the same for the same seed and moment.
fn drawn_id(keys: &Keys, seed: Uuid, index: usize, made_at: DateTime<Utc>) -> Uuid {
    let digest = keys.digest(&[b"batch item", seed.as_bytes(), &index.to_be_bytes()]);
    let mut bytes = [0_u8; 10];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    random::uuid_v7_from(made_at, &bytes)
}

/// Where a page of a relationship's entries goes on.
pub type Position = (DateTime<Utc>, Uuid);

/// A page of a relationship's entries, or the reason why there is no such relationship.
pub async fn list(
    db: &Db,
    view: View,
    relationship: RelationshipId,
    filter: Filter,
    page: PageRequest<Position>,
) -> Result<Page<Interaction, Position>, Error> {
    let (account, sought) = (view.account(), filter.within(view.reach()));
    db.read_words(view, move |conn, key| {
        relationships::find(conn, account, relationship)?;
        store::list(conn, key, relationship, &sought, &page)
    })
    .await
}

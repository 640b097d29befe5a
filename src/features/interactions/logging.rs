//! Logging single entries together: whoever logs at the same moment shares a commit, and is answered on their own.
//!
//! A group takes what is plainly new. A retry, an id that was removed, a relationship that is not there or that somebody is erasing:
//! each goes the way of `service::log_alone`, where every case has its answer.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::model::{Moment, NewEntry};
use super::store::{self, Fresh};
use crate::db::group::{Group, Together};
use crate::db::{Conn, Vault, staleness, tombstones};
use crate::features::{accounts, relationships};
use crate::kernel::{AccountId, Error};

/// Where single entries are handed in.
pub type Logging = Group<Entries>;

/// An entry that waits to be written.
#[derive(Debug)]
pub struct Pending {
    pub account: AccountId,
    pub entry: NewEntry,
    pub now: DateTime<Utc>,
}

/// New entries of whoever logs at the moment.
#[derive(Debug)]
pub struct Entries;

impl Together for Entries {
    type Item = Pending;
    /// When it happened, settled.
    type Done = Moment;

    fn account(item: &Pending) -> AccountId {
        item.account
    }

    fn write(conn: &mut Conn, vault: &Vault, items: &[Pending]) -> Result<Vec<Option<Moment>>, Error> {
        let held = relationships::hold_free(conn, &distinct(items, |one| (one.account, one.entry.relationship)))?;
        let accounts = distinct(items, |one| one.account);
        let accounts = accounts::zones_and_keys_of(conn, vault, &accounts)?;
        // Sorted by row, each id once: of two who want the same one the first is written, and the other finds it there.
        let mut fresh: BTreeMap<(Uuid, Uuid), (usize, Fresh<'_>)> = BTreeMap::new();
        for (place, one) in items.iter().enumerate() {
            let Some((zone, key)) = accounts.get(&one.account) else { continue };
            if held.contains(&(one.account.0, one.entry.relationship.0)) {
                let new = Fresh { key, entry: &one.entry, moment: one.entry.when.settle(*zone, one.now), now: one.now };
                fresh.entry(new.row()).or_insert((place, new));
            }
        }
        let (places, fresh): (Vec<usize>, Vec<Fresh<'_>>) = fresh.into_values().unzip();
        let written = plainly_new(conn, &fresh)?;
        staleness::mark_all(conn, &store::touched(&fresh, &written))?;
        let mut done = vec![None; items.len()];
        for (place, one) in places.into_iter().zip(&fresh).filter(|(_, one)| written.contains(&one.row())) {
            if let Some(place) = done.get_mut(place) {
                *place = Some(one.moment);
            }
        }
        Ok(done)
    }
}

/// Writes those whose id was never there, and says which. What was removed does not come back: that is asked afterwards, because an
/// id may be removed while its row is being written.
fn plainly_new(conn: &mut Conn, fresh: &[Fresh<'_>]) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    let mut written = store::insert(conn, fresh)?;
    let removed = tombstones::buried_among(conn, tombstones::Kind::Interaction, &written)?;
    store::take_back(conn, &removed)?;
    written.retain(|row| !removed.contains(row));
    Ok(written)
}

fn distinct<T: Ord>(items: &[Pending], what: impl Fn(&Pending) -> T) -> Vec<T> {
    let mut all: Vec<T> = items.iter().map(what).collect();
    all.sort_unstable();
    all.dedup();
    all
}

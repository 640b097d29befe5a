//! Gather, compute, record.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::gather::{self, Gathered, Material, Stamp};
use super::jobs::Jobs;
use super::model::{Assessment, Circumstances, Computed, Found, Include, NewAssessment, Outcome, Preview, Timeline, Wanted};
use super::{outcome, preview, store};
use crate::content::Catalogue;
use crate::db::creation::{Creation, Made, Start};
use crate::db::{AccountKey, Conn, Db, tombstones};
use crate::engine::{self, Policy};
use crate::features::interactions::{self, Week};
use crate::features::relationships::model::Details;
use crate::features::{recommendations, relationships};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, AssessmentId, Error, Reach, RelationshipId, View};

/// How often an assessment is computed anew because something was erased under it.
const TRIES: usize = 3;

/// What an assessment was computed from, to be compared with what is stored when it is recorded.
struct Read {
    entries: Vec<Uuid>,
    stamp: Stamp,
    weeks: Vec<Week>,
}

/// Computes an assessment of what is stored now, unless the very same one is recorded already.
///
/// What is erased meanwhile must not live on in figures, so they are then computed again from what is left.
pub async fn compute(
    db: &Db,
    jobs: &Jobs,
    catalogue: Arc<Catalogue>,
    view: View,
    relationship: RelationshipId,
    (wanted, include): (Wanted, Include),
    creation: Creation,
) -> Result<(Made<Assessment>, Option<Circumstances>), Error> {
    let account = view.account();
    let _begun = jobs.begin().await?;
    for attempt in 0..TRIES {
        let db = if attempt == 0 { db.clone() } else { db.going_on() };
        let (read, circumstances) = read_with_circumstances(&db, Arc::clone(&catalogue), view, relationship, wanted, creation.now).await?;
        let (Gathered { material, stamp, weeks, tie: _ }, known) = read;
        if let Some(value) = known.filter(|known| !known.stale && creation.idempotency.is_none() && holds(known, include)) {
            return Ok((Made { fresh: false, value }, circumstances));
        }
        let entries = material.ids.iter().copied().take(material.records.after).collect();
        let (read, creation) = (Read { entries, stamp, weeks }, creation.clone());
        let (computed, cited) = jobs.run(move || assess(material, include)).await?;
        let new = NewAssessment { id: creation.id, computed, cited };
        if let Some(made) = db.going_on().write(view, move |conn| record(conn, account, relationship, new, &read, &creation)).await? {
            return Ok((made, circumstances));
        }
    }
    Err(Error::unavailable(Duration::from_secs(1)))
}

/// Whether all that is asked for was worked out when it was recorded.
fn holds(known: &Assessment, include: Include) -> bool {
    !include.what_would_change || known.computed.outcome.what_would_change.is_some()
}

/// The evidence as it stands at one instant, and the recorded assessment of that very evidence, where there is one.
async fn read(
    db: &Db,
    catalogue: Arc<Catalogue>,
    view: View,
    relationship: RelationshipId,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<(Gathered, Option<Assessment>), Error> {
    let account = view.account();
    db.snapshot(view, move |conn| evidence_of(conn, account, relationship, wanted, &catalogue, now)).await
}

/// [`read`], and what a recommendation depends on.
async fn read_with_circumstances(
    db: &Db,
    catalogue: Arc<Catalogue>,
    view: View,
    relationship: RelationshipId,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<((Gathered, Option<Assessment>), Option<Circumstances>), Error> {
    db.snapshot_words(view, move |conn, key| {
        let read = evidence_of(conn, key.account(), relationship, wanted, &catalogue, now)?;
        let circumstances = circumstances(conn, key, view, relationship, &read.0.tie, now)?;
        Ok((read, circumstances))
    })
    .await
}

fn evidence_of(
    conn: &mut Conn,
    account: AccountId,
    relationship: RelationshipId,
    wanted: Wanted,
    catalogue: &Catalogue,
    now: DateTime<Utc>,
) -> Result<(Gathered, Option<Assessment>), Error> {
    let gathered = gather::gather(conn, account, relationship, wanted, catalogue, now)?;
    let Material { window, digest, .. } = &gathered.material;
    let known = store::same(conn, account, relationship, *window, digest, Policy::default().version)?;
    Ok((gathered, known))
}

/// What a recommendation depends on, for a session that reaches the whole account. An app that two people share has a session for one
/// relationship, and whoever came by a grant is somebody else: to them nothing is suggested, whatever was answered.
fn circumstances(
    conn: &mut Conn,
    key: &AccountKey,
    view: View,
    relationship: RelationshipId,
    tie: &Details,
    now: DateTime<Utc>,
) -> Result<Option<Circumstances>, Error> {
    match view.reach() {
        Reach::Whole => {
            Ok(Some(Circumstances { tie: tie.clone(), considered: recommendations::considered(conn, key, relationship, now)? }))
        }
        Reach::Tie(_) | Reach::Loan(_) => Ok(None),
    }
}

/// What happened week by week, with the level beneath it. The engine runs unless this very evidence is assessed already.
pub async fn timeline(
    db: &Db,
    jobs: &Jobs,
    catalogue: Arc<Catalogue>,
    view: View,
    relationship: RelationshipId,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<Timeline, Error> {
    let (Gathered { material, stamp, .. }, known) = read(db, catalogue, view, relationship, wanted, now).await?;
    let contexts = stamp.contexts_in(material.window);
    let computed = match known {
        Some(known) => {
            // What was recorded before entries were counted by week lacks that count; the rows are here anyway.
            let weeks = outcome::weeks(&material.evidence);
            Computed { outcome: Outcome { weeks, ..known.computed.outcome }, ..known.computed }
        }
        None => jobs.run(move || assess(material, Include::default())).await?.0,
    };
    Ok(Timeline { computed, contexts })
}

/// What there is to say of a window, recorded nowhere. The engine runs unless this very evidence is assessed already.
pub async fn computed(
    db: &Db,
    jobs: &Jobs,
    catalogue: Arc<Catalogue>,
    view: View,
    relationship: RelationshipId,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<Computed, Error> {
    let (Gathered { material, .. }, known) = read(db, catalogue, view, relationship, wanted, now).await?;
    match known {
        Some(known) => Ok(known.computed),
        None => Ok(jobs.run(move || assess(material, Include::default())).await?.0),
    }
}

/// Assesses evidence that comes with the request, and keeps nothing of it.
pub async fn preview(
    db: &Db,
    jobs: &Jobs,
    view: View,
    (preview, include): (Preview, Include),
    now: DateTime<Utc>,
) -> Result<Computed, Error> {
    let account = view.account();
    let material = db.read(view, move |conn| preview::gather(conn, account, preview, now)).await?;
    let (computed, _) = jobs.run(move || assess(material, include)).await?;
    Ok(computed)
}

/// Runs the engine; gives the result in lasting words, and the entries that it names.
fn assess(material: Material, include: Include) -> (Computed, Vec<Uuid>) {
    let Material { window, evidence, ids, records, repairs, digest } = material;
    let policy = Policy::default();
    let found = engine::assess(&evidence, &policy);
    let mut outcome = outcome::outcome(&found, &evidence, &ids);
    outcome.measures.repairs = repairs;
    outcome.cited_records = outcome::cited_records(&found, &ids, &records);
    outcome.what_would_change = include.what_would_change.then(|| outcome::what_would_change(&found, &evidence, &policy));
    let computed = Computed {
        window,
        method_name: found.method.name.to_owned(),
        method_version: found.method.version.to_owned(),
        evidence_digest: digest,
        outcome,
    };
    (computed, outcome::cited(&found, &ids, &records.stood_for))
}

/// Records a result. Writers are held off while it is decided whether the evidence is still what was read; where some of it is
/// gone, nothing is recorded.
fn record(
    conn: &mut Conn,
    account: AccountId,
    relationship: RelationshipId,
    new: NewAssessment,
    read: &Read,
    creation: &Creation,
) -> Result<Option<Made<Assessment>>, Error> {
    relationships::lock(conn, account, relationship)?;
    let stale = gather::stamp(conn, account, relationship, new.computed.window)? != read.stamp;
    if stale && !gather::still_there(conn, account, &read.entries, &read.stamp)? {
        return Ok(None);
    }
    if !stale {
        interactions::store_weeks(conn, account, relationship, &read.weeks)?;
    }
    let Computed { window, evidence_digest, method_version, .. } = &new.computed;
    let same = store::same(conn, account, relationship, *window, evidence_digest, method_version)?;
    // A key is bound to what is answered: the one that is there already, or the one about to be made.
    let creation = Creation { id: same.as_ref().map_or(new.id, |same| same.id.0), ..creation.clone() };
    if let Start::Replay(id) = creation.begin(conn, account, tombstones::Kind::Assessment)? {
        return Ok(Some(Made { fresh: false, value: store::get(conn, account, relationship, AssessmentId(id))? }));
    }
    if let Some(same) = same {
        // Evidence that changed and changed back is the evidence that was assessed.
        let mut value = if same.stale && !stale { store::make_current(conn, account, same.id)? } else { same };
        let outcome = &mut value.computed.outcome;
        if outcome.what_would_change.is_none() && new.computed.outcome.what_would_change.is_some() {
            outcome.what_would_change.clone_from(&new.computed.outcome.what_would_change);
            store::amend(conn, account, value.id, outcome)?;
        }
        return Ok(Some(Made { fresh: false, value }));
    }
    let value = store::insert(conn, account, relationship, new, stale, creation.now)?;
    Ok(Some(Made { fresh: true, value }))
}

/// The assessment, the alias it is about, and what a recommendation depends on; or the reason why there is none.
pub async fn get(db: &Db, view: View, relationship: RelationshipId, id: AssessmentId, now: DateTime<Utc>) -> Result<Found, Error> {
    let account = view.account();
    db.read_words(view, move |conn, key| {
        let named = relationships::get(conn, key, relationship)?;
        let assessment = store::get(conn, account, relationship, id)?;
        let circumstances = circumstances(conn, key, view, relationship, &named.relationship.details, now)?;
        Ok(Found { assessment, alias: named.names.alias, circumstances })
    })
    .await
}

/// A page of a relationship's assessments, latest first.
pub async fn list(db: &Db, view: View, relationship: RelationshipId, page: PageRequest<Uuid>) -> Result<Page<Assessment, Uuid>, Error> {
    let account = view.account();
    db.read(view, move |conn| {
        relationships::find(conn, account, relationship)?;
        store::list(conn, account, relationship, &page)
    })
    .await
}

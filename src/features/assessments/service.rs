//! Gather, compute, record.

use std::sync::Arc;

use uuid::Uuid;

use super::gather::{self, Gathered, Stamp};
use super::jobs::Jobs;
use super::model::{Assessment, NewAssessment, Wanted};
use super::{outcome, store};
use crate::content::Catalogue;
use crate::db::creation::{Creation, Made, Start};
use crate::db::{Conn, Db, tombstones};
use crate::engine::{self, Policy};
use crate::features::relationships;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, AssessmentId, Error, RelationshipId};

/// Computes an assessment of what is stored now, unless the very same one is recorded already.
pub async fn compute(
    db: &Db,
    jobs: &Jobs,
    catalogue: Arc<Catalogue>,
    account: AccountId,
    relationship: RelationshipId,
    wanted: Wanted,
    creation: Creation,
) -> Result<Made<Assessment>, Error> {
    let policy = Policy::default();
    let (now, version) = (creation.now, policy.version);
    let found = db
        .snapshot(account, move |conn| {
            let gathered = gather::gather(conn, account, relationship, wanted, &catalogue, now)?;
            let known = store::same(conn, account, relationship, gathered.window, &gathered.digest, version)?;
            Ok((gathered, known))
        })
        .await?;
    let (gathered, known) = found;
    if let Some(value) = known.filter(|known| !known.stale && creation.idempotency.is_none()) {
        return Ok(Made { fresh: false, value });
    }
    let Gathered { window, evidence, ids, stamp, digest } = gathered;
    let evidence = Arc::new(evidence);
    let read = Arc::clone(&evidence);
    let computed = jobs.run(move || engine::assess(&read, &policy)).await?;
    let new = NewAssessment {
        id: creation.id,
        window,
        method_name: computed.method.name,
        method_version: computed.method.version,
        evidence_digest: digest,
        cited: outcome::cited(&computed, &ids),
        outcome: outcome::outcome(&computed, &evidence, &ids),
    };
    db.write(account, move |conn| record(conn, account, relationship, &new, &stamp, &creation)).await
}

/// Records a result. Writers are held off while it is decided whether the evidence is still what was read.
fn record(
    conn: &mut Conn,
    account: AccountId,
    relationship: RelationshipId,
    new: &NewAssessment,
    read: &Stamp,
    creation: &Creation,
) -> Result<Made<Assessment>, Error> {
    relationships::lock(conn, account, relationship)?;
    let same = store::same(conn, account, relationship, new.window, &new.evidence_digest, new.method_version)?;
    // A key is bound to what is answered: the one that is there already, or the one about to be made.
    let creation = Creation { id: same.as_ref().map_or(new.id, |same| same.id.0), ..creation.clone() };
    if let Start::Replay(id) = creation.begin(conn, account, tombstones::Kind::Assessment)? {
        return Ok(Made { fresh: false, value: store::get(conn, account, relationship, AssessmentId(id))? });
    }
    let stale = gather::stamp(conn, account, relationship, new.window)? != *read;
    if let Some(same) = same {
        // Evidence that changed and changed back is the evidence that was assessed.
        let value = if same.stale && !stale { store::make_current(conn, account, same.id)? } else { same };
        return Ok(Made { fresh: false, value });
    }
    let value = store::insert(conn, account, relationship, new, stale, creation.now)?;
    Ok(Made { fresh: true, value })
}

/// The assessment and the alias it is about, or the reason why there is none.
pub async fn get(db: &Db, account: AccountId, relationship: RelationshipId, id: AssessmentId) -> Result<(Assessment, String), Error> {
    db.read(account, move |conn| {
        let alias = relationships::find(conn, account, relationship)?.details.alias;
        Ok((store::get(conn, account, relationship, id)?, alias))
    })
    .await
}

/// A page of a relationship's assessments, latest first.
pub async fn list(
    db: &Db,
    account: AccountId,
    relationship: RelationshipId,
    page: PageRequest<Uuid>,
) -> Result<Page<Assessment, Uuid>, Error> {
    db.read(account, move |conn| {
        relationships::find(conn, account, relationship)?;
        store::list(conn, account, relationship, &page)
    })
    .await
}

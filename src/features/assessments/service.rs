//! Gather, compute, record.

use std::sync::Arc;

use uuid::Uuid;

use super::gather::{self, Gathered, Stamp, date};
use super::jobs::Jobs;
use super::model::{
    Assessment, ConflictOutcome, DimensionOutcome, EvidenceRead, FiguresOutcome, MissingOutcome, NewAssessment, Outcome, OverallOutcome,
    ShiftOutcome, Wanted,
};
use super::store;
use crate::db::creation::{Creation, Made, Start};
use crate::db::{Conn, Db, tombstones};
use crate::engine::assessment::{DimensionResult, Figures, Missing, Overall, Shift};
use crate::engine::types::Keeper;
use crate::engine::{self, Evidence, Policy};
use crate::features::relationships;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, AssessmentId, Error, RelationshipId};

/// Computes an assessment of what is stored now, unless the very same one is recorded already.
pub async fn compute(
    db: &Db,
    jobs: &Jobs,
    account: AccountId,
    relationship: RelationshipId,
    wanted: Wanted,
    creation: Creation,
) -> Result<Made<Assessment>, Error> {
    let policy = Policy::default();
    let (now, version) = (creation.now, policy.version);
    let found = db
        .snapshot(account, move |conn| {
            let gathered = gather::gather(conn, account, relationship, wanted, now)?;
            let known = store::same(conn, account, relationship, gathered.window, &gathered.digest, version)?;
            Ok((gathered, known))
        })
        .await?;
    let (gathered, known) = found;
    if let (Some(value), true) = (known, creation.idempotency.is_none()) {
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
        outcome: outcome(&computed, &evidence),
        cited: cited(&computed, &ids),
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
    if let Start::Replay(id) = creation.begin(conn, account, tombstones::Kind::Assessment)? {
        return Ok(Made { fresh: false, value: store::get(conn, account, relationship, AssessmentId(id))? });
    }
    if let Some(value) = store::same(conn, account, relationship, new.window, &new.evidence_digest, new.method_version)? {
        return Ok(Made { fresh: false, value });
    }
    let stale = gather::stamp(conn, account, relationship, new.window)? != *read;
    let value = store::insert(conn, account, relationship, new, stale, creation.now)?;
    Ok(Made { fresh: true, value })
}

/// The assessment, or the reason why there is none.
pub async fn get(db: &Db, account: AccountId, relationship: RelationshipId, id: AssessmentId) -> Result<Assessment, Error> {
    db.read(account, move |conn| {
        relationships::find(conn, account, relationship)?;
        store::get(conn, account, relationship, id)
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

/// Entries that the result names; none yet besides patterns and explanations.
fn cited(_computed: &engine::Assessment, _ids: &[Uuid]) -> Vec<Uuid> {
    Vec::new()
}

fn outcome(computed: &engine::Assessment, evidence: &Evidence) -> Outcome {
    Outcome {
        evidence: EvidenceRead {
            entries: computed.evidence.entries,
            unknown_actor_entries: computed.evidence.unknown_actor_entries,
            days: computed.evidence.days,
            first_day: computed.evidence.first_day.map(date),
            last_day: computed.evidence.last_day.map(date),
            kept_by: keeper_word(evidence.kept_by).to_owned(),
        },
        overall: overall(&computed.overall),
        dimensions: computed.dimensions.iter().map(dimension).collect(),
        conflicts: computed
            .conflicts
            .iter()
            .map(|conflict| ConflictOutcome {
                dimension: conflict.dimension.as_str().to_owned(),
                log_balance: conflict.log_balance,
                answers_balance: conflict.answers_balance,
            })
            .collect(),
        notes: notes(computed, evidence),
    }
}

const fn keeper_word(keeper: Keeper) -> &'static str {
    match keeper {
        Keeper::Logger => "logger",
        Keeper::Other => "other",
        Keeper::Neither => "neither",
    }
}

/// What a reader should keep in mind, as codes.
fn notes(computed: &engine::Assessment, evidence: &Evidence) -> Vec<String> {
    let mut notes = vec!["so_far"];
    match evidence.kept_by {
        Keeper::Logger => notes.push("kept_by_logger"),
        Keeper::Other => notes.push("kept_by_other"),
        Keeper::Neither => {}
    }
    if computed.evidence.unknown_actor_entries > 0 {
        notes.push("unknown_actors");
    }
    if !evidence.contexts.is_empty() {
        notes.push("known_strain");
    }
    notes.into_iter().map(str::to_owned).collect()
}

fn overall(overall: &Overall) -> OverallOutcome {
    OverallOutcome {
        state: overall.state.as_str().to_owned(),
        figures: overall.figures.map(|figures| self::figures(&figures.figures)),
        net_imbalance: overall.figures.map(|figures| figures.net_imbalance),
        complementarity: overall.figures.map(|figures| figures.complementarity),
        missing: overall.missing.iter().map(missing).collect(),
    }
}

fn dimension(result: &DimensionResult) -> DimensionOutcome {
    let sufficient = result.figures.is_some();
    DimensionOutcome {
        dimension: result.dimension.as_str().to_owned(),
        state: result.state.as_str().to_owned(),
        figures: result.figures.as_ref().map(figures),
        expected_balance: result.expected_balance,
        effective_events: result.effective_events,
        entries: result.entries,
        shift: result.shift.filter(|_| sufficient).map(|Shift { probability, day }| ShiftOutcome { probability, date: date(day) }),
        ebb_sd: sufficient.then_some(result.ebb_sd),
        local_balance: sufficient.then_some(result.local_balance),
        missing: result.missing.iter().map(missing).collect(),
    }
}

fn figures(figures: &Figures) -> FiguresOutcome {
    FiguresOutcome {
        balance: figures.balance,
        lower_90: figures.lower_90,
        upper_90: figures.upper_90,
        probability_over: figures.probability_over,
        probability_under: figures.probability_under,
    }
}

fn missing(missing: &Missing) -> MissingOutcome {
    let (code, more) = match missing {
        Missing::Acts { more } => ("more_acts", Some(*more)),
        Missing::NarrowerInterval => ("narrower_interval", None),
        Missing::AnyDimension => ("any_dimension", None),
    };
    MissingOutcome { code: code.to_owned(), more }
}

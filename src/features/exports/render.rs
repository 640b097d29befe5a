//! A page of records as JSON: what the API answers for each of them, so that one schema describes both.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::model::{Include, PAGE, Part, Place};
use super::store;
use super::wire::{ExportedRelationship, ExportedRemovedId, ExportedRevision, ExportedSession};
use crate::content::{Catalogue, Texts};
use crate::db::{AccountKey, Conn};
use crate::features::records::model::{Need, Plan, Promise, Repair};
use crate::features::{
    access_log, accounts, assessments, consents, experiments, grants, interactions, recommendations, records, relationships, responses,
    routines, safety,
};
use crate::kernel::Error;

/// What records are shown with: question sets to score answers, and the sentences of assessments.
#[derive(Clone, Copy, Debug)]
pub struct With<'a> {
    pub catalogue: &'a Catalogue,
    pub texts: &'a Texts,
    /// The moment at which things are shown as they stand.
    pub now: DateTime<Utc>,
    pub include: Include,
}

/// A page of records and where the next begins; nothing where this was the last.
pub struct Rendered {
    pub records: Vec<String>,
    pub next: Option<Place>,
}

/// The page of an account's records that begins at a place.
pub fn page(conn: &mut Conn, key: &AccountKey, with: With<'_>, at: Place) -> Result<Rendered, Error> {
    let account = key.account();
    let (id, number) = (at.id, at.number);
    let here = (at, with.include);
    match at.part {
        Part::Account => rendered(here, vec![accounts::get(conn, account)?], |_| (id, 0), |one| Ok(accounts::AccountView::from(one))),
        Part::Consents => {
            let rows = consents::after(conn, account, number, PAGE)?;
            rendered(here, rows, |one| (id, one.number), |one| Ok(consents::ConsentView::from(one)))
        }
        Part::Sessions => rendered(here, store::sessions(conn, key, at)?, |one| (one.id, 0), |one| Ok(ExportedSession::from(one))),
        Part::Grants => {
            let rows = grants::after(conn, key, id, PAGE)?;
            rendered(here, rows, |one| (one.id.0, 0), |one| Ok(grants::GrantView::new(one, with.now)))
        }
        Part::Relationships => {
            let rows = relationships::after(conn, key, id, PAGE)?;
            rendered(here, rows, |(one, _)| (one.relationship.id.0, 0), |(one, quiet)| Ok(ExportedRelationship::new(one.into(), quiet)))
        }
        Part::Interactions => {
            let rows = interactions::after(conn, key, id, PAGE)?;
            rendered(here, rows, |one| (one.id.0, 0), |one| Ok(interactions::InteractionView::from(one)))
        }
        Part::InteractionHistory => {
            let rows = interactions::history_after(conn, key, (id, number), PAGE)?;
            rendered(here, rows, |(entry, said)| (*entry, said.version), |(entry, said)| Ok(ExportedRevision::new(entry, said.into())))
        }
        Part::Promises => {
            let rows = records::after::<Promise>(conn, key, id, PAGE)?;
            rendered(here, rows, |one| (one.id.0, 0), |one| Ok(records::PromiseView::from(one)))
        }
        Part::Plans => {
            let rows = records::after::<Plan>(conn, key, id, PAGE)?;
            rendered(here, rows, |one| (one.id.0, 0), |one| Ok(records::PlanView::from(one)))
        }
        Part::Needs => {
            let rows = records::after::<Need>(conn, key, id, PAGE)?;
            rendered(here, rows, |one| (one.id.0, 0), |one| Ok(records::NeedView::from(one)))
        }
        Part::Repairs => {
            let rows = records::after::<Repair>(conn, key, id, PAGE)?;
            rendered(here, rows, |one| (one.id.0, 0), |one| Ok(records::RepairView::from(one)))
        }
        Part::Responses => {
            let rows = responses::after(conn, account, id, PAGE)?;
            rendered(here, rows, |one| (one.id.0, 0), |one| responses::view(with.catalogue, one))
        }
        Part::PracticeSessions => {
            let rows = routines::sessions_after(conn, key, id, PAGE)?;
            rendered(here, rows, |one| (one.id.0, 0), |one| Ok(routines::ExportedPracticeSession::from(one)))
        }
        Part::AdoptedPractices => {
            let rows = routines::after(conn, account, id, PAGE)?;
            rendered(here, rows, |one| (one.id.0, 0), |one| Ok(routines::AdoptedPracticeView::from(one)))
        }
        Part::NotForMe => {
            let rows = recommendations::after(conn, account, number, PAGE)?;
            rendered(here, rows, |one| (id, one.number), |one| Ok(recommendations::ExportedNotForMe::from(one)))
        }
        Part::Experiments => {
            let rows = experiments::exported(conn, key, with.catalogue, (id, PAGE), with.now)?;
            rendered(here, rows, |one| (one.experiment.id.0, 0), |one| Ok(experiments::ExperimentView::from(one)))
        }
        Part::SafetyAnswers => {
            let rows = safety::after(conn, key, id, PAGE)?;
            rendered(here, rows, |one| (one.relationship.0, 0), |one| Ok(safety::ExportedSafetyAnswers::from(one)))
        }
        Part::Assessments => {
            let rows = assessments::after(conn, account, id, PAGE)?;
            let phrases = with.texts.accepted("");
            rendered(here, rows, |one| (one.id.0, 0), |one| Ok(assessments::AssessmentView::new(one, phrases)))
        }
        Part::RemovedIds => {
            let rows = store::removed_ids(conn, account, at)?;
            rendered(here, rows, |one| (one.id, one.kind as i64), |one| Ok(ExportedRemovedId::from(one)))
        }
        Part::AccessLog => {
            let rows = access_log::after(conn, account, (id, number), PAGE)?;
            rendered(here, rows, |(one, place)| (one.session.0, *place), |(one, _)| Ok(access_log::AccessView::from(one)))
        }
    }
}

fn rendered<T, V: Serialize>(
    (at, include): (Place, Include),
    rows: Vec<T>,
    place: impl Fn(&T) -> (Uuid, i64),
    view: impl Fn(T) -> Result<V, Error>,
) -> Result<Rendered, Error> {
    let whole = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let last = rows.last().map(place).filter(|_| whole);
    let next = match last {
        Some((id, number)) => Some(Place { part: at.part, id, number }),
        None => at.part.next(include).map(Place::start),
    };
    let text = |row: T| -> Result<String, Error> { serde_json::to_string(&view(row)?).map_err(Error::internal) };
    Ok(Rendered { records: rows.into_iter().map(text).collect::<Result<_, _>>()?, next })
}

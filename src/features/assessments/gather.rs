//! Gathering: a relationship's rows, as they stood at one instant, turned into what the engine reads.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::digest::digest_of;
use super::model::{MAX_ENTRIES, Wanted, Window};
use crate::content::Catalogue;
use crate::db::Conn;
use crate::engine::Evidence;
use crate::engine::evidence::{ContextEffect, ContextPeriod, Entry};
use crate::engine::types::{ByDimension, Day, EntryId, Keeper};
use crate::features::interactions::model::{actor_of, dimension_of};
use crate::features::interactions::{self, EvidenceRow, Week};
use crate::features::records::model::{RecordKind, RepairsMeasure, repairs_measure};
use crate::features::relationships::model::{self as tie, Relationship};
use crate::features::responses::{self, StoredResponse};
use crate::features::{accounts, records, relationships};
use crate::kernel::{AccountId, Error, FieldError, RelationshipId, ResponseId, zone};

/// The weight of an entry whose effort was not said (docs/assessment.md).
pub const USUAL_EFFORT: i16 = 2;

/// What the engine is given, and how its answer finds back to what the client knows.
#[derive(Clone, Debug)]
pub struct Material {
    pub window: Window,
    pub evidence: Evidence,
    /// The ids of entries and records, by the number that the engine knows them under; nil where the client gave none.
    pub ids: Vec<Uuid>,
    /// Which of them are records, and of what kind.
    pub records: Records,
    /// What the repairs of the window come to; nothing where none was noted.
    pub repairs: Option<RepairsMeasure>,
    pub digest: Vec<u8>,
}

/// The records among what the engine is given.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// How many ids are those of entries; they come first.
    pub after: usize,
    /// The kinds of the others, in their order.
    pub kinds: Vec<RecordKind>,
    /// Records that an entry stands for, by its number: who cites the entry cites them.
    pub stood_for: Vec<(EntryId, Uuid)>,
}

/// What a relationship's rows say, and how to recognise whether they still do.
#[derive(Clone, Debug)]
pub struct Gathered {
    pub material: Material,
    pub stamp: Stamp,
    /// Whole weeks of it, to be kept for the next time.
    pub weeks: Vec<Week>,
    /// The tie as it was then.
    pub tie: tie::Details,
}

/// What the tie itself says that an assessment reads.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub kept_by: tie::KeptBy,
    pub expected_balance: f64,
    pub contexts: &'a [tie::Context],
}

/// Equal stamps mean equal evidence, while writers are held off.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    interactions: interactions::Stamp,
    /// The responses that count, each with its place in the order of changes.
    responses: Vec<(ResponseId, i64)>,
    records: records::Stamp,
    tie: TieStamp,
}

#[derive(Clone, Debug, PartialEq)]
struct TieStamp {
    kept_by: tie::KeptBy,
    expected_balance: u64,
    contexts: Vec<tie::Context>,
}

/// Reads everything the engine needs; run it in a snapshot.
pub fn gather(
    conn: &mut Conn,
    account: AccountId,
    id: RelationshipId,
    wanted: Wanted,
    catalogue: &Catalogue,
    now: DateTime<Utc>,
) -> Result<Gathered, Error> {
    let relationship = relationships::find(conn, account, id)?;
    let window = window(conn, account, wanted, now)?;
    let span = (window.from, window.to);
    let entries = interactions::between(conn, account, id, span, MAX_ENTRIES)?.ok_or_else(too_many)?;
    let rows = entries.rows;
    let records = records::between(conn, account, id, span, MAX_ENTRIES - rows.len())?.ok_or_else(too_many)?;
    let responses = responses::completed_between(conn, account, id, window.from, window.to)?;
    let mut evidence = evidence(frame(&relationship), window, &rows)?;
    for response in &responses {
        evidence.questionnaires.extend(responses::questionnaires(catalogue, response)?);
    }
    let fed = records::feed(&rows, &records, span, day);
    let (known, kinds): (Vec<Uuid>, Vec<RecordKind>) = fed.known.into_iter().unzip();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).chain(known).collect();
    for (number, act) in &fed.acts {
        evidence.entries.push(entry(act, *number)?);
    }
    (evidence.promises, evidence.needs, evidence.plans, evidence.repairs) = (fed.promises, fed.needs, fed.plans, fed.repairs);
    let stamp = Stamp {
        interactions: entries.stamp,
        responses: response_stamp(&responses),
        records: records.iter().map(|record| (record.id, record.change)).collect(),
        tie: tie_stamp(&relationship),
    };
    let acts = fed.acts.iter().map(|(_, act)| act);
    let repairs = repairs_measure(&records, span);
    let digest = digest_of(&evidence, rows.iter().chain(acts), &ids, (&fed.stood_for, repairs));
    let records = Records { after: rows.len(), kinds, stood_for: fed.stood_for };
    let material = Material { window, evidence, ids, records, repairs, digest };
    Ok(Gathered { material, stamp, weeks: entries.weeks, tie: relationship.details })
}

fn too_many() -> Error {
    let detail = format!("The window holds more than {MAX_ENTRIES} entries; choose a shorter one.");
    Error::invalid(vec![FieldError::new("/window_days", "too_many_entries", detail)])
}

/// What was logged on some days as the engine reads it: entries, acts of records, strain, who kept the log; no answers. Nothing where it is more than is read.
pub fn of_days(conn: &mut Conn, account: AccountId, id: RelationshipId, days: Window) -> Result<Option<Evidence>, Error> {
    let relationship = relationships::find(conn, account, id)?;
    let span = (days.from, days.to);
    let Some(entries) = interactions::between(conn, account, id, span, MAX_ENTRIES)? else { return Ok(None) };
    let Some(records) = records::between(conn, account, id, span, MAX_ENTRIES - entries.rows.len())? else { return Ok(None) };
    let mut found = evidence(frame(&relationship), days, &entries.rows)?;
    for (number, act) in &records::feed(&entries.rows, &records, span, day).acts {
        found.entries.push(entry(act, *number)?);
    }
    Ok(Some(found))
}

fn frame(relationship: &Relationship) -> Frame<'_> {
    let tie::Details { kept_by, expected_balance, ref contexts, .. } = relationship.details;
    Frame { kept_by, expected_balance, contexts }
}

/// The stamp as it is now; run it with writers held off.
pub fn stamp(conn: &mut Conn, account: AccountId, id: RelationshipId, window: Window) -> Result<Stamp, Error> {
    let relationship = relationships::find(conn, account, id)?;
    let interactions = interactions::stamp(conn, account, id, (window.from, window.to))?;
    let responses = responses::completed_between(conn, account, id, window.from, window.to)?;
    let records = records::stamp(conn, account, id, (window.from, window.to))?;
    Ok(Stamp { interactions, responses: response_stamp(&responses), records, tie: tie_stamp(&relationship) })
}

/// Whether everything that was read is still there, changed or not; run it with writers held off.
pub fn still_there(conn: &mut Conn, account: AccountId, entries: &[Uuid], read: &Stamp) -> Result<bool, Error> {
    let answered: Vec<ResponseId> = read.responses.iter().map(|(id, _)| *id).collect();
    Ok(interactions::all_there(conn, account, entries)?
        && responses::all_there(conn, account, &answered)?
        && records::all_there(conn, account, &read.records)?)
}

fn response_stamp(responses: &[StoredResponse]) -> Vec<(ResponseId, i64)> {
    responses.iter().map(|response| (response.id, response.change)).collect()
}

impl Stamp {
    /// The tie's periods of strain that touch a window.
    pub fn contexts_in(&self, window: Window) -> Vec<tie::Context> {
        let touches = |period: &&tie::Context| period.from <= window.to && period.to.is_none_or(|to| to >= window.from);
        self.tie.contexts.iter().filter(touches).cloned().collect()
    }
}

fn tie_stamp(relationship: &Relationship) -> TieStamp {
    TieStamp {
        kept_by: relationship.details.kept_by,
        expected_balance: relationship.details.expected_balance.to_bits(),
        contexts: relationship.details.contexts.clone(),
    }
}

/// The days that are wanted, today in the account's zone at the latest.
pub fn window(conn: &mut Conn, account: AccountId, wanted: Wanted, now: DateTime<Utc>) -> Result<Window, Error> {
    let zone = accounts::time_zone_of(conn, account)?;
    let to = wanted.as_of.unwrap_or_else(|| zone::last_complete_day(now, zone));
    if to > zone::local_date(now, zone) {
        return Err(Error::invalid(vec![FieldError::new("/as_of", "in_the_future", "as_of is today at the latest.")]));
    }
    let back = chrono::Days::new(u64::try_from(wanted.window_days).unwrap_or(1).saturating_sub(1));
    Ok(Window { from: to.checked_sub_days(back).unwrap_or(to), to })
}

/// The tie and its entries as the engine reads them; an entry's number is its place among the rows.
pub fn evidence(tie: Frame<'_>, window: Window, rows: &[EvidenceRow]) -> Result<Evidence, Error> {
    let mut evidence = Evidence::empty(day(window.from), day(window.to));
    evidence.kept_by = match tie.kept_by {
        tie::KeptBy::Logger => Keeper::Logger,
        tie::KeptBy::Other => Keeper::Other,
        tie::KeptBy::Neither => Keeper::Neither,
    };
    evidence.expected_balance = ByDimension::from_fn(|_| tie.expected_balance);
    evidence.contexts = tie.contexts.iter().map(|period| context(period, window)).collect();
    evidence.entries = rows.iter().zip(0..).map(|(row, number)| entry(row, EntryId(number))).collect::<Result<_, _>>()?;
    Ok(evidence)
}

fn context(period: &tie::Context, window: Window) -> ContextPeriod {
    ContextPeriod {
        from: day(period.from),
        to: day(period.to.unwrap_or(window.to)),
        effect: match period.effect {
            tie::ContextEffect::Widen => ContextEffect::Widen,
            tie::ContextEffect::Exempt => ContextEffect::Exempt,
        },
    }
}

fn entry(row: &EvidenceRow, id: EntryId) -> Result<Entry, Error> {
    let damaged = || Error::internal("a stored interaction has a number this version does not know");
    Ok(Entry {
        id,
        day: day(row.local_date),
        dimension: dimension_of(row.dimension).ok_or_else(damaged)?,
        actor: actor_of(row.actor).ok_or_else(damaged)?,
        weight: f64::from(row.effort.unwrap_or(USUAL_EFFORT)),
        prompted: row.prompted,
        energy_after: row.energy_after.and_then(|value| i8::try_from(value).ok()),
        felt_heard: row.felt_heard.and_then(|value| u8::try_from(value).ok()),
    })
}

/// Days since 1970-01-01, as the engine counts.
#[must_use]
pub fn day(date: NaiveDate) -> Day {
    let days = date.signed_duration_since(NaiveDate::default()).num_days();
    Day(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
}

/// The calendar date of one of the engine's days.
#[must_use]
pub fn date(day: Day) -> NaiveDate {
    NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(i64::from(day.0))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        for text in ["1970-01-01", "2026-03-29", "1969-12-31", "2262-04-11"] {
            let calendar: NaiveDate = text.parse().unwrap();
            assert_eq!(date(day(calendar)), calendar);
        }
        assert_eq!(day("1970-01-05".parse().unwrap()), Day(4), "the first Monday");
    }
}

//! Whole weeks of evidence, packed into a row each: an assessment reads these instead of thousands of entries.
//!
//! They are made from entries that an assessment has read anyway, and stored with it. Whatever changes one of a week's entries drops
//! the week in the same statement (a trigger of `interactions`), so what is there is what the entries say. What is not
//! there is read from the entries: a week that was changed, or has too few of them, or lies in the window only in part.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Date, Uuid as SqlUuid};
use uuid::Uuid;

use super::evidence::{ChangedRow, EvidenceRow, Span, Stamp};
use crate::db::columns::over_columns;
use crate::db::schema::evidence_weeks as t;
use crate::kernel::{AccountId, Error, RelationshipId};

/// Entries from which on a week is packed; fewer are read as fast as their packing.
const LEAST: usize = 16;
/// How a packing is laid out, its first byte. Of another version, the entries are read.
const VERSION: u8 = 1;
/// Bytes of an entry: its id, and seven small figures.
const ENTRY: usize = 16 + 7;

/// A week of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    monday: NaiveDate,
    entries: Vec<u8>,
    stamp: Stamp,
}

/// The stamps of the packed weeks that lie in a window as a whole, by their Mondays.
pub type Stamps = BTreeMap<NaiveDate, Stamp>;

/// Which weeks of a window are packed.
pub fn stamps(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId, span: Span) -> Result<Stamps, Error> {
    let figures = (t::week, t::count, t::sum, t::folded, t::mixed);
    let weeks: Vec<(NaiveDate, i64, i64, i64, i64)> = within(account.0, relationship.0, span.0, last(span)).select(figures).load(conn)?;
    Ok(weeks.into_iter().map(|(monday, count, sum, folded, mixed)| (monday, Stamp { count, sum, folded, mixed })).collect())
}

/// The packed weeks of a window, with what is in them; those that this version cannot read are not among them.
pub fn packed(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    span: Span,
    stamps: &Stamps,
) -> Result<BTreeMap<NaiveDate, Vec<EvidenceRow>>, Error> {
    let weeks: Vec<(NaiveDate, Vec<u8>)> =
        within(account.0, relationship.0, span.0, last(span)).select((t::week, t::entries)).load(conn)?;
    let whole = |(monday, entries): (NaiveDate, Vec<u8>)| {
        let rows = unpack(monday, &entries)?;
        let count = stamps.get(&monday)?.count;
        (usize::try_from(count) == Ok(rows.len())).then_some((monday, rows))
    };
    Ok(weeks.into_iter().filter_map(whole).collect())
}

/// The last Monday whose week ends in the window.
fn last((_, to): Span) -> NaiveDate {
    to.checked_sub_days(Days::new(6)).unwrap_or(NaiveDate::MIN)
}

#[diesel::dsl::auto_type]
fn within(account: Uuid, relationship: Uuid, from: NaiveDate, last: NaiveDate) -> _ {
    t::table.filter(t::account_id.eq(account).and(t::relationship_id.eq(relationship))).filter(t::week.between(from, last))
}

/// The runs of days of a window that lie in none of some weeks.
pub fn runs_besides<T>(weeks: &BTreeMap<NaiveDate, T>, (from, to): Span) -> Vec<Span> {
    let mut runs = Vec::new();
    let mut first = from;
    for monday in weeks.keys() {
        let before = monday.pred_opt().unwrap_or(*monday);
        if first <= before {
            runs.push((first, before));
        }
        first = monday.checked_add_days(Days::new(7)).unwrap_or(NaiveDate::MAX);
    }
    if first <= to {
        runs.push((first, to));
    }
    runs
}

fn monday(day: NaiveDate) -> NaiveDate {
    day.week(Weekday::Mon).first_day()
}

/// Stores weeks that were read as entries, while writers are held off and since the entries are the same.
pub fn store(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId, weeks: &[Week]) -> Result<(), Error> {
    if weeks.is_empty() {
        return Ok(());
    }
    let columns = Store {
        account: weeks.iter().map(|_| account.0).collect(),
        relationship: weeks.iter().map(|_| relationship.0).collect(),
        week: weeks.iter().map(|week| week.monday).collect(),
        entries: weeks.iter().map(|week| week.entries.clone()).collect(),
        count: weeks.iter().map(|week| week.stamp.count).collect(),
        sum: weeks.iter().map(|week| week.stamp.sum).collect(),
        folded: weeks.iter().map(|week| week.stamp.folded).collect(),
        mixed: weeks.iter().map(|week| week.stamp.mixed).collect(),
    };
    columns.execute(conn)?;
    Ok(())
}

over_columns! {
    /// New weeks.
    Store {
        account: SqlUuid => Uuid,
        relationship: SqlUuid => Uuid,
        week: Date => NaiveDate,
        entries: Binary => Vec<u8>,
        count: BigInt => i64,
        sum: BigInt => i64,
        folded: BigInt => i64,
        mixed: BigInt => i64,
    } -> (),
    "INSERT INTO evidence_weeks (account_id, relationship_id, week, entries, count, sum, folded, mixed) SELECT * FROM",
    "new ON CONFLICT (account_id, relationship_id, week) DO UPDATE SET entries = excluded.entries, count = excluded.count, \
     sum = excluded.sum, folded = excluded.folded, mixed = excluded.mixed"
}

impl Week {
    /// Whole weeks of a window, packed, from entries in the order of their days; those of which there are enough.
    pub(super) fn whole(rows: &[ChangedRow], span: Span) -> Vec<Self> {
        let weeks = rows.chunk_by(|one, next| monday(one.row.local_date) == monday(next.row.local_date));
        weeks.filter(|week| week.len() >= LEAST).filter_map(|week| Self::pack(week, span)).collect()
    }

    fn pack(rows: &[ChangedRow], (from, to): Span) -> Option<Self> {
        let monday = monday(rows.first()?.row.local_date);
        if monday < from || monday.checked_add_days(Days::new(6))? > to {
            return None;
        }
        let mut entries = Vec::with_capacity(1 + rows.len() * ENTRY);
        entries.push(VERSION);
        for ChangedRow { row, .. } in rows {
            entries.extend_from_slice(row.id.as_bytes());
            entries.extend_from_slice(&figures(row)?);
        }
        Some(Self { monday, entries, stamp: Stamp::of(rows.iter().map(|one| one.change)) })
    }
}

/// The entries of a week, in their order; nothing where it was packed in another way.
fn unpack(monday: NaiveDate, packed: &[u8]) -> Option<Vec<EvidenceRow>> {
    let (&VERSION, entries) = packed.split_first()? else { return None };
    let entries = entries.chunks_exact(ENTRY);
    let whole = entries.remainder().is_empty();
    let row = |entry: &[u8]| {
        let (id, figures) = entry.split_first_chunk()?;
        row(monday, Uuid::from_bytes(*id), figures)
    };
    whole.then(|| entries.map(row).collect()).flatten()
}

/// What an entry says besides its id, a byte each; 0 is what was not said. Nothing where a figure is none that an entry can have.
fn figures(row: &EvidenceRow) -> Option<[u8; 7]> {
    let said = |value: Option<i16>| value.map_or(Some(0), |value| u8::try_from(value).ok().filter(|value| *value > 0));
    Some([
        u8::try_from(row.local_date.weekday().num_days_from_monday()).ok()?,
        u8::try_from(row.dimension).ok()?,
        u8::try_from(row.actor).ok()?,
        said(row.effort)?,
        said(row.prompted.map(|prompted| 1 + i16::from(prompted)))?,
        said(row.energy_after.map(|energy| energy.saturating_add(ENERGY)))?,
        said(row.felt_heard)?,
    ])
}

/// What is added to an entry's energy, -3 to 3, so that it is above nothing.
const ENERGY: i16 = 4;

fn row(monday: NaiveDate, id: Uuid, figures: &[u8]) -> Option<EvidenceRow> {
    let &[day, dimension, actor, effort, prompted, energy, felt_heard] = figures else { return None };
    let said = |value: u8| (value > 0).then(|| i16::from(value));
    Some(EvidenceRow {
        id,
        local_date: monday.checked_add_days(Days::new(u64::from(day)))?,
        dimension: i16::from(dimension),
        actor: i16::from(actor),
        effort: said(effort),
        prompted: said(prompted).map(|prompted| prompted > 1),
        energy_after: said(energy).map(|energy| energy - ENERGY),
        felt_heard: said(felt_heard),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_days_around_packed_weeks_are_read_in_runs() {
        let weeks: Stamps = ["2026-02-09", "2026-02-16", "2026-03-02"].map(|monday| (date(monday), Stamp::default())).into();
        let runs = runs_besides(&weeks, (date("2026-02-04"), date("2026-03-09")));
        let expected = [("2026-02-04", "2026-02-08"), ("2026-02-23", "2026-03-01"), ("2026-03-09", "2026-03-09")];
        assert_eq!(runs, expected.map(|(first, last)| (date(first), date(last))));
        let (two, span) = (weeks.into_iter().take(2).collect::<Stamps>(), (date("2026-02-09"), date("2026-02-22")));
        assert_eq!(runs_besides(&two, span), []);
        assert_eq!(runs_besides(&Stamps::new(), span), [span]);
    }

    fn entry() -> impl Strategy<Value = EvidenceRow> {
        let said = |from: i16, to: i16| prop::option::of(from..=to);
        (any::<u128>(), 0..7_u64, 1..=8_i16, 1..=4_i16, said(1, 5), any::<Option<bool>>(), said(-3, 3), said(1, 5)).prop_map(
            |(id, day, dimension, actor, effort, prompted, energy_after, felt_heard)| EvidenceRow {
                id: Uuid::from_u128(id),
                local_date: date("2026-02-09") + Days::new(day),
                dimension,
                actor,
                effort,
                prompted,
                energy_after,
                felt_heard,
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_packed_is_what_is_unpacked(mut rows in prop::collection::vec(entry(), LEAST..40)) {
            rows.sort_by_key(|row| (row.local_date, row.id));
            let changed: Vec<ChangedRow> = rows.iter().cloned().zip(5..).map(|(row, change)| ChangedRow { row, change }).collect();
            let span = (date("2026-02-09"), date("2026-02-15"));
            let weeks = Week::whole(&changed, span);
            prop_assert_eq!(weeks.len(), 1);
            prop_assert_eq!(unpack(weeks[0].monday, &weeks[0].entries), Some(rows));
            prop_assert_eq!(weeks[0].stamp, Stamp::of(changed.iter().map(|one| one.change)));
        }
    }

    #[test]
    fn a_week_is_packed_when_all_of_it_lies_in_the_window_and_it_has_enough() {
        let row = EvidenceRow {
            id: Uuid::nil(),
            local_date: date("2026-02-11"),
            dimension: 1,
            actor: 1,
            effort: None,
            prompted: None,
            energy_after: None,
            felt_heard: None,
        };
        let rows = vec![ChangedRow { row, change: 1 }; LEAST];
        let packed = |rows: &[ChangedRow], from: &str, to: &str| Week::whole(rows, (date(from), date(to))).len();
        assert_eq!(packed(&rows, "2026-02-09", "2026-02-15"), 1);
        assert_eq!((packed(&rows, "2026-02-10", "2026-02-15"), packed(&rows, "2026-02-09", "2026-02-14")), (0, 0));
        assert_eq!(packed(&rows[1..], "2026-02-09", "2026-02-15"), 0);
    }

    #[test]
    fn what_another_version_packed_is_not_read() {
        let monday = date("2026-02-09");
        assert_eq!(unpack(monday, &[VERSION]), Some(Vec::new()));
        assert_eq!((unpack(monday, &[VERSION + 1]), unpack(monday, &[VERSION, 1]), unpack(monday, &[])), (None, None, None));
    }
}

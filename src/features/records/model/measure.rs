//! What the repairs of a window come to, told and not judged: how many there are, how far they came, how long it took.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Actor, Details, Repair, StoredRecord};

/// The repairs that began in a window, as they stood on its last day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RepairsMeasure {
    pub count: u32,
    /// Nobody had moved, and it was not over.
    pub open: u32,
    /// It was over.
    pub repaired: u32,
    /// First moves that were accepted; those of which nobody said so are in neither.
    pub accepted: u32,
    pub not_accepted: u32,
    /// Who noticed, where it was one of the two.
    pub noticed_by_me: u32,
    pub noticed_by_them: u32,
    /// Median of the days until the first move, where anybody moved.
    pub median_days_to_first_move: Option<f64>,
    /// Median of the days until it was over, where any was.
    pub median_days: Option<f64>,
}

/// What the repairs that began on the days from one to another come to; nothing where there are none.
#[must_use]
pub fn repairs_measure(records: &[StoredRecord], (from, to): (NaiveDate, NaiveDate)) -> Option<RepairsMeasure> {
    let mut measure = RepairsMeasure::default();
    let (mut to_move, mut to_end) = (Vec::new(), Vec::new());
    for record in records.iter().filter(|record| record.local_date >= from && record.local_date <= to) {
        let Details::Repair(repair) = &record.details else { continue };
        let known = as_of(repair, to);
        measure.add(&known);
        to_move.extend(known.days_to_first_move(record.local_date));
        to_end.extend(known.duration_days(record.local_date));
    }
    (measure.median_days_to_first_move, measure.median_days) = (median(to_move), median(to_end));
    (measure.count > 0).then_some(measure)
}

/// A repair as it stood on a day: nobody knew what came later.
fn as_of(repair: &Repair, day: NaiveDate) -> Repair {
    Repair {
        first_move: repair.first_move.filter(|first| first.on <= day),
        repaired_on: repair.repaired_on.filter(|on| *on <= day),
        ..repair.clone()
    }
}

impl RepairsMeasure {
    fn add(&mut self, repair: &Repair) {
        let one = |holds: bool| u32::from(holds);
        let accepted = repair.first_move.and_then(|first| first.accepted);
        self.count += 1;
        self.open += one(repair.first_move.is_none() && repair.repaired_on.is_none());
        self.repaired += one(repair.repaired_on.is_some());
        self.accepted += one(accepted == Some(true));
        self.not_accepted += one(accepted == Some(false));
        self.noticed_by_me += one(repair.noticed_by == Some(Actor::Me));
        self.noticed_by_them += one(repair.noticed_by == Some(Actor::Them));
    }
}

/// The middle one; of an even number of them, between the two in the middle.
fn median(mut days: Vec<i64>) -> Option<f64> {
    days.sort_unstable();
    let high = *days.get(days.len() / 2)?;
    let low = *days.get(days.len().saturating_sub(1) / 2)?;
    // A record's days lie within a few thousand years.
    i32::try_from(low + high).ok().map(|sum| f64::from(sum) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::super::Move;
    use super::*;
    use crate::kernel::RecordId;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn record(began: &str, moved: Option<(&str, Option<bool>)>, over: Option<&str>, noticed_by: Option<Actor>) -> StoredRecord {
        let first_move = moved.map(|(on, accepted)| Move { by: Actor::Me, on: day(on), prompted: None, accepted });
        let details = Details::Repair(Repair { noticed_by, first_move, repaired_on: over.map(day) });
        StoredRecord { id: RecordId(uuid::Uuid::nil()), local_date: day(began), interaction: None, details, change: 0 }
    }

    #[test]
    fn repairs_are_counted_as_they_stood_on_the_last_day_and_an_open_one_is_open() {
        let records = [
            record("2026-03-01", Some(("2026-03-02", Some(true))), Some("2026-03-03"), Some(Actor::Me)),
            record("2026-03-04", Some(("2026-03-09", Some(false))), Some("2026-03-12"), Some(Actor::Them)),
            record("2026-03-10", Some(("2026-03-30", Some(true))), Some("2026-03-30"), None),
            record("2026-03-12", Some(("2026-03-14", None)), None, Some(Actor::Both)),
            record("2026-02-01", None, None, Some(Actor::Me)),
        ];
        let measure = repairs_measure(&records, (day("2026-03-01"), day("2026-03-20"))).unwrap();
        let wanted = RepairsMeasure {
            count: 4,
            open: 1,
            repaired: 2,
            accepted: 1,
            not_accepted: 1,
            noticed_by_me: 1,
            noticed_by_them: 1,
            median_days_to_first_move: Some(2.0),
            median_days: Some(5.0),
        };
        assert_eq!(measure, wanted);
        assert_eq!(repairs_measure(&records, (day("2026-04-01"), day("2026-04-20"))), None);
        let first = repairs_measure(&records, (day("2026-02-01"), day("2026-02-01"))).unwrap();
        assert_eq!((first.count, first.open, first.median_days), (1, 1, None));
    }
}

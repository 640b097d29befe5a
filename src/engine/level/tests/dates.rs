//! The possible dates of a shift, and what each of them stands for.

use crate::engine::level::{candidate_dates, date_shares};
use crate::engine::policy::LevelPolicy;
use crate::engine::rollup::RollUp;
use crate::engine::tests::entry;
use crate::engine::types::{Actor, Day, Dimension};

const FIRST: i32 = 20_000;

fn policy() -> LevelPolicy {
    crate::engine::Policy::default().level
}

/// A log of one dimension with an act every `step` days.
fn every(step: usize, days: i32) -> RollUp {
    let mut roll_up = RollUp::default();
    for day in (FIRST..FIRST + days).step_by(step) {
        roll_up.add(&entry(0, day, Dimension::Repair, Actor::Me));
    }
    roll_up
}

#[test]
fn dates_are_mondays_well_inside_the_evidence_and_do_not_move_with_the_day() {
    assert!(candidate_dates(&every(1, 42), &policy()).is_empty(), "six weeks leave no room");
    let dates = candidate_dates(&every(1, 101), &policy());
    assert!(dates.len() > 4, "{dates:?}");
    assert!(dates.iter().all(|day| (day.0 - 4) % 7 == 0));
    assert!(dates.iter().all(|day| *day >= Day(FIRST + 21) && *day <= Day(FIRST + 79)));
    let later = candidate_dates(&every(1, 102), &policy());
    assert!(dates.iter().all(|day| later.contains(day)));
}

#[test]
fn dates_with_next_to_nothing_between_them_are_one() {
    let rows = policy().shift_rows;
    for step in [1, 2, 5, 11] {
        let roll_up = every(step, 180);
        let dates = candidate_dates(&roll_up, &policy());
        let before: Vec<usize> = dates.iter().map(|day| roll_up.rows_before(*day) / rows).collect();
        assert!(before.windows(2).all(|pair| pair[0] < pair[1]) && before.first().is_none_or(|first| *first > 0), "{before:?}");
    }
    assert!(candidate_dates(&every(11, 180), &policy()).len() < 3);
}

#[test]
fn every_day_has_the_same_share_of_a_shift_however_many_dates_stand_for_it() {
    for days in 650..650 + 28 {
        let dates = candidate_dates(&every(1, days), &policy());
        let ages: Vec<i32> = dates.windows(2).map(|pair| pair[1].since(pair[0])).collect();
        assert!(ages.contains(&28) && ages.contains(&14), "old dates are sparse: {ages:?}");
        let shares = date_shares(&dates);
        let covered = f64::from(dates[dates.len() - 1].plus(7).since(dates[0]));
        for (share, age) in shares.iter().zip(ages.into_iter().chain([7])) {
            assert!((share * covered - f64::from(age)).abs() < 1e-9, "{share} for {age} days");
        }
    }
}

//! Weekly looks and the delays they lead to.

use super::methods::Method;
use super::monitor::*;
use super::simulate::{Mix, Simulation};
use crate::engine::policy::Policy;
use crate::engine::types::Keeper;

fn look(day: i32, alarm: bool) -> Look {
    Look { day, alarm, sustained: false }
}

#[test]
fn a_tie_is_looked_at_every_week_from_day_35_to_its_end() {
    let tie = Simulation { seed: 1, mix: Mix::Eight, biased: false }.tie(0);
    let days: Vec<i32> = looks(&tie, Method::Ratio, Keeper::Neither, &Policy::default()).iter().map(|look| look.day + 1).collect();
    assert_eq!(days[..3], [35, 42, 49]);
    assert!(days.iter().all(|day| *day <= tie.days) && days.last().unwrap() + 7 > tie.days);
}

#[test]
fn a_delay_runs_from_the_change_to_the_first_alarm_after_it() {
    let early_alarm = (70, vec![look(62, true), look(69, false), look(76, false), look(83, true), look(90, true)]);
    let at_once = (70, vec![look(76, true)]);
    let never = (70, vec![look(76, false)]);
    let seen = delay(&[early_alarm.clone(), at_once.clone(), never], 1, |look| look.alarm);
    assert!((seen.median.unwrap().value - 14.0).abs() < 1e-12 && (seen.seen - 2.0 / 3.0).abs() < 1e-12);
    let unseen = delay(&[early_alarm, (70, vec![]), (70, vec![])], 1, |look| look.alarm);
    assert_eq!(unseen.median, None, "most were never seen");
}

#[test]
fn one_alarm_at_any_time_is_an_alarm() {
    let ties = [vec![look(34, false), look(41, true), look(48, false)], vec![look(34, false)]];
    assert!((ever(&ties, 1).unwrap().value - 0.5).abs() < 1e-12);
}

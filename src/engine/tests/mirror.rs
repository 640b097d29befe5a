//! Swapped roles give the exact mirror, and nothing depends on the order of arrival.

use proptest::prelude::*;

use super::{START, entry, measured};
use crate::engine::evidence::{
    ContextEffect, ContextPeriod, Evidence, Need, NeedOutcome, Promise, PromiseOutcome, Questionnaire, ScaleError,
};
use crate::engine::types::{Actor, Day, Dimension, EntryId, Keeper};
use crate::engine::{Policy, assess};

fn actors() -> impl Strategy<Value = Actor> {
    prop_oneof![5 => Just(Actor::Me), 4 => Just(Actor::Them), 1 => Just(Actor::Both), 1 => Just(Actor::Unknown)]
}

fn keepers() -> impl Strategy<Value = Keeper> {
    prop_oneof![Just(Keeper::Logger), Just(Keeper::Other), Just(Keeper::Neither)]
}

fn questionnaires() -> impl Strategy<Value = Vec<Questionnaire>> {
    let one = (0..120_i32, proptest::option::of(0..8_usize), 1.0..5.0_f64, 1.0..5.0_f64).prop_map(|(day, dimension, give, receive)| {
        Questionnaire {
            day: Day(START + day),
            dimension: dimension.map(|at| Dimension::ALL[at]),
            give,
            receive,
            range: 4.0,
            give_error: ScaleError::Alpha { alpha: 0.85, sd: 0.9 },
            receive_error: ScaleError::StandardError(0.4),
        }
    });
    proptest::collection::vec(one, 0..4)
}

fn contexts() -> impl Strategy<Value = Vec<ContextPeriod>> {
    let effect = prop_oneof![Just(ContextEffect::Widen), Just(ContextEffect::Exempt)];
    let one = (0..120_i32, 0..30_i32, effect).prop_map(|(from, days, effect)| ContextPeriod {
        from: Day(START + from),
        to: Day(START + from + days),
        effect,
    });
    proptest::collection::vec(one, 0..3)
}

/// Needs and promises of either.
fn records() -> impl Strategy<Value = (Vec<Need>, Vec<Promise>)> {
    let outcomes = [NeedOutcome::Open, NeedOutcome::Met, NeedOutcome::Partly, NeedOutcome::Unmet];
    let need = (0..120_i32, actors(), 0..4_usize, 1..9_u32);
    let ends = [PromiseOutcome::Open, PromiseOutcome::Kept, PromiseOutcome::Late, PromiseOutcome::Broken];
    let promise = (0..120_i32, actors(), 0..4_usize, proptest::option::of(0..40_i32));
    let (needs, promises) = (proptest::collection::vec(need, 0..16), proptest::collection::vec(promise, 0..16));
    (needs, promises).prop_map(move |(needs, promises)| {
        let need = |(id, (day, of, outcome, times_explained))| Need {
            id: EntryId(id),
            of,
            day: Day(START + day),
            outcome: outcomes[outcome],
            times_explained,
        };
        let promise = |(id, (day, by, outcome, due)): (u32, (i32, Actor, usize, Option<i32>))| Promise {
            id: EntryId(id),
            by,
            made: Day(START + day),
            due: due.map(|days| Day(START + day + days)),
            outcome: ends[outcome],
        };
        ((1_000..).zip(needs).map(need).collect(), (2_000..).zip(promises).map(promise).collect())
    })
}

/// Any evidence over 120 days.
pub fn evidences() -> impl Strategy<Value = Evidence> {
    let act = (0..120_i32, 0..8_usize, actors(), 1..=5_u8);
    let acts = proptest::collection::vec(act, 0..250);
    (acts, keepers(), questionnaires(), -0.5..0.5_f64, contexts(), records()).prop_map(
        |(acts, kept_by, questionnaires, expected, contexts, records)| {
            let mut evidence = measured(120, vec![]);
            evidence.entries = (0..)
                .zip(acts)
                .map(|(id, (day, dimension, actor, effort))| {
                    let mut one = entry(id, START + day, Dimension::ALL[dimension], actor);
                    one.weight = f64::from(effort);
                    one
                })
                .collect();
            evidence.kept_by = kept_by;
            evidence.questionnaires = questionnaires;
            evidence.contexts = contexts;
            (evidence.needs, evidence.promises) = records;
            evidence.expected_balance.0[2] = expected;
            evidence
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn swapped_roles_give_the_exact_mirror(evidence in evidences()) {
        let policy = Policy::default();
        let straight = assess(&evidence, &policy);
        let swapped = assess(&evidence.mirrored(), &policy);
        prop_assert_eq!(straight.mirrored(), swapped);
    }

    #[test]
    fn the_order_of_entries_does_not_change_a_bit(evidence in evidences()) {
        let policy = Policy::default();
        let mut turned = evidence.clone();
        turned.entries.reverse();
        turned.questionnaires.reverse();
        let half = turned.entries.len() / 2;
        turned.entries.rotate_left(half);
        let (a, b) = (assess(&evidence, &policy), assess(&turned, &policy));
        prop_assert_eq!(format!("{a:?}"), format!("{b:?}"));
    }
}

#[test]
fn a_log_that_leans_to_neither_side_is_mirrored_exactly_whoever_kept_it() {
    let policy = Policy::default();
    let acts = (0..60).map(|day| entry(day.try_into().unwrap(), START + day, Dimension::Repair, Actor::Both)).collect();
    let mut evidence = measured(60, acts);
    for kept_by in [Keeper::Logger, Keeper::Other] {
        evidence.kept_by = kept_by;
        assert_eq!(assess(&evidence.clone().mirrored(), &policy), assess(&evidence, &policy).mirrored());
    }
}

//! Keeps out what cannot be evidence, and counts it; nothing a caller sends can crash the engine.

use std::cmp::Ordering;

use super::evidence::{Entry, Evidence, Questionnaire};
use super::rollup;
use super::types::{Day, EntryId};

/// Weights outside these bounds are not efforts; squares of them would leave the range of numbers.
pub const WEIGHTS: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

/// How many records were left out, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Weights that are not finite, not above 0, or beyond any effort.
    pub bad_weight: u32,
    /// After `as_of` or before the window.
    pub outside_window: u32,
    /// Records that repeat a handle.
    pub duplicate: u32,
    /// Questionnaires whose scores or range are not usable.
    pub bad_questionnaire: u32,
}

/// The evidence without what cannot count, in one fixed order: entries as the roll-up sums them.
#[must_use]
pub fn clean(evidence: &Evidence) -> (Evidence, Dropped) {
    let mut dropped = Dropped::default();
    let mut kept = evidence.clone();
    let inside = |day: Day| day >= evidence.window_from && day <= evidence.as_of;

    let (mut bad_weight, mut outside_window) = (0_u32, 0_u32);
    kept.entries.retain(|entry| {
        let good = WEIGHTS.contains(&entry.weight);
        let counts = good && inside(entry.day);
        bad_weight = bad_weight.saturating_add(u32::from(!good));
        outside_window = outside_window.saturating_add(u32::from(good && !counts));
        counts
    });
    (dropped.bad_weight, dropped.outside_window) = (bad_weight, outside_window);
    sort_by_id(&mut kept.entries);
    drop_repeated(&mut kept.entries, |entry| entry.id, &mut dropped.duplicate);
    rollup::sort(&mut kept.entries);

    retain(&mut kept.promises, |promise| inside(promise.made), &mut dropped.outside_window);
    kept.promises.sort_unstable_by_key(|promise| (promise.id, promise.made, promise.by, promise.outcome, promise.due));
    drop_repeated(&mut kept.promises, |promise| promise.id, &mut dropped.duplicate);

    retain(&mut kept.needs, |need| inside(need.day), &mut dropped.outside_window);
    kept.needs.sort_unstable_by_key(|need| (need.id, need.day, need.of, need.outcome, need.times_explained));
    drop_repeated(&mut kept.needs, |need| need.id, &mut dropped.duplicate);

    retain(&mut kept.plans, |plan| inside(plan.day), &mut dropped.outside_window);
    kept.plans.sort_unstable_by_key(|plan| (plan.id, plan.day, plan.proposed_by, plan.scheduled));
    drop_repeated(&mut kept.plans, |plan| plan.id, &mut dropped.duplicate);

    retain(&mut kept.repairs, |repair| inside(repair.day), &mut dropped.outside_window);
    kept.repairs.sort_unstable_by_key(|repair| (repair.id, repair.day, repair.moved_first, repair.prompted, repair.accepted));
    drop_repeated(&mut kept.repairs, |repair| repair.id, &mut dropped.duplicate);

    retain(&mut kept.questionnaires, |answers| inside(answers.day), &mut dropped.outside_window);
    retain(&mut kept.questionnaires, usable, &mut dropped.bad_questionnaire);
    kept.questionnaires.sort_unstable_by(answers_order);
    kept.expected_balance = kept.expected_balance.map(|_, expected| if expected.is_finite() { expected.clamp(-0.95, 0.95) } else { 0.0 });
    (kept, dropped)
}

fn retain<T>(items: &mut Vec<T>, keep: impl FnMut(&T) -> bool, dropped: &mut u32) {
    let before = items.len();
    items.retain(keep);
    let gone = u32::try_from(before - items.len()).unwrap_or(u32::MAX);
    *dropped = dropped.saturating_add(gone);
}

/// Keeps the first of those with one handle; the items are sorted by handle.
fn drop_repeated<T>(items: &mut Vec<T>, id: impl Fn(&T) -> EntryId, dropped: &mut u32) {
    let before = items.len();
    items.dedup_by_key(|item| id(item));
    let gone = u32::try_from(before - items.len()).unwrap_or(u32::MAX);
    *dropped = dropped.saturating_add(gone);
}

/// By handle; those that share one in an order of their own, by who acted last of all, so that which of them stays does not depend on
/// arrival. Handles are compared alone at first: that is quick, and they seldom repeat.
fn sort_by_id(entries: &mut [Entry]) {
    entries.sort_unstable_by_key(|entry| entry.id);
    for shared in entries.chunk_by_mut(|a, b| a.id == b.id).filter(|shared| shared.len() > 1) {
        shared.sort_unstable_by(entry_order);
    }
}

/// A total order of entries with the same handle.
fn entry_order(a: &Entry, b: &Entry) -> Ordering {
    let rest = |entry: &Entry| (entry.prompted, entry.energy_after, entry.felt_heard);
    (a.day, a.dimension)
        .cmp(&(b.day, b.dimension))
        .then(a.weight.total_cmp(&b.weight))
        .then(a.actor.cmp(&b.actor))
        .then(rest(a).cmp(&rest(b)))
}

/// An order of answers that does not depend on the side: sizes, not signs; the two scores' sum, not each of them.
fn answers_order(a: &Questionnaire, b: &Questionnaire) -> Ordering {
    let lean = |answers: &Questionnaire| (answers.give - answers.receive).abs();
    let both = |answers: &Questionnaire| answers.give + answers.receive;
    let doubt = |answers: &Questionnaire| answers.give_error.variance() + answers.receive_error.variance();
    (a.day, a.dimension)
        .cmp(&(b.day, b.dimension))
        .then(lean(a).total_cmp(&lean(b)))
        .then(a.range.total_cmp(&b.range))
        .then(doubt(a).total_cmp(&doubt(b)))
        .then(both(a).total_cmp(&both(b)))
        .then(a.give.total_cmp(&b.give))
}

fn usable(answers: &Questionnaire) -> bool {
    let scores = [answers.give, answers.receive, answers.range];
    let errors = [answers.give_error, answers.receive_error];
    scores.iter().all(|score| score.is_finite())
        && answers.range > 0.0
        && (answers.give - answers.receive).abs() <= answers.range
        && errors.iter().all(|error| error.variance().is_finite())
}

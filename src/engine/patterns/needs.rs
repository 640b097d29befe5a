//! Needs and whether they are met; giving a lot while one's own needs go unmet; being even in many ways.

use super::tally::{Tally, Weighed, cite};
use super::{Code, Finding, Record, Whose, vitality};
use crate::engine::assessment::{DimensionResult, Figures, State};
use crate::engine::evidence::NeedOutcome;
use crate::engine::math::normal_cdf;
use crate::engine::types::{Dimension, EntryId};

/// Needs of `whose`, met against unmet; those met in part count half on each side.
fn tally(record: &Record, whose: Whose) -> Tally {
    let mut tally = Tally::default();
    for need in record.evidence.needs.iter().filter(|need| whose.is(need.of)) {
        match need.outcome {
            NeedOutcome::Met => tally.count_part(need.day, need.id, 1.0),
            NeedOutcome::Partly => tally.count_part(need.day, need.id, 0.5),
            NeedOutcome::Unmet => tally.count_part(need.day, need.id, 0.0),
            NeedOutcome::Open => {}
        }
    }
    tally
}

/// The needs `whose` expressed are met clearly less than the other's.
#[must_use]
pub fn explained_not_met(record: &Record, whose: Whose) -> Finding {
    let policy = &record.policy.patterns;
    let (own, others) = (tally(record, whose), tally(record, whose.mirrored()));
    let log_odds = |tally: &Tally| {
        let (met, unmet) = (tally.yes_weight + 0.5, tally.no_weight + 0.5);
        (libm::log(met / unmet), 1.0 / met + 1.0 / unmet)
    };
    let ((own_mean, own_variance), (others_mean, others_variance)) = (log_odds(&own), log_odds(&others));
    let sd = (own_variance + others_variance).sqrt();
    let weighed = Weighed {
        records: own.total().min(others.total()),
        floor: policy.min_settled,
        probability: normal_cdf((others_mean - own_mean - policy.needs_gap) / sd),
        needed: policy.probability,
    };
    weighed.finding(Code::NeedsExplainedNotMet, whose, own.cited_against(), own.cited())
}

/// The needs of both are met.
#[must_use]
pub fn met_on_both_sides(record: &Record) -> Finding {
    let policy = &record.policy.patterns;
    let tallies = Whose::EACH.map(|whose| tally(record, whose));
    let met = tallies.each_ref().map(|tally| 1.0 - tally.below(policy.high_rate, (1.0, 1.0)));
    let records = tallies.iter().map(Tally::total).fold(f64::INFINITY, f64::min);
    let probability = met.into_iter().fold(1.0, f64::min);
    let weighed = Weighed { records, floor: policy.min_settled, probability, needed: policy.probability };
    let together = |of: &dyn Fn(&Tally) -> Vec<EntryId>| {
        let mut ids: Vec<EntryId> = tallies.iter().flat_map(of).collect();
        ids.sort_unstable();
        ids.truncate(super::tally::CITED);
        ids
    };
    weighed.finding(Code::NeedsMetOnBothSides, Whose::Both, together(&Tally::cited), together(&Tally::cited_against))
}

/// Probability that `whose` gives more than the neutral zone.
fn over(figures: &Figures, whose: Whose) -> f64 {
    match whose {
        Whose::Logger => figures.probability_over,
        Whose::Other => figures.probability_under,
        Whose::Both => 1.0 - figures.probability(),
    }
}

/// The sufficient dimensions in which `whose` leans clearly, and the probability that enough of them do.
fn leaning<'a>(record: &Record<'a>, whose: Whose) -> (Vec<&'a DimensionResult>, f64, f64) {
    let policy = &record.policy.patterns;
    let mut sufficient: Vec<(&DimensionResult, f64)> = record
        .dimensions
        .iter()
        .filter(|result| result.state != State::InsufficientEvidence)
        .map(|result| (result, over(&result.estimate, whose)))
        .collect();
    let records = crate::engine::math::count(sufficient.len());
    sufficient.sort_by(|a, b| b.1.total_cmp(&a.1));
    let probability = sufficient.get(policy.min_dimensions.saturating_sub(1)).map_or(0.0, |(_, over)| *over);
    let clear = sufficient.into_iter().filter(|(_, over)| *over >= policy.probability).map(|(result, _)| result);
    (clear.collect(), probability, records)
}

fn cite_dimensions(record: &Record, dimensions: &[&DimensionResult], by: impl Fn(Whose) -> bool) -> Vec<EntryId> {
    if dimensions.is_empty() {
        return Vec::new();
    }
    let among = |dimension: Dimension| dimensions.iter().any(|result| result.dimension == dimension);
    let by_whom = |entry: &&crate::engine::evidence::Entry| Whose::EACH.into_iter().any(|whose| whose.is(entry.actor) && by(whose));
    let entries = record.evidence.entries.iter().filter(|entry| among(entry.dimension)).filter(by_whom);
    cite(entries)
}

/// `whose` gives more in at least three ways, while their own needs go unmet or time together drains.
///
/// Only the logger's energy is known; it is read for both sides, so that the check mirrors exactly.
#[must_use]
pub fn over_functioning(record: &Record, whose: Whose) -> Finding {
    let policy = &record.policy.patterns;
    let (clear, giving, records) = leaning(record, whose);
    let needs = tally(record, whose);
    let unmet = if needs.total() >= policy.min_settled { needs.below(policy.low_rate, (1.0, 1.0)) } else { 0.0 };
    let cost = unmet.max(vitality::drained(record));
    let weighed = Weighed {
        records,
        floor: crate::engine::math::count(policy.min_dimensions),
        probability: giving.min(cost),
        needed: policy.probability,
    };
    let entries = cite_dimensions(record, &clear, |actor| actor == whose);
    let counter = cite_dimensions(record, &clear, |actor| actor != whose);
    weighed.finding(Code::OverFunctioning, whose, entries, counter)
}

/// At least three dimensions are even.
#[must_use]
pub fn mutual_investment(record: &Record) -> Finding {
    let policy = &record.policy.patterns;
    let (clear, probability, records) = leaning(record, Whose::Both);
    let floor = crate::engine::math::count(policy.min_dimensions);
    let weighed = Weighed { records, floor, probability, needed: policy.probability };
    let uneven: Vec<&DimensionResult> = record.dimensions.iter().filter(|result| result.state == State::SustainedImbalance).collect();
    let entries = cite_dimensions(record, &clear, |_| true);
    weighed.finding(Code::MutualInvestment, Whose::Both, entries, cite_dimensions(record, &uneven, |_| true))
}

//! Needs and whether they are met; giving a lot while one's own needs go unmet; being even in many ways.

use super::tally::{Tally, Weighed, cite};
use super::{Code, Finding, Outcome, Record, Whose, vitality};
use crate::engine::assessment::{DimensionResult, Figures, State};
use crate::engine::evidence::{Need, NeedOutcome};
use crate::engine::math::normal_cdf;
use crate::engine::types::{Dimension, EntryId};

/// How far a need was met, 0 to 1; `None` while that is open. One that was explained again and again and had its time is not met so far.
fn met(need: &Need, record: &Record) -> Option<f64> {
    let policy = &record.policy.patterns;
    match need.outcome {
        NeedOutcome::Met => Some(1.0),
        NeedOutcome::Partly => Some(0.5),
        NeedOutcome::Unmet => Some(0.0),
        NeedOutcome::Open => {
            let had_its_time = need.day.plus(policy.need_days) <= record.evidence.as_of;
            (had_its_time && need.times_explained >= policy.open_times_explained).then_some(0.0)
        }
    }
}

/// Needs of `whose` with how far each was met and what it counts.
fn settled<'a>(record: &'a Record, whose: Whose) -> impl Iterator<Item = (&'a Need, f64, f64)> {
    let of_whose = record.evidence.needs.iter().filter(move |need| whose.is(need.of));
    of_whose.filter_map(|need| {
        let until = need.day.plus(record.policy.patterns.need_days);
        met(need, record).map(|met| (need, met, record.worth(need.day, until)))
    })
}

/// Needs of `whose`, met against unmet; those met in part count half on each side.
fn tally(record: &Record, whose: Whose) -> Tally {
    let mut tally = Tally::default();
    for (need, met, worth) in settled(record, whose) {
        tally.weigh(need.day, need.id, worth * met, worth * (1.0 - met));
    }
    tally
}

/// What `whose` explained in vain, against what was met.
///
/// A need that is met counts once, however often it was explained. One that is not counts where it was explained again, and the more the
/// oftener, but less than twice: all explanations of one need share what came of it, as acts of one day share the day.
fn words(record: &Record, whose: Whose) -> Tally {
    let policy = &record.policy.patterns;
    let mut tally = Tally::default();
    for (need, met, worth) in settled(record, whose) {
        let times = f64::from(need.times_explained);
        let said = if times >= 2.0 { times / (1.0 + (times - 1.0) * policy.saying_agreement) } else { 0.0 };
        tally.weigh(need.day, need.id, worth * met, worth * (1.0 - met) * said);
    }
    tally
}

/// `whose` explains needs more often than they are met: by their own needs alone, or clearly more so than the other.
#[must_use]
pub fn explained_not_met(record: &Record, whose: Whose) -> Finding {
    let (words, beside) = (explained_in_vain(record, whose), met_less(record, whose));
    if rank(&words) >= rank(&beside) { words } else { beside }
}

/// What says more comes first: by outcome, then by probability.
fn rank(finding: &Finding) -> (u8, f64) {
    let outcome = match finding.outcome {
        Outcome::NoEvidence => 0,
        Outcome::TooLittle => 1,
        Outcome::NotShown => 2,
        Outcome::Shown => 3,
    };
    (outcome, finding.probability)
}

/// Less than half of what `whose` explained came to anything, by their own needs alone.
fn explained_in_vain(record: &Record, whose: Whose) -> Finding {
    let policy = &record.policy.patterns;
    let words = words(record, whose);
    let weighed = Weighed {
        records: words.total(),
        floor: policy.min_settled,
        probability: words.below(policy.low_rate, policy.words_prior),
        needed: policy.probability,
    };
    weighed.finding(Code::NeedsExplainedNotMet, whose, words.cited_against(), words.cited())
}

/// The needs `whose` expressed are met clearly less than the other's, and not mostly: beside somebody whose needs are nearly always met,
/// those that are mostly met are no need explained in vain.
fn met_less(record: &Record, whose: Whose) -> Finding {
    let policy = &record.policy.patterns;
    let (own, others) = (tally(record, whose), tally(record, whose.mirrored()));
    let log_odds = |tally: &Tally| {
        let (met, unmet) = (tally.yes_weight + 0.5, tally.no_weight + 0.5);
        (libm::log(met / unmet), 1.0 / met + 1.0 / unmet)
    };
    let ((own_mean, own_variance), (others_mean, others_variance)) = (log_odds(&own), log_odds(&others));
    let sd = (own_variance + others_variance).sqrt();
    let gap = normal_cdf((others_mean - own_mean - policy.needs_gap) / sd);
    let weighed = Weighed {
        records: own.total().min(others.total()),
        floor: policy.min_settled,
        probability: gap.min(own.below(policy.high_rate, (1.0, 1.0))),
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
    let counts = |entry: &&crate::engine::evidence::Entry| record.strain.on(entry.day) > 0.0;
    let entries = record.evidence.entries.iter().filter(|entry| among(entry.dimension)).filter(by_whom).filter(counts);
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

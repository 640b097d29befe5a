//! Energy after time together, feeling heard, and how much there is at all. Never part of a balance.

use super::tally::{Weighed, cite};
use super::{Code, Finding, Record, Strain, Whose};
use crate::engine::evidence::{Entry, Evidence};
use crate::engine::math::{count, normal_cdf};
use crate::engine::policy::Policy;
use crate::engine::types::EntryId;

/// Mean of daily ratings, shrunk towards a centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatedMean {
    /// Days with a rating, but for exempt ones: ratings of one day are one opinion.
    pub days: f64,
    /// What these days count: strained ones less.
    pub worth: f64,
    /// Shrunk mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

/// The mean of what `rating` finds in the entries, day by day, shrunk to `centre` with the weight of `prior` days.
///
/// The entries ascend by day. Ratings are whole numbers, so that their sums are exact in any order.
#[must_use]
pub fn rated_mean(entries: &[Entry], rating: impl Fn(&Entry) -> Option<i8>, strain: &Strain, centre: f64, prior: f64) -> RatedMean {
    let of_day = |day: &[Entry]| {
        let (sum, count) = day.iter().filter_map(&rating).fold((0_i64, 0_u32), |(sum, count), rating| (sum + i64::from(rating), count + 1));
        let worth = day.first().filter(|_| count > 0).map_or(0.0, |entry| strain.on(entry.day));
        (worth > 0.0).then(|| (exact(sum) / f64::from(count), worth))
    };
    let means: Vec<(f64, f64)> = entries.chunk_by(|a, b| a.day == b.day).filter_map(of_day).collect();
    let worth = 0.0 + means.iter().map(|(_, worth)| worth).sum::<f64>();
    let mean = (means.iter().map(|(value, worth)| value * worth).sum::<f64>() + centre * prior) / (worth + prior);
    // A variance of 1 before any rating, with the same weight as the centre.
    let squares: f64 = means.iter().map(|(value, worth)| worth * (value - mean) * (value - mean)).sum();
    let variance = (squares + prior) / (worth + prior);
    RatedMean { days: count(means.len()), worth, mean, error: (variance / (worth + prior)).sqrt() }
}

/// A sum of ratings as a number; exact, as there are far fewer of them than 2^31.
fn exact(sum: i64) -> f64 {
    f64::from(i32::try_from(sum).unwrap_or(if sum < 0 { i32::MIN } else { i32::MAX }))
}

/// Mean energy after time together, -3 to 3.
#[must_use]
pub fn energy_mean(evidence: &Evidence, strain: &Strain, policy: &Policy) -> RatedMean {
    let rating = |entry: &Entry| entry.energy_after.map(|energy| energy.clamp(-3, 3));
    rated_mean(&evidence.entries, rating, strain, 0.0, policy.patterns.energy_prior_days)
}

/// Mean rating of feeling heard, 1 to 5.
#[must_use]
pub fn heard_mean(evidence: &Evidence, strain: &Strain, policy: &Policy) -> RatedMean {
    let rating = |entry: &Entry| entry.felt_heard.map(|heard| i8::try_from(heard.clamp(1, 5)).unwrap_or(5));
    rated_mean(&evidence.entries, rating, strain, 3.0, policy.patterns.energy_prior_days)
}

/// Probability that time together drains; 0 under the floor of rated days.
#[must_use]
pub fn drained(record: &Record) -> f64 {
    let policy = &record.policy.patterns;
    let mean = record.energy;
    if mean.worth < policy.min_rated_days { 0.0 } else { normal_cdf((-policy.energy_size - mean.mean) / mean.error) }
}

fn cite_rated(record: &Record, rated: impl Fn(&Entry) -> bool) -> Vec<EntryId> {
    cite(record.evidence.entries.iter().filter(|entry| rated(entry) && record.strain.on(entry.day) > 0.0))
}

/// Time together drains the logger, or gives energy.
#[must_use]
pub fn energy(record: &Record) -> [Finding; 2] {
    let policy = &record.policy.patterns;
    let mean = record.energy;
    let weighed = |probability| Weighed { records: mean.worth, floor: policy.min_rated_days, probability, needed: policy.probability };
    let low = cite_rated(record, |entry| entry.energy_after.is_some_and(|energy| energy < 0));
    let high = cite_rated(record, |entry| entry.energy_after.is_some_and(|energy| energy > 0));
    let drains = normal_cdf((-policy.energy_size - mean.mean) / mean.error);
    let energises = normal_cdf((mean.mean - policy.energy_size) / mean.error);
    [
        weighed(drains).finding(Code::Draining, Whose::Both, low.clone(), high.clone()),
        weighed(energises).finding(Code::Energising, Whose::Both, high, low),
    ]
}

/// The logger feels heard.
#[must_use]
pub fn felt_heard(record: &Record) -> Finding {
    let policy = &record.policy.patterns;
    let mean = record.heard;
    let weighed = Weighed {
        records: mean.worth,
        floor: policy.min_rated_days,
        probability: normal_cdf((mean.mean - policy.heard_mean) / mean.error),
        needed: policy.probability,
    };
    let heard = cite_rated(record, |entry| entry.felt_heard.is_some_and(|rating| rating >= 4));
    let unheard = cite_rated(record, |entry| entry.felt_heard.is_some_and(|rating| rating <= 2));
    weighed.finding(Code::FeltHeard, Whose::Both, heard, unheard)
}

/// How many entries these are, each as much as its day counts.
fn volume_of(entries: &[Entry], strain: &Strain) -> f64 {
    if strain.is_calm() {
        return count(entries.len());
    }
    let of_day = |day: &[Entry]| day.first().map_or(0.0, |first| strain.on(first.day) * count(day.len()));
    0.0 + entries.chunk_by(|a, b| a.day == b.day).map(of_day).sum::<f64>()
}

/// Even, with much less or no less than there used to be.
///
/// Both rates have Gamma posteriors; the logarithm of their ratio is close to normal with the variance
/// 1/k + 1/n, widened because entries come in bursts. Entries and the days they are spread over count alike under strain; where
/// no more than half of the recent days count, nothing is said.
#[must_use]
pub fn volume(record: &Record) -> [Finding; 2] {
    let (policy, strain) = (&record.policy.patterns, &record.strain);
    let entries = &record.evidence.entries;
    let border = record.evidence.as_of.plus(-policy.recent_days);
    let past_days = entries.first().map_or(0.0, |first| strain.sum(first.day, border));
    let recent_days = strain.sum(border.plus(1), record.evidence.as_of);
    let (past, recent) = entries.split_at(entries.partition_point(|entry| entry.day <= border));
    let [recent_count, past_count] = [recent, past].map(|entries| volume_of(entries, strain) + 0.5);
    let calm_enough = past_days >= f64::from(policy.min_past.0) && recent_days > f64::from(policy.recent_days) / 2.0;
    let enough = calm_enough && past_count >= policy.min_past.1;
    let past_rate = past_count / past_days.max(1.0);
    let log_ratio = libm::log(recent_count / recent_days.max(1.0) / past_rate);
    let sd = (policy.volume_dispersion * (1.0 / recent_count + 1.0 / past_count)).sqrt();
    let even = record.overall.figures.map_or(0.0, |overall| 1.0 - overall.figures.probability());
    let weighed = |probability| Weighed {
        records: if enough { policy.min_past.1 } else { count(entries.len().min(1)) },
        floor: policy.min_past.1,
        probability: if even >= policy.even_probability { probability } else { 0.0 },
        needed: policy.probability,
    };
    let (low, high) = policy.volume_ratios;
    let less = normal_cdf((libm::log(low) - log_ratio) / sd);
    let no_less = normal_cdf((log_ratio - libm::log(high)) / sd);
    let cite = |entries: &[Entry]| cite(entries.iter().filter(|entry| strain.on(entry.day) > 0.0));
    [
        weighed(less).finding(Code::BalancedButEmpty, Whose::Both, cite(past), cite(recent)),
        weighed(no_less).finding(Code::BalancedAndAlive, Whose::Both, cite(recent), Vec::new()),
    ]
}

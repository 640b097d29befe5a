//! From answers to figures: Give and Receive for each dimension, and what is reported beside them.
//!
//! The arithmetic is fixed for every published version. Sums run in the order of the set, so the order of the answers
//! cannot change a bit, and both sides of a dimension are summed alike, so swapped people give exactly swapped figures.

mod answers;
#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod property_tests;
mod scored;
#[cfg(test)]
mod tests;

pub use answers::{Answer, AnswerError, AnswerErrorCode, AnswerValue};
pub use scored::{Counts, DimensionScore, Mean, MeasureScore, PerspectiveGap, Scored, SideScore};

use super::definition::{DimensionScoring, Item, MeasureScoring, Side};
use super::question_set::QuestionSet;
use crate::content::vocabulary::{Measure, ReliabilityStatus};
use answers::Sheet;

/// Scores the answers one person gave to one version of a set.
///
/// Answers may be in any order; items without an answer count as missing. A side of a dimension has a mean when at least
/// the set's `minimum_answered_share` of its asked items have a value. The difference is
/// `D = (Give - Receive) / range`, in [-1, 1], +1 where only the person answering gives; it further needs that share of
/// mirrored pairs with a value on both sides, since means of different questions cannot be compared.
///
/// # Errors
/// Every answer that does not fit the set: unknown or repeated item, value off the scale, a skip where none is allowed,
/// an item that earlier answers did not open. In the order of `answers`.
pub fn score(set: &QuestionSet, answers: &[Answer]) -> Result<Scored, Vec<AnswerError>> {
    let sheet = Sheet::fill(set, answers)?;
    let scoring = &set.definition().scoring;
    Ok(Scored {
        slug: set.slug().to_owned(),
        version: set.version(),
        counts: sheet.counts(),
        alpha_provisional: scoring.reliability_status == ReliabilityStatus::Provisional,
        dimensions: scoring.dimensions.iter().map(|entry| score_dimension(&sheet, entry)).collect(),
        felt_heard: score_measure(&sheet, &scoring.measures, Measure::FeltHeard),
        energy_after: score_measure(&sheet, &scoring.measures, Measure::EnergyAfter),
        perspective_gaps: set.definition().items.iter().filter_map(|item| perspective_gap(&sheet, item)).collect(),
    })
}

/// What each of these items was answered, in scale points, turned round where reverse-keyed; nothing where there is no value.
///
/// # Errors
/// As [`score`].
pub fn item_values(set: &QuestionSet, answers: &[Answer], ids: &[String]) -> Result<Vec<Option<f64>>, Vec<AnswerError>> {
    let sheet = Sheet::fill(set, answers)?;
    Ok(ids.iter().map(|id| sheet.keyed_value(id)).collect())
}

fn score_dimension(sheet: &Sheet<'_>, entry: &DimensionScoring) -> DimensionScore {
    let give = score_side(sheet, &entry.give);
    let receive = score_side(sheet, &entry.receive);
    let range = range_of(sheet, &entry.give.items);
    let pairs = || entry.give.items.iter().zip(&entry.receive.items);
    let pairs_asked = count(pairs().filter(|(give, receive)| sheet.is_asked(give) && sheet.is_asked(receive)));
    let pairs_answered = count(pairs().filter(|(give, receive)| sheet.keyed_value(give).is_some() && sheet.keyed_value(receive).is_some()));
    let difference = match (give.mean, receive.mean) {
        (Mean::Scored(given), Mean::Scored(received)) if is_enough(sheet, pairs_answered, pairs_asked) => {
            Some((given - received) / f64::from(range))
        }
        (Mean::Scored(_) | Mean::TooFewAnswers | Mean::NotAsked, Mean::Scored(_) | Mean::TooFewAnswers | Mean::NotAsked) => None,
    };
    DimensionScore { dimension: entry.dimension, give, receive, range, pairs_asked, pairs_answered, difference }
}

fn score_side(sheet: &Sheet<'_>, side: &Side) -> SideScore {
    let asked = count(side.items.iter().filter(|id| sheet.is_asked(id)));
    let answered = count(side.items.iter().filter(|id| sheet.keyed_value(id).is_some()));
    SideScore {
        asked,
        answered,
        mean: mean(sheet, &side.items),
        alpha: shortened_alpha(side.alpha, answered, count(side.items.iter())),
        standard_deviation: side.standard_deviation,
    }
}

/// The reliability of a mean over some of a scale's items: `n a / (1 + (n - 1) a)`, n = answered / all
/// (Spearman 1910; Brown 1910). 0 where nothing was answered.
fn shortened_alpha(alpha: f64, answered: u32, all: u32) -> f64 {
    if answered == all {
        return alpha;
    }
    let length = f64::from(answered) / f64::from(all);
    length * alpha / (1.0 + (length - 1.0) * alpha)
}

fn score_measure(sheet: &Sheet<'_>, measures: &[MeasureScoring], measure: Measure) -> Option<MeasureScore> {
    let entry = measures.iter().find(|entry| entry.measure == measure)?;
    let scale = entry.items.first().and_then(|id| sheet.scale(id))?;
    Some(MeasureScore {
        minimum: scale.minimum(),
        maximum: scale.maximum(),
        asked: count(entry.items.iter().filter(|id| sheet.is_asked(id))),
        answered: count(entry.items.iter().filter(|id| sheet.keyed_value(id).is_some())),
        mean: mean(sheet, &entry.items),
    })
}

/// What the other person would say, less what the person answering says, as a share of the scale.
fn perspective_gap(sheet: &Sheet<'_>, item: &Item) -> Option<PerspectiveGap> {
    let reviewed = item.reviews.as_ref()?;
    let (own, they_would_say) = (sheet.keyed_value(reviewed)?, sheet.keyed_value(&item.id)?);
    Some(PerspectiveGap {
        item_id: item.id.clone(),
        reviewed_item_id: reviewed.clone(),
        dimension: item.dimension?,
        own,
        they_would_say,
        gap: (they_would_say - own) / f64::from(sheet.scale(reviewed)?.range()),
    })
}

/// The weighted mean of the answered items, in scale points.
fn mean(sheet: &Sheet<'_>, ids: &[String]) -> Mean {
    let asked = count(ids.iter().filter(|id| sheet.is_asked(id)));
    let answered: Vec<(f64, f64)> = ids.iter().filter_map(|id| Some((sheet.item(id)?.weight, sheet.keyed_value(id)?))).collect();
    if asked == 0 {
        return Mean::NotAsked;
    }
    if !is_enough(sheet, count(answered.iter()), asked) {
        return Mean::TooFewAnswers;
    }
    let weights: f64 = answered.iter().map(|(weight, _)| weight).sum();
    Mean::Scored(answered.iter().map(|(weight, value)| weight * value).sum::<f64>() / weights)
}

fn is_enough(sheet: &Sheet<'_>, answered: u32, asked: u32) -> bool {
    answered > 0 && f64::from(answered) >= sheet.minimum_answered_share() * f64::from(asked)
}

fn range_of(sheet: &Sheet<'_>, ids: &[String]) -> i32 {
    ids.first().and_then(|id| sheet.scale(id)).map_or(1, super::definition::Scale::range)
}

/// A set has at most 40 items, so this never saturates.
fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

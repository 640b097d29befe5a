//! How far scores can be trusted: the error of one score, whether two completions differ by more than that, and what the
//! answers of many people say about a scale.

use super::model::{Response, ScaleChange};
use super::service::{answered_set, score_stored};
use crate::content::{self, Answer, Catalogue, DimensionScoring, Item, QuestionSet, Side, SideScore};
use crate::engine::scales::{self, Reliability};
use crate::kernel::Error;

/// A change beyond this many standard errors of a difference is unlikely to be error of measurement alone (5 %, two-sided).
const RELIABLE: f64 = 1.96;
/// Fewer people than this say little about a scale, and could be recognised.
pub const MIN_RESPONDENTS: usize = 30;

/// Standard error of measurement of a side's mean, in scale points, by the set's alpha; nothing where there is no mean.
#[must_use]
pub fn standard_error(side: &SideScore) -> Option<f64> {
    side.mean.value()?;
    Some(scales::standard_error(side.standard_deviation, side.alpha))
}

/// Reliable change (Jacobson and Truax 1991) of every scale that was answered in the same items both times.
///
/// Both are completions of the same version of the same set. Means of different items cannot be compared, so a scale with an
/// item answered only once is left out.
pub fn changes(catalogue: &Catalogue, before: &Response, after: &Response) -> Result<Vec<ScaleChange>, Error> {
    let set = answered_set(catalogue, &after.details.question_set, after.details.question_set_version)?;
    let (old, new) = (&before.details.answers, &after.details.answers);
    let scored = (score_stored(set, old)?, score_stored(set, new)?);
    let both = scored.0.dimensions.iter().zip(&scored.1.dimensions);
    let mut found = Vec::new();
    for (entry, (before, after)) in set.definition().scoring.dimensions.iter().zip(both) {
        if answered(set, old, &entry.give)? == answered(set, new, &entry.give)? {
            found.extend(change(entry.dimension, "give", &before.give, &after.give));
        }
        if answered(set, old, &entry.receive)? == answered(set, new, &entry.receive)? {
            found.extend(change(entry.dimension, "receive", &before.receive, &after.receive));
        }
    }
    Ok(found)
}

/// Which items of a side have a value.
fn answered(set: &QuestionSet, answers: &[Answer], side: &Side) -> Result<Vec<bool>, Error> {
    Ok(values(set, answers, &side.items)?.into_iter().map(|value| value.is_some()).collect())
}

fn change(dimension: content::Dimension, side: &'static str, old: &SideScore, new: &SideScore) -> Option<ScaleChange> {
    let (before, after) = (old.mean.value()?, new.mean.value()?);
    let error = standard_error(new)?;
    let index = scales::reliable_change(before, after, error)?;
    let standard_error = std::f64::consts::SQRT_2 * error;
    Some(ScaleChange { dimension, side, before, after, standard_error, index, reliable: index.abs() > RELIABLE })
}

fn values(set: &QuestionSet, answers: &[Answer], ids: &[String]) -> Result<Vec<Option<f64>>, Error> {
    content::item_values(set, answers, ids).map_err(|_| Error::internal("stored answers do not fit the version they were given to"))
}

/// A scale to be measured: which items, each with its share in the mean.
#[derive(Clone, Debug)]
pub struct Scale {
    /// The dimension, or `all`; then a dot and the side.
    pub name: String,
    pub items: Vec<String>,
    shares: Vec<f64>,
}

/// What the answers of many people say about one scale.
#[derive(Clone, Debug)]
pub struct Measured {
    pub scale: Scale,
    /// People who answered every item of it.
    pub respondents: usize,
    /// Of the mean of the items, in scale points; nothing where too few people or only one item stand behind it.
    pub reliability: Option<Reliability>,
}

/// Every scale of a set: each side of each dimension, then all giving and all receiving items together.
#[must_use]
pub fn scales_of(set: &QuestionSet) -> Vec<Scale> {
    let dimensions = &set.definition().scoring.dimensions;
    let sides = dimensions.iter().flat_map(|entry| {
        let name = entry.dimension;
        [scale(set, format!("{name}.give"), entry.give.items.clone()), scale(set, format!("{name}.receive"), entry.receive.items.clone())]
    });
    let all = |side: fn(&DimensionScoring) -> &Side| dimensions.iter().flat_map(|entry| side(entry).items.clone()).collect();
    let together = [("all.give", all(|entry| &entry.give)), ("all.receive", all(|entry| &entry.receive))];
    sides.chain(together.map(|(name, items)| scale(set, name.to_owned(), asked_alike(set, items)))).collect()
}

/// The items that everybody is asked, on scales with the same ends as the first: a sum over others would mean nothing.
fn asked_alike(set: &QuestionSet, ids: Vec<String>) -> Vec<String> {
    let ends = |item: &Item| set.scale_of(item).map(|scale| (scale.minimum(), scale.maximum()));
    let open: Vec<String> = ids.into_iter().filter(|id| set.item(id).is_some_and(|item| item.enable_when.is_none())).collect();
    let first = open.first().and_then(|id| set.item(id)).and_then(ends);
    open.into_iter().filter(|id| set.item(id).and_then(ends) == first).collect()
}

fn scale(set: &QuestionSet, name: String, items: Vec<String>) -> Scale {
    let weights: Vec<f64> = items.iter().map(|id| set.item(id).map_or(0.0, |item| item.weight)).collect();
    let sum: f64 = weights.iter().sum();
    Scale { name, items, shares: weights.into_iter().map(|weight| weight / sum).collect() }
}

/// Measures every scale of a set over one completed response a person. Each item is weighed by its share, so that the sum
/// which the engine measures is the mean that a response shows.
pub fn measure(set: &QuestionSet, people: &[Vec<Answer>]) -> Result<Vec<Measured>, Error> {
    let measure_one = |scale: Scale| -> Result<Measured, Error> {
        let mut rows = Vec::new();
        for answers in people {
            let complete: Option<Vec<f64>> = values(set, answers, &scale.items)?.into_iter().collect();
            rows.extend(complete.map(|row| row.iter().zip(&scale.shares).map(|(value, share)| value * share).collect::<Vec<f64>>()));
        }
        let respondents = rows.len();
        let reliability = if respondents < MIN_RESPONDENTS { None } else { scales::reliability(&rows) };
        Ok(Measured { scale, respondents, reliability })
    };
    scales_of(set).into_iter().map(measure_one).collect()
}

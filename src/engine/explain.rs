//! Why a score is what it is: parts that sum to it.
//!
//! The score is the mean logit, the last figure before the balance. In the likeliest explanation the level is
//! additive in the days and a day in its entries; what the other explanations, the other dimensions, the
//! answers and who kept the log add or take is listed beside them.

use super::density::{Distribution, LIMIT};
use super::effective::Series;
use super::infer::{Inference, Readings, expected};
use super::level::days::{JointDay, joint_days};
use super::level::influence::influences;
use super::level::matrix::Vector;
use super::math::balance_to_logit;
use super::rollup::RollUp;
use super::types::{Actor, ByDimension, Day, Dimension, EntryId};

/// Entries named one by one; the rest are one part.
const NAMED_ENTRIES: usize = 10;

/// What a part of the score is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// The balance that is expected here.
    Expected,
    /// One entry.
    Entry,
    /// All entries that are not named.
    OtherEntries,
    /// The pull of the other dimensions.
    Pooling,
    /// What other explanations, and the doubt about all of them, add or take.
    Prior,
    /// Answers to questionnaires.
    Answers,
    /// Who kept the log.
    Keeper,
}

impl PartKind {
    /// The name used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expected => "expected_balance",
            Self::Entry => "entry",
            Self::OtherEntries => "other_entries",
            Self::Pooling => "pooling",
            Self::Prior => "prior",
            Self::Answers => "answers",
            Self::Keeper => "kept_by",
        }
    }
}

/// One part of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// The entry, where it is one.
    pub entry: Option<EntryId>,
    /// What it adds to the score, in logits.
    pub contribution: f64,
}

/// A score taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The dimension; `None` for the overall score.
    pub dimension: Option<Dimension>,
    /// Mean logit; the parts sum to it.
    pub score: f64,
    /// The strongest entries first, then the rest.
    pub parts: Vec<Part>,
}

impl Explanation {
    /// The same score seen from the other side.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        self.score = 0.0 - self.score;
        for part in &mut self.parts {
            part.contribution = 0.0 - part.contribution;
        }
        self
    }
}

/// A distribution at each stage of step 5.
#[derive(Clone, Debug, PartialEq)]
pub struct Stages {
    /// By the log alone.
    pub log: Distribution,
    /// With answers.
    pub answered: Distribution,
    /// With who kept the log considered: what is reported.
    pub corrected: Distribution,
}

impl Stages {
    /// The stages of one dimension.
    #[must_use]
    pub fn of(inference: &Inference, dimension: Dimension) -> Self {
        Self {
            log: inference.pooled.get(dimension).clone(),
            answered: inference.fused.get(dimension).clone(),
            corrected: inference.posterior.get(dimension).clone(),
        }
    }
}

/// The likeliest explanation of the days, prepared once for all scores.
#[derive(Debug)]
pub struct Explainer<'a> {
    readings: &'a Readings<'a>,
    roll_up: &'a RollUp,
    /// Balances relative to what is expected.
    relative: ByDimension<Series>,
    days: Vec<JointDay>,
}

impl<'a> Explainer<'a> {
    /// Prepares it.
    #[must_use]
    pub fn new(readings: &'a Readings<'a>, roll_up: &'a RollUp) -> Self {
        let expected = &readings.evidence.expected_balance;
        let relative = readings.today.series.map(|dimension, series| series.relative_to(*expected.get(dimension)));
        let days = joint_days(&relative);
        Self { readings, roll_up, relative, days }
    }
}

/// Takes the score of the levels weighed by `shares` apart.
#[must_use]
pub fn explain(dimension: Option<Dimension>, shares: &Vector, stages: &Stages, explainer: &Explainer) -> Explanation {
    let readings = explainer.readings;
    let [log, answered, score] = [&stages.log, &stages.answered, &stages.corrected].map(|stage| stage.logit_moments().0);
    let base = expected(shares, readings.evidence);
    let base_logit = balance_to_logit(base, LIMIT);
    let Contributions { mut entries, others } = contributions(shares, base, explainer);
    let of_entries: f64 = entries.iter().map(|(_, contribution)| contribution).sum();
    let strongest = strongest(&mut entries);
    let named: f64 = strongest.iter().map(|(_, contribution)| contribution).sum();

    let part = |kind, contribution| Part { kind, entry: None, contribution };
    let mut parts: Vec<Part> =
        strongest.iter().map(|&(id, contribution)| Part { kind: PartKind::Entry, entry: Some(id), contribution }).collect();
    parts.extend([
        part(PartKind::OtherEntries, if entries.len() > NAMED_ENTRIES { of_entries - named } else { 0.0 }),
        part(PartKind::Expected, base_logit),
        part(PartKind::Pooling, others),
        part(PartKind::Prior, log - base_logit - of_entries - others),
        part(PartKind::Answers, answered - log),
        part(PartKind::Keeper, score - answered),
    ]);
    parts.retain(|part| part.contribution != 0.0);
    Explanation { dimension, score, parts }
}

/// The entries that add or take most, the strongest first.
fn strongest(entries: &mut [(EntryId, f64)]) -> &[(EntryId, f64)] {
    let stronger = |a: &(EntryId, f64), b: &(EntryId, f64)| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0));
    let top = if entries.len() > NAMED_ENTRIES { entries.select_nth_unstable_by(NAMED_ENTRIES, stronger).0 } else { entries };
    top.sort_unstable_by(stronger);
    top
}

struct Contributions {
    /// Entries of the weighed dimensions.
    entries: Vec<(EntryId, f64)>,
    /// All entries of the others together.
    others: f64,
}

/// What each entry adds, in logits, under the likeliest explanation.
fn contributions(shares: &Vector, base: f64, explainer: &Explainer) -> Contributions {
    let Explainer { readings, roll_up, relative, .. } = explainer;
    let mut found = Contributions { entries: Vec::new(), others: 0.0 };
    let today = &readings.today;
    let heaviest = today.levels.explained().reduce(|best, next| if next.0.weight > best.0.weight { next } else { best });
    let Some((component, explanation)) = heaviest else { return found };
    let days = influences(relative, &explainer.days, component, explanation, shares, &readings.policy.level);
    let level: f64 = super::level::matrix::dot(shares, &component.mean);
    let slope = chord(base, level);
    let weighed = ByDimension(*shares);
    found.others = slope * others(relative, &days, &weighed);
    let oldest = days.first().map(|day| day.0);
    let entries = readings.evidence.entries.iter();
    for entry in entries.filter(|entry| *weighed.get(entry.dimension) > 0.0 && Some(entry.day) >= oldest) {
        let side = match entry.actor {
            Actor::Me => 1.0,
            Actor::Them => -1.0,
            Actor::Both => 0.0,
            Actor::Unknown => continue,
        };
        let influence = on_day(&days, entry.day).map(|influence| *ByDimension(*influence).get(entry.dimension));
        let total = day_weight(roll_up, entry.dimension, entry.day);
        let (Some(influence), Some(total)) = (influence, total) else { continue };
        let off = side - readings.evidence.expected_balance.get(entry.dimension);
        found.entries.push((entry.id, slope * influence * entry.weight * off / total));
    }
    found
}

/// What the days of the dimensions without a share add to the level.
fn others(relative: &ByDimension<Series>, days: &[(Day, Vector)], weighed: &ByDimension<f64>) -> f64 {
    let mut sum = 0.0;
    for (dimension, series) in relative.iter().filter(|(dimension, _)| *weighed.get(*dimension) <= 0.0) {
        let mut observed = series.days.iter().peekable();
        for (day, influence) in days {
            if let Some(observation) = observed.next_if(|observation| observation.day == *day) {
                sum += ByDimension(*influence).get(dimension) * observation.balance;
            }
        }
    }
    sum
}

/// Logits for each unit of balance between `base` and `base + level`.
fn chord(base: f64, level: f64) -> f64 {
    let logit = |balance: f64| balance_to_logit(balance.clamp(-0.98, 0.98), LIMIT);
    if level.abs() < 1e-6 {
        2.0 / (1.0 - base.clamp(-0.98, 0.98) * base.clamp(-0.98, 0.98))
    } else {
        (logit(base + level) - logit(base)) / level
    }
}

fn on_day(days: &[(Day, Vector)], day: Day) -> Option<&Vector> {
    let at = days.binary_search_by_key(&day, |known| known.0).ok()?;
    days.get(at).map(|known| &known.1)
}

fn day_weight(roll_up: &RollUp, dimension: Dimension, day: Day) -> Option<f64> {
    let rows = roll_up.rows.get(dimension);
    let at = rows.binary_search_by_key(&day, |row| row.day).ok()?;
    rows.get(at).map(|row| row.given + row.received)
}

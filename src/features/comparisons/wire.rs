//! A comparison as it travels: figures, what may be said of them, and the same in words.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{
    BalanceChange, BalanceReading, ByPeriod, Change, Compared, DaySpan, DimensionComparison, Rate, RateChange, Reason, StepReading,
};
use crate::content::Phrases;

/// Before, during and after some days. Nothing of it is stored: it is of what is logged now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comparison, example = json!({
    "as_of": "2026-03-29", "before": {"from": "2026-02-02", "to": "2026-03-01"}, "during": {"from": "2026-03-02", "to": "2026-03-15"},
    "after": {"from": "2026-03-16", "to": "2026-03-29"}, "unprompted_only": true,
    "dimensions": [{
        "dimension": "initiation", "title": "Reaching out",
        "steps": {"before": {"steps": 2, "not_said": 0, "days": 28, "per_week": 0.5, "lower_90": 0.14, "upper_90": 1.4}},
        "balance": {"before": 0.7}, "effective_events": {"before": 18.0, "during": 1.0, "after": 0.0},
        "during": {"reading": "inconclusive", "reason": "no_steps", "text": "No step of their own was logged. Silence has many causes and proves nothing.",
            "balance_reading": "inconclusive", "balance_reason": "by_design",
            "balance_text": "You left steps to them on purpose. So their share of what there was says nothing about a change."},
        "after": {"reading": "inconclusive", "reason": "no_entries", "text": "Nothing at all was logged in this time, so there is nothing to say about it.",
            "balance_reading": "inconclusive", "balance_reason": "no_entries"}
    }]
}))]
pub struct ComparisonView {
    /// The last day that was read: the last complete one.
    as_of: NaiveDate,
    before: DaySpanView,
    /// Absent where it ended before it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    during: Option<DaySpanView>,
    /// Absent while what it is about goes on, and where it ended before it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    after: Option<DaySpanView>,
    /// Whether steps that are said to have come only after asking are left out.
    unprompted_only: bool,
    /// Each way that it is about; none where it ended before it began.
    #[schema(max_items = 8)]
    dimensions: Vec<DimensionComparisonView>,
}

/// Something to keep in mind.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonNote {
    /// `one_observation`, `silence` (somewhere nothing was logged, or no step of theirs), `open` (somewhere nothing can be said for another
    /// reason), `not_noted` (no time that the practice was done), `other_test` (another test lies in the weeks that are compared),
    /// `ended_early` or `never_began`
    #[schema(max_length = 40)]
    code: &'static str,
    #[schema(max_length = 500)]
    text: String,
}

impl ComparisonNote {
    /// Those that hold, in words.
    #[must_use]
    pub fn of(codes: &[(&'static str, bool)], phrases: Phrases<'_>) -> Vec<Self> {
        let note = |code: &'static str| Self { code, text: phrases.get(&format!("comparison.note.{code}")).to_owned() };
        codes.iter().filter(|(_, holds)| *holds).map(|(code, _)| note(code)).collect()
    }
}

/// Local days, both included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DaySpan)]
pub struct DaySpanView {
    from: NaiveDate,
    to: NaiveDate,
}

/// One way of giving before, during and after.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DimensionComparison)]
pub struct DimensionComparisonView {
    #[schema(max_length = 40)]
    dimension: &'static str,
    /// How it is called.
    #[schema(max_length = 100)]
    title: String,
    steps: StepsView,
    balance: BalancesView,
    effective_events: EffectiveView,
    during: ChangeView,
    after: ChangeView,
}

/// The other person's steps a week, of those that count (see `unprompted_only`); absent where nothing at all was logged, or fewer than seven
/// days count.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StepRates)]
pub struct StepsView {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    before: Option<RateView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    during: Option<RateView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    after: Option<RateView>,
}

/// Steps in a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StepRate)]
pub struct RateView {
    /// Steps that were logged.
    #[schema(minimum = 0)]
    steps: u32,
    /// Of them, those of which it was not said whether they came only after asking.
    #[schema(minimum = 0)]
    not_said: u32,
    /// Days that count: not those before the first entry about the relationship, none that are left out, and of a time that is longer than
    /// 1,000 days its last 1,000. The balance is of the same days.
    #[schema(minimum = 0, maximum = 1_000)]
    days: u32,
    #[schema(minimum = 0)]
    per_week: f64,
    /// Lower end of the 90 % interval, steps a week.
    #[schema(minimum = 0)]
    lower_90: f64,
    #[schema(minimum = 0)]
    upper_90: f64,
}

/// The balance of each period, from -1 (only the logger receives) to 1 (only the logger gives); absent where there is too little.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PeriodBalances)]
pub struct BalancesView {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = -1, maximum = 1)]
    before: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = -1, maximum = 1)]
    during: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = -1, maximum = 1)]
    after: Option<f64>,
}

/// How many independent acts the balance of each period rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PeriodEffectiveEvents)]
pub struct EffectiveView {
    #[schema(minimum = 0)]
    before: f64,
    #[schema(minimum = 0)]
    during: f64,
    #[schema(minimum = 0)]
    after: f64,
}

/// A period compared with the time before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PeriodChange)]
pub struct ChangeView {
    /// What may be said of the steps: more, fewer, `no_clear_change` or inconclusive.
    #[schema(max_length = 40)]
    reading: &'static str,
    /// Where it is inconclusive: `not_yet` (it goes on), `too_short` (it is over), `nothing_before`, `short_before` (fewer than fourteen days
    /// before count), `known_strain`, `no_entries`, `no_steps`, `too_few` or `gaps` (the log was silent for long)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    reason: Option<&'static str>,
    /// The same in words.
    #[schema(max_length = 500)]
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    rate: Option<RateChangeView>,
    /// What may be said of the balance: `towards_me` (a larger share is the logger's), `towards_them`, `no_clear_change` or inconclusive.
    #[schema(max_length = 40)]
    balance_reading: &'static str,
    /// Where it is inconclusive: as above, or `by_design` where the logger left steps to the other on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    balance_reason: Option<&'static str>,
    /// What is said of the balance; absent where it is inconclusive for the reason of the steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 500)]
    balance_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    balance: Option<BalanceChangeView>,
}

/// How many times as often as before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateChange)]
pub struct RateChangeView {
    /// 1 is as often as before.
    #[schema(minimum = 0)]
    ratio: f64,
    /// Lower end of the 90 % interval.
    #[schema(minimum = 0)]
    lower_90: f64,
    #[schema(minimum = 0)]
    upper_90: f64,
}

/// Balance now minus before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BalanceChange)]
pub struct BalanceChangeView {
    /// Above 0 the logger gives more of it than before.
    #[schema(minimum = -2, maximum = 2)]
    difference: f64,
    /// Lower end of the 90 % interval.
    #[schema(minimum = -2, maximum = 2)]
    lower_90: f64,
    #[schema(minimum = -2, maximum = 2)]
    upper_90: f64,
}

impl ComparisonView {
    /// A comparison told in one language.
    #[must_use]
    pub fn new(compared: &Compared, phrases: Phrases<'_>) -> Self {
        let ByPeriod { before, during, after } = compared.periods;
        Self {
            as_of: compared.as_of,
            before: before.into(),
            during: (!during.is_empty()).then(|| during.into()),
            after: (!compared.goes_on && !compared.never_took_place()).then(|| after.into()),
            unprompted_only: compared.unprompted_only,
            dimensions: compared
                .dimensions
                .iter()
                .map(|one| DimensionComparisonView::new(one, compared.unprompted_only, phrases))
                .collect(),
        }
    }
}

impl DimensionComparisonView {
    fn new(found: &DimensionComparison, own: bool, phrases: Phrases<'_>) -> Self {
        let dimension = found.dimension.as_str();
        let ByPeriod { before, during, after } = found.rates.map(|rate| rate.map(RateView::from));
        let (balances, effective) = (found.balances, found.effective);
        Self {
            dimension,
            title: phrases.get(&format!("dimension.{dimension}")).to_owned(),
            steps: StepsView { before, during, after },
            balance: BalancesView { before: balances.before, during: balances.during, after: balances.after },
            effective_events: EffectiveView { before: effective.before, during: effective.during, after: effective.after },
            during: ChangeView::new(&found.during, own, phrases),
            after: ChangeView::new(&found.after, own, phrases),
        }
    }
}

impl ChangeView {
    /// `own`: only steps count that came without asking, as far as it was said.
    fn new(change: &Change, own: bool, phrases: Phrases<'_>) -> Self {
        let (reading, reason) = match change.reading {
            StepReading::More => ("more", None),
            StepReading::Fewer => ("fewer", None),
            StepReading::NoClearChange => ("no_clear_change", None),
            StepReading::Inconclusive(reason) => (INCONCLUSIVE, Some(word(reason))),
        };
        let (balance_reading, balance_reason) = match change.balance_reading {
            BalanceReading::TowardsLogger => ("towards_me", None),
            BalanceReading::TowardsOther => ("towards_them", None),
            BalanceReading::NoClearChange => ("no_clear_change", None),
            BalanceReading::Inconclusive(reason) => (INCONCLUSIVE, Some(word(reason))),
        };
        let of_balance = match balance_reason {
            None => Some(format!("comparison.balance.{balance_reading}")),
            Some(other) => (balance_reason != reason).then(|| inconclusive_key(other, own)),
        };
        Self {
            reading,
            reason,
            text: phrases.get(&reason.map_or_else(|| steps_key(reading, own), |reason| inconclusive_key(reason, own))).to_owned(),
            rate: change.rate.map(RateChangeView::from),
            balance_reading,
            balance_reason,
            balance_text: of_balance.map(|key| phrases.get(&key).to_owned()),
            balance: change.balance.map(BalanceChangeView::from),
        }
    }
}

const INCONCLUSIVE: &str = "inconclusive";

/// The sentence of a reading: of steps of their own, or of all.
fn steps_key(reading: &str, own: bool) -> String {
    format!("comparison.steps.{reading}{}", if own { "" } else { "_of_all" })
}

/// The sentence of a reason.
fn inconclusive_key(reason: &str, own: bool) -> String {
    let of_all = !own && reason == word(Reason::NoSteps);
    format!("comparison.inconclusive.{reason}{}", if of_all { "_of_all" } else { "" })
}

const fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::NotYet => "not_yet",
        Reason::TooShort => "too_short",
        Reason::NothingBefore => "nothing_before",
        Reason::ShortBefore => "short_before",
        Reason::Gaps => "gaps",
        Reason::ByDesign => "by_design",
        Reason::KnownStrain => "known_strain",
        Reason::NoEntries => "no_entries",
        Reason::NoSteps => "no_steps",
        Reason::TooFew => "too_few",
    }
}

impl From<DaySpan> for DaySpanView {
    fn from(DaySpan { from, to }: DaySpan) -> Self {
        Self { from, to }
    }
}

impl From<Rate> for RateView {
    fn from(Rate { steps, not_said, days, per_week, lower_90, upper_90 }: Rate) -> Self {
        Self { steps, not_said, days, per_week, lower_90, upper_90 }
    }
}

impl From<RateChange> for RateChangeView {
    fn from(RateChange { ratio, lower_90, upper_90 }: RateChange) -> Self {
        Self { ratio, lower_90, upper_90 }
    }
}

impl From<BalanceChange> for BalanceChangeView {
    fn from(BalanceChange { difference, lower_90, upper_90 }: BalanceChange) -> Self {
        Self { difference, lower_90, upper_90 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Texts;

    const NOTES: [&str; 7] = ["one_observation", "silence", "open", "not_noted", "other_test", "ended_early", "never_began"];

    #[test]
    fn everything_that_may_be_said_has_its_words_in_every_language() {
        let texts = Texts::load().unwrap();
        let reasons = [
            Reason::NotYet,
            Reason::TooShort,
            Reason::NothingBefore,
            Reason::ShortBefore,
            Reason::KnownStrain,
            Reason::NoEntries,
            Reason::NoSteps,
            Reason::Gaps,
            Reason::TooFew,
            Reason::ByDesign,
        ]
        .map(word);
        for language in ["en", "de", "es", "fr", "pt-BR"] {
            let phrases = texts.accepted(language);
            let steps = ["more", "fewer", "no_clear_change"].map(|reading| [true, false].map(|own| steps_key(reading, own)));
            let balance = ["towards_me", "towards_them", "no_clear_change"].map(|reading| format!("comparison.balance.{reading}"));
            let reasons = reasons.map(|reason| [true, false].map(|own| inconclusive_key(reason, own)));
            let notes = NOTES.map(|code| format!("comparison.note.{code}"));
            for key in steps.iter().flatten().chain(&balance).chain(reasons.iter().flatten()).chain(&notes) {
                assert!(!phrases.get(key).is_empty(), "{language} {key}");
            }
        }
    }
}

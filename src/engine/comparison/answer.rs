//! What is answered: figures where there are any, and what may be said of them.

use super::question::ByPeriod;
use crate::engine::types::Dimension;

/// How often steps were taken in a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Steps that were recorded.
    pub steps: u32,
    /// Of them, those of which it was not said whether they came only after asking.
    pub not_said: u32,
    /// Days of the period that count.
    pub days: u32,
    /// Recorded steps a week, 0 or more.
    pub per_week: f64,
    /// Lower end of the 90 % interval of the rate, steps a week.
    pub lower_90: f64,
    /// Upper end.
    pub upper_90: f64,
}

/// How many times as often steps were taken as before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateChange {
    /// The median of what is likely; 1 is as often as before.
    pub ratio: f64,
    /// Lower end of the 90 % interval, above 0.
    pub lower_90: f64,
    /// Upper end.
    pub upper_90: f64,
}

/// How the balance changed, on the scale from -1 (only the logger receives) to 1 (only the logger gives).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BalanceChange {
    /// Now minus before, -2 to 2; above 0 the logger gives more of it than before.
    pub difference: f64,
    /// Lower end of the 90 % interval.
    pub lower_90: f64,
    /// Upper end.
    pub upper_90: f64,
}

/// Why nothing is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The period goes on, and fewer than seven of its days are over.
    NotYet,
    /// The period is over, and fewer than seven of its days count.
    TooShort,
    /// Nothing was logged before, so there is nothing to compare with.
    NothingBefore,
    /// Fewer than fourteen days before count: the log began shortly before, or days are left out.
    ShortBefore,
    /// At least half of the days were under known strain or left out, or fewer steps were taken while some were.
    KnownStrain,
    /// Nothing at all was logged in the period.
    NoEntries,
    /// No step of theirs that counts was recorded. That is silence, and silence is no proof.
    NoSteps,
    /// On many days in a row nothing at all was logged, and it depends on what that means.
    Gaps,
    /// Of the balance only: the other side left steps on purpose, so that its share fell by design.
    ByDesign,
    /// There is too little to tell.
    TooFew,
}

/// What may be said of how often steps were taken, compared with before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepReading {
    /// More often than before.
    More,
    /// Less often than before, though some were recorded.
    Fewer,
    /// There is enough to look at, and it may well be as before.
    NoClearChange,
    /// Nothing can be said.
    Inconclusive(Reason),
}

/// What may be said of the balance, compared with before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceReading {
    /// More of it is the logger's than before.
    TowardsLogger,
    /// More of it is the other's than before.
    TowardsOther,
    /// There is enough to look at, and it may well be as before.
    NoClearChange,
    /// Nothing can be said.
    Inconclusive(Reason),
}

/// A period compared with the one before. Where there is no figure it is absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// How many times as often.
    pub rate: Option<RateChange>,
    /// What may be said of it.
    pub reading: StepReading,
    /// How the balance changed.
    pub balance: Option<BalanceChange>,
    /// What may be said of it.
    pub balance_reading: BalanceReading,
}

/// The comparison in one dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DimensionComparison {
    /// Which.
    pub dimension: Dimension,
    /// Steps a week; absent where nothing at all was logged or fewer than seven days count.
    pub rates: ByPeriod<Option<Rate>>,
    /// Mean level of the balance; absent where there is too little.
    pub balances: ByPeriod<Option<f64>>,
    /// Effective number of acts behind each balance (docs/assessment.md).
    pub effective: ByPeriod<f64>,
    /// The time that it is about, compared with before.
    pub during: Change,
    /// What came afterwards, compared with before.
    pub after: Change,
}

impl BalanceReading {
    /// The same seen from the other side.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::TowardsLogger => Self::TowardsOther,
            Self::TowardsOther => Self::TowardsLogger,
            Self::NoClearChange | Self::Inconclusive(_) => self,
        }
    }
}

impl BalanceChange {
    /// The same seen from the other side.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self { difference: 0.0 - self.difference, lower_90: 0.0 - self.upper_90, upper_90: 0.0 - self.lower_90 }
    }
}

impl Change {
    /// The same seen from the other side.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self { balance: self.balance.map(BalanceChange::mirrored), balance_reading: self.balance_reading.mirrored(), ..self }
    }
}

impl DimensionComparison {
    /// The same seen from the other side, of whom the question was then asked.
    #[must_use]
    pub fn mirrored(self) -> Self {
        let balances = self.balances.map(|balance| balance.map(|balance| 0.0 - balance));
        Self { balances, during: self.during.mirrored(), after: self.after.mirrored(), ..self }
    }
}

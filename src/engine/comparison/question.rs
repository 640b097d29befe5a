//! What is asked: which periods, whose steps, in which dimensions.

use crate::engine::types::{Actor, Day, Dimension};

/// Days from first to last, both included; none where the last comes before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

impl Span {
    /// Whether `day` is one of them.
    #[must_use]
    pub const fn contains(&self, day: Day) -> bool {
        self.first.0 <= day.0 && day.0 <= self.last.0
    }
}

/// One value for each period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByPeriod<T> {
    /// What things are compared with.
    pub before: T,
    /// The time that it is about.
    pub during: T,
    /// What came afterwards.
    pub after: T,
}

/// The periods. They do not overlap and stand in this order; what lies outside of them counts for nothing.
pub type Periods = ByPeriod<Span>;

impl<T> ByPeriod<T> {
    /// The value of each period turned into another.
    #[must_use]
    pub fn map<U>(&self, mut turn: impl FnMut(&T) -> U) -> ByPeriod<U> {
        ByPeriod { before: turn(&self.before), during: turn(&self.during), after: turn(&self.after) }
    }

    /// The values in the order of the periods.
    #[must_use]
    pub const fn each(&self) -> [&T; 3] {
        [&self.before, &self.during, &self.after]
    }

    /// The value of a period that is compared with the one before.
    #[must_use]
    pub const fn at(&self, place: Place) -> &T {
        match place {
            Place::During => &self.during,
            Place::After => &self.after,
        }
    }
}

/// Which period is compared with the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The time that it is about.
    During,
    /// What came afterwards.
    After,
}

/// Whose steps are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The person who logs.
    Logger,
    /// The other person.
    Other,
}

impl Side {
    /// Whether an act is this side's own. What both did, or nobody knows who, is no one's own step.
    #[must_use]
    pub const fn acted(self, actor: Actor) -> bool {
        match actor {
            Actor::Me => matches!(self, Self::Logger),
            Actor::Them => matches!(self, Self::Other),
            Actor::Both | Actor::Unknown => false,
        }
    }

    /// The same side seen from the other.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Logger => Self::Other,
            Self::Other => Self::Logger,
        }
    }
}

/// What is asked of the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The periods.
    pub periods: Periods,
    /// Whose steps count.
    pub side: Side,
    /// Leaves out steps that are said to have come only after asking. A step of which that was not said counts.
    pub unprompted_only: bool,
    /// In which dimensions; what is named twice is answered once.
    pub dimensions: Vec<Dimension>,
}

impl Question {
    /// The same question seen from the other side.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self { side: self.side.mirrored(), ..self }
    }
}

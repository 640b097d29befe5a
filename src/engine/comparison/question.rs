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

/// When the log was kept next to the days that are read, in whatever dimension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The last day before the first period on which something was logged. Absent where the log begins later than that: then the days before
    /// its first entry are none of any period.
    pub last_before: Option<Day>,
    /// The first day after the last that is read on which something was logged, or the day that is not over yet. Absent: the day after the
    /// last that is read.
    pub next_after: Option<Day>,
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
    /// Whether the time that it is about goes on: then it is not over, although its last day so far is.
    pub goes_on: bool,
    /// Whether the side that is not asked about leaves steps to the other in the time that it is about, on purpose. Then its share falls by
    /// design, and nothing is said of the balance of that time.
    pub leaves_steps: bool,
    /// When the log was kept before and afterwards.
    pub around: Around,
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

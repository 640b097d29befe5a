//! The engine's small vocabulary: days, dimensions, who acted and who kept the log.

/// A calendar day as whole days since 1970-01-01, in whatever local calendar the caller chose.
///
/// Days carry no zone and no clock time, so changes of summer time cannot reach the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day `days` later (earlier where negative), held at the ends of the `i32` range.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Whole days from `earlier` to `self`; negative where `earlier` is the later one.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// The first Monday on or after this day. 1970-01-01 was a Thursday, so Mondays are 4 modulo 7.
    #[must_use]
    pub const fn next_monday(self) -> Self {
        self.plus((4 - self.0.rem_euclid(7)).rem_euclid(7))
    }
}

/// The eight ways of giving that are weighed, in the order every list of the engine follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Listening and comfort.
    EmotionalSupport,
    /// Answering good news with joy (capitalisation).
    Celebration,
    /// Reaching out, starting the talk, taking the next step.
    Initiation,
    /// Moving first after a disconnection.
    Repair,
    /// Gratitude and esteem put into words.
    Appreciation,
    /// Help with tasks, money, time.
    PracticalHelp,
    /// Each side's share of kept acts.
    PromisesKept,
    /// Needs of the other that were met; the actor is who met them.
    NeedsMet,
}

impl Dimension {
    /// How many dimensions there are.
    pub const COUNT: usize = 8;

    /// All dimensions, in order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::EmotionalSupport,
        Self::Celebration,
        Self::Initiation,
        Self::Repair,
        Self::Appreciation,
        Self::PracticalHelp,
        Self::PromisesKept,
        Self::NeedsMet,
    ];

    /// Place in [`Dimension::ALL`], from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::EmotionalSupport => 0,
            Self::Celebration => 1,
            Self::Initiation => 2,
            Self::Repair => 3,
            Self::Appreciation => 4,
            Self::PracticalHelp => 5,
            Self::PromisesKept => 6,
            Self::NeedsMet => 7,
        }
    }

    /// The name used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmotionalSupport => "emotional_support",
            Self::Celebration => "celebration",
            Self::Initiation => "initiation",
            Self::Repair => "repair",
            Self::Appreciation => "appreciation",
            Self::PracticalHelp => "practical_help",
            Self::PromisesKept => "promises_kept",
            Self::NeedsMet => "needs_met",
        }
    }
}

/// One value for each dimension.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ByDimension<T>(pub [T; Dimension::COUNT]);

impl<T> ByDimension<T> {
    /// Builds the value of each dimension in turn.
    #[must_use]
    pub fn from_fn(mut value: impl FnMut(Dimension) -> T) -> Self {
        Self(Dimension::ALL.map(&mut value))
    }

    /// The value of one dimension.
    #[must_use]
    pub const fn get(&self, dimension: Dimension) -> &T {
        let [support, celebration, initiation, repair, appreciation, help, promises, needs] = &self.0;
        match dimension {
            Dimension::EmotionalSupport => support,
            Dimension::Celebration => celebration,
            Dimension::Initiation => initiation,
            Dimension::Repair => repair,
            Dimension::Appreciation => appreciation,
            Dimension::PracticalHelp => help,
            Dimension::PromisesKept => promises,
            Dimension::NeedsMet => needs,
        }
    }

    /// The value of one dimension, to be changed.
    #[must_use]
    pub const fn get_mut(&mut self, dimension: Dimension) -> &mut T {
        let [support, celebration, initiation, repair, appreciation, help, promises, needs] = &mut self.0;
        match dimension {
            Dimension::EmotionalSupport => support,
            Dimension::Celebration => celebration,
            Dimension::Initiation => initiation,
            Dimension::Repair => repair,
            Dimension::Appreciation => appreciation,
            Dimension::PracticalHelp => help,
            Dimension::PromisesKept => promises,
            Dimension::NeedsMet => needs,
        }
    }

    /// The values with their dimensions, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Dimension, &T)> {
        Dimension::ALL.into_iter().zip(self.0.iter())
    }

    /// The value of each dimension turned into another.
    #[must_use]
    pub fn map<U>(&self, mut turn: impl FnMut(Dimension, &T) -> U) -> ByDimension<U> {
        ByDimension::from_fn(|dimension| turn(dimension, self.get(dimension)))
    }
}

/// Who did the act, seen from the person who logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The logger.
    Me,
    /// The other person.
    Them,
    /// Both together: half to each.
    Both,
    /// Not known: counted and reported, never read as balanced.
    Unknown,
}

impl Actor {
    /// The same actor seen from the other side.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Me => Self::Them,
            Self::Them => Self::Me,
            Self::Both => Self::Both,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// Who kept the log. People over-count what they give (Ross and Sicoly 1979).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keeper {
    /// The person the assessment is for.
    Logger,
    /// The other person.
    Other,
    /// Neither: a measured record such as a message log, or both people's logs together.
    Neither,
}

impl Keeper {
    /// The same keeper seen from the other side.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Logger => Self::Other,
            Self::Other => Self::Logger,
            Self::Neither => Self::Neither,
        }
    }
}

/// A handle the caller gives to each piece of evidence, unique within one [`super::Evidence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u32);

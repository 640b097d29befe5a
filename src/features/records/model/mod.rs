//! What a promise, a plan, a need and a repair have in common, and what each of them has to say for itself.

mod days;
mod measure;
mod need;
mod plan;
mod promise;
mod repair;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

pub use crate::engine::evidence::{NeedOutcome, PromiseOutcome};
pub use crate::engine::types::Actor;
use crate::features::interactions::model::{actor_code, actor_of};
use crate::kernel::reach::Reach;
use crate::kernel::{FieldError, Fields, InteractionId, RecordId, RelationshipId};
pub use days::{Days, MAX_DAY};
pub use measure::{RepairsMeasure, repairs_measure};
pub use need::{MAX_EXPLAINED, Need, NeedChange, Topic, topic_of};
pub use plan::{Plan, PlanChange, PlanStatus};
pub use promise::{Promise, PromiseChange};
pub use repair::{Move, Repair, RepairChange, RepairStatus};

/// The longest text that says what it is about, in characters.
pub const MAX_WHAT: usize = 2_000;

/// Which of the four; the numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKind {
    Promise = 1,
    Plan = 2,
    Need = 3,
    Repair = 4,
}

impl RecordKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Promise => "promise",
            Self::Plan => "plan",
            Self::Need => "need",
            Self::Repair => "repair",
        }
    }
}

/// One of the four kinds: what it says beside what all of them say, and how it lies in a row.
pub trait Kind: Clone + std::fmt::Debug + Send + 'static {
    const KIND: RecordKind;
    /// A change; absent members stay, `Some(None)` removes.
    type Change: Clone + std::fmt::Debug + Default + Send + 'static;

    /// With a change applied: what was not said follows from the rest, and what does not fit is told.
    fn changed(self, change: Self::Change, days: Days) -> Result<Self, Vec<FieldError>>;
    /// A change that says everything there is to say, as an export does: what is absent in it is nothing, and does not follow from the rest.
    #[must_use]
    fn in_full(change: Self::Change) -> Self::Change {
        change
    }
    /// As it lies in a row.
    fn columns(&self) -> Columns;
    /// What [`Kind::columns`] gave; nothing for numbers that this version does not know.
    fn of_columns(columns: Columns) -> Option<Self>;
}

/// The columns that mean something else in each kind (migrations/*_records).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    pub status: i16,
    pub actor: Option<i16>,
    pub settled_on: Option<NaiveDate>,
    pub settled_by: Option<i16>,
    pub until: Option<NaiveDate>,
    pub prompted: Option<bool>,
    pub accepted: Option<bool>,
    pub explained_on: Vec<NaiveDate>,
    pub replaced_by: Option<Uuid>,
    pub topic: Option<i16>,
}

/// What all four say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The day it began, in the person's own calendar: fixed when it is written, whatever becomes of the account's zone.
    pub local_date: NaiveDate,
    /// The person's own words; stored sealed.
    pub what: Option<String>,
    /// The entry that was logged of the same act, where there is one: it then counts in the record's place.
    pub interaction: Option<InteractionId>,
}

/// A change of what all four say.
#[derive(Clone, Debug, Default)]
pub struct FrameChange {
    pub local_date: Option<NaiveDate>,
    pub what: Option<Option<String>>,
    pub interaction: Option<Option<InteractionId>>,
}

/// A change of a record.
#[derive(Clone, Debug)]
pub struct Change<K: Kind> {
    pub frame: FrameChange,
    pub details: K::Change,
}

/// A new record: what it is before anything became of it, and all that is said of it.
#[derive(Clone, Debug)]
pub struct Draft<K: Kind> {
    pub relationship: RelationshipId,
    pub blank: K,
    pub change: Change<K>,
}

/// A stored record.
#[derive(Clone, Debug)]
pub struct Record<K> {
    pub id: RecordId,
    pub relationship: RelationshipId,
    pub frame: Frame,
    pub details: K,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A record of another account of the same person, to be stored as it was there.
#[derive(Clone, Debug)]
pub struct Restored<K> {
    pub id: RecordId,
    pub relationship: RelationshipId,
    pub digest: [u8; 32],
    pub frame: Frame,
    pub details: K,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Which records a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// A stored number, of the kind that is listed.
    pub status: Option<i16>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Filter {
    /// The filter, narrowed to the days that are in reach. The database hides the others anyway; said beside the filter, an index finds what a
    /// grant lends, however much there is around it.
    #[must_use]
    pub fn within(self, reach: &Reach) -> Self {
        let loan = match reach {
            Reach::Loan(loan) => Some(loan),
            Reach::Whole | Reach::Tie(_) => None,
        };
        Self {
            from: self.from.max(loan.and_then(|loan| loan.from)),
            to: [self.to, loan.and_then(|loan| loan.to)].into_iter().flatten().min(),
            ..self
        }
    }
}

/// A record as evidence.
#[derive(Clone, Debug)]
pub struct StoredRecord {
    pub id: RecordId,
    pub local_date: NaiveDate,
    pub interaction: Option<InteractionId>,
    pub details: Details,
    /// Its place in the account's order of changes to evidence.
    pub change: i64,
}

/// Any of the four.
#[derive(Clone, Debug)]
pub enum Details {
    Promise(Promise),
    Plan(Plan),
    Need(Need),
    Repair(Repair),
}

impl Details {
    /// Which of the four it is.
    #[must_use]
    pub const fn kind(&self) -> RecordKind {
        match self {
            Self::Promise(_) => RecordKind::Promise,
            Self::Plan(_) => RecordKind::Plan,
            Self::Need(_) => RecordKind::Need,
            Self::Repair(_) => RecordKind::Repair,
        }
    }

    /// What lies in a row of this kind.
    #[must_use]
    pub fn of_columns(kind: i16, columns: Columns) -> Option<Self> {
        match kind {
            1 => Promise::of_columns(columns).map(Self::Promise),
            2 => Plan::of_columns(columns).map(Self::Plan),
            3 => Need::of_columns(columns).map(Self::Need),
            4 => Repair::of_columns(columns).map(Self::Repair),
            _ => None,
        }
    }
}

impl<K: Kind> Draft<K> {
    /// The same where everything is said that there is to say (see [`Kind::in_full`]).
    #[must_use]
    pub fn in_full(self) -> Self {
        let Change { frame, details } = self.change;
        Self { change: Change { frame, details: K::in_full(details) }, ..self }
    }

    /// The record as it is to be stored; `today` is the day where the person is.
    pub fn settled(self, today: NaiveDate) -> Result<(Frame, K), Vec<FieldError>> {
        let frame = Frame { local_date: today, what: None, interaction: None };
        self.change.apply((frame, self.blank), today)
    }
}

impl<K: Kind> Change<K> {
    /// The record with this change applied; whatever no longer fits is told.
    pub fn apply(self, (frame, details): (Frame, K), today: NaiveDate) -> Result<(Frame, K), Vec<FieldError>> {
        let mut fields = Fields::default();
        let frame = Frame {
            local_date: self.frame.local_date.unwrap_or(frame.local_date),
            what: self.frame.what.unwrap_or(frame.what),
            interaction: self.frame.interaction.unwrap_or(frame.interaction),
        };
        let days = Days { local_date: frame.local_date, today };
        fields.take("/local_date", days.check_beginning());
        let details = details.changed(self.details, days);
        match (fields.finish(Some(())), details) {
            (Ok(()), Ok(details)) => Ok((frame, details)),
            (first, second) => Err(first.err().into_iter().chain(second.err()).flatten().collect()),
        }
    }
}

/// The stored number of whoever it was.
fn code(actor: Option<Actor>) -> Option<i16> {
    actor.map(actor_code)
}

/// Whoever a stored number means; outside of `Option` where the number is unknown.
#[must_use]
pub fn actor(code: Option<i16>) -> Option<Option<Actor>> {
    code.map_or(Some(None), |code| actor_of(code).map(Some))
}

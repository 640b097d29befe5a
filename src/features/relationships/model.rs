//! What a relationship is, and the checked values it is made of.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::RelationshipId;

/// The longest alias or label, in characters.
pub const MAX_NAME: usize = 80;
/// Context periods a relationship may have.
pub const MAX_CONTEXTS: usize = 50;
/// Periods that are remembered in which a relationship was not active.
pub const MAX_NOT_ACTIVE: usize = 50;
/// Relationships an account may have.
pub const MAX_PER_ACCOUNT: i64 = 1_000;

/// A set of words that are stored and sent as they are.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $(#[serde(rename = $word)] $variant),+ }

        impl $name {
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    )+};
}

words! {
    /// What kind of tie it is.
    Kind { Dating = "dating", Partner = "partner", Family = "family", Friend = "friend" }
    /// Where it stands for the logger.
    Status { Active = "active", Paused = "paused", Archived = "archived", Ended = "ended" }
    /// Who kept the log: part of the evidence, because people over-count what they give.
    KeptBy { Logger = "logger", Other = "other", Neither = "neither" }
    /// A known strain that widens what counts as normal.
    ContextKind { Illness = "illness", Newborn = "newborn", Exams = "exams", Distance = "distance", Other = "other" }
    /// What a period of strain does to the assessment: widen what counts as normal, or leave its days out.
    ContextEffect { Widen = "widen", Exempt = "exempt" }
}

/// A period of known strain; local dates, both included. Without an end it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    pub kind: ContextKind,
    pub effect: ContextEffect,
    pub from: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// Local days on which it was not an active one, both included. Without an end it still is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotActive {
    pub from: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// What the logger calls it: words, stored sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    pub alias: String,
    pub label: Option<String>,
}

/// What a relationship says, apart from its names, id and history.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    pub kind: Kind,
    pub status: Status,
    pub kept_by: KeptBy,
    /// From -1 (only the logger receives) to 1 (only the logger gives); 0 among peers.
    pub expected_balance: f64,
    pub contexts: Vec<Context>,
}

/// A stored relationship without its names: all that an assessment reads.
#[derive(Clone, Debug)]
pub struct Relationship {
    pub id: RelationshipId,
    pub details: Details,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A stored relationship as its logger sees it.
#[derive(Clone, Debug)]
pub struct Named {
    pub names: Names,
    pub relationship: Relationship,
}

/// A relationship of another account of the same person, to be stored as it was there.
#[derive(Clone, Debug)]
pub struct Restored {
    pub id: RelationshipId,
    pub digest: [u8; 32],
    pub names: Names,
    pub details: Details,
    /// One after the other; the last goes on where it is not active.
    pub not_active: Vec<NotActive>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A change; absent members stay as they are.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub alias: Option<String>,
    pub kind: Option<Kind>,
    pub label: Option<Option<String>>,
    pub status: Option<Status>,
    pub kept_by: Option<KeptBy>,
    pub expected_balance: Option<f64>,
    pub contexts: Option<Vec<Context>>,
}

impl Names {
    /// These names with a change applied.
    #[must_use]
    pub fn changed(self, change: &Change) -> Self {
        Self { alias: change.alias.clone().unwrap_or(self.alias), label: change.label.clone().unwrap_or(self.label) }
    }
}

impl Details {
    /// These details with a change applied.
    #[must_use]
    pub fn changed(self, change: Change) -> Self {
        Self {
            kind: change.kind.unwrap_or(self.kind),
            status: change.status.unwrap_or(self.status),
            kept_by: change.kept_by.unwrap_or(self.kept_by),
            expected_balance: change.expected_balance.unwrap_or(self.expected_balance),
            contexts: change.contexts.unwrap_or(self.contexts),
        }
    }

    /// Whether an assessment made before could come out differently now.
    #[must_use]
    pub fn same_evidence(&self, other: &Self) -> bool {
        self.kept_by == other.kept_by
            && self.expected_balance.to_bits() == other.expected_balance.to_bits()
            && self.contexts == other.contexts
    }
}

/// Which relationships a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub status: Option<Status>,
    pub kind: Option<Kind>,
}

//! What a consent is.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::kernel::text::{Refusal, is_slug};

/// The purpose that the service acts on: answers counted in an operator's aggregates.
pub const STATISTICS: &str = "statistics";
/// Lines that an account may have; beyond that, only what was given can be withdrawn.
pub const MAX_PER_ACCOUNT: i64 = 1_000;
/// The longest name of a purpose.
pub const MAX_PURPOSE: usize = 40;

/// A decision: what it is about, and which text was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub purpose: String,
    pub text_version: i32,
    /// Whether consent was given; otherwise it was withdrawn.
    pub given: bool,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub id: Uuid,
    /// Its place in the order of the lines.
    pub number: i64,
    pub decision: Decision,
    pub decided_at: DateTime<Utc>,
}

/// A line as it was elsewhere, taken along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    pub id: Uuid,
    pub digest: [u8; 32],
    pub decision: Decision,
    pub decided_at: DateTime<Utc>,
}

/// A purpose's name: a word of the app, never a sentence.
pub fn purpose(name: &str) -> Result<String, Refusal> {
    if is_slug(name, MAX_PURPOSE) {
        Ok(name.to_owned())
    } else {
        Err(("not_a_name", "Small letters, digits, - and _ belong here, a letter first.".to_owned()))
    }
}

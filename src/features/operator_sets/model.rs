//! A version of a question set as it stands in the database: draft, published or retired.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::content::SetDocument;
use crate::kernel::{Error, FieldError};

/// Versions that are kept at most, drafts included, and sets: all of them are in memory, and the list of sets is one answer.
pub const MOST_VERSIONS: i64 = 500;
pub const MOST_SETS: usize = 150;

/// How far a version has come. It goes one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Seen by operators alone; it can change and be removed.
    Draft,
    /// Offered to everybody; it does not change any more.
    Published,
    /// No longer offered; read by its version and scored as before.
    Retired,
}

impl Standing {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }

    /// The standing with this word.
    pub fn parse(word: &str) -> Result<Self, Error> {
        [Self::Draft, Self::Published, Self::Retired]
            .into_iter()
            .find(|standing| standing.as_str() == word)
            .ok_or_else(|| Error::internal("a stored question set stands in a way this version does not know"))
    }
}

/// The name of a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    pub slug: String,
    /// From 1, rising.
    pub version: i32,
}

/// Everything about a version but what it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: Name,
    pub standing: Standing,
    /// Another one after every change, and never one that a draft of this name had before.
    pub revision: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub published_at: Option<DateTime<Utc>>,
    pub retired_at: Option<DateTime<Utc>>,
}

/// A version.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    pub entry: Entry,
    pub document: SetDocument,
}

/// A stored document as it was written.
pub fn stored_document(value: Value) -> Result<SetDocument, Error> {
    serde_json::from_value(value).map_err(|_| Error::internal("a stored question set is not one that this version can read"))
}

/// Whether a slug has room for this version beside those it has: the next number, with no draft before it.
pub fn check_next(name: &Name, existing: &[Entry]) -> Result<(), Error> {
    let refused = |detail: String| Err(Error::invalid(vec![FieldError::new("/set/version", "not_next_version", detail)]));
    if let Some(draft) = existing.iter().find(|one| one.standing == Standing::Draft) {
        return refused(format!("Version {} is still a draft; publish or remove it first.", draft.name.version));
    }
    let next = existing.iter().map(|one| one.name.version).max().unwrap_or(0).saturating_add(1);
    if name.version == next { Ok(()) } else { refused(format!("The next version of this set is {next}.")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(version: i32, standing: Standing) -> Entry {
        let at = DateTime::UNIX_EPOCH;
        let name = Name { slug: "evening".to_owned(), version };
        Entry { name, standing, revision: 1, created_at: at, updated_at: at, published_at: None, retired_at: None }
    }

    #[test]
    fn versions_rise_by_one_and_a_draft_comes_first() {
        let next = |version, existing: &[Entry]| check_next(&entry(version, Standing::Draft).name, existing).is_ok();
        assert!(next(1, &[]) && !next(2, &[]) && !next(0, &[]));
        let published = [entry(1, Standing::Retired), entry(2, Standing::Published)];
        assert!(next(3, &published) && !next(2, &published) && !next(4, &published));
        assert!(!next(2, &[entry(1, Standing::Draft)]));
        assert!(!next(i32::MIN, &[entry(i32::MAX, Standing::Published)]));
    }

    #[test]
    fn every_standing_is_read_as_it_is_written() {
        for standing in [Standing::Draft, Standing::Published, Standing::Retired] {
            assert_eq!(Standing::parse(standing.as_str()).unwrap(), standing);
        }
        assert!(Standing::parse("withdrawn").is_err());
    }
}

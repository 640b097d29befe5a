//! A practice that keeps every rule, and the choice among several.

use super::check;
use super::definition::PracticeDefinition;
use super::words::PracticeWords;
use crate::content::embedded::Files;
use crate::content::error::Problem;
use crate::content::translations::{Localised, Translations, read_checked};
use crate::content::vocabulary::{AssessedState, Carrier, Contraindication, Dimension, Effort, RelationshipKind, Status};

/// A practice in every language. It can only be had from files that keep every rule, and cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    definition: PracticeDefinition,
    words: Translations<PracticeWords>,
}

/// Which practices to list. What is `None` does not restrict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PracticeFilter {
    /// Practices written for this kind of relationship.
    pub kind: Option<RelationshipKind>,
    /// Practices that aim at this dimension.
    pub dimension: Option<Dimension>,
    /// Practices that ask exactly this much.
    pub effort: Option<Effort>,
    /// Practices that take at most this many minutes.
    pub max_minutes: Option<u32>,
}

impl Practice {
    /// Parses and checks the files of one practice.
    pub(in crate::content) fn read(files: &Files) -> Result<Self, Vec<Problem>> {
        let (definition, words) = read_checked(
            files,
            "practice",
            |definition| check::definition(definition, files),
            |definition, words| check::words(definition, words, &files.path),
        )?;
        Ok(Self { definition, words })
    }

    /// Everything but the words.
    #[must_use]
    pub fn definition(&self) -> &PracticeDefinition {
        &self.definition
    }

    /// Stable name, the same in every version.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.definition.slug
    }

    /// From 1, rising with every change of what people have agreed to do.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.definition.version
    }

    /// Whether it is served.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.definition.status == Status::Published
    }

    /// The words, by language.
    #[must_use]
    pub fn words(&self) -> &Translations<PracticeWords> {
        &self.words
    }

    /// The words that suit the reader of this `Accept-Language` best.
    #[must_use]
    pub fn localise(&self, accept_language: &str) -> Localised<'_, PracticeWords> {
        self.words.localise(accept_language)
    }

    /// Whether it fits where an assessment says this. `Carrier::Either` stands for nobody in particular: it is fitted only
    /// by what fits whoever carries more.
    #[must_use]
    pub fn fits(&self, state: AssessedState, carries: Carrier) -> bool {
        let fits = &self.definition.fits_states;
        fits.iter().any(|fit| fit.state == state && (fit.carries == Carrier::Either || fit.carries == carries))
    }

    /// Whether it must not be offered where this holds.
    #[must_use]
    pub fn is_ruled_out_by(&self, code: Contraindication) -> bool {
        self.definition.contraindications.contains(&code)
    }
}

impl PracticeFilter {
    /// Whether a practice passes.
    #[must_use]
    pub fn admits(&self, practice: &Practice) -> bool {
        let definition = &practice.definition;
        self.kind.is_none_or(|kind| definition.relationship_kinds.contains(&kind))
            && self.dimension.is_none_or(|dimension| definition.dimensions.contains(&dimension))
            && self.effort.is_none_or(|effort| definition.effort == effort)
            && self.max_minutes.is_none_or(|most| definition.minutes <= most)
    }
}

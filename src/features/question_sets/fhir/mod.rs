//! Question sets as FHIR R4 Questionnaires: what a program of another house shows, answers and stores without knowing this one.
//!
//! A document is made once for each language and then served from memory (docs/fhir.md says what is where).

mod document;
mod items;
mod questionnaire;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::api::fhir::FHIR_JSON;
use crate::api::public::Prepared;
use crate::content::{QuestionSet, Translation};
use crate::kernel::Error;
pub use document::QuestionnaireDocument;
pub use items::INSTRUCTIONS;
pub use questionnaire::Questionnaire;

/// Documents that are kept; past that all are made anew. A service with a hundred sets in five languages has half as many.
const MOST_KEPT: usize = 1_000;

/// The documents that were asked for so far, by the digest of their words: a published version never changes.
#[derive(Debug, Default)]
pub struct Questionnaires(RwLock<HashMap<String, Arc<Prepared>>>);

impl Questionnaires {
    /// The bytes of a set's Questionnaire in the language of this translation, and all others beside it.
    pub fn of(&self, set: &QuestionSet, translation: &Translation) -> Result<Arc<Prepared>, Error> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).get(translation.digest()).cloned();
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let bytes = serde_json::to_vec(&Questionnaire::whole(set, translation)).map_err(Error::internal)?;
        let made = Arc::new(Prepared::of(FHIR_JSON, translation.language(), bytes)?.of_several_forms());
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_KEPT {
            all.clear();
        }
        all.insert(translation.digest().to_owned(), Arc::clone(&made));
        Ok(made)
    }
}

#[cfg(test)]
mod tests;

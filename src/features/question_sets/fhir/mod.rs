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

/// The documents that were asked for so far, by the digest of their words and whether they are offered: a published version
/// changes in nothing else.
#[derive(Debug, Default)]
pub struct Questionnaires(RwLock<HashMap<(String, bool), Arc<Prepared>>>);

impl Questionnaires {
    /// The bytes of a set's Questionnaire in the language of this translation, and all others beside it.
    pub fn of(&self, set: &QuestionSet, offered: bool, translation: &Translation) -> Result<Arc<Prepared>, Error> {
        let key = (translation.digest().to_owned(), offered);
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let bytes = serde_json::to_vec(&Questionnaire::whole(set, offered, translation)).map_err(Error::internal)?;
        let made = Arc::new(Prepared::of(FHIR_JSON, translation.language(), bytes)?.of_several_forms());
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_KEPT {
            all.clear();
        }
        all.insert(key, Arc::clone(&made));
        Ok(made)
    }
}

#[cfg(test)]
mod tests;

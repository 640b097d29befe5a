//! Responses as FHIR R4 QuestionnaireResponses, out and in.
//!
//! What comes in becomes the very request that JSON would have been, and from there on is treated alike: the same checks, the same bounds,
//! the same way to tell a repetition from another request (docs/fhir.md says what is where).

mod document;
mod incoming;
mod places;
mod read;
mod show;

pub use document::QuestionnaireResponseDocument;
pub use incoming::IncomingResponse;
pub use places::Places;
pub use show::QuestionnaireResponse;

#[cfg(test)]
mod tests;

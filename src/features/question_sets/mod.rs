//! Question sets: what to ask oneself about a relationship. Public content in the reader's language, served from memory.

pub mod fhir;
pub mod http;
pub mod wire;
pub mod written;

pub use fhir::INSTRUCTIONS;
pub use wire::QuestionSetSummary;

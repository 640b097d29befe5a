//! Responses: one person's answers to one version of a question set, about one relationship.
//!
//! Answers are stored; figures never are. They are worked out on reading from the version that was answered, which never
//! changes, so old answers give the same figures for ever.

mod evidence;
mod fhir;
pub mod http;
pub mod model;
mod reliability;
mod rotation;
mod service;
mod store;
pub mod wire;

pub use evidence::{dimension_of, questionnaires};
pub use http::view;
pub use model::StoredResponse;
pub use reliability::{MIN_RESPONDENTS, Measured, measure};
pub use service::details_of;
pub use store::{after, all_there, completed_between, newest_of_each, restore};
pub use wire::{CreateResponse, ResponseView};

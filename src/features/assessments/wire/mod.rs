//! Assessments as they travel: requests, answers, and how a recorded one is put into words.

mod answer;
mod request;
mod view;

pub use answer::{AssessmentPage, AssessmentView};
pub use request::CreateAssessment;

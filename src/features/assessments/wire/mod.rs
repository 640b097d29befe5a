//! Assessments as they travel: requests, answers, and how what was computed is put into words.

mod answer;
mod change;
mod measures;
mod next_step;
mod preview;
mod records;
mod request;
mod timeline;
mod view;

pub use answer::{AssessmentPage, AssessmentView, PreviewView};
pub use change::{IncludeQuery, text_of};
pub use next_step::{OwnAssessmentView, Telling};
pub use preview::CreatePreview;
pub use request::CreateAssessment;
pub use timeline::{TimelineQuery, TimelineView};

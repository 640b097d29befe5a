//! Assessments: what the evidence supports, how sure that is, and why. Gathered, computed, recorded.
//!
//! Gathering reads rows into [`crate::engine::Evidence`], computing is the pure engine, recording stores the result with
//! the method's version and the evidence's digest, so that it can be reproduced.

mod digest;
mod gather;
pub mod http;
mod jobs;
pub mod model;
mod outcome;
mod preview;
mod service;
mod show;
mod store;
pub mod wire;

pub use jobs::Jobs;
pub use store::{after, worn_out};
pub use wire::AssessmentView;

//! Retention: how long each class of an account's data is kept, the job that drops what is older, and what it dropped.
//!
//! Everything is kept unless the person says otherwise. What is dropped goes as it goes when it is erased: assessments whose
//! window meets the days go with them, ids stay taken, exports are forgotten.

pub mod http;
pub mod model;
mod service;
mod store;
pub mod wire;

pub use service::Retention;

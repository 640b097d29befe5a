//! Before, during and after: what changed around a time whose days are known, a step-back test or a practice that was taken up.
//!
//! Computed when it is read, from what is logged then, and stored nowhere. It has no paths of its own: it stands in what it is about.

pub mod model;
mod service;
pub mod wire;

pub use service::before_and_after;
pub use wire::{ComparisonNote, ComparisonView};

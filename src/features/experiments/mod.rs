//! The step-back test: somebody leaves the next step to the other for some weeks, and sees what happens.
//!
//! It is begun only where the safety screen, the kind of tie and its circumstances allow it, and it ends where they do so no more; neither
//! says which of them it was (docs/adr/0032-step-back-tests.md). What came of it is told when it is over, without a verdict.

pub mod http;
pub mod model;
mod service;
mod store;
pub mod wire;

pub use service::exported;
pub use store::restore;
pub use wire::{CreateExperiment, ExperimentRest, ExperimentView, checked_note, restored_plan};

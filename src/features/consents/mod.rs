//! Consents: what a person agreed to and took back, as a ledger that only grows.
//!
//! A purpose is the app's word, with the version of the text that was shown. The service itself acts on one of them: only
//! whoever agrees to `statistics` is counted by `reciprocity scales`.

pub mod http;
pub mod model;
mod store;
pub mod wire;

pub use model::{Consent, STATISTICS};
pub use store::{after, given, restore};
pub use wire::{ConsentView, CreateConsent};

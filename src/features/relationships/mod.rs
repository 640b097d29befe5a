//! Relationships: a tie between the logger and one other person, known only by an alias.

pub mod http;
pub mod model;
mod store;
pub mod wire;

pub use store::{find, lock, names};
pub use wire::{ContextBody, ContextView, KeptByWord, checked_balance, checked_contexts};

//! Relationships: a tie between the logger and one other person, known only by an alias.

pub mod http;
pub mod model;
mod store;
pub mod wire;

pub use store::{after, find, get, hold, hold_free, lock, names, restore, some, with_quiet};
pub use wire::{
    ContextBody, ContextView, CreateRelationship, KeptByWord, NotActiveBody, RelationshipView, StatusWord, checked_balance,
    checked_contexts, checked_not_active,
};

//! The optional safety screen: what it asks is for everybody to read, what somebody answers is for that person alone.
//!
//! Answers are about one relationship. They are read and changed by a session that reaches the whole account and no other, they are in no
//! list, and there is no saying from outside whether there are any: nothing that was answered reads like nothing that was said.

pub mod http;
pub mod model;
mod store;
pub mod wire;

pub use store::{after, opened, restore, some};
pub use wire::{AnswerBody, ExportedSafetyAnswers, RESOURCES, parse};

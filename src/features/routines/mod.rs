//! Routines: practices that somebody took up in a relationship, in which rhythm, and every time that they were done.
//!
//! All of it is the person's own: for a session that reaches the whole account, lent by no grant, shown on no page.

mod change;
mod change_wire;
pub mod http;
pub mod model;
mod service;
mod sessions_http;
mod sessions_wire;
mod store;
pub mod wire;

pub use sessions_wire::{CreatePracticeSession, ExportedPracticeSession, PracticeSessionRest};
pub use store::{after, histories, live, restore, restore_sessions, sessions_after};
pub use wire::{AdoptedPracticeRest, AdoptedPracticeView, CreateAdoptedPractice, TurnsWord};

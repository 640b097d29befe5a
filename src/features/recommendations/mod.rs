//! What could be tried next: one practice at most, chosen by a rule that is written down, and those that somebody does not want suggested.
//!
//! A recommendation is made with the answer that has it and stored nowhere, so that it heeds what the safety screen and the person say
//! at that moment (docs/adr/0027-screen-and-recommendations.md).

pub mod http;
pub mod model;
mod store;
pub mod wire;

pub use store::{after, considered, considered_of, refused_of, restore};
pub use wire::ExportedNotForMe;

//! The access log: which session read which class of the account's data, by the hour, for 90 days.
//!
//! Coarse on purpose: it answers "did somebody else read this?" and is no second diary. A line is written once an hour for a
//! session and a class, before the first answer goes out; reads after it cost nothing.

pub mod http;
pub mod model;
mod service;
mod store;
pub mod wire;

pub use model::Access;
pub use service::AccessLog;
pub use store::after;
pub use wire::AccessView;

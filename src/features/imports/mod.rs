//! Imports: the JSON export of one account taken into an empty account, of this service or another.
//!
//! All of it or nothing, in one transaction. Every record passes the rules it would have to pass if it were sent to the endpoint
//! for its kind; ids, days and times stay what they were, so the same assessments follow from it.

pub mod http;
pub mod model;
mod read;
mod service;
mod store;
mod unique;
pub mod wire;

pub use service::Imports;

//! Calendar feeds: a secret address at which a calendar program reads when there is something to do (RFC 5545).
//!
//! It says that much and no more: a neutral title, the same length for everything, no name of a practice or a person. The address opens
//! nothing else, and is gone at once when it is revoked.

pub mod http;
pub mod model;
pub mod show;
mod store;
pub mod wire;

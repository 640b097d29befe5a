//! Sessions: a sign-in, its rotating refresh tokens, and ending it.
//!
//! A refresh token is good once. One that comes back after it was used was stolen, so its whole session ends.

pub mod http;
pub mod model;
mod service;
mod store;

pub use service::{PublishedKeys, Sessions, StoredSessions};

//! Sessions: a sign-in, what it reaches, its rotating refresh tokens, and ending it.
//!
//! A refresh token is good once. One that comes back after it was used was stolen, so its whole session ends.

pub mod http;
pub mod model;
mod service;
mod store;

pub use http::TokenPair;
pub use service::{Granted, PublishedKeys, Sessions, StoredSessions};

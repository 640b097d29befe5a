//! PINs: a second lock for whoever shares a home. Where one is set, a session shows nothing until it is unlocked for some minutes.
//!
//! What a locked session may still do stands beside the permissions in `api::auth`. Wrong PINs are counted in the database, so that
//! several instances and several sessions count together.

pub mod http;
pub mod model;
mod service;
mod store;

pub use service::Pins;
pub use store::resume;

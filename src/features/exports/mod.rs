//! Exports: everything of an account, made in the background a page at a time, to take along as JSON or CSV.
//!
//! A page is one transaction that also notes how far the export is, so whoever finds an export unfinished (a request for its
//! status, the sweep of a service that was restarted) goes on where it stopped, and two that do so at once take turns.

mod csv;
pub mod http;
pub mod model;
mod render;
mod service;
mod store;
pub mod wire;

pub use render::{With, page};
pub use service::Exports;

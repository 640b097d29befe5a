//! Question sets that an operator makes while the service runs: drafts, publishing, retiring.
//!
//! A published version never changes, like the files in `content/`. Serving it asks no database: every instance has all of them in
//! memory, beside its own, and looks every second or two whether there are others (`service`).

pub mod http;
pub mod model;
mod read;
mod service;
mod store;
mod wire;

pub use service::{EVERY, OperatorSets};

//! Erasures: what the logger takes back for good, and the receipt that says how much that was and not what.
//!
//! Assessments that were computed from what is erased go with it, because their figures are made of it.

mod aged;
pub mod http;
pub mod model;
mod store;
pub mod wire;

pub use aged::{Aged, of_aged};
pub use store::{of_account, of_history, of_relationship};
pub use wire::ErasureReceipt;

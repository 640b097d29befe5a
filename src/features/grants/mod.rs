//! Grants: leave for somebody else, such as a therapist, to read some of one relationship until a day, by a code that opens it once.
//!
//! What a grant lends is held by the session that it was redeemed for (`kernel::reach`), by the policies of the database, and by the
//! key that opens words. docs/grants.md says what it means for people.

pub mod http;
pub mod model;
mod service;
mod store;
pub mod wire;

pub use service::Grants;
pub use store::after;
pub use wire::GrantView;

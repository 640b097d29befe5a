//! Accounts: a handle and a recovery code made by the server, a password, a language and a time zone.
//!
//! No e-mail and no phone number: nobody can probe whether a person has an account. Where another issuer signs the person in, there
//! is no password either, and the account is found by a digest of who the issuer says it is.

mod external;
pub mod http;
pub mod model;
mod password;
mod service;
mod store;
mod subjects;

pub use external::StoredSubjects;
pub use http::{AccountView, UpdateAccount};
pub use password::Passwords;
pub use service::{confirm_password, find_by_handle, verify_password};
pub use store::{end_grants, end_waiting_grants, get, hold_password, password_hash_of, time_zone_of, update, zones_and_keys_of};
pub use subjects::end_tokens;

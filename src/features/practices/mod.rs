//! Practices: small things that two people can do. Public content in the reader's language, served from memory.

pub mod http;
pub mod wire;

//! Help: where to turn to when it is no matter of balance. Public content in the reader's language, served from memory.

pub mod http;
pub mod wire;

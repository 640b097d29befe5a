//! The guide: five questions about reciprocity, answered by kind of relationship. Public content in the reader's language, served
//! from memory.

pub mod http;
pub mod wire;

//! Prompts: what somebody chose to do today, across relationships: three at most, the gentlest first.
//!
//! They are made with the answer and stored nowhere. What rules a suggestion out rules a prompt out, by the same function, and that one is
//! not there says nothing of why.

pub mod http;
pub mod model;
mod service;
pub mod wire;

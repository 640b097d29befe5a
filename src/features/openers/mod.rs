//! Openers: sentences to begin a talk with, made from needs. Public content in the reader's language, served from memory.
//!
//! Nothing of the log goes in. Whoever shows a sentence fills in the other person's alias and the words of a need.

pub mod http;
pub mod wire;

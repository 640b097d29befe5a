//! The monthly review: what one month held, strengths first, with one question to talk about. The logger may show it to the other.
//!
//! Because it may be shown, it holds no pattern, no figure about a person, nothing of the safety screen and nothing to do: what goes well,
//! on how many days each way of giving was noticed, and a question. It is made from what is stored when it is asked for, and kept nowhere.

pub mod http;
pub mod model;
mod page;
mod service;
pub mod wire;

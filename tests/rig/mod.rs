//! What the load bench and the torture stand on: a Postgres of their own, the real program, a plain HTTP client and signed-in
//! people. Nothing here knows the service's insides; it is driven as an operator and a client would.

pub mod http;
pub mod people;
pub mod postgres;
pub mod program;
pub mod seeded;

//! How reliable a question set's scores are, over stored answers, and whether a change of score is one.
//!
//! Answers come as one row a respondent, one number an item, without gaps; reverse-keyed items turned round.

pub mod change;
pub mod reliability;

#[cfg(test)]
mod tests;

pub use change::{reliable_change, standard_error};
pub use reliability::{Reliability, cronbach_alpha, omega_total, reliability};

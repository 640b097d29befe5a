//! The assessment engine: a pure function from evidence to an assessment.
//!
//! No clock, no randomness, no input or output; days are integers and elementary functions come from libm,
//! so the same evidence and method version give the same bytes everywhere.
//!
//! | step | module |
//! |---|---|
//! | what goes in, what comes out, the constants | [`evidence`], [`assessment`], [`policy`], [`types`] |
//! | guards; strained and exempt days | [`guard`], [`calendar`] |
//! | 0 sums by dimension and day | [`rollup`] |
//! | 1 what a day is worth | [`effective`] |
//! | 2 to 4 level, ebb and shift; pooling across dimensions | [`level`] |
//! | distributions of a balance | [`density`] |
//! | 5 answers, who kept the log | [`fuse`] |
//! | all of these, today and some days earlier | [`readings`] |
//! | 6 figures and states | [`report`], [`states`], [`overall`] |
//! | patterns and strengths | [`patterns`] |
//! | why, what would change it, what to know beside it | [`explain`], [`change`], [`notes`] |
//! | the first few of many | [`top`] |
//! | how reliable question sets are | [`scales`] |
//! | before, during and after a time whose dates are known | [`comparison`] |
//! | all of it | [`assess`](assess()), [`Prepared`], [`infer`] |

mod assess;
pub mod assessment;
pub mod calendar;
pub mod change;
pub mod comparison;
pub mod density;
pub mod effective;
pub mod evidence;
pub mod explain;
pub mod fuse;
pub mod guard;
pub mod infer;
pub mod level;
pub mod math;
pub mod notes;
pub mod overall;
pub mod patterns;
pub mod policy;
pub mod readings;
pub mod report;
pub mod rollup;
pub mod scales;
pub mod states;
pub mod top;
pub mod types;

pub use assess::{Prepared, assess};
pub use assessment::Assessment;
pub use evidence::Evidence;
pub use policy::Policy;

#[cfg(test)]
mod tests;

//! What the service does, a folder a noun: types, rows, work, HTTP.

pub mod access_log;
pub mod accounts;
pub mod assessments;
pub mod calendars;
pub mod consents;
pub mod erasures;
pub mod exports;
pub mod grants;
pub mod guide;
pub mod help;
pub mod imports;
pub mod interactions;
pub mod openers;
pub mod operator_sets;
pub mod pins;
pub mod practices;
pub mod prompts;
pub mod question_sets;
pub mod recommendations;
pub mod relationships;
pub mod responses;
pub mod retention;
pub mod routines;
pub mod safety;
pub mod sessions;

//! Rows of interactions: written many at a time, read one or a page at a time.

mod change;
pub mod evidence;
mod insert;
mod notes;
mod read;
mod restore;
mod row;
mod rows;
pub mod weeks;

pub use change::{delete, history, history_after, update};
pub use insert::log;
pub use read::{after, get, list};
pub use restore::{restore, restore_history};
pub use row::Revision;
pub use rows::{Fresh, insert, made, take_back, touched};

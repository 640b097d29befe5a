//! Records: promises, plans, needs and repairs. Each begins on a day, is open, and is settled on another day, or not.
//!
//! The four are one room: what differs is in a file each (`model`, `http`, `wire`), rows and their rules are the same. How they count in
//! an assessment is said once, in `evidence`.

mod evidence;
pub mod http;
pub mod model;
mod store;
pub mod wire;

pub use evidence::{Fed, feed};
pub use store::{Stamp, after, all_there, asked_for, between, list, restore, stamp};
pub use wire::{CreateNeed, CreatePlan, CreatePromise, CreateRepair, NeedView, NewRecord, PlanView, PromiseView, RepairView};

//! Interactions: what happened between the two, who did it, in which of the eight ways. Ten seconds to log.
//!
//! The evidence behind every assessment. One is logged or a thousand at once; each has its own result.

pub mod http;
mod logging;
pub mod model;
mod service;
mod store;
pub mod wire;

pub use logging::{Entries, Logging, Pending};
pub use store::evidence::{EvidenceRow, Stamp, all_there, around, between, stamp};
pub use store::weeks::{Week, store as store_weeks};
pub use store::{after, history_after, list, restore, restore_history};
pub use wire::{ActorWord, CreateInteraction, DimensionWord, InteractionView, RevisionView, within};

//! Interactions as they travel: requests, answers, and how a request becomes a checked entry.

mod answer;
mod note;
mod request;
mod words;

pub use answer::{BatchResult, BatchResults, InteractionPage, InteractionView, RevisionPage, RevisionView};
pub use request::{BatchItem, CreateBatch, CreateInteraction, UpdateInteraction, within};
pub use words::{ActorWord, DimensionWord};

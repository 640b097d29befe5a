//! Evidence that a client hands over to be assessed and not kept.

use uuid::Uuid;

use super::Wanted;
pub use crate::engine::evidence::Questionnaire as Answers;
pub use crate::engine::evidence::{Need, NeedOutcome, Plan, Promise, PromiseOutcome, Repair, ScaleError};
pub use crate::engine::types::EntryId;
pub use crate::features::interactions::EvidenceRow;
use crate::features::relationships::model::{Context, KeptBy};

/// Entries, promises, needs, plans, repairs and scores that one preview may hold, all together.
pub const MAX_PREVIEW_RECORDS: usize = 20_000;

/// Checked evidence of one tie. Nothing of it is ever stored.
#[derive(Clone, Debug)]
pub struct Preview {
    pub wanted: Wanted,
    pub kept_by: KeptBy,
    pub expected_balance: f64,
    pub contexts: Vec<Context>,
    /// In any order; the nil id stands for none.
    pub entries: Vec<EvidenceRow>,
    pub answers: Vec<Answers>,
    pub promises: Vec<Named<Promise>>,
    pub needs: Vec<Named<Need>>,
    pub plans: Vec<Named<Plan>>,
    pub repairs: Vec<Named<Repair>>,
}

/// A record with the name the client knows it by; the nil id stands for none. The engine's own handle is given later.
#[derive(Clone, Copy, Debug)]
pub struct Named<T> {
    pub id: Uuid,
    pub record: T,
}

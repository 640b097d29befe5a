//! Records as they travel: a file a kind, and what all four say.

mod needs;
mod plans;
mod promises;
mod repairs;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use super::model::{Draft, FrameChange, Kind, MAX_WHAT, Need, Plan, Promise, Record, Repair};
use crate::kernel::{FieldError, Fields, InteractionId, RelationshipId, text};
pub use needs::{CreateNeed, NeedPage, NeedStatusWord, NeedView, UpdateNeed};
pub use plans::{CreatePlan, PlanPage, PlanStatusWord, PlanView, UpdatePlan};
pub use promises::{CreatePromise, PromisePage, PromiseStatusWord, PromiseView, UpdatePromise};
pub use repairs::{CreateRepair, RepairPage, RepairStatusWord, RepairView, UpdateRepair};

/// A body that makes a record, for whoever takes all four kinds alike.
pub trait NewRecord: DeserializeOwned + Serialize {
    type Kind: Kind;
    /// How it is shown.
    type View: From<Record<Self::Kind>> + Serialize;
    type Page: Serialize;
    /// What stands in the path, and in the digest of a request.
    const PLACE: &str;
    /// The member that says when it was settled.
    const SETTLED_ON: &str;
    fn chosen_id(&self) -> Option<Uuid>;
    fn draft(self, relationship: RelationshipId) -> Result<Draft<Self::Kind>, Vec<FieldError>>;
    fn page(data: Vec<Self::View>, next_cursor: Option<String>) -> Self::Page;
}

macro_rules! new_records {
    ($($body:ident => $kind:ident, $view:ident, $page:ident, $place:literal, $settled_on:literal;)+) => {$(
        impl NewRecord for $body {
            type Kind = $kind;
            type View = $view;
            type Page = $page;
            const PLACE: &str = $place;
            const SETTLED_ON: &str = $settled_on;

            fn chosen_id(&self) -> Option<Uuid> {
                self.id
            }

            fn draft(self, relationship: RelationshipId) -> Result<Draft<$kind>, Vec<FieldError>> {
                self.parse(relationship)
            }

            fn page(data: Vec<$view>, next_cursor: Option<String>) -> $page {
                $page { data, next_cursor }
            }
        }
    )+};
}

new_records! {
    CreatePromise => Promise, PromiseView, PromisePage, "promises", "/settled_on";
    CreatePlan => Plan, PlanView, PlanPage, "plans", "/settled_on";
    CreateNeed => Need, NeedView, NeedPage, "needs", "/settled_on";
    CreateRepair => Repair, RepairView, RepairPage, "repairs", "/moved_on";
}

/// Which days to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DaysFilter {
    /// From this local date on.
    #[param(required = false)]
    pub from: Option<NaiveDate>,
    /// Up to this local date, included.
    #[param(required = false)]
    pub to: Option<NaiveDate>,
}

/// What all four say at first.
fn frame(fields: &mut Fields, local_date: Option<NaiveDate>, what: Option<&str>, interaction: Option<Uuid>) -> FrameChange {
    FrameChange { local_date, what: what.map(|what| said(fields, what)), interaction: interaction.map(|id| Some(InteractionId(id))) }
}

/// What of it is changed.
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
fn frame_change(
    fields: &mut Fields,
    local_date: Option<NaiveDate>,
    what: Option<Option<String>>,
    interaction: Option<Option<Uuid>>,
) -> FrameChange {
    FrameChange {
        local_date,
        what: what.map(|what| what.and_then(|what| said(fields, &what))),
        interaction: interaction.map(|id| id.map(InteractionId)),
    }
}

fn said(fields: &mut Fields, what: &str) -> Option<String> {
    fields.take("/what", text::prose(what, MAX_WHAT))
}

/// The closed word lists of requests, and what they mean inside.
macro_rules! status_words {
    ($($(#[$doc:meta])* $word:ident => $model:ident { $($variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $word { $($variant),+ }

        impl From<$word> for $model {
            fn from(word: $word) -> Self {
                match word { $($word::$variant => Self::$variant),+ }
            }
        }
    )+};
}

use status_words;

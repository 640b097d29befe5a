//! The closed word lists of requests, and what they mean inside.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::features::interactions::model::{Actor, Dimension, Outcome, Precision, Source};

macro_rules! request_words {
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

request_words! {
    /// Who did it. `unknown` is never read as balanced.
    ActorWord => Actor { Me, Them, Both, Unknown }
    /// In which way.
    DimensionWord => Dimension {
        EmotionalSupport, Celebration, Initiation, Repair, Appreciation, PracticalHelp, PromisesKept, NeedsMet,
    }
    /// How exactly the moment is known.
    PrecisionWord => Precision { Exact, Day, Week }
    /// What became of it, where it answers something.
    OutcomeWord => Outcome { Accepted, Declined, Ignored, Open }
    /// Where the entry comes from.
    SourceWord => Source { App, Import, Sensor, Other }
}

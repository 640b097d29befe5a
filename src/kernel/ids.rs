//! Typed ids: a relationship's id cannot be passed where an interaction's is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// Whose data it is; first in every key.
    AccountId,
    /// A sign-in, and the family of refresh tokens that came from it.
    SessionId,
    /// A tie between the logger and one other person, known by an alias.
    RelationshipId,
    /// One logged act between the two.
    InteractionId,
    /// One promise, plan, need or repair.
    RecordId,
    /// One sitting with a question set.
    ResponseId,
    /// One computed snapshot.
    AssessmentId,
    /// A time in which the next step is left to the other.
    ExperimentId,
    /// Leave for somebody else to read some of a relationship for a time.
    GrantId,
    /// A practice that somebody took up in a relationship.
    AdoptedPracticeId,
    /// One time that an adopted practice was done.
    PracticeSessionId,
    /// A secret address at which a calendar program reads.
    CalendarFeedId,
}

/// Whether a client may use this id: any RFC 9562 UUID but nil and max.
#[must_use]
pub fn is_client_id(id: Uuid) -> bool {
    !id.is_nil() && !id.is_max()
}

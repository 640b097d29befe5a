//! The few words everything shares: ids, time, randomness, errors, small checked values.
//!
//! Nothing here knows about HTTP, the database or any feature.

pub mod access;
pub mod clock;
pub mod code;
pub mod error;
pub mod external;
pub mod ids;
pub mod keys;
pub mod lock;
pub mod operator;
pub mod page;
pub mod random;
pub mod reach;
pub mod sealed;
pub mod signing;
pub mod text;
pub mod token;
pub mod trusted;
pub mod zone;

pub use clock::Clock;
pub use error::{Code, Error, FieldError, Fields};
pub use ids::{
    AccountId, AdoptedPracticeId, AssessmentId, CalendarFeedId, ExperimentId, GrantId, InteractionId, PracticeSessionId, RecordId,
    RelationshipId, ResponseId, SessionId,
};
pub use keys::Keys;
pub use random::Random;
pub use reach::{Reach, View};

//! The edge kit: what every endpoint shares. Extractors in, problems and replies out.
//!
//! Only `router` names the features; everything else here would fit any service of this shape.

pub mod accept;
pub mod access;
pub mod applicant;
pub mod auth;
pub mod body;
pub mod conditions;
pub mod contract;
pub mod creating;
pub mod docs;
pub mod edge;
pub mod external;
pub mod fhir;
pub mod guesses;
pub mod health;
pub mod idempotency;
pub mod limits;
pub mod markup;
pub mod measure;
pub mod metrics;
pub mod objects;
pub mod openapi;
pub mod page;
pub mod printable;
pub mod problem;
pub mod problem_pages;
pub mod problem_words;
pub mod public;
pub mod refusing;
pub mod reply;
pub mod router;
pub mod secure;
pub mod security_txt;

//! Reciprocity: a service that logs what happens between two people and says what the evidence supports.
//!
//! | module | what it is |
//! |---|---|
//! | [`features`] | what the service does, a folder a noun: start here |
//! | [`engine`] | the statistics: pure, evidence in, assessment out |
//! | [`content`] | question sets, practices, openers, the guide and the directory of help as data files |
//! | [`api`] | the HTTP edge kit: router, problems, auth, pages |
//! | [`db`] | the one door to Postgres, and the private local one |
//! | [`kernel`] | ids, time, randomness, errors: what everything shares |
//! | [`meters`] | what the service counts about itself, for `/metrics` |
//! | [`cli`], [`config`], [`startup`], [`telemetry`] | how it all is put together |
//! | [`demo`] | fills a demo account of a running service, like any client |
//! | [`healthcheck`] | asks a running service whether it is ready |
//! | [`content_check`] | whether that directory was looked at again in time |
//! | [`calibrate`] | measures the engine on ties whose truth is known |
//!
//! Who may import whom is in ARCHITECTURE.md, and `tests/architecture.rs` holds the code to it.

pub mod api;
pub mod calibrate;
pub mod cli;
pub mod config;
pub mod content;
pub mod content_check;
pub mod db;
pub mod demo;
pub mod engine;
pub mod erased;
pub mod features;
pub mod healthcheck;
pub mod issuers;
pub mod kernel;
pub mod meters;
pub mod scales;
pub mod startup;
pub mod telemetry;

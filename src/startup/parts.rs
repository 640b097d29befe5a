//! Everything that is prepared once and shared by the server's workers.

use std::sync::Arc;

use actix_web::web;

use super::StartError;
use crate::api::access::Recorder;
use crate::api::auth::Gate;
use crate::api::contract::Contract;
use crate::api::external::External;
use crate::api::guesses::Guesses;
use crate::api::health::Stopping;
use crate::api::limits::Limits;
use crate::api::metrics::Reading;
use crate::api::public::Kept;
use crate::api::secure::Declared;
use crate::api::security_txt::SecurityText;
use crate::api::{metrics, router};
use crate::config::{Config, MasterKeys, Timeouts};
use crate::content::{Catalogue, Library, Shelf, Texts};
use crate::db::{Db, Vault};
use crate::features::access_log::AccessLog;
use crate::features::accounts::http::Accounts;
use crate::features::accounts::{Passwords, StoredSubjects};
use crate::features::assessments::Jobs;
use crate::features::exports::Exports;
use crate::features::grants::Grants;
use crate::features::imports::Imports;
use crate::features::interactions::Logging;
use crate::features::operator_sets::OperatorSets;
use crate::features::pins::Pins;
use crate::features::question_sets::fhir::Questionnaires;
use crate::features::question_sets::written::Written;
use crate::features::retention::Retention;
use crate::features::sessions::{PublishedKeys, Sessions, StoredSessions};
use crate::issuers::Issuers;
use crate::kernel::operator::OperatorTokens;
use crate::kernel::token::Tokens;
use crate::kernel::trusted::Trusted;
use crate::kernel::{Clock, Keys, Random};
use crate::meters::Meters;

/// Routes that are no part of the contract: the documentation's page and its files, and the metrics.
const UNDOCUMENTED: [&str; 3] = ["/docs", "/docs/{_:.*}", metrics::PATH];

/// How many assessments are computed at once.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Everything that a worker shares with the others.
#[derive(Clone)]
pub struct Parts {
    contract: web::Data<Contract>,
    pub(super) gate: web::Data<Gate>,
    pub(super) db: web::Data<Db>,
    keys: web::Data<Keys>,
    pub(super) clock: web::Data<Clock>,
    random: web::Data<Random>,
    published: web::Data<PublishedKeys>,
    pub(super) accounts: web::Data<Accounts>,
    pub(super) issuers: Arc<Issuers>,
    sessions: web::Data<Sessions>,
    pins: web::Data<Pins>,
    grants: web::Data<Grants>,
    logging: web::Data<Logging>,
    shelf: web::Data<Shelf>,
    library: web::Data<Library>,
    kept: web::Data<Kept>,
    written: web::Data<Written>,
    questionnaires: web::Data<Questionnaires>,
    texts: web::Data<Texts>,
    pub(super) operator_sets: web::Data<OperatorSets>,
    pub(super) exports: web::Data<Exports>,
    imports: web::Data<Imports>,
    recorder: web::Data<Recorder>,
    pub(super) access_log: Arc<AccessLog>,
    pub(super) retention: Retention,
    jobs: web::Data<Jobs>,
    pub(super) timeouts: web::Data<Timeouts>,
    declared: web::Data<Declared>,
    pub(super) cors_origins: Arc<[String]>,
    security_text: web::Data<SecurityText>,
    pub(super) meters: web::Data<Meters>,
    pub(super) reading: Option<Reading>,
    stopping: web::Data<Stopping>,
}

impl Parts {
    /// Prepares everything that is prepared once. `secret` is what requests are recognised with (`db::request_key`).
    pub fn new(config: &Config, url: &str, masters: &MasterKeys, secret: &[u8; 32], clock: Clock) -> Result<Self, StartError> {
        // Before anything is said in them.
        Texts::of_problems()?;
        let contract = router::contract();
        let meters = Arc::new(Meters::new(contract.templates().iter().map(String::as_str).chain(UNDOCUMENTED).map(str::to_owned)));
        let db = Db::connect(url, config.pool_size, Vault::new(masters.all(), Random)?).measured_by(Arc::clone(&meters));
        let keys = Keys::derive(secret)?;
        let tokens = Tokens::new(masters.all(), &config.issuer)?;
        let trusted = Trusted::default();
        let (random, passwords) = (Random, Passwords::new(Random)?.measured_by(Arc::clone(&meters)));
        let issuers = Arc::new(Issuers::new(&config.issuers, keys.clone(), &clock)?);
        let external = External { tokens: Arc::clone(&issuers) as _, subjects: Arc::new(StoredSubjects { db: db.clone() }) };
        let gate = Gate {
            tokens: tokens.clone(),
            operators: OperatorTokens::new(masters.all(), &config.issuer)?,
            clock: clock.clone(),
            limits: Arc::new(Limits::new(&config.limits).measured_by(Arc::clone(&meters))),
            guesses: Arc::new(Guesses::new(&config.limits, clock.clone(), random)?),
            sessions: Arc::new(StoredSessions { db: db.clone(), clock: clock.clone() }),
            trusted: trusted.clone(),
            trusted_proxies: config.trusted_proxies,
            meters: Arc::clone(&meters),
            accounts: config.accounts,
            external: Some(external).filter(|_| !config.issuers.is_empty()),
        };
        let published = PublishedKeys::new(db.clone(), clock.clone(), &tokens);
        let registration = config.registration.clone();
        let ledger = keys.clone();
        let source = config.accounts;
        let accounts =
            Accounts { db: db.clone(), passwords: passwords.clone(), random, registration, source, ledger, trusted: trusted.clone() };
        let pins = Pins { db: db.clone(), passwords: passwords.clone(), keys: keys.clone(), trusted: trusted.clone(), random };
        let sessions = Sessions { db: db.clone(), passwords: passwords.clone(), tokens, trusted: trusted.clone(), random };
        let grants = Grants { db: db.clone(), sessions: sessions.clone(), passwords: passwords.clone(), trusted, random };
        let (shelf, texts) = (Shelf::new(Catalogue::load()?), web::Data::new(Texts::load()?));
        let library = Arc::clone(shelf.current().library());
        let making = (random, passwords);
        let operator_sets = OperatorSets::new(db.clone(), shelf.clone(), clock.clone());
        let exports =
            Exports::new(db.clone(), shelf.clone(), texts.clone().into_inner(), clock.clone(), making).measured_by(Arc::clone(&meters));
        let (imports, retention) = (Imports::new(db.clone()), Retention::new(db.clone(), clock.clone()));
        let access_log = Arc::new(AccessLog::new(db.clone(), clock.clone()));
        let logging = Logging::start(&db, config.writers)?;
        Ok(Self {
            contract: web::Data::new(contract),
            gate: web::Data::new(gate),
            db: web::Data::new(db),
            keys: web::Data::new(keys),
            clock: web::Data::new(clock),
            random: web::Data::new(random),
            published: web::Data::new(published),
            accounts: web::Data::new(accounts),
            issuers,
            sessions: web::Data::new(sessions),
            pins: web::Data::new(pins),
            grants: web::Data::new(grants),
            logging: web::Data::new(logging),
            written: web::Data::new(Written::new(shelf.clone())),
            shelf: web::Data::new(shelf),
            library: web::Data::from(library),
            kept: web::Data::default(),
            questionnaires: web::Data::default(),
            texts,
            operator_sets: web::Data::new(operator_sets),
            exports: web::Data::new(exports),
            imports: web::Data::new(imports),
            recorder: web::Data::new(Recorder(Arc::clone(&access_log) as _)),
            access_log,
            retention,
            jobs: web::Data::new(Jobs::new(cores()).measured_by(Arc::clone(&meters))),
            timeouts: web::Data::new(config.timeouts),
            declared: web::Data::new(Declared(config.tls)),
            cors_origins: config.cors_origins.clone().into(),
            security_text: web::Data::new(SecurityText::new(config.security_contact.as_ref())),
            meters: meters.into(),
            reading: config.metrics_token.as_ref().map(Reading::new),
            stopping: web::Data::default(),
        })
    }

    /// Hands everything to an application.
    pub(super) fn register(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(self.contract.clone())
            .app_data(self.gate.clone())
            .app_data(self.db.clone())
            .app_data(self.keys.clone())
            .app_data(self.clock.clone())
            .app_data(self.random.clone())
            .app_data(self.published.clone())
            .app_data(self.accounts.clone())
            .app_data(self.sessions.clone())
            .app_data(self.pins.clone())
            .app_data(self.grants.clone())
            .app_data(self.logging.clone())
            .app_data(self.shelf.clone())
            .app_data(self.library.clone())
            .app_data(self.kept.clone())
            .app_data(self.written.clone())
            .app_data(self.questionnaires.clone())
            .app_data(self.texts.clone())
            .app_data(self.operator_sets.clone())
            .app_data(self.exports.clone())
            .app_data(self.imports.clone())
            .app_data(self.recorder.clone())
            .app_data(self.jobs.clone())
            .app_data(self.timeouts.clone())
            .app_data(self.declared.clone())
            .app_data(self.security_text.clone())
            .app_data(self.meters.clone())
            .app_data(self.stopping.clone());
    }

    /// Says no to whoever asks whether to send requests here; everything is still answered.
    pub fn begin_to_stop(&self) {
        self.stopping.begin();
    }
}

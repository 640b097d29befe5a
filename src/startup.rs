//! Putting it together: database, keys, application, server; and taking it apart again in the right order.

mod local_key;
mod slow_clients;

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, middleware, web};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_actix_web::TracingLogger;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi};

use crate::api::access::{Recorder, note_reads};
use crate::api::auth::Gate;
use crate::api::contract::Contract;
use crate::api::edge::edge;
use crate::api::guesses::Guesses;
use crate::api::limits::Limits;
use crate::api::router;
use crate::api::secure::{Declared, cors, secure};
use crate::api::security_txt::SecurityText;
use crate::config::{Config, Database, LogFormat, MasterKeys, Mode, Timeouts};
use crate::content::{Catalogue, Texts};
use crate::db::cluster::{ClusterOptions, LocalCluster, Storage};
use crate::db::rotation::{self, Rotated};
use crate::db::{Db, Vault, migrate, request_key, serving_role, withdrawn};
use crate::erased;
use crate::features::access_log::AccessLog;
use crate::features::accounts::Passwords;
use crate::features::accounts::http::Accounts;
use crate::features::assessments::Jobs;
use crate::features::exports::Exports;
use crate::features::imports::Imports;
use crate::features::retention::Retention;
use crate::features::sessions::{PublishedKeys, Sessions, StoredSessions};
use crate::kernel::token::Tokens;
use crate::kernel::trusted::Trusted;
use crate::kernel::{Clock, Code, Error, Keys, Random};
use crate::telemetry::{self, RequestSpan};

/// Why the service did not start, or did not stop well.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0}")]
    Cluster(#[from] crate::db::cluster::ClusterError),
    #[error("{0}")]
    Migrate(#[from] migrate::MigrateError),
    #[error("the configuration cannot be used:\n{}", .0.join("\n"))]
    Unsafe(Vec<String>),
    #[error("cannot listen on {address}: {cause}")]
    Listen { address: SocketAddr, cause: std::io::Error },
    #[error("the key file {path} {problem}")]
    KeyFile { path: String, problem: String },
    #[error("the words that are stored cannot be opened: {0}; start with the master key that they were stored under")]
    Locked(String),
    #[error("none of the configured master keys has a signing key of this name, so no token of it is believed")]
    NoSuchKey,
    #[error("this key signs the tokens of today; put a new master key before its own first, and restart (docs/deployment.md)")]
    StillSigns,
    #[error("the content that this program carries is damaged: {0}")]
    Content(#[from] crate::content::ContentError),
    #[error("the service could not be prepared: {0}")]
    Prepare(#[from] crate::kernel::Error),
    #[error("the server failed: {0}")]
    Server(#[from] std::io::Error),
}

/// Runs the service until a signal ends it: SIGINT or SIGTERM finish what is in flight, then the database stops.
pub fn serve(config: &Config) -> Result<(), StartError> {
    telemetry::init(config.log);
    let listener = TcpListener::bind(config.listen).map_err(|cause| StartError::Listen { address: config.listen, cause })?;
    let (cluster, urls) = database(config)?;
    let masters = local_key::master_keys(config)?;
    let vault = Vault::new(masters.all(), Random)?;
    let applied = migrate::migrate(&urls.owner, &vault, Clock::System.now())?;
    tracing::info!(applied, "the database is ready");
    refuse_mighty_role(config, &urls.app)?;
    let secret = request_key::fetch(&urls.owner, &vault, Clock::System.now()).map_err(locked)?;
    let parts = Parts::new(config, &urls.app, &masters, &secret, Clock::System)?;
    let address = listener.local_addr()?;
    let served = actix_web::rt::System::new().block_on(async {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        rotation::try_keys(&parts.db).await.map_err(locked)?;
        let server = run(parts, listener, config.workers)?;
        actix_web::rt::spawn(stop_on_signal(server.handle(), interrupt, terminate));
        // Said only now: from here on a signal is heard and ends the service in order.
        announce(address, cluster.as_ref(), config);
        Ok(server.await?)
    });
    if let Some(cluster) = cluster {
        cluster.stop()?;
    }
    served
}

/// In production, row-level security has to bind whoever serves.
fn refuse_mighty_role(config: &Config, app_url: &str) -> Result<(), StartError> {
    if config.mode == Mode::Development {
        return Ok(());
    }
    let wrong = serving_role::wrong(app_url).map_err(|cause| StartError::Migrate(cause.into()))?;
    let lines: Vec<String> = wrong.iter().map(|why| format!("  DATABASE_URL: {why}")).collect();
    if lines.is_empty() { Ok(()) } else { Err(StartError::Unsafe(lines)) }
}

fn locked(failed: Error) -> StartError {
    match failed.cause() {
        Some(cause) if failed.code == Code::Internal => StartError::Locked(cause.to_string()),
        Some(_) | None => StartError::Prepare(failed),
    }
}

/// Wraps every account's key under the current master key; the service may serve meanwhile, except where its database is the
/// local one, which only one program at a time may hold.
pub fn rotate_keys(config: &Config) -> Result<Rotated, StartError> {
    telemetry::init(config.log);
    let (cluster, urls) = database(config)?;
    let masters = local_key::master_keys(config)?;
    let vault = Vault::new(masters.all(), Random)?;
    if cluster.is_some() {
        migrate::migrate(&urls.owner, &vault, Clock::System.now())?;
    }
    let db = Db::connect(&urls.app, 1, vault);
    let rotated = actix_web::rt::System::new().block_on(rotation::rotate(&db)).map_err(locked);
    drop(db);
    if let Some(cluster) = cluster {
        cluster.stop()?;
    }
    rotated
}

/// Withdraws a signing key on every instance: its tokens are refused within two seconds. Refused for the key that signs, because
/// nobody could sign in: the master keys are replaced first.
pub fn withdraw_key(config: &Config, kid: &str) -> Result<(), StartError> {
    let tokens = Tokens::new(local_key::master_keys(config)?.all(), &config.issuer)?;
    match tokens.keys().iter().position(|key| key.kid == kid) {
        None => Err(StartError::NoSuchKey),
        Some(0) => Err(StartError::StillSigns),
        Some(_) => Ok(lend_database(config, |owner_url| withdrawn::withdraw(owner_url, kid, Clock::System.now()))??),
    }
}

/// The first signal finishes what is in flight, a second one does not wait for it.
async fn stop_on_signal(server: ServerHandle, mut interrupt: Signal, mut terminate: Signal) {
    for graceful in [true, false] {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!(graceful, "stopping");
        // The command is sent at once; waiting for its end here would keep the second signal from being heard.
        drop(server.stop(graceful));
    }
}

/// How to reach the database: as the role that owns it, to migrate; as the one that serves.
struct Urls {
    owner: String,
    app: String,
}

fn database(config: &Config) -> Result<(Option<LocalCluster>, Urls), StartError> {
    match &config.database {
        Database::External { url, migration_url } => {
            Ok((None, Urls { owner: migration_url.expose().to_owned(), app: url.expose().to_owned() }))
        }
        Database::Local => {
            let cluster = LocalCluster::start(&ClusterOptions {
                storage: Storage::Kept(config.data_dir.clone()),
                guard_executable: std::env::current_exe()?,
                postgres_bin: config.postgres_bin.clone(),
                postgres_user: config.postgres_user.clone(),
            })?;
            let url = cluster.url();
            Ok((Some(cluster), Urls { owner: url.clone(), app: url }))
        }
    }
}

/// Lends the owner's way to the database to a command beside the service. A local Postgres runs for as long as that takes.
pub fn lend_database<T>(config: &Config, work: impl FnOnce(&str) -> T) -> Result<T, StartError> {
    let (cluster, urls) = database(config)?;
    let done = work(&urls.owner);
    if let Some(cluster) = cluster {
        cluster.stop()?;
    }
    Ok(done)
}

/// Exports or applies the ledger of erased accounts. The database is migrated first: a backup may be older than the ledger.
pub fn erased(config: &Config, wanted: &erased::Wanted) -> Result<String, Box<dyn std::error::Error>> {
    telemetry::init(config.log);
    let masters = local_key::master_keys(config)?;
    let vault = Vault::new(masters.all(), Random).map_err(StartError::Prepare)?;
    lend_database(config, |owner_url| -> Result<String, Box<dyn std::error::Error>> {
        migrate::migrate(owner_url, &vault, Clock::System.now())?;
        let secret = request_key::fetch(owner_url, &vault, Clock::System.now()).map_err(locked)?;
        Ok(wanted.run(owner_url, &Keys::derive(&secret).map_err(StartError::Prepare)?)?)
    })?
}

/// Everything that a worker shares with the others.
#[derive(Clone)]
pub struct Parts {
    contract: web::Data<Contract>,
    gate: web::Data<Gate>,
    db: web::Data<Db>,
    keys: web::Data<Keys>,
    clock: web::Data<Clock>,
    random: web::Data<Random>,
    published: web::Data<PublishedKeys>,
    accounts: web::Data<Accounts>,
    sessions: web::Data<Sessions>,
    catalogue: web::Data<Catalogue>,
    texts: web::Data<Texts>,
    exports: web::Data<Exports>,
    imports: web::Data<Imports>,
    recorder: web::Data<Recorder>,
    access_log: Arc<AccessLog>,
    retention: Retention,
    jobs: web::Data<Jobs>,
    timeouts: web::Data<Timeouts>,
    declared: web::Data<Declared>,
    cors_origins: Arc<[String]>,
    security_text: web::Data<SecurityText>,
}

impl Parts {
    /// Prepares everything that is prepared once. `secret` is what requests are recognised with (`db::request_key`).
    pub fn new(config: &Config, url: &str, masters: &MasterKeys, secret: &[u8; 32], clock: Clock) -> Result<Self, StartError> {
        let db = Db::connect(url, config.pool_size, Vault::new(masters.all(), Random)?);
        let keys = Keys::derive(secret)?;
        let tokens = Tokens::new(masters.all(), &config.issuer)?;
        let trusted = Trusted::default();
        let (random, passwords) = (Random, Passwords::new(Random)?);
        let gate = Gate {
            tokens: tokens.clone(),
            clock: clock.clone(),
            limits: Arc::new(Limits::new(&config.limits)),
            guesses: Arc::new(Guesses::new(&config.limits, clock.clone(), random)?),
            sessions: Arc::new(StoredSessions { db: db.clone(), clock: clock.clone() }),
            trusted: trusted.clone(),
            trusted_proxies: config.trusted_proxies,
        };
        let published = PublishedKeys::new(db.clone(), clock.clone(), &tokens);
        let registration = config.registration.clone();
        let ledger = keys.clone();
        let accounts = Accounts { db: db.clone(), passwords: passwords.clone(), random, registration, ledger, trusted: trusted.clone() };
        let sessions = Sessions { db: db.clone(), passwords, tokens, trusted, random };
        let (catalogue, texts) = (web::Data::new(Catalogue::load()?), web::Data::new(Texts::load()?));
        let exports = Exports::new(db.clone(), catalogue.clone().into_inner(), texts.clone().into_inner(), clock.clone(), random);
        let (imports, retention) = (Imports::new(db.clone()), Retention::new(db.clone(), clock.clone()));
        let access_log = Arc::new(AccessLog::new(db.clone(), clock.clone()));
        Ok(Self {
            contract: web::Data::new(router::contract()),
            gate: web::Data::new(gate),
            db: web::Data::new(db),
            keys: web::Data::new(keys),
            clock: web::Data::new(clock),
            random: web::Data::new(random),
            published: web::Data::new(published),
            accounts: web::Data::new(accounts),
            sessions: web::Data::new(sessions),
            catalogue,
            texts,
            exports: web::Data::new(exports),
            imports: web::Data::new(imports),
            recorder: web::Data::new(Recorder(Arc::clone(&access_log) as _)),
            access_log,
            retention,
            jobs: web::Data::new(Jobs::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get))),
            timeouts: web::Data::new(config.timeouts),
            declared: web::Data::new(Declared(config.tls)),
            cors_origins: config.cors_origins.clone().into(),
            security_text: web::Data::new(SecurityText::new(config.security_contact.as_ref())),
        })
    }

    fn register(&self, config: &mut web::ServiceConfig) {
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
            .app_data(self.catalogue.clone())
            .app_data(self.texts.clone())
            .app_data(self.exports.clone())
            .app_data(self.imports.clone())
            .app_data(self.recorder.clone())
            .app_data(self.jobs.clone())
            .app_data(self.timeouts.clone())
            .app_data(self.declared.clone())
            .app_data(self.security_text.clone());
    }
}

/// How often budgets that are full again are forgotten.
const SWEEP: Duration = Duration::from_mins(1);
/// How often what has been kept for its time is dropped. It is not answered any more from its last moment on.
const UPKEEP: Duration = Duration::from_hours(1);

/// How long a connection that is being closed may take over it.
const LINGER: Duration = Duration::from_secs(2);

/// Starts the server on a listener that is already bound.
pub fn run(parts: Parts, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let (limits, guesses) = (Arc::clone(&parts.gate.limits), Arc::clone(&parts.gate.guesses));
    let (exports, access_log, retention) = (parts.exports.clone(), Arc::clone(&parts.access_log), parts.retention.clone());
    let timeouts = *parts.timeouts.get_ref();
    let server = HttpServer::new(move || {
        let docs = SwaggerUi::new("/docs/{_:.*}").config(SwaggerConfig::from("/openapi.json").validator_url("none"));
        let (app, _) = App::new()
            .configure(|config| parts.register(config))
            .configure(router::refusals)
            .into_utoipa_app()
            .configure(router::routes)
            .split_for_parts();
        app.service(web::redirect("/docs", "/docs/"))
            .service(docs)
            .wrap(middleware::from_fn(note_reads))
            .wrap(middleware::from_fn(edge))
            .wrap(middleware::Condition::new(!parts.cors_origins.is_empty(), cors(&parts.cors_origins)))
            .wrap(middleware::from_fn(secure))
            .wrap(middleware::from_fn(slow_clients::expect_progress))
            .wrap(TracingLogger::<RequestSpan>::new())
    })
    .workers(workers)
    .client_request_timeout(timeouts.head)
    .keep_alive(timeouts.idle)
    .client_disconnect_timeout(LINGER)
    .on_connect(move |accepted, data| slow_clients::watch(timeouts.answer, accepted, data))
    .shutdown_timeout(20)
    .disable_signals()
    .listen(listener)?
    .run();
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(SWEEP).await;
            limits.forget_idle();
            guesses.forget_idle();
        }
    });
    // The first time is now: what a stop left unfinished goes on.
    actix_web::rt::spawn(async move {
        loop {
            let swept = [exports.sweep().await, access_log.sweep().await, retention.sweep().await];
            for (what, done) in ["exports", "access_log", "retention"].into_iter().zip(swept) {
                if let Err(error) = done {
                    tracing::warn!(code = ?error.code, what, "old rows could not be looked for; the next time comes in an hour");
                }
            }
            actix_web::rt::time::sleep(UPKEEP).await;
        }
    });
    Ok(server)
}

/// Tells the person at the terminal where to look; the log stays apart, on standard error. Programs that read JSON get one line there.
fn announce(address: SocketAddr, cluster: Option<&LocalCluster>, config: &Config) {
    match config.log {
        LogFormat::Json => tracing::info!(%address, "ready"),
        LogFormat::Text => print_welcome(address, cluster, config),
    }
}

fn print_welcome(address: SocketAddr, cluster: Option<&LocalCluster>, config: &Config) {
    let mut lines: Vec<String> = cluster.map(|cluster| cluster.describe().to_vec()).unwrap_or_default();
    if config.master_keys.is_none() {
        lines.push(format!(
            "The key to the stored words is in {}; keep a copy of it apart from the data.",
            local_key::file(config).display()
        ));
    }
    lines.push(format!("Reciprocity is ready at http://{address}"));
    lines.push(format!("  documentation  http://{address}/docs/"));
    lines.push(format!("  contract       http://{address}/openapi.json"));
    lines.push("Stop it with Ctrl-C; the data stays.".to_owned());
    let mut out = std::io::stdout().lock();
    for line in lines {
        // A closed terminal is no reason to stop serving.
        let _ = writeln!(out, "{line}");
    }
    let _ = out.flush();
}

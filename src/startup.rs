//! Putting it together: database, keys, application, server; and taking it apart again in the right order.

mod docs_page;
mod local_key;
mod parts;
mod server;
mod slow_clients;
mod upkeep;

pub use parts::Parts;
pub use server::{run, run_with};
pub use upkeep::{keep_issuers, keep_question_sets, keep_up, refresh_issuers, refresh_question_sets, sweep};

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::rt::time::sleep;
use chrono::TimeDelta;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::{Config, Database, LogFormat, Mode};
use crate::db::cluster::{ClusterOptions, LocalCluster, Storage};
use crate::db::data_keys::{self, Done as DataKeys};
use crate::db::reaching::patiently;
use crate::db::rotation::{self, Rotated};
use crate::db::{Db, Vault, migrate, request_key, serving_role, withdrawn};
use crate::erased;
use crate::kernel::operator::OperatorTokens;
use crate::kernel::token::Tokens;
use crate::kernel::{Clock, Code, Error, Keys, Random};
use crate::telemetry;

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

/// How long work at the database may take that nobody waits for, such as a sweep, once nothing is served any more.
const LAST_WORK: Duration = Duration::from_secs(5);

/// Runs the service until a signal ends it: SIGINT or SIGTERM finish what is in flight, then the database stops.
pub fn serve(config: &Config) -> Result<(), StartError> {
    let _sending =
        telemetry::init_with_traces(config.log, config.traces.as_ref()).map_err(|why| StartError::Unsafe(vec![format!("  {why}")]))?;
    let listener = TcpListener::bind(config.listen).map_err(|cause| StartError::Listen { address: config.listen, cause })?;
    let (cluster, urls) = database(config)?;
    let masters = local_key::master_keys(config)?;
    let vault = Vault::new(masters.all(), Random)?;
    let applied = migrate::migrate(&urls.owner, &vault, Clock::System.now())?;
    tracing::info!(applied, "the database is ready");
    refuse_mighty_role(config, &urls.app)?;
    let secret = request_key::fetch(&urls.owner, &vault, Clock::System.now()).map_err(locked)?;
    let parts = Parts::new(config, &urls.app, &masters, &secret, Clock::System)?;
    let (address, db, system) = (listener.local_addr()?, parts.db.clone(), actix_web::rt::System::new());
    // Said only where a signal is heard and ends the service in order.
    let served = system.block_on(serve_until_signal(&parts, listener, config, || announce(address, cluster.as_ref(), config)));
    if !db.comes_to_rest(served.as_ref().copied().unwrap_or_default()) {
        tracing::warn!("the database has not answered all that was asked of it; it is not waited for");
        // It would wait for its threads, and they for a connection that may have fallen silent. They end with the process.
        std::mem::forget(system);
    }
    if let Some(cluster) = cluster {
        cluster.stop()?;
    }
    served.map(drop)
}

/// Serves, and says how long the work that is left may still take.
async fn serve_until_signal(parts: &Parts, listener: TcpListener, config: &Config, ready: impl FnOnce()) -> Result<Duration, StartError> {
    let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    rotation::try_keys(&parts.db).await.map_err(locked)?;
    refresh_question_sets(parts).await?;
    let server = run(parts.clone(), listener, config.workers)?;
    let handle = server.handle();
    keep_issuers(parts);
    actix_web::rt::spawn(keep_up(parts.clone()));
    actix_web::rt::spawn(keep_question_sets(parts.clone()));
    ready();
    tokio::select! {
        ended = server => Ok(ended.map(|()| LAST_WORK)?),
        // The server ends where it is dropped.
        () = stop_on_signals(parts, &handle, config.drain, interrupt, terminate) => Ok(Duration::ZERO),
    }
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
    over_accounts(config, rotation::rotate)
}

/// Replaces the accounts' data keys: `finish` is the second of two steps. The service may serve meanwhile, as with [`rotate_keys`].
pub fn rotate_data_keys(config: &Config, finish: bool) -> Result<DataKeys, StartError> {
    over_accounts(config, async |db| {
        let now = Clock::System.now();
        if finish { data_keys::finish(db, now).await } else { data_keys::begin(db, now).await }
    })
}

/// Work on every account, by a command beside the service.
fn over_accounts<T>(config: &Config, work: impl AsyncFnOnce(&Db) -> Result<T, Error>) -> Result<T, StartError> {
    telemetry::init(config.log);
    let (cluster, urls) = database(config)?;
    let masters = local_key::master_keys(config)?;
    let vault = Vault::new(masters.all(), Random)?;
    if cluster.is_some() {
        migrate::migrate(&urls.owner, &vault, Clock::System.now())?;
    }
    let db = Db::connect(&urls.app, 1, vault);
    let done = actix_web::rt::System::new().block_on(work(&db)).map_err(locked);
    drop(db);
    if let Some(cluster) = cluster {
        cluster.stop()?;
    }
    done
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

/// A token that opens the operator's part of the API for so many minutes, and no account. It is signed here, where the master key is, so
/// nothing has to run.
pub fn operator_token(config: &Config, minutes: i64) -> Result<String, StartError> {
    let tokens = OperatorTokens::new(local_key::master_keys(config)?.all(), &config.issuer)?;
    let now = Clock::System.now();
    Ok(tokens.issue(Random.uuid_v7(now)?, TimeDelta::minutes(minutes), now)?)
}

/// The first signal finishes what is in flight, once whoever sends requests here has had time to notice. This comes to its end with the
/// second one, which waits for nothing.
async fn stop_on_signals(parts: &Parts, server: &ServerHandle, drain: Duration, mut interrupt: Signal, mut terminate: Signal) {
    heard(&mut interrupt, &mut terminate).await;
    tracing::info!(drain_seconds = drain.as_secs(), "stopping");
    parts.begin_to_stop();
    tokio::select! {
        () = sleep(drain) => {
            // The command is sent at once; waiting for its end here would keep the second signal from being heard.
            drop(server.stop(true));
            heard(&mut interrupt, &mut terminate).await;
        }
        () = heard(&mut interrupt, &mut terminate) => {}
    }
    tracing::info!("stopping at once");
}

/// One of two signals.
async fn heard(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
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
            Ok((None, Urls { owner: patiently(migration_url.expose()), app: patiently(url.expose()) }))
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

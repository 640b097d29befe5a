//! Configuration from the environment: read once, checked as a whole, every mistake said at once.
//!
//! A value may also come from a file named by the same variable with `_FILE` after it, so that secrets can be mounted.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

mod address;
mod issuers;
mod master_keys;
mod observed;
mod reach;
mod timeouts;
mod weak;

pub use address::Address;
pub use issuers::{AccountSource, Issuer, KeySource, LONGEST_TOKEN_AGE_MINUTES, ScopeRule, SignatureAlgorithm, type_name};
pub use master_keys::{MasterKey, MasterKeys};
pub use observed::Traces;
pub use reach::{SecurityContact, Tls};
pub use timeouts::Timeouts;

const DEFAULT_ISSUER: &str = "https://reciprocity.local";

/// Everything the service can be told.
#[derive(Clone, Debug)]
pub struct Config {
    pub database: Database,
    pub listen: SocketAddr,
    pub mode: Mode,
    pub log: LogFormat,
    pub data_dir: PathBuf,
    pub postgres_bin: Option<PathBuf>,
    /// The user that runs the local Postgres when this program is root.
    pub postgres_user: Option<String>,
    /// Where the local master key is kept, where none is given: apart from the data, so that a copy of the data is no copy of the key.
    pub key_dir: PathBuf,
    /// The master keys, where they were given; otherwise a local one is made in the key folder (development only).
    pub master_keys: Option<MasterKeys>,
    pub registration: Registration,
    pub issuer: String,
    /// Whose tokens open accounts.
    pub accounts: AccountSource,
    /// The other issuers; none where accounts are built in.
    pub issuers: Vec<Issuer>,
    pub pool_size: u32,
    /// Transactions that single entries are written in at the same time (`db::group`).
    pub writers: u32,
    pub workers: usize,
    pub limits: Limits,
    /// How many proxies in front may be believed about the client's address.
    pub trusted_proxies: u8,
    pub tls: Tls,
    /// Web pages of these origins may read answers; none where it is empty.
    pub cors_origins: Vec<String>,
    pub security_contact: Option<SecurityContact>,
    pub timeouts: Timeouts,
    /// How long after the signal to stop requests are still taken, so that whoever sends them notices first.
    pub drain: Duration,
    /// Who shows this may read `/metrics`; without one there is no such path.
    pub metrics_token: Option<Secret>,
    /// Where traces go, if anywhere.
    pub traces: Option<Traces>,
}

/// Where the rows live.
#[derive(Clone, Debug)]
pub enum Database {
    /// A private Postgres that this program starts and stops.
    Local,
    /// A Postgres somebody else runs.
    External { url: Secret, migration_url: Secret },
}

/// A value that must not be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(value)
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Development,
    Production,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Who may create an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    Open,
    /// Whoever knows the code.
    Invite(Secret),
    Closed,
}

/// Requests a minute; per account, or per address from `sign_ins` on. The last two are failures before there are pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub reads: u32,
    pub writes: u32,
    pub batches: u32,
    pub assessments: u32,
    pub previews: u32,
    /// Things stored or changed, a day and account: what keeps one account from filling the disk.
    pub stored_a_day: u32,
    pub sign_ins: u32,
    pub refreshes: u32,
    pub accounts: u32,
    /// Wrong passwords (or codes) for one handle from one address; then there is an attempt a minute.
    pub failures: u32,
    /// The same from all addresses together that never succeeded for the handle.
    pub failures_elsewhere: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            reads: 300,
            writes: 3_000,
            batches: 10,
            assessments: 30,
            previews: 30,
            stored_a_day: 50_000,
            sign_ins: 10,
            refreshes: 60,
            accounts: 3,
            failures: 5,
            failures_elsewhere: 50,
        }
    }
}

/// What is wrong with the configuration, a line each.
#[derive(Debug, thiserror::Error)]
#[error("the configuration cannot be used:\n{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Reads the process environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_lookup(&|name| std::env::var(name).ok(), nix::unistd::geteuid().is_root())
    }

    /// Reads variables through `lookup`; `root` decides the default data directory.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>, root: bool) -> Result<Self, ConfigError> {
        let mut vars = Vars { lookup, wrong: Vec::new() };
        let mode =
            vars.choice("RECIPROCITY_MODE", Mode::Development, &[("development", Mode::Development), ("production", Mode::Production)]);
        let database = vars.database(mode);
        let data_dir = vars.data_dir(root);
        let issuer = vars.issuer(mode);
        let (accounts, issuers) = vars.accounts(mode, &issuer);
        let config = Self {
            database,
            listen: SocketAddr::new(
                vars.parsed("RECIPROCITY_BIND", IpAddr::V4(Ipv4Addr::LOCALHOST), "an IP address such as 127.0.0.1"),
                vars.parsed("RECIPROCITY_PORT", 8080, "a port from 0 to 65535"),
            ),
            mode,
            log: vars.choice("RECIPROCITY_LOG", LogFormat::Text, &[("text", LogFormat::Text), ("json", LogFormat::Json)]),
            key_dir: vars.key_dir(&data_dir),
            data_dir,
            postgres_bin: vars.get("RECIPROCITY_POSTGRES_BIN").map(PathBuf::from),
            postgres_user: vars.get("RECIPROCITY_POSTGRES_USER"),
            master_keys: vars.master_keys(mode),
            registration: vars.registration(mode),
            issuer,
            accounts,
            issuers,
            pool_size: vars.count("RECIPROCITY_POOL_SIZE", 16),
            writers: vars.count("RECIPROCITY_WRITERS", 2),
            workers: usize::try_from(vars.count("RECIPROCITY_WORKERS", 2)).unwrap_or(2),
            limits: vars.limits(),
            trusted_proxies: vars.parsed("RECIPROCITY_TRUSTED_PROXIES", 0, "a small number"),
            tls: vars.tls(),
            cors_origins: vars.cors_origins(),
            security_contact: vars.security_contact(),
            timeouts: vars.timeouts(),
            drain: vars.drain(),
            metrics_token: vars.metrics_token(mode),
            traces: vars.traces(),
        };
        vars.check_reach(mode, config.listen.ip().is_loopback(), config.tls, config.trusted_proxies);
        if vars.wrong.is_empty() { Ok(config) } else { Err(ConfigError(vars.wrong)) }
    }
}

/// The environment, and what was found wrong in it so far.
struct Vars<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    wrong: Vec<String>,
}

impl Vars<'_> {
    fn get(&mut self, name: &str) -> Option<String> {
        if let Some(value) = (self.lookup)(name).filter(|value| !value.is_empty()) {
            return Some(value);
        }
        let path = (self.lookup)(&format!("{name}_FILE")).filter(|path| !path.is_empty())?;
        match std::fs::read_to_string(&path) {
            Ok(value) if value.trim_end().is_empty() => {
                self.wrong.push(format!("  {name}_FILE: {path} is empty"));
                None
            }
            Ok(value) => Some(value.trim_end().to_owned()),
            Err(why) => {
                self.wrong.push(format!("  {name}_FILE: {path} cannot be read ({})", why.kind()));
                None
            }
        }
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, default: T, want: &str) -> T {
        let Some(value) = self.get(name) else { return default };
        value.parse().unwrap_or_else(|_| {
            self.wrong.push(format!("  {name}: must be {want}"));
            default
        })
    }

    fn count(&mut self, name: &str, default: u32) -> u32 {
        let value = self.parsed(name, default, "a whole number from 1");
        if value == 0 {
            self.wrong.push(format!("  {name}: must be at least 1"));
        }
        value
    }

    fn choice<T: Clone>(&mut self, name: &str, default: T, choices: &[(&str, T)]) -> T {
        let Some(value) = self.get(name) else { return default };
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == value) {
            return choice.clone();
        }
        let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
        self.wrong.push(format!("  {name}: must be one of {}", words.join(", ")));
        default
    }

    fn database(&mut self, mode: Mode) -> Database {
        let url = self.get("DATABASE_URL").map(Secret::new);
        let migration_url = self.get("MIGRATION_DATABASE_URL").map(Secret::new);
        match (url, migration_url) {
            (Some(url), migration_url) => Database::External { migration_url: migration_url.unwrap_or_else(|| url.clone()), url },
            (None, Some(_)) => {
                self.wrong.push("  MIGRATION_DATABASE_URL: needs DATABASE_URL beside it".to_owned());
                Database::Local
            }
            (None, None) => {
                if mode == Mode::Production {
                    self.wrong.push("  DATABASE_URL: must be set in production".to_owned());
                }
                Database::Local
            }
        }
    }

    fn registration(&mut self, mode: Mode) -> Registration {
        let code = self.get("RECIPROCITY_INVITE_CODE").map(Secret::new);
        let said = self.get("RECIPROCITY_REGISTRATION");
        match (said.as_deref(), code) {
            (Some("open"), _) => Registration::Open,
            (Some("closed"), _) => Registration::Closed,
            (Some("invite"), Some(code)) if mode == Mode::Production && weak::is_weak_code(code.expose()) => {
                self.refused_registration("  RECIPROCITY_INVITE_CODE: is too easy to guess; make one with: openssl rand -hex 16")
            }
            (Some("invite"), Some(code)) => Registration::Invite(code),
            (Some("invite"), None) => self.refused_registration("  RECIPROCITY_INVITE_CODE: must be set when registration is by invite"),
            (Some(_), _) => self.refused_registration("  RECIPROCITY_REGISTRATION: must be one of open, invite, closed"),
            (None, _) if mode == Mode::Production => {
                self.refused_registration("  RECIPROCITY_REGISTRATION: must be said in production: open, invite or closed")
            }
            (None, _) => Registration::Open,
        }
    }

    /// Tokens name their issuer: in production it is the service's own address and not what every other service says.
    fn issuer(&mut self, mode: Mode) -> String {
        let said = self.get("RECIPROCITY_ISSUER").unwrap_or_else(|| DEFAULT_ISSUER.to_owned());
        if mode == Mode::Production && said.trim_end_matches('/') == DEFAULT_ISSUER {
            self.wrong.push("  RECIPROCITY_ISSUER: must be said in production: the public address of this service".to_owned());
        }
        said
    }

    fn refused_registration(&mut self, why: &str) -> Registration {
        self.wrong.push(why.to_owned());
        Registration::Closed
    }

    fn limits(&mut self) -> Limits {
        let standard = Limits::default();
        Limits {
            reads: self.count("RECIPROCITY_LIMIT_READS", standard.reads),
            writes: self.count("RECIPROCITY_LIMIT_WRITES", standard.writes),
            batches: self.count("RECIPROCITY_LIMIT_BATCHES", standard.batches),
            assessments: self.count("RECIPROCITY_LIMIT_ASSESSMENTS", standard.assessments),
            previews: self.count("RECIPROCITY_LIMIT_PREVIEWS", standard.previews),
            stored_a_day: self.count("RECIPROCITY_LIMIT_STORED_A_DAY", standard.stored_a_day),
            sign_ins: self.count("RECIPROCITY_LIMIT_SIGN_INS", standard.sign_ins),
            refreshes: self.count("RECIPROCITY_LIMIT_REFRESHES", standard.refreshes),
            accounts: self.count("RECIPROCITY_LIMIT_ACCOUNTS", standard.accounts),
            failures: self.count("RECIPROCITY_LIMIT_FAILURES", standard.failures),
            failures_elsewhere: self.count("RECIPROCITY_LIMIT_FAILURES_ELSEWHERE", standard.failures_elsewhere),
        }
    }

    fn data_dir(&mut self, root: bool) -> PathBuf {
        if let Some(dir) = self.get("RECIPROCITY_DATA_DIR") {
            return PathBuf::from(dir);
        }
        if root {
            return PathBuf::from("/var/lib/reciprocity");
        }
        if let Some(xdg) = self.get("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute()) {
            return xdg.join("reciprocity");
        }
        if let Some(home) = self.get("HOME") {
            return PathBuf::from(home).join(".local/share/reciprocity");
        }
        self.wrong.push("  RECIPROCITY_DATA_DIR: must be set where HOME is not".to_owned());
        PathBuf::from("reciprocity-data")
    }

    /// Beside the data folder, under its name and `-keys`.
    fn key_dir(&mut self, data_dir: &Path) -> PathBuf {
        self.get("RECIPROCITY_KEY_DIR").map_or_else(|| beside(data_dir), PathBuf::from)
    }
}

fn beside(data_dir: &Path) -> PathBuf {
    let mut name = data_dir.file_name().unwrap_or_default().to_owned();
    name.push("-keys");
    data_dir.with_file_name(name)
}

#[cfg(test)]
mod tests;

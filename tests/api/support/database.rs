//! One throwaway cluster for the whole run, one fresh database for every test, copied from a migrated template.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use reciprocity::db::cluster::{ClusterOptions, LocalCluster, Storage};
use reciprocity::db::migrate::migrate;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A database that no other test sees; dropped with its test.
pub struct Fresh {
    name: String,
    pub url: String,
}

impl Fresh {
    pub fn new() -> Self {
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let cluster = cluster();
        admin(&cluster, &format!("CREATE DATABASE {name} TEMPLATE reciprocity OWNER reciprocity"));
        Self { url: cluster.url_for("reciprocity", &name), name }
    }

    /// A connection as the owner that migrates, for looking at what was written.
    pub fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.superuser_url()).unwrap()
    }

    /// Everything of the database as `pg_dump` writes it: a backup.
    pub fn dump(&self) -> String {
        let output = program(&mut self.connect(), "pg_dump").arg(self.superuser_url()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A new database that holds what a dump holds.
    pub fn restored(dump: &str) -> Self {
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let cluster = cluster();
        admin(&cluster, &format!("CREATE DATABASE {name} OWNER reciprocity"));
        let fresh = Self { url: cluster.url_for("reciprocity", &name), name };
        drop(cluster);
        let mut psql = program(&mut fresh.connect(), "psql");
        psql.args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname"]).arg(fresh.superuser_url());
        let mut child = psql.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(dump.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
        fresh
    }

    /// Takes the database away from whoever uses it.
    pub fn vanish(&self) {
        admin(&cluster(), &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }

    /// Sees every row, policies or not.
    pub fn superuser_url(&self) -> String {
        cluster().url_for("postgres", &self.name)
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        admin(&cluster(), &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// The cluster ends with the process: its guard sees the pipe close.
fn cluster() -> MutexGuard<'static, LocalCluster> {
    static CLUSTER: OnceLock<Mutex<LocalCluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let options = ClusterOptions {
            storage: Storage::Throwaway,
            guard_executable: env!("CARGO_BIN_EXE_reciprocity").into(),
            postgres_bin: None,
            postgres_user: None,
        };
        let cluster = LocalCluster::start(&options).unwrap();
        migrate(&cluster.url(), &super::vault(&[super::MASTER]), super::START.parse().unwrap()).unwrap();
        Mutex::new(cluster)
    });
    cluster.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One of the server's programs, wherever the server comes from.
fn program(conn: &mut PgConnection, name: &str) -> Command {
    let folder = super::rows::words(conn, "SELECT setting AS word FROM pg_config WHERE name = 'BINDIR'").remove(0);
    Command::new(Path::new(&folder).join(name))
}

fn admin(cluster: &LocalCluster, statement: &str) {
    let mut conn = PgConnection::establish(&cluster.url_for("postgres", "postgres")).unwrap();
    conn.batch_execute(statement).unwrap();
}

//! One throwaway cluster for the whole run, one fresh database for every test, copied from a migrated template.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use reciprocity::db::cluster::{ClusterOptions, LocalCluster, Storage};
use reciprocity::db::migrate::migrate;

/// A database that no other test sees; dropped with its test.
pub struct Fresh {
    name: String,
    pub url: String,
}

impl Fresh {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let cluster = cluster();
        admin(&cluster, &format!("CREATE DATABASE {name} TEMPLATE reciprocity OWNER reciprocity"));
        Self { url: cluster.url_for("reciprocity", &name), name }
    }

    /// A connection as the owner that migrates, for looking at what was written.
    pub fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.superuser_url()).unwrap()
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

fn admin(cluster: &LocalCluster, statement: &str) {
    let mut conn = PgConnection::establish(&cluster.url_for("postgres", "postgres")).unwrap();
    conn.batch_execute(statement).unwrap();
}

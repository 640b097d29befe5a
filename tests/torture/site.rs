//! Everything that runs: a primary and its synchronous standby, an address in front of them, two instances of the service, a balancer.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{PgConnection, QueryableByName, RunQueryDsl};
use nix::sys::signal::Signal;

use crate::disk::Disk;
use crate::forwarder::Forwarder;
use crate::probes::{self, Away};
use crate::proxy::{Instances, Proxy};
use crate::rig::postgres::{Folder, OWNER, Postgres};
use crate::rig::program::Program;

/// Few enough connections that somebody else can take them all, and a journal that fits the small disk.
const SETTINGS: &[&str] = &["max_connections=60", "max_wal_size=160MB", "min_wal_size=64MB", "wal_retrieve_retry_interval=200ms"];
const STANDBY: &str = "standby";
/// Longer than the balancer takes to notice that an instance is about to stop.
const DRAIN: (&str, &str) = ("RECIPROCITY_DRAIN_SECONDS", "3");
/// How long everything may take to be well again after a fault.
const RECOVERY: Duration = Duration::from_mins(1);

/// The whole, in the order in which it is taken apart.
pub struct Site {
    pub programs: [Option<Program>; 2],
    /// Those that the balancer knows.
    pub instances: Instances,
    /// Those that owe an answer to a probe: not one that was told to stop.
    pub probed: Instances,
    pub proxy: Proxy,
    pub gate: Forwarder,
    pub primary: Postgres,
    pub standby: Option<Postgres>,
    /// The disk of the primary and that of the standby, or why there are none.
    pub disks: Result<[Disk; 2], String>,
    pub away: Vec<Away>,
    homes: [std::path::PathBuf; 2],
    pub folder: Folder,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Site {
    pub fn start() -> Self {
        let folder = Folder::new("torture");
        let places = ["disk-a", "disk-b"].map(|name| folder.0.join(name));
        for place in &places {
            std::fs::create_dir(place).unwrap();
        }
        let disks = Disk::mount(folder.0.join("a.img"), &places[0])
            .and_then(|first| Disk::mount(folder.0.join("b.img"), &places[1]).map(|second| [first, second]));
        let homes = places.map(|place| place.join("postgres"));
        let primary = Postgres::create(&homes[0], SETTINGS);
        let gate = Forwarder::to(primary.port());
        let instances: Instances = Arc::new(Mutex::new(vec![None, None]));
        let probed: Instances = Arc::new(Mutex::new(vec![None, None]));
        let proxy = Proxy::start(Arc::clone(&instances));
        let programs = [None, None];
        let mut site = Self { programs, instances, probed, proxy, gate, primary, standby: None, disks, away: Vec::new(), homes, folder };
        site.start_instance(0);
        site.start_instance(1);
        site.make_standby();
        site
    }

    /// Starts an instance in this place and lets the balancer know.
    pub fn start_instance(&mut self, place: usize) {
        let url = Postgres::tcp_url(OWNER, OWNER, self.gate.port);
        let begun = Instant::now();
        loop {
            match Program::start(Path::new(env!("CARGO_BIN_EXE_reciprocity")), &self.folder.0, &url, &url, &[DRAIN]) {
                Ok(program) => {
                    self.instances.lock().unwrap()[place] = Some(program.address);
                    self.probed.lock().unwrap()[place] = Some(program.address);
                    self.programs[place] = Some(program);
                    return;
                }
                // As whatever supervises it would.
                Err(why) => assert!(begun.elapsed() < RECOVERY, "{why}"),
            }
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// Ends the instance in this place. Of a kill the balancer hears by being refused, of anything else because the instance says that it is not ready.
    pub fn end_instance(&mut self, place: usize, signal: Signal) {
        self.probed.lock().unwrap()[place] = None;
        if let Some(program) = self.programs[place].take() {
            program.signal(signal);
            while signal != Signal::SIGKILL && probes::ask(program.address, false) == Some(200) {
                std::thread::sleep(Duration::from_millis(50));
            }
            self.instances.lock().unwrap()[place] = None;
            program.wait();
        }
    }

    /// Makes the standby that every commit waits for.
    pub fn make_standby(&mut self) {
        self.standby = None;
        let home = self.homes.iter().find(|home| **home != self.primary.home()).unwrap();
        let _ = std::fs::remove_dir_all(home);
        self.standby = Some(Postgres::standby_of(&self.primary, home, STANDBY, SETTINGS));
        self.wait("the standby to follow", |site| {
            site.count("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'").is_some_and(|count| count > 0)
        });
        let mut superuser = self.primary.connect("postgres");
        for statement in [format!("ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'"), "SELECT pg_reload_conf()".to_owned()] {
            superuser.batch_execute(&statement).unwrap();
        }
    }

    /// The disk of the server that is the primary now.
    pub fn disk_of_the_primary(&self) -> Result<&Disk, String> {
        let place = usize::from(self.primary.home() != self.homes[0]);
        self.disks.as_ref().map(|disks| &disks[place]).map_err(Clone::clone)
    }

    /// A number that a query finds, past every policy; nothing where the database does not answer.
    pub fn count(&self, query: &str) -> Option<i64> {
        count_on(&mut self.primary.try_connect(OWNER).ok()?, query)
    }

    pub fn superuser(&self) -> PgConnection {
        self.primary.connect(OWNER)
    }

    /// Remembers that the database could not be used from then until now.
    pub fn was_away(&mut self, from: Instant, fault: &str) {
        self.away.push(Away { from, to: Instant::now(), fault: fault.to_owned() });
    }

    /// Waits until every instance is ready and says how long that took.
    pub fn recover(&self) -> Option<Duration> {
        let begun = Instant::now();
        while begun.elapsed() < RECOVERY {
            if self.is_ready() {
                return Some(begun.elapsed());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// Whether every instance says that it is.
    pub fn is_ready(&self) -> bool {
        let instances = self.instances.lock().unwrap().clone();
        instances.into_iter().all(|address| address.is_some_and(|address| probes::ask(address, false) == Some(200)))
    }

    fn wait(&self, what: &str, until: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !until(self) {
            assert!(begun.elapsed() < RECOVERY, "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// [`Site::count`] over a connection that is open already.
pub fn count_on(conn: &mut PgConnection, query: &str) -> Option<i64> {
    diesel::sql_query(query).get_result::<Count>(conn).ok().map(|found| found.count)
}

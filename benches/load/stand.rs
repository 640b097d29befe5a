//! What is measured: one Postgres as durable as the shipped one, the real program on it, and people who are signed in.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl};

use crate::rig::http::Connection;
use crate::rig::people::Person;
use crate::rig::postgres::{Folder, OWNER, Postgres, SUPERUSER};
use crate::rig::program::Program;

/// Among how many accounts the load is spread.
const PEOPLE: usize = 64;
/// pgbench takes a connection a client; the service keeps to its pool whatever the number of its clients.
const MAX_CONNECTIONS: &str = "max_connections=320";

/// Everything that runs; it ends in this order.
pub struct Stand {
    pub program: Program,
    pub people: Vec<Person>,
    pub postgres: Postgres,
    pub folder: Folder,
    /// What the service held after what: its memory now and at most, in MiB.
    pub memory: Vec<(String, f64, f64)>,
    /// A sealed note's bytes, for whoever writes rows past the service.
    pub sealed: usize,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

impl Stand {
    pub fn start() -> Self {
        let folder = Folder::new("load");
        let postgres = Postgres::create(&folder.0.join("postgres"), &[MAX_CONNECTIONS]);
        let url = postgres.socket_url(OWNER, OWNER);
        let program = Program::start(Path::new(env!("CARGO_BIN_EXE_reciprocity")), &folder.0, &url, &url, &[]);
        let program = program.unwrap_or_else(|why| panic!("{why}"));
        eprintln!("making {PEOPLE} accounts");
        let (now, most) = program.memory();
        let people: Vec<Person> = (0..PEOPLE).map(|_| Person::make(program.address)).collect();
        let mut stand = Self { program, people, postgres, folder, memory: vec![("its start".to_owned(), now, most)], sealed: 0 };
        stand.list_people();
        stand.sealed = stand.length_of_a_sealed_note();
        stand.note_memory("signing in, before any load");
        stand
    }

    pub const fn address(&self) -> SocketAddr {
        self.program.address
    }

    pub fn connection(&self) -> Connection {
        Connection::open(self.address(), std::time::Duration::from_mins(2)).unwrap()
    }

    /// A connection past every policy.
    pub fn superuser(&self) -> PgConnection {
        self.postgres.connect(OWNER)
    }

    /// How many entries are stored.
    pub fn rows(&self) -> i64 {
        diesel::sql_query("SELECT count(*) FROM interactions").get_result::<Count>(&mut self.superuser()).unwrap().count
    }

    /// What an expression of SQL comes to.
    pub fn text(&self, expression: &str) -> String {
        diesel::sql_query(format!("SELECT ({expression})::text AS word")).get_result::<Word>(&mut self.superuser()).unwrap().word
    }

    /// Access tokens live for minutes; each measurement begins with new ones.
    pub fn refresh(&mut self) {
        let address = self.address();
        self.people.iter_mut().for_each(|person| person.refresh(address));
    }

    /// Starts every run with an empty journal, so that none pays for the checkpoint of another.
    pub fn settle(&self) {
        self.superuser().batch_execute("CHECKPOINT").unwrap();
    }

    pub fn note_memory(&mut self, after: &str) {
        let (now, most) = self.program.memory();
        self.memory.push((after.to_owned(), now, most));
    }

    /// A client's program that speaks to the database as the service does, or past every policy.
    pub fn client(&self, program: &str, superuser: bool) -> (Command, String) {
        (self.postgres.client(program), self.postgres.socket_url(if superuser { SUPERUSER } else { OWNER }, OWNER))
    }

    /// Logs one entry and looks how long its note is where it lies.
    fn length_of_a_sealed_note(&self) -> usize {
        let (person, entry) = (&self.people[0], crate::entry("0b5e55ed-0000-4000-8000-000000000000"));
        self.connection().post(&person.entries(), Some(&person.token), &entry).unwrap().expect(201);
        let query = "SELECT octet_length(note_sealed)::bigint AS count FROM interactions";
        usize::try_from(diesel::sql_query(query).get_result::<Count>(&mut self.superuser()).unwrap().count).unwrap()
    }

    /// Tells pgbench whom to log for.
    fn list_people(&self) {
        let rows: Vec<String> =
            (0..).zip(&self.people).map(|(n, one)| format!("({n}, '{}', '{}')", one.account, one.relationship)).collect();
        let statement = format!(
            "CREATE TABLE load_people (n integer PRIMARY KEY, account uuid NOT NULL, relationship uuid NOT NULL); \
             INSERT INTO load_people VALUES {}; GRANT SELECT ON load_people TO {OWNER}",
            rows.join(", ")
        );
        self.superuser().batch_execute(&statement).unwrap();
    }
}

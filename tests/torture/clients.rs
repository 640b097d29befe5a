//! Clients with an outbox: each entry is sent until it is acknowledged, always with the same id, the same Idempotency-Key and the same
//! words, however often the answer is lost.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::ledger::{Entry, Ledger};
use crate::rig::http::{Answer, Connection};
use crate::rig::people::Person;
use crate::rig::seeded::Seeded;

/// How long a client waits for an answer before it asks again: less than the longest fault lasts.
const PATIENCE: Duration = Duration::from_secs(6);
/// Between two requests of a client, and before it repeats one.
const PAUSE: Duration = Duration::from_millis(8);
const BEFORE_A_RETRY: Duration = Duration::from_millis(120);
/// How long what is still unacknowledged is tried after the last fault.
const LAST_TRIES: Duration = Duration::from_mins(1);

const ACTORS: [&str; 4] = ["me", "them", "both", "unknown"];
const DIMENSIONS: [&str; 8] =
    ["emotional_support", "celebration", "initiation", "repair", "appreciation", "practical_help", "promises_kept", "needs_met"];

/// What one request logs.
struct Parcel {
    entries: Vec<Entry>,
    key: Option<String>,
}

struct Client {
    number: usize,
    person: Person,
    proxy: SocketAddr,
    ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
    chance: Seeded,
    connection: Option<Connection>,
    made: usize,
}

/// Starts a client for each of them.
pub fn start(people: &[Person], proxy: SocketAddr, ledger: &Arc<Ledger>, stop: &Arc<AtomicBool>, seed: u64) -> Vec<JoinHandle<()>> {
    let client = |(number, person): (usize, &Person)| Client {
        number,
        person: person.clone(),
        proxy,
        ledger: Arc::clone(ledger),
        stop: Arc::clone(stop),
        chance: Seeded::new(seed.wrapping_mul(1_000_003).wrapping_add(number as u64)),
        connection: None,
        made: 0,
    };
    people.iter().enumerate().map(client).map(|mut client| thread::spawn(move || client.run())).collect()
}

impl Client {
    fn run(&mut self) {
        let mut last_id: Option<(String, Entry)> = None;
        while !self.stop.load(Ordering::Relaxed) {
            let parcel = self.parcel();
            if let Some(acknowledged) = self.deliver(&parcel) {
                last_id = Some(acknowledged);
            }
            if let Some((id, entry)) = last_id.as_ref().filter(|_| self.made.is_multiple_of(7)) {
                self.read_back(id, entry);
            }
            thread::sleep(PAUSE);
        }
    }

    /// One entry, or a batch of some; with ids of its own, an Idempotency-Key, or both.
    fn parcel(&mut self) -> Parcel {
        let many = if self.chance.below(10) == 0 { 2 + self.chance.below(20) } else { 1 };
        let (ids, key) = [(true, true), (true, false), (false, true)][self.chance.below(3)];
        let entries: Vec<Entry> = (0..many).map(|_| self.entry(ids)).collect();
        let key = key.then(|| self.chance.uuid().to_string());
        for entry in &entries {
            self.ledger.send(self.number, entry);
        }
        Parcel { entries, key }
    }

    fn entry(&mut self, id: bool) -> Entry {
        self.made += 1;
        Entry {
            label: format!("client {} entry {}", self.number, self.made),
            id: id.then(|| self.chance.uuid().to_string()),
            actor: ACTORS[self.chance.below(4)],
            dimension: DIMENSIONS[self.chance.below(8)],
            effort: 1 + i64::try_from(self.chance.below(5)).unwrap(),
        }
    }

    /// Sends it until all of it is acknowledged; gives the last entry and its id.
    fn deliver(&mut self, parcel: &Parcel) -> Option<(String, Entry)> {
        let mut stopping: Option<Instant> = None;
        loop {
            let answer = self.send(parcel);
            let acknowledged = answer.and_then(|answer| self.acknowledged(parcel, &answer));
            if let Some(ids) = acknowledged {
                for (entry, id) in parcel.entries.iter().zip(&ids) {
                    self.ledger.acknowledge(&entry.label, id);
                }
                return ids.last().cloned().zip(parcel.entries.last().cloned());
            }
            if self.stop.load(Ordering::Relaxed) && stopping.get_or_insert_with(Instant::now).elapsed() > LAST_TRIES {
                return None;
            }
            thread::sleep(BEFORE_A_RETRY);
        }
    }

    /// The ids of the entries, where every one of them is stored.
    fn acknowledged(&self, parcel: &Parcel, answer: &Answer) -> Option<Vec<String>> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match (&parcel.entries[..], answer.status) {
            ([entry], 200 | 201) => {
                let shown = answer.json();
                if !entry.is_shown_by(&shown) {
                    self.ledger.broken_promise(format!("{} was answered with another entry", entry.label));
                }
                text(&shown["id"]).map(|id| vec![id])
            }
            (entries, 200) => {
                let results = answer.json()["results"].as_array().cloned().unwrap_or_default();
                let ids: Vec<String> = results.iter().filter_map(|result| text(&result["id"])).collect();
                (ids.len() == entries.len()).then_some(ids)
            }
            // Whatever it was, the outbox repeats it; the count of answers tells which were clean.
            (_, _) => None,
        }
    }

    fn send(&mut self, parcel: &Parcel) -> Option<Answer> {
        let (path, body) = match &parcel.entries[..] {
            [entry] => (self.person.entries(), entry.json()),
            entries => {
                let tie = &self.person.relationship;
                let items: Vec<Value> = entries.iter().map(|entry| json!({"relationship_id": tie, "interaction": entry.json()})).collect();
                ("/v1/interactions/batch".to_owned(), json!({"items": items}))
            }
        };
        self.exchange("POST", &path, parcel.key.as_deref(), body.to_string().as_bytes())
    }

    /// What was acknowledged is there from then on.
    fn read_back(&mut self, id: &str, entry: &Entry) {
        let Some(answer) = self.exchange("GET", &format!("/v1/interactions/{id}"), None, b"") else { return };
        let wrong = match answer.status {
            200 => !entry.is_shown_by(&answer.json()),
            404 | 410 => true,
            _ => false,
        };
        if wrong {
            self.ledger.broken_promise(format!("{} was acknowledged and then read as {}", entry.label, answer.status));
        }
    }

    /// One request over the connection that is open, or a new one. Counts what came of it.
    fn exchange(&mut self, method: &str, path: &str, key: Option<&str>, body: &[u8]) -> Option<Answer> {
        let bearer = format!("Bearer {}", self.person.token);
        let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let connection = self.connection.take().map_or_else(|| Connection::open(self.proxy, PATIENCE), Ok);
        let answer = connection.and_then(|mut connection| {
            let answer = connection.send(method, path, &headers, body)?;
            self.connection = Some(connection);
            Ok(answer)
        });
        match answer {
            Ok(answer) => {
                let clean = answer.header("content-type").is_some_and(|kind| kind.starts_with("application/"));
                self.ledger.count(&format!("{}{}", answer.status, if clean { "" } else { " from the proxy" }));
                if answer.status == 401 {
                    let _ = self.person.try_sign_in(self.proxy);
                }
                Some(answer)
            }
            Err(why) => {
                self.ledger.count(&format!("no answer ({})", why.kind()));
                None
            }
        }
    }
}

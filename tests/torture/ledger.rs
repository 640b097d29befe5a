//! What the clients hold the service to: every entry they sent, whether it was acknowledged, and how they were answered.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// An entry as its client means it. `label` is its note, and no two entries share one: it tells doubles apart from repetitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub label: String,
    /// Chosen by the client, or left to the service.
    pub id: Option<String>,
    pub actor: &'static str,
    pub dimension: &'static str,
    pub effort: i64,
}

impl Entry {
    pub fn json(&self) -> Value {
        let mut body = json!({"actor": self.actor, "dimension": self.dimension, "effort": self.effort, "note": self.label});
        if let Some(id) = &self.id {
            body["id"] = json!(id);
        }
        body
    }

    /// Whether what the service shows is this entry.
    pub fn is_shown_by(&self, shown: &Value) -> bool {
        shown["note"] == self.label.as_str()
            && shown["actor"] == self.actor
            && shown["dimension"] == self.dimension
            && shown["effort"] == self.effort
            && self.id.as_ref().is_none_or(|id| shown["id"] == id.as_str())
    }
}

/// An entry that was sent at least once.
#[derive(Clone, Debug)]
pub struct Sent {
    pub entry: Entry,
    pub person: usize,
    /// Its id, once it was acknowledged.
    pub acknowledged: Option<String>,
}

/// Shared by all clients.
pub struct Ledger {
    begun: Instant,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    sent: HashMap<String, Sent>,
    /// By what they were, and during which fault.
    answers: BTreeMap<(String, String), u64>,
    last: Duration,
    /// The longest time without an acknowledgement, and during which fault it ended.
    longest: (Duration, String),
    fault: String,
    successes: u64,
    broken_promises: Vec<String>,
}

impl Ledger {
    pub fn new() -> Self {
        Self { begun: Instant::now(), inner: Mutex::new(Inner { fault: "before any".to_owned(), ..Inner::default() }) }
    }

    pub fn send(&self, person: usize, entry: &Entry) {
        let sent = Sent { entry: entry.clone(), person, acknowledged: None };
        self.inner.lock().unwrap().sent.entry(entry.label.clone()).or_insert(sent);
    }

    pub fn acknowledge(&self, label: &str, id: &str) {
        let mut inner = self.inner.lock().unwrap();
        let known = inner.sent.get_mut(label).unwrap();
        let before = known.acknowledged.replace(id.to_owned());
        let moved = before.is_some_and(|before| before != id);
        inner.successes += 1;
        let (now, last) = (self.begun.elapsed(), inner.last);
        if now.saturating_sub(last) > inner.longest.0 {
            inner.longest = (now.saturating_sub(last), inner.fault.clone());
        }
        inner.last = now;
        if moved {
            inner.broken_promises.push(format!("{label} was acknowledged under two ids"));
        }
    }

    /// Counts an answer, or the lack of one, by what it was.
    pub fn count(&self, answer: &str) {
        let mut inner = self.inner.lock().unwrap();
        let during = inner.fault.clone();
        *inner.answers.entry((answer.to_owned(), during)).or_default() += 1;
    }

    /// Something that must not be, other than a loss or a double.
    pub fn broken_promise(&self, what: String) {
        self.inner.lock().unwrap().broken_promises.push(what);
    }

    pub fn broken_promises(&self) -> Vec<String> {
        self.inner.lock().unwrap().broken_promises.clone()
    }

    /// Says which fault is at work, for whoever looks for a reason.
    pub fn fault(&self, name: &str) {
        name.clone_into(&mut self.inner.lock().unwrap().fault);
    }

    pub fn successes(&self) -> u64 {
        self.inner.lock().unwrap().successes
    }

    pub fn answers(&self) -> BTreeMap<(String, String), u64> {
        self.inner.lock().unwrap().answers.clone()
    }

    pub fn longest(&self) -> (Duration, String) {
        self.inner.lock().unwrap().longest.clone()
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.inner.lock().unwrap().sent.values().cloned().collect()
    }
}

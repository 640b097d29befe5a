//! The checker: reads everything back, over the API and from the rows, and holds it against what was acknowledged.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl};
use serde_json::Value;

use crate::ledger::{Ledger, Sent};
use crate::rig::http::Connection;
use crate::rig::people::Person;
use crate::rig::seeded::Seeded;
use crate::site::Site;

/// What was found.
#[derive(Debug, Default)]
pub struct Findings {
    pub acknowledged: usize,
    /// Sent, and never acknowledged: there once or not at all.
    pub in_doubt: usize,
    /// Acknowledged, and absent or different; the first few by name.
    pub lost: Vec<String>,
    /// There more than once, or there without having been sent.
    pub doubled: Vec<String>,
    pub rows: usize,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Reads everything and compares.
pub fn check(site: &Site, people: &mut [Person], ledger: &Ledger) -> Findings {
    let address = site.instances.lock().unwrap()[0].unwrap();
    let mut shown: HashMap<String, Vec<Value>> = HashMap::new();
    for person in people {
        person.sign_in(address);
        for entry in all_of(address, person) {
            let label = entry["note"].as_str().unwrap_or_default().to_owned();
            shown.entry(label).or_default().push(entry);
        }
    }
    let query = "SELECT id::text AS id FROM interactions";
    let rows: Vec<Row> = diesel::sql_query(query).load(&mut site.superuser()).unwrap();
    let stored: HashSet<String> = rows.into_iter().map(|row| row.id).collect();
    compare(&ledger.sent(), &shown, &stored)
}

fn compare(sent: &[Sent], shown: &HashMap<String, Vec<Value>>, stored: &HashSet<String>) -> Findings {
    let mut found = Findings { rows: stored.len(), ..Findings::default() };
    for one in sent {
        let label = &one.entry.label;
        let there = shown.get(label).map_or(&[][..], Vec::as_slice);
        match &one.acknowledged {
            None => found.in_doubt += 1,
            Some(id) => {
                found.acknowledged += 1;
                let right = |entry: &Value| entry["id"] == id.as_str() && one.entry.is_shown_by(entry);
                if !there.iter().any(right) || !stored.contains(id) {
                    found.lost.push(format!("{label} (person {}, {} like it are there)", one.person, there.len()));
                }
            }
        }
        if there.len() > 1 {
            found.doubled.push(format!("{label} is there {} times", there.len()));
        }
    }
    let known: HashSet<&str> = sent.iter().map(|one| one.entry.label.as_str()).collect();
    found.doubled.extend(shown.keys().filter(|label| !known.contains(label.as_str())).map(|label| format!("{label:?} was never sent")));
    let shown_count = shown.values().map(Vec::len).sum::<usize>();
    if shown_count != stored.len() {
        found.lost.push(format!("{} rows are stored and {shown_count} entries are shown", stored.len()));
    }
    found
}

/// Every entry of a person, page by page.
fn all_of(address: SocketAddr, person: &Person) -> Vec<Value> {
    let mut connection = Connection::open(address, Duration::from_mins(1)).unwrap();
    let (mut all, mut path) = (Vec::new(), format!("{}?limit=200", person.entries()));
    loop {
        let mut page = connection.get(&path, Some(&person.token)).unwrap().expect(200);
        let Value::Array(data) = page["data"].take() else { panic!("a page without data") };
        all.extend(data);
        let Some(cursor) = page["next_cursor"].as_str() else { return all };
        path = format!("{}?limit=200&cursor={cursor}", person.entries());
    }
}

/// Removes one acknowledged entry from its table and logs another a second time under a new id; says which.
pub fn lie(site: &Site, people: &[Person], ledger: &Ledger) -> BTreeMap<&'static str, String> {
    let sent: Vec<Sent> = ledger.sent().into_iter().filter(|one| one.acknowledged.is_some()).collect();
    let [removed, doubled] = &sent[..2] else { panic!("nothing was acknowledged") };
    let id = removed.acknowledged.as_deref().unwrap();
    site.superuser().batch_execute(&format!("DELETE FROM interactions WHERE id = '{id}'")).unwrap();
    let mut again = doubled.entry.clone();
    again.id = Some(Seeded::new(0x0011_e11e).uuid().to_string());
    let mut person = people[doubled.person].clone();
    let address = site.instances.lock().unwrap()[0].unwrap();
    person.sign_in(address);
    let mut connection = Connection::open(address, Duration::from_mins(1)).unwrap();
    connection.post(&person.entries(), Some(&person.token), &again.json()).unwrap().expect(201);
    BTreeMap::from([("lost", removed.entry.label.clone()), ("doubled", doubled.entry.label.clone())])
}

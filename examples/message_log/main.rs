//! Turns a message log into relationships: who starts the conversations, and what the service makes of it.
//!
//! Run it against a service: `cargo run --example message_log -- messages.csv [--hours 6]`. The file has a header
//! `timestamp,sender,recipient` (seconds since the log began, two numbers for people). Every pair with 20 messages or more
//! becomes a relationship, every conversation start an `initiation`. Nobody keeps such a log by hand, so it is `kept_by`
//! neither. By default the service computes 30 assessments a minute; start it with a higher `RECIPROCITY_LIMIT_ASSESSMENTS`
//! for a log of many pairs.

mod conversations;
mod totals;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use conversations::{Message, Pair};
use reciprocity::demo::client::{Client, text};
use reciprocity::kernel::Random;
use serde_json::{Value, json};
use totals::Totals;

/// Pairs with fewer messages say too little about who starts.
const FEWEST_MESSAGES: usize = 20;
/// The most entries that a batch and a page take.
const BATCH: usize = 1_000;
const PAGE: usize = 200;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run(&mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "message_log: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(out: &mut impl Write) -> Outcome<()> {
    let (path, hours) = arguments().ok_or("usage: message_log FILE [--hours N]")?;
    let messages = conversations::read(&std::fs::read_to_string(&path).map_err(|why| format!("{path}: {why}"))?)?;
    let all = conversations::pairs(&messages, hours * 3_600);
    let pairs: Vec<Pair> = all.iter().filter(|pair| pair.messages >= FEWEST_MESSAGES).cloned().collect();
    let mut totals = Totals::of(all.len(), &pairs);
    let begun = Instant::now();
    let me = sign_up()?;
    let ids = pairs.iter().map(|pair| add(&me, pair)).collect::<Outcome<Vec<_>>>()?;
    let created = log(&me, &pairs, &ids)?;
    for id in &ids {
        totals.stored += count_stored(&me, id)?;
        let wanted = json!({"as_of": last_day(&messages)?});
        totals.count(&me.post(&format!("/v1/relationships/{id}/assessments"), &wanted)?)?;
    }
    totals.print(begun.elapsed(), out)?;
    if created == totals.conversations && totals.stored == totals.conversations {
        Ok(())
    } else {
        Err(format!("{} conversations, {created} created, {} stored", totals.conversations, totals.stored).into())
    }
}

fn arguments() -> Option<(String, i64)> {
    let mut args = std::env::args().skip(1);
    let path = args.next()?;
    match (args.next().as_deref(), args.next()) {
        (None, _) => Some((path, 6)),
        (Some("--hours"), Some(hours)) => hours.parse().ok().filter(|hours| (1..=10_000).contains(hours)).map(|hours| (path, hours)),
        (Some(_), _) => None,
    }
}

/// An account for this log, signed in.
fn sign_up() -> Outcome<Client> {
    let base = std::env::var("RECIPROCITY_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    let stranger = Client::new(&base, |_: Duration| {})?;
    let password = data_encoding::HEXLOWER.encode(&Random.bytes::<16>()?);
    let account = stranger.post("/v1/accounts", &json!({"password": password, "time_zone": "UTC"}))?;
    let session = stranger.post("/v1/sessions", &json!({"handle": text(&account, "/handle")?, "password": password}))?;
    Ok(stranger.with_token(&text(&session, "/access_token")?))
}

fn add(me: &Client, pair: &Pair) -> Outcome<String> {
    let alias = format!("{} and {}", pair.first, pair.second);
    let wanted = json!({"alias": alias, "kind": "friend", "label": "message log", "kept_by": "neither"});
    Ok(text(&me.post("/v1/relationships", &wanted)?, "/id")?)
}

/// Logs every conversation start; returns how many the service says it made.
fn log(me: &Client, pairs: &[Pair], ids: &[String]) -> Outcome<usize> {
    let mut items = Vec::new();
    for (pair, id) in pairs.iter().zip(ids) {
        for start in &pair.starts {
            let actor = if start.by_first { "me" } else { "them" };
            let entry = json!({"actor": actor, "dimension": "initiation", "occurred_at": moment(start.at)?, "source": "sensor"});
            items.push(json!({"relationship_id": id, "interaction": entry}));
        }
    }
    let mut created = 0;
    for batch in items.chunks(BATCH) {
        let answer = me.post("/v1/interactions/batch", &json!({"items": batch}))?;
        created += answer.get("created").and_then(Value::as_u64).map_or(Ok(0), usize::try_from)?;
    }
    Ok(created)
}

/// How many entries the service lists, page by page.
fn count_stored(me: &Client, id: &str) -> Outcome<usize> {
    let (mut stored, mut cursor) = (0, String::new());
    loop {
        let page = me.get(&format!("/v1/relationships/{id}/interactions?limit={PAGE}{cursor}"))?;
        stored += page.get("data").and_then(Value::as_array).map_or(0, Vec::len);
        match page.get("next_cursor").and_then(Value::as_str) {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(stored),
        }
    }
}

/// The log's seconds count from an unnamed day; it is put on this one, a Monday.
fn moment(seconds: i64) -> Outcome<DateTime<Utc>> {
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN).and_utc();
    let offset = TimeDelta::try_seconds(seconds).ok_or("a timestamp is out of range")?;
    Ok(first.checked_add_signed(offset).ok_or("a timestamp is out of range")?)
}

fn last_day(messages: &[Message]) -> Outcome<NaiveDate> {
    let last = messages.iter().map(|message| message.at).max().ok_or("the log is empty")?;
    Ok(moment(last)?.date_naive())
}

//! The demo's steps, in the order in which an app would take them.

use std::io::Write;

use serde_json::{Value, json};

use super::answers;
use super::client::{Client, ClientError, text};
use super::courses::days_back;
use super::entries::entries;
use super::life::{self, Adopted};
use super::options::Options;
use super::personas::{PERSONAS, Persona};
use super::report::{self, Line};
use crate::kernel::Random;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The most entries that one batch takes.
const BATCH: usize = 1_000;

/// The question set that asks about every dimension.
pub const QUESTION_SET: &str = "reciprocity-check";

/// How to sign in again.
pub struct Login {
    pub handle: String,
    pub password: String,
    pub token: String,
}

/// Fills a new account and says what came of it.
pub fn fill(stranger: &Client, options: &Options, out: &mut impl Write) -> Outcome<()> {
    writeln!(out, "Filling a demo account at {} with made-up people.", stranger.base())?;
    let login = sign_up(stranger, options)?;
    writeln!(out, "  account      {}", login.handle)?;
    let me = stranger.clone().with_token(&login.token);
    let ids = PERSONAS.iter().map(|persona| add(&me, persona)).collect::<Result<Vec<_>, _>>()?;
    writeln!(out, "  people       {}", ids.len())?;
    let logs = log(&me, options, &ids, out)?;
    let answered = answer(&me, options, &ids)?;
    writeln!(out, "  answers      {answered} to the question set {QUESTION_SET}")?;
    live(&me, options, &ids, out)?;
    let mut lines = Vec::new();
    for ((persona, id), entries) in PERSONAS.iter().zip(&ids).zip(logs) {
        let assessment = me.post(&format!("/v1/relationships/{id}/assessments"), &json!({}))?;
        lines.push(Line::of(persona, id, entries, &assessment)?);
    }
    writeln!(out, "  assessments  {}\n", lines.len())?;
    report::table(&lines, out)?;
    report::commands(me.base(), &login, &lines, options.today, out)?;
    Ok(())
}

/// A new account with a random password, signed in.
fn sign_up(stranger: &Client, options: &Options) -> Outcome<Login> {
    let password = data_encoding::BASE32_NOPAD.encode(&Random.bytes::<15>()?).to_lowercase();
    let mut wanted = json!({"password": password, "time_zone": "UTC"});
    if let (Some(code), Some(members)) = (&options.invite_code, wanted.as_object_mut()) {
        members.insert("invite_code".to_owned(), json!(code));
    }
    let handle = text(&stranger.post("/v1/accounts", &wanted)?, "/handle")?;
    let session = stranger.post("/v1/sessions", &json!({"handle": handle, "password": password, "label": "demo"}))?;
    Ok(Login { token: text(&session, "/access_token")?, handle, password })
}

/// Adds the persona's relationship and returns its id.
fn add(me: &Client, persona: &Persona) -> Result<String, ClientError> {
    let wanted = json!({"alias": persona.alias, "kind": persona.kind, "label": persona.label, "kept_by": persona.kept_by});
    text(&me.post("/v1/relationships", &wanted)?, "/id")
}

/// Logs everything in as few batches as it takes; returns how many entries each persona has.
fn log(me: &Client, options: &Options, ids: &[String], out: &mut impl Write) -> Outcome<Vec<usize>> {
    let (mut items, mut counts) = (Vec::new(), Vec::new());
    for (persona, id) in PERSONAS.iter().zip(ids) {
        let entries = entries(persona, options.today);
        counts.push(entries.len());
        items.extend(entries.into_iter().map(|entry| json!({"relationship_id": id, "interaction": entry})));
    }
    let mut logged = 0;
    for batch in items.chunks(BATCH) {
        let answer = me.post("/v1/interactions/batch", &json!({"items": batch}))?;
        logged += created(&answer, batch.len())?;
        writeln!(out, "  entries      {logged} of {}", items.len())?;
    }
    Ok(counts)
}

/// Answers the question set, as of the last day of the logs, about the one-sided giver; returns how many answers that took.
fn answer(me: &Client, options: &Options, ids: &[String]) -> Result<usize, ClientError> {
    let set = me.get(&format!("/v1/question-sets/{QUESTION_SET}"))?;
    let response = answers::of_a_giver(&set, days_back(options.today, 1))?;
    for (_, id) in PERSONAS.iter().zip(ids).filter(|(persona, _)| persona.is_giver()) {
        me.post(&format!("/v1/relationships/{id}/responses"), &response)?;
    }
    Ok(response.get("answers").and_then(Value::as_array).map_or(0, Vec::len))
}

/// Notes what the personas live through beside their logs, and says how much that is.
fn live(me: &Client, options: &Options, ids: &[String], out: &mut impl Write) -> Outcome<()> {
    let (mut noted, mut adopted, mut done) = (0, 0, 0);
    for (persona, id) in PERSONAS.iter().zip(ids) {
        let tie = format!("/v1/relationships/{id}");
        for (part, body) in life::records(persona.label, options.today) {
            me.post(&format!("{tie}/{part}"), &body)?;
            noted += 1;
        }
        if let Some(practice) = life::adopted(persona.label) {
            adopted += 1;
            done += practise(me, options, &tie, &practice)?;
        }
        step_back(me, options, persona, &tie)?;
        if let Some(practice) = life::not_for_me(persona.label) {
            me.mark(&format!("{tie}/not-for-me/{practice}"))?;
        }
    }
    let feed = me.post("/v1/calendar-feeds", &json!({}))?;
    writeln!(out, "  records      {noted} promises, plans, needs and repairs")?;
    writeln!(out, "  practices    {adopted}, done {done} times")?;
    writeln!(out, "  a step back  for two weeks, from today; another is over")?;
    writeln!(out, "  a calendar   {}{}", me.base(), text(&feed, "/address")?)?;
    Ok(())
}

/// Leaves the next step to the other: one test begins today, another ended yesterday.
fn step_back(me: &Client, options: &Options, persona: &Persona, tie: &str) -> Result<(), ClientError> {
    if !persona.is_giver() && !life::has_stepped_back(persona.label) {
        return Ok(());
    }
    me.put(&format!("{tie}/safety"), &life::safe())?;
    if persona.is_giver() {
        me.post(&format!("{tie}/experiments"), &life::step_back(options.today))?;
        return Ok(());
    }
    let test = text(&me.post(&format!("{tie}/experiments"), &life::step_back_of_yesterday(options.today))?, "/id")?;
    let over = json!({"stopped_on": days_back(options.today, 1), "end_note": "We met in the street and went for a walk."});
    me.patch(&format!("/v1/experiments/{test}"), &over)?;
    Ok(())
}

/// Adopts a practice and notes every time that it was done; says how often that was.
fn practise(me: &Client, options: &Options, tie: &str, practice: &Adopted) -> Result<usize, ClientError> {
    let begun = days_back(options.today, practice.done.iter().map(|done| done.ago).max().unwrap_or_default());
    let wanted = json!({"practice": practice.practice, "cadence": practice.cadence, "starts_on": begun});
    let id = text(&me.post(&format!("{tie}/practices"), &wanted)?, "/id")?;
    for done in practice.done {
        me.post(&format!("/v1/adopted-practices/{id}/sessions"), &done.told(options.today))?;
    }
    if let Some(days) = practice.snoozed {
        let until = options.today.checked_add_days(chrono::Days::new(days)).unwrap_or(options.today);
        me.patch(&format!("/v1/adopted-practices/{id}"), &json!({"snoozed_until": until}))?;
    }
    Ok(practice.done.len())
}

/// How many entries a batch made, which must be all of them.
fn created(answer: &Value, sent: usize) -> Outcome<usize> {
    let created = answer.get("created").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    if created == Some(sent) {
        return Ok(sent);
    }
    let results = answer.get("results").and_then(Value::as_array);
    let first = results.into_iter().flatten().find(|result| result.get("code").is_some());
    Err(format!("the service did not take every entry; the first it refused: {}", first.unwrap_or(&Value::Null)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_that_was_not_taken_whole_stops_the_demo_and_names_the_first_refusal() {
        assert_eq!(created(&json!({"created": 2}), 2).unwrap(), 2);
        let answer =
            json!({"created": 1, "results": [{"index": 0, "status": 201}, {"index": 1, "status": 422, "code": "validation_failed"}]});
        assert!(created(&answer, 2).unwrap_err().to_string().contains(r#""index":1"#));
    }
}

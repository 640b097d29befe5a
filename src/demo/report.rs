//! What the demo prints at the end: a table of states, and the calls that show the main job.

use std::io::{self, Write};

use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use super::client::{ClientError, text};
use super::personas::Persona;
use super::steps::{Login, QUESTION_SET};

/// A persona's row: what was logged and what the assessment says.
pub struct Line {
    persona: &'static Persona,
    relationship: String,
    assessment: String,
    entries: usize,
    state: String,
    balance: Option<f64>,
    interval: Option<(f64, f64)>,
}

impl Line {
    /// Reads what the table needs from an assessment.
    pub fn of(persona: &'static Persona, relationship: &str, entries: usize, assessment: &Value) -> Result<Self, ClientError> {
        let figure = |pointer: &str| assessment.pointer(pointer).and_then(Value::as_f64);
        Ok(Self {
            persona,
            relationship: relationship.to_owned(),
            assessment: text(assessment, "/id")?,
            entries,
            state: text(assessment, "/overall/state")?,
            balance: figure("/overall/balance"),
            interval: figure("/overall/lower_90").zip(figure("/overall/upper_90")),
        })
    }

    fn is_as_meant(&self) -> bool {
        self.persona.is_as_meant(&self.state, self.balance)
    }
}

/// A row a persona. Balances go from -1 (only they give) to +1 (only you give).
pub fn table(lines: &[Line], out: &mut impl Write) -> io::Result<()> {
    let row = |out: &mut _, cells: [&str; 7]| write_row(out, cells);
    row(out, ["alias", "persona", "entries", "state", "balance", "90 % interval", "as meant"])?;
    for line in lines {
        let balance = line.balance.map_or("-".to_owned(), |balance| format!("{balance:+.2}"));
        let interval = line.interval.map_or("-".to_owned(), |(lower, upper)| format!("{lower:+.2} to {upper:+.2}"));
        let meant = if line.is_as_meant() { "yes".to_owned() } else { format!("no: {}", line.persona.meant.join(" or ")) };
        let entries = line.entries.to_string();
        row(out, [line.persona.alias, line.persona.label, &entries, &line.state, &balance, &interval, &meant])?;
    }
    writeln!(out, "\nA balance goes from -1 (only they give) to +1 (only you give); between -0.20 and +0.20 is close to even.")
}

fn write_row(out: &mut impl Write, cells: [&str; 7]) -> io::Result<()> {
    let [alias, persona, entries, state, balance, interval, meant] = cells;
    writeln!(out, "{alias:<6} {persona:<19} {entries:>7}  {state:<22} {balance:>7}  {interval:<15} {meant}")
}

/// The account, and some calls to try: they need nothing but curl and a shell.
pub fn commands(base: &str, login: &Login, lines: &[Line], today: NaiveDate, out: &mut impl Write) -> io::Result<()> {
    let Login { handle, password, token } = login;
    writeln!(out, "\nThe account: handle {handle}, password {password}")?;
    writeln!(out, "A token of it, good for ten minutes (POST /v1/sessions with handle and password gives another):\n")?;
    writeln!(out, "TOKEN={token}\n")?;
    let Some(first) = lines.first() else { return Ok(()) };
    let shown = lines.iter().find(|line| line.persona.is_giver()).unwrap_or(first);
    let (alias, id) = (shown.persona.alias, &shown.relationship);
    let month = month_before(today);
    let entry = r#"{"actor": "them", "dimension": "emotional_support", "felt_heard": 4, "energy_after": 1}"#;
    let calls = [
        ("List the relationships".to_owned(), format!("'{base}/v1/relationships'")),
        (
            format!("Log what happened: {alias} listened"),
            format!("'{base}/v1/relationships/{id}/interactions' -H 'Content-Type: application/json' -d '{entry}'"),
        ),
        ("Fetch a set of questions".to_owned(), format!("'{base}/v1/question-sets/{QUESTION_SET}'")),
        (
            format!("Compute an assessment for {alias}, up to yesterday"),
            format!("'{base}/v1/relationships/{id}/assessments' -H 'Content-Type: application/json' -d '{{}}'"),
        ),
        (
            "Look at the one made just now: a picture, in summary.svg (with text/html a page to print, without it JSON)".to_owned(),
            format!("'{base}/v1/relationships/{id}/assessments/{}' -H 'Accept: image/svg+xml' -o summary.svg", shown.assessment),
        ),
        ("What could be done today".to_owned(), format!("'{base}/v1/prompts'")),
        (
            format!("What last month held with {}, as a page that you could show", first.persona.alias),
            format!("'{base}/v1/relationships/{}/reviews/{month}' -H 'Accept: text/html' -o review.html", first.relationship),
        ),
    ];
    for (what, call) in calls {
        writeln!(out, "# {what}\ncurl -sS -H \"Authorization: Bearer $TOKEN\" {call}")?;
    }
    Ok(())
}

/// The month that is over, such as 2026-02.
fn month_before(today: NaiveDate) -> String {
    let first = today.with_day(1).and_then(|first| first.pred_opt()).unwrap_or(today);
    first.format("%Y-%m").to_string()
}

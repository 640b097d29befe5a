//! The report: a page for a person, or for someone they choose to show it to. Strengths come first.

use std::fmt::Write;

use super::Shown;
use super::chart::{self, STYLE, WIDTH};
use crate::api::markup::escape;
use crate::api::printable;
use crate::features::assessments::model::{ChangeOutcome, FindingOutcome, state_text_key};
use crate::features::assessments::wire::text_of;

/// The whole assessment as one HTML page.
pub fn report(shown: &Shown<'_>) -> String {
    let outcome = &shown.computed.outcome;
    let mut page = printable::begin(shown.phrases, STYLE);
    let _ = write!(
        page,
        "<h1>{heading}</h1><p class=\"soft-text\"><bdi>{from}</bdi> – <bdi>{to}</bdi></p><p>{state}</p>",
        heading = shown.title("<bdi>", "</bdi>"),
        from = shown.date(shown.computed.window.from),
        to = shown.date(shown.computed.window.to),
        state = shown.say(&state_text_key(&outcome.overall.state, outcome.overall.figures.as_ref())),
    );
    findings(&mut page, shown, "label.strengths", "strength", &outcome.strengths);
    drawing(&mut page, shown);
    table(&mut page, shown);
    findings(&mut page, shown, "label.patterns", "pattern", &outcome.patterns);
    changes(&mut page, shown, outcome.what_would_change.as_deref().unwrap_or_default());
    notes(&mut page, shown);
    page.push_str(printable::END);
    page
}

fn findings(page: &mut String, shown: &Shown<'_>, heading: &str, family: &str, found: &[FindingOutcome]) {
    if found.is_empty() {
        return;
    }
    let _ = write!(page, "<section><h2>{}</h2><ul>", shown.say(heading));
    for one in found {
        let _ = write!(
            page,
            "<li>{} <span class=\"soft-text\">{} {}</span></li>",
            shown.say(&format!("{family}.{}.{}", one.code, one.whose)),
            shown.say("label.or"),
            shown.say(&format!("reading.{}", one.other_reading)),
        );
    }
    page.push_str("</ul></section>");
}

/// The drawing repeats the table, which is what a screen reader reads.
fn drawing(page: &mut String, shown: &Shown<'_>) {
    let (balances, after) = chart::balances(shown, 4.0);
    let (weeks, bottom) = chart::weeks(shown, after + 16.0);
    let _ = write!(
        page,
        "<section><h2>{}</h2><svg viewBox=\"-4 0 {:.0} {:.0}\" aria-hidden=\"true\">{balances}{weeks}</svg></section>",
        shown.say("label.picture"),
        WIDTH + 8.0,
        bottom + 8.0,
    );
}

fn table(page: &mut String, shown: &Shown<'_>) {
    let _ = write!(
        page,
        "<section><h2>{}</h2><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
        shown.say("label.ways"),
        shown.say("label.way"),
        shown.say("label.balance"),
        shown.say("label.meaning"),
    );
    for result in &shown.computed.outcome.dimensions {
        let figure = result.figures.as_ref().map_or_else(|| "–".to_owned(), |figures| shown.interval(figures));
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"n\" dir=\"ltr\">{figure}</td><td>{}</td></tr>",
            shown.say(&format!("dimension.{}", result.dimension)),
            shown.say(&state_text_key(&result.state, result.figures.as_ref())),
        );
    }
    let _ = write!(page, "</tbody></table><p class=\"soft-text\">{}</p></section>", shown.say("note.scale"));
}

/// How firm each state is, where it was asked for.
fn changes(page: &mut String, shown: &Shown<'_>, changes: &[ChangeOutcome]) {
    if changes.is_empty() {
        return;
    }
    let _ = write!(page, "<section><h2>{}</h2><ul>", shown.say("label.what_would_change"));
    for change in changes {
        let name = change.dimension.as_ref().map_or_else(|| shown.say("label.overall"), |name| shown.say(&format!("dimension.{name}")));
        let _ = write!(page, "<li>{name}: {}</li>", escape(&text_of(change, shown.phrases)));
    }
    let _ = write!(page, "</ul><p class=\"soft-text\">{}</p></section>", shown.say("note.what_would_change"));
}

fn notes(page: &mut String, shown: &Shown<'_>) {
    let _ = write!(page, "<section><h2>{}</h2><ul>", shown.say("label.notes"));
    for code in &shown.computed.outcome.notes {
        let _ = write!(page, "<li>{}</li>", shown.say(&format!("note.{code}")));
    }
    let _ = write!(page, "<li>{}</li></ul></section>", shown.say("note.not_a_diagnosis"));
}

//! A review as a page to print, or to show to the other. Nothing on it says what it was made with.

use std::fmt::Write;

use chrono::Datelike;

use super::model::{Month, Review};
use super::wire::{question_key, said};
use crate::api::markup::escape;
use crate::api::printable;
use crate::content::Phrases;

/// The whole review as one HTML page.
pub fn page(review: &Review, phrases: Phrases<'_>) -> String {
    let say = |key: &str| escape(phrases.get(key));
    let mut page = printable::begin(phrases, "");
    let _ = write!(page, "<h1>{}</h1>", named(review.month, phrases));
    strengths(&mut page, review, phrases);
    noticed(&mut page, review, phrases);
    let _ = write!(page, "<section><h2>{}</h2><p>{}</p></section>", say("label.question"), say(&question_key(review.month)));
    let _ = write!(page, "<p class=\"soft-text\">{}</p>", say("review.note"));
    page.push_str(printable::END);
    page
}

/// The month as the reader's language writes it, such as February 2026.
fn named(month: Month, phrases: Phrases<'_>) -> String {
    let name = phrases.get(&format!("format.month.{}", month.first().month()));
    escape(&phrases.get("format.month_and_year").replace("{month}", name).replace("{year}", &month.first().year().to_string()))
}

fn strengths(page: &mut String, review: &Review, phrases: Phrases<'_>) {
    if review.strengths.is_empty() {
        return;
    }
    let _ = write!(page, "<section><h2>{}</h2><ul>", escape(phrases.get("label.strengths")));
    let name = format!("<bdi>{}</bdi>", escape(&review.alias));
    for strength in &review.strengths {
        // Our own text is escaped before a name is put into it.
        let text = escape(&said(strength, "{alias}", phrases)).replace("{alias}", &name);
        let _ = write!(page, "<li>{text}</li>");
    }
    page.push_str("</ul></section>");
}

fn noticed(page: &mut String, review: &Review, phrases: Phrases<'_>) {
    let say = |key: &str| escape(phrases.get(key));
    if review.noticed.is_empty() {
        let _ = write!(page, "<p>{}</p>", say("review.nothing_noticed"));
        return;
    }
    let _ = write!(
        page,
        "<section><h2>{}</h2><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
        say("label.noticed"),
        say("label.way"),
        say("label.days"),
        say("label.days_before"),
    );
    for one in &review.noticed {
        let name = say(&format!("dimension.{}", one.dimension.as_str()));
        let _ =
            write!(page, "<tr><th scope=\"row\">{name}</th><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>", one.days, one.days_before);
    }
    page.push_str("</tbody></table></section>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Texts;
    use crate::features::assessments::FindingOutcome;

    #[test]
    fn a_hostile_alias_stays_text_and_cannot_stand_for_another() {
        let strength = FindingOutcome {
            code: "keeps_promises".to_owned(),
            whose: "them".to_owned(),
            probability: 0.9,
            entry_ids: Vec::new(),
            counter_entry_ids: Vec::new(),
            other_reading: String::new(),
        };
        let month = Month::parse("2026-02").unwrap();
        let review =
            Review { month, to: month.last(), alias: "<b>{alias}\u{202e}".to_owned(), strengths: vec![strength], noticed: Vec::new() };
        let texts = Texts::load().unwrap();
        for language in ["en", "de", "es", "fr", "pt-BR"] {
            let page = page(&review, texts.accepted(language));
            assert!(page.contains("<bdi>&lt;b&gt;{alias}</bdi>"), "{page}");
            assert!(!page.contains("<b>") && page.contains("2026"));
        }
    }
}

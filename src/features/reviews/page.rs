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
    if !review.is_complete() {
        let so_far = phrases.get("review.not_over").replace("{day}", &phrases.date(review.to));
        let _ = write!(page, "<p>{}</p>", escape(&so_far));
    }
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
    let say = |key: &str| escape(phrases.get(key));
    let _ = write!(page, "<section><h2>{}</h2><p class=\"soft-text\">{}</p><ul>", say("label.strengths"), say("review.strengths_of"));
    for strength in &review.strengths {
        let _ = write!(page, "<li>{}</li>", escape(&said(strength, phrases)));
    }
    page.push_str("</ul></section>");
}

fn noticed(page: &mut String, review: &Review, phrases: Phrases<'_>) {
    let say = |key: &str| escape(phrases.get(key));
    if review.noticed.is_empty() {
        let _ = write!(page, "<p>{}</p>", say("review.nothing_noticed"));
        return;
    }
    // Some days of a month are not to be set beside a whole one.
    let column = |key: &str| format!("<th scope=\"col\">{}</th>", say(key));
    let before = if review.is_complete() { column("label.days_before") } else { String::new() };
    let head = [column("label.way"), column("label.days"), before].concat();
    let _ = write!(page, "<section><h2>{}</h2><table><thead><tr>{head}</tr></thead><tbody>", say("label.noticed"));
    for one in &review.noticed {
        let name = say(&format!("dimension.{}", one.dimension.as_str()));
        let cell = |days: usize| format!("<td class=\"n\">{days}</td>");
        let before = if review.is_complete() { cell(one.days_before) } else { String::new() };
        let _ = write!(page, "<tr><th scope=\"row\">{name}</th>{}{before}</tr>", cell(one.days));
    }
    page.push_str("</tbody></table></section>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Texts;
    use crate::features::assessments::FindingOutcome;
    use crate::features::interactions::model::Dimension;
    use crate::features::reviews::model::Noticed;

    const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "pt-BR"];

    fn review(to: &str) -> Review {
        let strength = FindingOutcome {
            code: "keeps_promises".to_owned(),
            whose: "them".to_owned(),
            probability: 0.9,
            entry_ids: Vec::new(),
            counter_entry_ids: Vec::new(),
            other_reading: String::new(),
        };
        let noticed = vec![Noticed { dimension: Dimension::Initiation, days: 3, days_before: 17 }];
        Review { month: Month::parse("2026-02").unwrap(), to: to.parse().unwrap(), strengths: vec![strength], noticed }
    }

    #[test]
    fn strengths_are_said_to_whoever_reads_them_over_the_time_they_are_of() {
        let texts = Texts::load().unwrap();
        for language in LANGUAGES {
            let (phrases, page) = (texts.accepted(language), page(&review("2026-02-28"), texts.accepted(language)));
            for key in ["review.strength.keeps_promises.them", "review.strengths_of", "label.days_before"] {
                assert!(page.contains(&escape(phrases.get(key))), "{key}: {page}");
            }
            assert!(page.contains(">17<") && !page.contains("{alias}"), "{page}");
        }
    }

    #[test]
    fn a_month_that_is_not_over_says_so_and_stands_beside_no_other() {
        let texts = Texts::load().unwrap();
        for language in LANGUAGES {
            let (phrases, page) = (texts.accepted(language), page(&review("2026-02-02"), texts.accepted(language)));
            let so_far = phrases.get("review.not_over").replace("{day}", &phrases.date("2026-02-02".parse().unwrap()));
            assert!(page.contains(&escape(&so_far)) && page.contains(">3<"), "{page}");
            assert!(!page.contains(">17<") && !page.contains(&escape(phrases.get("label.days_before"))), "{page}");
        }
    }
}

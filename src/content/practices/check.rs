//! The rules that the files of a practice keep. Every broken one is reported, not just the first.

use super::definition::{LengthDays, PracticeDefinition};
use super::words::PracticeWords;
use crate::content::embedded::Files;
use crate::content::error::{Problem, Report, Rule};
use crate::content::rules::{LICENCE, identifier, some, text};
use crate::content::translations::Translations;
use crate::content::vocabulary::Contraindication;

/// Checks `practice.json` by itself and against the folder it lies in.
pub(super) fn definition(definition: &PracticeDefinition, files: &Files) -> Vec<Problem> {
    let mut report = Report::new(format!("{}/practice.json", files.path));
    report.require(definition.slug == files.name, "slug", Rule::FolderMismatch);
    identifier(&definition.slug, "slug", &mut report);
    report.require((1..=10_000).contains(&definition.version), "version", Rule::NumberOutOfBounds);
    report.require((1..=120).contains(&definition.minutes), "minutes", Rule::NumberOutOfBounds);
    report.require(definition.licence == LICENCE, "licence", Rule::WrongLicence);
    text(&definition.evidence.note, 20..=1_000, "evidence/note", &mut report);
    some(&definition.relationship_kinds, "relationship_kinds", &mut report);
    some(&definition.dimensions, "dimensions", &mut report);
    some(&definition.fits_states, "fits_states", &mut report);
    some(&definition.contraindications, "contraindications", &mut report);
    let refuses_fear = definition.contraindications.contains(&Contraindication::Fear);
    report.require(refuses_fear, "contraindications", Rule::FearNotRefused);
    let cadence = definition.suggested_cadence.as_deref();
    report.require(cadence.is_none_or(is_cadence), "suggested_cadence", Rule::BadCadence);
    let length = definition.length_days;
    report.require(length.is_none_or(is_in_order), "length_days", Rule::NumberOutOfBounds);
    report.into_problems()
}

/// Checks the words of every language. That they have the same shape as English was checked when they were read.
pub(super) fn words(definition: &PracticeDefinition, words: &Translations<PracticeWords>, path: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for localised in words.all() {
        let mut report = Report::new(format!("{path}/{}.json", localised.language));
        check_words(definition, localised.words, &mut report);
        problems.extend(report.into_problems());
    }
    problems
}

fn check_words(definition: &PracticeDefinition, words: &PracticeWords, report: &mut Report) {
    title_summary_steps(Some(&words.title), Some(&words.summary), Some(&words.steps), "", report);
    text(&words.why, 10..=300, "why", report);
    text(&words.for_both, 10..=400, "for_both", report);
    text(&words.not_when, 10..=400, "not_when", report);
    text(&words.if_it_does_not_land, 10..=400, "if_it_does_not_land", report);
    for (kind, own) in &words.by_kind {
        let place = format!("by_kind/{kind}");
        report.require(definition.relationship_kinds.contains(kind), place.as_str(), Rule::ExtraWords);
        title_summary_steps(own.title.as_ref(), own.summary.as_ref(), own.steps.as_ref(), &format!("{place}/"), report);
    }
}

fn title_summary_steps(title: Option<&String>, summary: Option<&String>, steps: Option<&Vec<String>>, place: &str, report: &mut Report) {
    for (words, bounds, name) in [(title, 3..=80, "title"), (summary, 10..=200, "summary")] {
        if let Some(words) = words {
            text(words, bounds, &format!("{place}{name}"), report);
        }
    }
    let Some(steps) = steps else { return };
    report.require((3..=6).contains(&steps.len()), format!("{place}steps"), Rule::LengthOutOfBounds);
    for (position, step) in steps.iter().enumerate() {
        text(step, 5..=200, &format!("{place}steps/{position}"), report);
    }
}

fn is_in_order(length: LengthDays) -> bool {
    1 <= length.shortest && length.shortest <= length.usual && length.usual <= length.longest && length.longest <= 90
}

/// The part of RFC 5545, section 3.3.10 that a rhythm without a start needs: how often, and every how many of them.
fn is_cadence(rule: &str) -> bool {
    let Some(rest) = rule.strip_prefix("FREQ=") else { return false };
    let (frequency, interval) = rest.split_once(";INTERVAL=").map_or((rest, None), |(frequency, interval)| (frequency, Some(interval)));
    let spelled_plainly = |text: &str| text.parse::<u32>().is_ok_and(|number| (2..=26).contains(&number) && number.to_string() == text);
    matches!(frequency, "DAILY" | "WEEKLY" | "MONTHLY") && interval.is_none_or(spelled_plainly)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cadence_is_a_frequency_with_an_interval_where_it_is_not_every_one() {
        for rule in ["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=DAILY;INTERVAL=26"] {
            assert!(is_cadence(rule), "{rule}");
        }
        for rule in [
            "",
            "daily",
            "FREQ=YEARLY",
            "FREQ=SECONDLY",
            "FREQ=daily",
            "FREQ=WEEKLY;",
            "FREQ=WEEKLY;INTERVAL=",
            "FREQ=WEEKLY;INTERVAL=1",
            "FREQ=WEEKLY;INTERVAL=02",
            "FREQ=WEEKLY;INTERVAL=+2",
            "FREQ=WEEKLY;INTERVAL=27",
            "FREQ=WEEKLY;BYDAY=MO",
            "RRULE:FREQ=WEEKLY",
            "INTERVAL=2;FREQ=WEEKLY",
        ] {
            assert!(!is_cadence(rule), "{rule}");
        }
    }
}

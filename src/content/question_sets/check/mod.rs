//! The rules that the files of a question set keep. Every broken one is reported, not just the first.

mod items;
mod scoring;
#[cfg(test)]
mod tests;
mod words;

use super::definition::{Definition, Scale};
use super::question_set::Translation;
use crate::content::embedded::SetFiles;
use crate::content::error::{Problem, Report, Rule};
use crate::content::rules::{LICENCE, identifier, text, unique};

/// Checks what holds for the files of `content/` alone: that they lie where they say, and their licence.
pub(super) fn in_repository(definition: &Definition, files: &SetFiles) -> Vec<Problem> {
    let mut report = Report::new(format!("{}/{}/set.json", files.slug, files.version));
    report.require(definition.slug == files.slug, "slug", Rule::FolderMismatch);
    report.require(definition.version.to_string() == files.version, "version", Rule::FolderMismatch);
    report.require(definition.licence == LICENCE, "licence", Rule::WrongLicence);
    report.into_problems()
}

/// Checks everything but the words, wherever they come from.
pub(in crate::content) fn definition(definition: &Definition) -> Vec<Problem> {
    let mut report = Report::new(format!("{}/{}/set.json", definition.slug, definition.version));
    header(definition, &mut report);
    unique(definition.scales.iter().map(|scale| &scale.id), "scales", &mut report);
    for scale in &definition.scales {
        check_scale(scale, &mut report);
    }
    items::check(definition, &mut report);
    scoring::check(definition, &mut report);
    report.into_problems()
}

/// Checks one language's words against the definition.
pub(in crate::content) fn words(definition: &Definition, translation: &Translation) -> Vec<Problem> {
    let file = format!("{}/{}/{}.json", definition.slug, definition.version, translation.language());
    let mut report = Report::new(file);
    words::check(definition, translation, &mut report);
    report.into_problems()
}

fn header(definition: &Definition, report: &mut Report) {
    identifier(&definition.slug, "slug", report);
    report.require((1..=10_000).contains(&definition.version), "version", Rule::NumberOutOfBounds);
    report.require((1..=90).contains(&definition.recall_period_days), "recall_period_days", Rule::NumberOutOfBounds);
    report.require((10..=16).contains(&definition.reading_age), "reading_age", Rule::NumberOutOfBounds);
    text(&definition.licence, 2..=100, "licence", report);
    text(&definition.evidence_note, 20..=1_000, "evidence_note", report);
    let kinds = &definition.relationship_kinds;
    report.require(!kinds.is_empty(), "relationship_kinds", Rule::LengthOutOfBounds);
    unique(kinds, "relationship_kinds", report);
}

fn check_scale(scale: &Scale, report: &mut Report) {
    let place = format!("scales/{}", scale.id);
    identifier(&scale.id, &place, report);
    report.require((2..=11).contains(&scale.options.len()), place.as_str(), Rule::LengthOutOfBounds);
    unique(scale.options.iter().map(|option| &option.code), &place, report);
    for option in &scale.options {
        identifier(&option.code, &place, report);
        report.require((-10..=10).contains(&option.value), place.as_str(), Rule::NumberOutOfBounds);
    }
    let next = scale.options.iter().skip(1);
    let steps = scale.options.iter().zip(next).all(|(low, high)| i64::from(high.value) - i64::from(low.value) == 1);
    report.require(steps, place, Rule::ValuesNotConsecutive);
}

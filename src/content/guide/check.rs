//! The rules that the files of the guide keep. Every broken one is reported, not just the first.

use std::collections::BTreeMap;

use super::{GuideDefinition, GuideLinks, GuideWords, Served};
use crate::content::embedded::Files;
use crate::content::error::{Problem, Report, Rule};
use crate::content::rules::{LICENCE, identifier, same_keys, text, unique};
use crate::content::translations::Translations;
use crate::content::vocabulary::{RelationshipKind, Status};

/// The most words of a short answer.
const SHORT: usize = 60;
/// The most words of a point.
const POINT: usize = 30;

/// Checks `guide.json` by itself, against the folder it lies in and against what is served.
pub(super) fn definition(definition: &GuideDefinition, files: &Files, served: &Served) -> Vec<Problem> {
    let mut report = Report::new(format!("{}/guide.json", files.path));
    report.require(definition.question.as_str() == files.name, "question", Rule::FolderMismatch);
    report.require((1..=10_000).contains(&definition.version), "version", Rule::NumberOutOfBounds);
    report.require(definition.status == Status::Published, "status", Rule::NotPublished);
    report.require(definition.licence == LICENCE, "licence", Rule::WrongLicence);
    unique(&definition.relationship_kinds, "relationship_kinds", &mut report);
    let all = RelationshipKind::ALL.iter().map(|kind| kind.as_str());
    same_keys(all, definition.relationship_kinds.iter().map(|kind| kind.as_str()), "relationship_kinds", &mut report);
    same_keys(kinds(definition), definition.answers.keys().map(|kind| kind.as_str()), "answers", &mut report);
    for (kind, links) in &definition.answers {
        answer(*kind, links, served, &mut report);
    }
    report.into_problems()
}

fn kinds(definition: &GuideDefinition) -> impl Iterator<Item = &'static str> {
    definition.relationship_kinds.iter().map(|kind| kind.as_str())
}

fn answer(kind: RelationshipKind, links: &GuideLinks, served: &Served, report: &mut Report) {
    let place = format!("answers/{kind}");
    report.require((3..=6).contains(&links.points.len()), format!("{place}/points"), Rule::LengthOutOfBounds);
    unique(&links.points, &format!("{place}/points"), report);
    for point in &links.points {
        identifier(point, &format!("{place}/points/{point}"), report);
    }
    for (name, named, there) in
        [("practices", &links.practices, &served.practices), ("question_sets", &links.question_sets, &served.question_sets)]
    {
        let place = format!("{place}/{name}");
        report.require((1..=8).contains(&named.len()), place.as_str(), Rule::LengthOutOfBounds);
        unique(named, &place, report);
        for slug in named {
            report.require(leads(slug, kind, there), format!("{place}/{slug}"), Rule::LinkMisplaced);
        }
    }
}

fn leads(slug: &str, kind: RelationshipKind, there: &BTreeMap<String, Vec<RelationshipKind>>) -> bool {
    there.get(slug).is_some_and(|kinds| kinds.contains(&kind))
}

/// Checks the words of every language.
pub(super) fn words(definition: &GuideDefinition, words: &Translations<GuideWords>, files: &Files) -> Vec<Problem> {
    let mut problems = Vec::new();
    for localised in words.all() {
        let mut report = Report::new(format!("{}/{}.json", files.path, localised.language));
        of_language(definition, localised.words, &mut report);
        problems.extend(report.into_problems());
    }
    problems
}

fn of_language(definition: &GuideDefinition, words: &GuideWords, report: &mut Report) {
    text(&words.question, 10..=120, "question", report);
    text(&words.safety, 20..=300, "safety", report);
    same_keys(definition.answers.keys().map(|kind| kind.as_str()), words.answers.keys().map(|kind| kind.as_str()), "answers", report);
    for (kind, answer) in &words.answers {
        let place = format!("answers/{kind}");
        text(&answer.short, 20..=500, &format!("{place}/short"), report);
        at_most(SHORT, &answer.short, &format!("{place}/short"), report);
        let Some(links) = definition.answers.get(kind) else { continue };
        same_keys(links.points.iter().map(String::as_str), answer.points.keys().map(String::as_str), &format!("{place}/points"), report);
        for (id, point) in &answer.points {
            text(point, 10..=300, &format!("{place}/points/{id}"), report);
            at_most(POINT, point, &format!("{place}/points/{id}"), report);
        }
    }
}

fn at_most(most: usize, text: &str, place: &str, report: &mut Report) {
    report.require(text.split_whitespace().count() <= most, place, Rule::TooManyWords);
}

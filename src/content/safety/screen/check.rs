//! The rules that the files of the screen keep.

use std::collections::BTreeSet;

use super::words::ScreenWords;
use super::{ScreenDefinition, ScreenItem, ScreenOutcome};
use crate::content::embedded::Files;
use crate::content::error::{Problem, Report, Rule};
use crate::content::rules::{LICENCE, identifier, text, unique};
use crate::content::translations::Translations;
use crate::content::vocabulary::{RelationshipKind, SafetyAnswer, SafetyOutcome, ScreenPart, Status, Withheld};

/// Items that a screen may have at most: a set of answers is stored in a place of fixed length.
pub const MOST_ITEMS: usize = 20;

/// Checks `screen.json` by itself and against the practices there are.
pub(super) fn definition(screen: &ScreenDefinition, files: &Files, practices: &[&str]) -> Vec<Problem> {
    let mut report = Report::new(format!("{}/screen.json", files.path));
    identifier(&screen.slug, "slug", &mut report);
    report.require((1..=10_000).contains(&screen.version), "version", Rule::NumberOutOfBounds);
    report.require(screen.status == Status::Published, "status", Rule::NotPublished);
    report.require(screen.optional, "optional", Rule::NotOptional);
    report.require(screen.licence == LICENCE, "licence", Rule::WrongLicence);
    every(RelationshipKind::ALL, &screen.relationship_kinds, "relationship_kinds", &mut report);
    every(SafetyAnswer::ALL, &screen.answers, "answers", &mut report);
    every(ScreenPart::ALL, &screen.always_shown, "always_shown", &mut report);
    every(Withheld::ALL, &screen.never, "never", &mut report);
    let unknown = screen.unanswered_counts_as == SafetyAnswer::PreferNotToSay;
    report.require(unknown, "unanswered_counts_as", Rule::UnknownReadAsSafe);
    items(&screen.items, &mut report);
    outcomes(screen, practices, &mut report);
    report.into_problems()
}

/// A list that has every member of a closed list, each once.
fn every<T: Ord + Copy>(all: &[T], listed: &[T], place: &str, report: &mut Report) {
    unique(listed, place, report);
    let listed: BTreeSet<T> = listed.iter().copied().collect();
    report.require(all.iter().all(|one| listed.contains(one)), place, Rule::LengthOutOfBounds);
}

fn items(items: &[ScreenItem], report: &mut Report) {
    report.require((1..=MOST_ITEMS).contains(&items.len()), "items", Rule::LengthOutOfBounds);
    unique(items.iter().map(|item| &item.id), "items", report);
    for item in items {
        let place = format!("items/{}", item.id);
        identifier(&item.id, &place, report);
        unique(item.resources_only_on.iter().chain(&item.careful_on), &place, report);
        report.require(!item.resources_only_on.is_empty(), place.as_str(), Rule::LengthOutOfBounds);
        let heeded = item.resources_only_on.iter().chain(&item.careful_on).any(|answer| *answer == SafetyAnswer::PreferNotToSay);
        report.require(heeded, place, Rule::UnknownReadAsSafe);
    }
}

fn outcomes(screen: &ScreenDefinition, practices: &[&str], report: &mut Report) {
    let order: Vec<SafetyOutcome> = screen.outcomes.iter().map(|outcome| outcome.id).collect();
    report.require(order == SafetyOutcome::ALL, "outcomes", Rule::OutcomesOutOfOrder);
    for outcome in &screen.outcomes {
        let place = format!("outcomes/{}", outcome.id);
        report.require(outcome.coaching == (outcome.id != SafetyOutcome::ResourcesOnly), place.as_str(), Rule::OutcomesOutOfOrder);
        withheld(outcome, practices, &place, report);
        for item in outcome.text_where_only.keys() {
            let known = screen.items.iter().any(|one| one.id == *item);
            report.require(known, format!("{place}/text_where_only/{item}"), Rule::UnknownReference);
        }
    }
}

/// Names that are left out exist; where all is left out, none is named, and where nothing is, neither.
fn withheld(outcome: &ScreenOutcome, practices: &[&str], place: &str, report: &mut Report) {
    unique(&outcome.withheld_practices, place, report);
    unique(&outcome.withheld_guide, place, report);
    for practice in &outcome.withheld_practices {
        report.require(practices.contains(&practice.as_str()), format!("{place}/withheld_practices/{practice}"), Rule::UnknownReference);
    }
    for question in &outcome.withheld_guide {
        identifier(question, place, report);
    }
    let names = !outcome.withheld_practices.is_empty() || outcome.withheld_openers || !outcome.withheld_guide.is_empty();
    report.require(names == (outcome.id == SafetyOutcome::Careful), place, Rule::OutcomesOutOfOrder);
}

/// Checks the words of every language against the definition.
pub(super) fn words(screen: &ScreenDefinition, words: &Translations<ScreenWords>, files: &Files) -> Vec<Problem> {
    words.all().flat_map(|one| of_language(screen, one.words, &format!("{}/{}.json", files.path, one.language))).collect()
}

fn of_language(screen: &ScreenDefinition, words: &ScreenWords, file: &str) -> Vec<Problem> {
    let mut report = Report::new(file);
    let items: Vec<&str> = screen.items.iter().map(|item| item.id.as_str()).collect();
    keys("items", &items, words.items.keys().map(String::as_str), &mut report);
    let answers: Vec<&str> = SafetyAnswer::ALL.iter().map(|answer| answer.as_str()).collect();
    keys("answers", &answers, words.answers.keys().map(|answer| answer.as_str()), &mut report);
    let named = screen.outcomes.iter().flat_map(|outcome| std::iter::once(&outcome.text).chain(outcome.text_where_only.values()));
    let named: Vec<&str> = named.map(String::as_str).collect();
    keys("outcomes", &named, words.outcomes.keys().map(String::as_str), &mut report);
    for topic in screen.outcomes.iter().flat_map(|outcome| &outcome.topics_first) {
        report.require(words.topics.contains_key(topic), format!("topics/{topic}"), Rule::MissingWords);
    }
    for (place, said, most) in texts(words) {
        text(said, 1..=most, &place, &mut report);
    }
    report.into_problems()
}

fn keys<'a>(place: &str, wanted: &[&str], there: impl Iterator<Item = &'a str>, report: &mut Report) {
    let there: BTreeSet<&str> = there.collect();
    for missing in wanted.iter().filter(|one| !there.contains(*one)) {
        report.add(format!("{place}/{missing}"), Rule::MissingWords);
    }
    for extra in there.iter().filter(|one| !wanted.contains(one)) {
        report.add(format!("{place}/{extra}"), Rule::ExtraWords);
    }
}

/// Every text with its place, and how long it may be, in characters.
fn texts(words: &ScreenWords) -> Vec<(String, &str, usize)> {
    let mut all = vec![
        ("title".to_owned(), words.title.as_str(), 120),
        ("intro".to_owned(), words.intro.as_str(), 600),
        ("privacy".to_owned(), words.privacy.as_str(), 600),
        ("before".to_owned(), words.before.as_str(), 600),
        ("always_here/title".to_owned(), words.always_here.title.as_str(), 120),
        ("always_here/text".to_owned(), words.always_here.text.as_str(), 600),
        ("always_here/emergency".to_owned(), words.always_here.emergency.as_str(), 200),
        ("always_here/emergency_unknown".to_owned(), words.always_here.emergency_unknown.as_str(), 200),
        ("always_here/traces".to_owned(), words.always_here.traces.as_str(), 600),
        ("close_now/label".to_owned(), words.close_now.label.as_str(), 60),
        ("close_now/hint".to_owned(), words.close_now.hint.as_str(), 300),
    ];
    for (id, item) in &words.items {
        all.push((format!("items/{id}/text"), &item.text, 300));
        all.extend(item.hint.as_deref().map(|hint| (format!("items/{id}/hint"), hint, 300)));
    }
    all.extend(words.answers.iter().map(|(answer, label)| (format!("answers/{answer}"), label.as_str(), 60)));
    for (key, outcome) in &words.outcomes {
        all.push((format!("outcomes/{key}/title"), &outcome.title, 120));
        all.push((format!("outcomes/{key}/text"), &outcome.text, 800));
    }
    all
}

//! The rules that the files of the openers keep. Every broken one is reported, not just the first.

use std::collections::BTreeSet;

use super::{OpenersDefinition, OpenersWords};
use crate::content::embedded::Files;
use crate::content::error::{Problem, Report, Rule};
use crate::content::rules::{LICENCE, identifier, same_keys, slots_of, some, text, unique};
use crate::content::translations::Translations;
use crate::content::vocabulary::{Contraindication, Need, Slot, Status};

/// The most openers there may be.
const MOST_OPENERS: usize = 200;

/// Checks `openers.json`.
pub(super) fn definition(definition: &OpenersDefinition, files: &Files) -> Vec<Problem> {
    let mut report = Report::new(format!("{}/openers.json", files.path));
    report.require((1..=10_000).contains(&definition.version), "version", Rule::NumberOutOfBounds);
    report.require(definition.status == Status::Published, "status", Rule::NotPublished);
    report.require(definition.licence == LICENCE, "licence", Rule::WrongLicence);
    some(&definition.relationship_kinds, "relationship_kinds", &mut report);
    some(&definition.needs, "needs", &mut report);
    some(&definition.situations, "situations", &mut report);
    unique(&definition.slots, "slots", &mut report);
    some(&definition.contraindications, "contraindications", &mut report);
    let refuses_fear = definition.contraindications.contains(&Contraindication::Fear);
    report.require(refuses_fear, "contraindications", Rule::FearNotRefused);
    openers(definition, &mut report);
    report.into_problems()
}

fn openers(definition: &OpenersDefinition, report: &mut Report) {
    report.require(definition.openers.len() <= MOST_OPENERS, "openers", Rule::LengthOutOfBounds);
    unique(definition.openers.iter().map(|opener| &opener.id), "openers", report);
    for opener in &definition.openers {
        let place = format!("openers/{}", opener.id);
        identifier(&opener.id, &place, report);
        report.require(definition.needs.contains(&opener.need), format!("{place}/need"), Rule::UnknownReference);
        report.require(definition.situations.contains(&opener.situation), format!("{place}/situation"), Rule::UnknownReference);
        unique(&opener.slots, &place, report);
        for slot in &opener.slots {
            report.require(definition.slots.contains(slot), format!("{place}/slots/{slot}"), Rule::UnknownReference);
        }
    }
    let there: BTreeSet<_> = definition.openers.iter().map(|opener| (opener.need, opener.situation)).collect();
    for need in &definition.needs {
        for situation in &definition.situations {
            report.require(there.contains(&(*need, *situation)), format!("{need}/{situation}"), Rule::OpenerMissing);
        }
    }
}

/// Checks the words of every language.
pub(super) fn words(definition: &OpenersDefinition, words: &Translations<OpenersWords>, files: &Files) -> Vec<Problem> {
    let mut problems = Vec::new();
    for localised in words.all() {
        let mut report = Report::new(format!("{}/{}.json", files.path, localised.language));
        text(&localised.words.title, 3..=80, "title", &mut report);
        text(&localised.words.note, 20..=400, "note", &mut report);
        labels(definition, localised.words, &mut report);
        sentences(definition, localised.words, &mut report);
        problems.extend(report.into_problems());
    }
    problems
}

fn labels(definition: &OpenersDefinition, words: &OpenersWords, report: &mut Report) {
    same_keys(definition.needs.iter().map(|need| need.as_str()), words.needs.keys().map(|need| need.as_str()), "needs", report);
    let situations = definition.situations.iter().map(|situation| situation.as_str());
    same_keys(situations, words.situations.keys().map(|situation| situation.as_str()), "situations", report);
    for (need, named) in &words.needs {
        let place = format!("needs/{need}");
        text(&named.label, 2..=60, &format!("{place}/label"), report);
        // "Any need" is filled with another need, so it has no words of its own for the place.
        let rule = if named.slot.is_some() { Rule::ExtraWords } else { Rule::MissingWords };
        report.require(named.slot.is_none() == (*need == Need::Any), format!("{place}/slot"), rule);
        if let Some(slot) = &named.slot {
            text(slot, 2..=60, &format!("{place}/slot"), report);
            plain(slot, &BTreeSet::new(), &format!("{place}/slot"), report);
        }
    }
    for (situation, label) in &words.situations {
        text(label, 2..=60, &format!("situations/{situation}"), report);
    }
}

fn sentences(definition: &OpenersDefinition, words: &OpenersWords, report: &mut Report) {
    let ids = definition.openers.iter().map(|opener| opener.id.as_str());
    same_keys(ids, words.openers.keys().map(String::as_str), "openers", report);
    for opener in &definition.openers {
        let Some(sentence) = words.openers.get(&opener.id) else { continue };
        let place = format!("openers/{}", opener.id);
        text(sentence, 10..=200, &place, report);
        plain(sentence, &opener.slots.iter().copied().collect(), &place, report);
    }
}

/// The slots that are named and no others, and nothing counted: an opener is made of needs, not of figures.
fn plain(words: &str, slots: &BTreeSet<Slot>, place: &str, report: &mut Report) {
    let found = slots_of(words);
    let named: BTreeSet<&str> = slots.iter().map(|slot| slot.as_str()).collect();
    report.require(found.as_ref() == Some(&named), place, Rule::SlotsDiffer);
    report.require(!words.chars().any(char::is_numeric) && !words.contains('%'), place, Rule::FigureInWords);
}

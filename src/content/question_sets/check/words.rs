//! The rules for words: every text is there, none is left over, all are of a length a screen can hold.

use std::collections::{BTreeMap, BTreeSet};

use super::text;
use crate::content::error::{Report, Rule};
use crate::content::language;
use crate::content::question_sets::definition::Definition;
use crate::content::question_sets::question_set::Translation;

pub(super) fn check(definition: &Definition, translation: &Translation, report: &mut Report) {
    report.require(language::is_language_tag(translation.language()), "name", Rule::BadLanguageTag);
    let words = translation.words();
    text(&words.title, 3..=60, "title", report);
    text(&words.description, 10..=300, "description", report);
    text(&words.instructions, 10..=500, "instructions", report);
    text(&words.choices.skip, 1..=40, "choices/skip", report);
    text(&words.choices.prefer_not_to_say, 1..=40, "choices/prefer_not_to_say", report);

    let ids = definition.items.iter().map(|item| item.id.as_str());
    same_keys(ids, &words.items, "items", report);
    for (id, item) in &words.items {
        text(item, 5..=160, &format!("items/{id}"), report);
    }
    same_keys(definition.scales.iter().map(|scale| scale.id.as_str()), &words.scales, "scales", report);
    for scale in &definition.scales {
        let place = format!("scales/{}", scale.id);
        let Some(labels) = words.scales.get(&scale.id) else {
            continue;
        };
        same_keys(scale.options.iter().map(|option| option.code.as_str()), labels, &place, report);
        for (code, label) in labels {
            text(label, 1..=60, &format!("{place}/{code}"), report);
        }
        // Two options that read the same could not be told apart by the person answering.
        super::unique(labels.values(), &place, report);
    }
}

fn same_keys<'a, T>(expected: impl Iterator<Item = &'a str>, found: &BTreeMap<String, T>, place: &str, report: &mut Report) {
    let expected: BTreeSet<&str> = expected.collect();
    for missing in expected.iter().filter(|key| !found.contains_key(**key)) {
        report.add(format!("{place}/{missing}"), Rule::MissingWords);
    }
    for extra in found.keys().filter(|key| !expected.contains(key.as_str())) {
        report.add(format!("{place}/{extra}"), Rule::ExtraWords);
    }
}

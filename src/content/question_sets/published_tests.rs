//! What is promised of the files: published ones never change, and all, drafts included, ask what they must and are easy to read.

use std::collections::BTreeSet;

use super::QuestionSet;
use crate::content::embedded::{DIGESTS, question_set_file, question_set_files};
use crate::content::vocabulary::{Dimension, KeyQuestion, Perspective, Purpose, RelationshipKind};
use crate::content::wording::school_grade;
use crate::content::{Catalogue, digest};

fn published() -> Vec<QuestionSet> {
    Catalogue::load().unwrap().all_question_set_versions().cloned().collect()
}

/// Every version there is a file of, drafts included.
fn written() -> Vec<QuestionSet> {
    question_set_files().0.iter().map(|files| QuestionSet::read(files).unwrap()).collect()
}

fn newest(slug: &str) -> QuestionSet {
    written().into_iter().filter(|set| set.slug() == slug).max_by_key(QuestionSet::version).unwrap()
}

/// `(digest, path)` of every line of the list.
fn listed() -> Vec<(&'static str, &'static str)> {
    let list = std::str::from_utf8(question_set_file(DIGESTS).unwrap()).unwrap();
    list.lines().map(|line| line.split_once("  ").unwrap()).collect()
}

#[test]
fn published_files_are_what_they_were_when_they_were_listed() {
    for (expected, path) in listed() {
        let file = question_set_file(path).unwrap_or_else(|| panic!("{path} is listed and has gone"));
        assert_eq!(digest::of_file(file), expected, "{path} is published and must not change");
    }
}

#[test]
fn every_published_file_is_listed() {
    let paths: BTreeSet<&str> = listed().into_iter().map(|(_, path)| path).collect();
    for set in published() {
        for name in std::iter::once("set").chain(set.languages()) {
            let path = format!("{}/{}/{name}.json", set.slug(), set.version());
            assert!(paths.contains(path.as_str()), "{path}");
        }
    }
}

#[test]
fn every_published_version_has_the_five_languages() {
    for set in published() {
        for language in ["en", "de", "es", "fr", "pt-BR"] {
            assert!(set.translation(language).is_some(), "{} lacks {language}", set.slug());
        }
    }
}

#[test]
fn every_file_keeps_every_rule_drafts_included() {
    let (files, problems) = question_set_files();
    assert_eq!(problems, []);
    for set in &files {
        assert_eq!(QuestionSet::read(set).err(), None);
    }
}

#[test]
fn the_overview_and_the_monthly_check_ask_all_seven_key_questions_in_all_eight_dimensions() {
    for set in [newest("reciprocity-check"), newest("monthly-check")] {
        let asked: BTreeSet<_> = set.definition().items.iter().filter_map(|item| item.key_question).collect();
        let scored: BTreeSet<_> = set.definition().scoring.dimensions.iter().map(|entry| entry.dimension).collect();
        assert_eq!(asked, KeyQuestion::ALL.iter().copied().collect(), "{}", set.slug());
        assert_eq!(scored, Dimension::ALL.iter().copied().collect(), "{}", set.slug());
        assert_eq!(set.definition().relationship_kinds, RelationshipKind::ALL, "{}", set.slug());
    }
}

#[test]
fn sets_are_as_long_as_their_purpose_bears() {
    for set in written() {
        let bounds = match set.definition().purpose {
            Purpose::Overview | Purpose::Monthly => 18..=24,
            Purpose::InDepth => 14..=20,
            Purpose::AfterInteraction => 1..=6,
            Purpose::Weekly => 6..=10,
            Purpose::OverFunctioning | Purpose::Trust | Purpose::Mutual => 10..=14,
            Purpose::Repair => 8..=12,
            Purpose::Boundaries => 8..=10,
        };
        assert!(bounds.contains(&set.definition().items.len()), "{}", set.slug());
    }
}

#[test]
fn every_key_question_is_asked_of_every_kind_of_relationship_in_two_sets_at_least() {
    for (kind, question) in RelationshipKind::ALL.iter().flat_map(|kind| KeyQuestion::ALL.iter().map(move |question| (*kind, *question))) {
        let asks = |set: &&QuestionSet| set.definition().items.iter().any(|item| item.key_question == Some(question));
        let sets = published().iter().filter(|set| set.definition().relationship_kinds.contains(&kind)).filter(asks).count();
        assert!(sets >= 2, "{kind} {question}");
    }
}

#[test]
fn every_item_may_be_skipped_and_every_set_has_words_for_skipping_and_not_saying() {
    for set in published() {
        assert!(set.definition().items.iter().all(|item| item.optional), "{}", set.slug());
        for translation in set.translations() {
            let choices = &translation.words().choices;
            assert!(!choices.skip.is_empty() && !choices.prefer_not_to_say.is_empty() && choices.skip != choices.prefer_not_to_say);
        }
    }
}

#[test]
fn giving_and_receiving_items_differ_by_swapping_the_two_people_only() {
    for set in written() {
        let words = set.translation("en").unwrap().words();
        for item in set.definition().items.iter().filter(|item| item.perspective == Perspective::Giving) {
            let mirror = item.mirror.as_ref().unwrap();
            let (given, received) = (words.item(&item.id).unwrap(), words.item(mirror).unwrap());
            assert_eq!(without_people(given), without_people(received), "{}", item.id);
            assert_ne!(given, received);
        }
    }
}

/// The words that remain when those for the two people, and verb endings that follow them, are taken out.
fn without_people(text: &str) -> Vec<String> {
    const PEOPLE: [&str; 11] = ["i", "me", "my", "mine", "am", "they", "them", "their", "theirs", "are", "you"];
    let words = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
    words.filter(|word| !word.is_empty() && !PEOPLE.contains(&word.as_str())).collect()
}

#[test]
fn items_are_readable_at_the_stated_age() {
    for set in written() {
        let words = set.translation("en").unwrap().words();
        let grade = school_grade(words.items.values().chain([&words.instructions, &words.description])).unwrap();
        // School grade 1 is for six-year-olds.
        assert!(grade + 5.0 <= f64::from(set.definition().reading_age), "{}: {grade}", set.slug());
        for text in words.items.values() {
            assert!(text.split_whitespace().count() <= 18, "{text}");
        }
    }
}

//! Documents are held to the rules of the files, and each finding points at what it is about.

use serde_json::{Value, json};

use super::*;
use crate::content::embedded::question_set_files;

/// A set of ours as an operator's document, changed.
fn document(change: impl FnOnce(&mut Value)) -> SetDocument {
    let files = question_set_files().0.into_iter().find(|files| files.slug == "partner-check").unwrap();
    let words: serde_json::Map<String, Value> =
        files.words.iter().map(|(language, bytes)| (language.clone(), serde_json::from_slice(bytes).unwrap())).collect();
    let mut whole = json!({"set": serde_json::from_slice::<Value>(&files.set).unwrap(), "words": words});
    change(&mut whole);
    serde_json::from_value(whole).unwrap()
}

fn found(change: impl FnOnce(&mut Value)) -> Vec<(String, &'static str, bool)> {
    document(change).findings().into_iter().map(|one| (one.pointer, one.code, one.refuses)).collect()
}

fn refusal(pointer: &str, code: &'static str) -> Vec<(String, &'static str, bool)> {
    vec![(pointer.to_owned(), code, true)]
}

#[test]
fn a_set_of_ours_is_sound_as_a_document_whatever_its_licence() {
    assert_eq!(found(|_| {}), []);
    assert_eq!(found(|whole| whole["set"]["licence"] = json!("LicenseRef-ours")), []);
}

#[test]
fn what_is_wrong_is_pointed_at_in_the_document_as_it_was_sent() {
    assert_eq!(found(|whole| whole["set"]["items"][2]["reviews"] = json!("x")), refusal("/set/items/2/reviews", "wrong_review"));
    assert_eq!(
        found(|whole| whole["set"]["scoring"]["dimensions"][1]["receive"]["alpha"] = json!(1)),
        refusal("/set/scoring/dimensions/1/receive/alpha", "number_out_of_bounds")
    );
    assert_eq!(found(|whole| whole["words"]["de"]["title"] = json!(" x ")), [("/words/de/title".to_owned(), "untidy_text", true),]);
    assert_eq!(found(|whole| whole["words"]["fr"]["items"]["a/b~c"] = json!("In plus.")), refusal("/words/fr/items", "extra_words"));
}

#[test]
fn english_is_needed_and_other_languages_are_not() {
    let remove = |language: &'static str| move |whole: &mut Value| drop(whole["words"].as_object_mut().unwrap().remove(language));
    assert_eq!(found(remove("de")), []);
    assert_eq!(found(remove("en")), refusal("/words", "missing_default_language"));
    let twice = found(|whole| whole["words"]["DE"] = whole["words"]["de"].clone());
    assert_eq!(twice, refusal("/words", "duplicate"));
}

#[test]
fn wording_that_refuses_comes_before_wording_that_is_told() {
    let first = document(|_| {}).set.items[0].id.clone();
    let found = document(|whole| {
        whole["words"]["en"]["items"][&first] = json!("They always listen.");
        whole["words"]["es"]["title"] = json!("Relaciones tóxicas");
    })
    .findings();
    let told: Vec<_> = found.iter().map(|one| (one.pointer.clone(), one.code, one.entry)).collect();
    assert_eq!(told[0], ("/words/es/title".to_owned(), "label", Some("tóxic*")));
    assert_eq!(told[1], (format!("/words/en/items/{first}"), "absolute", Some("always")));
}

#[test]
fn a_language_without_rules_of_wording_is_told_and_does_not_refuse() {
    let found = found(|whole| whole["words"]["nl"] = whole["words"]["en"].clone());
    assert_eq!(found, [("/words/nl".to_owned(), "not_looked_at", false)]);
}

#[test]
fn a_published_document_is_the_set_that_its_files_are() {
    let set = document(|_| {}).into_published().unwrap();
    let files = question_set_files().0.into_iter().find(|files| files.slug == "partner-check").unwrap();
    let ours = QuestionSet::read(&files).unwrap();
    assert_eq!((set.definition(), set.languages().collect::<Vec<_>>()), (ours.definition(), ours.languages().collect()));
    assert!(set.translations().zip(ours.translations()).all(|(one, other)| one.words() == other.words()));
    assert!(document(|whole| drop(whole["words"].as_object_mut().unwrap().remove("en"))).into_published().is_none());
}

#[test]
fn findings_are_bounded() {
    let many = document(|whole| {
        for at in 0..300 {
            whole["words"]["en"]["items"][format!("extra-{at}")] = json!("In plus.");
        }
    });
    // Words that belong to nothing all point at the list that holds them.
    assert!(many.findings().len() <= MOST_FINDINGS);
}

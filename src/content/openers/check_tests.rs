//! Each rule refuses openers that break it. Every test starts from the sound files and spoils one thing.

use serde_json::{Value, json};

use super::Openers;
use crate::content::embedded::{Files, opener_files};
use crate::content::error::Rule;

/// The rules broken once `spoil` has changed the definition and the English words; the other languages are left as they are.
fn broken_by(spoil: impl Fn(&mut Value, &mut Value)) -> Vec<Rule> {
    let mut files: Files = opener_files().0.unwrap();
    let mut definition: Value = serde_json::from_slice(&files.definition).unwrap();
    let english = files.words.iter_mut().find(|(language, _)| language == "en").unwrap();
    let mut words: Value = serde_json::from_slice(&english.1).unwrap();
    spoil(&mut definition, &mut words);
    english.1 = serde_json::to_vec(&words).unwrap();
    files.definition = serde_json::to_vec(&definition).unwrap();
    Openers::read(&files).err().unwrap_or_default().into_iter().map(|problem| problem.rule).collect()
}

fn opener_with(member: &str, value: &Value) -> Vec<Rule> {
    broken_by(|definition, _| definition["openers"][0][member] = value.clone())
}

fn sentence(text: &str) -> Vec<Rule> {
    broken_by(|_, words| words["openers"]["help-thanks-1"] = json!(text))
}

#[test]
fn the_sound_openers_break_no_rule() {
    assert_eq!(broken_by(|_, _| {}), []);
}

#[test]
fn words_of_no_list_are_unreadable() {
    assert_eq!(opener_with("need", &json!("money")), [Rule::Unreadable]);
    assert_eq!(opener_with("situation", &json!("at_midnight")), [Rule::Unreadable]);
    assert_eq!(opener_with("slots", &json!(["score"])), [Rule::Unreadable]);
}

#[test]
fn openers_are_published_under_the_licence_and_for_nobody_who_is_afraid() {
    assert_eq!(broken_by(|definition, _| definition["status"] = json!("draft")), [Rule::NotPublished]);
    assert_eq!(broken_by(|definition, _| definition["licence"] = json!("none")), [Rule::WrongLicence]);
    assert_eq!(broken_by(|definition, _| definition["contraindications"] = json!(["crisis"])), [Rule::FearNotRefused]);
    assert_eq!(broken_by(|definition, _| definition["version"] = json!(0)), [Rule::NumberOutOfBounds]);
}

#[test]
fn every_need_has_an_opener_for_every_situation() {
    // The only one for good news after a no becomes one of thanks.
    let moved = broken_by(|definition, _| {
        let openers = definition["openers"].as_array_mut().unwrap();
        let one = openers.iter_mut().find(|opener| opener["id"] == "sharing-good-news-after-a-no-1").unwrap();
        one["situation"] = json!("thanks");
    });
    assert_eq!(moved, [Rule::OpenerMissing]);
}

#[test]
fn an_opener_has_an_id_of_its_own_and_words_in_every_language() {
    assert!(opener_with("id", &json!("Being heard")).contains(&Rule::BadIdentifier));
    assert!(opener_with("id", &json!("being-heard-start-2")).contains(&Rule::Duplicate));
    let renamed = opener_with("id", &json!("being-heard-start-9"));
    assert_eq!(renamed.iter().filter(|rule| **rule == Rule::MissingWords).count(), 5);
    assert_eq!(renamed.iter().filter(|rule| **rule == Rule::ExtraWords).count(), 5);
}

#[test]
fn a_sentence_has_the_places_to_fill_that_are_named_for_it() {
    assert_eq!(sentence("{alias}, thank you for your help."), [Rule::SlotsDiffer]);
    assert_eq!(sentence("Thank you for your help, {name}."), [Rule::SlotsDiffer]);
    assert_eq!(sentence("Thank you for your help }."), [Rule::SlotsDiffer]);
    assert_eq!(opener_with("slots", &json!([])), [Rule::SlotsDiffer; 5]);
}

#[test]
fn no_sentence_holds_a_figure() {
    assert_eq!(sentence("You helped me 3 times."), [Rule::FigureInWords]);
    assert_eq!(sentence("You do less than half % of it."), [Rule::FigureInWords]);
}

#[test]
fn any_need_alone_has_no_words_for_its_own_place() {
    let filled = broken_by(|_, words| words["needs"]["any"]["slot"] = json!("something"));
    assert_eq!(filled, [[Rule::MissingWords; 4].as_slice(), &[Rule::ExtraWords]].concat());
    let empty = broken_by(|_, words| {
        words["needs"]["help"].as_object_mut().unwrap().remove("slot");
    });
    assert_eq!(empty, [[Rule::ExtraWords; 4].as_slice(), &[Rule::MissingWords]].concat());
}

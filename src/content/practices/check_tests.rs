//! Each rule refuses a practice that breaks it. Every test starts from a sound one and spoils one thing.

use serde_json::{Value, json};

use super::Practice;
use crate::content::embedded::{Files, practice_files};
use crate::content::error::Rule;

fn sound() -> Files {
    practice_files().0.into_iter().find(|files| files.name == "date-night-feedback").unwrap()
}

fn rules(files: &Files) -> Vec<Rule> {
    Practice::read(files).err().unwrap_or_default().into_iter().map(|problem| problem.rule).collect()
}

/// The rules broken once `spoil` has changed the definition and the words of every language.
fn broken_by(spoil: impl Fn(&mut Value, &mut Value)) -> Vec<Rule> {
    let mut files = sound();
    let mut definition: Value = serde_json::from_slice(&files.definition).unwrap();
    for (_, bytes) in &mut files.words {
        let mut words: Value = serde_json::from_slice(bytes).unwrap();
        spoil(&mut definition, &mut words);
        *bytes = serde_json::to_vec(&words).unwrap();
    }
    files.definition = serde_json::to_vec(&definition).unwrap();
    rules(&files)
}

fn definition_with(member: &str, value: &Value) -> Vec<Rule> {
    broken_by(|definition, _| definition[member] = value.clone())
}

#[test]
fn the_sound_practice_breaks_no_rule() {
    assert_eq!(broken_by(|_, _| {}), []);
}

#[test]
fn unknown_fields_and_words_of_no_list_are_unreadable() {
    assert_eq!(definition_with("colour", &json!("red")), [Rule::Unreadable]);
    assert_eq!(definition_with("dimensions", &json!(["charm"])), [Rule::Unreadable]);
    assert_eq!(definition_with("effort", &json!("heroic")), [Rule::Unreadable]);
    assert_eq!(definition_with("contraindications", &json!(["fear", "boredom"])), [Rule::Unreadable]);
    assert_eq!(definition_with("fits_states", &json!([{"state": "doomed", "carries": "me"}])), [Rule::Unreadable]);
    assert_eq!(broken_by(|_, words| words["footer"] = json!("x")), [Rule::Unreadable; 5]);
}

#[test]
fn the_header_keeps_its_bounds() {
    assert_eq!(definition_with("slug", &json!("date-night")), [Rule::FolderMismatch]);
    assert_eq!(definition_with("version", &json!(0)), [Rule::NumberOutOfBounds]);
    assert_eq!(definition_with("minutes", &json!(121)), [Rule::NumberOutOfBounds]);
    assert_eq!(definition_with("licence", &json!("proprietary")), [Rule::WrongLicence]);
    assert_eq!(definition_with("suggested_cadence", &json!("FREQ=HOURLY")), [Rule::BadCadence]);
    assert_eq!(definition_with("length_days", &json!({"shortest": 9, "usual": 7, "longest": 28})), [Rule::NumberOutOfBounds]);
    assert_eq!(definition_with("dimensions", &json!([])), [Rule::LengthOutOfBounds]);
    assert_eq!(definition_with("dimensions", &json!(["repair", "repair"])), [Rule::Duplicate]);
    let twice = json!([{"state": "ebb", "carries": "me"}, {"state": "ebb", "carries": "me"}]);
    assert_eq!(definition_with("fits_states", &twice), [Rule::Duplicate]);
}

#[test]
fn no_practice_is_for_somebody_who_is_afraid() {
    assert_eq!(definition_with("contraindications", &json!(["crisis"])), [Rule::FearNotRefused]);
}

#[test]
fn a_language_that_lacks_a_step_is_refused() {
    let mut files = sound();
    let german = files.words.iter_mut().find(|(language, _)| language == "de").unwrap();
    let mut words: Value = serde_json::from_slice(&german.1).unwrap();
    words["steps"].as_array_mut().unwrap().pop();
    german.1 = serde_json::to_vec(&words).unwrap();
    assert_eq!(rules(&files), [Rule::MissingWords]);
}

#[test]
fn words_keep_their_bounds_in_every_language() {
    assert_eq!(broken_by(|_, words| words["title"] = json!("")), [Rule::LengthOutOfBounds; 5]);
    assert_eq!(broken_by(|_, words| words["why"] = json!("Because it is good. ")), [Rule::UntidyText; 5]);
    assert_eq!(broken_by(|_, words| words["steps"] = json!(["Ask them.", "Listen to them."])), [Rule::LengthOutOfBounds; 5]);
    assert_eq!(broken_by(|_, words| words["by_kind"]["friend"]["title"] = json!("Hm")), [Rule::LengthOutOfBounds; 5]);
}

#[test]
fn words_for_a_kind_belong_to_a_kind_of_the_practice() {
    let stray = broken_by(|definition, _| definition["relationship_kinds"] = json!(["dating", "partner", "family"]));
    assert_eq!(stray, [Rule::ExtraWords; 5]);
}

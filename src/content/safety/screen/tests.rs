//! What follows from which answers, and the rules that the files of the screen keep.

use serde_json::{Value, json};

use super::{SafetyAnswers, SafetyScreen};
use crate::content::embedded::{self, Files};
use crate::content::vocabulary::{SafetyAnswer, SafetyOutcome};
use crate::content::{Catalogue, REQUIRED_LANGUAGES, Rule};

fn screen() -> SafetyScreen {
    Catalogue::load().unwrap().safety_screen().clone()
}

fn files() -> Files {
    embedded::safety_files("screen").0.unwrap()
}

const PRACTICES: [&str; 5] = ["boundaries", "invest-where-it-returns", "monthly-talk", "speaking-up", "step-back-test"];

/// The rules that are broken once the screen and every language's words are changed.
fn broken_by(change: impl Fn(&mut Value, &mut Value)) -> Vec<Rule> {
    let mut files = files();
    let definition: Value = serde_json::from_slice(&files.definition).unwrap();
    let mut changed = definition.clone();
    for (_, bytes) in &mut files.words {
        changed = definition.clone();
        let mut words: Value = serde_json::from_slice(bytes).unwrap();
        change(&mut changed, &mut words);
        *bytes = serde_json::to_vec(&words).unwrap();
    }
    files.definition = serde_json::to_vec(&changed).unwrap();
    SafetyScreen::read(&files, &PRACTICES).err().unwrap_or_default().into_iter().map(|problem| problem.rule).collect()
}

/// Every item answered so that nothing is left out.
fn safe(screen: &SafetyScreen) -> SafetyAnswers {
    let answer = |id: &str| if id == "say_no" { SafetyAnswer::Yes } else { SafetyAnswer::No };
    screen.definition().items.iter().map(|item| (item.id.clone(), answer(&item.id))).collect()
}

fn outcome(screen: &SafetyScreen, answers: &SafetyAnswers) -> (SafetyOutcome, String) {
    let found = screen.consequence(answers).unwrap();
    (found.outcome.id, found.text.to_owned())
}

#[test]
fn the_screen_has_seven_items_in_five_languages() {
    let screen = screen();
    assert_eq!(screen.definition().items.len(), 7);
    assert_eq!(screen.words.languages().collect::<Vec<_>>(), REQUIRED_LANGUAGES);
    assert_eq!(screen.localise("pt-BR").language, "pt-BR");
}

#[test]
fn each_item_leads_to_help_alone_by_the_answer_that_tells_of_danger() {
    let screen = screen();
    for item in &screen.definition().items {
        let mut answers = safe(&screen);
        assert_eq!(outcome(&screen, &answers).0, SafetyOutcome::Open);
        let danger = if item.id == "say_no" { SafetyAnswer::No } else { SafetyAnswer::Yes };
        answers.insert(item.id.clone(), danger);
        let text = if item.id == "own_behaviour" { "own_behaviour" } else { "resources_only" };
        assert_eq!(outcome(&screen, &answers), (SafetyOutcome::ResourcesOnly, text.to_owned()), "{}", item.id);
    }
}

#[test]
fn what_is_not_known_is_never_read_as_safe() {
    let screen = screen();
    assert_eq!(outcome(&screen, &SafetyAnswers::new()).0, SafetyOutcome::Careful, "nothing was answered");
    for item in &screen.definition().items {
        let mut answers = safe(&screen);
        answers.insert(item.id.clone(), SafetyAnswer::PreferNotToSay);
        assert_eq!(outcome(&screen, &answers).0, SafetyOutcome::Careful, "{}", item.id);
        answers.remove(&item.id);
        assert_eq!(outcome(&screen, &answers).0, SafetyOutcome::Careful, "{} left out", item.id);
    }
}

#[test]
fn danger_beside_open_answers_is_danger_and_worry_about_oneself_beside_fear_is_fear() {
    let screen = screen();
    let mut answers = SafetyAnswers::from([("afraid".to_owned(), SafetyAnswer::Yes)]);
    assert_eq!(outcome(&screen, &answers), (SafetyOutcome::ResourcesOnly, "resources_only".to_owned()));
    answers.insert("own_behaviour".to_owned(), SafetyAnswer::Yes);
    assert_eq!(outcome(&screen, &answers).1, "resources_only");
    answers.remove("afraid");
    assert_eq!(outcome(&screen, &answers).1, "own_behaviour");
}

#[test]
fn an_answer_to_what_is_no_longer_asked_counts_for_nothing() {
    let screen = screen();
    let mut answers = safe(&screen);
    answers.insert("no_such_item".to_owned(), SafetyAnswer::Yes);
    assert_eq!(outcome(&screen, &answers).0, SafetyOutcome::Open);
}

#[test]
fn practices_are_withheld_as_the_outcome_says() {
    let screen = screen();
    let danger = SafetyAnswers::from([("hurt".to_owned(), SafetyAnswer::Yes)]);
    for practice in PRACTICES {
        assert!(screen.admits(&safe(&screen), practice) && !screen.admits(&SafetyAnswers::new(), practice), "{practice}");
        assert!(!screen.admits(&danger, practice), "{practice}");
    }
    assert!(screen.admits(&SafetyAnswers::new(), "specific-gratitude") && !screen.admits(&danger, "specific-gratitude"));
}

#[test]
fn a_screen_that_is_a_draft_or_has_to_be_answered_is_refused() {
    assert_eq!(broken_by(|_, _| {}), []);
    assert_eq!(broken_by(|screen, _| screen["status"] = json!("draft")), [Rule::NotPublished]);
    assert_eq!(broken_by(|screen, _| screen["optional"] = json!(false)), [Rule::NotOptional]);
    assert_eq!(broken_by(|screen, _| screen["licence"] = json!("GPL-3.0")), [Rule::WrongLicence]);
    assert_eq!(broken_by(|screen, _| screen["version"] = json!(0)), [Rule::NumberOutOfBounds]);
    assert_eq!(broken_by(|screen, _| screen["mood"] = json!(1)), [Rule::Unreadable]);
}

#[test]
fn an_item_without_danger_or_whose_open_answer_counts_as_safe_is_refused() {
    assert_eq!(broken_by(|screen, _| screen["items"][0]["careful_on"] = json!([])), [Rule::UnknownReadAsSafe]);
    assert_eq!(broken_by(|screen, _| screen["unanswered_counts_as"] = json!("no")), [Rule::UnknownReadAsSafe]);
    assert_eq!(broken_by(|screen, _| screen["items"][0]["resources_only_on"] = json!([])), [Rule::LengthOutOfBounds]);
    assert_eq!(broken_by(|screen, _| screen["items"][0]["careful_on"] = json!(["yes", "prefer_not_to_say"])), [Rule::Duplicate]);
    assert_eq!(broken_by(|screen, _| screen["answers"] = json!(["yes", "no"])), [Rule::LengthOutOfBounds]);
    assert_eq!(broken_by(|screen, _| screen["never"] = json!(["shared", "logs"])), [Rule::LengthOutOfBounds]);
}

#[test]
fn outcomes_are_tried_from_the_safest_on_and_offer_no_more_than_they_may() {
    assert_eq!(broken_by(|screen, _| screen["outcomes"].as_array_mut().unwrap().swap(0, 2)), [Rule::OutcomesOutOfOrder]);
    assert_eq!(broken_by(|screen, _| screen["outcomes"][0]["coaching"] = json!(true)), [Rule::OutcomesOutOfOrder]);
    assert_eq!(broken_by(|screen, _| screen["outcomes"][2]["withheld_openers"] = json!(true)), [Rule::OutcomesOutOfOrder]);
    let unknown = broken_by(|screen, _| screen["outcomes"][1]["withheld_practices"] = json!(["no-such-practice"]));
    assert_eq!(unknown, [Rule::UnknownReference]);
    let unknown = broken_by(|screen, _| screen["outcomes"][0]["text_where_only"] = json!({"no_such_item": "own_behaviour"}));
    assert_eq!(unknown, [Rule::UnknownReference]);
}

#[test]
fn every_item_answer_and_outcome_has_words_in_every_language_and_nothing_else_has() {
    let without = |pointer: &'static str, key: &'static str| {
        move |_: &mut Value, words: &mut Value| drop(words.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key))
    };
    assert_eq!(broken_by(without("/items", "hurt")), [Rule::MissingWords; 5]);
    assert_eq!(broken_by(without("/outcomes", "careful")), [Rule::MissingWords; 5]);
    assert_eq!(broken_by(without("/answers", "no")), [Rule::MissingWords; 5]);
    assert_eq!(broken_by(without("/topics", "own_behaviour")), [Rule::MissingWords; 5]);
    assert_eq!(broken_by(|_, words| words["outcomes"]["more"] = json!({"title": "More", "text": "More."})), [Rule::ExtraWords; 5]);
    assert_eq!(broken_by(|_, words| words["title"] = json!(" untidy")), [Rule::UntidyText; 5]);
    assert_eq!(broken_by(|_, words| words["items"]["hurt"]["text"] = json!("")), [Rule::LengthOutOfBounds; 5]);
}

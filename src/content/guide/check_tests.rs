//! Each rule refuses a page of the guide that breaks it. Every test starts from a sound one and spoils one thing.

use serde_json::{Value, json};

use super::{GuidePage, Served};
use crate::content::embedded::{Files, guide_files};
use crate::content::error::Rule;
use crate::content::{Catalogue, GuideQuestion, PracticeFilter, QuestionSetFilter, RelationshipKind};

fn sound() -> Files {
    guide_files().0.into_iter().find(|files| files.name == "foster").unwrap()
}

/// Everything that this build serves.
fn served() -> Served {
    let catalogue = Catalogue::load().unwrap();
    let practices = catalogue.practices(PracticeFilter::default());
    let sets = catalogue.question_sets(QuestionSetFilter::default());
    Served {
        practices: practices.map(|one| (one.slug().to_owned(), one.definition().relationship_kinds.clone())).collect(),
        question_sets: sets.map(|one| (one.slug().to_owned(), one.definition().relationship_kinds.clone())).collect(),
    }
}

/// The rules broken once `spoil` has changed the definition and the English words.
fn broken_by(spoil: impl Fn(&mut Value, &mut Value)) -> Vec<Rule> {
    broken_where(&served(), spoil)
}

fn broken_where(served: &Served, spoil: impl Fn(&mut Value, &mut Value)) -> Vec<Rule> {
    let mut files = sound();
    let mut definition: Value = serde_json::from_slice(&files.definition).unwrap();
    let english = files.words.iter_mut().find(|(language, _)| language == "en").unwrap();
    let mut words: Value = serde_json::from_slice(&english.1).unwrap();
    spoil(&mut definition, &mut words);
    english.1 = serde_json::to_vec(&words).unwrap();
    files.definition = serde_json::to_vec(&definition).unwrap();
    GuidePage::read(&files, served).err().unwrap_or_default().into_iter().map(|problem| problem.rule).collect()
}

fn friend_with(member: &str, value: &Value) -> Vec<Rule> {
    broken_by(|definition, _| definition["answers"]["friend"][member] = value.clone())
}

#[test]
fn the_sound_page_breaks_no_rule() {
    assert_eq!(broken_by(|_, _| {}), []);
}

#[test]
fn the_folder_names_one_of_the_five_questions() {
    assert_eq!(broken_by(|definition, _| definition["question"] = json!("missing")), [Rule::FolderMismatch]);
    assert_eq!(broken_by(|definition, _| definition["question"] = json!("who-is-right")), [Rule::Unreadable]);
    assert_eq!(broken_by(|definition, _| definition["status"] = json!("draft")), [Rule::NotPublished]);
    assert_eq!(broken_by(|definition, _| definition["licence"] = json!("none")), [Rule::WrongLicence]);
}

#[test]
fn every_kind_of_relationship_has_an_answer() {
    let silent = broken_by(|definition, _| {
        definition["answers"].as_object_mut().unwrap().remove("family");
    });
    // Once in the definition, and words for nothing in every language.
    assert_eq!(silent, [[Rule::MissingWords].as_slice(), &[Rule::ExtraWords; 5]].concat());
}

#[test]
fn an_answer_leads_only_to_what_is_served_for_its_kind_of_relationship() {
    assert_eq!(friend_with("practices", &json!(["no-such-practice"])), [Rule::LinkMisplaced]);
    assert_eq!(friend_with("question_sets", &json!(["partner-check"])), [Rule::LinkMisplaced]);
    assert_eq!(friend_with("practices", &json!(["taking-turns", "taking-turns"])), [Rule::Duplicate]);
    assert_eq!(friend_with("practices", &json!([])), [Rule::LengthOutOfBounds]);
    let dating = broken_by(|definition, _| definition["answers"]["dating"]["practices"] = json!(["daily-check-in"]));
    assert_eq!(dating, [Rule::LinkMisplaced]);
    let withdrawn = Served { practices: [].into(), ..served() };
    assert!(broken_where(&withdrawn, |_, _| {}).iter().all(|rule| *rule == Rule::LinkMisplaced));
    assert!(!broken_where(&withdrawn, |_, _| {}).is_empty());
}

#[test]
fn every_point_has_words_and_every_word_a_point() {
    let points = friend_with("points", &json!(["date", "good-news", "value", "needs", "walks"]));
    assert_eq!(points.iter().filter(|rule| **rule == Rule::MissingWords).count(), 5);
    assert_eq!(points.iter().filter(|rule| **rule == Rule::ExtraWords).count(), 5);
    assert!(friend_with("points", &json!(["date", "good-news"])).contains(&Rule::LengthOutOfBounds));
}

#[test]
fn answers_are_short() {
    let long = |count: usize| vec!["so"; count].join(" ");
    assert_eq!(broken_by(|_, words| words["answers"]["friend"]["short"] = json!(long(61))), [Rule::TooManyWords]);
    assert_eq!(broken_by(|_, words| words["answers"]["friend"]["points"]["date"] = json!(long(31))), [Rule::TooManyWords]);
    assert_eq!(broken_by(|_, words| words["answers"]["friend"]["short"] = json!(long(60))), []);
    assert_eq!(broken_by(|_, words| words["safety"] = json!("")), [Rule::LengthOutOfBounds]);
}

#[test]
fn the_five_questions_are_served_in_their_order_for_every_kind_and_language() {
    let catalogue = Catalogue::load().unwrap();
    let pages: Vec<&GuidePage> = catalogue.library().guide().collect();
    assert_eq!(pages.iter().map(|page| page.definition().question).collect::<Vec<_>>(), GuideQuestion::ALL);
    for page in pages {
        assert_eq!(page.words().languages().collect::<Vec<_>>(), ["en", "de", "es", "fr", "pt-BR"]);
        assert_eq!(page.definition().answers.keys().copied().collect::<Vec<_>>(), RelationshipKind::ALL);
    }
}

//! Each rule refuses a file that breaks it. Every test starts from a sound set and spoils one thing.

use serde_json::{Value, json};

use crate::content::embedded::{SetFiles, question_set_files};
use crate::content::error::Rule;
use crate::content::question_sets::QuestionSet;

/// The rules broken once `spoil` has changed the partner set's definition and words.
fn broken_by(spoil: impl FnOnce(&mut Value, &mut Value)) -> Vec<Rule> {
    let mut files = sound();
    let mut set: Value = serde_json::from_slice(&files.set).unwrap();
    let mut words: Value = serde_json::from_slice(&files.words[0].1).unwrap();
    spoil(&mut set, &mut words);
    files.set = serde_json::to_vec(&set).unwrap();
    files.words[0].1 = serde_json::to_vec(&words).unwrap();
    rules(&files)
}

/// In English alone, so that one spoilt place breaks a rule once and not once in every language.
fn sound() -> SetFiles {
    let mut files = question_set_files().0.into_iter().find(|files| files.slug == "partner-check").unwrap();
    files.words.retain(|(language, _)| language == "en");
    files
}

fn rules(files: &SetFiles) -> Vec<Rule> {
    QuestionSet::read(files).err().unwrap_or_default().into_iter().map(|problem| problem.rule).collect()
}

/// The item with this id, to be changed.
fn item<'a>(set: &'a mut Value, id: &str) -> &'a mut Value {
    set["items"].as_array_mut().unwrap().iter_mut().find(|item| item["id"] == id).unwrap()
}

fn remove(object: &mut Value, key: &str) {
    assert!(object.as_object_mut().unwrap().remove(key).is_some());
}

#[test]
fn the_sound_set_breaks_no_rule() {
    assert_eq!(broken_by(|_, _| {}), []);
}

#[test]
fn unknown_fields_words_and_broken_json_are_unreadable() {
    assert_eq!(broken_by(|set, _| set["colour"] = json!("red")), [Rule::Unreadable]);
    assert_eq!(broken_by(|set, _| set["purpose"] = json!("diagnosis")), [Rule::Unreadable]);
    assert_eq!(broken_by(|set, _| set["relationship_kinds"] = json!(["boss"])), [Rule::Unreadable]);
    assert_eq!(broken_by(|_, words| words["footer"] = json!("x")), [Rule::Unreadable, Rule::MissingDefaultLanguage]);
}

#[test]
fn the_folder_names_the_slug_and_the_version() {
    assert_eq!(broken_by(|set, _| set["slug"] = json!("partners")), [Rule::FolderMismatch]);
    assert_eq!(broken_by(|set, _| set["version"] = json!(2)), [Rule::FolderMismatch]);
    let mut padded = sound();
    padded.version = "01".to_owned();
    assert_eq!(rules(&padded), [Rule::FolderMismatch]);
}

#[test]
fn the_header_keeps_its_bounds() {
    assert_eq!(broken_by(|set, _| set["recall_period_days"] = json!(0)), [Rule::NumberOutOfBounds]);
    assert_eq!(broken_by(|set, _| set["reading_age"] = json!(17)), [Rule::NumberOutOfBounds]);
    assert_eq!(broken_by(|set, _| set["licence"] = json!("proprietary")), [Rule::WrongLicence]);
    assert_eq!(broken_by(|set, _| set["relationship_kinds"] = json!([])), [Rule::LengthOutOfBounds]);
    assert_eq!(broken_by(|set, _| set["relationship_kinds"] = json!(["family", "family"])), [Rule::Duplicate]);
}

#[test]
fn an_id_is_used_once() {
    let rules = broken_by(|set, _| item(set, "es-receive-1")["id"] = json!("es-give-1"));
    assert!(rules.contains(&Rule::Duplicate));
    assert!(broken_by(|set, _| set["scales"][0]["id"] = json!("heard")).contains(&Rule::Duplicate));
}

#[test]
fn an_id_keeps_to_its_alphabet() {
    for id in ["Heard", "heard/1", "heard 1", "1-heard", "", "h\u{e9}ard", &"h".repeat(41)] {
        let rules = broken_by(|set, _| item(set, "heard-1")["id"] = json!(id));
        assert!(rules.contains(&Rule::BadIdentifier), "{id}");
    }
}

#[test]
fn an_items_scale_exists_and_climbs_by_one() {
    let unknown = broken_by(|set, _| item(set, "heard-1")["scale"] = json!("colours"));
    assert_eq!(unknown, [Rule::UnknownReference]);
    let gap = broken_by(|set, _| set["scales"][2]["options"][4]["value"] = json!(9));
    assert_eq!(gap, [Rule::ValuesNotConsecutive]);
}

#[test]
fn mirrors_name_each_other() {
    let one_sided = broken_by(|set, _| item(set, "es-give-1")["mirror"] = json!("es-receive-2"));
    assert!(one_sided.contains(&Rule::MirrorNotMutual));
    let absent = broken_by(|set, _| item(set, "es-give-1")["mirror"] = json!("es-receive-9"));
    assert!(absent.contains(&Rule::UnknownReference));
    let none = broken_by(|set, _| {
        remove(item(set, "es-give-1"), "mirror");
    });
    assert!(none.contains(&Rule::MirrorMissingOrForbidden));
    let of_self = broken_by(|set, _| item(set, "heard-1")["mirror"] = json!("energy-1"));
    assert!(of_self.contains(&Rule::MirrorMissingOrForbidden));
}

#[test]
fn mirrors_differ_in_whose_act_it_is_and_in_nothing_else() {
    for (field, value) in [
        ("perspective", json!("receiving")),
        ("dimension", json!("celebration")),
        ("reverse", json!(true)),
        ("weight", json!(2)),
        ("scale", json!("how_often")),
        ("optional", json!(false)),
        ("key_question", json!("felt_heard")),
        ("enable_when", json!({"item": "heard-1", "operator": "equals", "value": 1})),
    ] {
        let rules = broken_by(|set, _| item(set, "es-give-1")[field] = value);
        assert!(rules.contains(&Rule::MirrorDiffers), "{field}: {rules:?}");
    }
}

#[test]
fn a_they_would_say_item_reviews_an_item_like_itself() {
    let other = broken_by(|set, _| item(set, "es-they-say-give-2")["reviews"] = json!("ini-give-1"));
    assert!(other.contains(&Rule::WrongReview));
    for (field, value) in [("scale", json!("how_often")), ("reverse", json!(true)), ("dimension", json!("celebration"))] {
        let rules = broken_by(|set, _| {
            item(set, "es-they-say-give-2")[field] = value.clone();
            item(set, "es-they-say-receive-2")[field] = value;
        });
        assert_eq!(rules, [Rule::WrongReview; 2], "{field}");
    }
    let stray = broken_by(|set, _| item(set, "es-give-1")["reviews"] = json!("es-give-2"));
    assert_eq!(stray, [Rule::WrongReview]);
    let same_side = broken_by(|set, _| item(set, "es-they-say-give-2")["reviews"] = json!("es-receive-2"));
    assert!(same_side.contains(&Rule::MirrorDiffers));
}

#[test]
fn a_condition_looks_at_an_earlier_fact_and_at_a_value_it_can_take() {
    let with = |item_id: &str, value: i32| {
        let condition = json!({"item": item_id, "operator": "equals", "value": value});
        broken_by(|set, _| {
            item(set, "rep-give-1")["enable_when"] = condition.clone();
            item(set, "rep-receive-1")["enable_when"] = condition;
        })
    };
    assert_eq!(with("rep-gate-1", 0), []);
    assert_eq!(with("rep-gate-1", 5), [Rule::ConditionOffScale; 2]);
    assert_eq!(with("need-give-1", 1), [Rule::ConditionNotEarlier; 2]);
    assert!(with("rep-give-1", 1).contains(&Rule::ConditionNotEarlier));
    assert_eq!(with("es-give-1", 1), [Rule::MirrorDiffers; 2]);
}

#[test]
fn the_sides_of_a_dimension_mirror_each_other_in_order() {
    let swapped = broken_by(|set, _| {
        set["scoring"]["dimensions"][0]["give"]["items"] = json!(["es-give-2", "es-give-1"]);
    });
    assert_eq!(swapped, [Rule::SidesNotMirrored]);
}

#[test]
fn a_weighted_item_is_scored_once_and_where_it_belongs() {
    let forgotten = broken_by(|set, _| set["scoring"]["measures"] = json!([]));
    assert_eq!(forgotten, [Rule::WeightDisagreesWithScoring; 2]);
    let misplaced = broken_by(|set, _| set["scoring"]["measures"][0]["items"] = json!(["rep-gate-1"]));
    assert!(misplaced.contains(&Rule::ScoredInWrongPlace));
    let twice = broken_by(|set, _| {
        set["scoring"]["measures"][0]["items"] = json!(["energy-1", "energy-1"]);
    });
    assert_eq!(twice, [Rule::Duplicate]);
    let mixed_scales = broken_by(|set, _| set["scoring"]["measures"][0]["items"] = json!(["energy-1", "heard-1"]));
    assert!(mixed_scales.contains(&Rule::ScoredInWrongPlace));
}

#[test]
fn reliability_figures_keep_their_bounds() {
    let alpha = broken_by(|set, _| set["scoring"]["dimensions"][0]["give"]["alpha"] = json!(1.0));
    let spread = broken_by(|set, _| {
        set["scoring"]["dimensions"][0]["give"]["standard_deviation"] = json!(0);
    });
    let share = broken_by(|set, _| set["scoring"]["minimum_answered_share"] = json!(0.4));
    assert_eq!([alpha, spread, share].concat(), [Rule::NumberOutOfBounds; 3]);
}

#[test]
fn words_are_neither_missing_nor_left_over() {
    let missing = broken_by(|_, words| remove(&mut words["items"], "heard-1"));
    let extra = broken_by(|_, words| words["items"]["heard-9"] = json!("I feel heard."));
    let missing_label = broken_by(|_, words| {
        remove(&mut words["scales"]["yes_no"], "no");
    });
    let extra_scale = broken_by(|_, words| words["scales"]["colours"] = json!({}));
    assert_eq!(missing, [Rule::MissingWords]);
    assert_eq!(extra, [Rule::ExtraWords]);
    assert_eq!(missing_label, [Rule::MissingWords]);
    assert_eq!(extra_scale, [Rule::ExtraWords]);
}

#[test]
fn texts_are_tidy_of_bounded_length_and_labels_differ() {
    assert_eq!(broken_by(|_, words| words["title"] = json!("")), [Rule::LengthOutOfBounds]);
    assert_eq!(broken_by(|_, words| words["items"]["heard-1"] = json!("x".repeat(161))), [Rule::LengthOutOfBounds]);
    assert_eq!(broken_by(|_, words| words["title"] = json!("Partners ")), [Rule::UntidyText]);
    assert_eq!(broken_by(|_, words| words["items"]["heard-1"] = json!("I feel\nheard.")), [Rule::UntidyText]);
    assert_eq!(broken_by(|_, words| words["scales"]["yes_no"]["no"] = json!("Yes")), [Rule::Duplicate]);
}

#[test]
fn a_language_file_is_named_by_a_language_tag() {
    let mut files = sound();
    let words = files.words[0].1.clone();
    files.words.push(("english_uk".to_owned(), words));
    assert_eq!(rules(&files), [Rule::BadLanguageTag]);
}

#[test]
fn every_problem_is_reported_and_says_where() {
    let mut files = sound();
    let mut set: Value = serde_json::from_slice(&files.set).unwrap();
    set["licence"] = json!("none");
    item(&mut set, "heard-1")["scale"] = json!("colours");
    files.set = serde_json::to_vec(&set).unwrap();
    let problems = QuestionSet::read(&files).unwrap_err();
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(lines[0], "partner-check/1/set.json: licence: must be the repository's licence");
    assert_eq!(lines[1], "partner-check/1/set.json: items/heard-1/scale: refers to nothing");
}

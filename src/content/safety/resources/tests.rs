//! Each rule refuses a directory that breaks it; and what is asked for is what is listed.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{HelpDirectory, HelpFilter};
use crate::content::embedded::safety_files;
use crate::content::error::Rule;
use crate::content::{Catalogue, HelpTopic};

fn directory() -> HelpDirectory {
    Catalogue::load().unwrap().library().help().clone()
}

/// The rules broken once `spoil` has changed the directory and the English words.
fn broken_by(spoil: impl Fn(&mut Value, &mut Value)) -> Vec<Rule> {
    let mut files = safety_files("resources").0.unwrap();
    let mut definition: Value = serde_json::from_slice(&files.definition).unwrap();
    let english = files.words.iter_mut().find(|(language, _)| language == "en").unwrap();
    let mut words: Value = serde_json::from_slice(&english.1).unwrap();
    spoil(&mut definition, &mut words);
    english.1 = serde_json::to_vec(&words).unwrap();
    files.definition = serde_json::to_vec(&definition).unwrap();
    HelpDirectory::read(&files).err().unwrap_or_default().into_iter().map(|problem| problem.rule).collect()
}

/// The rules broken where a member of the first service has another value.
fn entry_with(member: &str, value: &Value) -> Vec<Rule> {
    broken_by(|definition, _| definition["regions"][0]["entries"][0][member] = value.clone())
}

fn region_with(member: &str, value: &Value) -> Vec<Rule> {
    broken_by(|definition, _| definition["regions"][0][member] = value.clone())
}

#[test]
fn the_sound_directory_breaks_no_rule() {
    assert_eq!(broken_by(|_, _| {}), []);
}

#[test]
fn a_region_is_a_country_with_emergency_numbers_and_services() {
    for wrong in ["de", "DEU", "D1", ""] {
        assert_eq!(region_with("region", &json!(wrong)), [Rule::BadRegion], "{wrong}");
    }
    assert_eq!(region_with("region", &json!("AT")), [Rule::Duplicate]);
    assert_eq!(region_with("emergency", &json!([])), [Rule::LengthOutOfBounds]);
    assert_eq!(region_with("emergency", &json!(["one-one-two"])), [Rule::BadNumber]);
    assert_eq!(region_with("entries", &json!([])), [Rule::LengthOutOfBounds]);
}

#[test]
fn what_is_international_is_there_and_last() {
    let gone = broken_by(|definition, _| drop(definition["regions"].as_array_mut().unwrap().pop()));
    assert_eq!(gone, [Rule::InternationalMissing]);
    let first = broken_by(|definition, _| definition["regions"].as_array_mut().unwrap().rotate_right(1));
    assert_eq!(first, [Rule::InternationalMissing]);
}

#[test]
fn numbers_addresses_hours_and_languages_have_their_shape() {
    for wrong in ["", "1", "call us", "0800/123", " 116", "1234567890123456"] {
        assert_eq!(entry_with("phone", &json!(wrong)), [Rule::BadNumber], "{wrong}");
        assert_eq!(entry_with("text", &json!({"by": "sms", "to": wrong})), [Rule::BadNumber], "{wrong}");
    }
    for wrong in ["http://example.org", "https://localhost", "example.org", "https://a.b/ c"] {
        assert_eq!(entry_with("web", &json!(wrong)), [Rule::BadAddress], "{wrong}");
        assert_eq!(entry_with("source", &json!(wrong)), [Rule::BadAddress], "{wrong}");
        let read = entry_with("seen_at", &json!([wrong]));
        assert_eq!(read.is_empty(), wrong == "http://example.org", "an old page may be told as it was: {wrong}");
    }
    for wrong in ["always", "24/6", "Mo-Sa", "Mo-Sa 14-20", "Mo-Xx 14:00-20:00", "Mo 14:00-24:30", "Mo 9:00-20:00", "14:00-20:00"] {
        assert_eq!(entry_with("hours", &json!(wrong)), [Rule::BadHours], "{wrong}");
    }
    for right in ["Mo-Sa 14:00-20:00", "Su 09:00-24:00", "Mo-Fr 08:00-18:00; Sa 10:00-12:00"] {
        assert_eq!(entry_with("hours", &json!(right)), [], "{right}");
    }
    assert_eq!(entry_with("languages", &json!(["german_de"])), [Rule::BadLanguageTag]);
    assert_eq!(entry_with("languages", &json!([])), [Rule::LengthOutOfBounds]);
}

#[test]
fn dates_are_days_and_the_review_comes_after_the_check() {
    assert_eq!(entry_with("checked", &json!("2027-02-24")), [Rule::DatesOutOfOrder]);
    assert_eq!(entry_with("review_by", &json!("2027-02-30")), [Rule::Unreadable]);
    assert_eq!(entry_with("confirmed", &json!("hearsay")), [Rule::Unreadable]);
    let undated = broken_by(|definition, _| {
        definition["regions"][0]["entries"][0].as_object_mut().unwrap().remove("checked");
    });
    assert_eq!(undated, [Rule::Unreadable]);
}

#[test]
fn an_id_is_used_once_in_the_whole_directory() {
    let twice = broken_by(|definition, _| {
        let id = definition["regions"][0]["entries"][0]["id"].clone();
        definition["regions"][1]["entries"][0]["id"] = id;
    });
    assert_eq!(twice, [Rule::Duplicate]);
}

#[test]
fn labels_have_the_places_to_fill_that_they_need() {
    assert_eq!(broken_by(|_, words| words["labels"]["checked"] = json!("Seen lately")), [Rule::SlotsDiffer]);
    assert_eq!(broken_by(|_, words| words["always_here"]["emergency"] = json!("Call for help.")), [Rule::SlotsDiffer]);
    let nameless = broken_by(|_, words| {
        words["topics"].as_object_mut().unwrap().remove("crisis");
    });
    assert!(nameless.contains(&Rule::MissingWords));
}

fn listed(directory: &HelpDirectory, filter: HelpFilter<'_>) -> Vec<(String, Vec<String>)> {
    let ids = |entries: Vec<&super::HelpEntry>| entries.into_iter().map(|entry| entry.id.clone()).collect();
    directory.regions(filter).map(|(region, entries)| (region.region.clone(), ids(entries))).collect()
}

#[test]
fn what_is_international_is_listed_whatever_is_asked_for() {
    let directory = directory();
    let international: Vec<String> = directory.definition().regions.last().unwrap().entries.iter().map(|entry| entry.id.clone()).collect();
    for filter in [
        HelpFilter { region: Some("DE"), ..Default::default() },
        HelpFilter { region: Some("ZZ"), ..Default::default() },
        HelpFilter { topic: Some(HelpTopic::OwnBehaviour), ..Default::default() },
        HelpFilter { language: Some("tlh"), ..Default::default() },
    ] {
        assert_eq!(listed(&directory, filter).pop(), Some(("international".to_owned(), international.clone())), "{filter:?}");
    }
}

#[test]
fn region_topic_and_language_narrow_the_rest() {
    let directory = directory();
    let first = |filter| listed(&directory, filter).remove(0);
    let (region, ids) = first(HelpFilter { region: Some("de"), topic: Some(HelpTopic::Crisis), language: None });
    assert_eq!((region.as_str(), ids), ("DE", vec!["de-telefonseelsorge".to_owned()]));
    assert_eq!(listed(&directory, HelpFilter { region: Some("ZZ"), ..Default::default() }).len(), 1);
    let brazilian = |range| first(HelpFilter { region: Some("BR"), language: Some(range), topic: None }).1.len();
    assert_eq!((brazilian("pt"), brazilian("pt-BR"), brazilian("pt-PT"), brazilian("de")), (2, 2, 0, 0));
    let german = first(HelpFilter { region: Some("DE"), language: Some("de-CH"), topic: None });
    assert_eq!(german.1.len(), 3);
}

#[test]
fn a_service_is_overdue_from_the_day_after_its_review_was_due() {
    let directory = directory();
    let due = directory.next_review().unwrap();
    assert_eq!(directory.overdue(due).count(), 0);
    let late = directory.overdue(due.succ_opt().unwrap()).count();
    assert!(late > 0);
    assert_eq!(
        directory.overdue(NaiveDate::MAX).count(),
        directory.definition().regions.iter().map(|region| region.entries.len()).sum::<usize>()
    );
}

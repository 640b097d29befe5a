//! The rules that the directory of help keeps. Every broken one is reported, not just the first.
//!
//! They look at the shape of what is there. That a number is right is for whoever calls it; when that was, the entry says.

use std::collections::BTreeSet;

use super::words::HelpWords;
use super::{HelpDefinition, HelpEntry, HelpRegion};
use crate::content::embedded::Files;
use crate::content::error::{Problem, Report, Rule};
use crate::content::language::is_language_tag;
use crate::content::rules::{identifier, same_keys, slots_of, some, text, unique};
use crate::content::translations::Translations;
use crate::content::vocabulary::{Confirmation, HelpFor, HelpTopic, Status};

/// The most regions there may be.
const MOST_REGIONS: usize = 250;
/// The most services a region may have.
const MOST_ENTRIES: usize = 20;

/// Checks `resources.json`.
pub(super) fn definition(definition: &HelpDefinition, files: &Files) -> Vec<Problem> {
    let mut report = Report::new(format!("{}/resources.json", files.path));
    report.require((1..=10_000).contains(&definition.version), "version", Rule::NumberOutOfBounds);
    report.require(definition.status == Status::Published, "status", Rule::NotPublished);
    report.require(definition.topics == HelpTopic::ALL, "topics", Rule::LengthOutOfBounds);
    report.require(definition.for_whom == HelpFor::ALL, "for_whom", Rule::LengthOutOfBounds);
    report.require(definition.confirmed == Confirmation::ALL, "confirmed", Rule::LengthOutOfBounds);
    report.require(definition.regions.len() <= MOST_REGIONS, "regions", Rule::LengthOutOfBounds);
    unique(definition.regions.iter().map(|region| &region.region), "regions", &mut report);
    unique(entries(definition).map(|entry| &entry.id), "regions", &mut report);
    let international = definition.regions.last().is_some_and(HelpRegion::is_international);
    report.require(international, "regions", Rule::InternationalMissing);
    for region in &definition.regions {
        of_region(region, &mut report);
    }
    report.into_problems()
}

fn entries(definition: &HelpDefinition) -> impl Iterator<Item = &HelpEntry> {
    definition.regions.iter().flat_map(|region| &region.entries)
}

fn of_region(region: &HelpRegion, report: &mut Report) {
    let place = format!("regions/{}", region.region);
    let country = region.region.len() == 2 && region.region.bytes().all(|byte| byte.is_ascii_uppercase());
    report.require(country || region.is_international(), place.as_str(), Rule::BadRegion);
    report.require((1..=MOST_ENTRIES).contains(&region.entries.len()), place.as_str(), Rule::LengthOutOfBounds);
    report.require(region.emergency.is_empty() == region.is_international(), place.as_str(), Rule::LengthOutOfBounds);
    report.require(region.emergency.len() <= 4, place.as_str(), Rule::LengthOutOfBounds);
    for number in &region.emergency {
        let digits = (2..=6).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        report.require(digits, format!("{place}/emergency/{number}"), Rule::BadNumber);
    }
    for entry in &region.entries {
        of_entry(entry, &format!("{place}/{}", entry.id), report);
    }
}

fn of_entry(entry: &HelpEntry, place: &str, report: &mut Report) {
    identifier(&entry.id, place, report);
    text(&entry.name, 2..=120, &format!("{place}/name"), report);
    some(&entry.topics, &format!("{place}/topics"), report);
    some(&entry.languages, &format!("{place}/languages"), report);
    for tag in &entry.languages {
        report.require(is_language_tag(tag), format!("{place}/languages/{tag}"), Rule::BadLanguageTag);
    }
    for (words, name, most) in [(&entry.area, "area", 60), (&entry.note, "note", 500)] {
        if let Some(words) = words {
            text(words, 2..=most, &format!("{place}/{name}"), report);
        }
    }
    reached(entry, place, report);
    report.require(entry.hours.as_deref().is_none_or(are_hours), format!("{place}/hours"), Rule::BadHours);
    report.require(entry.seen_at.len() <= 10, format!("{place}/seen_at"), Rule::LengthOutOfBounds);
    report.require(entry.checked <= entry.review_by, format!("{place}/review_by"), Rule::DatesOutOfOrder);
}

/// How it is reached, and where that was read.
fn reached(entry: &HelpEntry, place: &str, report: &mut Report) {
    let numbers = [("phone", entry.phone.as_deref()), ("text", entry.text.as_ref().map(|line| line.to.as_str()))];
    for (name, number) in numbers {
        report.require(number.is_none_or(is_number), format!("{place}/{name}"), Rule::BadNumber);
    }
    if let Some(say) = entry.text.as_ref().and_then(|line| line.say.as_deref()) {
        text(say, 1..=40, &format!("{place}/text/say"), report);
    }
    for (name, address) in [("web", &entry.web), ("source", &entry.source)] {
        report.require(is_address(address, &["https://"]), format!("{place}/{name}"), Rule::BadAddress);
    }
    // Nobody is sent there, so what was read on an old page may be told as it was.
    let read = entry.seen_at.iter().all(|address| is_address(address, &["https://", "http://"]));
    report.require(read, format!("{place}/seen_at"), Rule::BadAddress);
}

fn is_number(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let signs = number.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, ' ' | '-' | '+' | '*'));
    signs && (2..=15).contains(&digits) && number.len() <= 24 && number.trim() == number
}

fn is_address(address: &str, schemes: &[&str]) -> bool {
    let host = schemes.iter().find_map(|scheme| address.strip_prefix(scheme)).and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| host.contains('.')) && address.len() <= 300 && !address.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// `24/7`, or a day or a range of days and a range of times: the part of OpenStreetMap's `opening_hours` that is in use.
fn are_hours(hours: &str) -> bool {
    let spell = |part: &str| {
        let Some((days, times)) = part.split_once(' ') else { return false };
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let Some((from, until)) = times.split_once('-') else { return false };
        is_day(first) && is_day(last) && is_time(from) && is_time(until)
    };
    hours == "24/7" || (hours.len() <= 100 && hours.split("; ").all(spell))
}

fn is_day(day: &str) -> bool {
    matches!(day, "Mo" | "Tu" | "We" | "Th" | "Fr" | "Sa" | "Su")
}

fn is_time(time: &str) -> bool {
    let Some((hour, minute)) = time.split_once(':') else { return false };
    let within = |text: &str, most: u8| text.len() == 2 && text.parse::<u8>().is_ok_and(|number| number <= most);
    within(hour, 24) && within(minute, 59) && (hour != "24" || minute == "00")
}

/// Checks the words of every language.
pub(super) fn words(words: &Translations<HelpWords>, files: &Files) -> Vec<Problem> {
    let mut problems = Vec::new();
    for localised in words.all() {
        let mut report = Report::new(format!("{}/{}.json", files.path, localised.language));
        of_language(localised.words, &mut report);
        problems.extend(report.into_problems());
    }
    problems
}

/// The texts that the screen has, too, are checked with it.
fn of_language(words: &HelpWords, report: &mut Report) {
    let (topics, people) = (HelpTopic::ALL.iter().map(|topic| topic.as_str()), HelpFor::ALL.iter().map(|people| people.as_str()));
    same_keys(topics, words.topics.keys().map(|topic| topic.as_str()), "topics", report);
    same_keys(people, words.for_whom.keys().map(|people| people.as_str()), "for_whom", report);
    let topics = words.topics.iter().map(|(topic, label)| (format!("topics/{topic}"), label));
    for (place, label) in topics.chain(words.for_whom.iter().map(|(people, label)| (format!("for_whom/{people}"), label))) {
        text(label, 2..=120, &place, report);
    }
    for (name, label, slot) in labels(words) {
        text(label, 2..=200, name, report);
        let named: BTreeSet<&str> = slot.into_iter().collect();
        report.require(slots_of(label) == Some(named), name, Rule::SlotsDiffer);
    }
}

/// The labels by place, and what each has a place for.
fn labels(words: &HelpWords) -> [(&'static str, &str, Option<&'static str>); 12] {
    let labels = &words.labels;
    [
        ("always_here/emergency", &words.always_here.emergency, Some("number")),
        ("labels/phone", &labels.phone, None),
        ("labels/sms", &labels.sms, None),
        ("labels/whatsapp", &labels.whatsapp, None),
        ("labels/web", &labels.web, None),
        ("labels/hours_always", &labels.hours_always, None),
        ("labels/hours_unknown", &labels.hours_unknown, None),
        ("labels/languages", &labels.languages, None),
        ("labels/other_languages", &labels.other_languages, None),
        ("labels/area", &labels.area, Some("area")),
        ("labels/checked", &labels.checked, Some("date")),
        ("labels/not_confirmed", &labels.not_confirmed, None),
    ]
}

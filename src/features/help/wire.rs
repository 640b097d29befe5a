//! The directory of help as it travels: services by region, and the words around them.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::content::{HelpDirectory, HelpEntry, HelpFilter, HelpFor, HelpLabels, HelpRegion, HelpTopic, HelpWords, Localised, TextLine};

// Bounds the members of a list in the document; nothing is ever made of it.
#[derive(ToSchema)]
#[schema(max_length = 40)]
#[expect(dead_code, reason = "for the document alone")]
struct Word(String);

/// Where help is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SafetyResources, example = json!({
    "version": 1, "language": "en", "languages": ["en", "de", "es", "fr", "pt-BR"], "title": "These are always here",
    "text": "You need no proof and no special reason to call or write.",
    "emergency_unknown": "If you are in danger now, call the emergency number of your country.",
    "traces": "Calls and messages can show up on a bill or in a list.", "close_now": {"label": "Close now", "hint": "This closes the page at once."},
    "topics": [{"id": "crisis", "label": "When it all gets too much, or you think of ending your life"}],
    "for_whom": [{"id": "everyone", "label": "For everyone"}],
    "labels": {
        "phone": "Phone", "sms": "Text message", "whatsapp": "WhatsApp", "web": "Website", "hours_always": "Day and night",
        "hours_unknown": "For the hours, see the website", "languages": "Languages", "other_languages": "and others",
        "area": "Only in {area}", "checked": "Seen on {date}", "not_confirmed": "Numbers can change."
    },
    "regions": [{
        "region": "GB", "emergency": ["999", "112"], "emergency_text": "If you are in danger now, call 999.",
        "entries": [{
            "id": "gb-samaritans", "name": "Samaritans", "topics": ["crisis"], "for_whom": "everyone", "phone": "116 123",
            "web": "https://www.samaritans.org", "hours": "24/7", "languages": ["en"], "other_languages": false,
            "source": "https://www.samaritans.org", "confirmed": "other_copy", "checked": "2026-01-18", "review_by": "2026-12-23",
            "review_overdue": false
        }]
    }]
}))]
pub struct HelpView {
    /// From 1, rising whenever the directory changes.
    #[schema(minimum = 1, maximum = 10_000)]
    version: u32,
    /// The language of the words around the services: a BCP 47 tag.
    #[schema(max_length = 35)]
    language: String,
    /// The languages there are: BCP 47 tags.
    #[schema(max_items = 200, value_type = Vec<Word>, inline)]
    languages: Vec<String>,
    #[schema(max_length = 200)]
    title: String,
    #[schema(max_length = 1_000)]
    text: String,
    /// For a reader whose region is not known.
    #[schema(max_length = 500)]
    emergency_unknown: String,
    /// What calls and messages leave behind.
    #[schema(max_length = 1_000)]
    traces: String,
    close_now: CloseNow,
    /// What services are for, with their labels.
    #[schema(max_items = 20)]
    topics: Vec<HelpLabel>,
    /// Whom services are for, with their labels.
    #[schema(max_items = 20)]
    for_whom: Vec<HelpLabel>,
    labels: HelpLabelsView,
    /// In the order in which they are shown; `international` last, and always there.
    #[schema(max_items = 250)]
    regions: Vec<HelpRegionView>,
}

/// For a button that leaves the page at once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CloseNow {
    #[schema(max_length = 100)]
    label: String,
    /// What it does not do.
    #[schema(max_length = 500)]
    hint: String,
}

/// A word of a closed list, and how it reads.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpLabel {
    #[schema(max_length = 40)]
    id: String,
    #[schema(max_length = 200)]
    label: String,
}

/// The labels of a service's parts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HelpLabels)]
pub struct HelpLabelsView {
    #[schema(max_length = 200)]
    phone: String,
    #[schema(max_length = 200)]
    sms: String,
    #[schema(max_length = 200)]
    whatsapp: String,
    #[schema(max_length = 200)]
    web: String,
    /// For `24/7`.
    #[schema(max_length = 200)]
    hours_always: String,
    /// Where a service has no `hours`.
    #[schema(max_length = 200)]
    hours_unknown: String,
    #[schema(max_length = 200)]
    languages: String,
    /// Where `other_languages` holds.
    #[schema(max_length = 200)]
    other_languages: String,
    /// With `{area}` where the area goes.
    #[schema(max_length = 200)]
    area: String,
    /// With `{date}` where `checked` goes.
    #[schema(max_length = 200)]
    checked: String,
    /// To be shown under every list: numbers can change.
    #[schema(max_length = 200)]
    not_confirmed: String,
}

/// Where help is in one country, or everywhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HelpRegion)]
pub struct HelpRegionView {
    /// ISO 3166-1 alpha-2, or `international`.
    #[schema(max_length = 20)]
    region: String,
    /// Emergency numbers, the most general first; none where it is international.
    #[schema(max_items = 4, value_type = Vec<Word>, inline)]
    emergency: Vec<String>,
    /// What to do in danger, with the first of them.
    #[schema(max_length = 500)]
    emergency_text: String,
    /// In the order in which they are shown.
    #[schema(max_items = 20)]
    entries: Vec<HelpService>,
}

/// One service.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpService {
    /// Unique in the directory.
    #[schema(max_length = 40)]
    id: String,
    /// As the service calls itself.
    #[schema(max_length = 200)]
    name: String,
    /// `partner_violence`, crisis, `children_young_people`, `own_behaviour` or directory; the first above all
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    topics: Vec<String>,
    /// everyone, women, men or `children_young_people`
    #[schema(max_length = 40)]
    for_whom: String,
    /// As it is dialled in the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<HelpTextLine>,
    /// Its pages.
    #[schema(max_length = 300)]
    web: String,
    /// `24/7`, or days and times as in OpenStreetMap's `opening_hours`; absent where unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    hours: Option<String>,
    /// The languages it speaks: BCP 47 tags.
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    languages: Vec<String>,
    /// Whether it speaks others as well, or has interpreters.
    other_languages: bool,
    /// The part of the country it is for; absent where it is for all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    area: Option<String>,
    /// The official address.
    #[schema(max_length = 300)]
    source: String,
    /// What was read to confirm it, a stored copy each: `official_copy` (of the service's own pages), `public_body_copy` (of an
    /// authority's) or `other_copy` (of the press or another organisation's).
    #[schema(max_length = 40)]
    confirmed: String,
    /// The date of what was read.
    checked: NaiveDate,
    /// The last day before it must be looked at again.
    review_by: NaiveDate,
    /// Whether that day has passed (UTC). It is still here, because old help is better than none.
    review_overdue: bool,
}

/// A way to write to a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpTextLine {
    /// sms or whatsapp
    #[schema(max_length = 40)]
    by: String,
    #[schema(max_length = 40)]
    to: String,
    /// The word that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    say: Option<String>,
}

impl HelpView {
    /// The help that passes the filter, as a reader of these words sees it on this day.
    #[must_use]
    pub fn of(directory: &HelpDirectory, localised: &Localised<'_, HelpWords>, filter: HelpFilter<'_>, today: NaiveDate) -> Self {
        let words = localised.words;
        let label = |id: String, label: Option<&String>| HelpLabel { id, label: label.cloned().unwrap_or_default() };
        Self {
            version: directory.definition().version,
            language: localised.language.to_owned(),
            languages: directory.words().languages().map(str::to_owned).collect(),
            title: words.always_here.title.clone(),
            text: words.always_here.text.clone(),
            emergency_unknown: words.always_here.emergency_unknown.clone(),
            traces: words.always_here.traces.clone(),
            close_now: CloseNow { label: words.close_now.label.clone(), hint: words.close_now.hint.clone() },
            topics: HelpTopic::ALL.iter().map(|topic| label(topic.to_string(), words.topics.get(topic))).collect(),
            for_whom: HelpFor::ALL.iter().map(|people| label(people.to_string(), words.for_whom.get(people))).collect(),
            labels: HelpLabelsView::from(&words.labels),
            regions: directory.regions(filter).map(|(region, entries)| HelpRegionView::of(region, &entries, words, today)).collect(),
        }
    }
}

impl HelpRegionView {
    fn of(region: &HelpRegion, entries: &[&HelpEntry], words: &HelpWords, today: NaiveDate) -> Self {
        let known = |number: &String| words.always_here.emergency.replace("{number}", number);
        Self {
            region: region.region.clone(),
            emergency: region.emergency.clone(),
            emergency_text: region.emergency.first().map_or_else(|| words.always_here.emergency_unknown.clone(), known),
            entries: entries.iter().map(|entry| HelpService::of(entry, today)).collect(),
        }
    }
}

impl HelpService {
    fn of(entry: &HelpEntry, today: NaiveDate) -> Self {
        Self {
            id: entry.id.clone(),
            name: entry.name.clone(),
            topics: entry.topics.iter().map(ToString::to_string).collect(),
            for_whom: entry.for_whom.to_string(),
            phone: entry.phone.clone(),
            text: entry.text.as_ref().map(HelpTextLine::from),
            web: entry.web.clone(),
            hours: entry.hours.clone(),
            languages: entry.languages.clone(),
            other_languages: entry.other_languages,
            area: entry.area.clone(),
            source: entry.source.clone(),
            confirmed: entry.confirmed.to_string(),
            checked: entry.checked,
            review_by: entry.review_by,
            review_overdue: entry.is_overdue(today),
        }
    }
}

impl From<&TextLine> for HelpTextLine {
    fn from(line: &TextLine) -> Self {
        Self { by: line.by.to_string(), to: line.to.clone(), say: line.say.clone() }
    }
}

impl From<&HelpLabels> for HelpLabelsView {
    fn from(labels: &HelpLabels) -> Self {
        Self {
            phone: labels.phone.clone(),
            sms: labels.sms.clone(),
            whatsapp: labels.whatsapp.clone(),
            web: labels.web.clone(),
            hours_always: labels.hours_always.clone(),
            hours_unknown: labels.hours_unknown.clone(),
            languages: labels.languages.clone(),
            other_languages: labels.other_languages.clone(),
            area: labels.area.clone(),
            checked: labels.checked.clone(),
            not_confirmed: labels.not_confirmed.clone(),
        }
    }
}

//! The directory of help: services by region, each with its source, when and how it was confirmed, and when it must be looked at again.

mod check;
#[cfg(test)]
mod tests;
mod words;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::content::embedded::Files;
use crate::content::error::Problem;
use crate::content::language::covers;
use crate::content::translations::{Translations, read_checked};
use crate::content::vocabulary::{Confirmation, HelpFor, HelpTopic, Status, TextBy};
pub use words::{HelpLabels, HelpWords};

/// The name of the region whose services are for everybody.
pub const INTERNATIONAL: &str = "international";

/// The directory in every language. It can only be had from files that keep every rule, and cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpDirectory {
    definition: HelpDefinition,
    words: Translations<HelpWords>,
}

/// `resources.json`: everything about the directory but its words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpDefinition {
    /// From 1, rising with every change.
    pub version: u32,
    /// Whether it is served; it has to be.
    pub status: Status,
    /// What help is for: all.
    pub topics: Vec<HelpTopic>,
    /// Whom help is for: all.
    pub for_whom: Vec<HelpFor>,
    /// The ways of confirming: all.
    pub confirmed: Vec<Confirmation>,
    /// In the order in which they are shown; [`INTERNATIONAL`] last.
    pub regions: Vec<HelpRegion>,
}

/// Where help is in one country, or everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpRegion {
    /// ISO 3166-1 alpha-2, or [`INTERNATIONAL`].
    pub region: String,
    /// Emergency numbers, the most general first; none where it is international.
    pub emergency: Vec<String>,
    /// In the order in which they are shown.
    pub entries: Vec<HelpEntry>,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpEntry {
    /// Unique in the directory.
    pub id: String,
    /// As the service calls itself.
    pub name: String,
    /// What it is for, the first above all.
    pub topics: Vec<HelpTopic>,
    /// Whom it is for.
    pub for_whom: HelpFor,
    /// As it is dialled in the region.
    #[serde(default)]
    pub phone: Option<String>,
    /// Where to write.
    #[serde(default)]
    pub text: Option<TextLine>,
    /// Its pages, https.
    pub web: String,
    /// `24/7`, or days and times as in OpenStreetMap's `opening_hours`; absent where unknown.
    #[serde(default)]
    pub hours: Option<String>,
    /// The languages it speaks: BCP 47 tags.
    pub languages: Vec<String>,
    /// Whether it speaks others as well, or has interpreters.
    #[serde(default)]
    pub other_languages: bool,
    /// The part of the country it is for; absent where it is for all of it.
    #[serde(default)]
    pub area: Option<String>,
    /// The official address.
    pub source: String,
    /// What was read to confirm it.
    pub confirmed: Confirmation,
    /// The date of what was read.
    pub checked: NaiveDate,
    /// Where that was read.
    pub seen_at: Vec<String>,
    /// The last day before it must be looked at again.
    pub review_by: NaiveDate,
    /// For whoever looks at it again, in English.
    #[serde(default)]
    pub note: Option<String>,
}

/// A way to write to a service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextLine {
    /// By what.
    pub by: TextBy,
    /// To which number.
    pub to: String,
    /// With which word, where it asks for one.
    #[serde(default)]
    pub say: Option<String>,
}

/// Which services to list. What is `None` does not restrict. International ones are there whatever is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HelpFilter<'a> {
    /// ISO 3166-1 alpha-2, in either case.
    pub region: Option<&'a str>,
    /// Services for this.
    pub topic: Option<HelpTopic>,
    /// Services that speak this: a language range, so `pt` finds `pt-BR` and `de-CH` finds `de`.
    pub language: Option<&'a str>,
}

impl HelpDirectory {
    /// Parses and checks the files.
    pub(in crate::content) fn read(files: &Files) -> Result<Self, Vec<Problem>> {
        let (definition, words) =
            read_checked(files, "resources", |definition| check::definition(definition, files), |_, words| check::words(words, files))?;
        Ok(Self { definition, words })
    }

    /// Everything but the words.
    #[must_use]
    pub const fn definition(&self) -> &HelpDefinition {
        &self.definition
    }

    /// The words, by language.
    #[must_use]
    pub const fn words(&self) -> &Translations<HelpWords> {
        &self.words
    }

    /// The regions that are asked for, and the services there that fit. A region is there even where none of its services fits:
    /// its emergency numbers always do.
    pub fn regions<'a>(&'a self, filter: HelpFilter<'a>) -> impl Iterator<Item = (&'a HelpRegion, Vec<&'a HelpEntry>)> {
        self.definition.regions.iter().filter(move |region| filter.covers(region)).map(move |region| {
            let all = region.is_international();
            (region, region.entries.iter().filter(|entry| all || filter.admits(entry)).collect())
        })
    }

    /// The services whose review was due before this day.
    pub fn overdue(&self, today: NaiveDate) -> impl Iterator<Item = &HelpEntry> {
        self.definition.regions.iter().flat_map(|region| &region.entries).filter(move |entry| entry.is_overdue(today))
    }

    /// The first day by which a service must be looked at again.
    #[must_use]
    pub fn next_review(&self) -> Option<NaiveDate> {
        self.definition.regions.iter().flat_map(|region| &region.entries).map(|entry| entry.review_by).min()
    }
}

impl HelpRegion {
    /// Whether its services are for everybody.
    #[must_use]
    pub fn is_international(&self) -> bool {
        self.region == INTERNATIONAL
    }
}

impl HelpEntry {
    /// Whether it should have been looked at again before this day.
    #[must_use]
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        today > self.review_by
    }
}

impl HelpFilter<'_> {
    fn covers(&self, region: &HelpRegion) -> bool {
        region.is_international() || self.region.is_none_or(|asked| region.region.eq_ignore_ascii_case(asked))
    }

    fn admits(&self, entry: &HelpEntry) -> bool {
        self.topic.is_none_or(|topic| entry.topics.contains(&topic))
            && self.language.is_none_or(|range| entry.languages.iter().any(|tag| covers(range, tag)))
    }
}

//! What the directory of help says around its entries, in one language. The file has the words of the screen, too.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::content::safety::{AlwaysHereWords, CloseNowWords};
use crate::content::vocabulary::{HelpFor, HelpTopic};

/// All texts of the directory in one language. Names of services are their own, and stand beside the services.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HelpWords {
    /// That help is there for everybody.
    pub always_here: AlwaysHereWords,
    /// For a button that leaves the page.
    pub close_now: CloseNowWords,
    /// What help is for.
    pub topics: BTreeMap<HelpTopic, String>,
    /// Whom it is for.
    pub for_whom: BTreeMap<HelpFor, String>,
    /// The labels of an entry's parts.
    pub labels: HelpLabels,
}

/// The labels of an entry's parts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpLabels {
    /// Beside a number to call.
    pub phone: String,
    /// Beside a number to write to.
    pub sms: String,
    /// Beside a number to write to.
    pub whatsapp: String,
    /// Beside an address.
    pub web: String,
    /// For `24/7`.
    pub hours_always: String,
    /// Where the hours are not known.
    pub hours_unknown: String,
    /// Beside the languages.
    pub languages: String,
    /// After them, where there are more.
    pub other_languages: String,
    /// With `{area}` where the area goes.
    pub area: String,
    /// With `{date}` where the date goes.
    pub checked: String,
    /// Under every list.
    pub not_confirmed: String,
}

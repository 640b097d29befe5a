//! Calendar feeds as they travel.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Address, Feed, MAX_TITLE};
use crate::api::body::present;
use crate::kernel::{FieldError, Fields, text};

/// A new calendar feed; `{}` is the usual.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "tea"}))]
pub struct CreateCalendarFeed {
    /// What its events are called, where the person likes words of their own: whoever sees the calendar reads them. Without it, neutral
    /// words in the account's language.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 40, format = "line")]
    title: Option<String>,
}

impl CreateCalendarFeed {
    /// Checks the title.
    pub fn parse(self) -> Result<Option<String>, Vec<FieldError>> {
        let mut fields = Fields::default();
        let title = self.title.and_then(|title| fields.take("/title", text::line(&title, MAX_TITLE)));
        fields.finish(Some(title))
    }
}

/// A calendar feed; its address is not among what can be read again.
#[derive(Serialize, ToSchema)]
#[schema(as = CalendarFeed, example = json!({"id": "01980000-0000-7000-8000-000000000021", "title": "tea", "created_at": "2026-03-01T12:00:00Z"}))]
pub struct CalendarFeedView {
    id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    title: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Feed> for CalendarFeedView {
    fn from(feed: Feed) -> Self {
        Self { id: feed.id.0, title: feed.title, created_at: feed.created_at }
    }
}

/// A feed that was just made, with the address that is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01980000-0000-7000-8000-000000000021", "title": "tea", "created_at": "2026-03-01T12:00:00Z",
    "address": "/v1/calendar/3q2-7wABAgMEBQYHCAkKCwwNDg8.ics"
}))]
pub struct NewCalendarFeed {
    #[serde(flatten)]
    feed: CalendarFeedView,
    /// The path to hand to a calendar program, on this service. Whoever has it reads the feed; it opens nothing else. Absent where the
    /// same request made the feed before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    address: Option<String>,
}

impl NewCalendarFeed {
    #[must_use]
    pub fn new(feed: Feed, address: Option<&Address>) -> Self {
        Self { feed: feed.into(), address: address.map(Address::expose) }
    }
}

/// The account's calendar feeds, oldest first.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"data": [{"id": "01980000-0000-7000-8000-000000000021", "created_at": "2026-03-01T12:00:00Z"}]}))]
pub struct CalendarFeedList {
    #[schema(max_items = 10)]
    pub data: Vec<CalendarFeedView>,
}

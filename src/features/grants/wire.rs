//! Grants as they travel.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Grant, GrantCode, LONGEST, Terms, dimensions_of};
use crate::api::body::present;
use crate::features::erasures::model::Days;
use crate::features::interactions::DimensionWord;
use crate::features::interactions::model::{Dimension, dimension_code};
use crate::kernel::reach::Dimensions;
use crate::kernel::{FieldError, Fields, RelationshipId, text};

/// What to lend, and until when.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "current_password": "seven quiet green lamps", "from": "2026-01-01", "to": "2026-02-28", "dimensions": ["repair", "emotional_support"],
    "lasts_hours": 2160, "label": "counselling"
}))]
pub struct CreateGrant {
    /// The account's password: whoever has the unlocked phone for a moment must not read on for a year. An account of another issuer has
    /// none, and takes none here.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "never_repeated")]
    #[schema(min_length = 1, max_length = 256, format = Password)]
    pub current_password: Option<String>,
    /// Only entries of this local day and later.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    /// Only entries up to this local day, included.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
    /// Only entries in these ways. Absent: in all of them.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 8)]
    dimensions: Option<Vec<DimensionWord>>,
    /// Whether the notes of these entries may be read too.
    #[serde(default)]
    notes: bool,
    /// How long it lasts, in hours from now: 366 days at most.
    #[schema(minimum = 1, maximum = 8_784)]
    lasts_hours: i32,
    /// A name to recognise it by; the session that comes by it is called so too.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 60, format = "line")]
    label: Option<String>,
}

/// A request is recognised by what it asks for, and a password is in no digest that is stored.
#[expect(clippy::ref_option, reason = "serde hands the member over so")]
const fn never_repeated(_: &Option<String>) -> bool {
    true
}

impl CreateGrant {
    /// Checks every member.
    pub fn parse(&self, relationship: RelationshipId, now: DateTime<Utc>) -> Result<Terms, Vec<FieldError>> {
        let mut fields = Fields::default();
        let label = self.label.as_deref().and_then(|label| fields.take("/label", text::line(label, 60)));
        // The ends that are not named are as far as days go.
        let open = (NaiveDate::default(), NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX));
        if let Err((pointer, refusal)) = Days::parse(self.from.unwrap_or(open.0), self.to.unwrap_or(open.1)) {
            fields.take::<()>(pointer, Err(refusal));
        }
        let lasts = TimeDelta::hours(self.lasts_hours.into());
        if lasts <= TimeDelta::zero() || lasts > LONGEST {
            fields.push("/lasts_hours", "out_of_range", "A whole number from 1 to 8,784 belongs here.");
        }
        let dimensions = self.dimensions.as_ref().and_then(|words| chosen(&mut fields, words));
        fields.finish(Some(Terms {
            relationship,
            from: self.from,
            to: self.to,
            dimensions,
            notes: self.notes,
            expires_at: now + lasts,
            label,
        }))
    }
}

fn chosen(fields: &mut Fields, words: &[DimensionWord]) -> Option<Dimensions> {
    let numbers: Vec<i16> = words.iter().map(|word| dimension_code(Dimension::from(*word))).collect();
    if words.len() > Dimension::ALL.len() {
        fields.push("/dimensions", "too_many", "There are eight ways; name each of them once.");
        return None;
    }
    let some = Dimensions::of_numbers(&numbers);
    if some.is_none() {
        fields.push("/dimensions", "empty", "Name at least one, or leave the member out for all of them.");
    }
    some
}

/// A grant as the person who gave it sees it. The code that opens it cannot be read again.
#[derive(Serialize, ToSchema)]
#[schema(as = Grant, example = json!({
    "id": "01980000-0000-7000-8000-0000000000e1", "relationship_id": "01980000-0000-7000-8000-000000000001", "state": "redeemed",
    "label": "counselling", "from": "2026-01-01", "to": "2026-02-28", "dimensions": ["emotional_support", "repair"], "notes": false,
    "created_at": "2026-03-01T12:00:00Z", "expires_at": "2026-06-01T12:00:00Z", "redeemed_at": "2026-03-02T09:30:00Z"
}))]
pub struct GrantView {
    id: Uuid,
    relationship_id: Uuid,
    /// waiting (nobody has used its code), redeemed, ended or expired
    #[schema(max_length = 40)]
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 60)]
    label: Option<String>,
    /// The first local day that is lent; absent: from the beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<NaiveDate>,
    /// The last local day that is lent; absent: whatever comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<NaiveDate>,
    /// The ways that are lent; absent: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20, inline)]
    dimensions: Option<Vec<LentDimension>>,
    /// Whether notes are lent too.
    notes: bool,
    created_at: DateTime<Utc>,
    /// When it ends by itself.
    expires_at: DateTime<Utc>,
    /// When somebody used its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    redeemed_at: Option<DateTime<Utc>>,
    /// When it was ended before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ended_at: Option<DateTime<Utc>>,
}

/// A way that is lent.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, max_length = 40)]
pub struct LentDimension(&'static str);

impl GrantView {
    /// A grant as it stands at an instant.
    #[must_use]
    pub fn new(grant: Grant, now: DateTime<Utc>) -> Self {
        let state = grant.state(now).as_str();
        let Grant { id, terms, created_at, redeemed_at, ended_at } = grant;
        let Terms { relationship, from, to, dimensions, notes, expires_at, label } = terms;
        let words = |set| dimensions_of(set).map(|dimension| LentDimension(dimension.as_str())).collect();
        Self {
            id: id.0,
            relationship_id: relationship.0,
            state,
            label,
            from,
            to,
            dimensions: dimensions.map(words),
            notes,
            created_at,
            expires_at,
            redeemed_at,
            ended_at,
        }
    }
}

/// A grant just made: the only time that its code is shown.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01980000-0000-7000-8000-0000000000e1", "relationship_id": "01980000-0000-7000-8000-000000000001", "state": "waiting",
    "notes": false, "created_at": "2026-03-01T12:00:00Z", "expires_at": "2026-06-01T12:00:00Z",
    "code": "06c0-0000-01r0-1000-0000-0000-m400-20g3-0g2g-c1r8-1450-p30d-1r7g-7c"
}))]
pub struct NewGrant {
    #[serde(flatten)]
    grant: GrantView,
    /// What to hand over; good once. Absent where the same request made the grant before: then end it and make another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    code: Option<String>,
}

impl NewGrant {
    #[must_use]
    pub fn new(grant: Grant, code: Option<&GrantCode>, now: DateTime<Utc>) -> Self {
        Self { grant: GrantView::new(grant, now), code: code.map(GrantCode::expose) }
    }
}

/// A page of grants.
#[derive(Serialize, ToSchema)]
pub struct GrantPage {
    #[schema(max_items = 200)]
    pub data: Vec<GrantView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

/// The code of a grant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "06c0-0000-01r0-1000-0000-0000-m400-20g3-0g2g-c1r8-1450-p30d-1r7g-7c"}))]
pub struct RedeemGrant {
    /// As it was handed over; capitals, spaces and dashes do not matter.
    #[schema(min_length = 1, max_length = 100, format = "grant-code")]
    pub code: String,
}

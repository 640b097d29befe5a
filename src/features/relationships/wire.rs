//! Relationships as they travel: requests, answers, and how a request becomes checked details.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{
    Change, Context, ContextEffect, ContextKind, Details, KeptBy, Kind, MAX_CONTEXTS, MAX_NAME, MAX_NOT_ACTIVE, Named, Names, NotActive,
    Status,
};
use crate::api::body::{patched, present};
use crate::kernel::{FieldError, Fields, text};

/// A new relationship.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"alias": "Sam", "kind": "friend", "label": "from the choir"}))]
pub struct CreateRelationship {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// How the logger calls the other person. Not a full name, not a contact.
    #[schema(min_length = 1, max_length = 80, format = "line")]
    alias: String,
    #[schema(inline)]
    kind: KindWord,
    /// A few words of the logger's own.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 80, format = "line")]
    label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(inline)]
    kept_by: Option<KeptByWord>,
    /// What would be even here, from -1 (only the logger receives) to 1 (only the logger gives): 0 among peers, positive for
    /// a parent towards a child or for a carer.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1, default = 0)]
    expected_balance: Option<f64>,
    /// Periods of known strain, which widen what counts as normal.
    #[serde(default)]
    #[schema(max_items = 50)]
    contexts: Vec<ContextBody>,
}

/// What kind of tie it is.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindWord {
    Dating,
    Partner,
    Family,
    Friend,
}

/// Who kept the log: the logger (usually), the other person, or neither (a measured record).
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeptByWord {
    Logger,
    Other,
    Neither,
}

/// Where the relationship stands for the logger.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusWord {
    Active,
    Paused,
    Archived,
    Ended,
}

/// A period of known strain; local dates, both included.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "exams", "from": "2026-02-01", "to": "2026-02-20"}))]
pub struct ContextBody {
    #[schema(inline)]
    kind: ContextKindWord,
    /// Whether these days only widen what counts as normal (the usual) or are left out altogether.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(inline)]
    effect: Option<ContextEffectWord>,
    from: NaiveDate,
    /// Not before `from`; without it the period goes on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
}

#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContextKindWord {
    Illness,
    Newborn,
    Exams,
    Distance,
    Other,
}

#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContextEffectWord {
    Widen,
    Exempt,
}

/// What to change: absent stays, null removes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[schema(example = json!({"status": "paused"}))]
pub struct UpdateRelationship {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 80, format = "line")]
    alias: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    kind: Option<KindWord>,
    /// Null removes it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80, format = "line")]
    label: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    status: Option<StatusWord>,
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    kept_by: Option<KeptByWord>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, minimum = -1, maximum = 1)]
    expected_balance: Option<f64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 50)]
    contexts: Option<Vec<ContextBody>>,
}

/// Local days on which a relationship was not an active one, both included.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotActive, example = json!({"from": "2026-02-01", "to": "2026-02-20"}))]
pub struct NotActiveBody {
    from: NaiveDate,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<NaiveDate>,
}

impl From<NotActive> for NotActiveBody {
    fn from(NotActive { from, to }: NotActive) -> Self {
        Self { from, to }
    }
}

/// A relationship.
#[derive(Serialize, ToSchema)]
#[schema(as = Relationship, example = json!({
    "id": "01980000-0000-7000-8000-000000000001", "alias": "Sam", "kind": "friend", "label": "from the choir", "status": "active",
    "kept_by": "logger", "expected_balance": 0.0, "contexts": [], "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"
}))]
pub struct RelationshipView {
    id: Uuid,
    #[schema(max_length = 80)]
    alias: String,
    /// dating, partner, family or friend
    #[schema(max_length = 40)]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 80)]
    label: Option<String>,
    /// active, paused, archived or ended
    #[schema(max_length = 40)]
    status: String,
    /// logger, other or neither
    #[schema(max_length = 40)]
    kept_by: String,
    #[schema(minimum = -1, maximum = 1)]
    expected_balance: f64,
    #[schema(max_items = 50)]
    contexts: Vec<ContextView>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A period of known strain.
#[derive(Serialize, ToSchema)]
#[schema(as = Context)]
pub struct ContextView {
    /// illness, newborn, exams, distance or other
    #[schema(max_length = 40)]
    kind: String,
    /// widen or exempt
    #[schema(max_length = 40)]
    effect: String,
    from: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
}

/// A page of relationships.
#[derive(Serialize, ToSchema)]
pub struct RelationshipPage {
    #[schema(max_items = 200)]
    pub data: Vec<RelationshipView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

impl CreateRelationship {
    /// Checks every member.
    pub fn parse(self) -> Result<(Names, Details), Vec<FieldError>> {
        let mut fields = Fields::default();
        let alias = fields.take("/alias", text::line(&self.alias, MAX_NAME));
        let label = self.label.and_then(|label| fields.take("/label", text::line(&label, MAX_NAME)));
        let expected_balance = fields.take("/expected_balance", checked_balance(self.expected_balance.unwrap_or(0.0)));
        let contexts = checked_contexts(&mut fields, self.contexts);
        let kept_by = self.kept_by.map_or(KeptBy::Logger, KeptBy::from);
        let checked = alias.zip(expected_balance).map(|(alias, expected_balance)| {
            let details = Details { kind: self.kind.into(), status: Status::Active, kept_by, expected_balance, contexts };
            (Names { alias, label }, details)
        });
        fields.finish(checked)
    }
}

impl UpdateRelationship {
    /// Checks every member that is there.
    pub fn parse(self) -> Result<Change, Vec<FieldError>> {
        let mut fields = Fields::default();
        let change = Change {
            alias: self.alias.and_then(|alias| fields.take("/alias", text::line(&alias, MAX_NAME))),
            kind: self.kind.map(Kind::from),
            label: match self.label {
                None => None,
                Some(None) => Some(None),
                Some(Some(label)) => Some(fields.take("/label", text::line(&label, MAX_NAME))),
            },
            status: self.status.map(Status::from),
            kept_by: self.kept_by.map(KeptBy::from),
            expected_balance: self.expected_balance.and_then(|value| fields.take("/expected_balance", checked_balance(value))),
            contexts: self.contexts.map(|list| checked_contexts(&mut fields, list)),
        };
        fields.finish(Some(change))
    }
}

/// A balance from -1 to 1.
pub fn checked_balance(value: f64) -> Result<f64, text::Refusal> {
    if (-1.0..=1.0).contains(&value) { Ok(value) } else { Err(("out_of_range", "A number from -1 to 1 belongs here.".to_owned())) }
}

/// Periods that end after they begin, not too many of them.
pub fn checked_contexts(fields: &mut Fields, list: Vec<ContextBody>) -> Vec<Context> {
    if list.len() > MAX_CONTEXTS {
        fields.push("/contexts", "too_many", format!("At most {MAX_CONTEXTS} periods are accepted."));
        return Vec::new();
    }
    for (index, period) in list.iter().enumerate() {
        if period.to.is_some_and(|to| to < period.from) {
            fields.push(format!("/contexts/{index}/to"), "before_start", "A period does not end before it begins.");
        }
    }
    list.into_iter()
        .map(|period| Context {
            kind: period.kind.into(),
            effect: period.effect.map_or(ContextEffect::Widen, ContextEffect::from),
            from: period.from,
            to: period.to,
        })
        .collect()
}

impl From<Named> for RelationshipView {
    fn from(Named { names, relationship: found }: Named) -> Self {
        let details = found.details;
        Self {
            id: found.id.0,
            alias: names.alias,
            kind: details.kind.as_str().to_owned(),
            label: names.label,
            status: details.status.as_str().to_owned(),
            kept_by: details.kept_by.as_str().to_owned(),
            expected_balance: details.expected_balance,
            contexts: details.contexts.into_iter().map(ContextView::from).collect(),
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}

impl From<Context> for ContextView {
    fn from(context: Context) -> Self {
        Self { kind: context.kind.as_str().to_owned(), effect: context.effect.as_str().to_owned(), from: context.from, to: context.to }
    }
}

/// Periods one after the other up to today, of which the last goes on where the relationship is not active: from today where it is not said.
/// Two may share days where they were written by an older version, or where the account's zone changed in between: each begins after the one before.
pub fn checked_not_active(list: Vec<NotActiveBody>, status: Status, today: NaiveDate) -> Result<Vec<NotActive>, Vec<FieldError>> {
    let mut fields = Fields::default();
    if list.len() > MAX_NOT_ACTIVE {
        fields.push("/not_active", "too_many", format!("At most {MAX_NOT_ACTIVE} periods are accepted."));
    }
    let (mut periods, mut earliest) = (Vec::new(), Some(NaiveDate::default()));
    for (index, NotActiveBody { from, to }) in list.into_iter().take(MAX_NOT_ACTIVE).enumerate() {
        let in_order = earliest.is_some() && NaiveDate::default() <= from && from <= today;
        if !in_order || to.is_some_and(|to| to < from || today < to) || (to.is_none() && status == Status::Active) {
            let detail = "Periods come one after the other, from 1970 to today; where it is active again, each has an end.";
            fields.push(format!("/not_active/{index}"), "out_of_range", detail);
        }
        let from = earliest.map_or(from, |earliest| earliest.max(from));
        if to.is_none_or(|to| from <= to) {
            earliest = to.and_then(|to| to.succ_opt());
            periods.push(NotActive { from, to });
        }
    }
    if status != Status::Active && periods.last().is_none_or(|last| last.to.is_some()) {
        let too_many = (periods.len() + 1).saturating_sub(MAX_NOT_ACTIVE);
        periods.drain(..too_many);
        periods.push(NotActive { from: today, to: None });
    }
    fields.finish(Some(periods))
}

macro_rules! same_words {
    ($($word:ident => $model:ident { $($variant:ident),+ })+) => {$(
        impl From<$word> for $model {
            fn from(word: $word) -> Self {
                match word { $($word::$variant => Self::$variant),+ }
            }
        }
    )+};
}

same_words! {
    KindWord => Kind { Dating, Partner, Family, Friend }
    KeptByWord => KeptBy { Logger, Other, Neither }
    StatusWord => Status { Active, Paused, Archived, Ended }
    ContextKindWord => ContextKind { Illness, Newborn, Exams, Distance, Other }
    ContextEffectWord => ContextEffect { Widen, Exempt }
}

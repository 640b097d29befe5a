//! What clients send.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::present;
use crate::features::assessments::model::{DEFAULT_WINDOW_DAYS, MAX_WINDOW_DAYS, Wanted};
use crate::kernel::{FieldError, Fields};

/// Which days to assess; `{}` is the last 180.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"window_days": 180}))]
pub struct CreateAssessment {
    /// The last day that counts, in the account's zone: today at the latest; without it, the last complete day.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date)]
    as_of: Option<NaiveDate>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3660, default = 180)]
    window_days: Option<i32>,
}

impl CreateAssessment {
    pub fn parse(&self) -> Result<Wanted, Vec<FieldError>> {
        let mut fields = Fields::default();
        let wanted = wanted(&mut fields, self.as_of, self.window_days);
        fields.finish(Some(wanted))
    }
}

/// Which days, as computing and previewing ask for them.
pub fn wanted(fields: &mut Fields, as_of: Option<NaiveDate>, window_days: Option<i32>) -> Wanted {
    let window_days = window_days.unwrap_or(DEFAULT_WINDOW_DAYS);
    if !(1..=MAX_WINDOW_DAYS).contains(&window_days) {
        fields.push("/window_days", "out_of_range", format!("A window has 1 to {MAX_WINDOW_DAYS} days."));
    }
    if as_of.is_some_and(|date| date < NaiveDate::default()) {
        fields.push("/as_of", "too_early", "Entries begin in 1970.");
    }
    Wanted { as_of, window_days }
}

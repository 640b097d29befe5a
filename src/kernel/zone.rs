//! IANA time zones and the local date an instant falls on.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::text::Refusal;

/// Reads an IANA zone name such as `Europe/Berlin`.
pub fn parse(name: &str) -> Result<Tz, Refusal> {
    name.parse().map_err(|_| ("unknown_time_zone", "Use an IANA time zone name such as Europe/Berlin.".to_owned()))
}

/// The calendar day on which `instant` falls in `zone`.
#[must_use]
pub fn local_date(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

/// The last day that is over in `zone`: the default day an assessment looks back from.
#[must_use]
pub fn last_complete_day(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    let today = local_date(now, zone);
    today.pred_opt().unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_evening_in_berlin_belongs_to_its_own_day() {
        let late = "2026-03-29T22:30:00Z".parse().unwrap();
        assert_eq!(local_date(late, parse("Europe/Berlin").unwrap()).to_string(), "2026-03-30");
        assert_eq!(local_date(late, parse("America/Lima").unwrap()).to_string(), "2026-03-29");
    }
}

//! Practices lived through from beginning to end.

use serde_json::json;

use super::{adopt, days_later, done, due, relationship, standing};
use crate::support::Service;

#[test]
fn a_daily_check_in_is_done_by_turns_and_a_missed_day_is_let_go_without_a_word() {
    let service = Service::start();
    let me = service.someone();
    let practice = adopt(&me, &relationship(&me), "daily-check-in", &json!({"time_of_day": "19:30"}));
    let at_first = standing(&me, &practice);
    assert_eq!((at_first.get("turn"), at_first.get("kept"), &at_first["sessions"]), (None, None, &json!(0)));
    assert_eq!(at_first["due"], json!({"is_open": true, "on": "2026-03-02", "at": "2026-03-02T19:30:00+01:00"}));
    let after = done(&me, &practice, "me", "both");
    assert_eq!((&after["turn"], &after["due"]["on"], &after["due"]["is_open"]), (&json!("them"), &json!("2026-03-03"), &json!(false)));
    let me = days_later(&service, &me, 1);
    assert_eq!(done(&me, &practice, "them", "both")["turn"], "me");
    // Wednesday is left out.
    let me = days_later(&service, &me, 2);
    assert_eq!(due(&me, &practice), (true, "2026-03-05".to_owned()), "today's, and not yesterday's");
    let after = done(&me, &practice, "me", "both");
    assert_eq!(after["kept"], json!({"times": 3, "since": "2026-03-02"}));
    assert_eq!((&after["started"], &after["together"]), (&json!({"me": 2, "them": 1}), &json!(3)));
    for word in ["missed", "fail", "broken", "late"] {
        assert!(!after.to_string().contains(word), "{after}");
    }
}

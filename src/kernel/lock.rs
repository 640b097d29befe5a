//! Whether a session may show what is stored: where the account has a PIN, only for some minutes after it was given.

use chrono::{DateTime, Utc};

/// The lock of a living session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// The account has no PIN, so nothing is locked.
    Absent,
    /// The PIN was given; at this moment it locks again.
    OpenUntil(DateTime<Utc>),
    /// The PIN has not been given, or its time is over.
    Closed,
}

impl Lock {
    /// The lock of a session, from what is stored of it.
    #[must_use]
    pub const fn of(has_pin: bool, unlocked_until: Option<DateTime<Utc>>) -> Self {
        match (has_pin, unlocked_until) {
            (false, _) => Self::Absent,
            (true, Some(until)) => Self::OpenUntil(until),
            (true, None) => Self::Closed,
        }
    }

    /// Whether something may be shown at `now`: up to the moment at which it locks again, and not at it.
    #[must_use]
    pub fn is_open(self, now: DateTime<Utc>) -> bool {
        match self {
            Self::Absent => true,
            Self::OpenUntil(until) => now < until,
            Self::Closed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_lock_opens_with_the_pin_and_closes_at_its_moment() {
        let noon: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        assert!(Lock::of(false, None).is_open(noon) && !Lock::of(true, None).is_open(noon));
        let open = Lock::of(true, Some(noon));
        assert!(open.is_open(noon - TimeDelta::milliseconds(1)) && !open.is_open(noon));
        assert!(Lock::of(false, Some(noon)).is_open(noon), "where the PIN was removed nothing is locked");
    }
}

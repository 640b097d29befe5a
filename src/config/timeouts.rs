//! How long a client may take over each part of a request; the environment says it in seconds.

use std::time::Duration;

use super::Vars;

/// The longest that can be asked for: a client that needs more is not there.
const MOST: f64 = 3_600.0;
/// The longest time, in seconds, after which whoever sends requests here has noticed that they should not.
const LONGEST_DRAIN: u64 = 3_600;

/// What a slow client is given. A connection that exceeds one of these is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the head of the first request on a connection.
    pub head: Duration,
    /// For a request's body, all of it.
    pub body: Duration,
    /// Without a byte between two requests.
    pub idle: Duration,
    /// For taking an answer, or a part of a long one, and for the whole head of the request after it.
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { head: seconds(10), body: seconds(60), idle: seconds(15), answer: seconds(60) }
    }
}

impl Vars<'_> {
    pub(super) fn timeouts(&mut self) -> Timeouts {
        let standard = Timeouts::default();
        Timeouts {
            head: self.seconds("RECIPROCITY_TIMEOUT_HEAD", standard.head),
            body: self.seconds("RECIPROCITY_TIMEOUT_BODY", standard.body),
            idle: self.seconds("RECIPROCITY_TIMEOUT_IDLE", standard.idle),
            answer: self.seconds("RECIPROCITY_TIMEOUT_ANSWER", standard.answer),
        }
    }

    /// For how long the service answers as before after it was told to stop, while it says that it is not ready.
    pub(super) fn drain(&mut self) -> Duration {
        let wanted: u64 = self.parsed("RECIPROCITY_DRAIN_SECONDS", 0, "a whole number of seconds");
        if wanted > LONGEST_DRAIN {
            self.wrong.push(format!("  RECIPROCITY_DRAIN_SECONDS: must be at most {LONGEST_DRAIN}"));
        }
        Duration::from_secs(wanted)
    }

    fn seconds(&mut self, name: &str, default: Duration) -> Duration {
        let wanted = self.parsed(name, default.as_secs_f64(), "a number of seconds");
        if wanted > 0.0 && wanted <= MOST {
            return Duration::from_secs_f64(wanted);
        }
        self.wrong.push(format!("  {name}: must be more than 0 and at most {MOST} seconds"));
        default
    }
}

//! What a PIN is, how long it opens a session, and how many wrong ones are taken.

use chrono::TimeDelta;

use crate::kernel::text::Refusal;

/// Wrong PINs that a session takes; with this many it ends.
pub const MOST_OF_A_SESSION: i32 = 5;
/// Wrong PINs that an account takes in [`WINDOW`], over all its sessions; then none is taken until somebody signs in with the password.
pub const MOST_OF_AN_ACCOUNT: i32 = 10;
/// Wrong PINs that are taken after such a sign-in.
pub const AFTER_A_SIGN_IN: i32 = 5;
/// What wrong PINs are counted over, from the first on.
pub const WINDOW: TimeDelta = TimeDelta::days(1);

/// Four to twelve digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// Reads a PIN as it was typed, whether it is a good one or not.
    pub fn parse(typed: String) -> Result<Self, Refusal> {
        if (4..=12).contains(&typed.len()) && typed.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(typed))
        } else {
            Err(("invalid_pin", "A PIN has 4 to 12 digits.".to_owned()))
        }
    }

    /// Takes a new PIN, unless it is one of those that are tried first: a part repeated (1111, 1212), digits in a row (1234,
    /// 9876), the keypad's middle column, a year of somebody's life (1900 to 2099).
    pub fn choose(typed: String) -> Result<Self, Refusal> {
        let pin = Self::parse(typed)?;
        let obvious = repeats(&pin.0) || is_run(&pin.0) || matches!(pin.0.as_str(), "2580" | "0852") || is_year(&pin.0);
        if obvious { Err(("too_common", "This PIN is one of the first that are tried; choose another.".to_owned())) } else { Ok(pin) }
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Whether it is a shorter part over and over.
fn repeats(digits: &str) -> bool {
    (1..=digits.len() / 2)
        .any(|part| digits.len().is_multiple_of(part) && digits.get(..part).is_some_and(|p| p.repeat(digits.len() / part) == digits))
}

/// Whether each digit is one more than the one before, or each one less; 0 follows 9.
fn is_run(digits: &str) -> bool {
    let steps = || digits.bytes().zip(digits.bytes().skip(1)).map(|(a, b)| (10 + b - a) % 10);
    steps().all(|step| step == 1) || steps().all(|step| step == 9)
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// How long a right PIN opens a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnlockTime(i32);

impl UnlockTime {
    /// Five minutes.
    pub const USUAL: Self = Self(5);

    /// Takes 1 to 60 minutes.
    pub fn parse(minutes: i32) -> Result<Self, Refusal> {
        match minutes {
            1..=60 => Ok(Self(minutes)),
            _ => Err(("out_of_range", "A PIN unlocks for 1 to 60 minutes.".to_owned())),
        }
    }

    /// What is stored: outside the bounds, the nearest.
    #[must_use]
    pub fn of_stored(minutes: i32) -> Self {
        Self(minutes.clamp(1, 60))
    }

    #[must_use]
    pub const fn minutes(self) -> i32 {
        self.0
    }

    #[must_use]
    pub fn time(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_four_to_twelve_digits_and_none_of_the_first_that_are_tried() {
        for good in ["4071", "835520", "123498765012"] {
            assert!(Pin::choose(good.to_owned()).is_ok(), "{good}");
        }
        for obvious in ["0000", "1212", "123123", "1234", "7890", "4321", "3210", "1098", "2580", "0852", "1987", "2011"] {
            assert_eq!(Pin::choose(obvious.to_owned()).unwrap_err().0, "too_common", "{obvious}");
            assert!(Pin::parse(obvious.to_owned()).is_ok(), "it can be typed: {obvious}");
        }
        for none in ["", "407", "4071407140714", "40 71", "４０７１", "abcd"] {
            assert_eq!(Pin::parse(none.to_owned()).unwrap_err().0, "invalid_pin", "{none}");
        }
        assert_eq!(format!("{:?}", Pin::parse("4071".to_owned()).unwrap()), "***");
    }

    #[test]
    fn it_opens_for_one_to_sixty_minutes() {
        assert_eq!(UnlockTime::parse(60).unwrap().time(), TimeDelta::hours(1));
        assert!(UnlockTime::parse(0).is_err() && UnlockTime::parse(61).is_err());
        assert_eq!(UnlockTime::of_stored(-3).minutes(), 1);
    }
}

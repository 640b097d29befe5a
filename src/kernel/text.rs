//! Checked text: bounded, trimmed, free of control and bidirectional override characters.
//!
//! The bidirectional controls of UAX #9 can make a report read differently from what is stored, so names refuse them.

/// Why a text was refused: a code for programs and a sentence for people.
pub type Refusal = (&'static str, String);

/// What [`line`] accepts, as an ECMA-262 expression that Python, Java and Rust read the same way.
pub const LINE_PATTERN: &str = concat!(
    r"^[^\x00-\x1F\x7F-\x9F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]*",
    r"[^\x00-\x20\x7F-\xA0\u061C\u1680\u2000-\u200A\u200E\u200F\u2028-\u202F\u205F\u2066-\u2069\u3000]",
    r"[^\x00-\x1F\x7F-\x9F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]*$",
);

/// What [`prose`] accepts, likewise.
pub const PROSE_PATTERN: &str = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$";

/// A short single-line text (an alias, a label): 1 to `max` characters as sent, not all of them spaces; kept trimmed.
pub fn line(value: &str, max: usize) -> Result<String, Refusal> {
    let trimmed = value.trim();
    if trimmed.is_empty() {
        return Err(("empty", "Write at least one character that is not a space.".to_owned()));
    }
    if value.chars().any(|c| c.is_control() || is_bidi_control(c)) {
        return Err(("control_character", "Control and text-direction characters are not accepted here.".to_owned()));
    }
    bounded(value, max).map(|_| trimmed.to_owned())
}

/// A longer text (a note): up to `max` characters, line breaks and tabs allowed, kept as written.
pub fn prose(value: &str, max: usize) -> Result<String, Refusal> {
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(("control_character", "Control characters other than line breaks and tabs are not accepted.".to_owned()));
    }
    bounded(value, max)
}

/// Whether a text can be the name of something in the content: `^[a-z][a-z0-9_-]*$`, at most `max` characters.
#[must_use]
pub fn is_slug(value: &str, max: usize) -> bool {
    value.starts_with(|c: char| c.is_ascii_lowercase())
        && value.len() <= max
        && value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
}

fn bounded(value: &str, max: usize) -> Result<String, Refusal> {
    if value.chars().count() > max {
        return Err(("too_long", format!("At most {max} characters are accepted.")));
    }
    Ok(value.to_owned())
}

/// The text between the characters that isolate it (UAX #9), so that a name that is written the other way does not disorder the sentence
/// around it.
#[must_use]
pub fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// Whether a character is one of UAX #9's explicit direction controls.
#[must_use]
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_trimmed_and_kept() {
        assert_eq!(line("  Sam ", 10).unwrap(), "Sam");
    }

    #[test]
    fn an_empty_a_long_and_a_reversed_alias_are_refused_by_name() {
        assert_eq!(line("   ", 10).unwrap_err().0, "empty");
        assert_eq!(line("abcdefghijk", 10).unwrap_err().0, "too_long");
        assert_eq!(line("a\u{202E}b", 10).unwrap_err().0, "control_character");
        assert_eq!(line("a\0b", 10).unwrap_err().0, "control_character");
        assert_eq!(line("a\n", 10).unwrap_err().0, "control_character");
    }

    #[test]
    fn a_note_keeps_its_lines_but_no_nul() {
        assert_eq!(prose("a\n\tb", 10).unwrap(), "a\n\tb");
        assert_eq!(prose("a\0", 10).unwrap_err().0, "control_character");
    }

    #[test]
    fn a_slug_is_lower_case_and_begins_with_a_letter() {
        assert!(is_slug("early-dating_2", 40));
        for wrong in ["", "0.5", "2nd", "Check", "a b", "aaaaaa"] {
            assert!(!is_slug(wrong, 5), "{wrong}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        assert!(line("éééééééééé", 10).is_ok());
    }
}

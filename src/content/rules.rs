//! Rules that every kind of content file keeps: ids, texts, lists without repetition, the licence.

use std::collections::BTreeSet;

use super::error::{Report, Rule};

/// The one licence of everything in `content/`, as an SPDX expression.
pub(super) const LICENCE: &str = "MIT OR Apache-2.0";

/// Ids go into URLs, JSON pointers and FHIR `linkId`s unescaped, hence the narrow alphabet.
pub(super) fn identifier(id: &str, place: &str, report: &mut Report) {
    let letters = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'));
    let starts_well = id.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    report.require(letters && starts_well && id.len() <= 40, place, Rule::BadIdentifier);
}

/// `characters` are the lengths allowed.
pub(super) fn text(text: &str, characters: std::ops::RangeInclusive<usize>, place: &str, report: &mut Report) {
    report.require(characters.contains(&text.chars().count()), place, Rule::LengthOutOfBounds);
    report.require(text.trim() == text && !text.chars().any(char::is_control), place, Rule::UntidyText);
}

pub(super) fn unique<T: Ord>(values: impl IntoIterator<Item = T>, place: &str, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for value in values {
        report.require(seen.insert(value), place, Rule::Duplicate);
    }
}

/// A list with members, each once.
pub(super) fn some<T: Ord>(values: &[T], place: &str, report: &mut Report) {
    report.require(!values.is_empty(), place, Rule::LengthOutOfBounds);
    unique(values, place, report);
}

/// Words for everything that needs them, and for nothing else.
pub(super) fn same_keys<'a>(
    expected: impl Iterator<Item = &'a str>,
    found: impl Iterator<Item = &'a str>,
    place: &str,
    report: &mut Report,
) {
    let (expected, found): (BTreeSet<&str>, BTreeSet<&str>) = (expected.collect(), found.collect());
    for missing in expected.difference(&found) {
        report.add(format!("{place}/{missing}"), Rule::MissingWords);
    }
    for extra in found.difference(&expected) {
        report.add(format!("{place}/{extra}"), Rule::ExtraWords);
    }
}

/// The names in braces in a text; `None` where a brace stands alone or a name is there twice.
pub(super) fn slots_of(text: &str) -> Option<BTreeSet<&str>> {
    let mut found = BTreeSet::new();
    let mut pieces = text.split('{');
    if pieces.next().is_some_and(|before| before.contains('}')) {
        return None;
    }
    for piece in pieces {
        let (name, after) = piece.split_once('}')?;
        if after.contains('}') || !found.insert(name) {
            return None;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_to_fill_are_found_and_stray_braces_are_not_taken_for_any() {
        assert_eq!(slots_of("{alias}, what of {need}?"), Some(BTreeSet::from(["alias", "need"])));
        assert_eq!(slots_of("Nothing to fill."), Some(BTreeSet::new()));
        for stray in ["{alias", "alias}", "{a{b}}", "{a} and {a}", "{a}}"] {
            assert_eq!(slots_of(stray), None, "{stray}");
        }
    }
}

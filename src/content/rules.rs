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

//! The phrases of each language. `pattern` says how they are written; docs/wording.md says why they are there.

mod de;
mod en;
mod es;
mod fr;
mod pt;

pub(super) use de::LISTS as DE;
pub(super) use en::LISTS as EN;
pub(super) use es::LISTS as ES;
pub(super) use fr::LISTS as FR;
pub(super) use pt::LISTS as PT;

/// What the rules look for in one language.
#[derive(Debug)]
pub(super) struct Lists {
    /// Words that join two things.
    pub joins: &'static [&'static str],
    /// Joins that make one thing: fixed expressions, and the two people as a pair.
    pub harmless: &'static [&'static str],
    /// What begins an example; what follows in the sentence may list.
    pub examples: &'static [&'static str],
    /// What suggests an answer or takes something for granted.
    pub leading: &'static [&'static str],
    /// Diagnoses and labels, beside [`LABELS_EVERYWHERE`].
    pub labels: &'static [&'static str],
    /// Marks and shares for a person.
    pub grading: &'static [&'static str],
    /// Always, never and their like.
    pub absolutes: &'static [&'static str],
    /// Each is one negation. Where a language negates with two words together, one of them stands here.
    pub negations: &'static [&'static str],
}

/// Labels that are the same word in several of these languages, with all their endings: each language has taken them over.
pub(super) const LABELS_EVERYWHERE: &[&str] = &[
    "narcis*",
    "narzis*",
    "toxi*",
    "tossi*",
    "gaslight*",
    "gas light*",
    "codepend*",
    "co depend*",
    "manipul*",
    "bipolar*",
    "borderlin*",
    "psychopath*",
    "psicopat*",
    "sociopath*",
    "sociopat*",
    "soziopath*",
    "neuroti*",
    "nevros*",
    "hysteri*",
    "histeri*",
    "love bomb*",
    "lovebomb*",
    "red flag*",
    "trauma bond*",
    "adhd",
    "tdah",
    "ptsd",
    "ocd",
];

//! The rules for one language: which phrases count, and in which kind of text.

use std::sync::LazyLock;

use super::fold::{Token, tokens};
use super::lists::{self, Lists};
use super::pattern::Pattern;
use super::{Kind, WordingRule};

/// Words of a question at most; the longest of our own have 22.
const MOST_WORDS: usize = 25;

/// What the rules look for in one language.
#[derive(Debug)]
pub(super) struct Rules {
    joins: Vec<Pattern>,
    harmless: Vec<Pattern>,
    examples: Vec<Pattern>,
    leading: Vec<Pattern>,
    labels: Vec<Pattern>,
    grading: Vec<Pattern>,
    absolutes: Vec<Pattern>,
    negations: Vec<Pattern>,
    reading_level: bool,
}

static ENGLISH: LazyLock<Rules> = LazyLock::new(|| Rules::of_lists(&lists::EN, true));
static GERMAN: LazyLock<Rules> = LazyLock::new(|| Rules::of_lists(&lists::DE, false));
static SPANISH: LazyLock<Rules> = LazyLock::new(|| Rules::of_lists(&lists::ES, false));
static FRENCH: LazyLock<Rules> = LazyLock::new(|| Rules::of_lists(&lists::FR, false));
static PORTUGUESE: LazyLock<Rules> = LazyLock::new(|| Rules::of_lists(&lists::PT, false));

/// The rules for a language tag, by its first part: those for `de` hold for `de-CH`, and those for `pt-BR` for `pt`.
pub(super) fn of(language: &str) -> Option<&'static Rules> {
    let primary = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    match primary.as_str() {
        "en" => Some(&ENGLISH),
        "de" => Some(&GERMAN),
        "es" => Some(&SPANISH),
        "fr" => Some(&FRENCH),
        "pt" => Some(&PORTUGUESE),
        _ => None,
    }
}

type Found = (WordingRule, Option<&'static str>);

impl Rules {
    fn of_lists(lists: &Lists, reading_level: bool) -> Self {
        let read = |written: &[&'static str]| written.iter().map(|phrase| Pattern::read(phrase)).collect();
        let labels = lists.labels.iter().chain(lists::LABELS_EVERYWHERE).map(|phrase| Pattern::read(phrase));
        Self {
            joins: read(lists.joins),
            harmless: read(lists.harmless),
            examples: read(lists.examples),
            leading: read(lists.leading),
            labels: labels.collect(),
            grading: read(lists.grading),
            absolutes: read(lists.absolutes),
            negations: read(lists.negations),
            reading_level,
        }
    }

    /// Whether the reading level is worked out in this language.
    pub(super) const fn has_reading_level(&self) -> bool {
        self.reading_level
    }

    /// What is wrong with one text: each rule once.
    pub(super) fn check(&self, text: &str, kind: Kind) -> Vec<Found> {
        let tokens = tokens(text);
        let phrases = |list: &[Pattern], rule| first_in(list, &tokens).map(|entry| (rule, Some(entry)));
        let mut found: Vec<Found> = phrases(&self.labels, WordingRule::Label).into_iter().collect();
        found.extend(phrases(&self.grading, WordingRule::Grading).or_else(|| is_marked(&tokens).then_some((WordingRule::Grading, None))));
        match kind {
            Kind::Label => {}
            Kind::Around => found.extend(phrases(&self.leading, WordingRule::Leading)),
            Kind::Item => {
                found.extend(phrases(&self.leading, WordingRule::Leading));
                found.extend(self.asks_twice(&tokens));
                found.extend(phrases(&self.absolutes, WordingRule::Absolute));
                let negations = (0..tokens.len()).filter(|at| self.negations.iter().any(|one| one.stands_at(&tokens, *at))).count();
                found.extend((negations > 1).then_some((WordingRule::DoubleNegative, None)));
                let words = tokens.iter().filter(|token| token.word().is_some()).count();
                found.extend((words > MOST_WORDS).then_some((WordingRule::Long, None)));
            }
        }
        found
    }

    /// A second sentence, or a word that joins two things, unless it stands in an example or in a phrase that is one thing.
    fn asks_twice(&self, tokens: &[Token]) -> Option<Found> {
        let mut covered = 0;
        let mut in_example = false;
        let mut ended = false;
        for (at, token) in tokens.iter().enumerate() {
            if token.ends_a_sentence() {
                (in_example, ended) = (false, at > 0);
                continue;
            }
            if ended && token.word().is_some() {
                return Some((WordingRule::DoubleBarrelled, None));
            }
            in_example |= self.examples.iter().any(|example| example.stands_at(tokens, at));
            covered =
                covered.max(self.harmless.iter().filter(|one| one.stands_at(tokens, at)).map(|one| at + one.length()).max().unwrap_or(0));
            let join = self.joins.iter().find(|join| join.stands_at(tokens, at) && at + join.length() > covered);
            if let Some(join) = join.filter(|_| !in_example) {
                return Some((WordingRule::DoubleBarrelled, Some(join.written)));
            }
        }
        None
    }
}

fn first_in(list: &[Pattern], tokens: &[Token]) -> Option<&'static str> {
    list.iter().find(|pattern| pattern.is_in(tokens)).map(|pattern| pattern.written)
}

/// Whether something like `7/10` or `80 %` stands there.
fn is_marked(tokens: &[Token]) -> bool {
    let at = |place: usize| tokens.get(place).and_then(Token::word).map_or("", |word| word.exact.as_str());
    let is_number = |text: &str| !text.is_empty() && text.chars().all(char::is_numeric);
    (0..tokens.len()).any(|one| is_number(at(one)) && (at(one + 1) == "%" || (at(one + 1) == "/" && is_number(at(one + 2)))))
}

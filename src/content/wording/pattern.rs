//! Phrases to be found in a text: written as plain text in `lists`, compared word by word.
//!
//! `*` at the end of a word stands for any ending, `_` for any one word, `=` before a word has its accents count. `^` at the beginning
//! binds the phrase to the beginning of a sentence.

use super::fold::{self, Token, Word};

/// A phrase, ready to be looked for.
#[derive(Debug)]
pub(super) struct Pattern {
    /// As it stands in the list.
    pub written: &'static str,
    begins: bool,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Any,
    Plain(String),
    Exact(String),
    Stem(String),
}

impl Piece {
    fn fits(&self, word: &Word) -> bool {
        match self {
            Self::Any => true,
            Self::Plain(wanted) => word.plain == *wanted,
            Self::Exact(wanted) => word.exact == *wanted,
            Self::Stem(wanted) => word.plain.starts_with(wanted.as_str()),
        }
    }
}

impl Pattern {
    pub(super) fn read(written: &'static str) -> Self {
        let (begins, rest) = written.strip_prefix('^').map_or((false, written), |rest| (true, rest));
        Self { written, begins, pieces: rest.split(' ').map(piece).collect() }
    }

    /// Words that it takes.
    pub(super) fn length(&self) -> usize {
        self.pieces.len()
    }

    /// Whether it stands at this place. Nothing but words may stand between its words.
    pub(super) fn stands_at(&self, tokens: &[Token], at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        if self.begins && before.is_some_and(|token| !token.ends_a_sentence()) {
            return false;
        }
        let here = tokens.iter().skip(at).take(self.pieces.len());
        here.len() == self.pieces.len()
            && self.pieces.iter().zip(here).all(|(piece, token)| token.word().is_some_and(|word| piece.fits(word)))
    }

    /// Whether it stands anywhere.
    pub(super) fn is_in(&self, tokens: &[Token]) -> bool {
        (0..tokens.len()).any(|at| self.stands_at(tokens, at))
    }
}

fn piece(written: &str) -> Piece {
    if written == "_" {
        return Piece::Any;
    }
    match (written.strip_prefix('='), written.strip_suffix('*')) {
        (Some(exact), _) => Piece::Exact(fold::exact(exact)),
        (None, Some(stem)) => Piece::Stem(fold::plain(&fold::exact(stem))),
        (None, None) => Piece::Plain(fold::plain(&fold::exact(written))),
    }
}

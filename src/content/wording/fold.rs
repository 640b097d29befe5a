//! Makes what looks the same the same: composed and decomposed letters, capitals, full-width forms, invisible characters.
//!
//! Letters of other alphabets that look like ours stay what they are: whoever writes for people who are to understand it has no use for
//! them, and a reviewer sees what cannot be typed. docs/wording.md says so.

use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// A word or a mark of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// The end of a sentence: full stop, question mark, exclamation mark, semicolon.
    End,
    /// A question mark, which ends a sentence, too.
    Question,
    /// What parts a sentence and does not end it: comma, colon, bracket.
    Pause,
}

/// A word in small letters, with and without its accents: in Spanish and French an accent can make another word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub exact: String,
    pub plain: String,
}

impl Token {
    pub(super) const fn word(&self) -> Option<&Word> {
        match self {
            Self::Word(word) => Some(word),
            Self::End | Self::Question | Self::Pause => None,
        }
    }

    pub(super) const fn ends_a_sentence(&self) -> bool {
        match self {
            Self::End | Self::Question => true,
            Self::Word(_) | Self::Pause => false,
        }
    }
}

/// What a full stop shortens without ending the sentence, beside single letters such as those of `z. B.`
const ABBREVIATED: &[&str] = &["bzw", "dr", "etc", "ex", "ggf", "mr", "mrs", "usw", "vs"];

/// The words and marks of a text, in order. Apostrophes and hyphens part words, so `don't` is `don` and `t`.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let folded = exact(text);
    let (mut tokens, mut word) = (Vec::new(), String::new());
    let mut letters = folded.chars().peekable();
    while let Some(letter) = letters.next() {
        // An accent of its own, left over where no letter takes it, belongs to its word.
        if letter.is_alphanumeric() || is_accent(letter) {
            word.push(letter);
            continue;
        }
        let shortened = ABBREVIATED.contains(&word.as_str()) || word.chars().count() == 1;
        push(&mut tokens, &mut word);
        match letter {
            '.' if shortened || letters.peek().is_some_and(|next| next.is_alphanumeric()) => {}
            '.' | '!' | ';' | '…' => tokens.push(Token::End),
            '?' => tokens.push(Token::Question),
            ',' | ':' | '(' | ')' | '–' | '—' => tokens.push(Token::Pause),
            '/' | '&' | '+' | '%' => tokens.push(Token::Word(Word { exact: letter.to_string(), plain: letter.to_string() })),
            _ => {}
        }
    }
    push(&mut tokens, &mut word);
    tokens
}

fn push(tokens: &mut Vec<Token>, word: &mut String) {
    if !word.is_empty() {
        let exact = std::mem::take(word);
        tokens.push(Token::Word(Word { plain: plain(&exact), exact }));
    }
}

/// Compatibility forms resolved (NFKC, Unicode Standard Annex 15), small letters, without what cannot be seen.
pub(super) fn exact(text: &str) -> String {
    let seen: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    let small = DecomposingNormalizerBorrowed::new_nfkd().normalize(&seen).to_lowercase();
    ComposingNormalizerBorrowed::new_nfc().normalize(&small).into_owned()
}

/// Without accents.
pub(super) fn plain(exact: &str) -> String {
    DecomposingNormalizerBorrowed::new_nfkd().normalize(exact).chars().filter(|letter| !is_accent(*letter)).collect()
}

fn is_accent(letter: char) -> bool {
    CanonicalCombiningClassMapBorrowed::new().get_u8(letter) != 0
}

/// What is shown as nothing (Unicode's `Default_Ignorable_Code_Point`): soft hyphens, zero-width characters, marks of direction,
/// selectors of variants, tags.
const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

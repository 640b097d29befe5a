//! How hard English is to read: the Flesch-Kincaid grade (Kincaid et al. 1975), syllables counted as groups of vowels.
//!
//! A rough figure, and one for English alone: formulas for other languages rest on other corpora.

use crate::content::question_sets::Words;

/// School grade 1 is for six-year-olds.
const AGE_AT_GRADE_NOUGHT: f64 = 5.0;

/// Whether the questions, with what stands before them, are harder than a reader of this age should find them.
pub(super) fn too_hard(words: &Words, reading_age: u8) -> bool {
    let texts = words.items.values().chain([&words.instructions, &words.description]);
    school_grade(texts).is_some_and(|grade| grade + AGE_AT_GRADE_NOUGHT > f64::from(reading_age))
}

/// The grade of the texts taken together; nothing where there are no words.
pub(in crate::content) fn school_grade<'a>(texts: impl Iterator<Item = &'a String>) -> Option<f64> {
    let (mut sentences, mut words, mut syllables) = (0_u32, 0_u32, 0_u32);
    for text in texts {
        let parts = text.split(['.', ':', ';']).filter(|part| !part.trim().is_empty()).count();
        sentences = sentences.saturating_add(u32::try_from(parts).unwrap_or(u32::MAX));
        for word in text.split_whitespace() {
            words = words.saturating_add(1);
            syllables = syllables.saturating_add(syllables_of(&word.to_lowercase()));
        }
    }
    if words == 0 || sentences == 0 {
        return None;
    }
    Some(0.39 * f64::from(words) / f64::from(sentences) + 11.8 * f64::from(syllables) / f64::from(words) - 15.59)
}

fn syllables_of(word: &str) -> u32 {
    let is_vowel = |c: char| "aeiouy".contains(c);
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
    let groups = letters.split(|c| !is_vowel(*c)).filter(|group| !group.is_empty()).count();
    let silent_e = letters.ends_with(&['e']) && groups > 1;
    u32::try_from(groups.saturating_sub(usize::from(silent_e))).unwrap_or(u32::MAX).max(1)
}

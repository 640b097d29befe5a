//! What problems say to people, in the reader's language: the titles and advice of `content/problems`.
//!
//! Every problem is written in one place, `edge::write`, so this is the only place where its language is chosen.

use std::sync::LazyLock;

use crate::content::{Phrases, Texts, direction};

/// Embedded, so the same in every run of a build: what would be damaged here keeps the service from starting (`startup::parts`).
static SAID: LazyLock<Texts> = LazyLock::new(|| Texts::of_problems().unwrap_or_default());

/// The words of problems in one language.
#[derive(Clone, Copy, Debug)]
pub struct Words(Phrases<'static>);

impl Words {
    /// In the language that the value of an Accept-Language header prefers.
    #[must_use]
    pub fn accepted(accept_language: &str) -> Self {
        Self(SAID.accepted(accept_language))
    }

    /// In English, which the document speaks.
    #[must_use]
    pub fn english() -> Self {
        Self::accepted("")
    }

    /// BCP 47.
    #[must_use]
    pub const fn language(&self) -> &'static str {
        self.0.language
    }

    /// `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        direction(self.0.language)
    }

    /// What the problem is, in a line.
    #[must_use]
    pub fn title(&self, code: &str) -> &'static str {
        self.0.get(&format!("{code}.title"))
    }

    /// What can be done about it.
    #[must_use]
    pub fn advice(&self, code: &str) -> &'static str {
        self.0.get(&format!("{code}.advice"))
    }

    /// A word of the page that explains a problem.
    #[must_use]
    pub fn label(&self, name: &str) -> &'static str {
        self.0.get(&format!("label.{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::problem::face;
    use crate::kernel::Code;

    const LANGUAGES: [&str; 5] = ["de", "en", "es", "fr", "pt-BR"];

    #[test]
    fn every_code_has_a_title_and_advice_in_every_language_and_there_is_nothing_else() {
        assert_eq!(SAID.languages().collect::<Vec<_>>(), LANGUAGES);
        for language in LANGUAGES {
            let words = Words::accepted(language);
            assert_eq!(words.language(), language);
            for code in Code::ALL {
                let name = face(*code).name;
                let (title, advice) = (words.title(name), words.advice(name));
                assert!((5..=120).contains(&title.chars().count()), "{language} {name}");
                assert!(advice.ends_with('.') && advice.len() <= 1_000, "{language} {name}");
            }
            assert!(!words.label("code").is_empty() && !words.label("status").is_empty());
        }
        assert_eq!(Texts::of_problems().unwrap().keys().count(), 2 * Code::ALL.len() + 2);
    }
}

//! An assessment to look at: a picture, and a page to print. No script, no outside request, right in light and dark.

mod chart;
mod picture;
mod report;

pub use picture::picture;
pub use report::report;

/// What a picture or page is made of.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub computed: &'a super::model::Computed,
    /// How the logger calls the other person; a preview does not know.
    pub alias: Option<&'a str>,
    pub phrases: crate::content::Phrases<'a>,
}

impl Shown<'_> {
    /// A text of the reader's language, escaped.
    fn say(&self, key: &str) -> String {
        crate::api::markup::escape(self.phrases.get(key))
    }
}

//! An assessment to look at: a picture, and a page to print. No script, no outside request, right in light and dark.

mod chart;
mod picture;
mod report;

use chrono::NaiveDate;

pub use picture::picture;
pub use report::report;

use crate::api::markup::escape;
use crate::content::Phrases;

/// What a picture or page is made of.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub computed: &'a super::model::Computed,
    /// How the logger calls the other person; a preview does not know.
    pub alias: Option<&'a str>,
    pub phrases: Phrases<'a>,
}

impl Shown<'_> {
    /// A text of the reader's language, escaped.
    fn say(&self, key: &str) -> String {
        escape(self.phrases.get(key))
    }

    /// What it is about, escaped: giving and receiving, with the alias between `begin` and `end` where there is one. They keep a name
    /// that is written the other way from disordering what stands around it (UAX #9): `<bdi>` where there are elements, else the
    /// characters that isolate.
    fn title(&self, begin: &str, end: &str) -> String {
        match self.alias {
            Some(alias) => self.say("label.title").replace("{alias}", &format!("{begin}{}{end}", escape(alias))),
            None => self.say("label.title_alone"),
        }
    }

    fn date(&self, day: NaiveDate) -> String {
        escape(&self.phrases.date(day))
    }

    /// A balance with its sign and two decimals, as the reader's language writes them: −0,31.
    fn figure(&self, balance: f64) -> String {
        written(balance, &self.say("format.decimal_mark"))
    }

    /// A balance and where it lies with 90 % certainty.
    fn interval(&self, figures: &super::model::FiguresOutcome) -> String {
        let [balance, lower, upper] = [figures.balance, figures.lower_90, figures.upper_90].map(|value| self.figure(value));
        format!("{balance} ({lower} … {upper})")
    }
}

fn written(balance: f64, decimal_mark: &str) -> String {
    let plain = format!("{balance:+.2}");
    // What rounds to nothing leans to neither side.
    let plain = if plain == "-0.00" { "+0.00" } else { plain.as_str() };
    plain.replace('-', "\u{2212}").replace('.', decimal_mark)
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn a_figure_has_a_sign_two_decimals_and_the_mark_of_its_language() {
        assert_eq!(written(0.314, "."), "+0.31");
        assert_eq!(written(-0.2, ","), "\u{2212}0,20");
        assert_eq!(written(-0.001, ","), "+0,00");
        assert_eq!(written(1.0, "."), "+1.00");
    }
}

//! The picture: one SVG, with a title and a description for those who do not see it.

use super::Shown;
use super::chart::{self, STYLE, WIDTH};
use crate::api::markup::escape;
use crate::features::assessments::model::state_text_key;

/// FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9): SVG has no element for it.
const ISOLATE: &str = "\u{2068}";
const END_ISOLATE: &str = "\u{2069}";

/// The whole assessment as one SVG document.
pub fn picture(shown: &Shown<'_>) -> String {
    let (balances, after) = chart::balances(shown, 56.0);
    let (weeks, bottom) = chart::weeks(shown, after + 16.0);
    let height = bottom + 28.0;
    let overall = &shown.computed.outcome.overall;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-20 0 {:.0} {height:.0}\" role=\"img\" aria-label=\"{title}\" aria-describedby=\"d\" lang=\"{lang}\">\
         <title>{tab}</title><desc id=\"d\">{desc}</desc><style>{STYLE}</style>\
         <rect class=\"paper\" x=\"-20\" width=\"{:.0}\" height=\"{height:.0}\"/>\
         <text class=\"ink big\" x=\"0\" y=\"26\">{title}</text><text class=\"soft small\" x=\"0\" y=\"46\">{state}</text>\
         {balances}{weeks}<text class=\"soft small\" x=\"0\" y=\"{:.0}\">{so_far}</text></svg>\n",
        WIDTH + 40.0,
        WIDTH + 40.0,
        bottom + 18.0,
        lang = escape(shown.phrases.language),
        title = shown.title(ISOLATE, END_ISOLATE),
        tab = tab(shown),
        desc = description(shown),
        state = shown.say(&state_text_key(&overall.state, overall.figures.as_ref())),
        so_far = shown.say("note.so_far"),
    )
}

/// What a browser writes on the tab and into its history, where somebody else may look: it says nothing of what the page is about.
fn tab(shown: &Shown<'_>) -> String {
    shown.say("label.tab")
}

/// Every row in words.
fn description(shown: &Shown<'_>) -> String {
    let rows = shown.computed.outcome.dimensions.iter().map(|result| {
        let name = shown.say(&format!("dimension.{}", result.dimension));
        match &result.figures {
            Some(figures) => format!("{name}: {}.", shown.interval(figures)),
            None => format!("{name}: {}.", shown.say("label.not_enough")),
        }
    });
    rows.collect::<Vec<_>>().join(" ")
}

//! Drawing: balances with intervals on a scale from -1 to 1, and weeks of giving and receiving.

use std::fmt::Write;

use super::Shown;
use crate::features::assessments::model::{DimensionOutcome, WeekOutcome};

/// Width of the drawing in its own units; it scales with its place.
pub const WIDTH: f64 = 720.0;
/// Where the scale begins, right of the names.
const LEFT: f64 = 236.0;
const RIGHT: f64 = 700.0;
const ROW: f64 = 34.0;
const NEUTRAL: f64 = 0.2;
const WEEKS_HEIGHT: f64 = 60.0;

/// Colours for light and dark, by class, so that no element carries a colour of its own.
pub const STYLE: &str = "\
    .paper{fill:#fff}.ink{fill:#1d2330}.soft{fill:#5a6275}.zone{fill:#e4ebe6}.line{stroke:#8b93a5;stroke-width:1}\
    .bar{stroke:#2f5d8a;stroke-width:5;stroke-linecap:round;opacity:.45}.dot{fill:#2f5d8a}.give{fill:#2f5d8a}.get{fill:#b3662d}\
    .shift{stroke:#8a2f52;stroke-width:2;stroke-dasharray:5 4}text{font-family:system-ui,sans-serif;font-size:14px}\
    .small{font-size:12px}.big{font-size:18px;font-weight:600}\
    @media(prefers-color-scheme:dark){.paper{fill:#14171f}.ink{fill:#e8eaf0}.soft{fill:#a7aec0}.zone{fill:#24312b}.line{stroke:#6b7386}\
    .bar{stroke:#8fbce8}.dot,.give{fill:#8fbce8}.get{fill:#e2a06c}.shift{stroke:#e48bb0}}";

fn x(balance: f64) -> f64 {
    f64::midpoint(LEFT, RIGHT) + balance.clamp(-1.0, 1.0) * (RIGHT - LEFT) / 2.0
}

/// The balances, a row a dimension, from `top` down; gives the drawing and where it ends.
pub fn balances(shown: &Shown<'_>, top: f64) -> (String, f64) {
    let dimensions = &shown.computed.outcome.dimensions;
    let bottom = top + 24.0 + ROW * rows(dimensions.len());
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<rect class=\"zone\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>\
         <line class=\"line\" x1=\"{zero:.1}\" y1=\"{:.1}\" x2=\"{zero:.1}\" y2=\"{bottom:.1}\"/>\
         <text class=\"soft small\" x=\"{LEFT}\" y=\"{:.1}\">{}</text>\
         <text class=\"soft small\" x=\"{RIGHT}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
        x(-NEUTRAL),
        top + 20.0,
        x(NEUTRAL) - x(-NEUTRAL),
        bottom - top - 20.0,
        top + 20.0,
        top + 12.0,
        shown.say("label.receive_more"),
        top + 12.0,
        shown.say("label.give_more"),
        zero = x(0.0),
    );
    for (place, result) in (0_u32..).zip(dimensions) {
        row(&mut svg, shown, result, top + 24.0 + ROW * (f64::from(place) + 0.5));
    }
    (svg, bottom)
}

fn rows(count: usize) -> f64 {
    u32::try_from(count).map_or(0.0, f64::from)
}

fn row(svg: &mut String, shown: &Shown<'_>, result: &DimensionOutcome, y: f64) {
    let name = shown.say(&format!("dimension.{}", result.dimension));
    let _ = write!(svg, "<text class=\"ink\" x=\"0\" y=\"{:.1}\">{name}</text>", y + 5.0);
    match &result.figures {
        Some(figures) => {
            let _ = write!(
                svg,
                "<line class=\"bar\" x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/><circle class=\"dot\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"6\"/>",
                x(figures.lower_90),
                x(figures.upper_90),
                x(figures.balance),
            );
        }
        None => {
            let _ = write!(svg, "<text class=\"soft small\" x=\"{LEFT}\" y=\"{:.1}\">{}</text>", y + 4.0, shown.say("label.not_enough"));
        }
    }
}

/// Weeks of giving (up) and receiving (down) over all dimensions, with the likeliest shift, from `top` down.
pub fn weeks(shown: &Shown<'_>, top: f64) -> (String, f64) {
    let weeks = by_week(&shown.computed.outcome.weeks);
    let most = weeks.iter().map(|week| week.given.max(week.received)).fold(1.0, f64::max);
    let (middle, bottom) = (top + 24.0 + WEEKS_HEIGHT, top + 24.0 + 2.0 * WEEKS_HEIGHT);
    let window = shown.computed.window;
    let days = (window.to - window.from).num_days().max(1);
    let place = |date: chrono::NaiveDate| {
        let since = i32::try_from((date - window.from).num_days().clamp(0, days)).map_or(0.0, f64::from);
        LEFT + since / i32::try_from(days).map_or(1.0, f64::from) * (RIGHT - LEFT)
    };
    let width = (6.0 / i32::try_from(days).map_or(1.0, f64::from) * (RIGHT - LEFT)).max(1.0);
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<text class=\"soft small\" x=\"0\" y=\"{:.1}\">{}</text><text class=\"soft small\" x=\"0\" y=\"{:.1}\">{}</text>\
         <line class=\"line\" x1=\"{LEFT}\" y1=\"{middle:.1}\" x2=\"{RIGHT}\" y2=\"{middle:.1}\"/>\
         <text class=\"soft small\" x=\"{LEFT}\" y=\"{:.1}\">{}</text><text class=\"soft small\" x=\"{RIGHT}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
        middle - WEEKS_HEIGHT / 2.0,
        shown.say("label.given"),
        middle + WEEKS_HEIGHT / 2.0,
        shown.say("label.received"),
        bottom + 16.0,
        shown.date(window.from),
        bottom + 16.0,
        shown.date(window.to),
    );
    for week in &weeks {
        let (up, down) = (week.given / most * WEEKS_HEIGHT, week.received / most * WEEKS_HEIGHT);
        let left = place(week.from);
        let width = width.min(RIGHT - left);
        let _ = write!(
            svg,
            "<rect class=\"give\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{up:.1}\"/>\
             <rect class=\"get\" x=\"{left:.1}\" y=\"{middle:.1}\" width=\"{width:.1}\" height=\"{down:.1}\"/>",
            middle - up,
        );
    }
    if let Some(shift) = likeliest_shift(&shown.computed.outcome.dimensions) {
        let at = place(shift);
        let _ = write!(svg, "<line class=\"shift\" x1=\"{at:.1}\" y1=\"{:.1}\" x2=\"{at:.1}\" y2=\"{bottom:.1}\"/>", top + 20.0);
    }
    (svg, bottom + 20.0)
}

/// The date of the shift that is likeliest, where one is more likely than not.
pub fn likeliest_shift(dimensions: &[DimensionOutcome]) -> Option<chrono::NaiveDate> {
    let shifts = dimensions.iter().filter_map(|result| result.shift).filter(|shift| shift.probability >= 0.5);
    shifts.max_by(|a, b| a.probability.total_cmp(&b.probability)).map(|shift| shift.date)
}

fn by_week(weeks: &[WeekOutcome]) -> Vec<WeekOutcome> {
    let mut sums: std::collections::BTreeMap<chrono::NaiveDate, (f64, f64)> = std::collections::BTreeMap::new();
    for week in weeks {
        let sum = sums.entry(week.from).or_default();
        *sum = (sum.0 + week.given, sum.1 + week.received);
    }
    sums.into_iter().map(|(from, (given, received))| WeekOutcome { from, dimension: String::new(), given, received, entries: 0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Dimension, Texts};

    /// The width of a letter of 14 units in a wide typeface, on average.
    const LETTER: f64 = 8.2;

    #[test]
    fn the_names_of_every_language_fit_left_of_the_scale_and_the_labels_within_it() {
        let texts = Texts::load().unwrap();
        let width = |text: &str| rows(text.chars().count()) * LETTER;
        for language in texts.languages() {
            let phrases = texts.accepted(language);
            for dimension in Dimension::ALL {
                let name = phrases.get(&format!("dimension.{dimension}"));
                assert!(!name.is_empty() && width(name) < LEFT, "{language}: {name}");
            }
            assert!(width(phrases.get("label.given")).max(width(phrases.get("label.received"))) < LEFT, "{language}");
            let ends = width(phrases.get("label.receive_more")) + width(phrases.get("label.give_more"));
            assert!(ends < RIGHT - LEFT && width(phrases.get("label.not_enough")) < RIGHT - LEFT, "{language}");
        }
    }
}

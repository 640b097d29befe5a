//! The rules for the scoring block: each weighted item is scored once, where it belongs, beside its mirror.

use std::collections::BTreeSet;

use super::items::{find, scale};
use super::unique;
use crate::content::error::{Report, Rule};
use crate::content::question_sets::definition::{Definition, DimensionScoring, Item, Side};
use crate::content::vocabulary::Perspective;

pub(super) fn check(definition: &Definition, report: &mut Report) {
    let scoring = &definition.scoring;
    let share = scoring.minimum_answered_share;
    report.require((0.5..=1.0).contains(&share), "scoring/minimum_answered_share", Rule::NumberOutOfBounds);
    unique(scoring.dimensions.iter().map(|entry| entry.dimension), "scoring/dimensions", report);
    unique(scoring.measures.iter().map(|entry| entry.measure), "scoring/measures", report);
    for entry in &scoring.dimensions {
        check_dimension(definition, entry, report);
    }
    for entry in &scoring.measures {
        let place = format!("scoring/measures/{}", entry.measure);
        check_items(definition, &entry.items, &place, report, |item| item.perspective == Perspective::SelfView && item.dimension.is_none());
    }
    unique(scored_ids(definition), "scoring", report);
    let scored: BTreeSet<&String> = scored_ids(definition).collect();
    for item in &definition.items {
        let place = format!("items/{}/weight", item.id);
        report.require((item.weight > 0.0) == scored.contains(&item.id), place, Rule::WeightDisagreesWithScoring);
    }
}

fn scored_ids(definition: &Definition) -> impl Iterator<Item = &String> {
    let sides = definition.scoring.dimensions.iter().flat_map(|entry| entry.give.items.iter().chain(&entry.receive.items));
    sides.chain(definition.scoring.measures.iter().flat_map(|entry| &entry.items))
}

fn check_dimension(definition: &Definition, entry: &DimensionScoring, report: &mut Report) {
    let place = format!("scoring/dimensions/{}", entry.dimension);
    for (side, perspective) in [(&entry.give, Perspective::Giving), (&entry.receive, Perspective::Receiving)] {
        check_side(side, &format!("{place}/{perspective}"), report);
        check_items(definition, &side.items, &format!("{place}/{perspective}"), report, |item| {
            item.perspective == perspective && item.dimension == Some(entry.dimension)
        });
    }
    let mirrors: Vec<Option<&String>> =
        entry.give.items.iter().map(|id| find(definition, id).and_then(|item| item.mirror.as_ref())).collect();
    let mirrored = mirrors.into_iter().eq(entry.receive.items.iter().map(Some));
    report.require(mirrored, place, Rule::SidesNotMirrored);
}

fn check_side(side: &Side, place: &str, report: &mut Report) {
    // Spearman and Brown's formula needs a reliability strictly between 0 and 1.
    report.require(side.alpha > 0.0 && side.alpha < 1.0, format!("{place}/alpha"), Rule::NumberOutOfBounds);
    let spread = side.standard_deviation;
    report.require(spread > 0.0 && spread <= 10.0, format!("{place}/standard_deviation"), Rule::NumberOutOfBounds);
}

/// Items averaged together share the ends of their scale, so that a scale point means the same in each.
fn check_items(definition: &Definition, ids: &[String], place: &str, report: &mut Report, belongs: impl Fn(&Item) -> bool) {
    report.require(!ids.is_empty(), place, Rule::LengthOutOfBounds);
    let mut ends = BTreeSet::new();
    for id in ids {
        let Some(item) = find(definition, id) else {
            report.add(place, Rule::UnknownReference);
            continue;
        };
        report.require(belongs(item), place, Rule::ScoredInWrongPlace);
        ends.extend(scale(definition, item).map(|scale| (scale.minimum(), scale.maximum())));
    }
    report.require(ends.len() <= 1, place, Rule::ScoredInWrongPlace);
}

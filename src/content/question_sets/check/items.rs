//! The rules for items: what they refer to exists, mirrors are mirrors, conditions look back.

use super::{identifier, unique};
use crate::content::error::{Report, Rule};
use crate::content::question_sets::definition::{Definition, EnableWhen, Item, Scale};
use crate::content::vocabulary::Perspective;

pub(super) fn check(definition: &Definition, report: &mut Report) {
    report.require((1..=40).contains(&definition.items.len()), "items", Rule::LengthOutOfBounds);
    unique(definition.items.iter().map(|item| &item.id), "items", report);
    for (position, item) in definition.items.iter().enumerate() {
        let place = format!("items/{}", item.id);
        identifier(&item.id, &place, report);
        report.require((0.0..=10.0).contains(&item.weight), format!("{place}/weight"), Rule::NumberOutOfBounds);
        report.require(scale(definition, item).is_some(), format!("{place}/scale"), Rule::UnknownReference);
        let needs_dimension = item.perspective != Perspective::SelfView;
        report.require(!needs_dimension || item.dimension.is_some(), place.as_str(), Rule::DimensionMissing);
        check_mirror(definition, item, &format!("{place}/mirror"), report);
        check_review(definition, item, &format!("{place}/reviews"), report);
        if let Some(condition) = &item.enable_when {
            let earlier = definition.items.iter().take(position);
            check_condition(definition, condition, earlier, &format!("{place}/enable_when"), report);
        }
    }
}

pub(super) fn find<'a>(definition: &'a Definition, id: &str) -> Option<&'a Item> {
    definition.items.iter().find(|item| item.id == id)
}

pub(super) fn scale<'a>(definition: &'a Definition, item: &Item) -> Option<&'a Scale> {
    definition.scales.iter().find(|scale| scale.id == item.scale)
}

fn check_mirror(definition: &Definition, item: &Item, place: &str, report: &mut Report) {
    let mirrored = item.perspective != Perspective::SelfView;
    report.require(item.mirror.is_some() == mirrored, place, Rule::MirrorMissingOrForbidden);
    let Some(id) = &item.mirror else { return };
    let Some(mirror) = find(definition, id) else {
        report.add(place, Rule::UnknownReference);
        return;
    };
    report.require(mirror.mirror.as_ref() == Some(&item.id), place, Rule::MirrorNotMutual);
    report.require(swaps_the_people(definition, item, mirror) && same_otherwise(item, mirror), place, Rule::MirrorDiffers);
}

/// Giving mirrors receiving; two they-would-say items mirror each other through the items they review.
fn swaps_the_people(definition: &Definition, item: &Item, mirror: &Item) -> bool {
    match (item.perspective, mirror.perspective) {
        (Perspective::Giving, Perspective::Receiving) | (Perspective::Receiving, Perspective::Giving) => true,
        (Perspective::TheyWouldSay, Perspective::TheyWouldSay) => {
            let reviewed = item.reviews.as_ref().and_then(|id| find(definition, id));
            reviewed.is_some_and(|reviewed| reviewed.mirror.is_some() && reviewed.mirror == mirror.reviews)
        }
        (
            Perspective::Giving | Perspective::Receiving | Perspective::TheyWouldSay | Perspective::SelfView,
            Perspective::Giving | Perspective::Receiving | Perspective::TheyWouldSay | Perspective::SelfView,
        ) => false,
    }
}

fn same_otherwise(item: &Item, mirror: &Item) -> bool {
    item.dimension == mirror.dimension
        && item.scale == mirror.scale
        && item.reverse == mirror.reverse
        && item.weight.to_bits() == mirror.weight.to_bits()
        && item.optional == mirror.optional
        && item.key_question == mirror.key_question
        && item.enable_when == mirror.enable_when
}

fn check_review(definition: &Definition, item: &Item, place: &str, report: &mut Report) {
    let sound = match (item.perspective, &item.reviews) {
        (Perspective::TheyWouldSay, Some(id)) => find(definition, id).is_some_and(|reviewed| {
            matches!(reviewed.perspective, Perspective::Giving | Perspective::Receiving)
                && reviewed.dimension == item.dimension
                && reviewed.scale == item.scale
                && reviewed.reverse == item.reverse
        }),
        (Perspective::TheyWouldSay, None) => false,
        (Perspective::Giving | Perspective::Receiving | Perspective::SelfView, reviews) => reviews.is_none(),
    };
    report.require(sound, place, Rule::WrongReview);
}

/// Looking back only also means that conditions cannot form a circle.
fn check_condition<'a>(
    definition: &Definition,
    condition: &EnableWhen,
    mut earlier: impl Iterator<Item = &'a Item>,
    place: &str,
    report: &mut Report,
) {
    match earlier.find(|item| item.id == condition.item) {
        None => report.add(place, Rule::ConditionNotEarlier),
        Some(gate) => {
            let possible = scale(definition, gate).is_some_and(|scale| scale.contains(condition.value));
            report.require(possible, place, Rule::ConditionOffScale);
            // A person's own giving must not decide whether the other's is asked about: the mirror would differ.
            report.require(gate.perspective == Perspective::SelfView, place, Rule::MirrorDiffers);
        }
    }
}

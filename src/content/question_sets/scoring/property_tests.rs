//! What scoring promises for every set and every response: exact mirrors, no effect of order, bounds.

use proptest::prelude::*;

use super::*;
use crate::content::Catalogue;
use crate::content::vocabulary::Perspective;

/// A set and answers that fit it: each item gets an option, a refusal or nothing, where its condition is fulfilled.
fn any_response() -> impl Strategy<Value = (QuestionSet, Vec<Answer>)> {
    let sets: Vec<QuestionSet> = Catalogue::load().unwrap().all_question_set_versions().cloned().collect();
    (proptest::sample::select(sets), proptest::collection::vec(0_usize..11, 40)).prop_map(|(set, picks)| {
        let mut answers: Vec<Answer> = Vec::new();
        for (item, pick) in set.definition().items.iter().zip(picks) {
            let open = item.enable_when.as_ref().is_none_or(|condition| {
                answers.iter().any(|answer| {
                    answer.item_id == condition.item && matches!(answer.value, AnswerValue::Chosen(value) if condition.admits(value))
                })
            });
            let options = &set.scale_of(item).unwrap().options;
            let value = match pick {
                0 => None,
                1 => Some(AnswerValue::Skipped),
                2 => Some(AnswerValue::PreferNotToSay),
                _ => Some(AnswerValue::Chosen(options[(pick - 3) % options.len()].value)),
            };
            answers.extend(value.filter(|_| open).map(|value| Answer { item_id: item.id.clone(), value }));
        }
        (set, answers)
    })
}

/// The same answers as they would be if the two people changed places.
fn mirrored(set: &QuestionSet, answers: &[Answer]) -> Vec<Answer> {
    let swap = |id: &String| set.item(id).and_then(|item| item.mirror.clone()).unwrap_or_else(|| id.clone());
    answers.iter().map(|answer| Answer { item_id: swap(&answer.item_id), value: answer.value }).collect()
}

proptest! {
    #[test]
    fn swapping_the_people_swaps_the_sides_and_negates_the_difference_exactly((set, answers) in any_response()) {
        let scored = score(&set, &answers).unwrap();
        let swapped = score(&set, &mirrored(&set, &answers)).unwrap();
        prop_assert_eq!(scored.counts, swapped.counts);
        prop_assert_eq!(scored.felt_heard, swapped.felt_heard);
        for (one, other) in scored.dimensions.iter().zip(&swapped.dimensions) {
            prop_assert_eq!((one.give, one.receive), (other.receive, other.give));
            prop_assert_eq!(one.difference, other.difference.map(|difference| -difference));
        }
    }

    #[test]
    fn the_order_of_answers_changes_nothing((set, answers) in any_response(), turn in 0_usize..40) {
        let mut turned = answers.clone();
        turned.reverse();
        let middle = turn % turned.len().max(1);
        turned.rotate_left(middle);
        prop_assert_eq!(score(&set, &answers), score(&set, &turned));
    }

    #[test]
    fn an_answer_withheld_is_the_same_as_one_skipped_or_declined((set, answers) in any_response()) {
        let given: Vec<Answer> =
            answers.iter().filter(|answer| matches!(answer.value, AnswerValue::Chosen(_))).cloned().collect();
        let (full, bare) = (score(&set, &answers).unwrap(), score(&set, &given).unwrap());
        prop_assert_eq!(full.dimensions, bare.dimensions);
        prop_assert_eq!(full.perspective_gaps, bare.perspective_gaps);
    }

    #[test]
    fn figures_stay_on_their_scale_and_counts_add_up((set, answers) in any_response()) {
        let scored = score(&set, &answers).unwrap();
        let counts = scored.counts;
        prop_assert_eq!(
            counts.asked,
            counts.answered + counts.skipped + counts.preferred_not_to_say + counts.without_answer
        );
        for dimension in &scored.dimensions {
            prop_assert!(dimension.difference.is_none_or(|difference| (-1.0..=1.0).contains(&difference)));
            for side in [dimension.give, dimension.receive] {
                prop_assert!(side.answered <= side.asked && (0.0..1.0).contains(&side.alpha));
                prop_assert_eq!(side.mean.value().is_some(), side.answered > 0 && 2 * side.answered >= side.asked);
            }
        }
    }

    #[test]
    fn giving_more_never_lowers_the_difference((set, answers) in any_response()) {
        let before = score(&set, &answers).unwrap();
        for (position, answer) in answers.iter().enumerate() {
            let item = set.item(&answer.item_id).unwrap();
            let AnswerValue::Chosen(value) = answer.value else { continue };
            let step = if item.reverse { -1 } else { 1 };
            let higher = value + step;
            let is_giving = item.perspective == Perspective::Giving;
            if !is_giving || !set.scale_of(item).unwrap().contains(higher) {
                continue;
            }
            let mut more = answers.clone();
            more[position].value = AnswerValue::Chosen(higher);
            let after = score(&set, &more).unwrap();
            for (one, other) in before.dimensions.iter().zip(&after.dimensions) {
                prop_assert!(other.difference >= one.difference);
            }
        }
    }
}

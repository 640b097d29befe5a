//! What scoring promises, by example: honest gaps, and errors that point at the answer.

use super::*;
use crate::content::Catalogue;
use crate::content::embedded::question_set_files;
use crate::content::vocabulary::Dimension;

fn set(slug: &str) -> QuestionSet {
    Catalogue::load().unwrap().question_set(slug, None).unwrap().clone()
}

/// A set of this build with its definition changed.
fn changed(slug: &str, change: impl FnOnce(&mut serde_json::Value)) -> QuestionSet {
    let (sets, _) = question_set_files();
    let mut files = sets.into_iter().find(|files| files.slug == slug).unwrap();
    let mut definition = serde_json::from_slice(&files.set).unwrap();
    change(&mut definition);
    files.set = serde_json::to_vec(&definition).unwrap();
    QuestionSet::read(&files).unwrap()
}

fn chosen(item_id: &str, value: i32) -> Answer {
    Answer { item_id: item_id.to_owned(), value: AnswerValue::Chosen(value) }
}

fn with(item_id: &str, value: AnswerValue) -> Answer {
    Answer { item_id: item_id.to_owned(), value }
}

fn in_dimension(scored: &Scored, dimension: Dimension) -> DimensionScore {
    *scored.dimensions.iter().find(|score| score.dimension == dimension).unwrap()
}

fn codes(slug: &str, answers: &[Answer]) -> Vec<(usize, &'static str)> {
    score(&set(slug), answers).unwrap_err().into_iter().map(|error| (error.index, error.code.as_str())).collect()
}

#[test]
fn the_difference_is_the_share_of_the_range_between_the_means() {
    let answers = [chosen("es-give-1", 4), chosen("es-give-2", 3), chosen("es-receive-1", 1), chosen("es-receive-2", 2)];
    let support = in_dimension(&score(&set("partner-check"), &answers).unwrap(), Dimension::EmotionalSupport);
    assert_eq!(support.give.mean, Mean::Scored(3.5));
    assert_eq!(support.receive.mean, Mean::Scored(1.5));
    assert_eq!((support.range, support.difference), (4, Some(0.5)));
    assert_eq!((support.give.asked, support.give.answered, support.pairs_answered), (2, 2, 2));
    assert!((support.give.alpha - 0.67).abs() < f64::EPSILON);
}

#[test]
fn a_reverse_keyed_answer_is_turned_round() {
    // They explain a need often before I act: I give little. I explain mine seldom: I receive much.
    let answers = [chosen("need-give-1", 1), chosen("need-give-2", 3), chosen("need-receive-1", 4), chosen("need-receive-2", 0)];
    let needs = in_dimension(&score(&set("partner-check"), &answers).unwrap(), Dimension::NeedsMet);
    assert_eq!((needs.give.mean, needs.receive.mean), (Mean::Scored(1.0), Mean::Scored(4.0)));
    assert_eq!(needs.difference, Some(-0.75));
}

#[test]
fn weights_shift_the_mean() {
    let set = changed("partner-check", |definition| {
        for item in definition["items"].as_array_mut().unwrap() {
            if item["id"] == "es-give-1" || item["id"] == "es-receive-1" {
                item["weight"] = 3.into();
            }
        }
    });
    let scored = score(&set, &[chosen("es-give-1", 4), chosen("es-give-2", 0)]).unwrap();
    let support = in_dimension(&scored, Dimension::EmotionalSupport);
    assert_eq!(support.give.mean, Mean::Scored(3.0));
}

#[test]
fn below_the_required_share_there_is_no_mean() {
    let set = changed("partner-check", |definition| {
        definition["scoring"]["minimum_answered_share"] = 0.6.into();
    });
    let answers = [chosen("es-give-1", 2), chosen("es-receive-1", 2)];
    let support = in_dimension(&score(&set, &answers).unwrap(), Dimension::EmotionalSupport);
    assert_eq!((support.give.answered, support.give.mean), (1, Mean::TooFewAnswers));
    assert_eq!(support.difference, None);
}

#[test]
fn half_of_a_side_is_enough_and_lowers_its_alpha() {
    let answers = [chosen("es-give-1", 2), chosen("es-receive-1", 2), with("es-give-2", AnswerValue::Skipped)];
    let support = in_dimension(&score(&set("partner-check"), &answers).unwrap(), Dimension::EmotionalSupport);
    assert_eq!((support.give.answered, support.give.asked, support.difference), (1, 2, Some(0.0)));
    // Spearman and Brown: half of a scale with alpha .67 has .335 / .665.
    assert!((support.give.alpha - 0.335 / 0.665).abs() < 1e-12);
}

#[test]
fn a_side_without_answers_has_no_mean_and_says_so() {
    let support = in_dimension(
        &score(&set("partner-check"), &[chosen("es-give-1", 4), chosen("es-give-2", 4)]).unwrap(),
        Dimension::EmotionalSupport,
    );
    assert_eq!((support.give.mean.value(), support.receive.mean.missing()), (Some(4.0), Some("too_few_answers")));
    assert_eq!(support.difference, None);
}

#[test]
fn answers_to_different_questions_are_not_compared() {
    let scored = score(&set("partner-check"), &[chosen("es-give-1", 4), chosen("es-receive-2", 0)]).unwrap();
    let support = in_dimension(&scored, Dimension::EmotionalSupport);
    assert!(support.give.mean.value().is_some() && support.receive.mean.value().is_some());
    assert_eq!((support.pairs_asked, support.pairs_answered, support.difference), (2, 0, None));
}

#[test]
fn no_answers_at_all_score_nothing() {
    let scored = score(&set("reciprocity-check"), &[]).unwrap();
    assert!(scored.dimensions.iter().all(|score| score.difference.is_none() && score.give.alpha.abs() < f64::EPSILON));
    assert_eq!(scored.felt_heard.unwrap().mean, Mean::TooFewAnswers);
    assert_eq!((scored.counts.asked, scored.counts.without_answer), (21, 21));
}

#[test]
fn a_closed_branch_is_not_asked_and_an_open_one_is() {
    let repair = |answers: &[Answer]| in_dimension(&score(&set("reciprocity-check"), answers).unwrap(), Dimension::Repair);
    let closed = repair(&[chosen("rep-gate-1", 0)]);
    assert_eq!((closed.give.asked, closed.give.mean), (0, Mean::NotAsked));
    let open = repair(&[chosen("rep-receive-1", 1), chosen("rep-give-1", 3), chosen("rep-gate-1", 1)]);
    assert_eq!((open.give.asked, open.difference), (1, Some(0.5)));
}

#[test]
fn felt_heard_and_energy_stand_alone_on_their_own_scales() {
    let scored = score(&set("reciprocity-check"), &[chosen("heard-1", 5), chosen("energy-1", -2)]).unwrap();
    let (heard, energy) = (scored.felt_heard.unwrap(), scored.energy_after.unwrap());
    assert_eq!((heard.minimum, heard.maximum, heard.mean), (1, 5, Mean::Scored(5.0)));
    assert_eq!((energy.minimum, energy.maximum, energy.mean), (-3, 3, Mean::Scored(-2.0)));
    assert!(scored.dimensions.iter().all(|score| score.give.answered + score.receive.answered == 0));
}

#[test]
fn what_they_would_say_is_a_gap_and_no_balance() {
    let answers = [chosen("es-give-2", 4), chosen("es-they-say-give-2", 2), chosen("es-they-say-receive-2", 4)];
    let scored = score(&set("partner-check"), &answers).unwrap();
    assert_eq!(scored.perspective_gaps.len(), 1);
    assert_eq!(scored.perspective_gaps[0].reviewed_item_id, "es-give-2");
    assert!((scored.perspective_gaps[0].gap + 0.5).abs() < f64::EPSILON);
    assert_eq!(in_dimension(&scored, Dimension::EmotionalSupport).receive.answered, 0);
}

#[test]
fn skipping_and_declining_are_counted_apart() {
    let answers = [with("heard-1", AnswerValue::Skipped), with("energy-1", AnswerValue::PreferNotToSay)];
    let counts = score(&set("after-interaction-pulse"), &answers).unwrap().counts;
    assert_eq!(counts, Counts { asked: 6, answered: 0, skipped: 1, preferred_not_to_say: 1, without_answer: 4 });
}

#[test]
fn every_answer_that_does_not_fit_is_named_by_its_position() {
    let answers = [
        chosen("heard-1", 3),
        chosen("rep-give-1", 1),
        chosen("nonsense", 1),
        chosen("energy-1", 4),
        chosen("heard-1", 2),
        chosen("rep-gate-1", 0),
        with("rep-receive-1", AnswerValue::Skipped),
    ];
    let expected = [(1, "item_not_asked"), (2, "unknown_item"), (3, "value_off_scale"), (4, "duplicate_item"), (6, "item_not_asked")];
    assert_eq!(codes("reciprocity-check", &answers), expected);
}

#[test]
fn a_gate_that_is_skipped_or_off_its_scale_opens_nothing() {
    let skipped = [with("rep-gate-1", AnswerValue::PreferNotToSay), chosen("rep-give-1", 1)];
    assert_eq!(codes("reciprocity-check", &skipped), [(1, "item_not_asked")]);
    let off_scale = [chosen("rep-gate-1", 2), chosen("rep-give-1", 1)];
    assert_eq!(codes("reciprocity-check", &off_scale), [(0, "value_off_scale"), (1, "item_not_asked")]);
}

#[test]
fn only_an_optional_item_may_be_skipped_and_any_may_be_declined() {
    let set = changed("after-interaction-pulse", |definition| {
        definition["items"][0]["optional"] = false.into();
    });
    let errors = score(&set, &[with("energy-1", AnswerValue::Skipped)]).unwrap_err();
    assert_eq!((errors[0].code.as_str(), errors[0].code.concerns_item()), ("skip_not_allowed", false));
    assert!(score(&set, &[with("energy-1", AnswerValue::PreferNotToSay)]).is_ok());
}

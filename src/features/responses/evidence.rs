//! Completed responses as the engine reads them: two scores a dimension, and how far each can be trusted.

use chrono::{Datelike, NaiveDate};

use super::model::StoredResponse;
use super::service;
use crate::content::{Catalogue, Dimension, DimensionScore, Purpose, SideScore};
use crate::engine::evidence::{Questionnaire, ScaleError};
use crate::engine::types::{self, Day};
use crate::kernel::Error;

/// 1970-01-01 as chrono counts days.
const EPOCH: i32 = 719_163;

/// What one response says about giving and receiving, an entry for each dimension with enough answers.
///
/// Scores are in scale points of the version answered; a dimension without a difference (a side or the mirrored pairs have
/// too few answers) says nothing, because means of different questions cannot be compared. A set that does not cover
/// weeks gives nothing at all.
///
/// # Errors
/// Unavailable, where the version answered is not in the catalogue yet.
pub fn questionnaires(catalogue: &Catalogue, response: &StoredResponse) -> Result<Vec<Questionnaire>, Error> {
    let set = service::answered_set(catalogue, &response.question_set, response.version)?;
    if !covers_weeks(set.definition().purpose) {
        return Ok(Vec::new());
    }
    let scored = service::score_stored(set, &response.answers)?;
    let day = day_of(response.local_date);
    Ok(scored.dimensions.iter().filter_map(|dimension| questionnaire(day, dimension)).collect())
}

/// Whether sets for this purpose ask about weeks. The engine reads every questionnaire as a view of weeks, and only the one
/// answered last, so a single evening would outweigh the log, and a single week would take the place of a month.
const fn covers_weeks(purpose: Purpose) -> bool {
    match purpose {
        Purpose::AfterInteraction | Purpose::Weekly => false,
        Purpose::Overview
        | Purpose::InDepth
        | Purpose::Monthly
        | Purpose::OverFunctioning
        | Purpose::Repair
        | Purpose::Trust
        | Purpose::Mutual
        | Purpose::Boundaries => true,
    }
}

fn questionnaire(day: Day, scored: &DimensionScore) -> Option<Questionnaire> {
    scored.difference?;
    Some(Questionnaire {
        day,
        dimension: Some(dimension_of(scored.dimension)),
        give: scored.give.mean.value()?,
        receive: scored.receive.mean.value()?,
        range: f64::from(scored.range),
        give_error: error_of(&scored.give),
        receive_error: error_of(&scored.receive),
    })
}

const fn error_of(side: &SideScore) -> ScaleError {
    ScaleError::Alpha { alpha: side.alpha, sd: side.standard_deviation }
}

fn day_of(date: NaiveDate) -> Day {
    Day(date.num_days_from_ce() - EPOCH)
}

/// The dimension of an assessment that a word of the content names.
#[must_use]
pub const fn dimension_of(dimension: Dimension) -> types::Dimension {
    match dimension {
        Dimension::EmotionalSupport => types::Dimension::EmotionalSupport,
        Dimension::Celebration => types::Dimension::Celebration,
        Dimension::Initiation => types::Dimension::Initiation,
        Dimension::Repair => types::Dimension::Repair,
        Dimension::Appreciation => types::Dimension::Appreciation,
        Dimension::PracticalHelp => types::Dimension::PracticalHelp,
        Dimension::PromisesKept => types::Dimension::PromisesKept,
        Dimension::NeedsMet => types::Dimension::NeedsMet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Answer, AnswerValue};
    use crate::kernel::ResponseId;

    fn response(slug: &str, answers: &[(&str, i32)]) -> StoredResponse {
        StoredResponse {
            id: ResponseId(uuid::Uuid::from_u128(1)),
            question_set: slug.to_owned(),
            version: 1,
            answers: answers
                .iter()
                .map(|(item, value)| Answer { item_id: (*item).to_owned(), value: AnswerValue::Chosen(*value) })
                .collect(),
            local_date: "1970-01-03".parse().unwrap(),
            completed_at: None,
            change: 1,
        }
    }

    fn read(slug: &str, answers: &[(&str, i32)]) -> Vec<Questionnaire> {
        questionnaires(&Catalogue::load().unwrap(), &response(slug, answers)).unwrap()
    }

    #[test]
    fn a_dimension_answered_on_both_sides_becomes_evidence_and_one_answered_on_one_side_does_not() {
        let found = read("reciprocity-check", &[("cel-give-1", 4), ("cel-receive-1", 1), ("help-give-1", 3)]);
        let expected = Questionnaire {
            day: Day(2),
            dimension: Some(types::Dimension::Celebration),
            give: 4.0,
            receive: 1.0,
            range: 4.0,
            give_error: ScaleError::Alpha { alpha: 0.5, sd: 1.0 },
            receive_error: ScaleError::Alpha { alpha: 0.5, sd: 1.0 },
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn fewer_answers_make_a_score_less_reliable_never_more() {
        let all = read("reciprocity-check", &[("es-give-1", 4), ("es-give-2", 4), ("es-receive-1", 1), ("es-receive-2", 1)]);
        let half = read("reciprocity-check", &[("es-give-1", 4), ("es-receive-1", 1)]);
        assert!(half[0].give_error.variance() > all[0].give_error.variance());
        assert_eq!(half[0].give_error, half[0].receive_error);
    }

    #[test]
    fn swapped_answers_are_swapped_evidence() {
        let mine = read("reciprocity-check", &[("cel-give-1", 4), ("cel-receive-1", 1)]);
        let theirs = read("reciprocity-check", &[("cel-give-1", 1), ("cel-receive-1", 4)]);
        assert_eq!((mine[0].give, mine[0].receive), (theirs[0].receive, theirs[0].give));
    }

    #[test]
    fn a_pulse_after_one_meeting_is_no_evidence_about_weeks() {
        assert_eq!(read("after-interaction-pulse", &[("es-give-1", 4), ("es-receive-1", 0)]), []);
    }

    #[test]
    fn only_sets_about_a_meeting_or_a_single_week_are_left_out() {
        let left_out: Vec<Purpose> = Purpose::ALL.iter().copied().filter(|purpose| !covers_weeks(*purpose)).collect();
        assert_eq!(left_out, [Purpose::AfterInteraction, Purpose::Weekly]);
    }

    #[test]
    fn every_dimension_keeps_its_name() {
        for dimension in Dimension::ALL {
            assert_eq!(dimension_of(*dimension).as_str(), dimension.as_str());
        }
    }
}

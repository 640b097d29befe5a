//! What was tried: practices that were adopted, the times that they were done, and step-back tests.

use chrono::{NaiveDate, TimeDelta};
use serde_json::value::RawValue;

use super::{MAX_SLUG, Reader, chosen, needed, parts};
use crate::api::idempotency::request_digest;
use crate::features::experiments::{self, CreateExperiment, ExperimentRest};
use crate::features::routines::model as routines;
use crate::features::routines::{AdoptedPracticeRest, CreateAdoptedPractice, CreatePracticeSession, PracticeSessionRest};
use crate::kernel::{AdoptedPracticeId, Error, ExperimentId, FieldError, Fields, PracticeSessionId, RelationshipId, text};

impl Reader<'_> {
    /// A practice may be one that this service has not: it may get it.
    pub(super) fn practice(&self, raw: &RawValue) -> Result<routines::RestoredPractice, Error> {
        let added = [
            "relationship_id",
            "practice_version",
            "takes_two",
            "resets_on_contact",
            "rests",
            "snoozed_until",
            "adopted_on",
            "dropped_on",
            "created_at",
            "updated_at",
        ];
        let (made, rest): (CreateAdoptedPractice, AdoptedPracticeRest) = parts(raw, &added)?;
        let (id, relationship) = (chosen(made.id)?, RelationshipId(rest.relationship_id));
        let digest = request_digest(self.keys, self.account, &format!("practices of {relationship}"), &made)?;
        let (created_at, updated_at) = self.times(rest.created_at, rest.updated_at)?;
        if !text::is_slug(&made.practice, MAX_SLUG) {
            return Err(Error::invalid(vec![FieldError::new("/practice", "not_a_name", "The name of a practice belongs here.")]));
        }
        if !(1..=10_000).contains(&rest.practice_version) || rest.rests.len() > routines::MAX_RESTS {
            return Err(Error::invalid(vec![FieldError::new("", "out_of_range", "It has a version, and at most fifty rests.")]));
        }
        if self.catalogue.practice(&made.practice).is_some_and(|known| known.definition().length_days.is_some()) {
            let detail = "This practice has an end of its own and is no routine.";
            return Err(Error::invalid(vec![FieldError::new("/practice", "not_a_routine", detail)]));
        }
        let adopted = routines::Adopted {
            practice: made.practice.clone(),
            version: rest.practice_version,
            takes_two: rest.takes_two,
            resets_on_contact: rest.resets_on_contact,
        };
        let plan = made.parse_plan().map_err(Error::invalid)?;
        let plan = routines::Plan {
            turns: plan.turns.ok_or_else(|| Error::invalid(vec![needed("/turns")]))?,
            cadence: plan.cadence.flatten(),
            starts_on: plan.starts_on.ok_or_else(|| Error::invalid(vec![needed("/starts_on")]))?,
            time_of_day: plan.time_of_day.flatten(),
            time_zone: plan.time_zone.ok_or_else(|| Error::invalid(vec![needed("/time_zone")]))?,
            rests: rest.rests.into_iter().map(|one| routines::Rest { from: one.from, to: one.to }).collect(),
            snoozed_until: rest.snoozed_until,
            dropped_on: rest.dropped_on,
        };
        let (id, adopted_on) = (AdoptedPracticeId(id), rest.adopted_on);
        for (pointer, day) in
            [("/starts_on", Some(plan.starts_on)), ("/adopted_on", Some(adopted_on)), ("/snoozed_until", plan.snoozed_until)]
        {
            self.of_our_time(pointer, day)?;
        }
        self.of_our_time("/dropped_on", plan.dropped_on)?;
        self.rests(&plan.rests)?;
        plan.check()?;
        let practice = routines::AdoptedPractice { id, relationship, adopted, plan, adopted_on, version: 1, created_at, updated_at };
        Ok(routines::RestoredPractice { practice, digest })
    }

    /// Each rest ends, and not before it begins.
    fn rests(&self, rests: &[routines::Rest]) -> Result<(), Error> {
        for (index, rest) in rests.iter().enumerate() {
            let pointer = |member: &str| format!("/rests/{index}/{member}");
            self.of_our_time(&pointer("from"), Some(rest.from))?;
            self.of_our_time(&pointer("to"), rest.to)?;
            if rest.to.is_none_or(|to| to < rest.from) {
                let detail = "A rest has an end, and does not end before it begins.";
                return Err(Error::invalid(vec![FieldError::new(pointer("to"), "before_start", detail)]));
            }
        }
        Ok(())
    }

    pub(super) fn practice_session(&self, raw: &RawValue) -> Result<routines::RestoredSession, Error> {
        let added = ["adopted_practice_id", "relationship_id", "mutual", "created_at", "updated_at"];
        let (made, rest): (CreatePracticeSession, PracticeSessionRest) = parts(raw, &added)?;
        let (id, practice) = (chosen(made.id)?, AdoptedPracticeId(rest.adopted_practice_id));
        let digest = request_digest(self.keys, self.account, &format!("/v1/adopted-practices/{practice}/sessions"), &made)?;
        let (created_at, updated_at) = self.times(rest.created_at, rest.updated_at)?;
        let told = made.parse().map_err(Error::invalid)?;
        let day = told.local_date.ok_or_else(|| Error::invalid(vec![needed("/local_date")]))?;
        let checked = routines::check_day(day, self.today());
        let local_date = checked.map_err(|(code, detail)| Error::invalid(vec![FieldError::new("/local_date", code, detail)]))?;
        let relationship = RelationshipId(rest.relationship_id);
        let session = routines::PracticeSession {
            id: PracticeSessionId(id),
            practice,
            relationship,
            local_date,
            told,
            version: 1,
            created_at,
            updated_at,
        };
        Ok(routines::RestoredSession { session, digest })
    }

    /// A day within a year or so of the years that people log.
    fn of_our_time(&self, pointer: &str, day: Option<NaiveDate>) -> Result<(), Error> {
        let last = (self.now + TimeDelta::days(400)).date_naive();
        if day.is_none_or(|day| (NaiveDate::default()..=last).contains(&day)) {
            return Ok(());
        }
        Err(Error::invalid(vec![FieldError::new(pointer, "out_of_range", "A day from 1970 to a year from now belongs here.")]))
    }

    /// A test that is not over ends here: whether it may go on is not known of another service.
    pub(super) fn experiment(&self, raw: &RawValue, today: NaiveDate) -> Result<experiments::model::Restored, Error> {
        let added = ["relationship_id", "ends_on", "status", "stopped_on", "end_note", "created_at", "updated_at"];
        let (made, rest): (CreateExperiment, ExperimentRest) = parts(raw, &added)?;
        let id = chosen(made.id)?;
        let relationship = RelationshipId(rest.relationship_id);
        let digest = request_digest(self.keys, self.account, &format!("experiments of {relationship}"), &made)?;
        let (created_at, updated_at) = self.times(rest.created_at, rest.updated_at)?;
        let mut fields = Fields::default();
        let end_note = rest.end_note.and_then(|note| experiments::checked_note(&mut fields, &note));
        let stopped_on = rest.stopped_on.filter(|day| (NaiveDate::default()..=self.today()).contains(day));
        if stopped_on != rest.stopped_on {
            fields.push("/stopped_on", "out_of_range", "A day from 1970-01-01 to today belongs here.");
        }
        fields.finish(Some(())).map_err(Error::invalid)?;
        let plan = experiments::restored_plan(made, self.catalogue, created_at)?;
        let stopped_on = stopped_on.or_else(|| (plan.last_day() >= today).then_some(today));
        Ok(experiments::model::Restored { id: ExperimentId(id), digest, relationship, plan, stopped_on, end_note, created_at, updated_at })
    }
}

//! What an import is: records that are right each by itself, and right together.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::features::accounts::model::Settings;
use crate::features::consents::model::Restored as Consent;
use crate::features::experiments::model::{MAX_PER_RELATIONSHIP, Restored as Experiment};
use crate::features::exports::model::{RemovedId, RemovedKind};
use crate::features::recommendations::model::{MAX_NOT_FOR_ME, NotForMe};
use crate::features::records::model::{Need, Plan, Promise, Repair, Restored as Record};
use crate::features::relationships::model::{MAX_PER_ACCOUNT, Restored as Tie};
use crate::features::responses::model::Restored as Response;
use crate::features::routines::model::{MAX_ADOPTED, MAX_LIVE, MAX_SESSIONS, RestoredPractice, RestoredSession};
use crate::features::safety::model::Answered;
use crate::features::{interactions::model as entries, responses};
use crate::kernel::{FieldError, Fields};

/// Faults that are told of at once.
pub const MAX_FAULTS: usize = 100;

/// Everything that an import brings.
#[derive(Clone, Debug, Default)]
pub struct Import {
    pub settings: Settings,
    pub ties: Vec<Tie>,
    pub entries: Vec<entries::Restored>,
    pub history: Vec<entries::RestoredRevision>,
    pub promises: Vec<Record<Promise>>,
    pub plans: Vec<Record<Plan>>,
    pub needs: Vec<Record<Need>>,
    pub repairs: Vec<Record<Repair>>,
    pub responses: Vec<Response>,
    pub removed: Vec<RemovedId>,
    /// Withdrawals alone.
    pub consents: Vec<Consent>,
    pub practices: Vec<RestoredPractice>,
    pub practice_sessions: Vec<RestoredSession>,
    pub not_for_me: Vec<NotForMe>,
    pub experiments: Vec<Experiment>,
    /// Counted nowhere: nothing is to say that there were any.
    pub safety_answers: Vec<Answered>,
    pub left_out: LeftOut,
}

/// Records of the export that an import does not bring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    pub consents: usize,
    pub assessments: usize,
    pub sessions: usize,
    pub grants: usize,
    pub access_log: usize,
}

/// An import that was made, by counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    pub id: Uuid,
    pub relationships: i32,
    pub interactions: i32,
    pub interaction_history: i32,
    pub records: i32,
    pub responses: i32,
    pub removed_ids: i32,
    pub consents: i32,
    pub adopted_practices: i32,
    pub practice_sessions: i32,
    pub not_for_me: i32,
    pub experiments: i32,
    pub consents_left_out: i32,
    pub assessments_left_out: i32,
    pub sessions_left_out: i32,
    pub grants_left_out: i32,
    pub access_log_left_out: i32,
    pub imported_at: DateTime<Utc>,
}

impl Import {
    /// Checks that no id is there twice and that nothing refers to what is not there; gives each entry the version that follows
    /// those of its history.
    pub fn settled(mut self) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        if i64::try_from(self.ties.len()).is_ok_and(|count| count > MAX_PER_ACCOUNT) {
            fields.push("/relationships", "too_many", format!("An account holds at most {MAX_PER_ACCOUNT} relationships."));
        }
        let ties = distinct(&mut fields, "relationships", self.ties.iter().map(|tie| tie.id.0));
        let entries = distinct(&mut fields, "interactions", self.entries.iter().map(|one| one.entry.id));
        distinct(&mut fields, "consents", self.consents.iter().map(|one| one.id));
        let responses = distinct(&mut fields, "question_set_responses", self.responses.iter().map(|one| one.id.0));
        let records = self.check_records(&mut fields, &ties);
        let owners = self.entries.iter().map(|one| one.entry.relationship.0);
        known(&mut fields, ("interactions", "relationship_id"), &ties, owners);
        let owners = self.responses.iter().map(|one| one.relationship.0);
        known(&mut fields, ("question_set_responses", "relationship_id"), &ties, owners);
        known(&mut fields, ("interaction_history", "interaction_id"), &entries, self.history.iter().map(|said| said.entry.0));
        known(&mut fields, ("not_for_me", "relationship_id"), &ties, self.not_for_me.iter().map(|one| one.relationship.0));
        known(&mut fields, ("safety_answers", "relationship_id"), &ties, self.safety_answers.iter().map(|one| one.relationship.0));
        let experiments = distinct(&mut fields, "experiments", self.experiments.iter().map(|one| one.id.0));
        known(&mut fields, ("experiments", "relationship_id"), &ties, self.experiments.iter().map(|one| one.relationship.0));
        let owners = self.practices.iter().map(|one| one.practice.relationship.0);
        known(&mut fields, ("adopted_practices", "relationship_id"), &ties, owners);
        let practices = distinct(&mut fields, "adopted_practices", self.practices.iter().map(|one| one.practice.id.0));
        let sessions = distinct(&mut fields, "practice_sessions", self.practice_sessions.iter().map(|one| one.session.id.0));
        self.check_practices(&mut fields);
        self.check_said_of_ties(&mut fields);
        self.check_experiments(&mut fields);
        self.check_removed(&mut fields, [&ties, &entries, &responses, &experiments, &practices, &sessions], &records);
        self.settle_versions(&mut fields);
        // What was completed earlier is stored earlier, as it was.
        self.responses.sort_by_key(|one| (one.completed_at.unwrap_or(one.updated_at), one.id));
        fields.finish(Some(self)).map_err(|mut faults| {
            faults.truncate(MAX_FAULTS);
            faults
        })
    }

    /// A session is of a practice in the import, and of its relationship; there are no more practices than an account may have.
    fn check_practices(&self, fields: &mut Fields) {
        let owners: HashMap<_, _> = self.practices.iter().map(|one| (one.practice.id, one.practice.relationship)).collect();
        let mut of_practice: HashMap<_, i64> = HashMap::new();
        for (index, one) in self.practice_sessions.iter().enumerate() {
            let count = of_practice.entry(one.session.practice).or_insert(0);
            *count += 1;
            if *count == MAX_SESSIONS + 1 {
                let detail = format!("At most {MAX_SESSIONS} are of one practice.");
                fields.push(format!("/practice_sessions/{index}/adopted_practice_id"), "too_many", detail);
            }
            if owners.get(&one.session.practice) != Some(&one.session.relationship) {
                let detail = "The import has no such practice in this relationship.";
                fields.push(format!("/practice_sessions/{index}/adopted_practice_id"), "not_in_the_import", detail);
            }
        }
        let live = self.practices.iter().filter(|one| one.practice.plan.dropped_on.is_none()).count();
        let fits = |count: usize, most: i64| i64::try_from(count).is_ok_and(|count| count <= most);
        if !fits(self.practices.len(), MAX_ADOPTED) || !fits(live, MAX_LIVE) {
            let detail = format!("An account has at most {MAX_ADOPTED} adopted practices, and {MAX_LIVE} that are not dropped.");
            fields.push("/adopted_practices", "too_many", detail);
        }
    }

    /// A relationship has one set of safety answers, and names a practice once, as often as there can be practices.
    fn check_said_of_ties(&self, fields: &mut Fields) {
        let mut seen = HashSet::new();
        for (index, one) in self.safety_answers.iter().enumerate() {
            if !seen.insert(one.relationship) {
                let detail = "An earlier record is of this relationship.";
                fields.push(format!("/safety_answers/{index}/relationship_id"), "duplicate_id", detail);
            }
        }
        let mut named: HashMap<_, HashSet<&str>> = HashMap::new();
        for (index, one) in self.not_for_me.iter().enumerate() {
            let of_tie = named.entry(one.relationship).or_default();
            let pointer = format!("/not_for_me/{index}/practice");
            if !of_tie.insert(&one.practice) {
                fields.push(pointer, "duplicate_practice", "An earlier record names this practice for the relationship.");
            } else if of_tie.len() > MAX_NOT_FOR_ME {
                fields.push(pointer, "too_many", format!("At most {MAX_NOT_FOR_ME} practices are named for a relationship."));
            }
        }
    }

    /// A relationship has so many tests at most.
    fn check_experiments(&self, fields: &mut Fields) {
        let mut of_tie: HashMap<_, i64> = HashMap::new();
        for (index, one) in self.experiments.iter().enumerate() {
            let count = of_tie.entry(one.relationship).or_insert(0);
            *count += 1;
            if *count > MAX_PER_RELATIONSHIP {
                let detail = format!("At most {MAX_PER_RELATIONSHIP} are of one relationship.");
                fields.push(format!("/experiments/{index}/relationship_id"), "too_many", detail);
            }
        }
    }

    fn check_removed(
        &self,
        fields: &mut Fields,
        [ties, entries, responses, experiments, practices, sessions]: [&HashSet<Uuid>; 6],
        records: &[HashSet<Uuid>; 4],
    ) {
        let [promises, plans, needs, repairs] = records;
        let mut seen = HashSet::new();
        for (index, removed) in self.removed.iter().enumerate() {
            let there = match removed.kind {
                RemovedKind::Relationship => ties.contains(&removed.id),
                RemovedKind::Interaction => entries.contains(&removed.id),
                RemovedKind::Response => responses.contains(&removed.id),
                RemovedKind::AdoptedPractice => practices.contains(&removed.id),
                RemovedKind::PracticeSession => sessions.contains(&removed.id),
                RemovedKind::Assessment => false,
                RemovedKind::Promise => promises.contains(&removed.id),
                RemovedKind::Plan => plans.contains(&removed.id),
                RemovedKind::Need => needs.contains(&removed.id),
                RemovedKind::Repair => repairs.contains(&removed.id),
                RemovedKind::Experiment => experiments.contains(&removed.id),
            };
            if there {
                fields.push(format!("/removed_ids/{index}/id"), "not_removed", "A record under this id is in the import.");
            } else if !seen.insert((removed.kind, removed.id)) {
                fields.push(format!("/removed_ids/{index}/id"), "duplicate_id", DUPLICATE);
            }
        }
    }

    /// Promises, plans, needs and repairs share their ids; what they name is in the import. Gives the ids of each.
    fn check_records(&self, fields: &mut Fields, ties: &HashSet<Uuid>) -> [HashSet<Uuid>; 4] {
        let entries = &self.entries.iter().map(|one| (one.entry.id, one.entry.relationship.0)).collect();
        let mut seen = HashSet::new();
        [
            of_kind(fields, "promises", &self.promises, (ties, entries), &mut seen),
            of_kind(fields, "plans", &self.plans, (ties, entries), &mut seen),
            of_kind(fields, "needs", &self.needs, (ties, entries), &mut seen),
            of_kind(fields, "repairs", &self.repairs, (ties, entries), &mut seen),
        ]
    }

    /// How many promises, plans, needs and repairs it brings.
    #[must_use]
    pub fn records(&self) -> usize {
        self.promises.len() + self.plans.len() + self.needs.len() + self.repairs.len()
    }

    fn settle_versions(&mut self, fields: &mut Fields) {
        let (mut newest, mut seen): (HashMap<Uuid, i64>, HashSet<(Uuid, i64)>) = (HashMap::new(), HashSet::new());
        for (index, said) in self.history.iter().enumerate() {
            if !seen.insert((said.entry.0, said.version)) {
                let detail = "An earlier record has this version of the same entry.";
                fields.push(format!("/interaction_history/{index}/version"), "duplicate_version", detail);
            }
            let version = newest.entry(said.entry.0).or_insert(said.version);
            *version = said.version.max(*version);
        }
        for one in &mut self.entries {
            one.version = newest.get(&one.entry.id).map_or(1, |version| version + 1);
        }
    }
}

const DUPLICATE: &str = "An earlier record has this id.";

fn distinct(fields: &mut Fields, part: &str, ids: impl Iterator<Item = Uuid>) -> HashSet<Uuid> {
    let mut seen = HashSet::new();
    for (index, id) in ids.enumerate() {
        if !seen.insert(id) {
            fields.push(format!("/{part}/{index}/id"), "duplicate_id", DUPLICATE);
        }
    }
    seen
}

/// Checks the records of one kind, and gives their ids. `seen` are those of the kinds before.
fn of_kind<K>(
    fields: &mut Fields,
    part: &str,
    records: &[Record<K>],
    (ties, entries): (&HashSet<Uuid>, &HashMap<Uuid, Uuid>),
    seen: &mut HashSet<Uuid>,
) -> HashSet<Uuid> {
    for (index, record) in records.iter().enumerate() {
        if !seen.insert(record.id.0) {
            fields.push(format!("/{part}/{index}/id"), "duplicate_id", DUPLICATE);
        }
        let pointer = || format!("/{part}/{index}/interaction_id");
        match record.frame.interaction.map(|entry| entries.get(&entry.0)) {
            Some(None) => fields.push(pointer(), "not_in_the_import", "The import has no record under this id."),
            Some(Some(tie)) if *tie != record.relationship.0 => {
                fields.push(pointer(), "unknown_interaction", "This relationship has no interaction under this id.");
            }
            Some(Some(_)) | None => {}
        }
    }
    known(fields, (part, "relationship_id"), ties, records.iter().map(|record| record.relationship.0));
    records.iter().map(|record| record.id.0).collect()
}

fn known(fields: &mut Fields, (part, member): (&str, &str), there: &HashSet<Uuid>, wanted: impl Iterator<Item = Uuid>) {
    for (index, id) in wanted.enumerate() {
        if !there.contains(&id) {
            fields.push(format!("/{part}/{index}/{member}"), "not_in_the_import", "The import has no record under this id.");
        }
    }
}

/// Whether a completed response says when, and no other does.
#[must_use]
pub fn completion_fits(status: responses::model::Status, completed_at: Option<DateTime<Utc>>) -> bool {
    match status {
        responses::model::Status::Completed => completed_at.is_some(),
        responses::model::Status::InProgress => completed_at.is_none(),
    }
}

//! The digest of evidence: SHA-256 over everything that the engine reads, of the days that count.
//!
//! The same evidence always has the same digest, whatever order its records came in and whatever the types that hold them are
//! called: numbers and words are written as little-endian bytes, what may be missing behind a byte that says whether it is there.
//! Entries stand in an order of their own already; the other records are sorted by those bytes. What lies outside the window is
//! left out, and an effort that was not said is the usual one.

use aws_lc_rs::digest::{Context, SHA256};
use uuid::Uuid;

use super::gather;
use crate::engine::Evidence;
use crate::engine::evidence::{
    ContextEffect, ContextPeriod, Need, NeedOutcome, Plan, Promise, PromiseOutcome, Questionnaire, Repair, ScaleError,
};
use crate::engine::types::{Actor, Day, EntryId, Keeper};
use crate::features::interactions::EvidenceRow;
use crate::features::records::model::RepairsMeasure;

/// The digest of `evidence`, its entries as in `rows`, then the acts that records give; `ids` are the entries and records by the number
/// that the engine knows them under. `stood_for` are records known under the number of an entry: they are hashed where there are any, because an
/// assessment cites them behind the entry. What the repairs come to is hashed where there are any: it tells of more than the engine reads of them.
pub fn digest_of<'a>(
    evidence: &Evidence,
    rows: impl IntoIterator<Item = &'a EvidenceRow>,
    ids: &[Uuid],
    (stood_for, repairs): (&[(EntryId, Uuid)], Option<RepairsMeasure>),
) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    let mut frame = Bytes::default();
    frame.day(evidence.window_from).day(evidence.as_of).byte(keeper(evidence.kept_by));
    for (_, expected) in evidence.expected_balance.iter() {
        // -0 is 0.
        frame.number(*expected + 0.0);
    }
    context.update(&frame.0);
    let named = |bytes: &mut Bytes, id: EntryId| {
        bytes.0.extend_from_slice(ids.get(usize::try_from(id.0).unwrap_or(usize::MAX)).unwrap_or(&Uuid::nil()).as_bytes());
    };
    let inside = |day: Day| day >= evidence.window_from && day <= evidence.as_of;
    entries(&mut context, rows.into_iter().filter(|row| inside(gather::day(row.local_date))));
    records(&mut context, evidence.contexts.iter(), period);
    records(&mut context, evidence.questionnaires.iter().filter(|one| inside(one.day)), answers);
    records(&mut context, evidence.promises.iter().filter(|one| inside(one.made)), |bytes, one| {
        named(bytes, one.id);
        promise(bytes, one);
    });
    records(&mut context, evidence.needs.iter().filter(|one| inside(one.day)), |bytes, one| {
        named(bytes, one.id);
        need(bytes, one);
    });
    records(&mut context, evidence.plans.iter().filter(|one| inside(one.day)), |bytes, one| {
        named(bytes, one.id);
        plan(bytes, one);
    });
    records(&mut context, evidence.repairs.iter().filter(|one| inside(one.day)), |bytes, one| {
        named(bytes, one.id);
        repair(bytes, one);
    });
    if !stood_for.is_empty() {
        records(&mut context, stood_for.iter(), |bytes, (entry, record)| {
            named(bytes, *entry);
            bytes.0.extend_from_slice(record.as_bytes());
        });
    }
    if let Some(repairs) = repairs {
        let mut bytes = Bytes::default();
        measure(&mut bytes, &repairs);
        context.update(&bytes.0);
    }
    context.finish().as_ref().to_vec()
}

/// Each entry, then how many there were.
fn entries<'a>(context: &mut Context, rows: impl Iterator<Item = &'a EvidenceRow>) {
    let (mut bytes, mut count) = (Bytes::default(), 0);
    for row in rows {
        entry(&mut bytes, row);
        // In pieces that stay in the processor's cache: hashing every entry by itself took as long again.
        if bytes.0.len() >= PIECE {
            context.update(&bytes.0);
            bytes.0.clear();
        }
        count += 1;
    }
    context.update(&bytes.0);
    context.update(&u64::to_le_bytes(count));
}

/// Bytes that are hashed at once.
const PIECE: usize = 8_192;

/// Each record, sorted, then how many there were.
fn records<'a, T: 'a>(context: &mut Context, all: impl Iterator<Item = &'a T>, write: impl Fn(&mut Bytes, &T)) {
    let of = |one: &T| {
        let mut bytes = Bytes::default();
        write(&mut bytes, one);
        bytes.0
    };
    let mut written: Vec<Vec<u8>> = all.map(of).collect();
    written.sort_unstable();
    for one in &written {
        context.update(one);
    }
    context.update(&u64::try_from(written.len()).unwrap_or(u64::MAX).to_le_bytes());
}

fn entry(bytes: &mut Bytes, row: &EvidenceRow) {
    let EvidenceRow { id, local_date, dimension, actor, effort, prompted, energy_after, felt_heard } = row;
    bytes.0.extend_from_slice(id.as_bytes());
    bytes.day(gather::day(*local_date)).short(*dimension).short(*actor).short(effort.unwrap_or(gather::USUAL_EFFORT));
    bytes.maybe(*prompted, Bytes::flag).maybe(*energy_after, Bytes::short).maybe(*felt_heard, Bytes::short);
}

fn period(bytes: &mut Bytes, ContextPeriod { from, to, effect }: &ContextPeriod) {
    let effect = match effect {
        ContextEffect::Widen => 0,
        ContextEffect::Exempt => 1,
    };
    bytes.day(*from).day(*to).byte(effect);
}

fn answers(bytes: &mut Bytes, answers: &Questionnaire) {
    let Questionnaire { day, dimension, give, receive, range, give_error, receive_error } = answers;
    let dimension = dimension.and_then(|dimension| u8::try_from(dimension.index()).ok());
    bytes.day(*day).maybe(dimension, Bytes::byte).number(*give).number(*receive).number(*range);
    for error in [give_error, receive_error] {
        match error {
            ScaleError::StandardError(error) => bytes.byte(0).number(*error),
            ScaleError::Alpha { alpha, sd } => bytes.byte(1).number(*alpha).number(*sd),
        };
    }
}

fn promise(bytes: &mut Bytes, Promise { id: _, by, made, due, outcome }: &Promise) {
    let outcome = match outcome {
        PromiseOutcome::Open => 0,
        PromiseOutcome::Kept => 1,
        PromiseOutcome::Late => 2,
        PromiseOutcome::Broken => 3,
        PromiseOutcome::Renegotiated => 4,
    };
    bytes.byte(actor(*by)).day(*made).maybe(*due, Bytes::day).byte(outcome);
}

fn need(bytes: &mut Bytes, Need { id: _, of, day, outcome, times_explained }: &Need) {
    let outcome = match outcome {
        NeedOutcome::Open => 0,
        NeedOutcome::Met => 1,
        NeedOutcome::Partly => 2,
        NeedOutcome::Unmet => 3,
    };
    bytes.byte(actor(*of)).day(*day).byte(outcome).count(*times_explained);
}

fn plan(bytes: &mut Bytes, Plan { id: _, day, proposed_by, scheduled }: &Plan) {
    bytes.byte(actor(*proposed_by)).day(*day).maybe(*scheduled, Bytes::flag);
}

fn repair(bytes: &mut Bytes, Repair { id: _, day, moved_first, prompted, accepted }: &Repair) {
    bytes.byte(actor(*moved_first)).day(*day).maybe(*prompted, Bytes::flag).maybe(*accepted, Bytes::flag);
}

fn measure(bytes: &mut Bytes, measure: &RepairsMeasure) {
    let RepairsMeasure {
        count,
        open,
        repaired,
        accepted,
        not_accepted,
        noticed_by_me,
        noticed_by_them,
        median_days_to_first_move,
        median_days,
    } = measure;
    for counted in [count, open, repaired, accepted, not_accepted, noticed_by_me, noticed_by_them] {
        bytes.count(*counted);
    }
    bytes.maybe(*median_days_to_first_move, Bytes::number).maybe(*median_days, Bytes::number);
}

const fn keeper(keeper: Keeper) -> u8 {
    match keeper {
        Keeper::Logger => 0,
        Keeper::Other => 1,
        Keeper::Neither => 2,
    }
}

const fn actor(actor: Actor) -> u8 {
    match actor {
        Actor::Me => 0,
        Actor::Them => 1,
        Actor::Both => 2,
        Actor::Unknown => 3,
    }
}

/// What is hashed of one record.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn byte(&mut self, value: u8) -> &mut Self {
        self.0.push(value);
        self
    }

    fn flag(&mut self, value: bool) -> &mut Self {
        self.byte(u8::from(value))
    }

    fn short(&mut self, value: i16) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn count(&mut self, value: u32) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn day(&mut self, Day(value): Day) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn number(&mut self, value: f64) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T) -> &mut Self) -> &mut Self {
        match value {
            None => self.byte(0),
            Some(value) => write(self.byte(1), value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::types::{ByDimension, Dimension};

    fn row(n: u8) -> EvidenceRow {
        EvidenceRow {
            id: Uuid::from_u128(n.into()),
            local_date: gather::date(Day(20_000 + i32::from(n))),
            dimension: 2,
            actor: 0,
            effort: Some(3),
            prompted: None,
            energy_after: None,
            felt_heard: None,
        }
    }

    fn evidence() -> Evidence {
        let (id, day) = (EntryId(0), Day(20_010));
        let error = ScaleError::StandardError(0.3);
        let mut evidence = Evidence::empty(Day(20_000), Day(20_100));
        evidence.contexts = vec![ContextPeriod { from: day, to: day, effect: ContextEffect::Widen }];
        let scores = Questionnaire { day, dimension: None, give: 3.0, receive: 1.0, range: 4.0, give_error: error, receive_error: error };
        evidence.questionnaires = vec![scores];
        evidence.promises = vec![Promise { id, by: Actor::Me, made: day, due: None, outcome: PromiseOutcome::Kept }];
        evidence.needs = vec![Need { id, of: Actor::Me, day, outcome: NeedOutcome::Met, times_explained: 1 }];
        evidence.plans = vec![Plan { id, day, proposed_by: Actor::Me, scheduled: None }];
        evidence.repairs = vec![Repair { id, day, moved_first: Actor::Me, prompted: None, accepted: None }];
        evidence
    }

    type Turn = fn(&mut Evidence, &mut Vec<EvidenceRow>, &mut Vec<Uuid>);

    /// Every single thing that the engine reads, changed by itself.
    const CHANGES: [Turn; 39] = [
        |evidence, _, _| evidence.window_from = Day(19_999),
        |evidence, _, _| evidence.as_of = Day(20_101),
        |evidence, _, _| evidence.kept_by = Keeper::Neither,
        |evidence, _, _| evidence.expected_balance = ByDimension([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1]),
        |_, rows, _| rows[0].id = Uuid::from_u128(9),
        |_, rows, _| rows[0].local_date = gather::date(Day(20_050)),
        |_, rows, _| rows[0].dimension = 3,
        |_, rows, _| rows[0].actor = 1,
        |_, rows, _| rows[0].effort = None,
        |_, rows, _| rows[0].prompted = Some(false),
        |_, rows, _| rows[0].energy_after = Some(0),
        |_, rows, _| rows[0].felt_heard = Some(1),
        |evidence, _, _| evidence.contexts[0].from = Day(20_009),
        |evidence, _, _| evidence.contexts[0].to = Day(20_011),
        |evidence, _, _| evidence.contexts[0].effect = ContextEffect::Exempt,
        |evidence, _, _| evidence.questionnaires[0].day = Day(20_011),
        |evidence, _, _| evidence.questionnaires[0].dimension = Some(Dimension::EmotionalSupport),
        |evidence, _, _| evidence.questionnaires[0].give = 3.5,
        |evidence, _, _| evidence.questionnaires[0].receive = 1.5,
        |evidence, _, _| evidence.questionnaires[0].range = 5.0,
        |evidence, _, _| evidence.questionnaires[0].give_error = ScaleError::StandardError(0.4),
        |evidence, _, _| evidence.questionnaires[0].receive_error = ScaleError::Alpha { alpha: 0.3, sd: 0.3 },
        |evidence, _, _| evidence.promises[0].by = Actor::Them,
        |evidence, _, _| evidence.promises[0].made = Day(20_011),
        |evidence, _, _| evidence.promises[0].due = Some(Day(0)),
        |evidence, _, _| evidence.promises[0].outcome = PromiseOutcome::Late,
        |evidence, _, _| evidence.needs[0].of = Actor::Them,
        |evidence, _, _| evidence.needs[0].day = Day(20_011),
        |evidence, _, _| evidence.needs[0].outcome = NeedOutcome::Partly,
        |evidence, _, _| evidence.needs[0].times_explained = 2,
        |evidence, _, _| evidence.plans[0].day = Day(20_011),
        |evidence, _, _| evidence.plans[0].proposed_by = Actor::Them,
        |evidence, _, _| evidence.plans[0].scheduled = Some(false),
        |evidence, _, _| evidence.repairs[0].day = Day(20_011),
        |evidence, _, _| evidence.repairs[0].moved_first = Actor::Them,
        |evidence, _, _| evidence.repairs[0].prompted = Some(false),
        |evidence, _, _| evidence.repairs[0].accepted = Some(false),
        |_, _, ids| ids[0] = Uuid::from_u128(9),
        |_, rows, _| rows.clear(),
    ];

    fn digest_after(turn: Option<Turn>) -> Vec<u8> {
        let (mut evidence, mut rows, mut ids) = (evidence(), vec![row(1), row(2)], vec![Uuid::from_u128(1)]);
        if let Some(turn) = turn {
            turn(&mut evidence, &mut rows, &mut ids);
        }
        digest_of(&evidence, &rows, &ids, (&[], None))
    }

    #[test]
    fn whatever_the_engine_reads_changes_the_digest() {
        let mut all: Vec<Vec<u8>> = CHANGES.iter().map(|turn| digest_after(Some(*turn))).chain([digest_after(None)]).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), CHANGES.len() + 1);
    }

    #[test]
    fn a_record_that_an_entry_stands_for_changes_the_digest_by_its_own_id_too() {
        let ids = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let digest = |stood_for: &[(u32, u128)]| {
            let stood_for: Vec<_> = stood_for.iter().map(|(entry, record)| (EntryId(*entry), Uuid::from_u128(*record))).collect();
            digest_of(&evidence(), &[row(1), row(2)], &ids, (&stood_for, None))
        };
        let mut all = vec![digest(&[]), digest(&[(0, 7)]), digest(&[(0, 8)]), digest(&[(1, 7)]), digest(&[(0, 7), (1, 8)])];
        assert_eq!(digest(&[(1, 8), (0, 7)]), digest(&[(0, 7), (1, 8)]), "whatever their order");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn what_the_repairs_come_to_changes_the_digest() {
        let none = RepairsMeasure::default();
        let all = [
            None,
            Some(RepairsMeasure { count: 1, ..none }),
            Some(RepairsMeasure { open: 1, ..none }),
            Some(RepairsMeasure { repaired: 1, ..none }),
            Some(RepairsMeasure { accepted: 1, ..none }),
            Some(RepairsMeasure { not_accepted: 1, ..none }),
            Some(RepairsMeasure { noticed_by_me: 1, ..none }),
            Some(RepairsMeasure { noticed_by_them: 1, ..none }),
            Some(RepairsMeasure { median_days_to_first_move: Some(1.0), ..none }),
            Some(RepairsMeasure { median_days: Some(1.0), ..none }),
        ];
        let mut digests: Vec<_> = all.iter().map(|repairs| digest_of(&evidence(), &[row(1)], &[], (&[], *repairs))).collect();
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), all.len());
    }

    #[test]
    fn what_means_the_same_has_the_same_digest() {
        let same: [Turn; 4] = [
            |evidence, _, _| evidence.expected_balance = ByDimension([-0.0; 8]),
            |evidence, _, _| {
                let outside = Need { day: Day(19_000), ..evidence.needs[0] };
                evidence.needs.push(outside);
            },
            |_, rows, _| rows.push(EvidenceRow { local_date: gather::date(Day(19_000)), ..row(3) }),
            |_, rows, _| rows[0].effort = Some(3),
        ];
        for turn in same {
            assert_eq!(digest_after(Some(turn)), digest_after(None));
        }
        let effort = |said| {
            let unsaid = EvidenceRow { effort: said, ..row(1) };
            digest_of(&evidence(), &[unsaid], &[], (&[], None))
        };
        assert_eq!(effort(None), effort(Some(gather::USUAL_EFFORT)));
    }
}

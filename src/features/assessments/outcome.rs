//! The engine's answer in words, dates and the entries' own ids: what is stored and shown.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::gather::{Records, date};
use super::model::{
    ChangeOutcome, CheckOutcome, CitedOutcome, ConflictOutcome, DimensionOutcome, EvidenceRead, FiguresOutcome, FindingOutcome,
    MeasuresOutcome, MissingOutcome, Outcome, OverallOutcome, PartOutcome, RatingOutcome, ShiftOutcome, StepOutcome, WeekOutcome,
};
use crate::engine::assessment::{DimensionResult, Figures, Missing, Overall, Shift};
use crate::engine::change::{Change, Search, Target, WhatWouldChange};
use crate::engine::patterns::vitality::RatedMean;
use crate::engine::patterns::{self, Finding};
use crate::engine::types::{Actor, Day, Dimension, EntryId, Keeper};
use crate::engine::{self, Evidence, Policy};

/// The entries and records that the result names, and the records that a named entry stands for: erasing one of them erases the
/// assessment.
pub fn cited(computed: &engine::Assessment, ids: &[Uuid], stood_for: &[(EntryId, Uuid)]) -> Vec<Uuid> {
    let named = named(computed);
    let behind = stood_for.iter().filter(|(entry, _)| named.contains(entry)).map(|(_, record)| *record);
    let mut cited: Vec<Uuid> = named.iter().filter_map(|entry| id_of(*entry, ids)).chain(behind).collect();
    cited.sort_unstable();
    cited.dedup();
    cited
}

/// Whatever the result names.
fn named(computed: &engine::Assessment) -> BTreeSet<EntryId> {
    let findings = computed.patterns.iter().chain(&computed.strengths);
    let found = findings.flat_map(|found| found.entries.iter().chain(&found.counter_entries)).copied();
    let parts = computed.explanations.iter().flat_map(|explanation| explanation.parts.iter().filter_map(|part| part.entry));
    found.chain(parts).collect()
}

/// The records that the result names, with their kinds: what else it names are entries.
pub fn cited_records(computed: &engine::Assessment, ids: &[Uuid], records: &Records) -> Vec<CitedOutcome> {
    let cited = |number: EntryId| {
        let place = usize::try_from(number.0).ok()?.checked_sub(records.after)?;
        let kind = records.kinds.get(place)?;
        Some(CitedOutcome { id: id_of(number, ids)?, kind: kind.as_str().to_owned() })
    };
    named(computed).into_iter().filter_map(cited).collect()
}

/// The client's name for a record; a preview's may have none, which is the nil id here.
fn id_of(entry: EntryId, ids: &[Uuid]) -> Option<Uuid> {
    ids.get(usize::try_from(entry.0).ok()?).copied().filter(|id| !id.is_nil())
}

/// The whole answer; `ids` are the entries by the number that the engine knows them under.
pub fn outcome(computed: &engine::Assessment, evidence: &Evidence, ids: &[Uuid]) -> Outcome {
    Outcome {
        evidence: EvidenceRead {
            entries: computed.evidence.entries,
            unknown_actor_entries: computed.evidence.unknown_actor_entries,
            days: computed.evidence.days,
            first_day: computed.evidence.first_day.map(date),
            last_day: computed.evidence.last_day.map(date),
            kept_by: keeper_word(evidence.kept_by).to_owned(),
        },
        overall: overall(&computed.overall),
        dimensions: computed.dimensions.iter().map(|result| dimension(result, computed, ids)).collect(),
        conflicts: computed
            .conflicts
            .iter()
            .map(|conflict| ConflictOutcome {
                dimension: conflict.dimension.as_str().to_owned(),
                log_balance: conflict.log_balance,
                answers_balance: conflict.answers_balance,
            })
            .collect(),
        patterns: computed.patterns.iter().map(|found| finding(found, ids)).collect(),
        strengths: computed.strengths.iter().map(|found| finding(found, ids)).collect(),
        checks: computed.checks.iter().map(check).collect(),
        explanation: explanation(None, computed, ids),
        measures: MeasuresOutcome {
            energy_after: rating(&computed.measures.energy_after),
            felt_heard: rating(&computed.measures.felt_heard),
            repairs: None,
        },
        notes: computed.notes.iter().map(|note| note.as_str().to_owned()).collect(),
        weeks: weeks(evidence),
        cited_records: Vec::new(),
        what_would_change: None,
    }
}

/// What would change the overall state, and those of the dimensions with entries, the one with most first, as far as the runs of the
/// engine reach that one request may ask for.
pub fn what_would_change(computed: &engine::Assessment, evidence: &Evidence, policy: &Policy) -> Vec<ChangeOutcome> {
    let mut logged: Vec<&DimensionResult> = computed.dimensions.iter().filter(|result| result.entries > 0).collect();
    logged.sort_by_key(|result| Reverse(result.entries));
    let logged = logged.into_iter().map(|result| Target::Dimension(result.dimension));
    let mut search = Search::new(evidence, policy);
    let mut found = Vec::new();
    for target in std::iter::once(Target::Overall).chain(logged) {
        let Some(changes) = search.target(target) else { break };
        found.push(change_of(target, &changes));
    }
    found
}

fn change_of(target: Target, found: &WhatWouldChange) -> ChangeOutcome {
    let step = |change: Change| StepOutcome {
        entries: change.entries,
        dimension: change.dimension.as_str().to_owned(),
        state: change.to.as_str().to_owned(),
    };
    ChangeOutcome {
        dimension: match target {
            Target::Overall => None,
            Target::Dimension(dimension) => Some(dimension.as_str().to_owned()),
        },
        state: found.from.as_str().to_owned(),
        by_me: found.by_me.map(step),
        by_them: found.by_them.map(step),
    }
}

const fn keeper_word(keeper: Keeper) -> &'static str {
    match keeper {
        Keeper::Logger => "logger",
        Keeper::Other => "other",
        Keeper::Neither => "neither",
    }
}

fn overall(overall: &Overall) -> OverallOutcome {
    OverallOutcome {
        state: overall.state.as_str().to_owned(),
        figures: overall.figures.map(|figures| self::figures(&figures.figures)),
        net_imbalance: overall.figures.map(|figures| figures.net_imbalance),
        complementarity: overall.figures.map(|figures| figures.complementarity),
        missing: overall.missing.iter().copied().map(missing).collect(),
    }
}

fn dimension(result: &DimensionResult, computed: &engine::Assessment, ids: &[Uuid]) -> DimensionOutcome {
    let sufficient = result.figures.is_some();
    DimensionOutcome {
        dimension: result.dimension.as_str().to_owned(),
        state: result.state.as_str().to_owned(),
        figures: result.figures.as_ref().map(figures),
        expected_balance: result.expected_balance,
        effective_events: result.effective_events,
        entries: result.entries,
        shift: result.shift.filter(|_| sufficient).map(|Shift { probability, day }| ShiftOutcome { probability, date: date(day) }),
        ebb_sd: sufficient.then_some(result.ebb_sd),
        local_balance: sufficient.then_some(result.local_balance),
        explanation: if sufficient { explanation(Some(result.dimension), computed, ids) } else { Vec::new() },
        missing: result.missing.iter().copied().map(missing).collect(),
    }
}

fn figures(figures: &Figures) -> FiguresOutcome {
    FiguresOutcome {
        balance: figures.balance,
        lower_90: figures.lower_90,
        upper_90: figures.upper_90,
        probability_over: figures.probability_over,
        probability_under: figures.probability_under,
    }
}

fn missing(missing: Missing) -> MissingOutcome {
    let (code, more) = match missing {
        Missing::Acts { more } => ("more_acts", Some(more)),
        Missing::NarrowerInterval => ("narrower_interval", None),
        Missing::AnyDimension => ("any_dimension", None),
    };
    MissingOutcome { code: code.to_owned(), more }
}

fn finding(found: &Finding, ids: &[Uuid]) -> FindingOutcome {
    let named = |entries: &[EntryId]| entries.iter().filter_map(|entry| id_of(*entry, ids)).collect();
    FindingOutcome {
        code: found.code.as_str().to_owned(),
        whose: found.whose.as_str().to_owned(),
        probability: found.probability,
        entry_ids: named(&found.entries),
        counter_entry_ids: named(&found.counter_entries),
        other_reading: found.code.other_reading().to_owned(),
    }
}

fn check(found: &Finding) -> CheckOutcome {
    let outcome: patterns::Outcome = found.outcome;
    CheckOutcome { code: found.code.as_str().to_owned(), whose: found.whose.as_str().to_owned(), outcome: outcome.as_str().to_owned() }
}

fn explanation(dimension: Option<Dimension>, computed: &engine::Assessment, ids: &[Uuid]) -> Vec<PartOutcome> {
    let found = computed.explanations.iter().find(|explanation| explanation.dimension == dimension);
    let parts = found.map(|explanation| explanation.parts.as_slice()).unwrap_or_default();
    parts
        .iter()
        .map(|part| PartOutcome {
            kind: part.kind.as_str().to_owned(),
            entry_id: part.entry.and_then(|entry| id_of(entry, ids)),
            contribution: part.contribution,
        })
        .collect()
}

/// Absent where nothing was rated: the shrunk mean of nothing is only its starting point.
fn rating(rated: &RatedMean) -> Option<RatingOutcome> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of days, at most ten years of them")]
    let days = rated.days as u32;
    (days > 0).then_some(RatingOutcome { mean: rated.mean, standard_error: rated.error, days })
}

/// What the picture and the timeline are drawn from: sums by week and dimension of what lies in the window.
pub fn weeks(evidence: &Evidence) -> Vec<WeekOutcome> {
    let mut sums: BTreeMap<(Day, Dimension), (f64, f64, u32)> = BTreeMap::new();
    let inside = evidence.window_from..=evidence.as_of;
    for entry in evidence.entries.iter().filter(|entry| inside.contains(&entry.day)) {
        let monday = entry.day.plus(-6).next_monday();
        let (given, received) = match entry.actor {
            Actor::Me => (entry.weight, 0.0),
            Actor::Them => (0.0, entry.weight),
            Actor::Both => (entry.weight / 2.0, entry.weight / 2.0),
            Actor::Unknown => (0.0, 0.0),
        };
        let sum = sums.entry((monday, entry.dimension)).or_default();
        *sum = (sum.0 + given, sum.1 + received, sum.2.saturating_add(1));
    }
    let week = |((monday, dimension), (given, received, entries)): ((Day, Dimension), (f64, f64, u32))| WeekOutcome {
        from: date(monday),
        dimension: dimension.as_str().to_owned(),
        given,
        received,
        entries,
    };
    sums.into_iter().map(week).collect()
}

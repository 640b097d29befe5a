//! Scores taken apart, and what would change a state.

use proptest::prelude::*;

use super::mirror::evidences;
use super::{START, entry, measured, rolled_up, steady};
use crate::engine::assessment::State;
use crate::engine::change::{Search, Target};
use crate::engine::explain::PartKind;
use crate::engine::fuse::two_logs;
use crate::engine::level::influence::Influences;
use crate::engine::level::matrix::dot;
use crate::engine::level::posterior::only;
use crate::engine::notes::Note;
use crate::engine::readings::Readings;
use crate::engine::types::{Actor, Dimension, Keeper};
use crate::engine::{Evidence, Policy, assess};

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_sum_to_the_score(evidence in evidences()) {
        for explanation in assess(&evidence, &Policy::default()).explanations {
            let sum: f64 = explanation.parts.iter().map(|part| part.contribution).sum();
            prop_assert!((sum - explanation.score).abs() < 1e-9, "{} {}", sum, explanation.score);
        }
    }

    #[test]
    fn days_times_their_influence_are_the_level_under_every_explanation(evidence in evidences()) {
        let policy = Policy::default();
        let roll_up = rolled_up(&evidence.entries);
        let readings = Readings::new(&roll_up, &evidence, &policy);
        let shares = only(Dimension::Repair);
        let levels = &readings.today.levels;
        for (component, explanation) in levels.explained().take(40) {
            let influences = Influences::new(&levels.days, component, explanation).on(&levels.days, &shares);
            let level: f64 = levels.days.iter().zip(&influences).map(|(day, influence)| dot(influence, &day.balance)).sum();
            prop_assert!((level - dot(&shares, &component.mean)).abs() < 1e-9);
        }
    }
}

#[test]
fn the_entries_that_lean_most_are_named_with_their_sign() {
    let mut entries = steady(100, &[Dimension::Repair], 0);
    let mut heavy = entry(5_000, START + 95, Dimension::Repair, Actor::Me);
    heavy.weight = 5.0;
    entries.push(heavy);
    let assessment = assess(&measured(100, entries), &Policy::default());
    let repair = assessment.explanations.iter().find(|one| one.dimension == Some(Dimension::Repair)).unwrap();
    let part = repair.parts.iter().find(|part| part.entry.is_some_and(|id| id.0 == 5_000)).unwrap();
    assert!(part.contribution > 0.0 && repair.score < 0.0);
    assert!(repair.parts.iter().all(|part| part.kind != PartKind::Keeper), "nobody kept a measured record");
}

#[test]
fn who_kept_the_log_is_a_part_of_its_own() {
    let mut evidence = measured(100, steady(100, &[Dimension::Repair], 7));
    evidence.kept_by = Keeper::Logger;
    let assessment = assess(&evidence, &Policy::default());
    let keeper = assessment.explanations[0].parts.iter().find(|part| part.kind == PartKind::Keeper).unwrap();
    assert!((keeper.contribution + 0.2).abs() < 0.02, "{keeper:?}");
}

fn with_further(evidence: &Evidence, actor: Actor, dimension: Dimension, count: u32) -> Evidence {
    let mut more = evidence.clone();
    for further in 0..count {
        more.as_of = more.as_of.plus(1);
        more.entries.push(entry(100_000 + further, more.as_of.0, dimension, actor));
    }
    more
}

#[test]
fn what_would_change_is_true_and_the_fewest() {
    let policy = Policy::default();
    let evidence = measured(60, steady(60, &[Dimension::Initiation], 8));
    let (mut search, initiation) = (Search::new(&evidence, &policy), Target::Dimension(Dimension::Initiation));
    let change = search.target(initiation).expect("enough runs");
    let runs = search.runs();
    assert_eq!(search.target(initiation), Some(change));
    assert_eq!(search.runs(), runs, "what is known is not run again");
    let found = change.by_them.expect("enough answers change it");
    let state = |count| {
        let more = with_further(&evidence, Actor::Them, Dimension::Initiation, count);
        assess(&more, &policy).dimensions[2].state
    };
    assert_eq!(state(0), change.from);
    assert_eq!(state(found.entries), found.to);
    assert_eq!(state(found.entries - 1), change.from);
    assert_eq!(Search::new(&evidence.clone().mirrored(), &policy).target(initiation), Some(change.mirrored()));
}

#[test]
fn without_evidence_a_few_entries_are_not_promised_to_change_much() {
    let (policy, evidence) = (Policy::default(), measured(60, vec![]));
    let mut search = Search::new(&evidence, &policy);
    let change = search.target(Target::Overall).expect("enough runs");
    assert_eq!(change.from, State::InsufficientEvidence);
    assert!(change.by_me.is_none_or(|found| found.entries >= 6));
    assert!(search.runs() < 64);
}

#[test]
fn no_search_runs_the_engine_more_often_than_it_may_whatever_is_asked() {
    let policy = Policy::default();
    let evidence = measured(60, steady(60, &Dimension::ALL, 5));
    let mut search = Search::new(&evidence, &policy);
    assert!(search.target(Target::Overall).is_some());
    let found: Vec<bool> = Dimension::ALL.map(|dimension| search.target(Target::Dimension(dimension)).is_some()).to_vec();
    assert!(found.contains(&false), "eight dimensions are too many");
    assert!(search.runs() <= 64, "{}", search.runs());
}

#[test]
fn notes_say_what_the_figures_do_not() {
    let notes = |evidence: &Evidence| assess(evidence, &Policy::default()).notes;
    let mut evidence = measured(60, steady(60, &[Dimension::Repair], 5));
    assert_eq!(notes(&evidence), vec![Note::SoFar]);
    evidence.kept_by = Keeper::Other;
    evidence.entries.push(entry(9_000, START + 500, Dimension::Repair, Actor::Me));
    assert_eq!(notes(&evidence), vec![Note::SoFar, Note::OneSidedLog, Note::RecordsLeftOut]);
    assert!(notes(&measured(60, vec![])).contains(&Note::NothingRecent));
    let unknown = (0..20).map(|id| entry(id, START + 50, Dimension::Repair, Actor::Unknown)).collect();
    assert!(notes(&measured(60, unknown)).contains(&Note::ManyUnknownActors));
}

#[test]
fn two_logs_cancel_what_both_over_claim() {
    let policy = Policy::default().fusion;
    let both = two_logs((0.7, 0.04), (-0.1, 0.04), 0.0, &policy);
    assert!((both.theta - 0.4).abs() < 1e-12 && (both.overclaiming - 0.3).abs() < 1e-12);
    assert!((both.variance - (0.02 + 0.031_25)).abs() < 1e-12);
    let swapped = two_logs((-0.1, 0.04), (0.7, 0.04), 0.0, &policy);
    assert!((both.theta + swapped.theta).abs() < 1e-12);
}

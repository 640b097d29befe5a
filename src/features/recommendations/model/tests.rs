//! Which practice is suggested: every state, kind of tie and answer, and the step-back test above all.

use chrono::NaiveDate;

use super::*;
use crate::content::{Contraindication, RelationshipKind, SafetyAnswer};
use crate::features::relationships::model::{Context, ContextEffect, ContextKind, Details, KeptBy, Kind, Status};

const TODAY: &str = "2026-03-02";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn catalogue() -> Catalogue {
    Catalogue::load().unwrap()
}

/// A tie between peers without any strain.
fn tie(kind: Kind) -> Details {
    Details { kind, status: Status::Active, kept_by: KeptBy::Neither, expected_balance: 0.0, contexts: Vec::new() }
}

fn strained(kind: ContextKind, from: &str, to: Option<&str>) -> Details {
    let period = Context { kind, effect: ContextEffect::Widen, from: day(from), to: to.map(day) };
    Details { contexts: vec![period], ..tie(Kind::Friend) }
}

fn situation(tie: &Details) -> Situation {
    Situation::new(tie, day(TODAY), false)
}

fn said(catalogue: &Catalogue, answer: impl Fn(&str) -> Option<SafetyAnswer>) -> Considered {
    let items = catalogue.safety_screen().definition().items.iter();
    let answers = items.filter_map(|item| Some((item.id.clone(), answer(&item.id)?))).collect();
    Considered { answers: Answers(answers), ..Considered::default() }
}

/// Whoever answered so that nothing is left out.
fn open(catalogue: &Catalogue) -> Considered {
    said(catalogue, |id| Some(if id == "say_no" { SafetyAnswer::Yes } else { SafetyAnswer::No }))
}

fn of(dimension: Dimension, state: AssessedState, carries: Carrier) -> Standing {
    Standing { dimension: Some(dimension), state, carries, imbalance: 0.9 }
}

/// Every standing of one dimension, and of all together.
fn every_standing() -> Vec<Standing> {
    let dimensions: Vec<Option<Dimension>> = Dimension::ALL.iter().copied().map(Some).chain([None]).collect();
    let mut all = Vec::new();
    for (dimension, state) in dimensions.iter().flat_map(|dimension| AssessedState::ALL.iter().map(|state| (*dimension, *state))) {
        all.extend([Carrier::Me, Carrier::Them].map(|carries| Standing { dimension, state, carries, imbalance: 0.9 }));
    }
    all
}

/// What is suggested one after the other, where each suggestion is not for them.
fn one_after_the_other<'a>(catalogue: &'a Catalogue, tie: &Situation, considered: &Considered, standing: Standing) -> Vec<&'a Practice> {
    let (mut considered, mut all) = (considered.clone(), Vec::new());
    while let Some(found) = choose(catalogue, tie, &considered, &[standing]) {
        assert!(considered.not_for_me.insert(found.practice.slug().to_owned()), "{} is suggested again", found.practice.slug());
        all.push(found.practice);
    }
    all
}

#[test]
fn whatever_is_suggested_fits_the_state_the_dimension_and_the_tie_and_costs_little() {
    let catalogue = catalogue();
    let considered = open(&catalogue);
    let mut seen = BTreeSet::new();
    for kind in [Kind::Dating, Kind::Partner, Kind::Family, Kind::Friend] {
        for standing in every_standing() {
            for practice in one_after_the_other(&catalogue, &situation(&tie(kind)), &considered, standing) {
                let definition = practice.definition();
                assert!(practice.fits(standing.state, standing.carries), "{}", practice.slug());
                assert!(standing.dimension.is_none_or(|dimension| definition.dimensions.contains(&dimension)), "{}", practice.slug());
                assert!(definition.relationship_kinds.contains(&RelationshipKind::parse(kind.as_str()).unwrap()), "{}", practice.slug());
                assert!(definition.effort < Effort::High, "{}", practice.slug());
                seen.insert(practice.slug().to_owned());
            }
        }
    }
    assert_eq!(seen.len(), 11, "each is suggested somewhere, but the one that asks for much: {seen:?}");
}

#[test]
fn while_something_is_being_tried_nothing_else_is_suggested() {
    let catalogue = catalogue();
    let trying = Considered { is_trying: true, ..open(&catalogue) };
    for standing in every_standing() {
        assert_eq!(choose(&catalogue, &situation(&tie(Kind::Friend)), &trying, &[standing]), None, "{standing:?}");
    }
}

#[test]
fn what_asks_for_less_comes_before_what_asks_for_more() {
    let catalogue = catalogue();
    for standing in every_standing() {
        let suggested = one_after_the_other(&catalogue, &situation(&tie(Kind::Friend)), &open(&catalogue), standing);
        assert!(suggested.is_sorted_by_key(|practice| practice.definition().effort), "{standing:?}");
    }
}

#[test]
fn after_an_answer_that_tells_of_danger_nothing_is_suggested_whatever_the_state() {
    let catalogue = catalogue();
    for item in &catalogue.safety_screen().definition().items {
        let mut considered = open(&catalogue);
        considered.answers.0.insert(item.id.clone(), item.resources_only_on[0]);
        for kind in [Kind::Dating, Kind::Partner, Kind::Family, Kind::Friend] {
            for standing in every_standing() {
                assert_eq!(choose(&catalogue, &situation(&tie(kind)), &considered, &[standing]), None, "{}", item.id);
            }
        }
    }
}

#[test]
fn where_answers_are_open_or_missing_what_the_screen_lists_is_left_out_and_nothing_else() {
    let catalogue = catalogue();
    let withheld = ["boundaries", "invest-where-it-returns", "monthly-talk", "speaking-up", "step-back-test"];
    let declined = said(&catalogue, |_| Some(SafetyAnswer::PreferNotToSay));
    for careful in [Considered::default(), declined] {
        for standing in every_standing() {
            let names = |considered: &Considered| {
                let found = one_after_the_other(&catalogue, &situation(&tie(Kind::Partner)), considered, standing);
                found.iter().map(|practice| practice.slug().to_owned()).collect::<Vec<_>>()
            };
            let mut expected = names(&open(&catalogue));
            expected.retain(|practice| !withheld.contains(&practice.as_str()));
            assert_eq!(names(&careful), expected, "{standing:?}");
        }
    }
}

#[test]
fn the_step_back_test_is_for_peers_without_fear_crisis_a_minor_or_a_dependent() {
    let catalogue = catalogue();
    let standing = of(Dimension::Initiation, AssessedState::SustainedImbalance, Carrier::Me);
    let may = |tie: &Details, considered: &Considered| {
        let suggested = one_after_the_other(&catalogue, &situation(tie), considered, standing);
        suggested.iter().any(|practice| practice.slug() == "step-back-test")
    };
    let open = open(&catalogue);
    for kind in [Kind::Dating, Kind::Partner, Kind::Friend] {
        assert!(may(&tie(kind), &open), "{kind:?}");
        assert!(!may(&tie(kind), &Considered::default()), "nobody knows whether {kind:?} is afraid");
        for expected_balance in [0.2, -0.2] {
            assert!(!may(&Details { expected_balance, ..tie(kind) }, &open), "one of {kind:?} relies on the other");
        }
    }
    assert!(!may(&tie(Kind::Family), &open), "it may be a child");
    for kind in [ContextKind::Illness, ContextKind::Newborn, ContextKind::Other] {
        assert!(!may(&strained(kind, "2026-02-01", None), &open), "{kind:?} goes on");
        assert!(!may(&strained(kind, "2026-01-01", Some("2026-02-15")), &open), "{kind:?} was over two weeks ago");
        assert!(!may(&strained(kind, "2026-03-03", None), &open), "it is tomorrow somewhere");
        assert!(may(&strained(kind, "2025-10-01", Some("2025-12-01")), &open), "{kind:?} is long over");
        assert!(may(&strained(kind, "2026-04-01", None), &open), "{kind:?} is to come");
    }
    for kind in [ContextKind::Exams, ContextKind::Distance] {
        assert!(may(&strained(kind, "2026-02-01", None), &open), "{kind:?}");
    }
}

#[test]
fn nothing_is_suggested_for_a_tie_that_is_not_an_active_one() {
    let catalogue = catalogue();
    for status in [Status::Paused, Status::Archived, Status::Ended] {
        let over = Details { status, ..tie(Kind::Friend) };
        for standing in every_standing() {
            assert_eq!(choose(&catalogue, &situation(&over), &open(&catalogue), &[standing]), None, "{status:?}");
        }
    }
}

#[test]
fn whoever_is_worn_out_is_not_asked_to_give_more_thanks() {
    let catalogue = catalogue();
    let standing = of(Dimension::Appreciation, AssessedState::Balanced, Carrier::Me);
    let has = |worn_out| {
        let tie = Situation::new(&tie(Kind::Friend), day(TODAY), worn_out);
        let all = one_after_the_other(&catalogue, &tie, &open(&catalogue), standing);
        all.iter().any(|practice| practice.is_ruled_out_by(Contraindication::WornOut))
    };
    assert!(has(false) && !has(true));
}

#[test]
fn the_state_that_matters_most_decides_and_a_lesser_one_takes_no_place_of_it() {
    let catalogue = catalogue();
    let (open, friends) = (open(&catalogue), situation(&tie(Kind::Friend)));
    let lasting = of(Dimension::Repair, AssessedState::SustainedImbalance, Carrier::Them);
    let balanced = of(Dimension::Celebration, AssessedState::Balanced, Carrier::Me);
    assert_eq!(choose(&catalogue, &friends, &open, &[balanced, lasting]).unwrap().standing, lasting);
    let mut none_left = open.clone();
    none_left.not_for_me = one_after_the_other(&catalogue, &friends, &open, lasting).iter().map(|one| one.slug().to_owned()).collect();
    assert!(choose(&catalogue, &friends, &none_left, &[balanced]).is_some());
    assert_eq!(choose(&catalogue, &friends, &none_left, &[balanced, lasting]), None);
}

#[test]
fn of_equal_states_the_surest_imbalance_comes_first_and_all_together_last() {
    let catalogue = catalogue();
    let (open, friends) = (open(&catalogue), situation(&tie(Kind::Friend)));
    let of = |dimension, imbalance| Standing { dimension, state: AssessedState::SustainedImbalance, carries: Carrier::Me, imbalance };
    let (sure, surer) = (of(Some(Dimension::Initiation), 0.91), of(Some(Dimension::NeedsMet), 0.97));
    let together = of(None, 0.99);
    for order in [[sure, surer, together], [together, surer, sure], [surer, together, sure]] {
        assert_eq!(choose(&catalogue, &friends, &open, &order).unwrap().standing, surer);
    }
    assert_eq!(choose(&catalogue, &friends, &open, &[]), None, "where nothing can be said, nothing is suggested");
}

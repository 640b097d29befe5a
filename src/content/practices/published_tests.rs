//! What is promised of the practices that are served.

use std::collections::BTreeSet;

use crate::content::{AssessedState, Carrier, Catalogue, Contraindication, Dimension, Practice, PracticeFilter, RelationshipKind};

fn all(catalogue: &Catalogue) -> Vec<&Practice> {
    catalogue.practices(PracticeFilter::default()).collect()
}

#[test]
fn the_twelve_practices_are_served_in_five_languages() {
    let catalogue = Catalogue::load().unwrap();
    let slugs: Vec<&str> = all(&catalogue).into_iter().map(Practice::slug).collect();
    let expected = [
        "ask-about-needs",
        "boundaries",
        "daily-check-in",
        "date-night-feedback",
        "good-news-response",
        "invest-where-it-returns",
        "monthly-talk",
        "repair-first-step",
        "speaking-up",
        "specific-gratitude",
        "step-back-test",
        "taking-turns",
    ];
    assert_eq!(slugs, expected);
    for practice in all(&catalogue) {
        assert_eq!(practice.words().languages().collect::<Vec<_>>(), ["en", "de", "es", "fr", "pt-BR"], "{}", practice.slug());
    }
}

#[test]
fn every_dimension_has_a_practice_for_every_kind() {
    let catalogue = Catalogue::load().unwrap();
    for kind in RelationshipKind::ALL {
        let aimed: BTreeSet<Dimension> = catalogue
            .practices(PracticeFilter { kind: Some(*kind), ..Default::default() })
            .flat_map(|practice| practice.definition().dimensions.iter().copied())
            .collect();
        let expected: BTreeSet<Dimension> = Dimension::ALL.iter().copied().collect();
        assert_eq!(aimed, expected, "{kind}");
    }
}

#[test]
fn the_step_back_test_is_for_whoever_carries_more_for_months_and_ends() {
    let catalogue = Catalogue::load().unwrap();
    let practice = catalogue.practice("step-back-test").unwrap();
    assert!(practice.fits(AssessedState::SustainedImbalance, Carrier::Me));
    assert!(!practice.fits(AssessedState::SustainedImbalance, Carrier::Them));
    assert!(!practice.fits(AssessedState::SustainedImbalance, Carrier::Either));
    assert!(!practice.fits(AssessedState::Balanced, Carrier::Me));
    assert!(practice.definition().length_days.is_some());
    for code in [Contraindication::Fear, Contraindication::Crisis, Contraindication::Minor, Contraindication::Dependent] {
        assert!(practice.is_ruled_out_by(code), "{code}");
    }
}

#[test]
fn who_carries_more_does_not_matter_where_a_practice_is_for_either() {
    let catalogue = Catalogue::load().unwrap();
    let practice = catalogue.practice("taking-turns").unwrap();
    for carries in Carrier::ALL {
        assert!(practice.fits(AssessedState::SustainedImbalance, *carries), "{carries}");
    }
}

#[test]
fn a_filter_narrows_by_each_of_its_members() {
    let catalogue = Catalogue::load().unwrap();
    let slugs = |filter| catalogue.practices(filter).map(Practice::slug).collect::<Vec<_>>();
    let dating = slugs(PracticeFilter { kind: Some(RelationshipKind::Dating), ..Default::default() });
    assert!(!dating.contains(&"daily-check-in") && dating.len() == 11);
    assert_eq!(slugs(PracticeFilter { dimension: Some(Dimension::PromisesKept), ..Default::default() }), ["monthly-talk"]);
    assert_eq!(slugs(PracticeFilter { effort: Some(crate::content::Effort::High), ..Default::default() }), ["speaking-up"]);
    assert_eq!(slugs(PracticeFilter { max_minutes: Some(3), ..Default::default() }), ["specific-gratitude"]);
}

#[test]
fn a_kind_of_its_own_replaces_only_what_it_says() {
    let catalogue = Catalogue::load().unwrap();
    let localised = catalogue.practice("date-night-feedback").unwrap().localise("en");
    let general = localised.words.wording(None);
    assert_eq!(localised.words.wording(Some(RelationshipKind::Partner)), general);
    let friends = localised.words.wording(Some(RelationshipKind::Friend));
    assert_ne!(friends.title, general.title);
    assert_ne!(friends.steps, general.steps);
}

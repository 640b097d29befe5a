//! What is promised of the openers that are served.

use crate::content::{Catalogue, Need, Openers, Situation};

fn openers() -> Openers {
    Catalogue::load().unwrap().library().openers().clone()
}

#[test]
fn every_need_has_an_opener_for_every_situation_in_five_languages() {
    let openers = openers();
    assert_eq!(openers.words().languages().collect::<Vec<_>>(), ["en", "de", "es", "fr", "pt-BR"]);
    for need in Need::ALL {
        for situation in Situation::ALL {
            assert!(openers.of(Some(*need), Some(*situation)).count() >= 1, "{need} {situation}");
        }
    }
    assert_eq!(openers.of(None, None).count(), openers.definition().openers.len());
}

#[test]
fn a_filter_lists_only_what_was_asked_for() {
    let openers = openers();
    let ids = |need, situation| openers.of(need, situation).map(|opener| opener.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(Some(Need::Help), Some(Situation::Thanks)), ["help-thanks-1"]);
    assert_eq!(ids(Some(Need::Help), None).len(), 5);
    assert_eq!(ids(None, Some(Situation::Thanks)).len(), Need::ALL.len());
}

#[test]
fn nobody_is_told_what_they_always_or_never_do() {
    let openers = openers();
    let said = [
        ("en", ["always", "never"]),
        ("de", ["immer", "nie"]),
        ("es", ["siempre", "nunca"]),
        ("fr", ["toujours", "jamais"]),
        ("pt-BR", ["sempre", "nunca"]),
    ];
    for localised in openers.words().all() {
        let (_, forbidden) = said.iter().find(|(language, _)| *language == localised.language).unwrap();
        for (id, text) in &localised.words.openers {
            let lower = text.to_lowercase();
            let mut words = lower.split(|c: char| !c.is_alphabetic());
            assert!(!words.any(|word| forbidden.contains(&word)), "{} {id}: {text}", localised.language);
        }
    }
}

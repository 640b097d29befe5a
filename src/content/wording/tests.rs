//! The rules keep what docs/wording.md promises, our own sets keep the rules, and no way of writing slips past.

use proptest::prelude::*;

use super::fold::{exact, plain, tokens};
use super::{Kind, WordingRule, rules, wording};
use crate::content::question_sets::Words;
use crate::content::{Catalogue, DEFAULT_LANGUAGE};

const PAGE: &str = include_str!("../../../docs/wording.md");
const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "pt-BR"];

fn found(language: &str, text: &str) -> Vec<WordingRule> {
    rules::of(language).unwrap().check(text, Kind::Item).into_iter().map(|(rule, _)| rule).collect()
}

/// The examples of the page: rule, whether they break it, language, text.
fn examples() -> Vec<(&'static str, bool, &'static str, &'static str)> {
    let mut rule = "";
    let mut all = Vec::new();
    for line in PAGE.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            rule = heading;
        }
        for (sign, fails) in [("- fails (", true), ("- passes (", false)] {
            if let Some((language, rest)) = line.strip_prefix(sign).and_then(|rest| rest.split_once("): `")) {
                all.push((rule, fails, language, rest.strip_suffix('`').unwrap()));
            }
        }
    }
    all
}

#[test]
fn every_example_of_the_page_is_found_by_its_rule_or_by_none() {
    let examples = examples();
    assert!(examples.len() > 90, "{}", examples.len());
    for (rule, fails, language, text) in examples {
        let found: Vec<&str> = found(language, text).into_iter().map(WordingRule::as_str).collect();
        if fails {
            assert!(found.contains(&rule), "{rule} does not find: {text} ({found:?})");
        } else {
            let others: Vec<&&str> = found
                .iter()
                .filter(|found| **found == rule || matches!(**found, "double_barrelled" | "leading" | "label" | "grading"))
                .collect();
            assert!(others.is_empty(), "{others:?} find: {text}");
        }
    }
}

#[test]
fn the_page_has_each_rule_and_whether_it_refuses() {
    for rule in WordingRule::ALL {
        let told = if rule.refuses() { "**Refuses.**" } else { "**Tells.**" };
        assert!(PAGE.contains(&format!("## {}\n\n{told}", rule.as_str())), "{}", rule.as_str());
    }
    for language in LANGUAGES {
        for rule in WordingRule::ALL.iter().filter(|rule| rule.refuses()) {
            let both = examples()
                .iter()
                .filter(|(of, _, in_language, _)| *of == rule.as_str() && *in_language == language)
                .map(|one| one.1)
                .collect::<Vec<_>>();
            assert!(both.contains(&true) && both.contains(&false), "{} has no pair of examples in {language}", rule.as_str());
        }
    }
}

#[test]
fn our_own_sets_keep_every_rule_in_every_language() {
    let catalogue = Catalogue::load().unwrap();
    let mut looked_at = 0;
    for set in catalogue.all_question_set_versions() {
        for translation in set.translations() {
            let found = wording(translation.words(), translation.language(), set.definition().reading_age);
            assert_eq!(found, [], "{} in {}", set.slug(), translation.language());
            looked_at += 1;
        }
    }
    assert!(looked_at >= 65, "{looked_at}");
}

#[test]
fn a_language_without_rules_is_said_to_be_so_and_a_region_has_those_of_its_language() {
    let set = Catalogue::load().unwrap();
    let words = set.question_set("after-interaction-pulse", None).unwrap().translation(DEFAULT_LANGUAGE).unwrap().words().clone();
    assert_eq!(wording(&words, "nl", 12)[0].rule, WordingRule::NotLookedAt);
    for tag in ["en-GB", "EN", "de-AT", "pt"] {
        assert!(rules::of(tag).is_some(), "{tag}");
    }
    assert_eq!(wording(&words, "en-GB", 12), []);
    assert_eq!(wording(&words, "en", 5)[0].rule, WordingRule::ReadingLevel);
}

#[test]
fn a_label_is_found_wherever_it_stands_and_a_join_in_questions_alone() {
    let set = Catalogue::load().unwrap();
    let words: Words = set.question_set("after-interaction-pulse", None).unwrap().translation(DEFAULT_LANGUAGE).unwrap().words().clone();
    let places = |change: fn(&mut Words, &str), text: &str| {
        let mut changed = words.clone();
        change(&mut changed, text);
        wording(&changed, "en", 12).into_iter().filter(|one| one.rule.refuses()).map(|one| (one.place, one.rule)).collect::<Vec<_>>()
    };
    let title: fn(&mut Words, &str) = |words, text| words.title = text.to_owned();
    let option: fn(&mut Words, &str) = |words, text| {
        words.scales.get_mut("extent").unwrap().insert("fully".to_owned(), text.to_owned());
    };
    assert_eq!(places(title, "Toxic ties"), [("title".to_owned(), WordingRule::Label)]);
    assert_eq!(places(option, "Like a narcissist"), [("scales/extent/fully".to_owned(), WordingRule::Label)]);
    assert_eq!(places(title, "Give and receive"), []);
    assert_eq!(places(option, "Fully and always"), []);
}

/// Ways of writing the same that look the same.
fn disguises(text: &str) -> Vec<String> {
    let decomposed = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned();
    let composed = icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned();
    let full_width = |c: char| if c.is_ascii_alphabetic() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c };
    let between = |mark: &str| text.chars().flat_map(|c| std::iter::once(c).chain(mark.chars())).collect::<String>();
    vec![
        decomposed,
        composed,
        text.to_uppercase(),
        text.chars().map(full_width).collect(),
        between("\u{ad}"),
        between("\u{200b}"),
        between("\u{200d}"),
        between("\u{feff}"),
        between("\u{2060}"),
        between("\u{34f}"),
        between("\u{fe0f}"),
        between("\u{e0001}"),
        text.replace(' ', "\u{a0}"),
        text.replace(' ', "\u{3000}"),
        text.replace('\'', "\u{2019}"),
        format!("\u{202e}{text}\u{202c}"),
    ]
}

#[test]
fn no_disguise_of_an_example_slips_past() {
    for (rule, _, language, text) in examples().into_iter().filter(|(_, fails, _, _)| *fails) {
        for disguise in disguises(text) {
            assert!(found(language, &disguise).iter().any(|found| found.as_str() == rule), "{rule}: {disguise:?}");
        }
    }
}

#[test]
fn an_accent_too_many_hides_no_label() {
    for text in ["They are n\u{e1}rcissistic.", "They are to\u{301}xic.", "They are tox\u{300}ic."] {
        assert_eq!(found("en", text), [WordingRule::Label], "{text}");
    }
}

#[test]
fn a_text_twice_as_long_takes_about_twice_as_much_work() {
    // Each place of a text is looked at once for each phrase, whatever stands around it, so the tokens are the measure.
    let many = "they listen to me ".repeat(10_000);
    assert_eq!(tokens(&many).len(), 40_000);
    let words: usize = LANGUAGES.iter().map(|language| rules::of(language).unwrap().check(&many, Kind::Item).len()).sum();
    assert_eq!(words, LANGUAGES.len(), "each says that it is long, and nothing else");
}

proptest! {
    #[test]
    fn no_text_makes_a_rule_fail(text in any::<String>(), marks in "[.?!;:,/&%+'_*=^ \u{ad}\u{301}\u{200b}a-zé0-9-]{0,200}") {
        for language in LANGUAGES {
            for kind in [Kind::Item, Kind::Around, Kind::Label] {
                let rules = rules::of(language).unwrap();
                rules.check(&text, kind);
                rules.check(&marks, kind);
            }
        }
    }

    #[test]
    fn folding_again_changes_nothing(text in any::<String>()) {
        let once = exact(&text);
        prop_assert_eq!(exact(&once), once.clone());
        let bare = plain(&once);
        prop_assert_eq!(plain(&bare), bare.clone());
    }

    #[test]
    fn what_is_composed_and_what_is_decomposed_are_found_alike(text in "[a-zéèüñçãõ ]{0,60}") {
        let decomposed = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(&text).into_owned();
        prop_assert_eq!(tokens(&text), tokens(&decomposed));
    }
}

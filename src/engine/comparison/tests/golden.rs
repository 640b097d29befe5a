//! The same cases worked out elsewhere, by other means: `script/comparison-check.d/reference.py` says how.

use super::about_initiation;
use crate::engine::Policy;
use crate::engine::comparison::answer::DimensionComparison;
use crate::engine::comparison::compare;
use crate::engine::comparison::days::counted;
use crate::engine::comparison::question::{Around, ByPeriod, Place, Question, Side, Span};
use crate::engine::comparison::rates::Steps;
use crate::engine::evidence::{ContextEffect, ContextPeriod, Entry, Evidence};
use crate::engine::guard;
use crate::engine::tests::entry;
use crate::engine::types::{Actor, Day, Dimension};

const GOLDEN: &str = include_str!("../golden.txt");

/// A case and the lines that have to come out.
struct Case {
    evidence: Evidence,
    question: Question,
    expected: Vec<Vec<String>>,
}

fn day(word: &str) -> Day {
    Day(word.parse().unwrap())
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in GOLDEN.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        match (words[0], cases.last_mut()) {
            ("case", _) => cases.push(case(&words)),
            ("context", Some(case)) => {
                let effect = if words[3] == "exempt" { ContextEffect::Exempt } else { ContextEffect::Widen };
                case.evidence.contexts.push(ContextPeriod { from: day(words[1]), to: day(words[2]), effect });
            }
            ("around", Some(case)) => {
                let outside = |word: &str| (word != "-").then(|| day(word));
                case.question.around = Around { last_before: outside(words[1]), next_after: outside(words[2]) };
            }
            ("entry", Some(case)) => case.evidence.entries.push(read_entry(&words, case.evidence.entries.len())),
            (_, Some(case)) => case.expected.push(words.into_iter().map(str::to_owned).collect()),
            (_, None) => panic!("{line}"),
        }
    }
    cases
}

fn case(words: &[&str]) -> Case {
    let days: Vec<Day> = words[5..].iter().map(|word| day(word)).collect();
    let span = |at: usize| Span { first: days[at], last: days[at + 1] };
    let periods = ByPeriod { before: span(0), during: span(2), after: span(4) };
    let side = if words[2] == "me" { Side::Logger } else { Side::Other };
    let question = Question { periods, unprompted_only: words[3] == "1", ..about_initiation(side) };
    Case { evidence: Evidence::empty(days[0], day(words[4])), question, expected: Vec::new() }
}

fn read_entry(words: &[&str], id: usize) -> Entry {
    let actor = match words[3] {
        "me" => Actor::Me,
        "them" => Actor::Them,
        "both" => Actor::Both,
        _ => Actor::Unknown,
    };
    let dimension = Dimension::ALL[words[2].parse::<usize>().unwrap()];
    let mut one = entry(u32::try_from(id).unwrap(), day(words[1]).0, dimension, actor);
    one.weight = words[4].parse().unwrap();
    one.prompted = match words[5] {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    };
    one
}

/// The same lines as the file has, with this engine's figures.
fn lines(case: &Case) -> Vec<(String, Vec<f64>)> {
    let found: DimensionComparison = compare(&case.evidence, &case.question, &Policy::default())[0];
    let (clean, _) = guard::clean(&case.evidence);
    let own: Vec<&Entry> = clean.entries.iter().filter(|one| one.dimension == Dimension::Initiation).collect();
    let counted = counted(&clean, &case.question);
    let steps = Steps::new(&own, &counted, &case.question);
    let of_days = counted.each().into_iter().flat_map(|one| [one.len(), one.silent].map(f64::from)).collect();
    let mut lines = vec![("days".to_owned(), of_days), ("dispersion".to_owned(), vec![steps.dispersion])];
    let changes = [None, Some((found.during, Place::During)), Some((found.after, Place::After))];
    for ((name, rate), change) in ["before", "during", "after"].into_iter().zip(found.rates.each()).zip(changes) {
        lines.extend(rate.map(|rate| (format!("rate {name}"), vec![rate.per_week, rate.lower_90, rate.upper_90])));
        let ratio = change.and_then(|(change, _)| change.rate);
        lines.extend(ratio.map(|ratio| (format!("ratio {name}"), vec![ratio.ratio, ratio.lower_90, ratio.upper_90])));
        let certain = change.map(|(_, place)| steps.certain(place)).unwrap_or_default();
        lines.extend(certain.lower_90.map(|end| (format!("at_least {name}"), vec![end])));
        lines.extend(certain.upper_90.map(|end| (format!("at_most {name}"), vec![end])));
    }
    lines.push(("effective".to_owned(), found.effective.each().map(|n| *n).to_vec()));
    for (name, change) in [("during", found.during), ("after", found.after)] {
        let balance = change.balance;
        lines.extend(balance.map(|b| (format!("balance {name}"), vec![b.difference, b.lower_90, b.upper_90])));
    }
    lines
}

#[test]
fn forty_cases_come_out_as_a_program_that_shares_no_code_worked_them_out() {
    let cases = cases();
    assert_eq!(cases.len(), 40);
    let mut compared = 0;
    for (number, case) in cases.iter().enumerate() {
        let lines = lines(case);
        assert_eq!(lines.len(), case.expected.len(), "case {number}: {lines:?} {:?}", case.expected);
        for ((name, figures), expected) in lines.iter().zip(&case.expected) {
            let wanted: Vec<f64> = expected.iter().filter_map(|word| word.parse().ok()).collect();
            assert!(expected.join(" ").starts_with(name.as_str()), "case {number}: {name} {expected:?}");
            assert_eq!(figures.len(), wanted.len());
            for (figure, wanted) in figures.iter().zip(&wanted) {
                assert!((figure - wanted).abs() <= 1e-8 * wanted.abs().max(1.0), "case {number} {name}: {figure} {wanted}");
                compared += 1;
            }
        }
    }
    assert!(compared > 700, "{compared}");
}

//! Files of ties: what they mean, and what is said where they make no sense.

use super::cases::*;
use super::methods::Estimate;
use super::tie::{DIMENSIONS, Tie};
use crate::engine::types::Day;

fn written(name: &str, text: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("reciprocity-cases-{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

fn read_text(name: &str, text: &str) -> Result<Vec<Tie>, String> {
    let path = written(name, text);
    let ties = read(&path, None).map_err(|why| why.to_string());
    std::fs::remove_file(path).unwrap();
    ties
}

#[test]
fn days_are_counted_from_the_start_and_the_window_ends_at_the_end() {
    // 1735732800 is noon of 2025-01-01; the window lasts two days and an hour, so it has a third day.
    let text = r#"{"id":7,"t_start":1735732800,"t_end":1735909200,"events":[[1735732800,0,1,2],[1735819199,4,-1,1.5],[1735819200,1,1,1],[1735909199,1,1,1],[1735909200,1,1,1],[1735732799,1,1,1]]}"#;
    let tie = &read_text("days", text).unwrap()[0];
    assert_eq!((tie.id, tie.days, tie.first), (7, 3, Day(20_089)));
    let acts: Vec<(i32, &str, bool)> = tie.acts.iter().map(|act| (act.day, act.dimension.as_str(), act.given)).collect();
    let support = ("emotional_support", "appreciation", "celebration");
    assert_eq!(acts, [(0, support.0, true), (0, support.1, false), (1, support.2, true), (2, support.2, true)]);
    assert!((tie.acts[1].weight - 1.5).abs() < 1e-12);
}

#[test]
fn a_line_that_makes_no_sense_is_named() {
    let good = r#"{"id":1,"t_start":0,"t_end":86400,"events":[]}"#;
    let wrong = [
        (r#"{"id":1}"#, "missing field"),
        (r#"{"id":1,"t_start":0,"t_end":0,"events":[]}"#, "a window"),
        (r#"{"id":1,"t_start":0,"t_end":9000000000000,"events":[]}"#, "a window"),
        (r#"{"id":1,"t_start":-9000000000000,"t_end":-8999999999999,"events":[]}"#, "a thousand years"),
        (r#"{"id":1,"t_start":0,"t_end":86400,"events":[[1,5,1,1]]}"#, "a dimension"),
        (r#"{"id":1,"t_start":0,"t_end":86400,"events":[[1,0,0,1]]}"#, "given (1) or received (-1)"),
        (r#"{"id":1,"t_start":0,"t_end":86400,"events":[[1,0,1,0]]}"#, "a weight"),
        (r#"{"id":1,"t_start":0,"t_end":86400,"events":[[1,0,1,1e308]]}"#, "a weight"),
    ];
    for (at, (line, said)) in wrong.into_iter().enumerate() {
        let why = read_text(&format!("wrong-{at}"), &format!("{good}\n{line}\n")).unwrap_err();
        assert!(why.contains("line 2") && why.contains(said), "{why}");
    }
}

#[test]
fn every_tie_needs_its_truth_where_one_is_given() {
    let events = written("events", "{\"id\":1,\"t_start\":0,\"t_end\":86400,\"events\":[]}\n");
    let truth = written("truth", "{\"id\":2,\"kind\":\"balanced\",\"B_true\":[0,0,0,0,0]}\n");
    assert!(read(&events, Some(&truth)).unwrap_err().to_string().contains("no truth of tie 1"));
    for path in [events, truth] {
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_tie_comes_once() {
    let line = "{\"id\":4,\"t_start\":0,\"t_end\":86400,\"events\":[]}\n";
    assert!(read_text("twice", &line.repeat(2)).unwrap_err().contains("tie 4 twice"));
    let (events, truth) =
        (written("once", line), written("truths", &"{\"id\":4,\"kind\":\"balanced\",\"B_true\":[0,0,0,0,0]}\n".repeat(2)));
    assert!(read(&events, Some(&truth)).unwrap_err().to_string().contains("tie 4 twice"));
    for path in [events, truth] {
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn an_answer_is_a_line_with_five_numbers_of_each() {
    let path = std::env::temp_dir().join(format!("reciprocity-answers-{}", std::process::id()));
    let estimate = Estimate { balance: 0.25, interval: Some((0.0, 0.5)), probability: 0.75 };
    write_answers(&path, &[(3, [estimate; DIMENSIONS])]).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    let five = |number: &str| [number; 5].join(",");
    let expected = format!(r#"{{"id":3,"B":[{}],"lo":[{}],"hi":[{}],"p_imb":[{}]}}"#, five("0.25"), five("0.0"), five("0.5"), five("0.75"));
    assert_eq!(text, expected + "\n");
}

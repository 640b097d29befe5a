//! The dashboard and the alert rules: they name what the service serves, and what they tell people to read is there.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::metrics::{measured, metrics, series};
use crate::support::{PASSWORD, Service, eventually};

/// What Prometheus itself says of a target.
const PROMETHEUS: [&str; 1] = ["up"];
/// Labels that Prometheus adds, and that its functions need.
const ADDED: [&str; 2] = ["job", "instance"];
/// Words of the language that no bracket follows.
const WORDS: [&str; 12] = ["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset", "inf"];

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

/// A rule of the file, as far as the tests look at it.
#[derive(Debug, Default)]
struct Rule {
    name: String,
    records: bool,
    said: Vec<(String, String)>,
}

impl Rule {
    fn get(&self, key: &str) -> &str {
        let found: Vec<&str> = self.said.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str()).collect();
        assert_eq!(found.len(), 1, "{} says {key} {} times", self.name, found.len());
        found[0]
    }
}

/// The rules. The file keeps to a simple part of YAML: a key and its value on one line.
fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let text = file("operations/alerts.yml");
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (key, value) = line.split_once(':').unwrap_or_else(|| panic!("no key in {line}"));
        let (key, value) = (key.trim_start_matches("- "), value.trim());
        match key {
            "alert" | "record" => rules.push(Rule { name: value.to_owned(), records: key == "record", said: Vec::new() }),
            _ if value.is_empty() || key == "name" => {}
            _ => rules.last_mut().unwrap().said.push((key.to_owned(), value.to_owned())),
        }
    }
    assert!(rules.len() > 15, "{rules:?}");
    rules
}

fn dashboard() -> Value {
    serde_json::from_str(&file("operations/grafana.json")).unwrap()
}

/// Every expression of the dashboard, with the title of its panel.
fn shown() -> Vec<(String, String)> {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| {
        let title = panel["title"].as_str().unwrap().to_owned();
        panel["targets"].as_array().into_iter().flatten().map(move |target| (title.clone(), target["expr"].as_str().unwrap().to_owned()))
    });
    let all: Vec<(String, String)> = targets.collect();
    assert!(all.len() > 15, "{all:?}");
    all
}

/// The metrics and the labels that an expression names.
fn named(expression: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut metrics, mut labels) = (BTreeSet::new(), BTreeSet::new());
    let outside = without_strings(&expression.replace("$__rate_interval", "5m"));
    let mut rest = String::new();
    // What stands in braces are labels, and so is what stands in brackets after `by` and `on`.
    for (at, piece) in outside.split('{').enumerate() {
        let (inside, after) = if at == 0 { ("", piece) } else { piece.split_once('}').unwrap() };
        labels.extend(words(inside).into_iter().map(|(word, _)| word));
        rest.push(' ');
        rest.push_str(after);
    }
    let (mut grouped, all) = (false, words(&rest));
    for (at, (word, followed)) in all.iter().enumerate() {
        let (word, followed) = (word.clone(), *followed);
        if all.get(at + 1).is_some_and(|(next, _)| ["by", "without"].contains(&next.as_str())) {
            // An aggregation, such as `sum by (route)`.
            continue;
        }
        if grouped && followed != '(' {
            labels.insert(word);
            grouped = followed == ',';
        } else if ["by", "without", "on", "ignoring"].contains(&word.as_str()) {
            grouped = true;
        } else if followed != '(' && !WORDS.contains(&word.as_str()) {
            metrics.insert(word);
        }
    }
    (metrics, labels)
}

fn without_strings(text: &str) -> String {
    text.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

/// Every name, with what follows it; numbers and durations are none.
fn words(text: &str) -> Vec<(String, char)> {
    let part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(part) {
        rest = &rest[start..];
        let end = rest.find(|letter| !part(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !word.starts_with(|letter: char| letter.is_ascii_digit()) {
            found.push((word.to_owned(), after.trim_start().chars().next().unwrap_or(' ')));
        }
        rest = after;
    }
    found
}

#[test]
fn the_names_in_an_expression_are_found() {
    let (metrics, labels) = named(r#"sum by (le, route) (rate(a_total{b=~"c|d",e!="f{g}"}[5m])) / max(h:i) > 0.5e3 and on(j) k offset 5m"#);
    assert_eq!(metrics, BTreeSet::from(["a_total", "h:i", "k"].map(str::to_owned)));
    assert_eq!(labels, BTreeSet::from(["le", "route", "b", "e", "j"].map(str::to_owned)));
}

/// A service that has done a little of everything, and what it serves then: names of metrics, names of labels.
fn walked() -> (BTreeSet<String>, BTreeSet<String>) {
    let service = measured(&[]);
    walk(&service);
    let text = metrics(&service);
    let all = series(&text);
    let name = |series: &String| series.split('{').next().unwrap().to_owned();
    let labels = all.keys().filter_map(|series| series.split_once('{')).flat_map(|(_, labels)| words(&without_strings(labels)));
    (all.keys().map(name).collect(), labels.map(|(word, _)| word).collect())
}

fn walk(service: &Service) {
    let me = service.someone();
    service.stranger().get("/readyz").expect(200);
    let made = me.post("/v1/relationships", &json!({"alias": "K.", "kind": "friend"})).expect(201);
    let path = format!("/v1/relationships/{}", made["id"].as_str().unwrap());
    me.post(&format!("{path}/interactions"), &json!({"actor": "me", "dimension": "repair"})).expect(201);
    me.post(&format!("{path}/assessments"), &json!({})).expect(201);
    service.stranger().post("/v1/sessions", &json!({"handle": me.handle(), "password": PASSWORD})).expect(201);
    me.post("/v1/account/exports", &json!({}));
    service.sweep_here();
    let ended = r#"reciprocity_export_jobs_ended_total{outcome="completed"}"#;
    assert!(eventually(|| series(&metrics(service))[ended] > 0.5));
}

#[test]
fn every_metric_and_label_of_the_dashboard_and_the_rules_is_served() {
    let (served, labels) = walked();
    let rules = rules();
    let recorded: BTreeSet<&str> = rules.iter().filter(|rule| rule.records).map(|rule| rule.name.as_str()).collect();
    let alerts = rules.iter().map(|rule| (rule.name.clone(), rule.get("expr").to_owned()));
    let mut wrong = Vec::new();
    for (place, expression) in alerts.chain(shown()) {
        let (metrics, used) = named(&expression);
        assert!(!metrics.is_empty(), "{place} looks at nothing: {expression}");
        let known =
            |metric: &String| served.contains(metric) || recorded.contains(metric.as_str()) || PROMETHEUS.contains(&metric.as_str());
        wrong.extend(metrics.iter().filter(|metric| !known(metric)).map(|metric| format!("{place}: nothing serves {metric}")));
        let known = |label: &String| labels.contains(label) || ADDED.contains(&label.as_str());
        wrong.extend(used.iter().filter(|label| !known(label)).map(|label| format!("{place}: nothing has the label {label}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_alert_says_how_bad_it_is_and_where_to_read_on() {
    let operations = file("operations.md");
    let headings: BTreeSet<String> =
        operations.lines().filter_map(|line| line.strip_prefix("### ")).map(|heading| heading.trim().to_lowercase()).collect();
    for rule in rules().iter().filter(|rule| !rule.records) {
        assert!(["page", "ticket"].contains(&rule.get("severity")), "{}", rule.name);
        assert!(rule.get("for").ends_with('m'), "{}", rule.name);
        assert!(rule.get("summary").ends_with('.'), "{}", rule.name);
        assert_eq!(rule.get("runbook"), format!("docs/operations.md#{}", rule.name.to_lowercase()));
        assert!(headings.contains(&rule.name.to_lowercase()), "docs/operations.md has no section {}", rule.name);
    }
}

#[test]
fn every_panel_of_the_dashboard_has_a_title_a_place_and_a_source_that_is_asked_for() {
    let dashboard = dashboard();
    let mut ids = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{} has the id of another", panel["title"]);
        let place = &panel["gridPos"];
        assert!(place["x"].as_u64().unwrap() + place["w"].as_u64().unwrap() <= 24, "{}", panel["title"]);
        if panel["type"] != "row" {
            assert_eq!(panel["datasource"]["uid"], "${source}", "{}", panel["title"]);
            assert!(!panel["description"].as_str().unwrap().is_empty(), "{}", panel["title"]);
        }
    }
    assert_eq!(dashboard["templating"]["list"][0]["name"], "source");
}

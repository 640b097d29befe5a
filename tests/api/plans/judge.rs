//! What a plan must not do, and the few statements that may, each with the reason.

use std::collections::BTreeMap;

use serde_json::Value;

use super::seen::Statement;

/// Tables that do not grow with people or use.
const SMALL: &[(&str, &str)] = &[
    ("request_keys", "one row"),
    ("question_sets_made", "500 versions of operators' question sets at most"),
    ("withdrawn_signing_keys", "a row for each signing key that an operator ever withdrew"),
    ("__diesel_schema_migrations", "a row a step of the schema"),
];

/// Rows that may be read and left out beside those that are kept: a page, or what a limit elsewhere bounds (sessions, grants).
const SPARE: f64 = 60.0;

/// Tables of which an account has a bounded number of rows, and which bound that is: reading all of an account's is no scan.
const BOUNDED: &[(&str, f64, &str)] = &[
    ("relationships", 1_000.0, "MAX_PER_ACCOUNT of relationships"),
    ("consents", 1_000.0, "MAX_PER_ACCOUNT of consents"),
    ("grants", 250.0, "MOST_LASTING and MOST_OVER"),
    ("sessions", 50.0, "MOST of sessions; here some more"),
];

/// How rows are named one by one. The policies name accounts in an array, in which Postgres expects ten; among indexes that begin with
/// the account it then sees no difference, and may look for a row that has one to itself in another that holds all of the account's,
/// or the relationship's. That reads what one person has, in no order, and which it is depends on the figures of the day.
const NAMES: &[&str] =
    &[".id = $", ".id = any", "key_digest = ", "token_digest = ", "code_digest = ", "evidence_digest = ", "session_id = $"];

/// What may be so all the same: a piece of the statement, a piece of what is said of it, and the reason. Each is of a statement that is
/// still issued, or the test says so; whether its plan needs it wavers with the figures of the day.
const MAY: &[(&str, &str, &str)] = &[
    ("select distinct on (responses.question_set)", "", "the newest answers to each set: those of a relationship's window"),
    ("from erased_accounts", "whole table", "an operator's command that writes the whole ledger into a file"),
    ("select distinct on (responses.account_id)", "responses", "an operator's command that measures everybody's answers"),
    ("substring(", "SUBSTRING(", "an operator's rotation of data keys goes through everything that an account has sealed"),
    ("new (row_id, part_id, was, sealed)", "", "the same rotation, at most 500 rows at a time"),
    ("delete from assessments", "window_from <=", "an erasure, on the assessments of a relationship"),
    ("delete from assessments", "cited @>", "the erasure of one entry, on the assessments of its relationship"),
    ("delete from interaction_revisions where", "local_date", "an erasure of days, on what the account's entries said before"),
    ("delete from interaction_revisions r using", "local_date", "retention, hourly, where entries are kept for a time: the same"),
    ("union all (select records.id, records.kind", "explained_on", "what a grant lends: the policy looks at each record of the days"),
    ("delete from records where", "settled_on >=", "an erasure of days, on the records of a relationship"),
    ("update records set explained_on", "explained_on", "an erasure of days, on the needs of a relationship"),
    ("with freed as", "", "an erasure of entries, on the snapshots that are current of a relationship whose records they stood for"),
    (
        "note_sealed is not null) or",
        "note_sealed IS NOT NULL",
        "retention, hourly, where notes are kept for a time; an index would be paid for by every entry",
    ),
    ("with met as", "", "snapshots that are current, of the relationships of a group: few, because every entry outdates some"),
    ("between run.first_day and run.last_day", "dimension = ANY", "what a grant lends: the policy looks at each entry of the days"),
    (
        "interactions.actor = ",
        "actor = ",
        "a filter that an index for would be paid for by every entry: 10,000 entries take some milliseconds",
    ),
    ("from assessments where", "created_at <", "retention, hourly, where assessments are kept for a time: the account's"),
    ("delete from retention_history", "applied_at <", "retention, hourly, where its history is kept for a time: the account's"),
    ("from responses where", "question_set = ", "a filter on the answers that a person gave in one relationship"),
    ("from responses where", "status = ", "a filter on the answers that a person gave in one relationship"),
];

/// How much a plan is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// To everything.
    Wholly,
    /// To reading no whole table. A plan that knows no values goes by averages: where most people have few rows it reads all of
    /// somebody's, who may have many.
    ByScans,
}

/// What is wrong with the statements, each said once.
pub fn judge(statements: &[Statement], how: Judged) -> Vec<String> {
    let mut found = BTreeMap::new();
    for statement in statements {
        for wrong in wrongs(statement, how) {
            let may = |one: &(&str, &str, &str)| statement.text.contains(one.0) && format!("{}: {}", wrong.0, wrong.1).contains(one.1);
            if !MAY.iter().any(may) {
                found.entry((statement.text.clone(), wrong.0)).or_insert(wrong.1);
            }
        }
    }
    let unused = MAY
        .iter()
        .filter(|_| how == Judged::Wholly)
        .filter(|one| !statements.iter().any(|statement| statement.text.contains(one.0)))
        .map(|one| format!("- MAY is about no statement any more: {one:?}"));
    let mut said: Vec<String> = found.into_iter().map(|((text, kind), what)| format!("- {kind}: {what}\n  {text:.600}")).collect();
    said.extend(unused);
    said
}

type Wrong = (&'static str, String);

fn wrongs(statement: &Statement, how: Judged) -> Vec<Wrong> {
    let mut found = Vec::new();
    if statement.text.contains(" offset ") {
        found.push(("OFFSET", "reads what it skips".to_owned()));
    }
    walk(&statement.plan, &mut |node| {
        found.extend(scans(node));
        match how {
            Judged::Wholly if names_rows(&statement.text) => found.extend(sorts(node)),
            Judged::Wholly => found.extend([leaves_out(node), sorts(node)].into_iter().flatten()),
            Judged::ByScans => {}
        }
    });
    found
}

fn names_rows(text: &str) -> bool {
    !text.contains("order by") && NAMES.iter().any(|name| text.contains(name))
}

fn walk(node: &Value, look: &mut impl FnMut(&Value)) {
    look(node);
    for child in children(node) {
        walk(child, look);
    }
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node["Plans"].as_array().into_iter().flatten()
}

/// Where a node's rows come from, beside what is computed once for it.
fn source(node: &Value) -> Option<&Value> {
    children(node).find(|child| child["Parent Relationship"] == "Outer")
}

fn kind(node: &Value) -> &str {
    node["Node Type"].as_str().unwrap()
}

/// Rows over all loops.
fn rows(node: &Value, name: &str) -> f64 {
    node[name].as_f64().unwrap_or(0.0) * node["Actual Loops"].as_f64().unwrap_or(0.0)
}

fn table(node: &Value) -> &str {
    node["Relation Name"].as_str().unwrap_or_default()
}

/// A whole table, or a whole index.
fn scans(node: &Value) -> Option<Wrong> {
    let is_small = SMALL.iter().any(|(name, _)| *name == table(node)) || table(node).starts_with("pg_");
    match kind(node) {
        "Seq Scan" if !is_small => Some(("a whole table", table(node).to_owned())),
        // The first row of an index is one row.
        kind if kind.contains("Index") && kind.contains("Scan") && node["Index Cond"].is_null() && !is_small => {
            (rows(node, "Actual Rows") > 1.0).then(|| ("a whole index", format!("{} of {}", node["Index Name"], table(node))))
        }
        _ => None,
    }
}

/// Rows that are read and left out.
fn leaves_out(node: &Value) -> Option<Wrong> {
    let removed: f64 = ["Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter"]
        .map(|name| rows(node, name))
        .iter()
        .sum();
    let kept = rows(node, "Actual Rows");
    let what = || format!("{removed} rows of {} left out by {}, {kept} kept", table(node), node["Filter"]);
    let bound = BOUNDED.iter().find(|(name, ..)| *name == table(node)).map_or(0.0, |(_, bound, _)| *bound);
    (removed > SPARE + kept + bound).then(|| ("reads and leaves out", what()))
}

/// A limit above a sort of far more rows than it lets through.
fn sorts(node: &Value) -> Option<Wrong> {
    if kind(node) != "Limit" {
        return None;
    }
    let mut below = source(node)?;
    while !kind(below).ends_with("Sort") {
        below = source(below)?;
    }
    let (read, kept) = (rows(source(below)?, "Actual Rows"), rows(node, "Actual Rows"));
    (read > SPARE + 2.0 * kept).then(|| ("sorts and leaves out", format!("{read} rows by {}, {kept} kept", below["Sort Key"])))
}

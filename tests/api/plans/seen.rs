//! The statements of the log with their plans, and which statements `src/` has that are not among them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A statement that was run, with the plan and what it read.
pub struct Statement {
    /// In one line of small letters without quotes, as a person would look for it.
    pub text: String,
    pub plan: Value,
}

/// Everything that a role has run, from a place in the log on.
pub fn read(log: &Path, begun: u64, role: &str) -> Vec<Statement> {
    let mut file = File::open(log).unwrap();
    file.seek(SeekFrom::Start(begun)).unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    let begins = format!("{role} LOG:  duration: ");
    let mut statements = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.starts_with(&begins) || !line.ends_with("plan:") {
            continue;
        }
        let mut plan = String::new();
        while let Some(more) = lines.next_if(|more| more.starts_with('\t')) {
            plan.push_str(&more[1..]);
        }
        let said: Value = serde_json::from_str(&plan).unwrap_or_else(|why| panic!("{why}: {plan}"));
        statements.push(Statement { text: plainly(said["Query Text"].as_str().unwrap()), plan: said["Plan"].clone() });
    }
    assert!(statements.len() > 1_000, "{} holds {} plans: is auto_explain installed?", log.display(), statements.len());
    statements
}

/// One line, small letters, no quotes, no schema.
fn plainly(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase().replace('"', "").replace("public.", "")
}

/// What a statement does to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verb {
    Insert,
    Update,
    Delete,
    /// Any of them, or reading: a table that is named.
    Name,
}

/// Files whose statements run once in a database's life, and why.
const ONCE: &[(&str, &str)] = &[("db/plain_words.rs", "between two steps of the schema, on what a version from before sealing left")];

/// The tables that `src/` inserts into, updates, deletes from or names, and no statement that was seen does.
pub fn missing(statements: &[Statement]) -> Vec<String> {
    let mut seen: BTreeSet<(Verb, String)> = BTreeSet::new();
    for statement in statements {
        verbs(&statement.text, &mut seen);
    }
    let sites = sites();
    assert!(sites.len() > 60, "hardly a statement was found in src/: {sites:?}");
    let unseen = sites.into_iter().filter(|(site, _)| !seen.contains(site));
    unseen.map(|((verb, table), file)| format!("{verb:?} {table}, as in {file}")).collect()
}

/// What a text of SQL does to which tables.
fn verbs(text: &str, into: &mut BTreeSet<(Verb, String)>) {
    let text = plainly(text);
    let words: Vec<&str> = text.split([' ', '(', ')', ',', ';']).filter(|word| !word.is_empty() && *word != "only").collect();
    for pair in words.windows(3) {
        let (verb, table) = match pair {
            ["insert", "into", table] => (Verb::Insert, *table),
            ["delete", "from", table] => (Verb::Delete, *table),
            ["update", table, _] => (Verb::Update, *table),
            [_, "from" | "join", table] => (Verb::Name, *table),
            _ => continue,
        };
        into.insert((verb, table.to_owned()));
        into.insert((Verb::Name, table.to_owned()));
    }
}

/// Every place of `src/` that names a table: with diesel's words, by whatever name the file imports it, or in a text of SQL.
fn sites() -> BTreeMap<(Verb, String), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let tables = tables(&fs::read_to_string(root.join("db/schema.rs")).unwrap());
    let mut found = BTreeMap::new();
    for file in files(&root) {
        let name = file.strip_prefix(&root).unwrap().display().to_string();
        if name == "db/schema.rs" || ONCE.iter().any(|(once, _)| *once == name) {
            continue;
        }
        let source = fs::read_to_string(&file).unwrap();
        let mut here = BTreeSet::new();
        of_diesel(&source, &tables, &mut here);
        // The names of SQL in comments and errors are followed by no table's.
        verbs(&source.replace("\\\n", " "), &mut here);
        here.retain(|(_, table)| tables.contains(table));
        found.extend(here.into_iter().map(|site| (site, name.clone())));
    }
    found
}

fn tables(schema: &str) -> BTreeSet<String> {
    let blocks = schema.split("diesel::table! {").skip(1);
    blocks.map(|block| block.trim_start().split(' ').next().unwrap().to_owned()).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let inside = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.flat_map(inside).filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// `alias::table`, and what stands before it.
fn of_diesel(source: &str, tables: &BTreeSet<String>, into: &mut BTreeSet<(Verb, String)>) {
    let names = imported(source, tables);
    let mut rest = source;
    let mut before = String::new();
    while let Some((left, right)) = rest.split_once("::table") {
        before.push_str(left);
        let alias: String =
            left.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<Vec<_>>().into_iter().rev().collect();
        if let Some(table) = names.get(&alias) {
            let call = left.strip_suffix(&alias).unwrap_or(left);
            let verb = [("insert_into(", Verb::Insert), ("::update(", Verb::Update), ("::delete(", Verb::Delete)];
            let verb = verb.into_iter().find(|(ending, _)| call.ends_with(ending)).map_or(Verb::Name, |(_, verb)| verb);
            into.insert((verb, table.clone()));
            into.insert((Verb::Name, table.clone()));
        }
        rest = right;
    }
}

/// The names by which a file knows tables.
fn imported(source: &str, tables: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for import in source.split("schema::").skip(1) {
        let list = import.split(';').next().unwrap_or_default().trim_start_matches('{');
        for one in list.split([',', '}']).map(str::trim) {
            let (table, alias) = one.split_once(" as ").unwrap_or((one, one));
            if tables.contains(table) {
                names.insert(alias.trim().to_owned(), table.to_owned());
            }
        }
    }
    names
}

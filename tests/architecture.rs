//! Holds the code to ARCHITECTURE.md: who may import whom, no circles, files that say what they are and stay short.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[path = "architecture/scan.rs"]
mod scan;
#[path = "architecture/table.rs"]
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use scan::{File, Names, Target, calls, module_of, references};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const LONGEST_FILE: usize = 400;
/// std's own may differ by platform in the last digit; libm's do not.
const TRANSCENDENTAL: &[&str] = &[
    "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "powi", "cbrt", "hypot", "sin", "cos", "tan", "sin_cos",
    "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "gamma", "ln_gamma", "erf", "erfc",
];

#[test]
fn every_import_is_one_that_the_table_allows() {
    let (files, names) = source();
    let wrong: Vec<String> = files.iter().flat_map(|file| violations(file, &names)).collect();
    assert!(wrong.is_empty(), "see \"Who may import whom\" in ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn imports_go_one_way_without_circles() {
    let (files, names) = source();
    if let Some(circle) = circle(&arrows(&files, &names)) {
        panic!("these modules import each other in a circle: {}", circle.join(" -> "));
    }
}

/// Where a view of a whole account may be made, and why: no session asks there, or one did that reaches the whole account.
const WHOLE_VIEWS: &[(&str, &str)] = &[
    ("src/db/data_keys.rs", "seals everything of an account under a new key"),
    ("src/db/rotation.rs", "tries whether the accounts' keys open, at the start"),
    ("src/features/access_log/service.rs", "writes down what others read"),
    ("src/features/accounts/external.rs", "finds and makes the account that another issuer's token opens"),
    ("src/features/accounts/service.rs", "lets people in and takes everything of an account"),
    ("src/features/calendars/http.rs", "shows a calendar to whoever has its secret address"),
    ("src/features/exports/service.rs", "goes on with an export in the background"),
    ("src/features/pins/service.rs", "asks for the PIN, which is the account's, and locks its sessions"),
    ("src/features/retention/service.rs", "drops what is too old"),
    ("src/features/sessions/service.rs", "lets people in and asks what a session reaches"),
];
/// Where a caller's view is made of what was found out about its session.
const CALLERS_VIEW: &str = "src/api/auth.rs";

#[test]
fn what_a_caller_reaches_is_widened_nowhere() {
    let (files, _) = source();
    let product = files.iter().filter(|file| file.name != "src/kernel/reach.rs");
    let found: BTreeSet<&str> = product.clone().filter(|file| names(&file.text, "View::whole")).map(|file| file.name.as_str()).collect();
    let expected: BTreeSet<&str> = WHOLE_VIEWS.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, expected, "a handler passes on `caller.view()`; what else needs a whole account is listed here with the reason");
    let made: Vec<&str> = product.filter(|file| names(&file.text, "View::new")).map(|file| file.name.as_str()).collect();
    assert_eq!(made, [CALLERS_VIEW], "a view is made where the session was asked for");
}

/// Whether a text names this path, and not another one that ends so.
fn names(text: &str, path: &str) -> bool {
    let own = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    text.match_indices(path).any(|(at, _)| own(at) && text[at + path.len()..].starts_with('('))
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let silent: Vec<String> = source().0.into_iter().filter(|file| !file.text.starts_with("//! ")).map(|file| file.name).collect();
    assert!(silent.is_empty(), "these begin without //! and a sentence: {silent:?}");
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let lines = |file: &File| file.text.lines().count();
    let long: Vec<String> = source()
        .0
        .iter()
        .filter(|file| lines(file) > LONGEST_FILE && file.name != "src/db/schema.rs")
        .map(|file| format!("{} has {} lines", file.name, lines(file)))
        .collect();
    assert!(long.is_empty(), "split by what the parts are about (at most {LONGEST_FILE} lines): {long:?}");
}

#[test]
fn the_engine_computes_the_same_on_every_platform() {
    let is_product = |file: &File| !file.name.contains("/tests");
    let engine = source().0.into_iter().filter(|file| file.name.starts_with("src/engine/") && is_product(file));
    let found: Vec<String> = engine
        .flat_map(|file| {
            let name = file.name.clone();
            calls(&file.text, TRANSCENDENTAL).into_iter().map(move |(line, call)| format!("{name}:{line}: {call}: take libm's"))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_table_in_the_document_is_the_one_that_is_tested() {
    let document = std::fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md")).unwrap();
    let table = table::as_markdown();
    assert!(document.contains(&table), "put this table into ARCHITECTURE.md, under \"Who may import whom\":\n{table}");
}

fn violations(file: &File, names: &Names) -> Vec<String> {
    let refuse = |found: scan::Reference| {
        if let Err(what_to_do) = table::room_of(&file.module) {
            return Some(format!("{}: {what_to_do}", file.name));
        }
        let module = if file.name == "src/lib.rs" || file.name == "src/main.rs" { &Vec::new() } else { &file.module };
        table::refusal(module, &found.target, found.in_test).map(|why| format!("{}:{}: {why}", file.name, found.line))
    };
    references(file, names).into_iter().filter_map(refuse).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Every source file, and what there is to be named.
fn source() -> (Vec<File>, Names) {
    let mut files = Vec::new();
    collect(&Path::new(ROOT).join("src"), &mut files);
    assert!(files.len() > 50, "the source was not found");
    let modules = files.iter().map(|file| file.module.clone()).collect();
    (files, Names { modules, crates: crates() })
}

fn collect(folder: &Path, files: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(ROOT).unwrap().to_str().unwrap().to_owned();
            files.push(File { module: module_of(&name), text: std::fs::read_to_string(&path).unwrap(), name });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
}

/// The crates that Cargo.toml names, and the standard ones.
fn crates() -> BTreeSet<String> {
    let manifest = std::fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let mut names: BTreeSet<String> = ["std", "core", "alloc", "reciprocity"].map(str::to_owned).into();
    let mut listing = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            listing = line.ends_with("dependencies]");
        } else if let (true, Some((name, _))) = (listing, line.split_once('=')) {
            names.insert(name.trim().replace('-', "_"));
        }
    }
    assert!(names.contains("diesel") && names.contains("proptest"), "the dependencies were not found: {names:?}");
    names
}

/// Which module imports which; a feature counts by itself, and so does each file of the edge kit.
fn arrows(files: &[File], names: &Names) -> BTreeMap<String, BTreeSet<String>> {
    let node = |path: &[String]| match path {
        [top, next, ..] if top == "features" || top == "api" => format!("{top}::{next}"),
        [top, ..] => top.clone(),
        [] => String::new(),
    };
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.module.is_empty()) {
        for found in references(file, names) {
            if let Target::Inside(path) = &found.target {
                let (from, to) = (node(&file.module), node(path));
                if from != to && !to.is_empty() && !found.in_test {
                    arrows.entry(from).or_default().insert(to);
                }
            }
        }
    }
    arrows
}

/// One circle among the arrows, if there is any.
fn circle(arrows: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn follow<'a>(
        at: &'a str,
        arrows: &'a BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<String>> {
        if let Some(start) = way.iter().position(|seen| *seen == at) {
            return Some(way[start..].iter().chain([&at]).map(|name| (*name).to_owned()).collect());
        }
        if !done.insert(at) {
            return None;
        }
        way.push(at);
        let found = arrows.get(at).into_iter().flatten().find_map(|next| follow(next, arrows, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    arrows.keys().find_map(|start| follow(start, arrows, &mut Vec::new(), &mut done))
}

/// The scanner is worth as much as what it catches: violations planted in texts, never in files.
mod planted {
    use super::*;

    fn in_file(name: &str, text: &str) -> Vec<String> {
        let (_, names) = source();
        violations(&File { name: name.to_owned(), module: module_of(name), text: text.to_owned() }, &names)
    }

    fn caught(name: &str, text: &str, says: &str) {
        let found = in_file(name, text);
        assert!(found.len() == 1 && found[0].contains(says), "{name}: {text}\n{found:?}");
    }

    #[test]
    fn an_import_that_is_not_allowed_is_named_with_file_line_and_rule() {
        caught("src/engine/math.rs", "//! x\nuse serde::Serialize;", "src/engine/math.rs:2: engine may not import the crate serde");
        caught("src/engine/level/own.rs", "use crate::kernel::Error;", "engine may not import kernel::Error");
        caught("src/kernel/ids.rs", "use crate::db::Db;", "kernel may not import db::Db");
        caught("src/db/mod.rs", "use actix_web::web;", "db may not import the crate actix_web");
        caught("src/db/mod.rs", "use crate::features::accounts;", "db may not import features::accounts");
        caught("src/api/page.rs", "use crate::engine::Policy;", "api may not import engine::Policy");
        caught("src/api/page.rs", "use super::router::routes;", "api may not import api::router::routes");
        caught("src/features/accounts/model.rs", "use diesel::prelude::*;", "features/*/model may not import the crate diesel");
        caught("src/features/accounts/http.rs", "use diesel::prelude::*;", "features/*/http may not import the crate diesel");
        caught("src/features/accounts/http.rs", "use crate::api::router::routes;", "features/*/http may not import api::router::routes");
        caught(
            "src/features/accounts/store.rs",
            "use super::http::AccountView;",
            "features/*/store may not import features::accounts::http",
        );
        caught("src/features/accounts/store.rs", "use diesel::r2d2::Pool;", "only db knows the pool");
        caught("src/features/sessions/store.rs", "use crate::features::accounts::store::get;", "features::accounts::store::get");
        caught("src/features/relationships/wire.rs", "use diesel::prelude::*;", "features/*/http may not import the crate diesel");
        caught("src/demo.rs", "use crate::startup::serve;", "demo may not import startup::serve");
    }

    #[test]
    fn a_path_is_found_wherever_it_stands() {
        caught("src/engine/math.rs", "fn f() { let _ = serde_json::json!({}); }", "serde_json");
        caught("src/engine/math.rs", "fn f() -> ::chrono::NaiveDate { g() }", "chrono");
        caught("src/engine/math.rs", "impl T for <u8 as crate::db::X>::Y {}", "db::X");
        caught("src/engine/math.rs", "macro_rules! m { () => { $crate::db::go() } }", "db::go");
        caught("src/engine/math.rs", "mod inner { use super::super::super::kernel::Clock; }", "kernel::Clock");
        caught("src/engine/math.rs", "use std::{fmt, fs::File};", "std::fs::File");
        caught("src/engine/math.rs", "pub(crate) use crate::{db as d};", "may not import db");
        caught("src/features/sessions/store.rs", "use crate::features::accounts as a;\nfn f() { a::http::routes() }", "accounts::http");
    }

    #[test]
    fn comments_strings_fields_and_what_is_allowed_are_left_alone() {
        for (name, text) in [
            ("src/engine/math.rs", "//! serde::Serialize\n// use crate::db::Db;\nconst A: &str = \"crate::db::Db\";"),
            ("src/engine/math.rs", "fn f(x: X) -> f64 { libm::exp(x.serde.chrono) }"),
            ("src/engine/level/own.rs", "use super::super::math::sum;"),
            ("src/engine/tests/properties.rs", "use proptest::prelude::*;"),
            ("src/features/sessions/store.rs", "use crate::features::accounts::password_hash_of;\nuse super::model::Session;"),
            ("src/features/sessions/service.rs", "use crate::features::accounts::model::Handle;\nuse crate::engine::Policy;"),
            ("src/startup.rs", "use crate::features::accounts::http::Accounts;\nuse diesel::prelude::*;"),
        ] {
            assert_eq!(in_file(name, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_file_without_a_room_is_asked_for_one() {
        caught("src/features/accounts/helpers.rs", "use std::fmt;", "which room accounts/helpers belongs to");
        caught("src/misc.rs", "use std::fmt;", "there is no room for misc");
    }

    #[test]
    fn a_circle_is_found_and_a_diamond_is_not_one() {
        let arrows = |pairs: &[(&str, &str)]| {
            let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (from, to) in pairs {
                all.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            }
            all
        };
        assert_eq!(circle(&arrows(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])), None);
        assert_eq!(circle(&arrows(&[("a", "b"), ("b", "c"), ("c", "b")])).unwrap(), ["b", "c", "b"]);
    }

    #[test]
    fn a_call_of_std_arithmetic_is_found_and_libm_is_not() {
        let found = calls("fn f(x: f64) -> f64 {\n x.exp() + f64::ln(x) + libm::exp(x) + x.sqrt() + self.exp\n}", TRANSCENDENTAL);
        assert_eq!(found, [(2, "exp".to_owned()), (2, "ln".to_owned())]);
        assert_eq!(calls("let f = xs.map(f64::tanh);", TRANSCENDENTAL).len(), 1);
    }
}

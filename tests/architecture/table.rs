//! Who may import whom: the table of ARCHITECTURE.md, as rules.

use crate::scan::{Module, Target};

/// A kind of module with the same rights.
pub struct Room {
    pub name: &'static str,
    /// Places in this crate, itself aside. In a feature `own` is its own folder, `other` another feature's; `exports` is what
    /// a feature's `mod.rs` offers. `*` is everything.
    pub inside: &'static [&'static str],
    /// Other crates, `std` aside.
    pub crates: &'static [&'static str],
}

const fn room(name: &'static str, inside: &'static [&'static str], crates: &'static [&'static str]) -> Room {
    Room { name, inside, crates }
}

/// The table. A change here goes with a change of ARCHITECTURE.md and a reason in the commit.
pub const ROOMS: &[Room] = &[
    room("engine", &[], &["libm"]),
    room("kernel", &[], &["aws_lc_rs", "base64", "chrono", "chrono_tz", "jsonwebtoken", "serde", "thiserror", "uuid", "zeroize"]),
    room("content", &[], &["aws_lc_rs", "chrono", "icu_normalizer", "include_dir", "serde", "serde_json", "thiserror"]),
    room("config", &[], &["base64", "chrono", "nix", "serde", "serde_json", "thiserror", "zeroize"]),
    room(
        "issuers",
        &["kernel", "config"],
        &[
            "base64",
            "chrono",
            "jsonwebtoken",
            "rustls",
            "rustls_native_certs",
            "serde",
            "serde_json",
            "thiserror",
            "tokio",
            "tracing",
            "ureq",
        ],
    ),
    room("meters", &[], &["prometheus_client"]),
    room(
        "db",
        &["kernel", "config", "meters"],
        &[
            "chrono",
            "diesel",
            "diesel_migrations",
            "nix",
            "percent_encoding",
            "serde",
            "serde_json",
            "thiserror",
            "tokio",
            "tracing",
            "uuid",
            "zeroize",
        ],
    ),
    room(
        "features/*/model",
        &["kernel", "engine", "content", "own::model", "other::model", "other::exports"],
        &["aws_lc_rs", "base64", "chrono", "chrono_tz", "serde", "serde_json", "uuid"],
    ),
    room(
        "features/*/store",
        &["kernel", "db", "own::model", "own::store", "other::model", "other::exports"],
        &["chrono", "chrono_tz", "diesel", "serde", "serde_json", "uuid"],
    ),
    room(
        "features/*/service",
        &[
            "kernel",
            "config",
            "meters",
            "db",
            "engine",
            "content",
            "own::model",
            "own::store",
            "own::service",
            "own::exports",
            "other::model",
            "other::exports",
        ],
        &["argon2", "aws_lc_rs", "chrono", "chrono_tz", "serde", "serde_json", "tokio", "tracing", "uuid"],
    ),
    room(
        "features/*/http",
        &["kernel", "db", "content", "api", "own", "other::model", "other::exports"],
        &[
            "actix_web",
            "chrono",
            "chrono_tz",
            "data_encoding",
            "futures_util",
            "icalendar",
            "serde",
            "serde_json",
            "utoipa",
            "utoipa_actix_web",
            "uuid",
        ],
    ),
    room("features/*/mod", &["own"], &[]),
    room(
        "api",
        &["kernel", "config", "meters", "content", "db::Db", "db::creation", "db::idempotency"],
        &[
            "actix_cors",
            "actix_web",
            "aws_lc_rs",
            "base64",
            "data_encoding",
            "futures_util",
            "governor",
            "serde",
            "serde_json",
            "serde_path_to_error",
            "tracing",
            "tracing_actix_web",
            "utoipa",
            "utoipa_actix_web",
            "uuid",
        ],
    ),
    room("api/router", &["kernel", "api", "features"], &["actix_web", "utoipa_actix_web"]),
    room(
        "telemetry",
        &["config", "meters"],
        &[
            "actix_web",
            "async_trait",
            "opentelemetry",
            "opentelemetry_http",
            "opentelemetry_otlp",
            "opentelemetry_sdk",
            "rustls",
            "rustls_native_certs",
            "tracing",
            "tracing_actix_web",
            "tracing_opentelemetry",
            "tracing_subscriber",
            "ureq",
        ],
    ),
    room("startup", &["*"], &["*"]),
    room("scales", &["kernel", "content", "db::owner", "features"], &["serde_json", "thiserror"]),
    room("content_check", &["kernel", "content"], &["chrono", "thiserror"]),
    room("calibrate", &["engine"], &["libm", "rand", "rand_distr", "serde", "serde_json"]),
    room("erased", &["kernel", "db::erased"], &["chrono", "thiserror"]),
    room(
        "cli",
        &[
            "api",
            "calibrate",
            "config",
            "content_check",
            "db::cluster",
            "demo",
            "erased",
            "healthcheck",
            "kernel::Clock",
            "scales",
            "startup",
        ],
        &[],
    ),
    room("demo", &["kernel"], &["chrono", "data_encoding", "serde", "serde_json", "thiserror", "ureq"]),
    room("healthcheck", &[], &["serde_json", "ureq"]),
    room("main", &["cli"], &["mimalloc", "reciprocity"]),
];

/// Files of a feature that are not named by their room: which room they belong to.
const NAMED_OTHERWISE: &[(&str, &str)] = &[
    ("accounts/external", "features/*/service"),
    ("accounts/password", "features/*/service"),
    ("accounts/subjects", "features/*/store"),
    ("assessments/gather", "features/*/service"),
    ("assessments/jobs", "features/*/service"),
    ("assessments/outcome", "features/*/service"),
    ("assessments/preview", "features/*/service"),
    ("assessments/show", "features/*/http"),
    ("assessments/digest", "features/*/service"),
    ("calendars/show", "features/*/http"),
    ("erasures/aged", "features/*/store"),
    ("exports/csv", "features/*/http"),
    ("exports/render", "features/*/http"),
    ("imports/read", "features/*/http"),
    ("interactions/logging", "features/*/service"),
    ("imports/unique", "features/*/http"),
    ("question_sets/written", "features/*/http"),
    ("operator_sets/read", "features/*/http"),
    ("records/evidence", "features/*/service"),
    ("responses/evidence", "features/*/service"),
    ("routines/change", "features/*/service"),
    ("routines/change_wire", "features/*/http"),
    ("routines/sessions_http", "features/*/http"),
    ("routines/sessions_wire", "features/*/http"),
    ("question_sets/fhir", "features/*/http"),
    ("responses/fhir", "features/*/http"),
    ("responses/reliability", "features/*/service"),
    ("responses/rotation", "features/*/service"),
    ("reviews/page", "features/*/http"),
];

/// Never, wherever it is allowed by name.
const NEVER: &[(&str, &[&str], &str)] = &[
    (
        "engine",
        &["std::fs", "std::io", "std::net", "std::env", "std::process", "std::thread", "std::time"],
        "the engine is pure: it reads nothing and waits for nothing",
    ),
    ("features/*/store", &["diesel::r2d2"], "only db knows the pool"),
];

/// The room of a module, or what to do where it has none.
pub fn room_of(module: &[String]) -> Result<&'static Room, String> {
    let parts: Vec<&str> = module.iter().map(String::as_str).collect();
    let name = match parts.as_slice() {
        [] => "main",
        ["api", "router", ..] => "api/router",
        ["features"] | ["features", _] => "features/*/mod",
        ["features", noun, file, ..] => match *file {
            "model" | "store" | "service" | "http" => return Ok(find(&format!("features/*/{file}"))),
            "wire" => return Ok(find("features/*/http")),
            file => {
                let named = NAMED_OTHERWISE.iter().find(|(path, _)| *path == format!("{noun}/{file}"));
                let Some((_, name)) = named else {
                    return Err(format!("say in NAMED_OTHERWISE (tests/architecture/table.rs) which room {noun}/{file} belongs to"));
                };
                name
            }
        },
        [top, ..] => top,
    };
    ROOMS.iter().find(|room| room.name == name).ok_or_else(|| format!("there is no room for {name} in tests/architecture/table.rs"))
}

fn find(name: &str) -> &'static Room {
    ROOMS.iter().find(|room| room.name == name).unwrap()
}

/// Why `module` may not name `target`; nothing where it may.
pub fn refusal(module: &Module, target: &Target, in_test: bool) -> Option<String> {
    let room = match room_of(module) {
        Ok(room) => room,
        Err(what_to_do) => return Some(what_to_do),
    };
    match target {
        Target::Outside(path) => refuse_outside(room, path, in_test),
        Target::Inside(path) => refuse_inside(room, module, path, in_test),
    }
}

/// Test libraries, which tests anywhere may use.
const FOR_TESTS: &[&str] = &["proptest", "rrule"];

fn refuse_outside(room: &Room, path: &[String], in_test: bool) -> Option<String> {
    let whole = path.join("::");
    let never = NEVER.iter().find(|(name, paths, _)| room.name == *name && paths.iter().any(|path| begins(&whole, path)));
    if let Some((_, _, why)) = never.filter(|_| !in_test) {
        return Some(format!("{} never imports {whole}: {why}", room.name));
    }
    let krate = path.first().map(String::as_str).unwrap_or_default();
    let standard = matches!(krate, "std" | "core" | "alloc");
    let allowed = standard || room.crates.contains(&"*") || room.crates.contains(&krate) || (in_test && FOR_TESTS.contains(&krate));
    (!allowed).then(|| format!("{} may not import the crate {krate}; it may: std, {}", room.name, room.crates.join(", ")))
}

fn refuse_inside(room: &Room, module: &[String], path: &[String], in_test: bool) -> Option<String> {
    let whole = path.join("::");
    let label = label(module, path);
    let top = |path: &[String]| path.first().cloned().unwrap_or_default();
    let at_home = top(module) == top(path) && !matches!(room.name, "api" | "main") && !room.name.starts_with("features/");
    let at_home = at_home || (room.name == "api" && top(path) == "api" && !begins(&whole, "api::router"));
    let allowed = at_home || room.inside.iter().any(|place| *place == "*" || begins(&label, place));
    // The tests of what shows an assessment compute one; that is pure, and the product does not.
    let allowed = allowed || (in_test && room.name.starts_with("features/") && begins(&whole, "engine"));
    let router = room.name.starts_with("features/") && begins(&whole, "api::router");
    (!allowed || router).then(|| format!("{} may not import {whole}; inside the crate it may: {}", room.name, room.inside.join(", ")))
}

/// The path as the table writes it: a feature's seen from the module that names it.
fn label(module: &[String], path: &[String]) -> String {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    let ["features", noun, rest @ ..] = parts.as_slice() else { return parts.join("::") };
    let from_feature = module.first().is_some_and(|top| top == "features");
    if !from_feature {
        return parts.join("::");
    }
    let whose = if module.len() < 2 || module.get(1).is_some_and(|own| own == noun) { "own" } else { "other" };
    let kind = match rest.first() {
        Some(file) if is_file(noun, file) => room_of(&path[..3]).map_or("unknown", |room| room.name.trim_start_matches("features/*/")),
        Some(_) | None => "exports",
    };
    format!("{whose}::{kind}")
}

/// Whether a feature's `file` is one of its modules rather than a name that its `mod.rs` exports.
fn is_file(noun: &str, file: &str) -> bool {
    matches!(file, "model" | "store" | "service" | "http" | "wire")
        || NAMED_OTHERWISE.iter().any(|(path, _)| *path == format!("{noun}/{file}"))
}

fn begins(path: &str, with: &str) -> bool {
    path == with || path.strip_prefix(with).is_some_and(|rest| rest.starts_with("::"))
}

/// The table as ARCHITECTURE.md shows it.
pub fn as_markdown() -> String {
    let code = |words: &[&str]| match words {
        [] => "nothing".to_owned(),
        ["*"] => "everything".to_owned(),
        words => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
    };
    let row = |room: &Room| format!("| `{}` | {} | {} |\n", room.name, code(room.inside), code(room.crates));
    let rows: Vec<String> = ROOMS.iter().map(row).collect();
    format!("| module | in this crate it may import | other crates, besides `std` |\n|---|---|---|\n{}", rows.concat())
}

//! Another's is nothing: over HTTP it answers like what never was, and in the database it cannot be seen at all.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::document::{Document, Operation};
use crate::support::everything::{Thing, must_make, of_nobody, path_for};
use crate::support::{Answer, Client, Service, rows};

/// Without a policy, because they are read before the account is known: a name (a handle, or a digest of who an issuer says it is),
/// whose it is, and nothing else.
const WITHOUT_POLICY: &[(&str, &str)] =
    &[("account_handles", "handle"), ("calendar_addresses", "secret_digest"), ("external_subjects", "subject_digest")];
/// Not an account's: which migrations have run, the service's own key, signing keys that are no longer believed, digests of accounts
/// that are no more, and of subjects who had one.
const OF_NOBODY: &[&str] = &["__diesel_schema_migrations", "erased_accounts", "erased_subjects", "request_keys", "withdrawn_signing_keys"];

pub fn account_of(client: &Client) -> String {
    client.get("/v1/account").expect(200)["id"].as_str().unwrap().to_owned()
}

/// Not an account's either, and behind a policy of its own: published question sets are everybody's to read, drafts and changes an
/// operator's (tests/api/operator/keeping.rs).
const OF_OPERATORS: &[&str] = &["question_sets_made"];

fn about_one_thing(document: &Document) -> Vec<Operation> {
    document.operations().into_iter().filter(|operation| operation.path.contains('{')).collect()
}

/// What two answers are compared by: all but the request's name and the budget that each of them uses up.
pub fn comparable(answer: &Answer) -> (u16, Value, BTreeSet<String>) {
    let mut body = answer.json();
    body["request_id"] = json!("");
    (answer.status, body, answer.headers.keys().map(ToString::to_string).collect())
}

#[test]
fn another_accounts_things_answer_like_things_that_never_were() {
    let service = Service::start();
    let (mine, theirs) = (service.someone(), service.someone());
    let account = account_of(&mine);
    let mut conn = service.database.connect();
    for operation in about_one_thing(&Document::of(&service)) {
        let Thing::Own(path) = must_make(&mine, &operation.path) else { continue };
        assert_ne!(path, of_nobody(&path), "{path} has no id in it");
        let before = rows::of_account(&mut conn, &account);
        let (asked, nothing) = (operation.send(&theirs, &path), operation.send(&theirs, &of_nobody(&path)));
        assert_eq!(comparable(&asked), comparable(&nothing), "{}", operation.name());
        asked.problem(404, "not_found");
        assert_eq!(rows::of_account(&mut conn, &account), before, "{} changed what is another's", operation.name());
        assert_ne!(operation.send(&mine, &path).status, 404, "{} finds nothing for its owner either", operation.name());
    }
}

#[test]
fn an_id_that_another_account_uses_is_free() {
    let service = Service::start();
    let document = Document::of(&service);
    let (mine, theirs) = (service.someone(), service.someone());
    let mut tried = 0;
    for operation in document.operations() {
        let chooses = document.body_schema(&operation).is_some_and(|schema| schema["properties"].get("id").is_some());
        if operation.method != "POST" || !chooses {
            continue;
        }
        tried += 1;
        let mut body = operation.example().unwrap();
        body["id"] = json!(Uuid::from_u128(0x1234_5678_9abc_4def_8123_0000_0000_0000 + tried));
        for client in [&mine, &theirs] {
            let answer = operation.send_body(client, &path_for(client, &operation), Some(body.to_string().into_bytes()));
            assert_eq!(answer.status, 201, "{}: {}", operation.name(), answer.text);
        }
    }
    assert!(tried > 0);
}

#[test]
fn no_list_shows_what_is_anothers() {
    let service = Service::start();
    let document = Document::of(&service);
    let (mine, theirs) = (service.someone(), service.someone());
    let account = account_of(&mine);
    for operation in about_one_thing(&document) {
        must_make(&mine, &operation.path);
    }
    let stored = rows::of_account(&mut service.database.connect(), &account);
    let ids: BTreeSet<String> = stored.values().flatten().flat_map(|row| ids_in(row)).collect();
    assert!(ids.len() > 3, "{ids:?}");
    for operation in document.operations().iter().filter(|operation| operation.method == "GET" && !operation.path.contains('{')) {
        let text = operation.send(&theirs, &operation.path).text;
        let shown = ids.iter().find(|id| text.contains(*id));
        assert_eq!(shown, None, "{}: {text}", operation.name());
    }
}

fn ids_in(row: &str) -> Vec<String> {
    row.split(|c: char| !(c.is_ascii_hexdigit() || c == '-')).filter(|part| Uuid::parse_str(part).is_ok()).map(str::to_owned).collect()
}

/// Tables of which the service may change and remove nothing.
const ONLY_GROWING: &[&str] = &["consents"];
const MINE: &str = "01980000-0000-7000-8000-00000000000a";
const THEIRS: &str = "01980000-0000-7000-8000-00000000000b";

/// Whether a statement finds no row to change, or may not change any.
fn changes_nothing(conn: &mut PgConnection, table: &str, statement: &str) -> bool {
    match sql_query(statement).execute(conn) {
        Ok(rows) => rows == 0 && !ONLY_GROWING.contains(&table),
        Err(_) => ONLY_GROWING.contains(&table),
    }
}

#[test]
fn in_the_database_only_the_named_account_exists() {
    let service = Service::start();
    let mut conn = service.database.connect();
    let tables = policed(&mut conn);
    for table in &tables {
        for account in [MINE, THEIRS] {
            plant(&mut conn, table, account);
        }
    }
    for table in &tables {
        as_the_service(&mut conn, Some(THEIRS), |conn| {
            let seen = rows::words(conn, &format!("SELECT account_id::text AS word FROM {table}"));
            assert_eq!(seen, [THEIRS], "{table} shows other accounts");
            for change in ["UPDATE {} SET account_id = account_id", "DELETE FROM {}"] {
                let statement = format!("{} WHERE account_id = '{MINE}'", change.replace("{}", table));
                assert!(changes_nothing(conn, table, &statement), "{statement}");
            }
        });
        as_the_service(&mut conn, Some(THEIRS), |conn| {
            let moved = sql_query(format!("UPDATE {table} SET account_id = '{MINE}'")).execute(conn);
            assert!(moved.is_err(), "a row of {table} can be handed to another account");
        });
        for nobody in [None, Some("")] {
            as_the_service(&mut conn, nobody, |conn| {
                assert_eq!(rows::count(conn, &format!("SELECT count(*) AS count FROM {table}")), 0, "{table} shows rows to nobody");
                assert!(changes_nothing(conn, table, &format!("DELETE FROM {table}")), "{table} loses rows to nobody");
            });
        }
    }
}

#[test]
fn every_table_is_an_accounts_and_behind_a_policy_that_holds_for_its_owner_too() {
    let service = Service::start();
    let mut conn = service.database.connect();
    let of_accounts = rows::tables_of_accounts(&mut conn);
    for table in
        rows::tables(&mut conn).iter().filter(|table| !OF_NOBODY.contains(&table.as_str()) && !OF_OPERATORS.contains(&table.as_str()))
    {
        assert!(of_accounts.contains(table), "{table} has no account_id");
    }
    let open = rows::words(
        &mut conn,
        "SELECT relname::text AS word FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace \
         AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY 1",
    );
    let mut expected: Vec<&str> = OF_NOBODY.iter().copied().chain(WITHOUT_POLICY.iter().map(|(table, _)| *table)).collect();
    expected.sort_unstable();
    assert_eq!(open, expected, "these tables have no forced policy");
    for (table, name) in WITHOUT_POLICY {
        let query = format!("SELECT column_name::text AS word FROM information_schema.columns WHERE table_name = '{table}' ORDER BY 1");
        assert_eq!(rows::words(&mut conn, &query), ["account_id", *name], "what has no policy holds nothing else");
    }
    let bypass = "SELECT count(*) AS count FROM pg_roles WHERE rolname = 'reciprocity_app' AND (rolsuper OR rolbypassrls)";
    assert_eq!(rows::count(&mut conn, bypass), 0);
    let owned = "SELECT count(*) AS count FROM pg_class WHERE relowner = 'reciprocity_app'::regrole";
    assert_eq!(rows::count(&mut conn, owned), 0, "who owns a table can take its policy away");
}

pub fn policed(conn: &mut PgConnection) -> Vec<String> {
    let tables: Vec<String> =
        rows::tables_of_accounts(conn).into_iter().filter(|table| !WITHOUT_POLICY.iter().any(|(open, _)| open == table)).collect();
    assert!(tables.len() >= 6, "{tables:?}");
    tables
}

/// Runs something the way the service does, and takes it back.
fn as_the_service(conn: &mut PgConnection, account: Option<&str>, work: impl FnOnce(&mut PgConnection)) {
    reaching(conn, account, Some("whole"), work);
}

/// The same, told how far it reaches into the account.
pub fn reaching(conn: &mut PgConnection, account: Option<&str>, reach: Option<&str>, work: impl FnOnce(&mut PgConnection)) {
    conn.test_transaction::<_, diesel::result::Error, _>(|conn| {
        conn.batch_execute("SET LOCAL ROLE reciprocity_app")?;
        if let Some(account) = account {
            conn.batch_execute(&format!("SET LOCAL reciprocity.accounts = '{account}'"))?;
        }
        if let Some(reach) = reach {
            conn.batch_execute(&format!("SET LOCAL reciprocity.reach = '{reach}'"))?;
        }
        work(conn);
        Ok(())
    });
}

/// Puts a row of the account into any table, whatever the table is for: its checks and foreign keys are put aside.
pub fn plant(conn: &mut PgConnection, table: &str, account: &str) {
    let checks = rows::words(
        conn,
        &format!("SELECT quote_ident(conname) AS word FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'c'"),
    );
    for check in checks {
        conn.batch_execute(&format!("ALTER TABLE {table} DROP CONSTRAINT {check}")).unwrap();
    }
    let columns = rows::words(
        conn,
        &format!(
            "SELECT column_name || ' ' || udt_name AS word FROM information_schema.columns \
             WHERE table_name = '{table}' AND table_schema = 'public' AND is_generated = 'NEVER'"
        ),
    );
    let columns: Vec<(&str, &str)> = columns.iter().map(|column| column.split_once(' ').unwrap()).collect();
    let values: Vec<String> = columns.iter().map(|(name, kind)| value(name, kind, account)).collect();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let insert = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
    conn.batch_execute(&format!("SET session_replication_role = replica; {insert}; RESET session_replication_role")).unwrap();
}

fn value(name: &str, kind: &str, account: &str) -> String {
    match kind {
        "uuid" if name == "account_id" => format!("'{account}'"),
        "uuid" => "gen_random_uuid()".to_owned(),
        "text" | "varchar" => "'x'".to_owned(),
        "timestamptz" | "date" => "now()".to_owned(),
        "time" => "'12:00'".to_owned(),
        "json" | "jsonb" => "'{}'".to_owned(),
        "int2" | "int4" | "int8" | "float8" | "numeric" => "1".to_owned(),
        "bool" => "false".to_owned(),
        "bytea" => r"'\x00'".to_owned(),
        array if array.starts_with('_') => "'{}'".to_owned(),
        other => panic!("say in tests/api/isolation.rs what to put into a column of type {other} ({name})"),
    }
}

//! The wall in the database itself: what exists for a transaction that reaches less than the whole account.

use diesel::connection::SimpleConnection;
use diesel::{PgConnection, RunQueryDsl, sql_query};
use serde_json::{Value, json};

use super::two_full_relationships;
use crate::isolation::{account_of, plant, policed, reaching};
use crate::support::everything::id_in;
use crate::support::{Service, rows};

/// Tables of which narrower sessions need rows that belong to no relationship: the account's zone and key for every request,
/// idempotency keys to recognise a retry, exports to drop them with an erasure.
const OPEN: &[(&str, bool)] = &[("account_exports", false), ("account_keys", true), ("accounts", true), ("idempotency_keys", false)];

const MINE: &str = "01980000-0000-7000-8000-00000000000a";
const TIE: &str = "tie;01980000-0000-7000-8000-00000000dead;-infinity;infinity;all";
const LOAN: &str = "loan;01980000-0000-7000-8000-00000000dead;-infinity;infinity;all";

/// How many rows of a table exist for a reach.
fn seen(conn: &mut PgConnection, table: &str, reach: Option<&str>) -> i64 {
    let mut count = 0;
    reaching(conn, Some(MINE), reach, |conn| count = rows::count(conn, &format!("SELECT count(*) AS count FROM {table}")));
    count
}

/// Whether a statement changes no row: it finds none, or is refused.
fn changes_nothing(conn: &mut PgConnection, reach: &str, statement: &str) -> bool {
    let mut rows = 0;
    reaching(conn, Some(MINE), Some(reach), |conn| rows = sql_query(statement).execute(conn).unwrap_or(0));
    rows == 0
}

#[test]
fn in_the_database_a_table_is_closed_to_every_reach_but_the_whole_unless_it_is_listed() {
    let service = Service::start();
    let mut conn = service.database.connect();
    for table in policed(&mut conn) {
        plant(&mut conn, &table, MINE);
        assert_eq!(seen(&mut conn, &table, Some("whole")), 1, "{table} shows nothing to its account");
        for nothing in [None, Some(""), Some("tie"), Some("loan"), Some("Whole"), Some("tie;;-infinity;infinity;all")] {
            let open = nothing.is_some_and(|reach| !reach.is_empty()) && OPEN.iter().any(|(open, _)| *open == table);
            assert!(open || seen(&mut conn, &table, nothing) == 0, "{table} shows rows to the reach {nothing:?}");
        }
        for (reach, lent) in [(TIE, false), (LOAN, true)] {
            let open = OPEN.iter().any(|(open, to_loans)| *open == table && (*to_loans || !lent));
            assert_eq!(seen(&mut conn, &table, Some(reach)), i64::from(open), "{table} to {reach}");
        }
        for change in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET account_id = account_id")] {
            assert!(changes_nothing(&mut conn, LOAN, &change), "{change} by a grant");
            let may = ["idempotency_keys"].contains(&table.as_str()) || change == "DELETE FROM account_exports";
            assert_eq!(changes_nothing(&mut conn, TIE, &change), !may, "{change} for one relationship");
        }
    }
}

#[test]
fn in_the_database_a_select_without_a_where_shows_what_is_in_reach_and_nothing_else() {
    let service = Service::start();
    let me = service.someone();
    let ties = two_full_relationships(&me);
    let (account, mine, other) = (account_of(&me), id_in(&ties[0]), id_in(&ties[1]));
    let mut conn = service.database.connect();
    let mut counts = |reach: String| {
        let mut found = Vec::new();
        reaching(&mut conn, Some(&account), Some(&reach), |conn| {
            for (table, column) in [
                ("relationships", "id"),
                ("interactions", "relationship_id"),
                ("records", "relationship_id"),
                ("responses", "relationship_id"),
                ("assessments", "relationship_id"),
                ("tombstones", "relationship_id"),
            ] {
                let foreign = format!("SELECT count(*) AS count FROM {table} WHERE {column} IS DISTINCT FROM '{mine}'");
                assert_eq!(rows::count(conn, &foreign), 0, "{table} shows another relationship to {reach}");
                found.push(rows::count(conn, &format!("SELECT count(*) AS count FROM {table}")));
            }
            let of =
                "SELECT i.relationship_id::text AS word FROM interaction_revisions r LEFT JOIN interactions i ON i.id = r.interaction_id";
            let revisions = rows::words(conn, of);
            assert!(revisions.iter().all(|tie| tie == mine), "{revisions:?}");
            found.push(i64::try_from(revisions.len()).unwrap());
        });
        found
    };
    assert_eq!(counts(format!("tie;{mine};-infinity;infinity;all")), [1, 3, 1, 1, 1, 1, 3]);
    assert_eq!(counts(format!("loan;{mine};-infinity;infinity;all")), [1, 3, 1, 1, 1, 1, 0], "what entries said before is not lent");
    assert_eq!(counts(format!("loan;{mine};2026-02-01;2026-02-28;all")), [1, 2, 1, 0, 0, 1, 0]);
    assert_eq!(
        counts(format!("loan;{mine};2026-02-10;2026-02-10;all")),
        [1, 1, 0, 0, 0, 1, 0],
        "both days are included; the need was met a day later"
    );
    assert_eq!(counts(format!("loan;{mine};-infinity;infinity;{{4}}")), [1, 2, 0, 0, 0, 1, 0], "repair alone");
    assert_eq!(counts(format!("loan;{mine};2026-02-01;infinity;{{4,2}}")), [1, 2, 0, 0, 0, 1, 0]);
    reaching(&mut conn, Some(&account), Some(&format!("tie;{mine};-infinity;infinity;all")), |conn| {
        for change in ["UPDATE interactions SET effort = 1", "DELETE FROM interactions", "DELETE FROM interaction_revisions"] {
            assert_eq!(
                sql_query(change).execute(conn).unwrap(),
                if change.contains("DELETE FROM interaction_r") { 0 } else { 3 },
                "{change}"
            );
        }
        let moved = format!("UPDATE responses SET relationship_id = '{other}'");
        conn.batch_execute("SAVEPOINT here").unwrap();
        assert!(sql_query(moved).execute(conn).is_err(), "a row can be handed to another relationship");
        conn.batch_execute("ROLLBACK TO here").unwrap();
    });
    for table in ["relationships", "interactions", "records", "responses", "assessments", "tombstones"] {
        for change in [format!("UPDATE {table} SET account_id = account_id"), format!("DELETE FROM {table}")] {
            reaching(&mut conn, Some(&account), Some(&format!("loan;{mine};-infinity;infinity;all")), |conn| {
                assert_eq!(sql_query(&change).execute(conn).unwrap_or(0), 0, "{change} by a grant");
            });
        }
    }
    let kept = format!("SELECT count(*) AS count FROM interactions WHERE relationship_id = '{other}'");
    assert_eq!(rows::count(&mut conn, &kept), 3);
}

#[test]
fn in_the_database_periods_of_strain_are_cut_to_the_days_in_reach() {
    let service = Service::start();
    let mut conn = service.database.connect();
    let periods = r#"[{"kind": "illness", "from": "2025-11-01", "to": "2025-12-01"}, {"kind": "exams", "from": "2026-01-15", "to": "2026-03-15"},
        {"kind": "newborn", "from": "2026-02-20"}, {"kind": "distance", "from": "2026-03-01"}]"#;
    let mut cut = |reach: &str| {
        let mut found = Value::Null;
        reaching(&mut conn, None, Some(reach), |conn| {
            let cut = rows::words(conn, &format!("SELECT reciprocity_contexts('{periods}'::jsonb)::text AS word"));
            found = serde_json::from_str(&cut[0]).unwrap();
        });
        found
    };
    let all: Value = serde_json::from_str(periods).unwrap();
    assert_eq!(cut("whole"), all);
    assert_eq!(cut("tie;01980000-0000-7000-8000-00000000dead;-infinity;infinity;all"), all);
    assert_eq!(
        cut("loan;01980000-0000-7000-8000-00000000dead;2026-02-01;2026-02-28;all"),
        json!([{"kind": "exams", "from": "2026-02-01", "to": "2026-02-28"}, {"kind": "newborn", "from": "2026-02-20", "to": "2026-02-28"}])
    );
    assert_eq!(
        cut("loan;01980000-0000-7000-8000-00000000dead;2026-03-10;infinity;all"),
        json!([{"kind": "exams", "from": "2026-03-10", "to": "2026-03-15"}, {"kind": "newborn", "from": "2026-03-10"}, {"kind": "distance", "from": "2026-03-10"}])
    );
    assert_eq!(cut("loan;01980000-0000-7000-8000-00000000dead;-infinity;2025-10-31;all"), json!([]));
}

//! What is stored, table by table, seen past every policy: to prove that nothing was written, or nothing of another's.

use std::collections::BTreeMap;

use diesel::sql_types::{BigInt, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

#[derive(QueryableByName)]
pub struct Word {
    #[diesel(sql_type = Text)]
    pub word: String,
}

#[derive(QueryableByName)]
pub struct Count {
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// Bytes as Postgres writes them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from_digit(half.into(), 16).unwrap()).collect()
}

/// The words that a query with a column `word` finds.
pub fn words(conn: &mut PgConnection, query: &str) -> Vec<String> {
    sql_query(query).load::<Word>(conn).unwrap().into_iter().map(|row| row.word).collect()
}

/// The number that a query with a column `count` finds.
pub fn count(conn: &mut PgConnection, query: &str) -> i64 {
    sql_query(query).get_result::<Count>(conn).unwrap().count
}

/// Every table of the schema.
pub fn tables(conn: &mut PgConnection) -> Vec<String> {
    words(
        conn,
        "SELECT table_name::text AS word FROM information_schema.tables \
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
    )
}

/// The tables whose rows belong to an account.
pub fn tables_of_accounts(conn: &mut PgConnection) -> Vec<String> {
    words(
        conn,
        "SELECT table_name::text AS word FROM information_schema.columns \
         WHERE table_schema = 'public' AND column_name = 'account_id' ORDER BY 1",
    )
}

/// How many rows each table has.
pub fn counts(conn: &mut PgConnection) -> BTreeMap<String, i64> {
    let tables = tables(conn);
    let count_of = |table: &String| (table.clone(), count(conn, &format!("SELECT count(*) AS count FROM {table}")));
    tables.iter().map(count_of).collect()
}

/// Everything that is stored of an account, as text.
pub fn of_account(conn: &mut PgConnection, account: &str) -> BTreeMap<String, Vec<String>> {
    let tables = tables_of_accounts(conn);
    let rows = |table: &String| {
        let query = format!("SELECT t::text AS word FROM {table} t WHERE account_id = '{account}' ORDER BY 1");
        (table.clone(), words(conn, &query))
    };
    tables.iter().map(rows).collect()
}

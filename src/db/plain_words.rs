//! Seals what was stored in plain text before words were sealed; the step between two migrations that SQL cannot take.
//!
//! It knows the columns as they stood then, by name, because the schema of today has them no more.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Binary, Text};
use uuid::Uuid;

use super::Conn;
use super::prelude::sees_all;
use super::rotation::accounts_after;
use super::schema::account_keys;
use super::vault::{AccountKey, Sealed, Vault};
use crate::kernel::sealed::Column;
use crate::kernel::{AccountId, Error};

/// Accounts looked up at once, and rows sealed in one statement.
const BATCH: i64 = 500;

/// Words in a row; `part` tells rows of one id apart.
#[derive(QueryableByName)]
struct Plain {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    part: i64,
    #[diesel(sql_type = Text)]
    words: String,
}

/// A column of words as it was: `find` reads plain words (`$1` the account, `$2` how many), `put` replaces them by sealed ones
/// (`$1` the account, `$2` ids, `$3` parts, `$4` what was sealed).
struct Was {
    column: Column,
    find: &'static str,
    put: &'static str,
}

const COLUMNS: &[Was] = &[
    Was {
        column: Column { table: "relationships", name: "alias_sealed" },
        find: "SELECT id, 0::bigint AS part, alias AS words FROM relationships WHERE account_id = $1 AND alias IS NOT NULL LIMIT $2",
        put: "UPDATE relationships t SET alias_sealed = new.sealed, alias = NULL \
              FROM unnest($2, $3, $4) new (id, part, sealed) WHERE t.account_id = $1 AND t.id = new.id",
    },
    Was {
        column: Column { table: "relationships", name: "label_sealed" },
        find: "SELECT id, 0::bigint AS part, label AS words FROM relationships WHERE account_id = $1 AND label IS NOT NULL LIMIT $2",
        put: "UPDATE relationships t SET label_sealed = new.sealed, label = NULL \
              FROM unnest($2, $3, $4) new (id, part, sealed) WHERE t.account_id = $1 AND t.id = new.id",
    },
    Was {
        column: Column { table: "interactions", name: "note_sealed" },
        find: "SELECT id, 0::bigint AS part, note AS words FROM interactions WHERE account_id = $1 AND note IS NOT NULL LIMIT $2",
        put: "UPDATE interactions t SET note_sealed = new.sealed, note = NULL \
              FROM unnest($2, $3, $4) new (id, part, sealed) WHERE t.account_id = $1 AND t.id = new.id",
    },
    Was {
        column: Column { table: "interaction_revisions", name: "note_sealed" },
        find: "SELECT interaction_id AS id, version AS part, content->>'note' AS words FROM interaction_revisions \
               WHERE account_id = $1 AND content->>'note' IS NOT NULL LIMIT $2",
        put: "UPDATE interaction_revisions t SET note_sealed = new.sealed, content = content - 'note' \
              FROM unnest($2, $3, $4) new (id, part, sealed) \
              WHERE t.account_id = $1 AND t.interaction_id = new.id AND t.version = new.part",
    },
    Was {
        column: Column { table: "sessions", name: "label_sealed" },
        find: "SELECT session_id AS id, 0::bigint AS part, label AS words FROM sessions WHERE account_id = $1 AND label IS NOT NULL LIMIT $2",
        put: "UPDATE sessions t SET label_sealed = new.sealed, label = NULL \
              FROM unnest($2, $3, $4) new (id, part, sealed) WHERE t.account_id = $1 AND t.session_id = new.id",
    },
];

/// A revision without a note had a member for it all the same.
const DROP_EMPTY_NOTES: &str =
    "UPDATE interaction_revisions SET content = content - 'note' WHERE account_id = $1 AND content->>'note' IS NULL AND content ? 'note'";

/// Seals every plain word, an account at a time, each in a transaction of its own: a run that is broken off is gone on with.
/// Accounts get their keys here. Works as the owner, who is bound by the policies too.
pub fn seal_all(conn: &mut Conn, vault: &Vault, now: DateTime<Utc>) -> Result<(), Error> {
    let mut after = AccountId(Uuid::nil());
    loop {
        let accounts = accounts_after(conn, after, BATCH)?;
        let Some(last) = accounts.last() else { return Ok(()) };
        after = *last;
        for account in &accounts {
            conn.transaction(|conn| {
                conn.batch_execute(&sees_all(&[*account]))?;
                seal_account(conn, vault, *account, now)
            })?;
        }
    }
}

fn seal_account(conn: &mut Conn, vault: &Vault, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    let own = account_keys::table.filter(account_keys::account_id.eq(account.0));
    let has_key: bool = diesel::select(diesel::dsl::exists(own)).get_result(conn)?;
    let key = if has_key { vault.key_of(conn, account)? } else { vault.make_key(conn, account, now)? };
    for was in COLUMNS {
        while seal_some(conn, &key, was)? {}
    }
    sql_query(DROP_EMPTY_NOTES).bind::<diesel::sql_types::Uuid, _>(account.0).execute(conn)?;
    Ok(())
}

/// Seals a batch; false where nothing was left.
fn seal_some(conn: &mut Conn, key: &AccountKey, was: &Was) -> Result<bool, Error> {
    let account = key.account().0;
    let found: Vec<Plain> = sql_query(was.find).bind::<diesel::sql_types::Uuid, _>(account).bind::<BigInt, _>(BATCH).load(conn)?;
    let sealed = found.iter().map(|row| key.seal_part(was.column, row.id, row.part, &row.words)).collect::<Result<Vec<Sealed>, _>>()?;
    sql_query(was.put)
        .bind::<diesel::sql_types::Uuid, _>(account)
        .bind::<Array<diesel::sql_types::Uuid>, _>(found.iter().map(|row| row.id).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(found.iter().map(|row| row.part).collect::<Vec<_>>())
        .bind::<Array<Binary>, _>(sealed)
        .execute(conn)?;
    Ok(!found.is_empty())
}

//! A database as after years of use, made by SQL in seconds: many accounts that do little and some that do much, so that the planner
//! has reason to choose as it would there.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use reciprocity::db::schema::relationships;
use reciprocity::kernel::sealed::Column;
use reciprocity::kernel::{AccountId, Random};
use uuid::Uuid;

use crate::rig::postgres::OWNER;
use crate::support::{MASTER, START, rows, vault};

/// Accounts at all, and those of them with a log.
pub const ACCOUNTS: usize = 12_000;
pub const LOGGING: usize = 40;
/// Relationships of each account with a log.
pub const TIES: usize = 5;

/// Everything that does not need a key, in the order of its references. `noon` is the instant at which tests begin. Rows that come with
/// use lie among everybody's, as they would.
const ROWS: &[&str] = &[
    "INSERT INTO accounts (account_id, locale, time_zone, created_at, updated_at) \
     SELECT a.id, 'en', 'UTC', noon, noon FROM filled_accounts a, filled_noon",
    "INSERT INTO account_handles SELECT 'handle-of-' || no, id FROM filled_accounts",
    "INSERT INTO sessions (account_id, session_id, scope, created_at, last_used_at, expires_at) \
     SELECT a.id, gen_random_uuid(), 'read write', noon, noon, noon + interval '30 days' FROM filled_accounts a, filled_noon, \
     generate_series(1, 2)",
    "INSERT INTO refresh_tokens (account_id, session_id, token_digest, created_at) \
     SELECT account_id, session_id, sha256((session_id::text || n)::bytea), created_at FROM sessions, generate_series(1, 2) n",
    "INSERT INTO idempotency_keys SELECT a.id, sha256(n::text::bytea), sha256(n::text::bytea), gen_random_uuid(), \
     noon - n * interval '3 hours' FROM filled_accounts a, filled_noon, generate_series(1, 3) n ORDER BY random()",
    "INSERT INTO tombstones (account_id, kind, id, removed_at) \
     SELECT a.id, 2, gen_random_uuid(), noon FROM filled_accounts a, filled_noon, generate_series(1, 3) ORDER BY random()",
    "INSERT INTO consents (account_id, id, purpose, text_version, given, decided_at, request_digest) \
     SELECT a.id, gen_random_uuid(), 'statistics', 1, n = 2, noon, '\\x00' FROM filled_accounts a, filled_noon, generate_series(1, 2) n",
    "INSERT INTO retention_settings (account_id, version, updated_at) SELECT a.id, 1, noon FROM filled_accounts a, filled_noon",
    "INSERT INTO retention_history (account_id, class, count, applied_at) \
     SELECT a.id, 1, n, noon - n * interval '1 day' FROM filled_accounts a, filled_noon, generate_series(1, 3) n ORDER BY random()",
    "INSERT INTO account_pins (account_id, pin_hash, unlock_minutes, set_at) \
     SELECT a.id, repeat('x', 90), 5, noon FROM filled_accounts a, filled_noon",
    "INSERT INTO account_imports SELECT a.id, gen_random_uuid(), '\\x00', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, noon \
     FROM filled_accounts a, filled_noon",
    "INSERT INTO external_subjects SELECT sha256(no::text::bytea), id FROM filled_accounts",
    "INSERT INTO erased_subjects SELECT sha256((no + 5000)::text::bytea), noon + interval '1 day' FROM filled_accounts, filled_noon",
    "INSERT INTO erased_accounts SELECT sha256(no::text::bytea), noon FROM filled_accounts, filled_noon",
    // Of accounts without a log: nobody opens these chunks.
    "INSERT INTO account_exports SELECT a.id, gen_random_uuid(), 1, a.id, 0, 4, 4, 4, noon, noon, noon + interval '2 days' \
     FROM filled_accounts a, filled_noon WHERE NOT logging",
    "INSERT INTO account_export_chunks SELECT account_id, id, n, 1, '\\x00' FROM account_exports, generate_series(0, 3) n",
    "INSERT INTO access_log (account_id, hour, session_id, class) \
     SELECT a.id, date_trunc('hour', noon) - n * interval '6 hours', a.id, 1 + n % 5 FROM filled_accounts a, filled_noon, \
     generate_series(1, 8) n ORDER BY random()",
    // Nobody opens these: what goes from account to account goes to those with a log.
    "INSERT INTO account_keys SELECT a.id, 1, sha256(no::text::bytea), noon FROM filled_accounts a, filled_noon WHERE NOT logging",
    "INSERT INTO relationships (account_id, id, alias_sealed, kind, status, kept_by, expected_balance, contexts, request_digest, \
     created_at, updated_at) SELECT a.id, gen_random_uuid(), '\\x00', 'friend', 'active', 'neither', 0, '[]', '\\x00', noon, noon \
     FROM filled_accounts a, filled_noon WHERE NOT logging",
    "INSERT INTO safety_answers SELECT account_id, id, '\\x00' FROM relationships",
];

/// What belongs to a relationship.
const OF_TIES: &[&str] = &[
    "INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, \
     actor, dimension, effort, source, request_digest, created_at, updated_at) \
     SELECT r.account_id, gen_random_uuid(), r.id, at, 0, 'UTC', (at AT TIME ZONE 'UTC')::date, 1, 1 + n % 2, 1 + n % 8, 3, 1, \
     sha256(n::text::bytea), noon, noon FROM filled_ties r, filled_noon, generate_series(1, 400) n, \
     LATERAL (SELECT noon - n * interval '12 hours' AS at) moment ORDER BY random()",
    "INSERT INTO interaction_revisions (account_id, interaction_id, version, changed_at, content) SELECT account_id, id, 1, created_at, \
     jsonb_build_object('local_date', local_date) FROM interactions WHERE effort = 3 AND dimension = 1 ORDER BY random()",
    "INSERT INTO responses (account_id, id, relationship_id, question_set, question_set_version, status, answers, local_date, \
     completed_at, request_digest, created_at, updated_at) SELECT r.account_id, gen_random_uuid(), r.id, 'reciprocity-check', 1, \
     'completed', '[]', (noon - n * interval '5 days')::date, noon, '\\x00', noon, noon FROM filled_ties r, filled_noon, \
     generate_series(1, 40) n ORDER BY random()",
    "INSERT INTO assessments (account_id, id, relationship_id, as_of, window_from, window_to, method_name, method_version, \
     evidence_digest, result, cited, stale, created_at) SELECT r.account_id, gen_random_uuid(), r.id, day, day - 180, day, 'm', '1', \
     sha256(n::text::bytea), '{}', '{}', n > 5, noon FROM filled_ties r, filled_noon, generate_series(1, 40) n, \
     LATERAL (SELECT (noon - n * interval '5 days')::date AS day) days ORDER BY random()",
    "INSERT INTO evidence_weeks SELECT r.account_id, r.id, date_trunc('week', noon)::date - 7 * n, '\\x00', 1, 1, 1, 1 \
     FROM filled_ties r, filled_noon, generate_series(1, 60) n ORDER BY random()",
    "INSERT INTO grants (account_id, id, relationship_id, code_digest, notes, created_at, expires_at, ended_at) \
     SELECT r.account_id, gen_random_uuid(), r.id, sha256(n::text::bytea), false, noon, noon, noon FROM filled_ties r, filled_noon, \
     generate_series(1, 20) n",
    "INSERT INTO not_for_me (account_id, relationship_id, practice, decided_at) SELECT r.account_id, r.id, 'practice-' || n, noon \
     FROM filled_ties r, filled_noon, generate_series(1, 30) n ORDER BY random()",
    "INSERT INTO adopted_practices (account_id, id, relationship_id, practice, practice_version, takes_two, resets_on_contact, turns, \
     cadence, starts_on, time_zone, adopted_on, dropped_on, request_digest, created_at, updated_at) \
     SELECT r.account_id, gen_random_uuid(), r.id, 'daily-check-in', 1, true, true, 'alternating', 'FREQ=DAILY', noon::date - 300, 'UTC', \
     noon::date - 300, CASE WHEN n > 3 THEN noon::date END, sha256(n::text::bytea), noon, noon FROM filled_ties r, filled_noon, \
     generate_series(1, 20) n ORDER BY random()",
    "INSERT INTO practice_sessions (account_id, id, adopted_practice_id, relationship_id, local_date, started_by, took_part, felt, \
     request_digest, created_at, updated_at) SELECT p.account_id, gen_random_uuid(), p.id, p.relationship_id, p.starts_on + n, 1 + n % 2, 3, 1, \
     sha256(n::text::bytea), p.created_at, p.created_at FROM adopted_practices p, generate_series(1, 40) n ORDER BY random()",
    "INSERT INTO calendar_feeds (account_id, id, secret_digest, created_at) SELECT a.id, gen_random_uuid(), sha256((no + n)::text::bytea), noon \
     FROM filled_accounts a, filled_noon, generate_series(1, 2) n ORDER BY random()",
    "INSERT INTO calendar_addresses SELECT sha256((no * 3 + n)::text::bytea), a.id FROM filled_accounts a, generate_series(1, 2) n ORDER BY random()",
    "INSERT INTO sessions (account_id, session_id, scope, created_at, last_used_at, expires_at, relationship_id, grant_id) \
     SELECT account_id, gen_random_uuid(), 'read', created_at, created_at, expires_at, relationship_id, id FROM grants",
];

/// Fills an empty, migrated database and has everything counted.
pub fn fill(conn: &mut PgConnection) {
    let numbered = format!(
        "SELECT setseed(0.5); CREATE TEMP TABLE filled_noon AS SELECT '{START}'::timestamptz AS noon; \
         CREATE TEMP TABLE filled_accounts AS SELECT no, md5('account' || no)::uuid AS id, \
         no <= {LOGGING} AS logging FROM generate_series(1, {ACCOUNTS}) no"
    );
    conn.batch_execute(&numbered).unwrap();
    run(conn, ROWS);
    conn.transaction(seal).unwrap();
    conn.batch_execute(
        "CREATE TEMP TABLE filled_ties AS SELECT r.* FROM relationships r JOIN filled_accounts a ON r.account_id = a.id WHERE logging",
    )
    .unwrap();
    run(conn, OF_TIES);
    conn.batch_execute("VACUUM ANALYZE").unwrap();
}

/// The accounts with a log, in the order of their ids.
pub fn logging(conn: &mut PgConnection) -> Vec<AccountId> {
    let ids = format!("SELECT DISTINCT md5('account' || n)::uuid::text AS word FROM generate_series(1, {LOGGING}) n ORDER BY 1");
    rows::words(conn, &ids).iter().map(|id| AccountId(id.parse().unwrap())).collect()
}

/// A key for each account with a log, and relationships, whose names are sealed.
fn seal(conn: &mut PgConnection) -> QueryResult<()> {
    let (vault, now) = (vault(&[MASTER]), START.parse().unwrap());
    for account in logging(conn) {
        let key = vault.make_key(conn, account, now).unwrap();
        for _ in 0..TIES {
            let id = Random.uuid_v7(now).unwrap();
            let alias = key.seal(Column { table: "relationships", name: "alias_sealed" }, id, "Sam").unwrap();
            insert_tie(conn, account, id, &alias)?;
        }
    }
    Ok(())
}

fn insert_tie(conn: &mut PgConnection, account: AccountId, id: Uuid, alias: &reciprocity::db::vault::Sealed) -> QueryResult<()> {
    use relationships as t;
    let now = START.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let what = (t::kind.eq("friend"), t::status.eq("active"), t::kept_by.eq("neither"), t::expected_balance.eq(0.0));
    let row = (t::account_id.eq(account.0), t::id.eq(id), t::alias_sealed.eq(alias), what, t::contexts.eq(serde_json::json!([])));
    let times = (t::request_digest.eq(vec![0_u8]), t::created_at.eq(now), t::updated_at.eq(now));
    diesel::insert_into(t::table).values((row, times)).execute(conn).map(drop)
}

fn run(conn: &mut PgConnection, statements: &[&str]) {
    for statement in statements {
        conn.batch_execute(statement).unwrap_or_else(|why| panic!("{statement}: {why}"));
    }
}

/// Settings of the service's role from its next connection on.
pub fn set(conn: &mut PgConnection, settings: &[&str]) {
    for setting in settings {
        conn.batch_execute(&format!("ALTER ROLE {OWNER} SET {setting}")).unwrap();
    }
}

/// Somebody's log as after years: copies of one response, assessment and revision that the service wrote, and everything else made up.
/// `$tie` and `$entry` are what the copies belong to.
const RICH: &[&str] = &[
    "INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, \
     actor, dimension, effort, source, request_digest, created_at, updated_at) \
     SELECT '$account', gen_random_uuid(), '$tie', at, 0, 'UTC', (at AT TIME ZONE 'UTC')::date, 1, \
     CASE WHEN n % 500 = 0 THEN 4 ELSE 1 + n % 2 END, CASE WHEN n % 400 = 0 THEN 4 ELSE 1 + n % 3 END, 3, 1, sha256(n::text::bytea), \
     noon, noon FROM generate_series(1, 3000) n, LATERAL (SELECT '$noon'::timestamptz AS noon) it, \
     LATERAL (SELECT noon - n * interval '3 hours' AS at) moment",
    "INSERT INTO interaction_revisions (account_id, interaction_id, version, changed_at, content) \
     SELECT account_id, interaction_id, version + n, changed_at, content FROM interaction_revisions, generate_series(1, 400) n \
     WHERE account_id = '$account'",
    "INSERT INTO interaction_revisions (account_id, interaction_id, version, changed_at, content) SELECT said.account_id, i.id, 1, \
     said.changed_at, said.content FROM interactions i, (SELECT * FROM interaction_revisions WHERE account_id = '$account' LIMIT 1) said \
     WHERE i.account_id = '$account' AND i.relationship_id = '$tie' AND i.actor = 1 AND i.dimension = 1",
    "INSERT INTO responses (account_id, id, relationship_id, question_set, question_set_version, status, answers, local_date, \
     completed_at, request_digest, created_at, updated_at) SELECT account_id, gen_random_uuid(), relationship_id, question_set, \
     question_set_version, status, answers, local_date - n, completed_at - n * interval '1 day', request_digest, \
     created_at - n * interval '1 day', updated_at FROM responses, generate_series(1, 900) n \
     WHERE account_id = '$account' AND relationship_id = '$tie' AND status = 'completed'",
    "INSERT INTO assessments (account_id, id, relationship_id, as_of, window_from, window_to, method_name, method_version, \
     evidence_digest, result, cited, stale, created_at) SELECT account_id, gen_random_uuid(), relationship_id, as_of - n, \
     window_from - n, window_to - n, method_name, method_version, sha256(n::text::bytea), result, cited, true, \
     created_at - n * interval '1 day' FROM assessments, generate_series(1, 900) n \
     WHERE account_id = '$account' AND relationship_id = '$tie'",
    "INSERT INTO access_log (account_id, hour, session_id, class) SELECT '$account', \
     date_trunc('hour', '$noon'::timestamptz) - n * interval '1 hour', md5((n % 7)::text)::uuid, 1 + n % 5 FROM generate_series(1, 2000) n",
    "INSERT INTO sessions (account_id, session_id, scope, created_at, last_used_at, expires_at, ended_at) SELECT '$account', \
     gen_random_uuid(), 'read', noon, noon, noon + interval '30 days', noon FROM generate_series(1, 40), \
     LATERAL (SELECT '$noon'::timestamptz - interval '1 day' AS noon) it",
    "INSERT INTO refresh_tokens (account_id, session_id, token_digest, created_at, used_at) SELECT account_id, session_id, \
     sha256(n::text::bytea), created_at, created_at FROM sessions, generate_series(1, 100) n WHERE account_id = '$account' AND ended_at IS NULL",
    "INSERT INTO idempotency_keys SELECT '$account', sha256(n::text::bytea), sha256(n::text::bytea), gen_random_uuid(), \
     '$noon'::timestamptz - n * interval '1 minute' FROM generate_series(1, 2000) n",
    "INSERT INTO tombstones (account_id, kind, id, removed_at, relationship_id) SELECT '$account', 2 + n % 2, gen_random_uuid(), '$noon', \
     '$tie' FROM generate_series(1, 2000) n",
    "INSERT INTO consents (account_id, id, purpose, text_version, given, decided_at, request_digest) SELECT '$account', \
     gen_random_uuid(), 'statistics', 1, n % 2 = 0, '$noon', '\\x00' FROM generate_series(1, 700) n",
    "INSERT INTO retention_history (account_id, class, count, applied_at) SELECT '$account', 1, n, \
     '$noon'::timestamptz - n * interval '1 hour' FROM generate_series(1, 900) n",
    "INSERT INTO not_for_me (account_id, relationship_id, practice, decided_at) SELECT '$account', '$tie', 'practice-' || n, '$noon' \
     FROM generate_series(1, 80) n",
    "INSERT INTO adopted_practices (account_id, id, relationship_id, practice, practice_version, takes_two, resets_on_contact, turns, \
     cadence, starts_on, time_zone, adopted_on, dropped_on, request_digest, created_at, updated_at) SELECT account_id, gen_random_uuid(), \
     relationship_id, practice, 1, true, true, turns, cadence, starts_on - 300, time_zone, adopted_on - 300, CASE WHEN n > 30 THEN adopted_on END, \
     sha256(n::text::bytea), created_at - n * interval '1 hour', updated_at FROM adopted_practices, generate_series(1, 300) n \
     WHERE account_id = '$account'",
    "INSERT INTO practice_sessions (account_id, id, adopted_practice_id, relationship_id, local_date, started_by, took_part, felt, \
     request_digest, created_at, updated_at) SELECT p.account_id, gen_random_uuid(), p.id, p.relationship_id, \
     p.starts_on + n, 1 + n % 2, 3, 1, sha256(n::text::bytea), p.created_at, p.created_at FROM adopted_practices p, \
     generate_series(1, 20) n WHERE p.account_id = '$account'",
    "INSERT INTO practice_sessions (account_id, id, adopted_practice_id, relationship_id, local_date, started_by, took_part, felt, \
     request_digest, created_at, updated_at) SELECT s.account_id, gen_random_uuid(), s.adopted_practice_id, s.relationship_id, \
     s.local_date - n, s.started_by, 3, 1, s.request_digest, s.created_at, s.created_at FROM practice_sessions s, \
     generate_series(1, 900) n WHERE s.account_id = '$account' AND s.felt = 3",
    "INSERT INTO grants (account_id, id, relationship_id, code_digest, notes, created_at, expires_at, ended_at) \
     SELECT '$account', gen_random_uuid(), '$tie', sha256(n::text::bytea), false, noon, noon, noon FROM generate_series(1, 200) n, \
     LATERAL (SELECT '$noon'::timestamptz - interval '1 day' AS noon) it",
];

/// Makes an account's log a long one.
pub fn enrich(conn: &mut PgConnection, account: &str, tie: &str) {
    for statement in RICH {
        let statement = statement.replace("$account", account).replace("$tie", tie).replace("$noon", START);
        conn.batch_execute(&statement).unwrap_or_else(|why| panic!("{statement}: {why}"));
    }
    conn.batch_execute("VACUUM ANALYZE").unwrap();
}

//! What people write, as it lies in the database: sealed under a key of their account, in its place, until the account is erased.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sql_types::{Binary, Uuid as SqlUuid};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use reciprocity::db::migrate::migrate;
use reciprocity::db::rotation::{self, Rotated};
use reciprocity::db::{Db, Vault};
use reciprocity::kernel::sealed::{Column, Place, SealingKey};
use reciprocity::kernel::{AccountId, keys};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, MASTER, Running, START, Service, rows, vault};

const NEW_MASTER: [u8; 32] = [8; 32];

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

/// Rows of a query with the columns `account_id`, `id` and `bytes`.
fn stored(conn: &mut PgConnection, query: &str) -> Vec<Stored> {
    sql_query(query).load(conn).unwrap()
}

fn relationship(me: &Client, alias: &str, label: &str) -> String {
    me.post("/v1/relationships", &json!({"alias": alias, "kind": "friend", "label": label})).header("location")
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn on_a_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn db(url: &str, masters: &[[u8; 32]]) -> Db {
    Db::connect(url, 1, vault(masters))
}

#[test]
fn sealed_words_open_in_their_own_row_column_and_account_alone() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (mine, second) = (relationship(&me, "Sam", "from the choir"), relationship(&me, "K.", "from work"));
    let theirs = relationship(&other, "Lee", "from school");
    let of = |column: &str, path: &str| format!("(SELECT {column} FROM relationships WHERE id = '{}')", id_of(path));
    let own = of("alias_sealed", &mine);
    let mut conn = service.database.connect();
    conn.batch_execute(&format!("CREATE TABLE aside AS SELECT {own} AS bytes")).unwrap();
    for moved in [of("label_sealed", &mine), of("alias_sealed", &second), of("alias_sealed", &theirs)] {
        conn.batch_execute(&format!("UPDATE relationships SET alias_sealed = {moved} WHERE id = '{}'", id_of(&mine))).unwrap();
        me.get(&mine).problem(500, "internal");
    }
    conn.batch_execute(&format!("UPDATE relationships SET alias_sealed = (SELECT bytes FROM aside) WHERE id = '{}'", id_of(&mine)))
        .unwrap();
    assert_eq!(me.get(&mine).expect(200)["alias"], "Sam");
}

#[test]
fn nothing_in_the_database_filters_or_sorts_by_sealed_words() {
    let service = Service::start();
    let mut conn = service.database.connect();
    let sealed = "SELECT table_name || '.' || column_name AS word FROM information_schema.columns \
                  WHERE table_schema = 'public' AND column_name LIKE '%\\_sealed' ORDER BY 1";
    assert_eq!(rows::words(&mut conn, sealed).len(), 17);
    let indexed = "SELECT a.attrelid::regclass::text AS word FROM pg_attribute a JOIN pg_index i ON i.indexrelid = a.attrelid \
                   WHERE a.attname LIKE '%\\_sealed' UNION ALL \
                   SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '%\\_sealed%'";
    assert_eq!(rows::words(&mut conn, indexed), [""; 0]);
}

/// Every column that could hold a text, and why nothing that people write gets into it.
const OURS: &[(&str, &str)] = &[
    ("account_handles.handle", "made by the server"),
    ("account_pins.pin_hash", "argon2id, under a key that is not in the database"),
    ("accounts.locale", "a language tag"),
    ("accounts.password_hash", "argon2id"),
    ("accounts.recovery_hash", "argon2id"),
    ("accounts.time_zone", "a name of the IANA"),
    ("adopted_practices.cadence", "a recurrence rule, parsed and written anew"),
    ("adopted_practices.practice", "the name of a practice: small letters, digits, - and _, 40 at most"),
    ("adopted_practices.rests", "dates"),
    ("adopted_practices.time_zone", "a name of the IANA"),
    ("adopted_practices.turns", "one of our words"),
    ("assessments.method_name", "ours"),
    ("assessments.method_version", "ours"),
    ("assessments.result", "figures, codes and ids"),
    ("consents.purpose", "a name of the app's: small letters, digits, - and _, 40 at most"),
    ("interaction_revisions.content", "figures and codes; a check refuses a note"),
    ("interactions.time_zone", "a name of the IANA"),
    ("not_for_me.practice", "the name of a practice: small letters, digits, - and _, 40 at most"),
    ("question_sets_made.document", "an operator's questions, published for everybody"),
    ("question_sets_made.slug", "a name that an operator chose: small letters, digits, - and _, 40 at most"),
    ("question_sets_made.status", "one of our words"),
    ("relationships.contexts", "kinds and dates"),
    ("relationships.kept_by", "one of our words"),
    ("relationships.kind", "one of our words"),
    ("relationships.quiet", "dates"),
    ("relationships.status", "one of our words"),
    ("responses.answers", "ids of items and numbers of options"),
    ("responses.question_set", "a published slug"),
    ("responses.status", "one of our words"),
    ("sessions.scope", "one of our words"),
    ("withdrawn_signing_keys.kid", "made of a public key"),
];

#[test]
fn every_column_that_could_hold_a_text_is_known_to_hold_none_of_the_peoples() {
    let service = Service::start();
    let texts = "SELECT table_name || '.' || column_name AS word FROM information_schema.columns WHERE table_schema = 'public' \
                 AND table_name <> '__diesel_schema_migrations' AND (data_type LIKE 'text' OR data_type LIKE 'character%' \
                 OR data_type LIKE 'json%' OR udt_name IN ('_text', '_varchar', '_json', '_jsonb')) ORDER BY 1";
    let known: Vec<&str> = OURS.iter().map(|(column, _)| *column).collect();
    let found = rows::words(&mut service.database.connect(), texts);
    assert_eq!(found, known, "seal what people write (src/db/vault.rs); say of anything else in this list why it is none of that");
}

/// Every data key that the database still holds, tried on words that were copied aside; whether one opened them.
fn opens(conn: &mut PgConnection, aside: &Stored) -> bool {
    let master = keys::wrapping_key(&MASTER).unwrap();
    let wrapped = stored(conn, "SELECT account_id, account_id AS id, wrapped AS bytes FROM account_keys");
    wrapped.iter().any(|row| {
        let place = |column, account, row, part| Place { column, account: AccountId(account), row, part };
        let own = place(Column { table: "account_keys", name: "wrapped" }, row.account_id, Uuid::nil(), 1);
        let key = master.open(&own, &row.bytes).unwrap();
        let key = SealingKey::new(1, key.as_slice().try_into().unwrap()).unwrap();
        let alias = Column { table: "relationships", name: "alias_sealed" };
        key.open(&place(alias, aside.account_id, aside.id, 0), &aside.bytes).is_ok()
    })
}

#[test]
fn after_an_account_is_erased_no_key_in_the_database_opens_what_was_copied_before() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let path = relationship(&me, "Sam", "from the choir");
    relationship(&other, "K.", "from work");
    let mut conn = service.database.connect();
    let copy = format!("SELECT account_id, id, alias_sealed AS bytes FROM relationships WHERE id = '{}'", id_of(&path));
    let aside = stored(&mut conn, &copy).remove(0);
    assert!(opens(&mut conn, &aside), "before, its own key does");
    assert_eq!(me.delete("/v1/account").status, 200);
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM account_keys"), 1, "the other's");
    assert!(!opens(&mut conn, &aside));
}

#[test]
fn keys_are_wrapped_anew_while_the_service_serves_and_then_the_old_master_key_can_go() {
    let service = Service::start();
    let accounts: Vec<Client> = (0..3).map(|_| service.someone()).collect();
    let paths: Vec<String> = accounts.iter().map(|me| relationship(me, "Sam", "from the choir")).collect();
    let url = &service.database.url;
    let serving = Running::under(&[NEW_MASTER, MASTER], url, &[]);
    let clients: Vec<Client> = service_tokens(&serving, &accounts);
    // Broken off after one account: what is left is found again.
    let first = account_ids(&service)[0];
    let both = db(url, &[NEW_MASTER, MASTER]);
    on_a_runtime(both.write_in(&[first], move |conn| vault(&[NEW_MASTER, MASTER]).rewrap(conn, &[first]))).unwrap();
    let writers: Vec<_> = clients
        .iter()
        .cloned()
        .map(|me| std::thread::spawn(move || (0..20).map(|n| relationship(&me, &format!("K{n}"), "while it rotates")).collect::<Vec<_>>()))
        .collect();
    assert_eq!(on_a_runtime(rotation::rotate(&both)).unwrap(), Rotated { accounts: 3, rewrapped: 3 });
    let written: Vec<Vec<String>> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
    assert_eq!(on_a_runtime(rotation::rotate(&both)).unwrap(), Rotated { accounts: 3, rewrapped: 0 }, "it may be repeated");

    let after = Running::under(&[NEW_MASTER], url, &[]);
    for ((me, path), more) in service_tokens(&after, &accounts).iter().zip(&paths).zip(&written) {
        assert_eq!(me.get(path).expect(200)["label"], "from the choir");
        assert_eq!(me.get(&more[19]).expect(200)["alias"], "K19");
    }
    on_a_runtime(rotation::try_keys(&db(url, &[NEW_MASTER]))).unwrap();
    accounts[0].get(&paths[0]).problem(500, "internal");
    let refused = on_a_runtime(rotation::try_keys(&db(url, &[MASTER]))).unwrap_err();
    assert!(refused.cause().unwrap().to_string().contains("master key"), "a service with the old key alone does not start");
}

/// Tokens of a master key that a server was not given are worth nothing, so each client signs in again where it goes.
fn service_tokens(running: &Running, accounts: &[Client]) -> Vec<Client> {
    accounts.iter().map(|me| me.signed_in_at(running)).collect()
}

fn account_ids(service: &Service) -> Vec<AccountId> {
    let ids = rows::words(&mut service.database.connect(), "SELECT account_id::text AS word FROM accounts ORDER BY 1");
    ids.iter().map(|id| AccountId(id.parse().unwrap())).collect()
}

/// The two steps that lead away from plain words.
fn steps() -> Vec<Box<dyn Migration<Pg>>> {
    let mut all = FileBasedMigrations::from_path("migrations").unwrap().migrations().unwrap();
    all.sort_by_key(|step| step.name().version().as_owned());
    let from = all.iter().position(|step| step.name().to_string().ends_with("_sealed_words")).unwrap();
    all.split_off(from).into_iter().take(2).collect()
}

/// Undoes the steps, the last first.
fn revert(conn: &mut PgConnection) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    steps().iter().rev().try_for_each(|step| conn.revert_migration(step.as_ref()).map(drop))
}

#[test]
fn words_that_an_older_version_stored_in_plain_text_are_sealed_and_not_lost() {
    let service = Service::start();
    let me = service.someone();
    let account = me.get("/v1/account").expect(200)["id"].as_str().unwrap().to_owned();
    let mut owner = PgConnection::establish(&service.database.url).unwrap();
    revert(&mut owner).unwrap();
    let tie = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001);
    service
        .database
        .connect()
        .batch_execute(&format!(
            "UPDATE sessions SET label = 'plain phone'; \
             INSERT INTO relationships (account_id, id, alias, kind, label, status, kept_by, expected_balance, contexts, request_digest, \
                created_at, updated_at) \
                SELECT '{account}', ('{}' || lpad(n::text, 4, '0'))::uuid, 'plain alias ' || n, 'friend', 'plain label ' || n, 'active', \
                'logger', 0, '[]', '', now(), now() FROM generate_series(1, 700) n; \
             INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, \
                actor, dimension, source, note, request_digest, created_at, updated_at) \
                VALUES ('{account}', '{tie}', '{tie}', now(), 0, 'UTC', '2026-03-01', 1, 1, 4, 1, 'plain note', '', now(), now()); \
             INSERT INTO interaction_revisions VALUES \
                ('{account}', '{tie}', 1, now(), '{}'), ('{account}', '{tie}', 2, now(), '{}')",
            &tie.to_string()[..32],
            revision(&json!("plain note before")),
            revision(&Value::Null),
        ))
        .unwrap();
    assert_eq!(migrate(&service.database.url, &vault(&[MASTER]), START.parse().unwrap()).unwrap(), 2);

    let entry = format!("/v1/interactions/{tie}");
    assert_eq!(me.get(&entry).expect(200)["note"], "plain note");
    let history = me.get(&format!("{entry}/history")).expect(200);
    assert_eq!((history["data"][0].get("note"), &history["data"][1]["note"]), (None, &json!("plain note before")));
    assert_eq!(me.get("/v1/sessions").expect(200)["data"][0]["label"], "plain phone");
    for n in [1, 350, 700] {
        let found = me.get(&format!("/v1/relationships/{}{n:04}", &tie.to_string()[..32])).expect(200);
        assert_eq!((&found["alias"], &found["label"]), (&json!(format!("plain alias {n}")), &json!(format!("plain label {n}"))));
    }
    let words = rows::of_account(&mut service.database.connect(), &account);
    assert!(!words.values().flatten().any(|row| row.contains("plain")), "{words:?}");
}

/// What a revision held: its figures, and the note among them.
fn revision(note: &Value) -> String {
    json!({
        "occurred_at": "2026-03-01T10:00:00Z", "local_date": "2026-03-01", "actor": 1, "dimension": 4, "effort": null, "energy_after": null,
        "felt_heard": null, "prompted": null, "precision": 1, "time_zone": "UTC", "note": note
    })
    .to_string()
}

#[test]
fn the_way_back_is_refused_where_it_would_lose_words() {
    let service = Service::start();
    let me = service.someone();
    let path = relationship(&me, "Sam", "from the choir");
    let mut owner = PgConnection::establish(&service.database.url).unwrap();
    assert!(revert(&mut owner).is_err());
    migrate(&service.database.url, &vault(&[MASTER]), START.parse().unwrap()).unwrap();
    assert_eq!(me.get(&path).expect(200)["alias"], "Sam");
}

#[test]
fn a_vault_without_a_master_key_is_none() {
    let none: [&[u8; 32]; 0] = [];
    assert!(Vault::new(none, reciprocity::kernel::Random).is_err());
}

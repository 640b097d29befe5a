//! Records that a grant lends: none that says anything of a day outside of what is lent, and few rows are looked at for a page of them.

use diesel::connection::SimpleConnection;
use diesel::{RunQueryDsl, sql_query};
use reciprocity::db::Db;
use reciprocity::features::records::list;
use reciprocity::features::records::model::{Filter, Promise};
use reciprocity::kernel::page::PageRequest;
use reciprocity::kernel::reach::{Loan, Reach};
use reciprocity::kernel::{AccountId, GrantId, RelationshipId, View};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Life, day, ids, sorted};
use crate::isolation::account_of;
use crate::support::everything::{id_in, relationship};
use crate::support::{Client, MASTER, PASSWORD, Service, vault};

/// Whoever was let in to read the relationship on some days.
fn reader(life: &Life, days: &Value) -> Client {
    let mut asked = json!({"current_password": PASSWORD, "lasts_hours": 720});
    asked.as_object_mut().unwrap().extend(days.as_object().unwrap().clone());
    let code = life.me.post(&format!("{}/grants", life.tie), &asked).expect(201)["code"].clone();
    let pair = life.service.stranger().post("/v1/grants/redemptions", &json!({ "code": code })).expect(201);
    life.me.showing(pair["access_token"].as_str().unwrap().to_owned())
}

#[test]
fn no_record_that_names_a_day_or_an_entry_beyond_the_lent_days_is_lent() {
    let mut life = Life::begin();
    life.on(&day(6, 0));
    let log =
        |on: String| life.note("interactions", &json!({"actor": "me", "dimension": "repair", "occurred_at": format!("{on}T10:00:00Z")}));
    let (within, beyond) = (log(day(1, 3)), log(day(0, 3)));
    let on = day(1, 2);
    let shown = [
        ("promises", json!({"by": "me", "local_date": on, "due": day(2, 6)})),
        ("promises", json!({"by": "me", "local_date": on, "status": "kept", "settled_on": on, "interaction_id": within})),
        ("plans", json!({"proposed_by": "me", "local_date": on, "status": "scheduled", "settled_on": on, "scheduled_for": day(2, 6)})),
        ("needs", json!({"of": "me", "local_date": on, "status": "met", "settled_on": day(2, 6), "explained_on": [day(2, 1)]})),
        ("repairs", json!({"local_date": on, "moved_first": "me", "moved_on": on, "repaired_on": day(2, 6)})),
    ];
    let hidden = [
        ("promises", json!({"by": "me", "local_date": on, "due": day(3, 0)})),
        ("promises", json!({"by": "me", "local_date": on, "status": "kept", "settled_on": day(3, 0)})),
        ("promises", json!({"by": "me", "local_date": on, "status": "kept", "settled_on": on, "interaction_id": beyond})),
        ("plans", json!({"proposed_by": "me", "local_date": on, "status": "scheduled", "settled_on": on, "scheduled_for": day(3, 0)})),
        ("needs", json!({"of": "me", "local_date": on, "explained_on": [day(3, 0)]})),
        ("repairs", json!({"local_date": on, "moved_first": "me", "moved_on": on, "repaired_on": day(3, 0)})),
    ];
    let noted = |(kind, body): &(&'static str, Value)| (*kind, life.note(kind, body));
    let (shown, hidden): (Vec<_>, Vec<_>) = (shown.iter().map(noted).collect(), hidden.iter().map(noted).collect());
    let some = reader(&life, &json!({"from": day(1, 0), "to": day(2, 6)}));
    let all = reader(&life, &json!({}));
    for (kind, id) in &shown {
        some.get(&format!("/v1/{kind}/{id}")).expect(200);
    }
    for (kind, id) in &hidden {
        some.get(&format!("/v1/{kind}/{id}")).problem(404, "not_found");
        all.get(&format!("/v1/{kind}/{id}")).expect(200);
    }
    for kind in ["promises", "plans", "needs", "repairs"] {
        let listed = some.get(&format!("{}/{kind}", life.tie)).expect(200);
        let listed = ids(&json!(listed["data"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()));
        let wanted: Vec<String> = shown.iter().filter(|(one, _)| *one == kind).map(|(_, id)| id.clone()).collect();
        assert_eq!(listed, sorted(&wanted), "{kind}");
    }
}

/// Promises of a day each, back from the first of March.
const PROMISES: i64 = 20_000;

#[derive(diesel::QueryableByName)]
struct Fetched {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}

/// How many rows are looked at for a page of a loan's list, and how many are shown.
fn looked_at(service: &Service, account: AccountId, tie: RelationshipId, from: Option<&str>, to: Option<&str>) -> (i64, usize) {
    let day = |day: &str| day.parse().unwrap();
    let (from, to) = (from.map(day), to.map(day));
    let reach = Reach::Loan(Loan { grant: GrantId(Uuid::nil()), relationship: tie, from, to, dimensions: None, notes: false });
    let db = Db::connect(&service.database.url, 1, vault(&[MASTER]));
    let counted = db.read_words(View::new(account, reach), move |conn, key| {
        let page = list::<Promise>(conn, key, tie, Filter::default().within(&reach), &PageRequest { limit: 20, after: None })?;
        let count = "SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = 'records'";
        let fetched: Fetched = sql_query(count).get_result(conn)?;
        Ok((fetched.rows, page.rows.len()))
    });
    actix_web::rt::System::new().block_on(counted).unwrap()
}

#[test]
fn a_page_of_a_few_days_of_many_records_looks_at_few_rows() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let fill = format!(
        "INSERT INTO records (account_id, id, relationship_id, kind, local_date, status, actor, request_digest, created_at, updated_at) \
         SELECT account_id, gen_random_uuid(), id, 1, date '2026-03-01' - (n / 10)::integer, 1, 1, '', created_at, created_at \
         FROM relationships, generate_series(1, {PROMISES}) n WHERE id = '{}'; ANALYZE records",
        id_in(&tie)
    );
    service.database.connect().batch_execute(&fill).unwrap();
    let (account, tie) = (AccountId(account_of(&me).parse().unwrap()), RelationshipId(id_in(&tie).parse().unwrap()));
    let look = |from, to| looked_at(&service, account, tie, from, to);
    let whole = look(None, None);
    let early = look(Some("2021-01-01"), Some("2021-01-02"));
    let one_day = look(Some("2022-05-05"), Some("2022-05-05"));
    assert_eq!((whole.1, early.1, one_day.1), (20, 20, 10));
    for (rows, _) in [whole, early, one_day] {
        assert!(rows <= 60, "{rows} rows of {PROMISES} for a page: {whole:?} {early:?} {one_day:?}");
    }
}

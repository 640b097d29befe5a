//! Grants for a little of a long log: how many rows a page of them is looked for in.

use diesel::connection::SimpleConnection;
use diesel::{RunQueryDsl, sql_query};
use reciprocity::db::Db;
use reciprocity::features::interactions::{list, model::Filter};
use reciprocity::kernel::page::PageRequest;
use reciprocity::kernel::reach::{Dimensions, Loan, Reach};
use reciprocity::kernel::{AccountId, GrantId, RelationshipId, View};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{days, log, reader};
use crate::isolation::account_of;
use crate::support::everything::{id_in, relationship};
use crate::support::{Client, MASTER, Service, vault};

/// Entries of the common dimension, an hour apart, back from the day before the log's rare ones.
const ENTRIES: i64 = 20_000;
const PAGE: i64 = 20;

/// A relationship with a long log in one dimension and three entries in another, early in it.
fn long_log(service: &Service, me: &Client) -> String {
    let tie = relationship(me);
    for day in ["2024-01-01", "2024-01-02", "2024-01-03"] {
        log(me, &tie, day, "me", "repair");
    }
    let fill = format!(
        "INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, \
         actor, dimension, source, request_digest, created_at, updated_at) \
         SELECT account_id, gen_random_uuid(), id, at, 0, 'UTC', (at AT TIME ZONE 'UTC')::date, 1, 1, 2, 1, '', at, at \
         FROM relationships, generate_series(1, {ENTRIES}) n, LATERAL (SELECT timestamptz '2026-03-01 12:00Z' - n * interval '1 hour' AS at) a \
         WHERE id = '{}'; ANALYZE interactions",
        id_in(&tie)
    );
    service.database.connect().batch_execute(&fill).unwrap();
    tie
}

#[derive(diesel::QueryableByName)]
struct Fetched {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}

/// How many rows of entries are looked at for a page of a loan's list, and how many are shown.
fn looked_at(
    service: &Service,
    me: &Client,
    tie: &str,
    (from, to): (Option<&str>, Option<&str>),
    dimensions: Option<&[i16]>,
) -> (i64, usize) {
    let account = AccountId(account_of(me).parse().unwrap());
    let relationship = RelationshipId(id_in(tie).parse().unwrap());
    let day = |day: &str| day.parse().unwrap();
    let reach = Reach::Loan(Loan {
        grant: GrantId(Uuid::nil()),
        relationship,
        from: from.map(day),
        to: to.map(day),
        dimensions: dimensions.map(|some| Dimensions::of_numbers(some).unwrap()),
        notes: false,
    });
    let db = Db::connect(&service.database.url, 1, vault(&[MASTER]));
    let counted = db.read_words(View::new(account, reach), move |conn, key| {
        let sought = Filter::default().within(&reach);
        let page = list(conn, key, relationship, &sought, &PageRequest { limit: PAGE, after: None })?;
        let count = "SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = 'interactions'";
        let fetched: Fetched = sql_query(count).get_result(conn)?;
        Ok((fetched.rows, page.rows.len()))
    });
    actix_web::rt::System::new().block_on(counted).unwrap()
}

#[test]
fn a_page_of_a_few_days_or_a_rare_dimension_of_a_long_log_looks_at_few_rows() {
    let service = Service::start();
    let me = service.someone();
    let tie = long_log(&service, &me);
    let whole = looked_at(&service, &me, &tie, (None, None), None);
    assert_eq!(whole.1, 20, "{whole:?}");
    let few_days = looked_at(&service, &me, &tie, (Some("2024-06-01"), Some("2024-06-02")), None);
    let rare = looked_at(&service, &me, &tie, (None, None), Some(&[4]));
    let both = looked_at(&service, &me, &tie, (Some("2024-01-02"), Some("2024-12-31")), Some(&[4, 7]));
    let last_day = looked_at(&service, &me, &tie, (Some("2026-03-01"), None), None);
    assert_eq!((few_days.1, rare.1, both.1, last_day.1), (20, 3, 2, 12));
    for (rows, _) in [whole, few_days, rare, both, last_day] {
        // Four days of 24 hours are the most that a day's bounds can add.
        assert!(rows <= 100, "{rows} rows of {ENTRIES} for a page of {PAGE}: {whole:?} {few_days:?} {rare:?} {both:?} {last_day:?}");
    }
}

#[test]
fn pages_of_several_lent_dimensions_go_on_where_the_last_one_ended() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let days_of = |dimension: &str, days: &[u32]| {
        for day in days {
            log(&me, &tie, &format!("2026-02-{day:02}"), "me", dimension);
        }
    };
    days_of("repair", &[1, 4, 5, 9]);
    days_of("celebration", &[2, 3, 8]);
    days_of("initiation", &[6, 7]);
    let lent = reader(&service, &me, &tie, &json!({"dimensions": ["repair", "celebration"], "from": "2026-02-02"}));
    let mut path = format!("{tie}/interactions?limit=2");
    let mut seen: Vec<String> = Vec::new();
    loop {
        let page: Value = lent.get(&path).expect(200);
        seen.extend(days(&page).into_iter().map(|day| day[8..].to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("{tie}/interactions?limit=2&cursor={next}");
    }
    assert_eq!(seen, ["09", "08", "05", "04", "03", "02"]);
    assert_eq!(days(&lent.get(&format!("{tie}/interactions?dimension=celebration")).expect(200)).len(), 3);
    assert_eq!(days(&lent.get(&format!("{tie}/interactions?dimension=initiation")).expect(200)), [""; 0]);
    let far = lent.get(&format!("{tie}/interactions?from=0001-01-01&to=9999-12-31")).expect(200);
    assert_eq!(days(&far).len(), 6);
}

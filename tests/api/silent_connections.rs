//! Connections to Postgres that fall silent without an end, while new ones work: nothing waits for them for ever, and nothing is lost.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use reciprocity::db::Db;
use serde_json::json;
use uuid::Uuid;

use super::metrics::series;
use crate::support::everything::relationship;
use crate::support::line::Line;
use crate::support::rows::{count, words};
use crate::support::{Client, MASTER, Running, Service, eventually, vault, wait_for_waiting};

const METRICS: &str = "0b1f4c5e9d7a6032";

fn counted(running: &Running, name: &str) -> f64 {
    series(&Client::new(running.address, Some(METRICS.to_owned())).get("/metrics").text)[name]
}

/// Every entry that is being stored waits where `holder` says, however short a wait its transaction bears.
fn hold_entries(service: &Service) -> PgConnection {
    let mut holder = service.database.connect();
    holder
        .batch_execute(
            "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 \
             AS $$ BEGIN PERFORM pg_advisory_xact_lock(21); RETURN NEW; END $$; \
             CREATE TRIGGER wait_here BEFORE INSERT ON interactions FOR EACH ROW EXECUTE FUNCTION wait_here(); \
             BEGIN; SELECT pg_advisory_xact_lock(21)",
        )
        .unwrap();
    holder
}

#[test]
fn a_service_whose_connections_fell_silent_works_again_on_new_ones_and_nothing_is_there_twice() {
    let service = Service::start();
    let line = Line::to(&service.database);
    let behind = Running::start(&line.url(), &[("RECIPROCITY_METRICS_TOKEN", METRICS), ("RECIPROCITY_WRITERS", "1")]);
    let me = service.someone().signed_in_at(&behind);
    let path = format!("{}/interactions", relationship(&me));
    let (mut holder, mut looking) = (hold_entries(&service), service.database.connect());
    let log = |me: &Client, id: u128| {
        let body = json!({"id": Uuid::from_u128(id), "actor": "me", "dimension": "repair"});
        assert!(eventually(|| matches!(me.post(&path, &body).status, 200 | 201)), "nothing is logged any more");
    };
    std::thread::scope(|scope| {
        // As many as there are turns, and then the only writer.
        for id in 1..=3 {
            let alone = me.with("idempotency-key", &format!("\"{id}\""));
            let log = &log;
            scope.spawn(move || log(&alone, id));
        }
        wait_for_waiting(&mut looking, 3);
        scope.spawn(|| log(&me, 4));
        wait_for_waiting(&mut looking, 4);
        line.silence_what_is_open();
        holder.batch_execute("COMMIT").unwrap();
    });
    assert_eq!(count(&mut looking, "SELECT count(*) AS count FROM interactions"), 4, "each is there once");
    assert!(counted(&behind, "reciprocity_group_commit_writers_replaced_total") > 0.5);
    assert!(counted(&behind, "reciprocity_db_connections_given_up_total") > 3.5);
}

#[test]
fn postgres_is_told_how_long_to_wait_for_whoever_says_nothing_more() {
    let service = Service::start();
    let line = Line::to(&service.database);
    let db = Db::connect(&line.url(), 1, vault(&[MASTER]));
    let asked =
        "SELECT concat_ws(' ', current_setting('idle_in_transaction_session_timeout'), current_setting('idle_session_timeout')) AS word";
    let told = actix_web::rt::System::new().block_on(db.lookup(move |conn| Ok(words(conn, asked)))).unwrap();
    assert_eq!(told, ["20s 4min"]);
}

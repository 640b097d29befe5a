//! Replacing the master key: no request fails while it happens, and nothing that was remembered is forgotten.

use reciprocity::db::{Db, rotation};
use serde_json::{Value, json};

use crate::support::{Answer, Client, MASTER, PASSWORD, Running, Service, vault};

const NEW: [u8; 32] = [8; 32];

fn kids(address: std::net::SocketAddr) -> Vec<String> {
    let keys = Client::new(address, None).get("/.well-known/jwks.json");
    assert_eq!(keys.header("cache-control"), "public, max-age=300");
    keys.expect(200)["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn at(running: &Running, token: &Value) -> Client {
    Client::new(running.address, Some(token.as_str().unwrap().to_owned()))
}

fn rotate(service: &Service) {
    let db = Db::connect(&service.database.url, 1, vault(&[NEW, MASTER]));
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(rotation::rotate(&db)).unwrap();
}

fn sign_in(service: &Service) -> Value {
    let stranger = service.stranger();
    let handle = stranger.post("/v1/accounts", &json!({"password": PASSWORD})).expect(201)["handle"].clone();
    stranger.post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD})).expect(201)
}

#[test]
fn tokens_outlive_a_rotation_and_end_with_the_old_key() {
    let service = Service::start();
    let url = &service.database.url;
    let old = sign_in(&service);
    let announced = Running::under(&[MASTER, NEW], url, &[]);
    let rotated = Running::under(&[NEW, MASTER], url, &[]);
    for running in [&announced, &rotated] {
        at(running, &old["access_token"]).get("/v1/account").expect(200);
    }
    let refresh = json!({"refresh_token": old["refresh_token"]});
    let new = Client::new(rotated.address, None).post("/v1/sessions/refresh", &refresh).expect(200);
    at(&announced, &new["access_token"]).get("/v1/account").expect(200);
    Client::new(service.address, new["access_token"].as_str().map(str::to_owned)).get("/v1/account").problem(401, "unauthenticated");

    rotate(&service);
    let finished = Running::under(&[NEW], url, &[]);
    at(&finished, &new["access_token"]).get("/v1/account").expect(200);
    at(&finished, &old["access_token"]).get("/v1/account").problem(401, "unauthenticated");
}

#[test]
fn the_key_set_lists_every_key_that_is_believed_the_one_that_signs_first() {
    let service = Service::start();
    let url = &service.database.url;
    let old = kids(service.address);
    let announced = kids(Running::under(&[MASTER, NEW], url, &[]).address);
    assert_eq!((old.len(), announced.len(), &announced[0]), (1, 2, &old[0]));
    assert_eq!(kids(Running::under(&[NEW, MASTER], url, &[]).address), [announced[1].as_str(), &old[0]]);
    let token = sign_in(&service)["access_token"].as_str().unwrap().to_owned();
    let header = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, token.split('.').next().unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&header).unwrap()["kid"], old[0]);
    reciprocity::db::withdrawn::withdraw(&service.database.superuser_url(), &old[0], service.clock.now()).unwrap();
    assert_eq!(kids(Running::under(&[NEW, MASTER], url, &[]).address), [announced[1].as_str()], "a withdrawn one is not listed");
}

#[test]
fn a_retry_a_cursor_and_a_refresh_are_known_for_what_they_are_after_a_rotation() {
    let service = Service::start();
    let old = sign_in(&service);
    let me = Client::new(service.address, old["access_token"].as_str().map(str::to_owned));
    let chosen = json!({"id": "01980000-0000-7000-8000-0000000000c1", "alias": "Sam", "kind": "friend"});
    let keyed = json!({"alias": "K.", "kind": "friend"});
    let create = |me: &Client| -> (Answer, Answer) {
        (me.post("/v1/relationships", &chosen), me.with("idempotency-key", "one").post("/v1/relationships", &keyed))
    };
    let (first, second) = create(&me);
    let (sam, k) = (first.expect(201), second.expect(201));
    let entries = json!({"items": [{"relationship_id": sam["id"], "actor": "me", "dimension": "repair"}]});
    let batch = |me: &Client| me.with("idempotency-key", "two").post("/v1/interactions/batch", &entries).expect(200);
    let logged = batch(&me);
    let next = me.get("/v1/relationships?limit=1").expect(200)["next_cursor"].as_str().unwrap().to_owned();

    rotate(&service);
    let finished = Running::under(&[NEW], &service.database.url, &[]);
    let refresh = json!({"refresh_token": old["refresh_token"]});
    let new = Client::new(finished.address, None).post("/v1/sessions/refresh", &refresh).expect(200);
    let me = at(&finished, &new["access_token"]);
    let (first, second) = create(&me);
    assert_eq!((first.expect(200), second.expect(200)["id"].clone()), (sam, k["id"].clone()));
    assert_eq!(batch(&me)["results"][0]["id"], logged["results"][0]["id"]);
    me.get(&format!("/v1/relationships?limit=1&cursor={next}")).expect(200);
    me.post("/v1/relationships", &json!({"id": chosen["id"], "alias": "Lee", "kind": "friend"})).problem(409, "id_conflict");
    assert_eq!(me.get("/v1/relationships").expect(200)["data"].as_array().unwrap().len(), 2);
    Client::new(finished.address, None).post("/v1/sessions/refresh", &refresh).problem(401, "invalid_credentials");
}

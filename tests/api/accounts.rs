//! Accounts: made without contact details, changed, recovered, removed.

use serde_json::json;

use crate::support::{Client, PASSWORD, Service};

#[test]
fn an_account_needs_a_password_and_nothing_else() {
    let service = Service::start();
    let made = service.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
    assert_eq!((&made["locale"], &made["time_zone"]), (&json!("en"), &json!("UTC")));
    let problem =
        service.stranger().post("/v1/accounts", &json!({"password": "short", "time_zone": "Mars/Base"})).problem(422, "validation_failed");
    let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/time_zone", "/password"]);
}

#[test]
fn language_and_zone_can_be_changed_by_whoever_read_them_last() {
    let service = Service::start();
    let me = service.someone();
    let read = me.get("/v1/account");
    assert_eq!(read.expect(200)["time_zone"], "Europe/Berlin");
    let changed = me.with("if-match", &read.header("etag")).patch_as_is("/v1/account", &json!({"time_zone": "America/Lima"}));
    assert_eq!(changed.expect(200)["time_zone"], "America/Lima");
    me.with("if-match", &read.header("etag")).patch_as_is("/v1/account", &json!({"locale": "de"})).problem(412, "precondition_failed");
}

#[test]
fn a_new_password_needs_the_old_one() {
    let service = Service::start();
    let me = service.someone();
    let new = "eight loud yellow bells";
    me.put("/v1/account/password", &json!({"current_password": "a wrong guess", "new_password": new})).problem(401, "invalid_credentials");
    assert_eq!(me.put("/v1/account/password", &json!({"current_password": PASSWORD, "new_password": new})).status, 204);
    let handle = me.get("/v1/account").expect(200)["handle"].clone();
    service.stranger().post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD})).problem(401, "invalid_credentials");
    service.stranger().post("/v1/sessions", &json!({"handle": handle, "password": new})).expect(201);
}

#[test]
fn a_lost_password_is_recovered_with_the_code_once() {
    let service = Service::start();
    let stranger = service.stranger();
    let made = stranger.post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
    let new = "eight loud yellow bells";
    let recover = |code: &serde_json::Value| {
        stranger.post("/v1/account-recovery", &json!({"handle": made["handle"], "recovery_code": code, "new_password": new}))
    };
    let sign_in = |password: &str| stranger.post("/v1/sessions", &json!({"handle": made["handle"], "password": password}));
    let before = sign_in(PASSWORD).expect(201);
    let next = recover(&made["recovery_code"]).expect(200)["recovery_code"].clone();
    recover(&made["recovery_code"]).problem(401, "invalid_credentials");
    assert_ne!(next, made["recovery_code"]);
    stranger.post("/v1/sessions/refresh", &json!({"refresh_token": before["refresh_token"]})).problem(401, "invalid_credentials");
    sign_in(PASSWORD).problem(401, "invalid_credentials");
    sign_in(new).expect(201);
    recover(&json!("0000-0000")).problem(422, "validation_failed");
}

#[test]
fn registration_can_be_closed_or_by_invitation() {
    let closed = Service::with(&[("RECIPROCITY_REGISTRATION", "closed")]);
    closed.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).problem(403, "registration_closed");
    let invited = Service::with(&[("RECIPROCITY_REGISTRATION", "invite"), ("RECIPROCITY_INVITE_CODE", "come in")]);
    invited.stranger().post("/v1/accounts", &json!({"password": PASSWORD, "invite_code": "let me in"})).problem(403, "registration_closed");
    invited.stranger().post("/v1/accounts", &json!({"password": PASSWORD, "invite_code": "come in"})).expect(201);
}

#[test]
fn a_deleted_account_leaves_nothing() {
    let service = Service::start();
    let me = service.someone();
    me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
    assert_eq!(me.delete("/v1/account").status, 200);
    me.get("/v1/account").problem(401, "unauthenticated");
    let mut conn = service.database.connect();
    for table in ["accounts", "account_handles", "sessions", "refresh_tokens", "relationships"] {
        let count: i64 =
            diesel::RunQueryDsl::get_result::<Count>(diesel::sql_query(format!("SELECT count(*) AS n FROM {table}")), &mut conn).unwrap().n;
        assert_eq!(count, 0, "{table}");
    }
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

#[test]
fn a_password_that_is_tried_first_or_is_no_secret_is_refused_wherever_one_is_set_and_not_repeated() {
    let service = Service::start();
    let stranger = service.stranger();
    let account = stranger.post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
    let me = Client::signed_in(service.address, account["handle"].as_str().unwrap());
    let handle = account["handle"].as_str().unwrap().to_uppercase().replace('-', "");
    let code = account["recovery_code"].as_str().unwrap();
    for (password, why) in
        [("Liverpool2026!", "too_common"), ("lampslampslamps", "too_common"), (&handle, "not_secret"), (code, "not_secret")]
    {
        let recovery = json!({"handle": account["handle"], "recovery_code": code, "new_password": password});
        for answer in [
            stranger.post("/v1/accounts", &json!({"password": password})),
            me.put("/v1/account/password", &json!({"current_password": PASSWORD, "new_password": password})),
            stranger.post("/v1/account-recovery", &recovery),
        ] {
            let problem = answer.problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["code"], why);
            assert!(!answer.text.contains(password), "{}", answer.text);
        }
    }
    stranger.post("/v1/sessions", &json!({"handle": account["handle"], "password": PASSWORD})).expect(201);
}

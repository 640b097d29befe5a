//! What every address does alike: methods, headers, bodies, `Prefer`.

use serde_json::json;

use crate::support::Service;

#[test]
fn a_fixed_path_beside_one_with_an_id_refuses_other_methods_and_names_its_own() {
    let service = Service::start();
    let sam = service.someone();
    let answer = sam.delete("/v1/sessions/refresh");
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "POST");
    let answer = sam.send("PATCH", "/v1/interactions/batch", None, Vec::new());
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "POST");
}

#[test]
fn what_is_made_with_return_minimal_answers_204_with_where_it_is() {
    let service = Service::start();
    let sam = service.someone();
    let body = json!({"id": "01980000-0000-7000-8000-000000000001", "alias": "K.", "kind": "friend"});
    for _first_and_again in 0..2 {
        let answer = sam.with("prefer", "return=minimal").post("/v1/relationships", &body);
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(answer.header("location"), "/v1/relationships/01980000-0000-7000-8000-000000000001");
        assert_eq!(answer.header("etag"), "\"1\"");
    }
    assert_eq!(sam.get("/v1/relationships").expect(200)["data"].as_array().unwrap().len(), 1);
}

#[test]
fn an_array_does_not_stand_for_an_object() {
    let service = Service::start();
    let sam = service.someone();
    let problem = sam.post("/v1/relationships", &json!([null, "K.", "friend", null, null, null, []])).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "");
    assert_eq!(sam.get("/v1/relationships").expect(200)["data"], json!([]));
}

#[test]
fn a_list_header_that_cannot_be_read_is_refused_by_name() {
    let service = Service::start();
    let sam = service.someone();
    for (name, value) in [("if-none-match", "\"é\""), ("prefer", "a\tb"), ("prefer", &"a".repeat(1_001))] {
        let problem = sam.with(name, value).get("/v1/account").problem(400, "invalid_parameter");
        assert_eq!(problem["errors"][0]["pointer"], name);
    }
}

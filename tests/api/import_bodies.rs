//! Documents of an import that are no proper ones: members that stand twice, and more than is taken without saying so before.

use serde_json::json;

use crate::support::{Service, raw};

#[test]
fn a_member_that_stands_twice_in_a_record_is_pointed_at_and_nothing_is_imported() {
    let service = Service::start();
    let me = service.someone();
    let record = r#""id": "01980000-0000-7000-8000-000000000001", "kind": "friend", "status": "active", "created_at": "2026-02-01T12:00:00Z",
        "updated_at": "2026-02-01T12:00:00Z""#;
    let period = r#""kind": "exams", "from": "2026-01-01", "to": "2026-01-20""#;
    for (more, pointer) in [
        (r#""alias": "Sam", "alias": "K.""#.to_owned(), "/relationships/0/alias"),
        (r#""alias": "Sam", "status": "archived""#.to_owned(), "/relationships/0/status"),
        (r#""alias": "Sam", "created_at": "2026-02-01T12:00:00Z""#.to_owned(), "/relationships/0/created_at"),
        (format!(r#""alias": "Sam", "contexts": [{{{period}, "kind": "illness"}}]"#), "/relationships/0/contexts/0/kind"),
    ] {
        let text = format!(
            r#"{{"format": "reciprocity-account", "format_version": 1, "exported_at": "2026-03-01T12:00:02Z", "relationships": [{{{record}, {more}}}]}}"#
        );
        let answer = me.send("POST", "/v1/account/imports", Some("application/json"), text.into_bytes());
        let problem = answer.problem(422, "validation_failed");
        assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!("duplicate_member")));
    }
    assert_eq!(me.get("/v1/relationships").expect(200)["data"], json!([]));
}

#[test]
fn one_that_does_not_say_how_long_it_is_is_refused_where_it_becomes_too_long() {
    let service = Service::start();
    let me = service.someone();
    let head = format!(
        "POST /v1/account/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        me.token.as_deref().unwrap()
    );
    // 32 MiB, and one more byte.
    let mut bytes = head.into_bytes();
    let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 65_536], b"\r\n"].concat();
    for _ in 0..512 {
        bytes.extend_from_slice(&chunk);
    }
    bytes.extend_from_slice(b"1\r\n \r\n0\r\n\r\n");
    let answer = raw::exchange(service.address, &bytes);
    assert_eq!(answer.status, 413, "{}", answer.head);
    assert!(String::from_utf8_lossy(&answer.body).contains("payload_too_large"));
}

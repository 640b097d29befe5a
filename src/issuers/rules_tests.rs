//! Scopes and sign-ins as claims say them; what is refused is tried over HTTP in `tests/api/external_attacks.rs`.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

fn token(claims: Value) -> Token<'static> {
    Token { header: serde_json::Map::new(), claims, signed: "", signature: "" }
}

fn rule(claim: &str) -> ScopeRule {
    let set = |name: &str| BTreeSet::from([name.to_owned()]);
    ScopeRule { claim: claim.to_owned(), may_write: set("log.write"), may_delete: set("log.erase"), admin_content: set("content.keep") }
}

#[test]
fn a_claim_allows_what_its_values_are_mapped_to_and_reading_otherwise() {
    for (claim, claims, allowed) in [
        ("scope", json!({"scope": "openid log.write"}), "read write"),
        ("scope", json!({"scope": "log.erase log.write"}), "read write delete"),
        ("scope", json!({"scope": "log.erase"}), "read write delete"),
        ("scope", json!({"scope": "log.writer read write delete"}), "read"),
        ("scope", json!({"scope": {"log.write": true}}), "read"),
        ("scope", json!({}), "read"),
        ("roles", json!({"roles": ["log.write", 1], "scope": "log.erase"}), "read write"),
        ("/realm_access/roles", json!({"realm_access": {"roles": ["log.erase"]}}), "read write delete"),
        ("https://example.org/roles", json!({"https://example.org/roles": ["log.write"]}), "read write"),
    ] {
        assert_eq!(scope(&token(claims.clone()), &rule(claim)).as_str(), allowed, "{claim} {claims}");
    }
}

#[test]
fn a_sign_in_keeps_its_name_over_its_tokens_where_the_issuer_names_it() {
    let of = |claims: Value| sign_in(&token(claims));
    assert_eq!(of(json!({"sid": "s", "jti": "1", "iat": 1})), of(json!({"sid": "s", "jti": "2", "iat": 2})));
    assert_eq!(of(json!({"auth_time": 9, "jti": "1", "iat": 1})), of(json!({"auth_time": 9, "jti": "2", "iat": 2})));
    assert_ne!(of(json!({"jti": "1", "iat": 1})), of(json!({"jti": "2", "iat": 1})));
    assert_ne!(of(json!({"iat": 1})), of(json!({"iat": 2})));
}

#[test]
fn an_operator_is_made_by_the_operators_mapping_and_by_no_other_value() {
    let rule = rule("scope");
    let operator = |said: &str| is_operators(&token(json!({ "scope": said })), &rule);
    assert!(operator("content.keep") && operator("openid content.keep log.erase"));
    for said in ["", "openid", "log.write log.erase", "admin:content", "content.keeper", "content"] {
        assert!(!operator(said), "{said}");
    }
    let unmapped = ScopeRule { admin_content: BTreeSet::new(), ..rule };
    assert!(!is_operators(&token(json!({"scope": "content.keep admin:content"})), &unmapped));
}

//! The list of issuers: what is enough, and that a slip is named.

use super::*;

const OWN: &str = "https://api.example.org";

fn good() -> serde_json::Value {
    serde_json::json!({"issuer": "https://id.example.org", "audiences": ["https://api.example.org"]})
}

fn check(one: &serde_json::Value, mode: Mode) -> Result<Vec<Issuer>, Vec<String>> {
    read(&serde_json::json!({"issuers": [one]}).to_string(), mode, OWN)
}

#[test]
fn an_issuer_needs_a_name_and_an_audience_and_is_believed_for_little() {
    let issuer = check(&good(), Mode::Production).unwrap().remove(0);
    assert!(matches!(issuer.keys, KeySource::Discovered));
    assert_eq!(issuer.types, ["at+jwt"]);
    assert!(issuer.scopes.may_write.is_empty() && issuer.scopes.may_delete.is_empty());
    assert_eq!(issuer.algorithms, [SignatureAlgorithm::ES256, SignatureAlgorithm::EdDSA, SignatureAlgorithm::RS256]);
    assert_eq!((issuer.max_token_age.as_secs(), issuer.refresh.as_secs(), issuer.keep.as_secs()), (3_600, 600, 86_400));
}

#[test]
fn every_slip_is_named() {
    for (member, value) in [
        ("issuer", serde_json::json!("http://id.example.org")),
        ("issuer", serde_json::json!("http://127.0.0.1:9000")),
        ("issuer", serde_json::json!("https://id.example.org?tenant=1")),
        ("audiences", serde_json::json!([])),
        ("audiences", serde_json::json!([""])),
        ("jwks_uri", serde_json::json!("http://id.example.org/keys")),
        ("jwks_file", serde_json::json!("/nonexistent/jwks.json")),
        ("algorithms", serde_json::json!([])),
        ("algorithms", serde_json::json!(["HS256"])),
        ("algorithms", serde_json::json!(["none"])),
        ("types", serde_json::json!([])),
        ("max_token_age_minutes", serde_json::json!(0)),
        ("max_token_age_minutes", serde_json::json!(1_441)),
        ("refresh_minutes", serde_json::json!(0)),
        ("keep_hours", serde_json::json!(169)),
        ("algorithm", serde_json::json!(["ES256"])),
    ] {
        let mut one = good();
        one[member] = value.clone();
        let wrong = check(&one, Mode::Production).map(|_| ()).unwrap_err().join("\n");
        let named = wrong.contains(member) || (member == "algorithms" && wrong.contains("unknown variant"));
        assert!(named, "{member} {value}: {wrong}");
    }
    let mut both = good();
    both["scopes"] = serde_json::json!({"read_write": ["log.write"], "admin_content": ["log.write"]});
    assert!(check(&both, Mode::Production).unwrap_err().join(" ").contains("scopes.admin_content"));
    let mut two_sources = good();
    two_sources["jwks"] = serde_json::json!({"keys": []});
    two_sources["jwks_uri"] = serde_json::json!("https://id.example.org/keys");
    assert!(check(&two_sources, Mode::Production).is_err());
}

#[test]
fn an_issuer_is_listed_once_and_is_not_this_service() {
    let twice = serde_json::json!({"issuers": [good(), good()]}).to_string();
    assert!(read(&twice, Mode::Production, OWN).is_err());
    let mut own = good();
    own["issuer"] = serde_json::json!(OWN);
    assert!(check(&own, Mode::Production).is_err());
    assert!(read(r#"{"issuers": []}"#, Mode::Production, OWN).is_err());
    assert!(read("not json", Mode::Production, OWN).is_err());
}

#[test]
fn plain_http_is_for_this_machine_in_development() {
    let mut local = good();
    local["issuer"] = serde_json::json!("http://127.0.0.1:9000");
    assert!(check(&local, Mode::Development).is_ok());
    assert!(check(&local, Mode::Production).is_err());
}

#[test]
fn capitals_and_a_leading_application_make_no_other_type() {
    for same in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        assert_eq!(type_name(same), "at+jwt");
    }
    assert_eq!(type_name("JWT"), "jwt");
}

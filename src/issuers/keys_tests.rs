//! Which public keys are taken, and for what.

use serde_json::json;

use super::*;

const X: [u8; 32] = [7; 32];

fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn set(keys: &Value) -> KeySet {
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn rsa_key(bytes: usize, exponent: &[u8]) -> Value {
    json!({"kty": "RSA", "kid": "r", "n": b64(&vec![0xff; bytes]), "e": b64(exponent)})
}

#[test]
fn a_key_is_for_its_own_algorithms_alone() {
    let mut key = rsa_key(256, &[1, 0, 1]);
    let rsa = set(&json!([key]));
    assert!(RSA.iter().all(|algorithm| matches!(rsa.find(Some("r"), *algorithm), Found::Key(_))));
    assert!(matches!(rsa.find(Some("r"), SignatureAlgorithm::ES256), Found::Unfit));
    key["alg"] = json!("PS256");
    let only = set(&json!([key]));
    assert!(matches!(only.find(Some("r"), SignatureAlgorithm::PS256), Found::Key(_)));
    assert!(matches!(only.find(Some("r"), SignatureAlgorithm::RS256), Found::Unfit));
}

#[test]
fn a_token_without_a_name_for_its_key_is_for_sets_of_one() {
    let one = json!({"kty": "OKP", "crv": "Ed25519", "x": b64(&X), "kid": "a"});
    let mut other = one.clone();
    other["kid"] = json!("b");
    assert!(matches!(set(&json!([one])).find(None, SignatureAlgorithm::EdDSA), Found::Key(_)));
    let two = set(&json!([one, other]));
    assert!(matches!(two.find(None, SignatureAlgorithm::EdDSA), Found::Unfit));
    assert!(matches!(two.find(Some("b"), SignatureAlgorithm::EdDSA), Found::Key(_)));
    assert!(matches!(two.find(Some("c"), SignatureAlgorithm::EdDSA), Found::Unknown));
    assert!(matches!(set(&json!([one, one])).find(Some("a"), SignatureAlgorithm::EdDSA), Found::Unfit));
}

#[test]
fn keys_that_are_weak_secret_or_for_something_else_are_left_out() {
    let good = json!({"kty": "OKP", "crv": "Ed25519", "x": b64(&X), "kid": "a"});
    let but = |name: &str, value: Value| {
        let mut key = good.clone();
        key[name] = value;
        key
    };
    assert!(!set(&json!([good])).is_empty());
    for (what, bad) in [
        ("1,024 bits", rsa_key(128, &[1, 0, 1])),
        ("2,047 bits", json!({"kty": "RSA", "n": b64(&[&[0x7f][..], &[0xff; 255]].concat()), "e": "AQAB"})),
        ("2,040 bits and a zero in front", json!({"kty": "RSA", "n": b64(&[&[0][..], &[0xff; 255]].concat()), "e": "AQAB"})),
        ("16,384 bits", rsa_key(2_048, &[1, 0, 1])),
        ("exponent 1", rsa_key(256, &[1])),
        ("exponent 3", rsa_key(256, &[3])),
        ("exponent 3 with zeros", rsa_key(256, &[0, 0, 3])),
        ("an even exponent", rsa_key(256, &[1, 0, 2])),
        ("a shared secret", json!({"kty": "oct", "k": b64(&X), "kid": "a"})),
        ("a private key", but("d", json!(b64(&X)))),
        ("for encryption", but("use", json!("enc"))),
        ("for signing", but("key_ops", json!(["sign"]))),
        ("of an algorithm that is another's", but("alg", json!("HS256"))),
        ("of another curve", but("crv", json!("Ed448"))),
        ("too short", but("x", json!(b64(&X[1..])))),
        ("with a number for a name", but("kid", json!(1))),
        ("of P-256 with coordinates of P-384", json!({"kty": "EC", "crv": "P-256", "x": b64(&[1; 48]), "y": b64(&[1; 48])})),
    ] {
        assert!(set(&json!([bad])).is_empty(), "{what}");
    }
}

#[test]
fn what_is_no_set_is_nothing_and_an_empty_set_is_one() {
    for other in ["", "[]", "{}", r#"{"keys": {}}"#, r#"{"keys": [], "keys": []}"#] {
        assert!(KeySet::read(other.as_bytes()).is_none(), "{other}");
    }
    assert!(KeySet::read(br#"{"keys": []}"#).unwrap().is_empty());
}

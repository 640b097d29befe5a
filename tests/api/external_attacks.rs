//! The attacks of RFC 8725 (JSON Web Token Best Current Practices), tried with tokens of other issuers, a line each.
//!
//! Every one is refused with the same problem, whatever was wrong, and nothing is written. The same token without its flaw is
//! accepted, so that it is the flaw that is refused. `tests/api/token_attacks.rs` does the same with tokens of our own.

use std::net::TcpListener;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::issuer::{AUDIENCE, JWKS, Publisher, Reply, Signer, b64, body, claims, service_with, with_token};
use crate::support::{Client, START, rows};

const OTHER: &str = "https://id.example.com";

/// All that an attacker could know, and the issuer's keys besides: what is tried must fail even so.
struct Forge {
    ed: Signer,
    ec: Signer,
    rsa: Signer,
    /// The attacker's own, under the name of the issuer's.
    theirs: Signer,
    /// Of another issuer that is believed too.
    other: Signer,
    claims: Value,
    /// Where the attacker publishes a key.
    elsewhere: String,
}

impl Forge {
    fn header_is(&self, name: &str, value: Value) -> String {
        self.ed.token_with(&with(&self.ed.header(), name, value), &self.claims)
    }

    fn claim_is(&self, name: &str, value: Value) -> String {
        self.ed.token(&with(&self.claims, name, value))
    }

    fn without_claim(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name).unwrap();
        self.ed.token(&claims)
    }

    /// HMAC with something public as the secret.
    fn confused(&self, signer: &Signer, alg: &str, algorithm: hmac::Algorithm, secret: &[u8]) -> String {
        let body = body(&with(&signer.header(), "alg", json!(alg)), &self.claims);
        format!("{body}.{}", b64(hmac::sign(&hmac::Key::new(algorithm, secret), body.as_bytes()).as_ref()))
    }

    /// With a signature made of these bytes.
    fn signature_is(&self, signer: &Signer, signature: &[u8]) -> String {
        format!("{}.{}", body(&signer.header(), &self.claims), b64(signature))
    }

    /// What verifies under an RSA key whose exponent is 1: the padded digest itself (RFC 8017, 9.2).
    fn made_up(&self, kid: &str, length: usize) -> String {
        let body = body(&json!({"alg": "RS256", "typ": "at+jwt", "kid": kid}), &self.claims);
        let prefix = [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
        let hash = [&prefix[..], digest(&SHA256, body.as_bytes()).as_ref()].concat();
        let padded = [&[0, 1][..], &vec![0xff; length - hash.len() - 3], &[0], &hash].concat();
        format!("{body}.{}", b64(&padded))
    }

    fn now() -> i64 {
        START.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp()
    }
}

fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[name] = value;
    object
}

fn pem(der: &[u8]) -> Vec<u8> {
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der)).into_bytes()
}

type Attack = fn(&Forge) -> String;

#[rustfmt::skip]
const ATTACKS: &[(&str, Attack)] = &[
    // Algorithms (2.1, 3.1, 3.2)
    ("no algorithm, no signature", |f| format!("{}.", body(&with(&f.ed.header(), "alg", json!("none")), &f.claims))),
    ("no algorithm, the issuer's signature", |f| f.header_is("alg", json!("none"))),
    ("None in other capitals", |f| f.header_is("alg", json!("nOnE"))),
    ("no alg member", |f| f.ed.token_with(&json!({"typ": "at+jwt", "kid": "ed"}), &f.claims)),
    ("an alg that is a list", |f| f.header_is("alg", json!(["EdDSA"]))),
    ("HS256 with the RSA key as DER", |f| f.confused(&f.rsa, "HS256", hmac::HMAC_SHA256, &f.rsa.public_bytes())),
    ("HS256 with the RSA key as PEM", |f| f.confused(&f.rsa, "HS256", hmac::HMAC_SHA256, &pem(&f.rsa.public_bytes()))),
    ("HS256 with the published modulus", |f| f.confused(&f.rsa, "HS256", hmac::HMAC_SHA256, f.rsa.jwk()["n"].as_str().unwrap().as_bytes())),
    ("HS512 with the published JWK", |f| f.confused(&f.rsa, "HS512", hmac::HMAC_SHA512, f.rsa.jwk().to_string().as_bytes())),
    ("HS256 with the elliptic point", |f| f.confused(&f.ec, "HS256", hmac::HMAC_SHA256, &f.ec.public_bytes())),
    ("HS256 with the raw Ed25519 key", |f| f.confused(&f.ed, "HS256", hmac::HMAC_SHA256, &f.ed.public_bytes())),
    ("HS256 with an empty secret", |f| f.confused(&f.ed, "HS256", hmac::HMAC_SHA256, b"")),
    ("HS256 with a shared secret that the issuer publishes", |f| {
        let body = body(&json!({"alg": "HS256", "typ": "at+jwt", "kid": "oct"}), &f.claims);
        format!("{body}.{}", b64(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &[5; 32]), body.as_bytes()).as_ref()))
    }),
    ("an algorithm that is not on the list", |f| f.rsa.token_with(&with(&f.rsa.header(), "alg", json!("PS256")), &f.claims)),
    ("another key's algorithm, ES256", |f| f.header_is("alg", json!("ES256"))),
    ("another key's algorithm, RS256", |f| f.header_is("alg", json!("RS256"))),
    ("the elliptic key as Ed25519", |f| f.ec.token_with(&with(&f.ec.header(), "alg", json!("EdDSA")), &f.claims)),
    ("alg twice", |f| f.ed.token_with(&json!(f.ed.header().to_string().replacen('{', r#"{"alg":"none","#, 1)), &f.claims)),
    // Signatures and keys that are too weak (3.2, 3.3, 3.5)
    ("no signature", |f| f.signature_is(&f.ed, b"")),
    ("an Ed25519 signature of zeros", |f| f.signature_is(&f.ed, &[0; 64])),
    ("an ES256 signature of zeros", |f| f.signature_is(&f.ec, &[0; 64])),
    ("an RS256 signature of zeros", |f| f.signature_is(&f.rsa, &[0; 256])),
    ("a signature under an exponent of 1", |f| f.made_up("exponent-1", 256)),
    ("a signature under 1,024 bits", |f| f.made_up("short", 128)),
    ("the signature of another token", |f| f.signature_is(&f.ed, &f.ed.sign(b"something else"))),
    ("claims changed after signing", |f| {
        let genuine = f.ed.token(&f.claims);
        format!("{}.{}", body(&f.ed.header(), &with(&f.claims, "sub", json!("l"))), genuine.rsplit('.').next().unwrap())
    }),
    ("signed by another key under the issuer's kid", |f| f.theirs.token(&f.claims)),
    ("a signature with bytes more", |f| format!("{}AA", f.ed.token(&f.claims))),
    // Which key: kid, and everything that points elsewhere (3.10)
    ("no kid where there are several keys", |f| f.ed.token_with(&json!({"alg": "EdDSA", "typ": "at+jwt"}), &f.claims)),
    ("an empty kid", |f| f.header_is("kid", json!(""))),
    ("an unknown kid", |f| f.header_is("kid", json!("nobody"))),
    ("a path as kid", |f| f.header_is("kid", json!("../../../../dev/null"))),
    ("SQL as kid", |f| f.header_is("kid", json!("x' UNION SELECT 'AAAA' --"))),
    ("an address as kid", |f| f.header_is("kid", json!(f.elsewhere))),
    ("a zero byte in kid", |f| f.header_is("kid", json!("ed\0"))),
    ("a number as kid", |f| f.header_is("kid", json!(1))),
    ("an oversized kid", |f| f.header_is("kid", json!("k".repeat(3_000)))),
    ("the kid of a key for encryption", |f| f.header_is("kid", json!("for-encryption"))),
    ("a key in the header", |f| f.theirs.token_with(&with(&f.theirs.header(), "jwk", f.theirs.jwk()), &f.claims)),
    ("a key in the header under a kid of theirs", |f| f.theirs.token_with(&with(&with(&f.theirs.header(), "jwk", f.theirs.jwk()), "kid", json!("new")), &f.claims)),
    ("a key set's address in the header", |f| f.theirs.token_with(&with(&f.theirs.header(), "jku", json!(f.elsewhere)), &f.claims)),
    ("a certificate's address in the header", |f| f.theirs.token_with(&with(&f.theirs.header(), "x5u", json!(f.elsewhere)), &f.claims)),
    ("a certificate in the header", |f| f.theirs.token_with(&with(&f.theirs.header(), "x5c", json!(["MIIB"])), &f.claims)),
    // What must be understood, what is inside what (2.4, 2.9, 3.11; RFC 7515, 4.1.11)
    ("an extension that must be understood", |f| f.ed.token_with(&with(&with(&f.ed.header(), "crit", json!(["exp"])), "exp", json!(1)), &f.claims)),
    ("an empty list of extensions", |f| f.header_is("crit", json!([]))),
    ("an unencoded payload", |f| f.header_is("b64", json!(false))),
    ("a token in a token", |f| f.ed.token_with(&with(&f.ed.header(), "cty", json!("JWT")), &json!(f.ed.token(&f.claims)))),
    ("a nested content type", |f| f.header_is("cty", json!("JWT"))),
    ("compressed", |f| f.header_is("zip", json!("DEF"))),
    ("an encrypted token", |_| format!("{}.a.a.a.a", b64(br#"{"alg":"dir","enc":"A256GCM"}"#))),
    ("a token of JSON", |f| json!({"payload": b64(f.claims.to_string().as_bytes()), "signatures": []}).to_string()),
    // Kinds of tokens (2.7, 2.8, 3.11, 3.12)
    ("no type", |f| f.ed.token_with(&json!({"alg": "EdDSA", "kid": "ed"}), &f.claims)),
    ("any JWT", |f| f.header_is("typ", json!("JWT"))),
    ("an id token", |f| f.ed.token_with(&with(&f.ed.header(), "typ", json!("JWT")), &with(&f.claims, "nonce", json!("n")))),
    ("a logout token", |f| f.header_is("typ", json!("logout+jwt"))),
    ("a security event", |f| f.header_is("typ", json!("secevent+jwt"))),
    ("a type that begins like ours", |f| f.header_is("typ", json!("at+jwt+more"))),
    // Who made it, for whom (3.8, 3.9): substitution and mix-up
    ("an issuer that nobody named", |f| f.claim_is("iss", json!("https://elsewhere.example"))),
    ("an issuer with a slash more", |f| f.claim_is("iss", json!(format!("{}/", f.claims["iss"].as_str().unwrap())))),
    ("a list of issuers", |f| f.claim_is("iss", json!([f.claims["iss"]]))),
    ("this service as the issuer", |f| f.claim_is("iss", json!("https://reciprocity.local"))),
    ("another believed issuer's name over this one's key", |f| f.claim_is("iss", json!(OTHER))),
    ("this issuer's name over another believed one's key", |f| f.other.token(&f.claims)),
    ("another audience", |f| f.claim_is("aud", json!("https://somebody.example.org"))),
    ("the app's client id as the audience, as id tokens have it", |f| f.claim_is("aud", json!("app"))),
    ("no audience in the list", |f| f.claim_is("aud", json!([]))),
    ("a list of other audiences", |f| f.claim_is("aud", json!(["app", "https://somebody.example.org"]))),
    ("a list with something else in it", |f| f.claim_is("aud", json!([AUDIENCE, {"a": 1}]))),
    ("an audience that is an object", |f| f.claim_is("aud", json!({AUDIENCE: true}))),
    ("an audience that begins like ours", |f| f.claim_is("aud", json!(format!("{AUDIENCE}.elsewhere.example")))),
    // Whom it speaks for
    ("an empty subject", |f| f.claim_is("sub", json!(""))),
    ("a subject that is a number", |f| f.claim_is("sub", json!(1))),
    ("an oversized subject", |f| f.claim_is("sub", json!("k".repeat(256)))),
    // Its time
    ("expired", |f| f.claim_is("exp", json!(Forge::now() - 10))),
    ("expired before there was time", |f| f.claim_is("exp", json!(i64::MIN))),
    ("to expire after there is time", |f| f.claim_is("exp", json!(u64::MAX))),
    ("not yet valid", |f| f.claim_is("nbf", json!(Forge::now() + 11))),
    ("a beginning that is a text", |f| f.claim_is("nbf", json!("0"))),
    ("issued in the future", |f| f.claim_is("iat", json!(Forge::now() + 11))),
    ("older than it may be, whatever its end", |f| f.claim_is("iat", json!(Forge::now() - 3_610))),
    ("an end that is a text", |f| f.claim_is("exp", json!("9999999999"))),
    ("an end that is not finite", |f| f.ed.token_with(&f.ed.header(), &json!(f.claims.to_string().replace("\"exp\":", "\"exp\":1e999,\"was\":")))),
    // What is missing
    ("no issuer", |f| f.without_claim("iss")),
    ("no audience", |f| f.without_claim("aud")),
    ("no subject", |f| f.without_claim("sub")),
    ("no end", |f| f.without_claim("exp")),
    ("no time of issue", |f| f.without_claim("iat")),
    ("no claims", |f| f.ed.token(&json!({}))),
    ("claims that are a list", |f| f.ed.token(&json!([f.claims]))),
    ("a claim twice", |f| f.ed.token_with(&f.ed.header(), &json!(f.claims.to_string().replacen('{', r#"{"sub":"l","#, 1)))),
    ("a claim twice, further down", |f| {
        let twice = with(&f.claims, "realm", json!({"a": 1})).to_string().replace(r#"{"a":1}"#, r#"{"a":1,"a":2}"#);
        f.ed.token_with(&f.ed.header(), &json!(twice))
    }),
    // Its form
    ("oversized", |f| f.claim_is("more", json!("a".repeat(6_200)))),
    ("deeply nested", |f| f.ed.token_with(&f.ed.header(), &json!("[".repeat(2_000)))),
    ("two parts", |f| body(&f.ed.header(), &f.claims)),
    ("four parts", |f| format!("{}.e30", f.ed.token(&f.claims))),
    ("padded base64", |f| f.ed.token(&f.claims).replacen('.', "=.", 1)),
    ("a space inside", |f| f.ed.token(&f.claims).replacen('.', ". ", 1)),
];

fn weak_key(kid: &str, bytes: usize) -> Value {
    json!({"kty": "RSA", "kid": kid, "alg": "RS256", "n": b64(&vec![0xff; bytes]), "e": "AQ"})
}

#[test]
fn every_attack_with_a_token_of_another_issuer_is_refused_alike_and_writes_nothing() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let publisher = Publisher::start(&[]);
    let forge = Forge {
        ed: Signer::ed("ed", 1),
        ec: Signer::ec("ec"),
        rsa: Signer::rsa("rsa"),
        theirs: Signer::ed("ed", 66),
        other: Signer::ed("ed", 2),
        claims: claims(&publisher.url, "k"),
        elsewhere: format!("http://{}/jwks.json", elsewhere.local_addr().unwrap()),
    };
    let mut for_encryption = with(&forge.ed.jwk(), "kid", json!("for-encryption"));
    for_encryption["use"] = json!("enc");
    let shared = json!({"kty": "oct", "kid": "oct", "alg": "HS256", "k": b64(&[5; 32])});
    let keys =
        [forge.ed.jwk(), forge.ec.jwk(), forge.rsa.jwk(), for_encryption, shared, weak_key("exponent-1", 256), weak_key("short", 128)];
    publisher.set(JWKS, Reply::Json(json!({ "keys": keys })));
    let other = json!({"issuer": OTHER, "audiences": [AUDIENCE], "jwks": {"keys": [forge.other.jwk()]}});
    let service = service_with(&json!([publisher.at_jwks(), other]));

    let client = |token: String| with_token(service.address, token);
    let relationship = json!({"alias": "Sam", "kind": "friend"});
    client(forge.ed.token(&forge.claims)).post("/v1/accounts", &json!({})).expect(201);
    for genuine in [&forge.ed, &forge.ec, &forge.rsa] {
        client(genuine.token(&forge.claims)).post("/v1/relationships", &relationship).expect(201);
    }
    client(forge.other.token(&with(&forge.claims, "iss", json!(OTHER)))).post("/v1/accounts", &json!({})).expect(201);

    let mut conn = service.database.connect();
    let before = rows::counts(&mut conn);
    let mut usual = Client::new(service.address, None).get("/v1/account").problem(401, "unauthenticated");
    usual["request_id"] = json!("");
    for (name, attack) in ATTACKS {
        let client = client(attack(&forge));
        for answer in [client.get("/v1/account"), client.post("/v1/relationships", &relationship), client.delete("/v1/account")] {
            assert_eq!(answer.status, 401, "{name}: {}", answer.text);
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{name}");
            let mut problem = answer.problem(401, "unauthenticated");
            problem["request_id"] = json!("");
            assert_eq!(problem, usual, "{name}");
        }
        let asked = client.post("/v1/accounts", &json!({}));
        assert!([401, 422].contains(&asked.status), "{name} makes an account: {}", asked.text);
    }
    assert_eq!(rows::counts(&mut conn), before);
    elsewhere.set_nonblocking(true).unwrap();
    assert!(elsewhere.accept().is_err(), "nobody went where a header pointed");
    client(forge.ed.token(&forge.claims)).get("/v1/account").expect(200);
}

#[test]
fn where_a_header_points_makes_no_difference_to_a_good_token() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/jwks.json", elsewhere.local_addr().unwrap());
    let key = Signer::ed("ed", 1);
    let publisher = Publisher::start(&[&key]);
    let service = service_with(&json!([publisher.at_jwks()]));
    let claims = claims(&publisher.url, "k");
    with_token(service.address, key.token(&claims)).post("/v1/accounts", &json!({})).expect(201);
    for (name, value) in [("jku", json!(address)), ("x5u", json!(address)), ("jwk", Signer::ed("ed", 66).jwk())] {
        with_token(service.address, key.token_with(&with(&key.header(), name, value), &claims)).get("/v1/account").expect(200);
    }
    elsewhere.set_nonblocking(true).unwrap();
    assert!(elsewhere.accept().is_err());
}

#[test]
fn tokens_that_say_only_jwt_are_taken_where_the_operator_says_so_and_id_tokens_even_then_are_not() {
    let key = Signer::ed("ed", 1);
    let publisher = Publisher::start(&[&key]);
    let service = service_with(&json!([with(&publisher.at_jwks(), "types", json!(["at+jwt", "JWT"]))]));
    let (header, claims) = (with(&key.header(), "typ", json!("JWT")), claims(&publisher.url, "k"));
    with_token(service.address, key.token_with(&header, &claims)).post("/v1/accounts", &json!({})).expect(201);
    for of_another_kind in ["nonce", "at_hash", "c_hash", "s_hash", "events"] {
        let token = key.token_with(&header, &with(&claims, of_another_kind, json!("x")));
        with_token(service.address, token).get("/v1/account").problem(401, "unauthenticated");
    }
    let named = with(&key.header(), "typ", json!("application/AT+JWT"));
    with_token(service.address, key.token_with(&named, &claims)).get("/v1/account").expect(200);
}

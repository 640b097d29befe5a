//! The attacks of RFC 8725 (JSON Web Token Best Current Practices), tried on the running service, a line each.
//!
//! Every one is refused with the same problem, whatever was wrong, and nothing is written. The same token without its flaw is
//! accepted, so that it is the flaw that is refused.

use std::net::TcpListener;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reciprocity::kernel::keys::signing_seed;
use serde_json::{Value, json};

use crate::support::{Client, MASTER, START, Service, rows};

/// All that an attacker could know, and our key besides: what is tried must fail even so.
struct Forge {
    key: Ed25519KeyPair,
    /// The attacker's own.
    theirs: Ed25519KeyPair,
    header: Value,
    claims: Value,
    other_account: Value,
    /// Where the attacker publishes a key.
    elsewhere: String,
}

impl Forge {
    fn new(genuine: &str, other: &str, elsewhere: String) -> Self {
        let part = |token: &str, at: usize| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
        };
        Self {
            key: Ed25519KeyPair::from_seed_unchecked(signing_seed(&MASTER).unwrap().as_slice()).unwrap(),
            theirs: Ed25519KeyPair::from_seed_unchecked(&[66; 32]).unwrap(),
            header: part(genuine, 0),
            claims: part(genuine, 1),
            other_account: part(other, 1)["sub"].clone(),
            elsewhere,
        }
    }

    fn body(header: &Value, claims: &Value) -> String {
        let written = |value: &Value| URL_SAFE_NO_PAD.encode(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        format!("{}.{}", written(header), written(claims))
    }

    /// Signed by our key: only the content is wrong.
    fn signed(&self, header: &Value, claims: &Value) -> String {
        let body = Self::body(header, claims);
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(self.key.sign(body.as_bytes())))
    }

    fn signed_by_them(&self, header: &Value) -> String {
        let body = Self::body(header, &self.claims);
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(self.theirs.sign(body.as_bytes())))
    }

    /// HMAC with our public key as the secret.
    fn confused(&self, alg: &str, algorithm: hmac::Algorithm, secret: &[u8]) -> String {
        let body = Self::body(&self.header_with("alg", json!(alg)), &self.claims);
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&hmac::Key::new(algorithm, secret), body.as_bytes())))
    }

    fn header_with(&self, name: &str, value: Value) -> Value {
        with(&self.header, name, value)
    }

    fn header_is(&self, name: &str, value: Value) -> String {
        self.signed(&self.header_with(name, value), &self.claims)
    }

    fn claim_is(&self, name: &str, value: Value) -> String {
        self.signed(&self.header, &with(&self.claims, name, value))
    }

    fn without_claim(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name).unwrap();
        self.signed(&self.header, &claims)
    }

    fn genuine(&self) -> String {
        self.signed(&self.header, &self.claims)
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

fn jwk(key: &Ed25519KeyPair) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key.public_key().as_ref())})
}

type Attack = fn(&Forge) -> String;

#[rustfmt::skip]
const ATTACKS: &[(&str, Attack)] = &[
    // Algorithms (2.1, 3.1, 3.2)
    ("no algorithm, no signature", |f| format!("{}.", Forge::body(&f.header_with("alg", json!("none")), &f.claims))),
    ("no algorithm, our signature", |f| f.header_is("alg", json!("none"))),
    ("None in other capitals", |f| f.header_is("alg", json!("nOnE"))),
    ("no alg member", |f| f.signed(&json!({"typ": "at+jwt", "kid": f.header["kid"]}), &f.claims)),
    ("HS256 with the raw public key", |f| f.confused("HS256", hmac::HMAC_SHA256, f.key.public_key().as_ref())),
    ("HS384 with the raw public key", |f| f.confused("HS384", hmac::HMAC_SHA384, f.key.public_key().as_ref())),
    ("HS512 with the raw public key", |f| f.confused("HS512", hmac::HMAC_SHA512, f.key.public_key().as_ref())),
    ("HS256 with the published x", |f| f.confused("HS256", hmac::HMAC_SHA256, jwk(&f.key)["x"].as_str().unwrap().as_bytes())),
    ("HS256 with the public key as PEM", |f| {
        let der = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00], f.key.public_key().as_ref()].concat();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der));
        f.confused("HS256", hmac::HMAC_SHA256, pem.as_bytes())
    }),
    ("HS256 with an empty secret", |f| f.confused("HS256", hmac::HMAC_SHA256, b"")),
    ("another signature's name, ES256", |f| f.header_is("alg", json!("ES256"))),
    ("another signature's name, RS256", |f| f.header_is("alg", json!("RS256"))),
    ("alg twice", |f| f.signed(&json!(f.header.to_string().replacen('{', r#"{"alg":"none","#, 1)), &f.claims)),
    // Signatures (3.2, 3.3)
    ("no signature", |f| format!("{}.", Forge::body(&f.header, &f.claims))),
    ("a signature of zeros", |f| format!("{}.{}", Forge::body(&f.header, &f.claims), URL_SAFE_NO_PAD.encode([0; 64]))),
    ("the signature of another token", |f| {
        let other = f.claim_is("iat", json!(1));
        format!("{}.{}", Forge::body(&f.header, &f.claims), other.rsplit('.').next().unwrap())
    }),
    ("claims changed after signing", |f| {
        let genuine = f.genuine();
        let changed = Forge::body(&f.header, &with(&f.claims, "sub", f.other_account.clone()));
        format!("{changed}.{}", genuine.rsplit('.').next().unwrap())
    }),
    ("signed by another key under our kid", |f| f.signed_by_them(&f.header)),
    ("a signature with a byte more", |f| format!("{}AA", f.genuine())),
    // Which key: kid, and everything that points elsewhere (3.10)
    ("no kid", |f| f.signed(&json!({"alg": "EdDSA", "typ": "at+jwt"}), &f.claims)),
    ("an empty kid", |f| f.header_is("kid", json!(""))),
    ("an unknown kid", |f| f.header_is("kid", json!("AAAAAAAAAAAAAAAA"))),
    ("a path as kid", |f| f.header_is("kid", json!("../../../../dev/null"))),
    ("SQL as kid", |f| f.header_is("kid", json!("x' UNION SELECT 'AAAA' --"))),
    ("a command as kid", |f| f.header_is("kid", json!("key; curl localhost"))),
    ("a zero byte in kid", |f| f.header_is("kid", json!(format!("{}\0", f.header["kid"].as_str().unwrap())))),
    ("a number as kid", |f| f.header_is("kid", json!(1))),
    ("a list as kid", |f| f.header_is("kid", json!([f.header["kid"]]))),
    ("an oversized kid", |f| f.header_is("kid", json!("k".repeat(3_000)))),
    ("a key in the header", |f| f.signed_by_them(&f.header_with("jwk", jwk(&f.theirs)))),
    ("a key set's address in the header", |f| f.signed_by_them(&f.header_with("jku", json!(f.elsewhere)))),
    ("a certificate's address in the header", |f| f.signed_by_them(&f.header_with("x5u", json!(f.elsewhere)))),
    ("a certificate in the header", |f| f.signed_by_them(&f.header_with("x5c", json!(["MIIB"])))),
    ("a key set's address and a kid of theirs", |f| f.signed_by_them(&with(&f.header_with("jku", json!(f.elsewhere)), "kid", json!("theirs")))),
    // What must be understood, what is inside what (2.4, 2.9, 3.11; RFC 7515, 4.1.11)
    ("an extension that must be understood", |f| f.signed(&with(&f.header_with("crit", json!(["exp"])), "exp", json!(1)), &f.claims)),
    ("an unencoded payload", |f| f.signed(&with(&f.header_with("crit", json!(["b64"])), "b64", json!(false)), &f.claims)),
    ("an empty list of extensions", |f| f.header_is("crit", json!([]))),
    ("a token in a token", |f| f.signed(&f.header_with("cty", json!("JWT")), &json!(f.genuine()))),
    ("a nested content type", |f| f.header_is("cty", json!("JWT"))),
    ("compressed", |f| f.header_is("zip", json!("DEF"))),
    ("an encrypted token", |_| format!("{}.a.a.a.a", URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A256GCM"}"#))),
    ("a token of JSON", |f| json!({"payload": URL_SAFE_NO_PAD.encode(f.claims.to_string()), "signatures": []}).to_string()),
    // Kinds of tokens (2.7, 2.8, 3.11, 3.12)
    ("no type", |f| f.signed(&json!({"alg": "EdDSA", "kid": f.header["kid"]}), &f.claims)),
    ("another type", |f| f.header_is("typ", json!("JWT"))),
    ("an id token", |f| f.header_is("typ", json!("id_token+jwt"))),
    ("a logout token", |f| f.header_is("typ", json!("logout+jwt"))),
    // Who made it, for whom (3.8, 3.9)
    ("another issuer", |f| f.claim_is("iss", json!("https://elsewhere.example"))),
    ("an issuer that begins like ours", |f| f.claim_is("iss", json!(format!("{}.elsewhere.example", f.claims["iss"].as_str().unwrap())))),
    ("a list of issuers", |f| f.claim_is("iss", json!([f.claims["iss"], "https://elsewhere.example"]))),
    ("another audience", |f| f.claim_is("aud", json!("somebody-else"))),
    ("an empty audience", |f| f.claim_is("aud", json!([]))),
    ("several audiences", |f| f.claim_is("aud", json!([f.claims["aud"], "somebody-else"]))),
    ("another account's session", |f| f.claim_is("sub", f.other_account.clone())),
    ("a subject that is no id", |f| f.claim_is("sub", json!("' OR 1=1 --"))),
    ("a session that never was", |f| f.claim_is("sid", json!("01980000-0000-7000-8000-00000000dead"))),
    ("a scope that is none", |f| f.claim_is("scope", json!("read write delete admin"))),
    // Its time
    ("expired", |f| f.claim_is("exp", json!(Forge::now() - 31))),
    ("expired for ever", |f| f.claim_is("exp", json!(i64::MIN))),
    ("never to expire", |f| f.claim_is("exp", json!(i64::MAX))),
    ("not yet valid", |f| f.claim_is("nbf", json!(Forge::now() + 31))),
    ("a time that is a text", |f| f.claim_is("exp", json!("9999999999"))),
    ("a time that is not finite", |f| f.signed(&f.header, &json!(f.claims.to_string().replace("\"exp\":", "\"exp\":1e999,\"was\":")))),
    // What is missing
    ("no issuer", |f| f.without_claim("iss")),
    ("no audience", |f| f.without_claim("aud")),
    ("no subject", |f| f.without_claim("sub")),
    ("no session", |f| f.without_claim("sid")),
    ("no scope", |f| f.without_claim("scope")),
    ("no end", |f| f.without_claim("exp")),
    ("no beginning", |f| f.without_claim("nbf")),
    ("no time of issue", |f| f.without_claim("iat")),
    ("no claims", |f| f.signed(&f.header, &json!({}))),
    ("claims that are a list", |f| f.signed(&f.header, &json!([f.claims]))),
    ("a claim twice", |f| f.signed(&f.header, &json!(f.claims.to_string().replacen('{', r#"{"sub":"01980000-0000-7000-8000-00000000dead","#, 1)))),
    // Its form
    ("oversized", |f| f.claim_is("more", json!("a".repeat(4_096)))),
    ("deeply nested", |f| f.signed(&f.header, &json!("[".repeat(2_000)))),
    ("nothing", |_| String::new()),
    ("only dots", |_| "..".to_owned()),
    ("two parts", |f| Forge::body(&f.header, &f.claims)),
    ("four parts", |f| format!("{}.e30", f.genuine())),
    ("padded base64", |f| f.genuine().replacen('.', "=.", 1)),
    ("a space inside", |f| f.genuine().replacen('.', ". ", 1)),
    ("not base64", |_| "!.!.!".to_owned()),
];

#[test]
fn every_attack_is_refused_alike_and_writes_nothing() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/jwks.json", elsewhere.local_addr().unwrap());
    let forge = Forge::new(me.token.as_deref().unwrap(), other.token.as_deref().unwrap(), address);
    let with_token = |token: String| Client::new(service.address, Some(token));
    let relationship = json!({"alias": "Sam", "kind": "friend"});
    with_token(forge.genuine()).post("/v1/relationships", &relationship).expect(201);

    let mut conn = service.database.connect();
    let before = rows::counts(&mut conn);
    let mut usual = Client::new(service.address, None).get("/v1/account").problem(401, "unauthenticated");
    usual["request_id"] = json!("");
    for (name, attack) in ATTACKS {
        let client = with_token(attack(&forge));
        for answer in [client.get("/v1/account"), client.post("/v1/relationships", &relationship), client.delete("/v1/account")] {
            assert_eq!(answer.status, 401, "{name}: {}", answer.text);
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{name}");
            let mut problem = answer.problem(401, "unauthenticated");
            problem["request_id"] = json!("");
            assert_eq!(problem, usual, "{name}");
        }
    }
    assert_eq!(rows::counts(&mut conn), before);
    elsewhere.set_nonblocking(true).unwrap();
    assert!(elsewhere.accept().is_err(), "nobody went where a header pointed");
    with_token(forge.genuine()).get("/v1/account").expect(200);
}

#[test]
fn where_a_header_points_makes_no_difference_to_a_token_of_ours() {
    let service = Service::start();
    let me = service.someone();
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/jwks.json", elsewhere.local_addr().unwrap());
    let forge = Forge::new(me.token.as_deref().unwrap(), me.token.as_deref().unwrap(), address.clone());
    for (name, value) in [("jku", json!(address)), ("x5u", json!(address)), ("jwk", jwk(&forge.theirs))] {
        Client::new(service.address, Some(forge.header_is(name, value))).get("/v1/account").expect(200);
    }
    elsewhere.set_nonblocking(true).unwrap();
    assert!(elsewhere.accept().is_err());
}

#[test]
fn a_token_is_read_from_the_authorization_header_alone() {
    let service = Service::start();
    let me = service.someone();
    let token = me.token.clone().unwrap();
    let stranger = service.stranger();
    stranger.get(&format!("/v1/account?access_token={token}")).problem(401, "unauthenticated");
    stranger.with("cookie", &format!("access_token={token}")).get("/v1/account").problem(401, "unauthenticated");
    stranger.with("authorization", &format!("Basic {token}")).get("/v1/account").problem(401, "unauthenticated");
    stranger.with("authorization", &token).get("/v1/account").problem(401, "unauthenticated");
    stranger.with("authorization", &format!("bearer {token}")).get("/v1/account").expect(200);
}

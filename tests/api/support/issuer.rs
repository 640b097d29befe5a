//! An issuer of tokens for tests: keys that sign, and a real small HTTP server that publishes them and counts who asks.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Client, START, Service};

/// Who the tokens are for.
pub const AUDIENCE: &str = "https://api.example.org";
pub const DISCOVERY: &str = "/.well-known/openid-configuration";
pub const JWKS: &str = "/keys";

/// A private key with a name.
pub struct Signer {
    pub kid: String,
    key: Private,
}

enum Private {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
    Rsa(signature::RsaKeyPair, usize),
}

pub fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    /// Ed25519, the same key for the same seed.
    pub fn ed(kid: &str, seed: u8) -> Self {
        Self { kid: kid.to_owned(), key: Private::Ed(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()) }
    }

    pub fn ec(kid: &str) -> Self {
        Self { kid: kid.to_owned(), key: Private::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()) }
    }

    pub fn rsa(kid: &str) -> Self {
        let pair = rsa::KeyPair::generate(KeySize::Rsa2048).unwrap();
        let length = pair.public_modulus_len();
        Self { kid: kid.to_owned(), key: Private::Rsa(pair, length) }
    }

    pub fn alg(&self) -> &'static str {
        match self.key {
            Private::Ed(_) => "EdDSA",
            Private::Ec(_) => "ES256",
            Private::Rsa(..) => "RS256",
        }
    }

    /// The public half.
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.key {
            Private::Ed(pair) => json!({"kty": "OKP", "crv": "Ed25519", "x": b64(pair.public_key().as_ref())}),
            Private::Ec(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": b64(&point[1..33]), "y": b64(&point[33..])})
            }
            Private::Rsa(pair, _) => {
                let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
                json!({"kty": "RSA", "n": b64(n.big_endian_without_leading_zero()), "e": b64(e.big_endian_without_leading_zero())})
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["alg"] = json!(self.alg());
        jwk
    }

    pub fn public_bytes(&self) -> Vec<u8> {
        match &self.key {
            Private::Ed(pair) => pair.public_key().as_ref().to_vec(),
            Private::Ec(pair) => pair.public_key().as_ref().to_vec(),
            Private::Rsa(pair, _) => pair.public_key().as_ref().to_vec(),
        }
    }

    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        match &self.key {
            Private::Ed(pair) => pair.sign(bytes).as_ref().to_vec(),
            Private::Ec(pair) => pair.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec(),
            Private::Rsa(pair, length) => {
                let mut signature = vec![0; *length];
                pair.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature).unwrap();
                signature
            }
        }
    }

    pub fn header(&self) -> Value {
        json!({"alg": self.alg(), "typ": "at+jwt", "kid": self.kid})
    }

    /// A token with its usual header.
    pub fn token(&self, claims: &Value) -> String {
        self.token_with(&self.header(), claims)
    }

    /// A token with this header; a text stands for bytes that are no JSON of ours.
    pub fn token_with(&self, header: &Value, claims: &Value) -> String {
        let body = body(header, claims);
        format!("{body}.{}", b64(&self.sign(body.as_bytes())))
    }
}

/// Header and claims as they are signed.
pub fn body(header: &Value, claims: &Value) -> String {
    let written = |value: &Value| b64(value.as_str().map_or_else(|| value.to_string(), str::to_owned).as_bytes());
    format!("{}.{}", written(header), written(claims))
}

/// The claims of a good token of this issuer for this person, `seconds` after every test's beginning.
pub fn claims_at(issuer: &str, subject: &str, seconds: i64) -> Value {
    let now = START.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp() + seconds;
    json!({"iss": issuer, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 600, "scope": "openid log.write log.erase",
        "sid": format!("sign-in of {subject}")})
}

pub fn claims(issuer: &str, subject: &str) -> Value {
    claims_at(issuer, subject, 0)
}

/// The mapping that the tests use.
pub fn scopes() -> Value {
    json!({"claim": "scope", "read_write": ["log.write"], "read_write_delete": ["log.erase"]})
}

/// A service that believes this list of issuers, beside its own accounts.
pub fn service_with(issuers: &Value) -> Service {
    service_of("both", issuers)
}

pub fn service_of(accounts: &str, issuers: &Value) -> Service {
    let listed = json!({ "issuers": issuers }).to_string();
    Service::with(&[("RECIPROCITY_ACCOUNTS", accounts), ("RECIPROCITY_ISSUERS", &listed)])
}

/// A client that shows this token.
pub fn with_token(address: SocketAddr, token: String) -> Client {
    Client::new(address, Some(token))
}

/// What is answered at a path.
#[derive(Clone)]
pub enum Reply {
    Json(Value),
    /// A status, header lines and a body, as they are.
    Raw(u16, String, Vec<u8>),
    /// Nothing, for as long as the other side waits.
    Never,
}

#[derive(Default)]
struct State {
    replies: HashMap<String, Reply>,
    asked: Vec<String>,
}

/// Publishes metadata and keys on this machine until it is dropped.
pub struct Publisher {
    pub url: String,
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Publisher {
    /// Serves metadata that name it, and these keys.
    pub fn start(keys: &[&Signer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // The last one to hold it is this thread: the publisher is gone.
                if Arc::strong_count(&shared) == 1 {
                    return;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || answer(stream.unwrap(), &shared));
            }
        });
        let publisher = Self { url: format!("http://{address}"), address, state };
        publisher.set(DISCOVERY, Reply::Json(json!({"issuer": publisher.url, "jwks_uri": format!("{}{JWKS}", publisher.url)})));
        publisher.publish(keys);
        publisher
    }

    /// Replaces the published keys.
    pub fn publish(&self, keys: &[&Signer]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
        self.set(JWKS, Reply::Json(json!({ "keys": keys })));
    }

    pub fn set(&self, path: &str, reply: Reply) {
        self.state.lock().unwrap().replies.insert(path.to_owned(), reply);
    }

    /// How often this path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.state.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }

    /// The entry in the list of issuers that finds the keys by discovery.
    pub fn discovered(&self) -> Value {
        json!({"issuer": self.url, "audiences": [AUDIENCE], "scopes": scopes(), "fetch_timeout_seconds": 60})
    }

    /// The entry that says where the keys are.
    pub fn at_jwks(&self) -> Value {
        let mut entry = self.discovered();
        entry["jwks_uri"] = json!(format!("{}{JWKS}", self.url));
        entry
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        // Lets go of the state first, then wakes the thread that listens.
        self.state = Arc::default();
        let _ = TcpStream::connect(self.address);
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    let _ = reader.read_line(&mut first);
    let Some(path) = first.split(' ').nth(1).map(str::to_owned) else { return };
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        line.clear();
    }
    let reply = {
        let mut state = state.lock().unwrap();
        state.asked.push(path.clone());
        state.replies.get(&path).cloned()
    };
    let (status, headers, body) = match reply {
        Some(Reply::Json(value)) => (200, "Content-Type: application/json\r\n".to_owned(), value.to_string().into_bytes()),
        Some(Reply::Raw(status, headers, body)) => (status, headers, body),
        Some(Reply::Never) => {
            let _ = reader.read_to_end(&mut Vec::new());
            return;
        }
        None => (404, String::new(), Vec::new()),
    };
    let head = format!("HTTP/1.1 {status} x\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&body);
}

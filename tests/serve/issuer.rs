//! An issuer behind TLS, with an authority of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

pub struct Issuer {
    pub url: String,
    key: Ed25519KeyPair,
}

impl Issuer {
    /// Publishes a key until the process ends, and writes the authority's certificate into a file.
    pub fn start(authority: &Path) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        std::fs::write(authority, ca.pem()).unwrap();
        let own = KeyPair::generate().unwrap();
        let cert = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&own, &ca).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let key = PrivateKeyDer::try_from(own.serialize_der()).unwrap();
        let config = Arc::new(config.with_single_cert(vec![cert.der().clone()], key).unwrap());

        let listener = TcpListener::bind("localhost:0").unwrap();
        let key = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
        let x = URL_SAFE_NO_PAD.encode(key.public_key().as_ref());
        let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x}]}).to_string();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // Whoever does not believe the certificate hangs up.
                let _ = answer(stream.unwrap(), &config, &keys);
            }
        });
        Self { url, key }
    }

    pub fn listed(&self) -> String {
        json!({"issuers": [{"issuer": self.url, "audiences": ["here"], "jwks_uri": format!("{}/keys", self.url), "fetch_timeout_seconds": 60}]}).to_string()
    }

    /// A token that is good now.
    pub fn token(&self) -> String {
        let now = reciprocity::kernel::Clock::System.now().timestamp();
        let claims = json!({"iss": self.url, "aud": "here", "sub": "k", "iat": now, "exp": now + 600});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let body = format!("{}.{}", part(&json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "one"})), part(&claims));
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(self.key.sign(body.as_bytes())))
    }
}

fn answer(stream: TcpStream, config: &Arc<ServerConfig>, keys: &str) -> std::io::Result<()> {
    let connection = ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let stream = reader.get_mut();
    write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{keys}", keys.len())?;
    stream.conn.send_close_notify();
    stream.flush()
}

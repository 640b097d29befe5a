//! Getting an issuer's keys over the network: bounded in time and size, from addresses that the operator's configuration leads to,
//! following no redirect.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::keys::KeySet;
use super::strict::object;
use crate::config::{Address, Issuer, KeySource};

const CONNECT: Duration = Duration::from_secs(2);
/// The largest document. Bytes.
const LARGEST: u64 = 256 * 1024;

/// Why there are no new keys. It says nothing of what was sent.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("no answer in time")]
    Late,
    #[error("the host could not be reached")]
    Unreachable,
    #[error("the connection is not secure: {0}")]
    Insecure(&'static str),
    #[error("the answer's status was {0}")]
    Status(u16),
    #[error("the answer was too large")]
    TooLarge,
    #[error("the answer was no HTTP")]
    Broken,
    #[error("the answer was not the JSON document that belongs there")]
    Malformed,
    #[error("the metadata are of another issuer")]
    AnotherIssuer,
    #[error("the metadata point at an address that is not asked")]
    Address,
}

/// Fetches documents; connections are not kept.
#[derive(Clone, Debug)]
pub struct Fetcher {
    secure: Agent,
    /// For plain http on this machine: no proxy stands between.
    plain: Agent,
}

impl Fetcher {
    /// Believes the certificates of the operating system's store, which is read once, here.
    #[must_use]
    pub fn new() -> Self {
        let store = rustls_native_certs::load_native_certs();
        if store.certs.is_empty() {
            tracing::warn!("this system has no certificates of authorities, so no key set can be fetched over https");
        }
        let roots: Vec<Certificate<'static>> = store.certs.iter().map(|cert| Certificate::from_der(cert).to_owned()).collect();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots)).unversioned_rustls_crypto_provider(provider).build();
        let bounded = || {
            Agent::config_builder()
                .timeout_connect(Some(CONNECT))
                .max_redirects(0)
                .max_redirects_will_error(false)
                .max_idle_connections(0)
                .http_status_as_error(false)
                .user_agent(concat!("reciprocity/", env!("CARGO_PKG_VERSION")))
                .accept("application/json")
        };
        Self { secure: bounded().https_only(true).tls_config(tls).build().into(), plain: bounded().proxy(None).build().into() }
    }

    /// The issuer's keys as they are now. Blocks; a static set has none to fetch.
    pub fn keys(&self, issuer: &Issuer) -> Result<KeySet, FetchError> {
        let address = match &issuer.keys {
            KeySource::Static(text) => return KeySet::read(text.as_bytes()).ok_or(FetchError::Malformed),
            KeySource::At(address) => address.clone(),
            KeySource::Discovered => self.discover(&issuer.name, issuer.fetch_timeout)?,
        };
        KeySet::read(&self.get(&address, issuer.fetch_timeout)?).ok_or(FetchError::Malformed)
    }

    /// Where the issuer's metadata say that its keys are (`OpenID` Connect Discovery 1.0, section 4). They must name the very issuer
    /// that was asked for, so that no issuer speaks for another.
    fn discover(&self, issuer: &Address, within: Duration) -> Result<Address, FetchError> {
        let at = format!("{}/.well-known/openid-configuration", issuer.as_str().trim_end_matches('/'));
        let at = Address::parse(&at, issuer.is_plain()).ok_or(FetchError::Address)?;
        let metadata = object(&self.get(&at, within)?).ok_or(FetchError::Malformed)?;
        let text = |name: &str| metadata.get(name).and_then(Value::as_str).ok_or(FetchError::Malformed);
        if text("issuer")? != issuer.as_str() {
            return Err(FetchError::AnotherIssuer);
        }
        let keys = Address::parse(text("jwks_uri")?, issuer.is_plain());
        keys.filter(|keys| issuer.may_point_at(keys)).ok_or(FetchError::Address)
    }

    /// One document, all of it within a time.
    fn get(&self, address: &Address, within: Duration) -> Result<Vec<u8>, FetchError> {
        let agent = if address.is_plain() { &self.plain } else { &self.secure };
        let mut answer = agent.get(address.as_str()).config().timeout_global(Some(within)).build().call().map_err(|why| told(&why))?;
        match answer.status().as_u16() {
            200 => answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|why| told(&why)),
            other => Err(FetchError::Status(other)),
        }
    }
}

/// What may be said of a failure: its kind.
fn told(why: &ureq::Error) -> FetchError {
    match why {
        ureq::Error::Timeout(_) | ureq::Error::BodyStalled => FetchError::Late,
        ureq::Error::Io(cause) if cause.kind() == std::io::ErrorKind::TimedOut => FetchError::Late,
        ureq::Error::Io(cause) if is_of_tls(cause) => FetchError::Insecure("the certificate is not believed"),
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::Io(_) => FetchError::Unreachable,
        ureq::Error::Rustls(_) => FetchError::Insecure("the certificate is not believed"),
        ureq::Error::Tls(what) => FetchError::Insecure(what),
        ureq::Error::BodyExceedsLimit(_) => FetchError::TooLarge,
        // The list is open, and more of it would not tell an operator more.
        _ => FetchError::Broken,
    }
}

fn is_of_tls(cause: &std::io::Error) -> bool {
    cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some()
}

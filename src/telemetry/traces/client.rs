//! How spans are sent: with the HTTP client that the program has anyway. It blocks, on the exporter's own thread.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

const CONNECT: Duration = Duration::from_secs(2);
/// For one attempt, its answer included.
const WHOLE: Duration = Duration::from_secs(5);
/// The longest answer that is read. Bytes.
const LONGEST: u64 = 64 * 1_024;

/// Sends what it is given; follows no redirect.
#[derive(Debug)]
pub struct Client(Agent);

impl Client {
    /// Believes the certificates of the operating system's store, which is read once, here.
    pub fn new() -> Self {
        let store = rustls_native_certs::load_native_certs();
        let roots: Vec<Certificate<'static>> = store.certs.iter().map(|cert| Certificate::from_der(cert).to_owned()).collect();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots)).unversioned_rustls_crypto_provider(provider).build();
        let bounded = Agent::config_builder().timeout_connect(Some(CONNECT)).timeout_global(Some(WHOLE)).max_redirects(0);
        let quiet = bounded.max_redirects_will_error(false).http_status_as_error(false);
        Self(quiet.tls_config(tls).user_agent(concat!("reciprocity/", env!("CARGO_PKG_VERSION"))).build().into())
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let (head, mut body) = self.0.run(Request::from_parts(head, body.to_vec()))?.into_parts();
        let body = body.with_config().limit(LONGEST).read_to_vec()?;
        Ok(Response::from_parts(head, body.into()))
    }
}

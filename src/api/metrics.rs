//! `GET /metrics`: what the service counts about itself, for whoever shows the operator's token.
//!
//! For the operator's Prometheus, not for apps, and so no part of the contract. Without a configured token there is no such path.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, get, web};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Digest, SHA256, digest};

use super::auth::bearer;
use super::problem::Problem;
use crate::config::Secret;
use crate::kernel::{Code, Error};
use crate::meters::{MEDIA_TYPE, Meters};

/// Where it is.
pub const PATH: &str = "/metrics";

/// Who may read: the digest of the token, which is as long as any other's.
#[derive(Clone, Debug)]
pub struct Reading(Digest);

impl Reading {
    #[must_use]
    pub fn new(token: &Secret) -> Self {
        Self(digest(&SHA256, token.expose().as_bytes()))
    }

    /// Whether it is the token; takes as long whatever it is.
    fn allows(&self, shown: &str) -> bool {
        verify_slices_are_equal(self.0.as_ref(), digest(&SHA256, shown.as_bytes()).as_ref()).is_ok()
    }
}

/// Registers the path, where a token was configured.
pub fn routes(config: &mut web::ServiceConfig, reading: Option<&Reading>) {
    if let Some(reading) = reading {
        config.app_data(web::Data::new(reading.clone())).service(get_metrics);
    }
}

#[get("/metrics")]
async fn get_metrics(req: HttpRequest, reading: web::Data<Reading>, meters: web::Data<Meters>) -> Result<HttpResponse, Problem> {
    if !bearer(&req).is_some_and(|shown| reading.allows(shown)) {
        return Err(Error::new(Code::Unauthenticated).into());
    }
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, MEDIA_TYPE)).body(meters.text()))
}

//! Counts every request: the outermost layer, so that what the others refuse is counted too.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use super::contract::Contract;
use crate::meters::{Meters, Underway};

/// The contract finds nearly every route in a few steps; the framework, which knows the others as well, tries one after the other.
fn begin(meters: &Meters, req: &ServiceRequest) -> Underway {
    let documented = req.app_data::<web::Data<Contract>>().and_then(|contract| contract.template(req.path()));
    let other = if documented.is_none() { req.match_pattern() } else { None };
    meters.requests.begin(documented.or(other.as_deref()), req.method().as_str())
}

/// Wraps every request, from its head to the head of its answer. Leaves the route that it met for whoever asks later.
pub async fn measure(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let meters = req.app_data::<web::Data<Meters>>();
    let underway = meters.map(|meters| begin(meters, &req));
    if let Some(underway) = &underway {
        req.extensions_mut().insert(Arc::clone(underway.route()));
    }
    let answered = next.call(req).await;
    if let Some(underway) = underway {
        let status = answered.as_ref().map_or_else(|error| error.as_response_error().status_code(), ServiceResponse::status);
        underway.answered(status.as_u16());
    }
    answered
}

//! Counts every request: the outermost layer, so that what the others refuse is counted too.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use crate::meters::Meters;

/// Wraps every request, from its head to the head of its answer. Leaves the route that it met for whoever asks later.
pub async fn measure(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let meters = req.app_data::<web::Data<Meters>>();
    let underway = meters.map(|meters| meters.requests.begin(req.match_pattern().as_deref(), req.method().as_str()));
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

//! Tells the access log of every answer that shows something of an account, before the answer goes out.

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use std::sync::Arc;

use crate::kernel::access::{AccessRecorder, Reader};
use crate::meters::Route;

/// What writes the log down.
#[derive(Clone)]
pub struct Recorder(pub Arc<dyn AccessRecorder>);

/// Notes what verified callers were shown, whatever they asked with: a change, too, and a creation that was made before, answer with
/// the whole thing. What was refused or not found showed nothing and is not noted; nor does a receipt of what was erased.
pub async fn note_reads(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(req).await?;
    let request = response.request();
    let empty = matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0));
    let shown = (response.status().is_success() && !empty) || response.status() == StatusCode::NOT_MODIFIED;
    let reader = request.extensions().get::<Reader>().copied().filter(|_| shown && *request.method() != Method::DELETE);
    let met = request.extensions().get::<Arc<Route>>().cloned();
    if let (Some(reader), Some(route)) = (reader, met)
        && let Some(recorder) = request.app_data::<web::Data<Recorder>>()
    {
        recorder.0.record(reader, route.template()).await;
    }
    Ok(response)
}

//! Tells the access log of every read that was answered, before the answer goes out.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use std::sync::Arc;

use crate::kernel::access::{AccessRecorder, Reader};

/// What writes the log down.
#[derive(Clone)]
pub struct Recorder(pub Arc<dyn AccessRecorder>);

/// Notes the reads of verified callers; what was refused or not found showed nothing and is not noted.
pub async fn note_reads(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(req).await?;
    let request = response.request();
    let shown = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let reader = request.extensions().get::<Reader>().copied().filter(|_| shown && *request.method() == Method::GET);
    if let (Some(reader), Some(route)) = (reader, request.match_pattern())
        && let Some(recorder) = request.app_data::<web::Data<Recorder>>()
    {
        recorder.0.record(reader, &route).await;
    }
    Ok(response)
}

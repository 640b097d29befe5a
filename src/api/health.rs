//! Probes: alive says that the process runs; ready says that it can answer, which needs the database.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::db::Db;
use crate::kernel::{Clock, Error};

/// When to ask again whoever is stopping: by then somebody else may stand in its place.
const STOPPING: Duration = Duration::from_secs(20);

/// Whether the service has been told to stop. It answers what comes, closes each connection with its answer, and asks for no more.
#[derive(Debug, Default)]
pub struct Stopping(AtomicBool);

impl Stopping {
    /// From here on it is not ready.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Wraps every request: from the signal to stop on, an answer is the last on its connection, so that its client goes elsewhere with what
/// comes next, and nobody waits for a connection that is only kept.
pub async fn close_when_stopping(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let stopping = req.app_data::<web::Data<Stopping>>().cloned();
    let mut answered = next.call(req).await?;
    if stopping.is_some_and(|stopping| stopping.0.load(Ordering::Relaxed)) {
        answered.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(answered)
}

/// A probe's answer.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "ok"}))]
pub struct Health {
    /// ok
    #[schema(max_length = 20)]
    status: String,
}

fn ok() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok".to_owned() })
}

/// Is the process alive?
///
/// Answers without touching the database; use it to decide whether to restart the process.
#[utoipa::path(tag = "service", security(()), responses((status = 200, description = "The process runs", body = Health)))]
#[get("/healthz")]
pub async fn get_health() -> HttpResponse {
    ok()
}

/// Can it answer requests?
///
/// Asks the database, at most once a second, and waits three seconds at most; not any more once the service is told to stop. Use it to
/// decide whether to send traffic here.
#[utoipa::path(tag = "service", security(()), responses(
    (status = 200, description = "Requests can be answered", body = Health),
    (status = 503, description = "The database does not answer, or the service is stopping"),
))]
#[get("/readyz")]
pub async fn get_readiness(db: web::Data<Db>, clock: web::Data<Clock>, stopping: web::Data<Stopping>) -> Result<HttpResponse, Problem> {
    if stopping.0.load(Ordering::Relaxed) {
        return Err(Error::unavailable(STOPPING).into());
    }
    db.ping(clock.now()).await?;
    Ok(ok())
}

//! Probes: alive says that the process runs; ready says that it can answer, which needs the database.

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::db::Db;
use crate::kernel::Clock;

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
/// Asks the database, at most once a second; use it to decide whether to send traffic here.
#[utoipa::path(tag = "service", security(()), responses(
    (status = 200, description = "Requests can be answered", body = Health),
    (status = 503, description = "The database does not answer"),
))]
#[get("/readyz")]
pub async fn get_readiness(db: web::Data<Db>, clock: web::Data<Clock>) -> Result<HttpResponse, Problem> {
    db.ping(clock.now()).await?;
    Ok(ok())
}

//! `/openapi.json` and `/docs`: the contract, for programs and for people, with no request to any other host.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use actix_web::{HttpResponse, get, web};

use super::conditions::Conditions;
use super::contract::Contract;

/// The contract
///
/// The OpenAPI 3.1 document of this server, from which clients are generated.
#[utoipa::path(
    tag = "service",
    security(()),
    responses((status = 200, description = "The OpenAPI document", body = Object, content_type = "application/json", example = json!({"openapi": "3.1.0"})))
)]
#[get("/openapi.json")]
pub async fn get_openapi(contract: web::Data<Contract>, conditions: Conditions) -> HttpResponse {
    let etag = contract.document_etag();
    if conditions.holds(etag) {
        return HttpResponse::NotModified().insert_header((ETAG, etag)).finish();
    }
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((ETAG, etag))
        .insert_header((CACHE_CONTROL, "public, max-age=60"))
        .body(contract.document().to_owned())
}

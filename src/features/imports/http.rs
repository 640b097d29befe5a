//! Imports over HTTP.

use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::{HttpRequest, HttpResponse, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::read::Reader;
use super::service::Imports;
use super::wire::{CreateAccountImport, ImportView};
use crate::api::auth::{Caller, WriteBatch};
use crate::api::body;
use crate::api::creating::Creating;
use crate::api::problem::Problem;
use crate::content::Shelf;
use crate::kernel::{Error, Keys};

/// The largest import, in bytes: some 50,000 entries without notes.
const IMPORT_BYTES: usize = 32 * 1024 * 1024;
/// How long sending it may take.
const PATIENCE: Duration = Duration::from_mins(2);

pub fn routes(config: &mut ServiceConfig) {
    config.service(create_account_import);
}

/// Import everything
///
/// Takes the document of an export into an account in which nothing was ever logged: relationships, interactions and what they said
/// before, responses, practices that are not for them, the ids that were removed, language and time zone; safety answers where they are in it. Ids, days and times stay; assessments are computed anew. All
/// of it is stored or nothing. At most 32 MiB.
#[utoipa::path(tag = "accounts", request_body = CreateAccountImport, responses(
    (status = 200, description = "Imported, now or by this very request before", body = ImportView),
    (status = 409, description = "Something was logged in the account already, or the same Idempotency-Key is at work"),
))]
#[post("/v1/account/imports")]
async fn create_account_import(
    caller: Caller<WriteBatch>,
    req: HttpRequest,
    creating: Creating,
    imports: web::Data<Imports>,
    keys: web::Data<Keys>,
    shelf: web::Data<Shelf>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let account = caller.account;
    let seat = imports.seat()?;
    let received = timeout(PATIENCE, body::receive(&req, payload.into_inner(), IMPORT_BYTES)).await;
    let bytes = received.map_err(|_| Error::unavailable(PATIENCE))??;
    // Only whoever has sent everything takes a turn. It goes where the work goes: a client that hangs up frees nothing early.
    let turn = imports.turn()?;
    let read = web::block(move || {
        let _seat = seat;
        let body: CreateAccountImport = body::parse(&bytes)?;
        drop(bytes);
        let creation = creating.of(account, "imports", &body, None)?;
        let import = Reader { keys: &keys, catalogue: &shelf.current(), account, now: creation.now }.read(&body)?;
        Ok::<_, Error>((import, creation, turn))
    });
    let (import, creation, turn) = read.await.map_err(|_| Error::internal("an import could not be read"))??;
    let imported = imports.bring(caller.view(), import, creation, turn).await?;
    Ok(HttpResponse::Ok().json(ImportView::from(imported)))
}

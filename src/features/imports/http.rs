//! Imports over HTTP.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::read::Reader;
use super::service::{Imports, Turn};
use super::wire::{CreateAccountImport, ImportView};
use crate::api::auth::{Caller, WriteBatch};
use crate::api::body::Body;
use crate::api::creating::Creating;
use crate::api::problem::Problem;
use crate::content::Catalogue;
use crate::kernel::{Error, Keys};

/// The largest import, in bytes: some 50,000 entries without notes.
const IMPORT_BYTES: usize = 32 * 1024 * 1024;

pub fn routes(config: &mut ServiceConfig) {
    config.service(create_account_import);
}

/// Taken before the body is read: two large bodies are never in memory for want of a turn.
struct MyTurn(Turn);

impl FromRequest for MyTurn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let imports = req.app_data::<web::Data<Imports>>();
        let turn = imports.map_or_else(|| Err(Error::internal("a shared value is not set up")), |imports| imports.turn());
        ready(turn.map(Self).map_err(Problem))
    }
}

/// Import everything
///
/// Takes the document of an export into an account in which nothing was ever logged: relationships, interactions and what they said
/// before, responses, the ids that were removed, language and time zone. Ids, days and times stay; assessments are computed anew. All
/// of it is stored or nothing. At most 32 MiB.
#[utoipa::path(tag = "accounts", request_body = CreateAccountImport, responses(
    (status = 200, description = "Imported, now or by this very request before", body = ImportView),
    (status = 409, description = "Something was logged in the account already, or the same Idempotency-Key is at work"),
))]
#[post("/v1/account/imports")]
async fn create_account_import(
    caller: Caller<WriteBatch>,
    turn: MyTurn,
    creating: Creating,
    imports: web::Data<Imports>,
    keys: web::Data<Keys>,
    catalogue: web::Data<Catalogue>,
    body: Body<CreateAccountImport, IMPORT_BYTES>,
) -> Result<HttpResponse, Problem> {
    let account = caller.account;
    let creation = creating.of(account, "imports", &body.0, None)?;
    let now = creation.now;
    let read = web::block(move || Reader { keys: &keys, catalogue: &catalogue, account, now }.read(&body.0)).await;
    let import = read.map_err(|_| Error::internal("an import could not be read"))??;
    let imported = imports.bring(account, import, creation).await?;
    drop(turn.0);
    Ok(HttpResponse::Ok().json(ImportView::from(imported)))
}

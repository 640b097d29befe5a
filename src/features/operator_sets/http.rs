//! An operator's question sets over HTTP: for bearers of an operator's token, who have no account.

use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::Name;
use super::read::{self, MOST_BYTES};
use super::service::OperatorSets;
use super::wire::{LintView, OperatorSetList, OperatorSetView, QuestionSetDocument};
use crate::api::auth::Keeper;
use crate::api::body;
use crate::api::conditions::{Conditions, IfMatch, Replacing, etag};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::SetDocument;
use crate::kernel::{Error, text};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_operator_question_sets)
        .service(lint_question_set)
        .service(get_operator_question_set)
        .service(put_question_set_draft)
        .service(delete_question_set_draft)
        .service(publish_question_set)
        .service(retire_question_set);
}

/// List an operator's question sets
///
/// Every version that was made here, drafts and retired ones too, by name and version. All of them: there are 500 at most.
#[utoipa::path(tag = "operator", responses((status = 200, description = "The versions", body = OperatorSetList)))]
#[get("/v1/admin/question-sets")]
async fn list_operator_question_sets(_keeper: Keeper, sets: web::Data<OperatorSets>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(OperatorSetList::from(sets.list().await?)))
}

/// Look for mistakes in a question set
///
/// Everything that the rules find, in a document that is stored nowhere. docs/wording.md explains the rules of wording. At most 512 KiB.
#[utoipa::path(
    tag = "operator",
    request_body = QuestionSetDocument,
    responses((status = 200, description = "What was found; nothing is no failure", body = LintView))
)]
#[post("/v1/admin/question-sets/lint")]
async fn lint_question_set(_keeper: Keeper, req: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Problem> {
    let bytes = body::receive(&req, payload.into_inner(), MOST_BYTES).await?;
    let looked = web::block(move || Ok::<_, Error>(read::document(&bytes)?.findings())).await;
    let findings = looked.map_err(|_| Error::internal("a question set could not be looked at"))??;
    Ok(HttpResponse::Ok().json(LintView::from(findings)))
}

/// Read an operator's question set
///
/// With everything that the rules find, where it is a draft, and the `ETag` that a change has to name.
#[utoipa::path(
    tag = "operator",
    params(
        ("slug" = String, Path, description = "The set's name", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "evening-check"),
        ("version" = i32, Path, description = "The version", minimum = 1, maximum = 10_000, example = 1),
    ),
    responses(
        (status = 200, description = "The version", body = OperatorSetView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/admin/question-sets/{slug}/{version}")]
async fn get_operator_question_set(
    _keeper: Keeper,
    path: web::Path<(String, String)>,
    conditions: Conditions,
    sets: web::Data<OperatorSets>,
) -> Result<HttpResponse, Problem> {
    let (made, findings) = sets.get(named(path)?).await?;
    Ok(reply::resource(&conditions, &etag(made.entry.revision), &OperatorSetView::new(made, findings)))
}

/// Write a draft of a question set
///
/// Whole: `set` and `words` as in the files of the repository. A new one is made with `If-None-Match: *`, under the next version of its name;
/// one that is there is replaced with `If-Match`. A draft may break rules, and the answer says which; a published version answers 409. At most
/// 512 KiB.
#[utoipa::path(
    tag = "operator",
    params(
        ("slug" = String, Path, description = "The set's name", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "evening-check"),
        ("version" = i32, Path, description = "The version", minimum = 1, maximum = 10_000, example = 1),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only where there is none yet.", min_length = 1, max_length = 1_000, pattern = "^[!-~]([ -~]*[!-~])?$", example = "*"),
        ("If-Match" = Option<String>, Header, description = "The ETag you last read, or * to have the last word. Needed to replace a draft.", min_length = 1, max_length = 1_000, pattern = "^[!-~]([ -~]*[!-~])?$", example = "\"3\""),
    ),
    request_body = QuestionSetDocument,
    responses(
        (status = 200, description = "As it is now", body = OperatorSetView),
        (status = 201, description = "Made", body = OperatorSetView),
    )
)]
#[put("/v1/admin/question-sets/{slug}/{version}")]
async fn put_question_set_draft(
    _keeper: Keeper,
    req: HttpRequest,
    path: web::Path<(String, String)>,
    replacing: Replacing,
    sets: web::Data<OperatorSets>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let name = named(path)?;
    let bytes = body::receive(&req, payload.into_inner(), MOST_BYTES).await?;
    let document: SetDocument = read::document(&bytes)?;
    let place = format!("/v1/admin/question-sets/{}/{}", name.slug, name.version);
    let (fresh, made, findings) = sets.put(name, document, move |revision| replacing.check(revision)).await?;
    let mut response = HttpResponse::build(if fresh { StatusCode::CREATED } else { StatusCode::OK });
    response.insert_header((ETAG, etag(made.entry.revision))).insert_header((LOCATION, place));
    Ok(response.json(OperatorSetView::new(made, findings)))
}

/// Remove a draft of a question set
///
/// A published version answers 409: it can be retired.
#[utoipa::path(
    tag = "operator",
    params(
        ("slug" = String, Path, description = "The set's name", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "evening-check"),
        ("version" = i32, Path, description = "The version", minimum = 1, maximum = 10_000, example = 1),
    ),
    responses((status = 204, description = "Removed"), (status = 409, description = "It is published"))
)]
#[delete("/v1/admin/question-sets/{slug}/{version}")]
async fn delete_question_set_draft(
    _keeper: Keeper,
    path: web::Path<(String, String)>,
    sets: web::Data<OperatorSets>,
) -> Result<HttpResponse, Problem> {
    sets.delete(named(path)?).await?;
    Ok(reply::nothing())
}

/// Publish a question set
///
/// For good: from now on it is offered to everybody, on every instance within two seconds, and never changes. Everything that keeps it from
/// being published is named in `errors`, with a pointer into the draft.
#[utoipa::path(
    tag = "operator",
    params(
        ("slug" = String, Path, description = "The set's name", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "evening-check"),
        ("version" = i32, Path, description = "The version", minimum = 1, maximum = 10_000, example = 1),
        ("If-Match" = String, Header, description = "The ETag of the draft that you looked at.", min_length = 1, max_length = 1_000, pattern = "^[!-~]([ -~]*[!-~])?$", example = "\"3\""),
    ),
    responses(
        (status = 200, description = "Published, now or before", body = OperatorSetView),
        (status = 409, description = "The draft breaks rules, or the version is retired"),
    )
)]
#[put("/v1/admin/question-sets/{slug}/{version}/publication")]
async fn publish_question_set(
    keeper: Keeper,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    sets: web::Data<OperatorSets>,
) -> Result<HttpResponse, Problem> {
    let made = sets.publish(keeper.id, named(path)?, |revision| if_match.check(revision)).await?;
    Ok(reply::changed(&Conditions::default(), &etag(made.entry.revision), &OperatorSetView::new(made, Vec::new())))
}

/// Retire a question set
///
/// It is no longer listed or offered for new answers. Whoever names its version reads it as before, and what was answered is scored as
/// before, for ever. Where an earlier version is not retired, that one is offered again. A draft is not there to be retired.
#[utoipa::path(
    tag = "operator",
    params(
        ("slug" = String, Path, description = "The set's name", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "evening-check"),
        ("version" = i32, Path, description = "The version", minimum = 1, maximum = 10_000, example = 1),
    ),
    responses((status = 200, description = "Retired, now or before", body = OperatorSetView))
)]
#[put("/v1/admin/question-sets/{slug}/{version}/retirement")]
async fn retire_question_set(
    keeper: Keeper,
    path: web::Path<(String, String)>,
    sets: web::Data<OperatorSets>,
) -> Result<HttpResponse, Problem> {
    let made = sets.retire(keeper.id, named(path)?).await?;
    Ok(reply::changed(&Conditions::default(), &etag(made.entry.revision), &OperatorSetView::new(made, Vec::new())))
}

/// A name that a set can have; there is nothing under any other. Read here, so that who asks is looked at before what is asked.
fn named(path: web::Path<(String, String)>) -> Result<Name, Error> {
    let (slug, version) = path.into_inner();
    let version = version.parse().ok().filter(|version| (1..=10_000).contains(version) && text::is_slug(&slug, 40));
    Ok(Name { slug, version: version.ok_or_else(Error::not_found)? })
}

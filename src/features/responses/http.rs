//! Responses over HTTP.

mod rotation;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::fhir::{IncomingResponse, Places, QuestionnaireResponse, QuestionnaireResponseDocument};
use super::model::{Filter, Response, Status};
use super::wire::{CreateResponse, ResponseChangeView, ResponsePage, ResponseStatusWord, ResponseView, UpdateResponse};
use super::{service, store};
use crate::api::accept::Accept;
use crate::api::auth::{Caller, DeleteTie, Log, ReadLoan, WriteTie};
use crate::api::body::{EitherBody, PatchBody};
use crate::api::conditions::{Conditions, IfMatch, etag_in};
use crate::api::creating::Creating;
use crate::api::fhir::Form;
use crate::api::fhir::bundle::Bundle;
use crate::api::fhir::documents::BundleDocument;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::{Catalogue, Shelf};
use crate::db::Db;
use crate::kernel::{Clock, Error, Keys, RelationshipId, ResponseId, text};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_response)
        .service(list_responses)
        .service(get_response)
        .service(update_response)
        .service(delete_response)
        .service(get_response_change)
        .service(rotation::list_next_question_sets);
}

/// Answer a question set
///
/// Whole or in part: a response in progress can be resumed, a completed one is scored and does not change any more. Also as a FHIR R4
/// QuestionnaireResponse (`application/fhir+json`): docs/fhir.md says which elements are read.
#[utoipa::path(
    tag = "responses",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body(content((CreateResponse = "application/json"), (QuestionnaireResponseDocument = "application/fhir+json"))),
    responses(
        (status = 201, description = "Stored", content(
            (ResponseView = "application/json"),
            (QuestionnaireResponseDocument = "application/fhir+json"),
        )),
        (status = 406, description = "None of the offered forms is accepted"),
    )
)]
#[post("/v1/relationships/{relationship_id}/responses")]
async fn create_response(
    caller: Caller<Log>,
    creating: Creating,
    accept: Accept,
    relationship: web::Path<Uuid>,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
    body: EitherBody<CreateResponse, IncomingResponse>,
) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let form = Form::wanted(&accept, body.form())?;
    let catalogue = shelf.current();
    let (request, places) = read(body, &catalogue)?;
    let place = format!("/v1/relationships/{relationship}/responses");
    let in_place = |error| places.iter().fold(error, |error, places| places.restore(error));
    let creation = creating.of(account, &place, &request, request.id).map_err(in_place)?;
    let submission = request.parse().map_err(Error::invalid).map_err(in_place)?;
    let sets = Arc::clone(&catalogue);
    let made = db.write(caller.view(), move |conn| service::create(conn, &sets, account, relationship, submission, &creation)).await;
    let made = made.map_err(in_place)?;
    let (location, tag) = (format!("{place}/{}", made.value.id), etag_in(form, made.value.version));
    let (conditions, shown) = (creating.conditions.of_a_session(caller.locked), Shown::of(form, &catalogue, made.value)?);
    Ok(reply::in_form(form, reply::created(&conditions, made.fresh, &location, &tag, &shown)))
}

/// The request, and where its parts were if it came as FHIR.
fn read(body: EitherBody<CreateResponse, IncomingResponse>, catalogue: &Catalogue) -> Result<(CreateResponse, Option<Places>), Error> {
    match body {
        EitherBody::Json(request) => Ok((request, None)),
        EitherBody::Fhir(resource) => resource.read(catalogue).map(|(request, places)| (request, Some(places))),
    }
}

/// A response in the form that was asked for.
#[derive(Serialize)]
#[serde(untagged)]
enum Shown {
    Json(Box<ResponseView>),
    Fhir(Box<QuestionnaireResponse>),
}

impl Shown {
    fn of(form: Form, catalogue: &Catalogue, found: Response) -> Result<Self, Error> {
        match form {
            Form::Json => Ok(Self::Json(Box::new(view(catalogue, found)?))),
            Form::Fhir => Ok(Self::Fhir(Box::new(in_fhir(catalogue, &found)?))),
        }
    }
}

fn in_fhir(catalogue: &Catalogue, found: &Response) -> Result<QuestionnaireResponse, Error> {
    let set = service::answered_set(catalogue, &found.details.question_set, found.details.question_set_version)?;
    QuestionnaireResponse::of(set, found)
}

/// Which responses to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResponseFilter {
    /// Only those that are so far.
    #[param(value_type = ResponseStatusWord, inline, required = false)]
    status: Option<ResponseStatusWord>,
    /// Only those to this question set.
    #[param(value_type = String, required = false, min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "reciprocity-check")]
    question_set: Option<String>,
}

/// List responses
///
/// Newest first. As FHIR R4 a searchset of QuestionnaireResponses.
#[utoipa::path(
    tag = "responses",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery, ResponseFilter),
    responses(
        (status = 200, description = "A page of responses", content(
            (ResponsePage = "application/json"),
            (BundleDocument = "application/fhir+json"),
        )),
        (status = 406, description = "None of the offered forms is accepted"),
    )
)]
#[get("/v1/relationships/{relationship_id}/responses")]
async fn list_responses(
    caller: Caller<ReadLoan>,
    req: HttpRequest,
    accept: Accept,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    filter: web::Query<ResponseFilter>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (account, relationship, form) = (caller.account, RelationshipId(*relationship), Form::wanted(&accept, Form::Json)?);
    let ResponseFilter { status, question_set } = filter.into_inner();
    if !question_set.as_deref().is_none_or(|name| text::is_slug(name, 40)) {
        return Err(Error::parameter("?question_set", "invalid", "The name of a question set belongs here.").into());
    }
    let filter = Filter { status: status.map(Status::from), question_set };
    let list = format!("responses {relationship} {filter:?}");
    let wanted = query.parse(&keys, account, &list)?;
    let page = db.read(caller.view(), move |conn| service::list(conn, account, relationship, &filter, &wanted)).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let catalogue = shelf.current();
    match form {
        Form::Json => {
            let data = page.rows.into_iter().map(|row| view(&catalogue, row)).collect::<Result<_, _>>()?;
            Ok(reply::list(&next, &ResponsePage { data, next_cursor: next.cursor.clone() }))
        }
        Form::Fhir => {
            let data: Vec<_> = page.rows.iter().map(|row| in_fhir(&catalogue, row)).collect::<Result<_, _>>()?;
            let entries = data.into_iter().map(|resource| (resource.full_url(), resource));
            let bundle = Bundle::found(req.uri().to_string(), entries).then(next.address());
            Ok(reply::in_form(form, reply::list(&next, &bundle)))
        }
    }
}

/// Read a response
///
/// With its figures where it is completed, and the version that a change has to name. Also as a FHIR R4 QuestionnaireResponse, which has
/// no figures.
#[utoipa::path(
    tag = "responses",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("response_id" = Uuid, Path, description = "The response's id"),
    ),
    responses(
        (status = 200, description = "The response", content(
            (ResponseView = "application/json"),
            (QuestionnaireResponseDocument = "application/fhir+json"),
        )),
        (status = 304, description = "The client holds this version"),
        (status = 406, description = "None of the offered forms is accepted"),
    )
)]
#[get("/v1/relationships/{relationship_id}/responses/{response_id}")]
async fn get_response(
    caller: Caller<ReadLoan>,
    accept: Accept,
    ids: web::Path<(Uuid, Uuid)>,
    conditions: Conditions,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (account, (relationship, id), form) = (caller.account, typed(&ids), Form::wanted(&accept, Form::Json)?);
    let found = db.read(caller.view(), move |conn| store::get(conn, account, relationship, id)).await?;
    let tag = etag_in(form, found.version);
    Ok(reply::in_form(form, reply::resource(&conditions, &tag, &Shown::of(form, &shelf.current(), found)?)))
}

/// Compare a response with the one before
///
/// Reliable change (Jacobson and Truax 1991) of each scale since the completion before, of the same version of the same set
/// within the relationship: whether scores differ by more than their error of measurement.
#[utoipa::path(
    tag = "responses",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("response_id" = Uuid, Path, description = "The response's id"),
    ),
    responses(
        (status = 200, description = "What changed; nothing to compare with is no failure", body = ResponseChangeView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/relationships/{relationship_id}/responses/{response_id}/change")]
async fn get_response_change(
    caller: Caller<ReadLoan>,
    ids: web::Path<(Uuid, Uuid)>,
    conditions: Conditions,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (account, (relationship, id)) = (caller.account, typed(&ids));
    let sets = shelf.current();
    let found = db.snapshot(caller.view(), move |conn| service::compare(conn, &sets, account, relationship, id)).await?;
    let view = ResponseChangeView::from(found);
    let tag = reply::tag_of_view(&view)?;
    Ok(reply::resource(&conditions, &tag, &view))
}

/// Change a response
///
/// While it is in progress: a merge patch whose answers replace all earlier ones. A completed response answers 409.
#[utoipa::path(
    tag = "responses",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("response_id" = Uuid, Path, description = "The response's id"),
    ),
    request_body(content = UpdateResponse, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", content(
            (ResponseView = "application/json"),
            (QuestionnaireResponseDocument = "application/fhir+json"),
        )),
        (status = 204, description = "Done; no body was wanted"),
        (status = 406, description = "None of the offered forms is accepted"),
    )
)]
#[patch("/v1/relationships/{relationship_id}/responses/{response_id}")]
async fn update_response(
    caller: Caller<WriteTie>,
    accept: Accept,
    ids: web::Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    body: PatchBody<UpdateResponse>,
) -> Result<HttpResponse, Problem> {
    let (account, ids, now, form) = (caller.account, typed(&ids), clock.now(), Form::wanted(&accept, Form::Json)?);
    let change = body.0.parse().map_err(Error::invalid)?;
    let catalogue = shelf.current();
    let sets = Arc::clone(&catalogue);
    let check = move |version| if_match.check(version);
    let changed = db.write(caller.view(), move |conn| service::update(conn, &sets, account, ids, change, check, now)).await?;
    let tag = etag_in(form, changed.version);
    Ok(reply::in_form(form, reply::changed(&conditions, &tag, &Shown::of(form, &catalogue, changed)?)))
}

/// Remove a response
///
/// Completed or not, at once and for good.
#[utoipa::path(
    tag = "responses",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("response_id" = Uuid, Path, description = "The response's id"),
    ),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/relationships/{relationship_id}/responses/{response_id}")]
async fn delete_response(
    caller: Caller<DeleteTie>,
    ids: web::Path<(Uuid, Uuid)>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (account, (relationship, id), now) = (caller.account, typed(&ids), clock.now());
    db.write(caller.view(), move |conn| store::delete(conn, account, relationship, id, now)).await?;
    Ok(reply::nothing())
}

fn typed(ids: &(Uuid, Uuid)) -> (RelationshipId, ResponseId) {
    (RelationshipId(ids.0), ResponseId(ids.1))
}

/// A response as it is answered, with its figures where it is completed.
pub fn view(catalogue: &Catalogue, found: Response) -> Result<ResponseView, Error> {
    let scored = service::scores(catalogue, &found)?;
    Ok(ResponseView::of(found, scored))
}

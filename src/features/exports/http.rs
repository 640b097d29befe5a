//! Exports over HTTP. A download is read and sent a chunk at a time, so its size is no matter of memory.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::stream;
use serde_json::{Map, Value};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::csv;
use super::model::{Export, Include, Part};
use super::service::Exports;
use super::wire::{AccountData, CreateExport, ExportView};
use crate::api::auth::{Asked, Caller, Read, Standing, WriteBatch};
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::kernel::{Code, Error, View};

pub fn routes(config: &mut ServiceConfig) {
    config.service(create_account_export).service(get_account_export).service(download_account_export).service(download_account_table);
}

/// Export everything
///
/// Begins to gather everything of the account, in the background; `Location` says where to ask how far it is. While one is
/// being made, that one is answered. A new one takes the place of the last. It is deleted after 24 hours, and when something is erased.
/// Answers to the safety screen are in it only where `include` asks for them, which takes the password.
#[utoipa::path(tag = "accounts", request_body = CreateExport, responses((status = 202, description = "Begun, or being made already", body = ExportView)))]
#[post("/v1/account/exports")]
async fn create_account_export(
    caller: Caller<WriteBatch>,
    asked: Asked,
    exports: web::Data<Exports>,
    body: Body<CreateExport>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.0.checked()?;
    let export = if wanted.asks_for_safety_answers() {
        let attempt = asked.attempt(caller.account)?;
        attempt.settle(exports.begin_with_safety_answers(caller.view(), wanted.current_password.as_deref()).await)?
    } else {
        exports.begin(caller.view()).await?
    };
    Ok(HttpResponse::Accepted().insert_header(("Location", ExportView::path(export.id))).json(ExportView::from(export)))
}

/// Read how far an export is
///
/// Asking also takes up again what a restart of the service left unfinished. One that met something it could not read has failed:
/// another one can be begun.
#[utoipa::path(
    tag = "accounts",
    params(("export_id" = Uuid, Path, description = "The export's id")),
    responses((status = 200, description = "How far it is", body = ExportView))
)]
#[get("/v1/account/exports/{export_id}")]
async fn get_account_export(caller: Caller<Read>, id: web::Path<Uuid>, exports: web::Data<Exports>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(ExportView::from(exports.get(caller.view(), *id).await?)))
}

/// Download an export as JSON
///
/// One document with every part, streamed. 409 until the export is completed, and where it failed.
#[utoipa::path(
    tag = "accounts",
    params(("export_id" = Uuid, Path, description = "The export's id")),
    responses(
        (status = 200, description = "Everything of the account", body = AccountData),
        (status = 409, description = "It is not completed yet, or failed"),
    )
)]
#[get("/v1/account/exports/{export_id}/data")]
async fn download_account_export(
    caller: Caller<Read>,
    standing: Standing,
    id: web::Path<Uuid>,
    exports: web::Data<Exports>,
) -> Result<HttpResponse, Problem> {
    let (export, completed_at) = completed(&exports, caller.view(), *id).await?;
    let include = export.include;
    let reading = Reading { exports: exports.into_inner(), view: caller.view(), id: *id, number: 0, only: None, standing };
    let start = format!(
        "{{\"format\":\"reciprocity-account\",\"format_version\":1,\"exported_at\":\"{}\"",
        completed_at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    );
    let body = stream::try_unfold(Some((reading, Some(start), None)), move |state| async move {
        let Some((mut reading, start, open)) = state else { return Ok::<_, Error>(None) };
        let mut text = start.unwrap_or_default();
        let Some((part, records)) = reading.next().await? else {
            text.push_str(&between(open, None, include));
            text.push('}');
            return Ok(Some((Bytes::from(text), None)));
        };
        text.push_str(&between(open, Some(part), include));
        text.push_str(&records);
        Ok(Some((Bytes::from(text), Some((reading, None, Some(part))))))
    });
    Ok(attachment("application/json", "export.json").streaming(body))
}

/// What stands between the records of one part and those of another: the ends and beginnings of the lists, empty ones too.
fn between(open: Option<Part>, next: Option<Part>, include: Include) -> String {
    if open == next {
        return if open.is_some() { ",\n".to_owned() } else { empty_lists(Part::of(include)) };
    }
    let after = |part: &Part| open.is_none_or(|open| open.is_before(*part));
    let before = |part: &Part| next.is_none_or(|next| part.is_before(next));
    let mut text = if open.is_some() { "]".to_owned() } else { String::new() };
    text.push_str(&empty_lists(Part::of(include).filter(|part| after(part) && before(part))));
    if let Some(next) = next {
        text.extend([",\n\"", next.as_str(), "\":["]);
    }
    text
}

fn empty_lists(parts: impl Iterator<Item = Part>) -> String {
    parts.flat_map(|part| [",\n\"", part.as_str(), "\":[]"]).collect()
}

/// Download a part of an export as CSV
///
/// RFC 4180, with a first line of names. What is not flat is JSON in its cell. A text that a spreadsheet would take for a formula has an
/// apostrophe before it. 409 until the export is completed.
#[utoipa::path(
    tag = "accounts",
    params(
        ("export_id" = Uuid, Path, description = "The export's id"),
        ("part" = String, Path, description = "A member of the JSON export, such as interactions", max_length = 40, example = "interactions"),
    ),
    responses(
        (status = 200, description = "The table", content((String = "text/csv", example = json!("kind,id,removed_at\r\n")))),
        (status = 409, description = "It is not completed yet, or failed"),
    )
)]
#[get("/v1/account/exports/{export_id}/tables/{part}")]
async fn download_account_table(
    caller: Caller<Read>,
    standing: Standing,
    path: web::Path<(Uuid, String)>,
    exports: web::Data<Exports>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let part = Part::parse(&name).ok_or_else(Error::not_found)?;
    let (export, _) = completed(&exports, caller.view(), id).await?;
    if !Part::of(export.include).any(|one| one == part) {
        return Err(Error::not_found().into());
    }
    let reading = Reading { exports: exports.into_inner(), view: caller.view(), id, number: 0, only: Some(part), standing };
    let body = stream::try_unfold((reading, true), move |(mut reading, first)| async move {
        if first {
            return Ok::<_, Error>(Some((Bytes::from(csv::header(part)), (reading, false))));
        }
        let Some((_, records)) = reading.next().await? else { return Ok(None) };
        let records: Vec<Map<String, Value>> = serde_json::from_str(&format!("[{records}]")).map_err(Error::internal)?;
        Ok(Some((Bytes::from(csv::lines(part, &records)), (reading, false))))
    });
    Ok(attachment("text/csv; charset=utf-8", &format!("export-{:02}.csv", part.number())).streaming(body))
}

/// The name says nothing of what is in it: it stays in a folder of downloads, where somebody else may look.
fn attachment(media_type: &str, name: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, media_type));
    response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response
}

async fn completed(exports: &Exports, view: View, id: Uuid) -> Result<(Export, DateTime<Utc>), Error> {
    let export = exports.get(view, id).await?;
    let why = if export.failed_at.is_some() { Code::ExportFailed } else { Code::ExportRunning };
    let completed_at = export.completed_at.ok_or_else(|| Error::new(why))?;
    Ok((export, completed_at))
}

/// The chunks of an export, one after the other.
struct Reading {
    exports: Arc<Exports>,
    view: View,
    id: Uuid,
    number: i32,
    only: Option<Part>,
    /// Asked before each chunk: a session that ended meanwhile gets no more of it.
    standing: Standing,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<(Part, String)>, Error> {
        self.standing.holds().await?;
        let found = self.exports.chunk(self.view, self.id, self.number, self.only).await?;
        Ok(found.map(|(number, part, records)| {
            self.number = number.saturating_add(1);
            (part, records)
        }))
    }
}

//! The documentation's page and its files, as they lie in the program. None is copied for whoever asks: a client that asks for the longest
//! and does not take it would otherwise hold a megabyte and a half.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::guard::Get;
use actix_web::http::header::{CONTENT_ENCODING, ContentEncoding};
use actix_web::{HttpResponse, Resource, web};
use utoipa_swagger_ui::Config;

/// What stands under `/docs/`.
pub fn files() -> Resource {
    let config = Config::from("/openapi.json").validator_url("none");
    Resource::new("/docs/{_:.*}").guard(Get()).app_data(web::Data::new(config)).to(file)
}

async fn file(path: web::Path<String>, config: web::Data<Config<'static>>) -> HttpResponse {
    let config: Arc<Config<'static>> = config.into_inner();
    let Ok(found) = utoipa_swagger_ui::serve(&path, config) else { return HttpResponse::InternalServerError().finish() };
    let Some(file) = found else { return HttpResponse::NotFound().finish() };
    let mut answer = HttpResponse::Ok();
    if file.gzpipped {
        answer.insert_header((CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    answer.content_type(file.content_type);
    match file.bytes {
        Cow::Borrowed(bytes) => answer.body(web::Bytes::from_static(bytes)),
        Cow::Owned(bytes) => answer.body(bytes),
    }
}

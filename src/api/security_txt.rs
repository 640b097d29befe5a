//! `/.well-known/security.txt`: whom to tell of a weakness in this service (RFC 9116).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};

use super::problem::Problem;
use crate::config::SecurityContact;
use crate::kernel::Error;

/// The file as it is served, where the operator said whom to tell.
#[derive(Clone, Debug)]
pub struct SecurityText(Option<String>);

impl SecurityText {
    #[must_use]
    pub fn new(configured: Option<&SecurityContact>) -> Self {
        Self(configured.map(|said| {
            let contacts: Vec<String> = said.contacts.iter().map(|contact| format!("Contact: {contact}\r\n")).collect();
            format!("{}Expires: {}\r\n", contacts.concat(), said.expires)
        }))
    }
}

/// Whom to tell of a weakness
///
/// The operator's security.txt (RFC 9116). Nothing where the operator has named nobody.
#[utoipa::path(
    tag = "service",
    security(()),
    responses(
        (status = 200, description = "Contacts, and until when they are right", body = String, content_type = "text/plain",
         example = "Contact: mailto:security@example.org\r\nExpires: 2027-01-31T00:00:00Z\r\n"),
        (status = 404, description = "The operator has named nobody"),
    )
)]
#[get("/.well-known/security.txt")]
pub async fn get_security_contact(text: web::Data<SecurityText>) -> Result<HttpResponse, Problem> {
    let text = text.0.clone().ok_or_else(Error::not_found)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").insert_header((CACHE_CONTROL, "public, max-age=3600")).body(text))
}

//! RFC 9457 problem details: the one shape of every failure, from a closed list of codes.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::kernel::{Code, Error};

/// The public face of each code: its name in URLs and bodies, its status, its title, and what to do about it.
pub struct Face {
    pub name: &'static str,
    pub status: StatusCode,
    pub title: &'static str,
    pub advice: &'static str,
}

/// Every code, in the order of its status; pages and documentation are made from this list.
pub const ALL: [Code; 32] = [
    Code::InvalidJson,
    Code::InvalidParameter,
    Code::Unauthenticated,
    Code::TokenSuperseded,
    Code::InvalidCredentials,
    Code::InsufficientScope,
    Code::RegistrationClosed,
    Code::StepUpRequired,
    Code::WrongPin,
    Code::PinSuspended,
    Code::PasswordsNotUsed,
    Code::NotFound,
    Code::MethodNotAllowed,
    Code::NotAcceptable,
    Code::RequestTimeout,
    Code::IdConflict,
    Code::ConcurrentRequest,
    Code::LimitReached,
    Code::ResponseCompleted,
    Code::ExportRunning,
    Code::ExportFailed,
    Code::AccountNotEmpty,
    Code::Gone,
    Code::PreconditionFailed,
    Code::PayloadTooLarge,
    Code::UnsupportedMediaType,
    Code::ValidationFailed,
    Code::IdempotencyKeyReused,
    Code::PreconditionRequired,
    Code::TooManyRequests,
    Code::Internal,
    Code::Unavailable,
];

const fn face_of(name: &'static str, status: StatusCode, title: &'static str, advice: &'static str) -> Face {
    Face { name, status, title, advice }
}

/// The face of a code.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one table, a line or a few for each code")]
pub const fn face(code: Code) -> Face {
    match code {
        Code::InvalidJson => face_of(
            "invalid_json",
            StatusCode::BAD_REQUEST,
            "The body is not valid JSON",
            "Send one JSON value in UTF-8, without duplicate members.",
        ),
        Code::InvalidParameter => face_of(
            "invalid_parameter",
            StatusCode::BAD_REQUEST,
            "A part of the address or a header is not valid",
            "errors[] names the parameter and what is accepted.",
        ),
        Code::Unauthenticated => face_of(
            "unauthenticated",
            StatusCode::UNAUTHORIZED,
            "An access token is needed",
            "Send Authorization: Bearer with a token from POST /v1/sessions; refresh it when it has expired, sign in again when the session has ended.",
        ),
        Code::TokenSuperseded => face_of(
            "token_superseded",
            StatusCode::UNAUTHORIZED,
            "Every session was ended after this token was issued",
            "Get a new token from its issuer. One that is issued within ten seconds after sessions were ended is refused too, because clocks differ: wait so long.",
        ),
        Code::InvalidCredentials => face_of(
            "invalid_credentials",
            StatusCode::UNAUTHORIZED,
            "The handle and the secret do not belong together",
            "Check both. The answer is the same for an unknown handle, a wrong password and a wrong code, so that nobody can find out whether an account exists.",
        ),
        Code::InsufficientScope => face_of(
            "insufficient_scope",
            StatusCode::FORBIDDEN,
            "The token does not allow this",
            "Sign in with a wider scope. A read-only token cannot write; a token without delete cannot remove.",
        ),
        Code::RegistrationClosed => face_of(
            "registration_closed",
            StatusCode::FORBIDDEN,
            "No account can be made here this way",
            "Ask whoever runs this server for an invitation.",
        ),
        Code::StepUpRequired => face_of(
            "step_up_required",
            StatusCode::FORBIDDEN,
            "The PIN is needed first",
            "Unlock the session with POST /v1/sessions/unlocks, then send this again. Logging needs no PIN.",
        ),
        Code::WrongPin => face_of(
            "wrong_pin",
            StatusCode::FORBIDDEN,
            "This is not the PIN",
            "Try again. After five wrong PINs the session ends. Whoever knows the password can set another PIN or remove it.",
        ),
        Code::PinSuspended => face_of(
            "pin_suspended",
            StatusCode::FORBIDDEN,
            "No PIN is taken at the moment",
            "Too many PINs were wrong. Sign in with the password; then a PIN is taken again.",
        ),
        Code::PasswordsNotUsed => face_of(
            "passwords_not_used",
            StatusCode::FORBIDDEN,
            "This service has no passwords",
            "People sign in with another issuer here. Send its access token; POST /v1/accounts with it makes the account.",
        ),
        Code::NotFound => face_of(
            "not_found",
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "Check the address. Something that belongs to another account answers exactly like something that does not exist.",
        ),
        Code::MethodNotAllowed => face_of(
            "method_not_allowed",
            StatusCode::METHOD_NOT_ALLOWED,
            "This address does not take this method",
            "The Allow header lists the methods it takes.",
        ),
        Code::NotAcceptable => face_of(
            "not_acceptable",
            StatusCode::NOT_ACCEPTABLE,
            "No offered form of this matches the Accept header",
            "Ask for application/json.",
        ),
        Code::RequestTimeout => face_of(
            "request_timeout",
            StatusCode::REQUEST_TIMEOUT,
            "The body took too long to arrive",
            "Send it again, over a faster connection or in smaller parts. Nothing was stored.",
        ),
        Code::IdConflict => face_of(
            "id_conflict",
            StatusCode::CONFLICT,
            "This id already belongs to another request",
            "Choose a new id. Repeating the very same request is always safe.",
        ),
        Code::ConcurrentRequest => face_of(
            "concurrent_request",
            StatusCode::CONFLICT,
            "A request with the same Idempotency-Key is running",
            "Wait a moment and send it again.",
        ),
        Code::LimitReached => face_of(
            "limit_reached",
            StatusCode::CONFLICT,
            "The account holds as many of these as it may",
            "Remove one before adding another.",
        ),
        Code::ExportRunning => face_of(
            "export_running",
            StatusCode::CONFLICT,
            "The export is not completed yet",
            "Ask how far it is, and download it once its status is completed.",
        ),
        Code::ExportFailed => face_of(
            "export_failed",
            StatusCode::CONFLICT,
            "The export could not be made",
            "Something that is stored could not be read. Whoever runs this server finds in the log what it was; begin another export once that is mended.",
        ),
        Code::AccountNotEmpty => face_of(
            "account_not_empty",
            StatusCode::CONFLICT,
            "Something was logged in this account already",
            "Import into an account in which nothing was ever logged or removed.",
        ),
        Code::ResponseCompleted => face_of(
            "response_completed",
            StatusCode::CONFLICT,
            "A completed response does not change",
            "Start a new response; the completed one stays as it was answered.",
        ),
        Code::Gone => face_of("gone", StatusCode::GONE, "This was removed", "Forget the id: it will not be used again."),
        Code::PreconditionFailed => face_of(
            "precondition_failed",
            StatusCode::PRECONDITION_FAILED,
            "It has changed since you read it",
            "Read it again, apply your change to what is there now, and send the new ETag in If-Match.",
        ),
        Code::PayloadTooLarge => face_of(
            "payload_too_large",
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is larger than is accepted here",
            "Send it in smaller parts.",
        ),
        Code::UnsupportedMediaType => face_of(
            "unsupported_media_type",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body is in a form that is not accepted here",
            "Send application/json; changes with PATCH are application/merge-patch+json.",
        ),
        Code::ValidationFailed => face_of(
            "validation_failed",
            StatusCode::UNPROCESSABLE_ENTITY,
            "The body cannot be accepted as it is",
            "errors[] points at each member that needs a change. Nothing was stored.",
        ),
        Code::IdempotencyKeyReused => face_of(
            "idempotency_key_reused",
            StatusCode::UNPROCESSABLE_ENTITY,
            "This Idempotency-Key was used for another request",
            "Make a new key for each new request; use the old one only to repeat the old request.",
        ),
        Code::PreconditionRequired => face_of(
            "precondition_required",
            StatusCode::PRECONDITION_REQUIRED,
            "If-Match is needed to change this",
            "Send the ETag you last read, or * to have the last word.",
        ),
        Code::TooManyRequests => {
            face_of("too_many_requests", StatusCode::TOO_MANY_REQUESTS, "Too many requests", "Wait for the seconds in Retry-After.")
        }
        Code::Internal => face_of(
            "internal",
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side",
            "Try again; if it stays, tell whoever runs this server the request_id.",
        ),
        Code::Unavailable => face_of(
            "unavailable",
            StatusCode::SERVICE_UNAVAILABLE,
            "The service cannot answer right now",
            "Try again after the seconds in Retry-After. Nothing was stored.",
        ),
    }
}

/// A failure as an HTTP answer. The edge adds the request id when it writes the body.
pub struct Problem(pub Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({:?})", self.0.code)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(face(self.0.code).name)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        face(self.0.code).status
    }

    fn error_response(&self) -> HttpResponse {
        if let Some(cause) = self.0.cause() {
            tracing::error!(code = face(self.0.code).name, %cause, "request failed");
        }
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(Pending {
            code: self.0.code,
            errors: self.0.fields.iter().map(FieldProblem::from).collect(),
            retry_after_seconds: self.0.retry_after.map(|wait| wait.as_secs().max(1)),
        });
        response
    }
}

/// A problem on its way out; `edge` turns it into a body.
#[derive(Clone, Debug)]
pub struct Pending {
    pub code: Code,
    pub errors: Vec<FieldProblem>,
    pub retry_after_seconds: Option<u64>,
}

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema, Debug)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Where this kind of problem is explained, on this server.
    #[schema(format = "uri-reference", max_length = 200, example = "/problems/not_found")]
    pub r#type: String,
    /// The same for every problem of this kind.
    #[schema(max_length = 200)]
    pub title: String,
    /// The HTTP status, repeated.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What can be done about it.
    #[schema(max_length = 1000)]
    pub detail: String,
    /// A stable word for programs.
    #[schema(max_length = 60)]
    pub code: String,
    /// Names this request in the server's log.
    #[schema(max_length = 60)]
    pub request_id: String,
    /// Which members of the request were wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub errors: Vec<FieldProblem>,
}

/// One member of the request that needs a change.
#[derive(Clone, Serialize, ToSchema, Debug)]
pub struct FieldProblem {
    /// JSON Pointer (RFC 6901) into the body; ?name for a query parameter, a header's name for a header.
    #[schema(max_length = 300)]
    pub pointer: String,
    /// A stable word for programs.
    #[schema(max_length = 60)]
    pub code: String,
    /// One sentence for people.
    #[schema(max_length = 500)]
    pub detail: String,
}

impl From<&crate::kernel::FieldError> for FieldProblem {
    fn from(error: &crate::kernel::FieldError) -> Self {
        Self { pointer: error.pointer.clone(), code: error.code.to_owned(), detail: error.detail.clone() }
    }
}

impl ProblemBody {
    /// The body of a pending problem in the request `request_id`.
    #[must_use]
    pub fn new(pending: Pending, request_id: &str) -> Self {
        let face = face(pending.code);
        Self {
            r#type: format!("/problems/{}", face.name),
            title: face.title.to_owned(),
            status: face.status.as_u16(),
            detail: face.advice.to_owned(),
            code: face.name.to_owned(),
            request_id: request_id.to_owned(),
            errors: pending.errors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_of_its_own() {
        let mut names: Vec<_> = ALL.iter().map(|code| face(*code).name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}

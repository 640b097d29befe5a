//! RFC 9457 problem details: the one shape of every failure, from a closed list of codes.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem_words::Words;
use crate::kernel::{Code, Error};

/// The public face of each code: its name in URLs and bodies, and its status. What it says to people is in `problem_words`.
pub struct Face {
    pub name: &'static str,
    pub status: StatusCode,
}

/// Every code, in the order of its status; pages and documentation are made from this list.
pub const ALL: [Code; 35] = [
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
    Code::NotOffered,
    Code::ResponseCompleted,
    Code::QuestionSetFixed,
    Code::QuestionSetNotReady,
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

const fn face_of(name: &'static str, status: StatusCode) -> Face {
    Face { name, status }
}

/// The face of a code.
#[must_use]
pub const fn face(code: Code) -> Face {
    match code {
        Code::InvalidJson => face_of("invalid_json", StatusCode::BAD_REQUEST),
        Code::InvalidParameter => face_of("invalid_parameter", StatusCode::BAD_REQUEST),
        Code::Unauthenticated => face_of("unauthenticated", StatusCode::UNAUTHORIZED),
        Code::TokenSuperseded => face_of("token_superseded", StatusCode::UNAUTHORIZED),
        Code::InvalidCredentials => face_of("invalid_credentials", StatusCode::UNAUTHORIZED),
        Code::InsufficientScope => face_of("insufficient_scope", StatusCode::FORBIDDEN),
        Code::RegistrationClosed => face_of("registration_closed", StatusCode::FORBIDDEN),
        Code::StepUpRequired => face_of("step_up_required", StatusCode::FORBIDDEN),
        Code::WrongPin => face_of("wrong_pin", StatusCode::FORBIDDEN),
        Code::PinSuspended => face_of("pin_suspended", StatusCode::FORBIDDEN),
        Code::PasswordsNotUsed => face_of("passwords_not_used", StatusCode::FORBIDDEN),
        Code::NotFound => face_of("not_found", StatusCode::NOT_FOUND),
        Code::MethodNotAllowed => face_of("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED),
        Code::NotAcceptable => face_of("not_acceptable", StatusCode::NOT_ACCEPTABLE),
        Code::RequestTimeout => face_of("request_timeout", StatusCode::REQUEST_TIMEOUT),
        Code::IdConflict => face_of("id_conflict", StatusCode::CONFLICT),
        Code::ConcurrentRequest => face_of("concurrent_request", StatusCode::CONFLICT),
        Code::LimitReached => face_of("limit_reached", StatusCode::CONFLICT),
        Code::NotOffered => face_of("not_offered", StatusCode::CONFLICT),
        Code::ExportRunning => face_of("export_running", StatusCode::CONFLICT),
        Code::ExportFailed => face_of("export_failed", StatusCode::CONFLICT),
        Code::AccountNotEmpty => face_of("account_not_empty", StatusCode::CONFLICT),
        Code::ResponseCompleted => face_of("response_completed", StatusCode::CONFLICT),
        Code::QuestionSetFixed => face_of("question_set_fixed", StatusCode::CONFLICT),
        Code::QuestionSetNotReady => face_of("question_set_not_ready", StatusCode::CONFLICT),
        Code::Gone => face_of("gone", StatusCode::GONE),
        Code::PreconditionFailed => face_of("precondition_failed", StatusCode::PRECONDITION_FAILED),
        Code::PayloadTooLarge => face_of("payload_too_large", StatusCode::PAYLOAD_TOO_LARGE),
        Code::UnsupportedMediaType => face_of("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        Code::ValidationFailed => face_of("validation_failed", StatusCode::UNPROCESSABLE_ENTITY),
        Code::IdempotencyKeyReused => face_of("idempotency_key_reused", StatusCode::UNPROCESSABLE_ENTITY),
        Code::PreconditionRequired => face_of("precondition_required", StatusCode::PRECONDITION_REQUIRED),
        Code::TooManyRequests => face_of("too_many_requests", StatusCode::TOO_MANY_REQUESTS),
        Code::Internal => face_of("internal", StatusCode::INTERNAL_SERVER_ERROR),
        Code::Unavailable => face_of("unavailable", StatusCode::SERVICE_UNAVAILABLE),
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
    /// The same for every problem of this kind, in the reader's language (Accept-Language, Content-Language).
    #[schema(max_length = 200)]
    pub title: String,
    /// The HTTP status, repeated.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What can be done about it, in the same language as the title.
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
    /// Where help is, whatever the reason was: there where something is not offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    pub resources: Option<&'static str>,
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
    /// One sentence for people who write programs, in English.
    #[schema(max_length = 500)]
    pub detail: String,
}

impl From<&crate::kernel::FieldError> for FieldProblem {
    fn from(error: &crate::kernel::FieldError) -> Self {
        Self { pointer: error.pointer.clone(), code: error.code.to_owned(), detail: error.detail.clone() }
    }
}

/// Where help is, for a refusal that has its reasons for itself.
const fn resources(code: Code) -> Option<&'static str> {
    if matches!(code, Code::NotOffered) { Some("/v1/safety/resources") } else { None }
}

impl ProblemBody {
    /// The body of a pending problem in the request `request_id`, in one language.
    #[must_use]
    pub fn new(pending: Pending, request_id: &str, words: Words) -> Self {
        let face = face(pending.code);
        Self {
            r#type: format!("/problems/{}", face.name),
            title: words.title(face.name).to_owned(),
            status: face.status.as_u16(),
            detail: words.advice(face.name).to_owned(),
            code: face.name.to_owned(),
            request_id: request_id.to_owned(),
            errors: pending.errors,
            resources: resources(pending.code),
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

    #[test]
    fn every_code_stands_once_in_the_order_of_its_status() {
        assert_eq!(ALL.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| ALL.contains(code)));
        assert!(ALL.is_sorted_by_key(|code| face(*code).status));
    }
}

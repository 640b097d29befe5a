//! Failures as a FHIR client reads them: an `OperationOutcome` instead of a problem (FHIR R4, section 2.31).
//!
//! It says the same, no more: the code of the problem, what to do about it, and which members were wrong.

use serde::Serialize;
use utoipa::ToSchema;

use super::elements::{Coding, Concept};
use super::{FHIR_JSON, Form, JSON, Sent, form_of, names};
use crate::api::accept::Accept;
use crate::api::problem::{FieldProblem, Pending, face};
use crate::api::problem_words::Words;
use crate::kernel::Code;

/// The media type of failures otherwise (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Whether a client that sent these headers reads failures as FHIR. One that sent FHIR and names nothing else does, too.
#[must_use]
pub fn wanted(accept: &Accept, content_type: &str) -> bool {
    let offered = match form_of(content_type) {
        Some(Form::Fhir) => [FHIR_JSON, PROBLEM_JSON, JSON],
        Some(Form::Json) | None => [PROBLEM_JSON, JSON, FHIR_JSON],
    };
    accept.choose(&offered).is_ok_and(|best| best == FHIR_JSON)
}

/// What went wrong, to a FHIR client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperationOutcome)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// `OperationOutcome`
    #[schema(max_length = 40)]
    resource_type: &'static str,
    /// Names this request in the server's log, as Request-Id does.
    #[schema(max_length = 60)]
    id: String,
    /// One for each member that was wrong, or one for all.
    #[schema(max_items = 1000)]
    issue: Vec<Issue>,
}

/// One thing that went wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperationOutcomeIssue)]
pub struct Issue {
    /// error
    #[schema(max_length = 20)]
    severity: &'static str,
    /// A code of FHIR's issue types.
    #[schema(max_length = 40)]
    code: &'static str,
    /// The code of the problem, and one sentence for people.
    #[schema(value_type = Object)]
    details: Concept,
    /// What can be done about it.
    #[schema(max_length = 1000)]
    diagnostics: String,
    /// `http.` and the name of a query parameter or header.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1, max_length = 300)]
    location: Vec<String>,
    /// `FHIRPath` of the element.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1, max_length = 300)]
    expression: Vec<String>,
}

impl Outcome {
    /// The outcome of a pending problem in the request `request_id`, whose body was the resource `sent`, if any.
    #[must_use]
    pub fn new(pending: &Pending, request_id: &str, sent: Option<Sent>, words: Words) -> Self {
        let title = words.title(face(pending.code).name).to_owned();
        let whole = || Issue::of(pending.code, issue_type(pending.code), title.clone(), words);
        let issue = match pending.errors.as_slice() {
            [] => vec![whole()],
            errors => errors.iter().map(|error| Issue::of_member(pending.code, error, sent, words)).collect(),
        };
        Self { resource_type: "OperationOutcome", id: request_id.to_owned(), issue }
    }
}

impl Issue {
    fn of(code: Code, kind: &'static str, text: String, words: Words) -> Self {
        let face = face(code);
        let coding = Coding { display: Some(words.title(face.name).to_owned()), ..Coding::new(names::problems(), face.name) };
        let details = Concept { coding: vec![coding], text: Some(text), ..Concept::default() };
        Self {
            severity: "error",
            code: kind,
            details,
            diagnostics: words.advice(face.name).to_owned(),
            location: Vec::new(),
            expression: Vec::new(),
        }
    }

    fn of_member(code: Code, error: &FieldProblem, sent: Option<Sent>, words: Words) -> Self {
        let mut issue = Self::of(code, member_issue_type(code, &error.code), error.detail.clone(), words);
        issue.details.coding.push(Coding::new(names::member_problems(), error.code.clone()));
        match sent {
            Some(Sent(resource)) if is_pointer(&error.pointer) => issue.expression.push(fhir_path(resource, &error.pointer)),
            Some(_) | None if is_pointer(&error.pointer) => issue.diagnostics = format!("{}: {}", error.pointer, issue.diagnostics),
            Some(_) | None => issue.location.push(format!("http.{}", error.pointer.trim_start_matches('?').to_ascii_lowercase())),
        }
        issue
    }
}

/// Whether it points into the body (RFC 6901), rather than naming a parameter or a header.
fn is_pointer(pointer: &str) -> bool {
    pointer.is_empty() || pointer.starts_with('/')
}

/// `/item/0/answer/0/valueCoding/code` is `QuestionnaireResponse.item[0].answer[0].value.code`: FHIRPath knows a choice of types by its
/// name without the type.
fn fhir_path(resource: &str, pointer: &str) -> String {
    let mut path = resource.to_owned();
    for segment in pointer.split('/').skip(1) {
        match segment {
            index if !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()) => path.extend(["[", index, "]"]),
            name if name.starts_with("value") => path.push_str(".value"),
            name => path.extend([".", name]),
        }
    }
    path
}

/// FHIR's word for each code (FHIR R4, code system issue-type).
const fn issue_type(code: Code) -> &'static str {
    match code {
        Code::InvalidJson => "structure",
        Code::InvalidParameter => "value",
        Code::ValidationFailed => "invalid",
        Code::Unauthenticated => "login",
        Code::TokenSuperseded => "expired",
        Code::InvalidCredentials => "unknown",
        Code::InsufficientScope | Code::RegistrationClosed | Code::StepUpRequired | Code::PinSuspended => "forbidden",
        Code::WrongPin => "security",
        Code::PasswordsNotUsed | Code::MethodNotAllowed | Code::NotAcceptable | Code::UnsupportedMediaType => "not-supported",
        Code::NotFound => "not-found",
        Code::RequestTimeout => "timeout",
        Code::IdConflict => "duplicate",
        Code::ConcurrentRequest => "lock-error",
        Code::LimitReached
        | Code::NotOffered
        | Code::ResponseCompleted
        | Code::QuestionSetFixed
        | Code::QuestionSetNotReady
        | Code::AccountNotEmpty
        | Code::ExportRunning => "business-rule",
        Code::ExportFailed | Code::Internal => "exception",
        Code::Gone => "deleted",
        Code::PreconditionFailed | Code::IdempotencyKeyReused => "conflict",
        Code::PayloadTooLarge => "too-long",
        Code::PreconditionRequired => "required",
        Code::TooManyRequests => "throttled",
        Code::Unavailable => "transient",
    }
}

/// The same for one member: what its own code adds.
fn member_issue_type(code: Code, member: &str) -> &'static str {
    match member {
        "required" => "required",
        "unknown_member" | "duplicate_member" | "wrong_type" => "structure",
        "unknown_value" | "unknown_code" | "unknown_code_system" | "unknown_item" | "unknown_question_set" | "unknown_version" => {
            "code-invalid"
        }
        "unknown_modifier" => "extension",
        "item_not_asked" | "skip_not_allowed" | "duplicate_item" | "one_answer" => "business-rule",
        "too_many" => "too-long",
        "not_supported" => "not-supported",
        "wrong_value" | "value_off_scale" | "out_of_range" => "value",
        _ => issue_type(code),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::problem::ALL;

    fn member(pointer: &str, code: &str) -> FieldProblem {
        FieldProblem { pointer: pointer.to_owned(), code: code.to_owned(), detail: "A sentence.".to_owned() }
    }

    fn outcome(code: Code, errors: Vec<FieldProblem>, sent: Option<Sent>) -> serde_json::Value {
        serde_json::to_value(Outcome::new(&Pending { code, errors, retry_after_seconds: None }, "a-request", sent, Words::english()))
            .unwrap()
    }

    #[test]
    fn every_problem_is_an_outcome_with_one_of_the_issue_types_of_r4() {
        const TYPES: [&str; 31] = [
            "invalid",
            "structure",
            "required",
            "value",
            "invariant",
            "security",
            "login",
            "unknown",
            "expired",
            "forbidden",
            "suppressed",
            "processing",
            "not-supported",
            "duplicate",
            "multiple-matches",
            "not-found",
            "deleted",
            "too-long",
            "code-invalid",
            "extension",
            "too-costly",
            "business-rule",
            "conflict",
            "transient",
            "lock-error",
            "no-store",
            "exception",
            "timeout",
            "incomplete",
            "throttled",
            "informational",
        ];
        for code in ALL {
            let told = outcome(code, Vec::new(), None);
            assert_eq!((&told["id"], &told["issue"][0]["severity"]), (&json!("a-request"), &json!("error")));
            assert_eq!(told["issue"][0]["details"]["coding"][0]["code"], face(code).name);
            assert!(TYPES.contains(&told["issue"][0]["code"].as_str().unwrap()));
        }
    }

    #[test]
    fn a_wrong_element_is_named_by_its_path_and_a_wrong_parameter_by_its_name() {
        let sent = Some(Sent("QuestionnaireResponse"));
        let errors = vec![member("/item/2/answer/0/valueCoding/code", "unknown_code"), member("", "required"), member("?version", "x")];
        let told = outcome(Code::ValidationFailed, errors, sent);
        assert_eq!(told["issue"][0]["expression"], json!(["QuestionnaireResponse.item[2].answer[0].value.code"]));
        assert_eq!((&told["issue"][0]["code"], &told["issue"][1]["code"]), (&json!("code-invalid"), &json!("required")));
        assert_eq!(told["issue"][1]["expression"], json!(["QuestionnaireResponse"]));
        assert_eq!((&told["issue"][2]["location"], told["issue"][2].get("expression")), (&json!(["http.version"]), None));
        let of_json = outcome(Code::ValidationFailed, vec![member("/answers/0/item", "unknown_item")], None);
        assert!(of_json["issue"][0]["diagnostics"].as_str().unwrap().starts_with("/answers/0/item: "));
    }

    #[test]
    fn only_who_asks_for_fhir_or_sent_it_reads_failures_so() {
        let wants = |accept: &str, content_type: &str| wanted(&Accept::read(accept), content_type);
        assert!(wants(FHIR_JSON, "") && wants("application/fhir+json, */*;q=0.1", JSON) && wants("", FHIR_JSON) && wants("*/*", FHIR_JSON));
        assert!(
            !wants("", "") && !wants("*/*", JSON) && !wants(PROBLEM_JSON, FHIR_JSON) && !wants(JSON, FHIR_JSON) && !wants("text/html", "")
        );
        assert!(!wants("application/fhir+json;q=0.4, application/problem+json;q=0.5", ""));
    }
}

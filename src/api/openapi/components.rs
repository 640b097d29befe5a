//! Shared components: the security scheme, the problem responses, the headers.

use serde_json::{Map, Value, json};

use crate::api::fhir::FHIR_JSON;
use crate::api::fhir::outcome::Outcome;
use crate::api::problem::{ALL, Face, ProblemBody, face};
use crate::api::problem_words::Words;
use crate::kernel::Code;

/// Adds what operations refer to.
pub fn complete(document: &mut Value) {
    let Some(root) = document.as_object_mut() else { return };
    let components = root.entry("components").or_insert_with(|| json!({}));
    let Some(components) = components.as_object_mut() else { return };
    components.insert(
        "securitySchemes".to_owned(),
        json!({ "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token from POST /v1/sessions, good for ten minutes at most, or one of another issuer, where the operator believes it (docs/issuers.md). A JWT by RFC 9068, made and checked as RFC8725 asks."
        }, "operator": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An operator's token: made on the machine that has the master key by `reciprocity operator-token`, good for an hour at most, or by an issuer whose mapping says so (docs/issuers.md). Its scope is admin:content. It opens no account, and no account's token opens what it opens. A JWT, made and checked as RFC8725 asks."
        }}),
    );
    components.insert("headers".to_owned(), headers());
    components.insert("responses".to_owned(), responses());
    let schemas = components.entry("schemas").or_insert_with(|| json!({}));
    if let Some(schemas) = schemas.as_object_mut() {
        let mut collected = Vec::new();
        collect::<ProblemBody>(&mut collected);
        collect::<Outcome>(&mut collected);
        for (name, schema) in collected {
            schemas.insert(name, serde_json::to_value(schema).unwrap_or_default());
        }
        let codes = schemas.get_mut("Problem").and_then(|problem| problem.pointer_mut("/properties/code/description"));
        if let Some(description) = codes {
            *description = json!(known_codes());
        }
    }
}

type Schemas = Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>;

/// A schema and those it refers to.
fn collect<T: utoipa::ToSchema>(into: &mut Schemas) {
    T::schemas(into);
    into.push((T::name().into_owned(), T::schema()));
}

fn known_codes() -> String {
    let names: Vec<String> = ALL.iter().map(|code| format!("`{}`", face(*code).name)).collect();
    format!("A stable word for programs, with a page of its own at /problems/{{code}}. There may be more than these: {}.", names.join(", "))
}

/// The name of the shared response for a status: the codes of one status share a response.
pub fn response_name(status: u16) -> String {
    format!("Problem{status}")
}

/// The same where what is at the path travels as FHIR, too.
pub fn outcome_name(status: u16) -> String {
    format!("ProblemOrOutcome{status}")
}

fn responses() -> Value {
    let mut all: Map<String, Value> = Map::new();
    for code in ALL {
        let Face { name, status } = face(code);
        let title = Words::english().title(name);
        let response = all.entry(response_name(status.as_u16())).or_insert_with(|| empty_response(status.as_u16()));
        if let Some(Value::String(description)) = response.get_mut("description") {
            let separator = if description.is_empty() { "" } else { " · " };
            description.extend([separator, title, " (`", name, "`)"]);
        }
        if let Some(examples) = response.pointer_mut("/content/application~1problem+json/examples").and_then(Value::as_object_mut) {
            examples.insert(name.to_owned(), json!({ "summary": title, "value": example(code) }));
        }
    }
    let with_outcomes: Vec<(String, Value)> =
        all.iter().map(|(name, response)| (name.replacen("Problem", "ProblemOrOutcome", 1), or_outcome(response))).collect();
    all.extend(with_outcomes);
    Value::Object(all)
}

/// The same failures, which a FHIR client reads as an `OperationOutcome`.
fn or_outcome(response: &Value) -> Value {
    let mut response = response.clone();
    let codes: Vec<Code> = ALL
        .into_iter()
        .filter(|code| response.pointer(&format!("/content/application~1problem+json/examples/{}", face(*code).name)).is_some())
        .collect();
    let examples: Map<String, Value> = codes
        .into_iter()
        .map(|code| {
            (face(code).name.to_owned(), json!({ "summary": Words::english().title(face(code).name), "value": outcome_example(code) }))
        })
        .collect();
    if let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) {
        content
            .insert(FHIR_JSON.to_owned(), json!({ "schema": { "$ref": "#/components/schemas/OperationOutcome" }, "examples": examples }));
    }
    response
}

fn outcome_example(code: Code) -> Value {
    let pending = crate::api::problem::Pending { code, errors: Vec::new(), retry_after_seconds: None };
    serde_json::to_value(Outcome::new(&pending, EXAMPLE_ID, None, Words::english())).unwrap_or_default()
}

/// The request that examples are of.
const EXAMPLE_ID: &str = "01980000-0000-7000-8000-000000000000";

fn empty_response(status: u16) -> Value {
    let mut headers = json!({
        "Request-Id": { "$ref": "#/components/headers/RequestId" },
        "Content-Language": { "$ref": "#/components/headers/ContentLanguage" },
        "RateLimit": { "$ref": "#/components/headers/RateLimit" },
        "RateLimit-Policy": { "$ref": "#/components/headers/RateLimitPolicy" }
    });
    if let Some(headers) = headers.as_object_mut() {
        if matches!(status, 429 | 503) {
            headers.insert("Retry-After".to_owned(), json!({ "$ref": "#/components/headers/RetryAfter" }));
        }
        if status == 405 {
            headers.insert("Allow".to_owned(), json!({ "$ref": "#/components/headers/Allow" }));
        }
    }
    json!({
        "description": "",
        "headers": headers,
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" }, "examples": {} } }
    })
}

fn example(code: Code) -> Value {
    let pending = crate::api::problem::Pending { code, errors: Vec::new(), retry_after_seconds: None };
    serde_json::to_value(ProblemBody::new(pending, EXAMPLE_ID, Words::english())).unwrap_or_default()
}

fn headers() -> Value {
    let text = |description: &str, pattern: &str, example: &str, max: u32| json!({ "description": description, "schema": { "type": "string", "maxLength": max, "pattern": pattern }, "example": example });
    json!({
        "RequestId": {
            "description": "Names this request in the server's log.",
            "schema": { "type": "string", "format": "uuid", "maxLength": 36 },
            "example": "01980000-0000-7000-8000-000000000000"
        },
        "ETag": text("The version of what is answered; send it back in If-None-Match or If-Match.", "^\"[!#-~]+\"$", "\"3\"", 100),
        "ContentLanguage": text("The languages of what is answered: BCP 47 tags.", "^[A-Za-z0-9-]+(, [A-Za-z0-9-]+)*$", "en", 200),
        "Location": text("Where the new resource is.", "^/[!-~]*$", "/v1/relationships/01980000-0000-7000-8000-000000000001", 300),
        "Link": text("rel=\"next\": where the next page is (RFC 8288).", "^<[!-~]+>; rel=\"next\"$", "</v1/relationships?cursor=WzFd>; rel=\"next\"", 2_000),
        "Allow": text("The methods this address takes.", "^[A-Z]+(, [A-Z]+)*$", "GET, POST", 100),
        "RateLimit": text(
            "What is left of the budget and the seconds until it is full again; absent where no budget was drawn on.",
            "^\"[a-z-]+\";r=[0-9]+;t=[0-9]+$",
            "\"reads\";r=299;t=1",
            100
        ),
        "RateLimitPolicy": text("The budget: requests in a window of seconds.", "^\"[a-z-]+\";q=[0-9]+;w=[0-9]+$", "\"reads\";q=300;w=60", 100),
        "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "integer", "format": "int32", "minimum": 1, "maximum": 86_400 }, "example": 2 }
    })
}

/// Drops the shared responses and headers that no operation refers to: what any address may answer (405) is not an operation's.
pub fn prune(document: &mut Value) {
    for kind in ["responses", "headers"] {
        let used = document.to_string();
        let Some(all) = document.pointer_mut(&format!("/components/{kind}")).and_then(Value::as_object_mut) else { continue };
        all.retain(|name, _| used.contains(&format!("\"#/components/{kind}/{name}\"")));
    }
}

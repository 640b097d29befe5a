//! What follows from the kind of an operation: its problems, conditional headers, idempotency, examples.

use serde_json::{Map, Value, json};

use super::components::{outcome_name, response_name};
use super::travels_as_fhir;

/// Completes every operation of the document.
pub fn complete(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, item) in paths.iter_mut() {
        let fhir = travels_as_fhir(item);
        let Some(item) = item.as_object_mut() else { continue };
        for (method, operation) in item.iter_mut() {
            if let Some(operation) = operation.as_object_mut() {
                Operation { path, method, fhir, fields: operation, schemas: &schemas }.complete();
            }
        }
    }
}

struct Operation<'a> {
    path: &'a str,
    method: &'a str,
    /// Whether what is at the path travels as FHIR, too: then failures do.
    fhir: bool,
    fields: &'a mut Map<String, Value>,
    schemas: &'a Value,
}

impl Operation<'_> {
    fn complete(mut self) {
        self.name();
        self.security();
        self.conditions();
        self.success();
        self.problems();
        self.examples();
    }

    /// `list_relationships` is `listRelationships` to clients.
    fn name(&mut self) {
        let snake = self.fields.get("operationId").and_then(Value::as_str).unwrap_or_default();
        let mut words = snake.split('_');
        let mut camel = words.next().unwrap_or_default().to_owned();
        for word in words {
            let mut letters = word.chars();
            camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            camel.push_str(letters.as_str());
        }
        self.fields.insert("operationId".to_owned(), json!(camel));
    }

    fn secured(&self) -> bool {
        self.fields.get("security").and_then(Value::as_array).is_none_or(|list| !list.is_empty() && !list.contains(&json!({})))
    }

    /// utoipa writes "no security" as `[{}]`, which means "optional"; none is `[]`. Where a token may come and need not, both stand there.
    fn security(&mut self) {
        let said = self.fields.get("security").and_then(Value::as_array).map(Vec::as_slice);
        if self.is_for_operators() {
            self.fields.insert("security".to_owned(), json!([{ "operator": [] }]));
            return;
        }
        let value = match said {
            Some([nothing]) if *nothing == json!({}) => json!([]),
            Some(several) if several.contains(&json!({})) => json!([{}, { "bearer": [] }]),
            Some(_) | None => json!([{ "bearer": [] }]),
        };
        self.fields.insert("security".to_owned(), value);
    }

    /// Whether it asks for an operator's token, which no account has.
    fn is_for_operators(&self) -> bool {
        self.path.starts_with("/v1/admin/")
    }

    /// Whether a change names the version that it replaces: a PATCH always does.
    fn is_checked(&self) -> bool {
        let parameters = self.fields.get("parameters").and_then(Value::as_array);
        self.method == "patch"
            || parameters.is_some_and(|list| list.iter().any(|parameter| parameter.get("name") == Some(&json!("If-Match"))))
    }

    fn creates(&self) -> bool {
        self.method == "post" && self.secured() && self.responses().is_some_and(|all| all.contains_key("201"))
    }

    /// Whether it takes an Idempotency-Key: it makes something, or says that a key can be at work.
    fn keyed(&self) -> bool {
        self.creates() || (self.method == "post" && self.secured() && self.has("409"))
    }

    fn responses(&self) -> Option<&Map<String, Value>> {
        self.fields.get("responses").and_then(Value::as_object)
    }

    fn has(&self, status: &str) -> bool {
        self.responses().is_some_and(|all| all.contains_key(status))
    }

    /// Whether its handler says of this parameter itself.
    fn takes(&self, name: &str) -> bool {
        let parameters = self.fields.get("parameters").and_then(Value::as_array);
        parameters.is_some_and(|list| list.iter().any(|parameter| parameter.get("name") == Some(&json!(name))))
    }

    /// Whether what it answers depends on the reader's languages, and nothing was said of them.
    fn speaks(&self) -> bool {
        let mut responses = self.responses().into_iter().flat_map(Map::values);
        responses.any(|response| response.pointer("/headers/Content-Language").is_some()) && !self.takes("Accept-Language")
    }

    fn conditions(&mut self) {
        if self.speaks() {
            self.header(
                "Accept-Language",
                false,
                "The reader's languages (RFC 9110); English where none of them is there.",
                "de, en;q=0.5",
                1_000,
            );
        }
        if self.has("304") {
            self.header("If-None-Match", false, "The ETag you hold; answered with 304 where it is still current.", "\"3\"", 1_000);
        }
        if self.method == "patch" {
            self.header("If-Match", true, "The ETag you last read, or * to have the last word.", "\"3\"", 1_000);
        }
        if self.keyed() {
            self.header(
                "Idempotency-Key",
                false,
                "Kept 24 hours: the same request under the same key is done once.",
                "0b8f4a1e-6f0d-4f7e-9d5c-1c2f3a4b5c6d",
                255,
            );
        }
        if self.creates() || self.method == "patch" {
            self.header("Prefer", false, "`return=minimal` answers without a body (RFC 7240).", "return=minimal", 1_000);
        }
    }

    fn header(&mut self, name: &str, required: bool, description: &str, example: &str, max: u32) {
        let parameters = self.fields.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(json!({
                "name": name, "in": "header", "required": required, "description": description, "example": example,
                "schema": { "type": "string", "minLength": 1, "maxLength": max, "pattern": "^[!-~]([ -~]*[!-~])?$" }
            }));
        }
    }

    fn success(&mut self) {
        let (creates, conditional) = (self.creates(), self.has("304") || self.is_checked());
        let (counted, secured, paged) = (self.is_counted(), self.secured(), self.is_paged());
        let Some(responses) = self.fields.get_mut("responses").and_then(Value::as_object_mut) else { return };
        if creates && !responses.contains_key("200") {
            let mut same = responses.get("201").cloned().unwrap_or_default();
            if let Some(same) = same.as_object_mut() {
                same.insert("description".to_owned(), json!("This very request made it before; as it is stored now"));
            }
            responses.insert("200".to_owned(), same);
            responses.entry("204").or_insert(json!({ "description": "Made, now or before; no body was wanted" }));
        }
        for (status, response) in responses.iter_mut() {
            let Some(response) = response.as_object_mut() else { continue };
            bound_documents(response);
            let headers = response.entry("headers").or_insert_with(|| json!({}));
            let Some(headers) = headers.as_object_mut() else { continue };
            if let Some(named) = headers.get_mut("Content-Language") {
                *named = json!({ "$ref": "#/components/headers/ContentLanguage" });
            }
            let mut add = |name: &str, component: &str| {
                headers.insert(name.to_owned(), json!({ "$ref": format!("#/components/headers/{component}") }));
            };
            add("Request-Id", "RequestId");
            if counted {
                add("RateLimit", "RateLimit");
                add("RateLimit-Policy", "RateLimitPolicy");
            }
            if creates {
                add("Location", "Location");
            }
            if creates || (conditional && status != "204") || (conditional && secured) {
                add("ETag", "ETag");
            }
            if paged && status == "200" {
                add("Link", "Link");
            }
        }
    }

    /// Whether it draws on a budget: what is the same for everybody and asks for nothing does not.
    fn is_counted(&self) -> bool {
        self.path.starts_with("/v1") && (self.secured() || self.fields.contains_key("requestBody"))
    }

    fn is_paged(&self) -> bool {
        self.takes("cursor")
    }

    fn problems(&mut self) {
        let mut statuses = vec![500];
        let versioned = self.path.starts_with("/v1");
        let (body, secured) = (self.fields.contains_key("requestBody"), self.secured());
        let has_parameters = self.fields.get("parameters").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        if versioned || has_parameters || body {
            statuses.push(400);
        }
        if self.is_counted() {
            statuses.extend([429, 503]);
        }
        if secured {
            statuses.extend([401, 403]);
        }
        if self.path.contains('{') {
            statuses.push(404);
        }
        if self.path.contains("_id}") && secured {
            statuses.push(410);
        }
        if body {
            statuses.extend([408, 413, 415, 422]);
        }
        if self.creates() {
            statuses.extend([409, 410]);
        }
        if self.is_checked() {
            statuses.extend([409, 412, 428]);
        }
        let name = if self.fhir { outcome_name } else { response_name };
        let Some(responses) = self.fields.get_mut("responses").and_then(Value::as_object_mut) else { return };
        for status in statuses {
            let reference = json!({ "$ref": format!("#/components/responses/{}", name(status)) });
            responses.entry(status.to_string()).or_insert(reference);
        }
        for (status, response) in responses.iter_mut() {
            if let Some(number) = status.parse::<u16>().ok().filter(|number| *number >= 400) {
                *response = json!({ "$ref": format!("#/components/responses/{}", name(number)) });
            }
        }
    }

    /// An example on every body, from the schema it refers to where the handler gave none.
    fn examples(&mut self) {
        let schemas = self.schemas;
        if let Some(content) = self.fields.get_mut("requestBody").and_then(|body| body.get_mut("content")) {
            fill_examples(content, schemas);
        }
        let Some(responses) = self.fields.get_mut("responses").and_then(Value::as_object_mut) else { return };
        for response in responses.values_mut() {
            if let Some(content) = response.get_mut("content") {
                fill_examples(content, schemas);
            }
        }
    }
}

/// The longest page, picture or table that is answered, in characters.
const LONGEST_DOCUMENT: u32 = 1_000_000;

/// A body that is not JSON is one long string.
fn bound_documents(response: &mut Map<String, Value>) {
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else { return };
    for (_, media) in content.iter_mut().filter(|(name, _)| !name.ends_with("json")) {
        if let Some(schema) = media.get_mut("schema").and_then(Value::as_object_mut) {
            schema.entry("maxLength").or_insert(json!(LONGEST_DOCUMENT));
        }
    }
}

fn fill_examples(content: &mut Value, schemas: &Value) {
    let Some(content) = content.as_object_mut() else { return };
    for media in content.values_mut().filter_map(Value::as_object_mut) {
        let reference = media.get("schema").and_then(|schema| schema.get("$ref")).and_then(Value::as_str).unwrap_or_default();
        let name = reference.rsplit('/').next().unwrap_or_default();
        let example = schemas.get(name).and_then(|schema| own_example(schema).cloned().or_else(|| page_example(schema, schemas)));
        if let Some(example) = example.filter(|_| !media.contains_key("example")) {
            media.insert("example".to_owned(), example);
        }
    }
}

fn own_example(schema: &Value) -> Option<&Value> {
    schema.get("example").or_else(|| schema.get("examples").and_then(|list| list.get(0)))
}

/// A page's example is its row's example, and where to go on.
fn page_example(schema: &Value, schemas: &Value) -> Option<Value> {
    let reference = schema.pointer("/properties/data/items/$ref").and_then(Value::as_str)?;
    let row = schemas.get(reference.rsplit('/').next()?).and_then(own_example)?;
    Some(json!({ "data": [row], "next_cursor": "WzFd" }))
}

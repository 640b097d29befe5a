//! The served document, walked: tests that read it cover routes that did not exist when they were written.

use serde_json::{Value, json};

use super::{Answer, Client, Service};

/// `/openapi.json` as a value.
pub struct Document(pub Value);

/// One operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: String,
    /// The template, such as `/v1/relationships/{relationship_id}`.
    pub path: String,
    pub value: Value,
}

impl Document {
    pub fn of(service: &Service) -> Self {
        Self(service.stranger().get("/openapi.json").expect(200))
    }

    pub fn operations(&self) -> Vec<Operation> {
        let paths = self.0["paths"].as_object().unwrap();
        let all: Vec<Operation> = paths
            .iter()
            .flat_map(|(path, item)| {
                item.as_object().unwrap().iter().map(|(method, value)| Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    value: value.clone(),
                })
            })
            .collect();
        assert!(all.len() > 15, "the document has hardly an operation: {all:?}");
        all
    }

    /// What a reference leads to; anything else is itself.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            None => value,
            Some(reference) => {
                let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads out of the document"));
                let found = self.0.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"));
                self.resolve(found)
            }
        }
    }

    /// The schema of an operation's request body, where it takes one.
    pub fn body_schema(&self, operation: &Operation) -> Option<Value> {
        let (_, media) = operation.body()?;
        Some(self.resolve(&media["schema"]).clone())
    }
}

impl Operation {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it needs a token.
    pub fn secured(&self) -> bool {
        self.value["security"].as_array().is_none_or(|list| !list.is_empty() && !list.contains(&json!({})))
    }

    /// Whether it needs an operator's token.
    pub fn for_operators(&self) -> bool {
        self.value["security"] == json!([{"operator": []}])
    }

    /// The media type of the body it takes, and what the document says of it. Of several it is the service's own.
    pub fn body(&self) -> Option<(String, &Value)> {
        let all = self.value["requestBody"]["content"].as_object()?;
        let (kind, media) = all.iter().find(|(kind, _)| *kind == "application/json").or_else(|| all.iter().next())?;
        Some((kind.clone(), media))
    }

    /// The example body of the document.
    pub fn example(&self) -> Option<Value> {
        self.body().map(|(_, media)| media["example"].clone())
    }

    pub fn parameters(&self, place: &str) -> Vec<Value> {
        let all = self.value["parameters"].as_array().cloned().unwrap_or_default();
        all.into_iter().filter(|parameter| parameter["in"] == place).collect()
    }

    /// The path with every `{name}` filled in.
    pub fn path_with(&self, fill: impl Fn(&str) -> String) -> String {
        let part = |part: &str| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => fill(name),
            None => part.to_owned(),
        };
        self.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// Sends it with the document's own example, whatever is stored notwithstanding.
    pub fn send(&self, client: &Client, path: &str) -> Answer {
        self.send_body(client, path, self.example().map(|body| body.to_string().into_bytes()))
    }

    /// Sends it with this body.
    pub fn send_body(&self, client: &Client, path: &str, body: Option<Vec<u8>>) -> Answer {
        let checked = self.method == "PATCH" || self.parameters("header").iter().any(|header| header["name"] == "If-Match");
        let client = if checked { client.with("if-match", "*") } else { client.clone() };
        let kind = self.body().map(|(kind, _)| kind);
        client.send(&self.method, path, kind.as_deref(), body.unwrap_or_default())
    }
}

//! The FHIR data types that this service writes (FHIR R4, sections 2.24 and 2.5).

use serde::Serialize;

use super::names::TRANSLATION;

/// What stands beside a primitive value, in the member of its name with an underscore before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Beside {
    extension: Vec<Extension>,
}

/// A piece of information that the base does not have.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(clippy::struct_field_names, reason = "FHIR names it so")]
pub struct Extension {
    url: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension: Vec<Extension>,
    #[serde(flatten)]
    value: Option<Value>,
}

/// What an extension says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Value {
    #[serde(rename = "valueBoolean")]
    Boolean(bool),
    #[serde(rename = "valueCode")]
    Code(String),
    #[serde(rename = "valueCodeableConcept")]
    Concept(Concept),
    /// `YYYY-MM-DD`
    #[serde(rename = "valueDate")]
    Date(String),
    #[serde(rename = "valueDecimal")]
    Decimal(f64),
    #[serde(rename = "valueInteger")]
    Integer(i32),
    #[serde(rename = "valueString")]
    String(String),
}

/// A code of a system, and its label.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Coding {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    pub system: String,
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    #[serde(rename = "_display", skip_serializing_if = "Beside::is_empty")]
    pub display_beside: Beside,
}

/// Codes for one idea, and a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Concept {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coding: Vec<Coding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(rename = "_text", skip_serializing_if = "Beside::is_empty")]
    pub text_beside: Beside,
}

/// A name that others know a thing by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Identifier {
    pub system: String,
    pub value: String,
}

impl Beside {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.extension.is_empty()
    }

    /// A text in other languages: BCP 47 tags and words.
    pub fn translated<'a>(others: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let translation = |(language, words): (&str, &str)| {
            let parts =
                vec![Extension::new("lang", Value::Code(language.to_owned())), Extension::new("content", Value::String(words.to_owned()))];
            Extension::of(TRANSLATION, parts)
        };
        Self { extension: others.into_iter().map(translation).collect() }
    }
}

impl Extension {
    /// An extension with a value.
    pub fn new(url: impl Into<String>, value: Value) -> Self {
        Self { url: url.into(), extension: Vec::new(), value: Some(value) }
    }

    /// An extension made of others.
    pub fn of(url: impl Into<String>, extension: Vec<Self>) -> Self {
        Self { url: url.into(), extension, value: None }
    }
}

impl Coding {
    /// A code without a label.
    pub fn new(system: impl Into<String>, code: impl Into<String>) -> Self {
        Self { system: system.into(), code: code.into(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_in_two_languages_stands_beside_itself() {
        let coding =
            Coding { display: Some("Yes".to_owned()), display_beside: Beside::translated([("de", "Ja")]), ..Coding::new("urn:s", "yes") };
        let translation =
            json!({"url": TRANSLATION, "extension": [{"url": "lang", "valueCode": "de"}, {"url": "content", "valueString": "Ja"}]});
        let wanted = json!({"system": "urn:s", "code": "yes", "display": "Yes", "_display": {"extension": [translation]}});
        assert_eq!(serde_json::to_value(&coding).unwrap(), wanted);
        let bare = Extension::new("urn:e", Value::Decimal(-3.0));
        assert_eq!(serde_json::to_value(&bare).unwrap(), json!({"url": "urn:e", "valueDecimal": -3.0}));
    }
}

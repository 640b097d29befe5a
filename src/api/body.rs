//! Request bodies: bounded, of the right media type, read into a type, with errors that point and never repeat.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::fhir::{self, Form, Sent};
use super::objects::Objects;
use super::problem::Problem;
use crate::config::Timeouts;
use crate::kernel::{Code, Error, FieldError};

/// The usual bound; the batch and preview endpoints have their own.
pub const USUAL_LIMIT: usize = 64 * 1024;

/// A JSON body of at most `LIMIT` bytes.
pub struct Body<T, const LIMIT: usize = USUAL_LIMIT>(pub T);

/// A body in one of two forms, by its media type: the service's own JSON, or a FHIR resource.
pub enum EitherBody<J, F> {
    Json(J),
    Fhir(F),
}

/// A FHIR resource that can be sent.
pub trait Resource {
    /// Its type, such as `QuestionnaireResponse`.
    const TYPE: &'static str;
}

/// A merge patch (RFC 7396).
pub struct PatchBody<T>(pub T);

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

impl<T: DeserializeOwned + 'static, const LIMIT: usize> FromRequest for Body<T, LIMIT> {
    type Error = Problem;
    type Future = Pending<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move { Ok(Self(parse(&receive(&req, payload, LIMIT).await?)?)) })
    }
}

impl<J: DeserializeOwned + 'static, F: DeserializeOwned + Resource + 'static> FromRequest for EitherBody<J, F> {
    type Error = Problem;
    type Future = Pending<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            match fhir::form_of(content_type(&req)).ok_or_else(|| Error::new(Code::UnsupportedMediaType))? {
                Form::Json => Ok(Self::Json(parse(&collect(&req, payload, USUAL_LIMIT).await?)?)),
                Form::Fhir => {
                    // Before anything can be wrong with it, so that what is wrong is said in its terms.
                    req.extensions_mut().insert(Sent(F::TYPE));
                    Ok(Self::Fhir(parse(&collect(&req, payload, USUAL_LIMIT).await?)?))
                }
            }
        })
    }
}

impl<J, F> EitherBody<J, F> {
    /// The form it was sent in.
    #[must_use]
    pub const fn form(&self) -> Form {
        match self {
            Self::Json(_) => Form::Json,
            Self::Fhir(_) => Form::Fhir,
        }
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for PatchBody<T> {
    type Error = Problem;
    type Future = Pending<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            require_type(&req, "application/merge-patch+json")?;
            Ok(Self(parse(&collect(&req, payload, USUAL_LIMIT).await?)?))
        })
    }
}

/// The bytes of a JSON body, for whoever reads them elsewhere than on a request thread.
pub async fn receive(req: &HttpRequest, payload: Payload, limit: usize) -> Result<web::BytesMut, Problem> {
    require_type(req, "application/json")?;
    collect(req, payload, limit).await
}

fn require_type(req: &HttpRequest, wanted: &str) -> Result<(), Problem> {
    let essence = content_type(req).split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(wanted) { Ok(()) } else { Err(Error::new(Code::UnsupportedMediaType).into()) }
}

fn content_type(req: &HttpRequest) -> &str {
    req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The whole body, within the time that a body may take: the server itself sets no bound once the head is there.
async fn collect(req: &HttpRequest, payload: Payload, limit: usize) -> Result<web::BytesMut, Problem> {
    let patience = req.app_data::<web::Data<Timeouts>>().map_or_else(|| Timeouts::default().body, |timeouts| timeouts.body);
    timeout(patience, read(req, payload, limit)).await.map_err(|_| Error::new(Code::RequestTimeout))?
}

async fn read(req: &HttpRequest, mut payload: Payload, limit: usize) -> Result<web::BytesMut, Problem> {
    let announced = req.headers().get("content-length").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    let too_large = || Problem(Error::new(Code::PayloadTooLarge));
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut bytes = web::BytesMut::with_capacity(announced.unwrap_or(0).min(limit));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Error::new(Code::InvalidJson))?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Reads a JSON object that is already in memory. Serde would also read an array as a struct, member by member.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Error::invalid(vec![FieldError::new("", "wrong_type", "Expected an object.")]));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(Objects(&mut reader)).map_err(|error| {
        // Serde calls some wrong types (a null for a word) bad syntax; only text that is no JSON at all is.
        if std::str::from_utf8(bytes).is_err() || serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err() {
            return Error::new(Code::InvalidJson);
        }
        let pointer = pointer_of(error.path());
        Error::invalid(vec![field_error(&pointer, &error.inner().to_string())])
    })?;
    reader.end().map_err(|_| Error::new(Code::InvalidJson))?;
    Ok(value)
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.extend(["/", &index.to_string()]),
            // Where a name is the sender's own, its parent says it as well.
            Segment::Map { key } if key.chars().any(char::is_control) => break,
            Segment::Map { key } => pointer.extend(["/", &key.replace('~', "~0").replace('/', "~1")]),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// Turns one of serde's messages into a pointer, a code and a sentence of our own. Its messages carry pieces of what was
/// sent; only the part that is the program's goes back.
#[must_use]
pub fn field_error(pointer: &str, message: &str) -> FieldError {
    let message = message.rsplit_once(" at line ").map_or(message, |(text, _)| text);
    if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return FieldError::new(format!("{pointer}/{name}"), "required", "This member is needed.");
    }
    if message.starts_with("unknown field ") {
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        return FieldError::new(parent, "unknown_member", "There is a member here that is not known; check its spelling.");
    }
    if message.starts_with("duplicate field ") {
        return FieldError::new(pointer, "duplicate_member", "A member is given twice.");
    }
    // What follows the last "expected" is the program's own text; what stands before it may be the sender's.
    match message.rsplit_once(", expected ") {
        Some((_, wanted)) if message.starts_with("invalid length ") && wanted.starts_with("at most ") => {
            FieldError::new(pointer, "too_many", format!("Expected {wanted}."))
        }
        Some((_, wanted)) if !message.starts_with("unknown variant") => {
            FieldError::new(pointer, "wrong_type", format!("Expected {}.", plain(wanted)))
        }
        Some((_, wanted)) => FieldError::new(pointer, "unknown_value", format!("Expected {}.", wanted.replace('`', "\""))),
        None => FieldError::new(pointer, "wrong_value", "This value cannot be read as what belongs here."),
    }
}

/// A type's name in words.
fn plain(wanted: &str) -> &str {
    match wanted {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "f32" | "f64" => "a number",
        other => other,
    }
}

/// An optional member of a request: absent or a value, never null. Use with `#[serde(default, deserialize_with = "present")]`.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A member of a merge patch: absent, null (remove it) or a value. Use with `#[serde(default, deserialize_with = "patched")]`.
pub fn patched<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code)]
        kind: Kind,
        #[expect(dead_code)]
        #[serde(default, deserialize_with = "present")]
        count: Option<u8>,
    }

    #[derive(Deserialize, Debug)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Friend,
    }

    fn errors(text: &str) -> (Code, Vec<FieldError>) {
        let error = parse::<Sample>(text.as_bytes()).unwrap_err();
        (error.code, error.fields)
    }

    #[test]
    fn a_wrong_member_is_pointed_at_and_its_text_is_not_repeated() {
        for secret in
            [r#"{"kind":"my secret, expected gold"}"#, r#"{"kind":"friend","my secret":1}"#, r#"{"kind":"friend","count":"my secret"}"#]
        {
            let (code, fields) = errors(secret);
            assert_eq!(code, Code::ValidationFailed);
            assert!(!format!("{fields:?}").contains("secret"), "{fields:?}");
        }
        assert_eq!(errors(r#"{"kind":"friend","count":"x"}"#).1[0].pointer, "/count");
        assert_eq!(errors("{}").1[0].pointer, "/kind");
    }

    #[test]
    fn null_is_not_a_way_to_say_absent() {
        assert_eq!(errors(r#"{"kind":"friend","count":null}"#).1[0].pointer, "/count");
    }

    #[test]
    fn what_is_not_json_is_said_to_be_so() {
        for text in ["", "{", "{\"kind\":\"friend\"} x", "\u{0}"] {
            assert_eq!(errors(text).0, Code::InvalidJson, "{text:?}");
        }
    }
}

//! Conditional requests (RFC 9110, section 13) and Prefer (RFC 7240), read once for every handler.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest};

use super::fhir::Form;
use super::problem::Problem;
use crate::kernel::{Code, Error};

/// What a request says about the version it knows and the answer it wants.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    none_match: Vec<String>,
    /// `Prefer: return=minimal`: the client needs no body back.
    pub minimal: bool,
    /// Nothing of what is stored may be told.
    pub blind: bool,
}

impl Conditions {
    /// The same for a session that may be locked: then no body goes back, whether it was asked for or not. What was made before by the
    /// same request would show what is stored now.
    #[must_use]
    pub fn of_a_session(&self, locked: bool) -> Self {
        Self { minimal: self.minimal || locked, blind: locked, ..self.clone() }
    }

    /// Whether the client already holds this version.
    #[must_use]
    pub fn holds(&self, etag: &str) -> bool {
        self.none_match.iter().any(|known| known == "*" || known.trim_start_matches("W/") == etag)
    }
}

impl FromRequest for Conditions {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_conditions(req.headers()))
    }
}

/// Which stored version a change may replace; required, so that no change overwrites what its author has not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever is stored.
    Any,
    /// One of these tags.
    Tags(Vec<String>),
}

impl IfMatch {
    /// Fails with 412 where the stored version is none of those named.
    pub fn check(&self, version: i64) -> Result<(), Error> {
        match self {
            Self::Any => Ok(()),
            Self::Tags(tags) if tags.contains(&etag(version)) || tags.contains(&etag_in(Form::Fhir, version)) => Ok(()),
            Self::Tags(_) => Err(Error::new(Code::PreconditionFailed)),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(members(req.headers(), IF_MATCH.as_str()).and_then(|tags| {
            if tags.is_empty() {
                Err(Error::new(Code::PreconditionRequired).into())
            } else if tags.iter().any(|tag| tag == "*") {
                Ok(Self::Any)
            } else {
                Ok(Self::Tags(tags))
            }
        }))
    }
}

/// What a PUT expects to find: nothing yet (`If-None-Match: *`), or a stored version (`If-Match`). One of them has to be said, so that
/// nothing is overwritten unseen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacing {
    Nothing,
    Stored(IfMatch),
}

impl Replacing {
    /// Fails with 412 where the stored version, or that there is none, is not what was expected.
    pub fn check(&self, stored: Option<i64>) -> Result<(), Error> {
        match (self, stored) {
            (Self::Nothing, None) => Ok(()),
            (Self::Stored(expected), Some(version)) => expected.check(version),
            (Self::Nothing, Some(_)) | (Self::Stored(_), None) => Err(Error::new(Code::PreconditionFailed)),
        }
    }
}

impl FromRequest for Replacing {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(members(req.headers(), IF_NONE_MATCH.as_str()).and_then(|none| match none.as_slice() {
            [] => IfMatch::from_request(req, payload).into_inner().map(Self::Stored),
            [any] if any == "*" && !req.headers().contains_key(IF_MATCH) => Ok(Self::Nothing),
            _ => {
                let detail = "Send * to make something new, or If-Match to replace what is there.";
                Err(Error::parameter(IF_NONE_MATCH.as_str(), "invalid", detail).into())
            }
        }))
    }
}

/// The languages a reader asks for, as sent; content chooses among those it has (RFC 4647). Kept as it came: nearly all send one line.
#[derive(Clone, Debug, Default)]
pub struct AcceptLanguage(Option<HeaderValue>);

impl AcceptLanguage {
    /// The header's value; empty where nothing was asked for.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// For answers that must not fail: what cannot be read asks for nothing.
    #[must_use]
    pub fn lenient(headers: &HeaderMap) -> Self {
        Self::read(headers).unwrap_or_default()
    }

    fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut lines = headers.get_all(ACCEPT_LANGUAGE);
        match (lines.next(), lines.next()) {
            (None, _) => Ok(Self(None)),
            (Some(only), None) => line(only, ACCEPT_LANGUAGE.as_str()).map(|_| Self(Some(only.clone()))),
            (Some(_), Some(_)) => {
                let joined = members(headers, ACCEPT_LANGUAGE.as_str())?.join(",");
                Ok(Self(HeaderValue::from_str(&joined).ok()))
            }
        }
    }
}

impl FromRequest for AcceptLanguage {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(req.headers()))
    }
}

fn read_conditions(headers: &HeaderMap) -> Result<Conditions, Problem> {
    let preferences = members(headers, "prefer")?;
    Ok(Conditions {
        none_match: members(headers, IF_NONE_MATCH.as_str())?,
        blind: false,
        minimal: preferences.iter().any(|preference| preference.replace(' ', "") == "return=minimal"),
    })
}

/// The strong entity tag of a stored version.
#[must_use]
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The strong entity tag of a stored version in one of the forms it travels in: each is a representation of its own.
#[must_use]
pub fn etag_in(form: Form, version: i64) -> String {
    match form {
        Form::Json => etag(version),
        Form::Fhir => format!("\"{version}-fhir\""),
    }
}

/// The longest list header that is read.
pub const LONGEST_LIST: usize = 1_000;

/// The members of a list header; visible ASCII is all that any of them needs.
fn members(headers: &HeaderMap, name: &'static str) -> Result<Vec<String>, Problem> {
    let mut all = Vec::new();
    for value in headers.get_all(name) {
        all.extend(line(value, name)?.split(',').map(str::trim).filter(|member| !member.is_empty()).map(str::to_owned));
    }
    Ok(all)
}

/// One line of a list header.
fn line<'a>(value: &'a HeaderValue, name: &'static str) -> Result<&'a str, Problem> {
    let line = value.to_str().ok().filter(|line| (1..=LONGEST_LIST).contains(&line.len()) && !line.contains('\t'));
    line.ok_or_else(|| Error::parameter(name, "invalid", "Send 1 to 1,000 visible ASCII characters.").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(lines: &[&[u8]]) -> AcceptLanguage {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_LANGUAGE, HeaderValue::from_bytes(line).unwrap());
        }
        AcceptLanguage::lenient(&headers)
    }

    #[test]
    fn several_lines_are_one_list_and_what_cannot_be_read_asks_for_nothing() {
        assert_eq!(reader(&[]).as_str(), "");
        assert_eq!(reader(&[b"de-CH, en;q=0.5"]).as_str(), "de-CH, en;q=0.5");
        assert_eq!(reader(&[b"tlh", b"fr;q=0.4, de;q=0.5"]).as_str(), "tlh,fr;q=0.4,de;q=0.5");
        assert_eq!(reader(&[b"de\xff"]).as_str(), "");
        assert_eq!(reader(&[format!("de{}", ",de".repeat(LONGEST_LIST)).as_bytes()]).as_str(), "");
    }
}

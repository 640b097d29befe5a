//! Answers that are the same for everybody: cached on the way, told apart by language and form, recognised by their bytes.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderValue, VARY};
use actix_web::web::Bytes;
use serde::Serialize;

use super::conditions::Conditions;
use super::problem::Problem;
use super::reply;
use crate::kernel::Error;

/// Content is immutable once published, but what is new should be seen within minutes.
const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// Nothing on the way, and nothing on the reader's device, keeps it.
const KEPT_NOWHERE: HeaderValue = HeaderValue::from_static("no-store");
const BY_LANGUAGE: HeaderValue = HeaderValue::from_static("Accept-Language");
const BY_FORM_AND_LANGUAGE: HeaderValue = HeaderValue::from_static("Accept, Accept-Language");
const JSON: &str = "application/json";

/// An answer that is written once and given often: its bytes, and what its head says of them. The strong tag is the SHA-256 of the very
/// bytes sent, so that a server which writes the same content otherwise gives it another tag (RFC 9110, section 8.8.1).
///
/// A copy shares the bytes.
#[derive(Clone, Debug)]
pub struct Prepared {
    bytes: Bytes,
    media_type: HeaderValue,
    tag: HeaderValue,
    /// BCP 47 tags; nothing where the answer speaks no language.
    languages: Option<HeaderValue>,
    cached: HeaderValue,
    vary: HeaderValue,
}

impl Prepared {
    /// JSON in these languages.
    pub fn json(languages: &str, body: &impl Serialize) -> Result<Self, Error> {
        Self::of(JSON, languages, serde_json::to_vec(body).map_err(Error::internal)?)
    }

    /// Any bytes of a media type, in these languages.
    pub fn of(media_type: &'static str, languages: &str, bytes: Vec<u8>) -> Result<Self, Error> {
        let tag = HeaderValue::from_str(&reply::tag_of(&bytes)).map_err(Error::internal)?;
        let languages = Some(languages).filter(|languages| !languages.is_empty()).map(HeaderValue::from_str);
        let languages = languages.transpose().map_err(Error::internal)?;
        let media_type = HeaderValue::from_static(media_type);
        Ok(Self { bytes: bytes.into(), media_type, tag, languages, cached: CACHED, vary: BY_LANGUAGE })
    }

    /// The same, whose reading should leave no trace on a device that is shared.
    #[must_use]
    pub fn kept_nowhere(self) -> Self {
        Self { cached: KEPT_NOWHERE, ..self }
    }

    /// The same, of a resource that has other forms too, by the Accept header.
    #[must_use]
    pub fn of_several_forms(self) -> Self {
        Self { vary: BY_FORM_AND_LANGUAGE, ..self }
    }

    /// The whole of it, or 304 where the client holds it already.
    #[must_use]
    pub fn answer(&self, conditions: &Conditions) -> HttpResponse {
        let held = self.tag.to_str().is_ok_and(|tag| conditions.holds(tag));
        let mut response = if held { HttpResponse::NotModified().finish() } else { HttpResponse::Ok().body(self.bytes.clone()) };
        let headers = response.headers_mut();
        headers.insert(ETAG, self.tag.clone());
        headers.insert(CACHE_CONTROL, self.cached.clone());
        headers.insert(VARY, self.vary.clone());
        if let Some(languages) = &self.languages {
            headers.insert(CONTENT_LANGUAGE, languages.clone());
        }
        if !held {
            headers.insert(CONTENT_TYPE, self.media_type.clone());
        }
        response
    }
}

/// The value of Content-Language for parts in these languages: each once, in their order.
#[must_use]
pub fn in_languages<'a>(languages: impl IntoIterator<Item = &'a str>) -> String {
    let mut once: Vec<&str> = Vec::new();
    for language in languages {
        if !once.contains(&language) {
            once.push(language);
        }
    }
    once.join(", ")
}

/// Public content that is written for this one request.
pub fn content(conditions: &Conditions, languages: &str, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    Ok(Prepared::json(languages, body)?.answer(conditions))
}

/// Public content whose reading should leave no trace on a device that is shared. A client that keeps it by itself is told by its tag
/// whether it is still current.
pub fn content_kept_nowhere(conditions: &Conditions, languages: &str, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    Ok(Prepared::json(languages, body)?.kept_nowhere().answer(conditions))
}

/// The most answers that are kept: more than there are of them, so that a mistake cannot fill the memory.
const MOST_KEPT: usize = 1_000;

/// Answers that are made when they are first asked for, and kept for the life of the program. Only what never changes goes in, under
/// keys of which there are few: names of content that is there, members of closed lists, languages that are served.
#[derive(Debug, Default)]
pub struct Kept(RwLock<BTreeMap<String, Arc<Prepared>>>);

impl Kept {
    /// The answer under this key, made now where it was not asked for before.
    pub fn answer(&self, key: String, make: impl FnOnce() -> Result<Prepared, Error>) -> Result<Arc<Prepared>, Error> {
        if let Some(kept) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(kept));
        }
        let fresh = Arc::new(make()?);
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST_KEPT {
            kept.insert(key, Arc::clone(&fresh));
        }
        Ok(fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(text: &str) -> Result<Prepared, Error> {
        Prepared::json("en", &text)
    }

    #[test]
    fn an_answer_is_made_once_for_a_key() {
        let kept = Kept::default();
        let first = kept.answer("a".to_owned(), || prepared("first")).unwrap();
        let again = kept.answer("a".to_owned(), || panic!("made twice")).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        assert_ne!(first.tag, kept.answer("b".to_owned(), || prepared("second")).unwrap().tag);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for_and_the_rest_is_still_answered() {
        let kept = Kept::default();
        for number in 0..=MOST_KEPT {
            kept.answer(number.to_string(), || prepared("x")).unwrap();
        }
        assert_eq!(kept.0.read().unwrap().len(), MOST_KEPT);
    }
}

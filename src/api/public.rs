//! Answers that are the same for everybody: cached on the way, told apart by language, recognised by their bytes.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, VARY};
use actix_web::web::Bytes;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use serde::Serialize;

use super::conditions::Conditions;
use super::problem::Problem;
use crate::kernel::Error;

/// Content is immutable once published, but what is new should be seen within minutes.
const CACHED: &str = "public, max-age=300";

/// Nothing on the way, and nothing on the reader's device, keeps it.
const KEPT_NOWHERE: &str = "no-store";

/// Public content in these languages: 304 where the client holds it already.
pub fn content(conditions: &Conditions, languages: &str, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    Ok(Prepared::new(languages, body)?.answer(conditions))
}

/// Public content whose reading should leave no trace on a device that is shared. A client that keeps it by itself is told by its tag
/// whether it is still current.
pub fn content_kept_nowhere(conditions: &Conditions, languages: &str, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    Ok(Prepared { cached: KEPT_NOWHERE, ..Prepared::new(languages, body)? }.answer(conditions))
}

/// An answer whose bytes were made once.
#[derive(Debug)]
pub struct Prepared {
    bytes: Bytes,
    tag: String,
    languages: String,
    cached: &'static str,
}

impl Prepared {
    /// The strong tag is the SHA-256 of the very bytes sent, so that a server which writes the same content otherwise gives it
    /// another tag (RFC 9110, section 8.8.1).
    pub fn new(languages: &str, body: &impl Serialize) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(body).map_err(Error::internal)?;
        let tag = format!("\"{}\"", HEXLOWER.encode(digest(&SHA256, &bytes).as_ref()));
        Ok(Self { bytes: bytes.into(), tag, languages: languages.to_owned(), cached: CACHED })
    }

    /// The bytes, or 304 where the client holds them already.
    #[must_use]
    pub fn answer(&self, conditions: &Conditions) -> HttpResponse {
        let held = conditions.holds(&self.tag);
        let mut response = if held { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((ETAG, self.tag.as_str()))
            .insert_header((CACHE_CONTROL, self.cached))
            .insert_header((VARY, "Accept-Language"));
        if !self.languages.is_empty() {
            response.insert_header((CONTENT_LANGUAGE, self.languages.as_str()));
        }
        if held { response.finish() } else { response.insert_header((CONTENT_TYPE, "application/json")).body(self.bytes.clone()) }
    }
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
        Prepared::new("en", &text)
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

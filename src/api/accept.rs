//! Content negotiation (RFC 9110, section 12.5.1): which of the offered media types a client likes best.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT, HeaderMap};
use actix_web::{FromRequest, HttpRequest};

use super::problem::Problem;
use crate::kernel::{Code, Error};

/// The Accept header, read.
#[derive(Clone, Debug, Default)]
pub struct Accept(Vec<(String, u16)>);

impl Accept {
    /// What these headers say.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let lines: Vec<&str> = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()).collect();
        Self::read(&lines.join(","))
    }

    /// Reads a header's value; a range with a quality that cannot be read counts fully.
    #[must_use]
    pub fn read(value: &str) -> Self {
        let ranges = value.split(',').filter_map(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let mut range = pieces.next().filter(|range| !range.is_empty())?.to_ascii_lowercase();
            // Another version of FHIR is another type, and none that is offered here.
            if pieces.clone().any(|parameter| !names_no_other_version(parameter)) {
                range.push_str(OF_ANOTHER_VERSION);
            }
            let quality = pieces.find_map(|piece| piece.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000 before the cast")]
            let thousandths = (quality.clamp(0.0, 1.0) * 1_000.0) as u16;
            Some((range, thousandths))
        });
        Self(ranges.collect())
    }

    /// The best of `offered`, the first among equals; 406 where none is wanted.
    pub fn choose(&self, offered: &[&'static str]) -> Result<&'static str, Error> {
        let mut best: Option<(&'static str, u16)> = None;
        for media_type in offered {
            let quality = self.quality(media_type);
            if quality > 0 && best.is_none_or(|(_, highest)| quality > highest) {
                best = Some((media_type, quality));
            }
        }
        best.map(|(media_type, _)| media_type).ok_or_else(|| Error::new(Code::NotAcceptable))
    }

    /// The quality of the most specific range that covers the type.
    fn quality(&self, media_type: &str) -> u16 {
        if self.0.is_empty() {
            return 1_000;
        }
        let family = format!("{}/*", media_type.split('/').next().unwrap_or_default());
        let wanted = [media_type, family.as_str(), "*/*"];
        wanted.iter().find_map(|range| self.0.iter().find(|(given, _)| given == range)).map_or(0, |(_, quality)| *quality)
    }
}

/// What marks a range that asks for another version of FHIR than R4.
const OF_ANOTHER_VERSION: &str = ";other";

/// Whether a parameter leaves R4 possible: only `fhirVersion` with a value of another version does not (FHIR R4, section 3.1.0.1.11).
#[must_use]
pub fn names_no_other_version(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return true };
    !name.trim().eq_ignore_ascii_case("fhirversion") || ["4.0", "4.0.1"].contains(&value.trim().trim_matches('"'))
}

impl FromRequest for Accept {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req.headers())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: [&str; 3] = ["application/json", "image/svg+xml", "text/html"];

    #[test]
    fn the_best_liked_type_wins_and_the_first_among_equals() {
        for (header, wanted) in [
            ("", "application/json"),
            ("*/*", "application/json"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
            ("image/*", "image/svg+xml"),
            ("application/json;q=0.5, image/svg+xml;q=0.9", "image/svg+xml"),
            ("text/html;q=0, */*", "application/json"),
        ] {
            assert_eq!(Accept::read(header).choose(&OFFERED).unwrap(), wanted, "{header}");
        }
        assert_eq!(Accept::read("audio/ogg").choose(&OFFERED).unwrap_err().code, Code::NotAcceptable);
    }
}

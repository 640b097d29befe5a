//! FHIR R4 at the edge: its media type, the elements that resources share, and failures as a FHIR client reads them.
//!
//! Which resources there are, and what they hold, is for the features to say: `features/*/fhir`.

pub mod bundle;
pub mod documents;
pub mod elements;
pub mod names;
pub mod outcome;

use super::accept::{Accept, names_no_other_version};
use crate::kernel::Error;

/// The media type of FHIR resources (FHIR R4, section 3.1.0.1.11).
pub const FHIR_JSON: &str = "application/fhir+json";
/// The media type of everything else.
pub const JSON: &str = "application/json";

/// In which form a resource travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The service's own.
    Json,
    /// FHIR R4.
    Fhir,
}

impl Form {
    /// The form that a client likes best: the one it `sent` among equals, else the service's own; 406 where it wants neither.
    pub fn wanted(accept: &Accept, sent: Self) -> Result<Self, Error> {
        let offered = match sent {
            Self::Json => [JSON, FHIR_JSON],
            Self::Fhir => [FHIR_JSON, JSON],
        };
        Ok(if accept.choose(&offered)? == FHIR_JSON { Self::Fhir } else { Self::Json })
    }

    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Fhir => FHIR_JSON,
        }
    }
}

/// The form that a Content-Type names, its parameters aside; nothing where it is neither, or FHIR of another version than R4.
#[must_use]
pub fn form_of(content_type: &str) -> Option<Form> {
    let mut pieces = content_type.split(';').map(str::trim);
    let essence = pieces.next()?.to_ascii_lowercase();
    match essence.as_str() {
        JSON => Some(Form::Json),
        FHIR_JSON => pieces.all(names_no_other_version).then_some(Form::Fhir),
        _ => None,
    }
}

/// The mark of a request whose body is a FHIR resource of this type: its errors point into that resource.
#[derive(Clone, Copy, Debug)]
pub struct Sent(pub &'static str);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_the_answer_unless_fhir_is_liked_better_or_was_sent() {
        for (header, sent, wanted) in [
            ("", Form::Json, Form::Json),
            ("*/*", Form::Json, Form::Json),
            ("application/fhir+json", Form::Json, Form::Fhir),
            ("application/fhir+json; fhirVersion=4.0, application/json;q=0.9", Form::Json, Form::Fhir),
            ("application/fhir+json;q=0.5, application/json", Form::Json, Form::Json),
            ("application/fhir+json;fhirVersion=5.0, application/json;q=0.1", Form::Json, Form::Json),
            ("application/*", Form::Json, Form::Json),
            ("*/*", Form::Fhir, Form::Fhir),
            ("application/json", Form::Fhir, Form::Json),
        ] {
            assert_eq!(Form::wanted(&Accept::read(header), sent).unwrap(), wanted, "{header}");
        }
        for refused in ["text/html", "application/fhir+xml", "application/fhir+json; fhirVersion=3.0"] {
            assert!(Form::wanted(&Accept::read(refused), Form::Json).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_body_is_fhir_by_its_media_type_and_never_of_another_version() {
        assert_eq!(form_of("Application/FHIR+json; charset=utf-8; fhirVersion=\"4.0\""), Some(Form::Fhir));
        assert_eq!(form_of("application/json; charset=utf-8"), Some(Form::Json));
        for other in ["", "application/fhir+json; fhirVersion=5.0", "application/fhir+xml", "text/json"] {
            assert_eq!(form_of(other), None, "{other}");
        }
    }
}

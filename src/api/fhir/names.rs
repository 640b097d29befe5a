//! The names by which FHIR documents know this product's own things, and the few of FHIR's own that are used.
//!
//! The product has no domain, and the same set is the same set whoever serves it, so its names are URNs that no server answers
//! (docs/adr/0024-fhir.md).

/// Translations of a text (FHIR R4 core).
pub const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";
/// What an answer counts (FHIR R4 core).
pub const ORDINAL_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
/// The same by the name that later versions gave it.
pub const ITEM_WEIGHT: &str = "http://hl7.org/fhir/StructureDefinition/itemWeight";
/// How a question is best shown (FHIR R4 core).
pub const ITEM_CONTROL: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl";
/// The code system of that.
pub const ITEM_CONTROLS: &str = "http://hl7.org/fhir/questionnaire-item-control";
/// Why there is no value (FHIR R4 core).
pub const DATA_ABSENT_REASON: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
/// The code system of that.
pub const DATA_ABSENT_REASONS: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
/// The system of identifiers that are URIs.
pub const URI: &str = "urn:ietf:rfc:3986";
/// What comes before a UUID to make a URI of it (RFC 9562, section 4).
pub const UUID: &str = "urn:uuid:";

/// `unknown`: the data-absent-reason that stands for a question that was passed over. It says nothing about why.
pub const SKIPPED: &str = "unknown";
/// `asked-declined`: the data-absent-reason that stands for "prefer not to say".
pub const DECLINED: &str = "asked-declined";

const OWN: &str = "urn:reciprocity:";

/// An extension of this product.
#[must_use]
pub fn extension(name: &str) -> String {
    format!("{OWN}extension:{name}")
}

/// The canonical URL of a question set, the same for every version.
#[must_use]
pub fn question_set(slug: &str) -> String {
    format!("{OWN}question-set:{slug}")
}

/// The canonical URL of one version of a question set.
#[must_use]
pub fn question_set_version(slug: &str, version: u32) -> String {
    format!("{}|{version}", question_set(slug))
}

/// The slug and version of a question set's canonical URL. A URL without a version has none.
#[must_use]
pub fn read_question_set(canonical: &str) -> Option<(&str, Option<u32>)> {
    let rest = canonical.strip_prefix(OWN)?.strip_prefix("question-set:")?;
    match rest.split_once('|') {
        None => Some((rest, None)),
        Some((slug, version)) => {
            let digits = !version.starts_with('0') && version.bytes().all(|byte| byte.is_ascii_digit());
            Some((slug, Some(version.parse().ok().filter(|_| digits)?)))
        }
    }
}

/// The code system of a scale: of this version of the set alone, so that a code means for ever what it meant there.
#[must_use]
pub fn scale(slug: &str, version: u32, scale: &str) -> String {
    format!("{}:{version}:{scale}", question_set(slug))
}

/// The code system of the problems (`/problems/{code}`).
#[must_use]
pub fn problems() -> String {
    format!("{OWN}problem")
}

/// The code system of what is wrong with one member of a request.
#[must_use]
pub fn member_problems() -> String {
    format!("{OWN}problem:member")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canonical_url_is_read_back_and_nothing_like_it_is() {
        assert_eq!(read_question_set(&question_set_version("family-check", 12)), Some(("family-check", Some(12))));
        assert_eq!(read_question_set(&question_set("family-check")), Some(("family-check", None)));
        for other in
            ["family-check|1", "urn:reciprocity:question-set:a|", "urn:reciprocity:question-set:a|+1", "urn:reciprocity:question-set:a|01"]
        {
            assert_eq!(read_question_set(other), None, "{other}");
        }
    }
}

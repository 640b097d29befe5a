//! JSON in which no member stands twice, at any depth. A map takes the last of two and says nothing, and a document that was put
//! together wrongly would come in as something that nobody wrote.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};

/// Read from any JSON without a member that stands twice; keeps nothing of it.
#[derive(Clone, Copy, Debug)]
pub struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

/// The value of a member. It fails for one that was there before, so that the failure's place names the member.
struct Member {
    again: bool,
}

impl<'de> DeserializeSeed<'de> for Member {
    type Value = Unique;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Unique, D::Error> {
        if self.again {
            // In serde's words, which the edge knows.
            return Err(D::Error::custom("duplicate field "));
        }
        Unique::deserialize(deserializer)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Unique, A::Error> {
        let mut names: HashSet<String> = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            // Names of the reader's own, under which it would take the text of a value for the value.
            if name.starts_with("$serde_json::private::") {
                return Err(A::Error::custom("unknown field "));
            }
            members.next_value_seed(Member { again: !names.insert(name) })?;
        }
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
        while items.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_stands_twice_is_found_at_any_depth_and_the_same_name_elsewhere_is_none() {
        let read = |text: &str| serde_json::from_str::<Unique>(text);
        for fine in ["{}", "[1, -1, 0.5, true, null, \"a\"]", r#"{"a": {"a": [{"a": 1}, {"a": 2}]}, "b": null}"#] {
            assert!(read(fine).is_ok(), "{fine}");
        }
        for twice in [r#"{"a": 1, "a": 1}"#, r#"[{"b": {"a": [], "a": {}}}]"#, r#"{"a": 1, "\u0061": 2}"#] {
            assert!(read(twice).unwrap_err().to_string().starts_with("duplicate field"), "{twice}");
        }
        // What the reader would take for the text of a value, and read without a look at its members.
        for hidden in [r#"{"$serde_json::private::RawValue": "{}"}"#, r#"[{"a": {"$serde_json::private::Number": "1"}}]"#] {
            assert!(read(hidden).unwrap_err().to_string().starts_with("unknown field"), "{hidden}");
        }
    }
}

//! What the logger wrote about an entry: words that this service seals and opens, or something only the client can read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::kernel::text::{self, Refusal};

/// The longest note, in characters.
pub const MAX_NOTE: usize = 10_000;
/// The longest name of a client's key.
pub const MAX_CLIENT_KEY: usize = 40;
/// The longest client-encrypted note, in characters of base64: 42,000 bytes, which is a longest note with room for a nonce and a tag.
pub const MAX_CIPHERTEXT: usize = 56_000;

/// A note is the one or the other, never both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    Words(String),
    Encrypted(ClientNote),
}

/// A note that the client encrypted: kept and given back as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientNote {
    /// What the client calls the key that opens it.
    pub key: String,
    /// Base64 (RFC 4648, section 4) of whatever the client made.
    pub ciphertext: String,
}

impl ClientNote {
    /// Checks the form of both members; what is inside is the client's business.
    pub fn parse(key: String, ciphertext: String) -> Result<Self, (&'static str, Refusal)> {
        if !text::is_slug(&key, MAX_CLIENT_KEY) {
            let detail = format!("Use 1 to {MAX_CLIENT_KEY} of a-z, 0-9, - and _, beginning with a letter.");
            return Err(("/key", ("not_a_slug", detail)));
        }
        if ciphertext.len() > MAX_CIPHERTEXT {
            return Err(("/ciphertext", ("too_long", format!("At most {MAX_CIPHERTEXT} characters are accepted."))));
        }
        if ciphertext.is_empty() || STANDARD.decode(&ciphertext).is_err() {
            return Err(("/ciphertext", ("not_base64", "Base64 with its padding belongs here, at least one byte.".to_owned())));
        }
        Ok(Self { key, ciphertext })
    }
}

/// A change of a note; for each form absent stays, `Some(None)` removes.
#[derive(Clone, Debug, Default)]
pub struct NoteChange {
    pub words: Option<Option<String>>,
    pub encrypted: Option<Option<ClientNote>>,
}

impl NoteChange {
    /// The note with this change applied: a note of either form takes the place of what was there, and null removes its own form.
    #[must_use]
    pub fn apply(self, stored: Option<Note>) -> Option<Note> {
        match (self.words, self.encrypted, stored) {
            (Some(Some(words)), _, _) => Some(Note::Words(words)),
            (_, Some(Some(encrypted)), _) => Some(Note::Encrypted(encrypted)),
            (Some(None), _, Some(Note::Words(_))) | (_, Some(None), Some(Note::Encrypted(_))) => None,
            (_, _, stored) => stored,
        }
    }
}

/// The note that a request gives; refused where it gives two.
pub fn one_of(words: Option<String>, encrypted: Option<ClientNote>) -> Result<Option<Note>, Refusal> {
    match (words, encrypted) {
        (Some(_), Some(_)) => Err(two_notes()),
        (words, encrypted) => Ok(words.map(Note::Words).or(encrypted.map(Note::Encrypted))),
    }
}

/// Why `note` and `note_encrypted` do not go together.
#[must_use]
pub fn two_notes() -> Refusal {
    ("two_notes", "An entry has a note or an encrypted note, not both.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Note {
        Note::Words(text.to_owned())
    }

    fn encrypted(text: &str) -> ClientNote {
        ClientNote::parse("phone".to_owned(), text.to_owned()).unwrap()
    }

    #[test]
    fn a_key_is_a_slug_and_a_ciphertext_is_bounded_base64() {
        let refused = |key: &str, text: &str| ClientNote::parse(key.to_owned(), text.to_owned()).unwrap_err().1.0;
        assert_eq!(refused("Phone 2", "AAAA"), "not_a_slug");
        assert_eq!(refused("phone", "not base64!"), "not_base64");
        assert_eq!(refused("phone", "AAA"), "not_base64");
        assert_eq!(refused("phone", ""), "not_base64");
        assert_eq!(refused("phone", &"A".repeat(MAX_CIPHERTEXT + 4)), "too_long");
        assert_eq!(encrypted("AAA=").ciphertext, "AAA=");
    }

    #[test]
    fn a_note_of_either_form_takes_the_place_of_the_other() {
        let to_words = NoteChange { words: Some(Some("new".to_owned())), encrypted: Some(None) };
        assert_eq!(to_words.apply(Some(Note::Encrypted(encrypted("AAAA")))), Some(words("new")));
        let to_encrypted = NoteChange { words: Some(None), encrypted: Some(Some(encrypted("AAAA"))) };
        assert_eq!(to_encrypted.apply(Some(words("old"))), Some(Note::Encrypted(encrypted("AAAA"))));
    }

    #[test]
    fn null_removes_its_own_form_and_leaves_the_other() {
        let no_words = || NoteChange { words: Some(None), encrypted: None };
        assert_eq!(no_words().apply(Some(words("old"))), None);
        assert_eq!(no_words().apply(Some(Note::Encrypted(encrypted("AAAA")))), Some(Note::Encrypted(encrypted("AAAA"))));
        assert_eq!(NoteChange { words: None, encrypted: Some(None) }.apply(Some(words("old"))), Some(words("old")));
        assert_eq!(NoteChange::default().apply(Some(words("old"))), Some(words("old")));
    }
}

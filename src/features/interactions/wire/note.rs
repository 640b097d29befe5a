//! A note that the client encrypted, as it travels: sent and returned alike.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::features::interactions::model::{ClientNote, MAX_NOTE, Note, NoteChange, one_of, two_notes};
use crate::kernel::{Fields, text};

/// A note that only the client can read. It comes back as it was sent; the service looks at its form and length alone.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"key": "phone-2026", "ciphertext": "3q2+7wABAgMEBQYHCAkKCw=="}))]
pub struct EncryptedNote {
    /// What the client calls the key that opens it. The key itself never belongs here.
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$")]
    key: String,
    /// Base64 (RFC 4648, section 4, with padding).
    #[schema(
        min_length = 4,
        max_length = 56000,
        pattern = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"
    )]
    ciphertext: String,
}

impl EncryptedNote {
    /// Checks the form of both members.
    pub fn parse(self, fields: &mut Fields) -> Option<ClientNote> {
        match ClientNote::parse(self.key, self.ciphertext) {
            Ok(note) => Some(note),
            Err((member, refusal)) => fields.take(&format!("/note_encrypted{member}"), Err(refusal)),
        }
    }
}

/// The two members of an answer, of which one at most is there.
pub fn split(note: Option<Note>) -> (Option<String>, Option<EncryptedNote>) {
    match note {
        None => (None, None),
        Some(Note::Words(words)) => (Some(words), None),
        Some(Note::Encrypted(ClientNote { key, ciphertext })) => (None, Some(EncryptedNote { key, ciphertext })),
    }
}

fn parse_words(fields: &mut Fields, note: &str) -> Option<String> {
    fields.take("/note", text::prose(note, MAX_NOTE))
}

/// The note of a new entry.
pub fn parse_note(fields: &mut Fields, words: Option<String>, encrypted: Option<EncryptedNote>) -> Option<Note> {
    let words = words.and_then(|note| parse_words(fields, &note));
    let encrypted = encrypted.and_then(|note| note.parse(fields));
    fields.take("/note_encrypted", one_of(words, encrypted)).flatten()
}

/// The change of an entry's note.
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
pub fn parse_note_change(fields: &mut Fields, words: Option<Option<String>>, encrypted: Option<Option<EncryptedNote>>) -> NoteChange {
    if words.as_ref().is_some_and(Option::is_some) && encrypted.as_ref().is_some_and(Option::is_some) {
        let (code, detail) = two_notes();
        fields.push("/note_encrypted", code, detail);
    }
    NoteChange {
        words: words.map(|note| note.and_then(|note| parse_words(fields, &note))),
        encrypted: encrypted.map(|note| note.and_then(|note| note.parse(fields))),
    }
}

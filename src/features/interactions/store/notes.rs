//! Notes as they lie in rows: sealed, in one column for words and another for what the client encrypted.

use uuid::Uuid;

use crate::db::AccountKey;
use crate::db::vault::Sealed;
use crate::features::interactions::model::{ClientNote, Note};
use crate::kernel::Error;
use crate::kernel::sealed::Column;

/// A table that has notes.
#[derive(Clone, Copy, Debug)]
pub struct Notes(&'static str);

pub const OF_ENTRIES: Notes = Notes("interactions");
pub const OF_REVISIONS: Notes = Notes("interaction_revisions");

/// The two columns of a row, of which one at most holds something.
#[derive(Clone, Debug, Default)]
pub struct SealedNote {
    pub words: Option<Sealed>,
    pub client: Option<Sealed>,
}

impl Notes {
    const fn words(self) -> Column {
        Column { table: self.0, name: "note_sealed" }
    }

    const fn client(self) -> Column {
        Column { table: self.0, name: "client_note_sealed" }
    }

    /// The note for the row of this id; `part` is a revision's version, 0 for an entry.
    pub fn seal(self, key: &AccountKey, row: Uuid, part: i64, note: Option<&Note>) -> Result<SealedNote, Error> {
        Ok(match note {
            None => SealedNote::default(),
            Some(Note::Words(words)) => SealedNote { words: Some(key.seal_part(self.words(), row, part, words)?), client: None },
            Some(Note::Encrypted(note)) => {
                let text = serde_json::to_string(note).map_err(Error::internal)?;
                SealedNote { words: None, client: Some(key.seal_part(self.client(), row, part, &text)?) }
            }
        })
    }

    /// What [`Notes::seal`] sealed; nothing where the key is not lent for notes.
    pub fn open(self, key: &AccountKey, row: Uuid, part: i64, sealed: &SealedNote) -> Result<Option<Note>, Error> {
        if let Some(words) = sealed.words.as_ref().filter(|_| key.opens(self.words())) {
            return key.open_part(self.words(), row, part, words).map(|words| Some(Note::Words(words)));
        }
        let Some(client) = sealed.client.as_ref().filter(|_| key.opens(self.client())) else { return Ok(None) };
        let text = key.open_part(self.client(), row, part, client)?;
        let note: ClientNote = serde_json::from_str(&text).map_err(|_| Error::internal("a stored client note could not be read"))?;
        Ok(Some(Note::Encrypted(note)))
    }
}

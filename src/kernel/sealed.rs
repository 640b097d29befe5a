//! Words sealed for storage: who holds the rows but not the key reads nothing, and cannot move a word to another place unseen.
//!
//! AES-256-GCM-SIV (RFC 8452) with a random 96-bit nonce for every message. A key seals the words of one account. At the default
//! limits (13,000 entries a minute) it takes 229 days of uninterrupted writing to reach 2^32 messages; then the chance that any
//! two of them share a nonce is 2^-33, and with this mode a shared nonce tells only whether both are the same text in the same place.
//!
//! A sealed text is `version (1 byte) | key id (4) | nonce (12) | ciphertext | tag (16)`. Before it is sealed, a text is padded to a
//! multiple of 32 bytes (0x80, then zeros), so that its length shows only in those steps: nearly all aliases look alike, a long note
//! still looks long.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::Error;
use super::ids::AccountId;
use super::random::Random;

/// The form described above; another form gets another number.
const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 12;
const TAG: usize = 16;
const HEADER: usize = 1 + KEY_ID + NONCE;
/// Lengths show in steps of so many bytes.
const STEP: usize = 32;
const PAD: u8 = 0x80;

/// A column that holds sealed texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub table: &'static str,
    pub name: &'static str,
}

/// Where a sealed text lies. It opens there and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub column: Column,
    pub account: AccountId,
    pub row: Uuid,
    /// Tells rows of one id apart (a revision's version); 0 where the id is enough.
    pub part: i64,
}

impl Place {
    /// What is authenticated with the text: the header, and each part of the place behind its length.
    fn associated(&self, header: &[u8]) -> Vec<u8> {
        let part = self.part.to_be_bytes();
        let parts: [&[u8]; 6] =
            [header, self.column.table.as_bytes(), self.column.name.as_bytes(), self.account.0.as_bytes(), self.row.as_bytes(), &part];
        parts.iter().flat_map(|part| (part.len() as u64).to_be_bytes().into_iter().chain(part.iter().copied())).collect()
    }
}

/// A 256-bit key that seals and opens. The library clears its copy when it is dropped.
pub struct SealingKey {
    id: u32,
    key: LessSafeKey,
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealingKey({})", self.id)
    }
}

impl SealingKey {
    /// The key made of these bytes; `id` is written into all that it seals.
    pub fn new(id: u32, bytes: &[u8; 32]) -> Result<Self, Error> {
        let key = UnboundKey::new(&AES_256_GCM_SIV, bytes).map_err(|_| Error::internal("a key was rejected"))?;
        Ok(Self { id, key: LessSafeKey::new(key) })
    }

    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// Seals `plain` for one place. The same words sealed twice look different.
    pub fn seal(&self, place: &Place, plain: &[u8], random: Random) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE] = random.bytes()?;
        let padded = (plain.len() / STEP + 1) * STEP;
        let mut sealed = Vec::with_capacity(HEADER + padded + TAG);
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.id.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        let associated = Aad::from(place.associated(&sealed));
        let mut text = Vec::with_capacity(padded + TAG);
        text.extend_from_slice(plain);
        text.push(PAD);
        text.resize(padded, 0);
        let failed = |_| Error::internal("words could not be sealed");
        self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), associated, &mut text).map_err(failed)?;
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// Opens what this key sealed for this very place. Anything else, moved, altered or sealed by another key, is refused.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let damaged = || Error::internal("sealed words do not open in their place");
        let (header, text) = sealed.split_at_checked(HEADER).ok_or_else(damaged)?;
        if header.first() != Some(&VERSION) || key_id(sealed) != Some(self.id) {
            return Err(damaged());
        }
        let nonce = header.last_chunk::<NONCE>().ok_or_else(damaged)?;
        let mut text = Zeroizing::new(text.to_vec());
        let associated = Aad::from(place.associated(header));
        let opened = self.key.open_in_place(Nonce::assume_unique_for_key(*nonce), associated, &mut text).map_err(|_| damaged())?;
        let end = opened.iter().rposition(|byte| *byte != 0).filter(|end| opened.get(*end) == Some(&PAD)).ok_or_else(damaged)?;
        text.truncate(end);
        Ok(text)
    }
}

/// The id of the key that sealed it; nothing where it is no sealed text of a form we know.
#[must_use]
pub fn key_id(sealed: &[u8]) -> Option<u32> {
    let (version, rest) = sealed.split_first()?;
    let id = rest.first_chunk::<KEY_ID>()?;
    (*version == VERSION).then(|| u32::from_be_bytes(*id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALIAS: Column = Column { table: "relationships", name: "alias_sealed" };

    fn place() -> Place {
        Place { column: ALIAS, account: AccountId(Uuid::from_u128(1)), row: Uuid::from_u128(2), part: 0 }
    }

    fn key() -> SealingKey {
        SealingKey::new(5, &[9; 32]).unwrap()
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_again_whatever_its_bytes(plain in prop::collection::vec(any::<u8>(), 0..200)) {
            let sealed = key().seal(&place(), &plain, Random).unwrap();
            let opened = key().open(&place(), &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());
        }
    }

    #[test]
    fn nothing_of_the_words_shows_and_the_same_words_look_different_each_time() {
        let sealed = key().seal(&place(), b"from the choir", Random).unwrap();
        assert!(!sealed.windows(5).any(|part| part == b"choir"));
        assert_ne!(sealed, key().seal(&place(), b"from the choir", Random).unwrap());
    }

    #[test]
    fn a_text_opens_in_its_own_table_column_account_row_and_part_alone() {
        let sealed = key().seal(&place(), b"Sam", Random).unwrap();
        let elsewhere = [
            Place { column: Column { table: "sessions", ..ALIAS }, ..place() },
            Place { column: Column { name: "label_sealed", ..ALIAS }, ..place() },
            Place { column: Column { table: "relationship", name: "salias_sealed" }, ..place() },
            Place { account: AccountId(Uuid::from_u128(3)), ..place() },
            Place { row: Uuid::from_u128(3), ..place() },
            Place { part: 1, ..place() },
        ];
        for wrong in elsewhere {
            assert!(key().open(&wrong, &sealed).is_err(), "{wrong:?}");
        }
        assert!(key().open(&place(), &sealed).is_ok());
    }

    #[test]
    fn a_change_of_any_byte_and_every_shorter_text_is_refused() {
        let sealed = key().seal(&place(), b"Sam", Random).unwrap();
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(key().open(&place(), &altered).is_err(), "byte {at}");
            assert!(key().open(&place(), &sealed[..at]).is_err(), "the first {at} bytes");
        }
    }

    #[test]
    fn another_key_opens_nothing_even_under_the_same_id() {
        let sealed = key().seal(&place(), b"Sam", Random).unwrap();
        assert!(SealingKey::new(5, &[8; 32]).unwrap().open(&place(), &sealed).is_err());
        assert!(SealingKey::new(6, &[9; 32]).unwrap().open(&place(), &sealed).is_err());
        assert_eq!(key_id(&sealed), Some(5));
    }

    #[test]
    fn lengths_show_in_steps_of_thirty_two_bytes() {
        let length = |bytes: usize| key().seal(&place(), &vec![b'x'; bytes], Random).unwrap().len();
        assert_eq!(length(0), length(31));
        assert_eq!(length(32), length(31) + 32);
        assert_eq!(length(32), length(63));
    }
}

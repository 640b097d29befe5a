//! Tokens of other issuers (`OpenID` Connect, RFC 9068): their keys, fetched and kept, and the check of what they sign.
//!
//! `token` takes a token apart, `rules` holds it against what the operator said, `keys` are public keys, `fetch` gets them over the
//! network, and [`Issuers`] keeps them and puts it together. Nothing in a token ever chooses an address.

mod fetch;
mod kept;
mod keys;
mod rules;
mod strict;
mod token;

pub use kept::Issuers;

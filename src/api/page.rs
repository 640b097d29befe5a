//! Keyset pages on the wire: `?limit` and `?cursor` in, `next_cursor` and a Link header that agree out.
//!
//! A cursor is the sort key of the last row seen, tagged with a key of this server and with the list it belongs to.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, Error, Keys};

/// Rows a page holds where the client does not say.
pub const DEFAULT_LIMIT: i64 = 50;
/// Rows a page holds at most; a larger wish is cut to this.
pub const MAX_LIMIT: i64 = 200;
const TAG: usize = 12;

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many rows at most; above 200 the answer holds 200.
    #[serde(default)]
    #[param(value_type = i32, required = false, minimum = 1, maximum = 2_147_483_647, default = 50, example = 50)]
    pub limit: Option<String>,
    /// Where to go on: `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = String, required = false, min_length = 1, max_length = 500, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

impl PageQuery {
    /// Reads limit and cursor; `list` and the account are what the cursor must have been made for.
    pub fn parse<K: DeserializeOwned>(&self, keys: &Keys, account: AccountId, list: &str) -> Result<PageRequest<K>, Error> {
        let limit = match &self.limit {
            None => DEFAULT_LIMIT,
            Some(text) => parse_limit(text)?,
        };
        let after = self.cursor.as_deref().map(|cursor| open(keys, account, list, cursor)).transpose()?;
        Ok(PageRequest { limit, after })
    }
}

fn parse_limit(text: &str) -> Result<i64, Error> {
    match text.parse::<i32>() {
        Ok(limit) if limit >= 1 => Ok(i64::from(limit).min(MAX_LIMIT)),
        Ok(_) | Err(_) => Err(Error::parameter("?limit", "out_of_range", "limit is a whole number from 1.")),
    }
}

/// The cursor for the rows after `key`.
pub fn seal<K: Serialize>(keys: &Keys, account: AccountId, list: &str, key: &K) -> Result<String, Error> {
    let mut bytes = serde_json::to_vec(key).map_err(Error::internal)?;
    let tag = keys.cursor_tag(&[account.0.as_bytes(), list.as_bytes(), &bytes]);
    bytes.extend(tag.iter().take(TAG));
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn open<K: DeserializeOwned>(keys: &Keys, account: AccountId, list: &str, cursor: &str) -> Result<K, Error> {
    let refused = || Error::parameter("?cursor", "invalid", "Use next_cursor of the page before, unchanged, with the same filters.");
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
    let (body, given) = bytes.split_at_checked(bytes.len().saturating_sub(TAG)).ok_or_else(refused)?;
    let tag = keys.cursor_tag(&[account.0.as_bytes(), list.as_bytes(), body]);
    if given.len() != TAG || !tag.starts_with(given) {
        return Err(refused());
    }
    serde_json::from_slice(body).map_err(|_| refused())
}

/// What a page needs to say about the one after it.
#[derive(Debug)]
pub struct Next {
    pub cursor: Option<String>,
    pub link: Option<String>,
}

impl Next {
    /// Where the next page is, without what makes a Link of it.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let link = self.link.as_ref()?;
        link.strip_prefix('<')?.split_once('>').map(|(address, _)| address.to_owned())
    }
}

/// The cursor and the Link header of the page that follows, made together so that they agree.
pub fn next_of<T, K: Serialize>(req: &HttpRequest, keys: &Keys, account: AccountId, list: &str, page: &Page<T, K>) -> Result<Next, Error> {
    let Some(key) = &page.next else {
        return Ok(Next { cursor: None, link: None });
    };
    let cursor = seal(keys, account, list, key)?;
    let others = req.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<String> = others.map(str::to_owned).chain([format!("cursor={cursor}")]).collect();
    Ok(Next { link: Some(format!("<{}?{}>; rel=\"next\"", req.path(), query.join("&"))), cursor: Some(cursor) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::AccountId;
    use uuid::Uuid;

    #[test]
    fn a_cursor_opens_only_the_list_and_account_it_was_made_for() {
        let keys = Keys::derive(&[3; 32]).unwrap();
        let (mine, theirs) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let cursor = seal(&keys, mine, "friends", &41).unwrap();
        assert_eq!(open::<i32>(&keys, mine, "friends", &cursor).unwrap(), 41);
        assert!(open::<i32>(&keys, theirs, "friends", &cursor).is_err());
        assert!(open::<i32>(&keys, mine, "others", &cursor).is_err());
        assert!(open::<i32>(&keys, mine, "friends", "").is_err());
        assert!(open::<i32>(&keys, mine, "friends", "AAAA").is_err());
    }

    #[test]
    fn a_limit_is_cut_at_the_top_and_refused_at_the_bottom() {
        assert_eq!(parse_limit("2000").unwrap(), MAX_LIMIT);
        for wrong in ["0", "-1", "ten", "", "99999999999"] {
            assert!(parse_limit(wrong).is_err(), "{wrong}");
        }
    }
}

//! Keyset pages: how many, after which row.

/// What a list call asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// Rows wanted, from 1 to the list's maximum.
    pub limit: i64,
    /// The sort key of the last row already seen.
    pub after: Option<K>,
}

/// One page of rows and, where more follow, the key to go on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, K> {
    pub rows: Vec<T>,
    pub next: Option<K>,
}

impl<T, K> Page<T, K> {
    /// Makes a page from up to `limit + 1` fetched rows: the extra one only says that there are more.
    pub fn from_fetched(mut rows: Vec<T>, limit: i64, key: impl Fn(&T) -> K) -> Self {
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next = if more { rows.last().map(key) } else { None };
        Self { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extra_row_is_a_sign_and_not_an_answer() {
        let page = Page::from_fetched(vec![1, 2, 3], 2, |n| *n);
        assert_eq!((page.rows, page.next), (vec![1, 2], Some(2)));
        let last = Page::from_fetched(vec![1, 2], 2, |n| *n);
        assert_eq!((last.rows, last.next), (vec![1, 2], None));
    }
}

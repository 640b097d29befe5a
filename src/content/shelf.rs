//! Where the catalogue stands while the service runs: read by every request, replaced whole when question sets come or go.
//!
//! A reader takes the catalogue as it is and keeps it to the end of its work; whoever replaces it disturbs nobody. Reading asks no
//! database.

use std::sync::{Arc, PoisonError, RwLock};

use super::catalogue::Catalogue;

/// The catalogue of this moment, shared by everything that one instance does.
#[derive(Clone, Debug)]
pub struct Shelf(Arc<RwLock<Arc<Catalogue>>>);

impl Shelf {
    /// A shelf with this catalogue on it.
    #[must_use]
    pub fn new(catalogue: Catalogue) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(catalogue))))
    }

    /// The catalogue of this moment. Ask once for each piece of work, so that all of it sees the same.
    #[must_use]
    pub fn current(&self) -> Arc<Catalogue> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another catalogue in its place.
    pub fn replace(&self, catalogue: Catalogue) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_holds_the_catalogue_keeps_it_while_others_see_the_next() {
        let shelf = Shelf::new(Catalogue::load().unwrap());
        let (held, seen_elsewhere) = (shelf.current(), shelf.clone());
        shelf.replace(Catalogue::load().unwrap());
        assert_eq!(held, shelf.current(), "the same words");
        assert!(!Arc::ptr_eq(&held, &shelf.current()), "and another catalogue");
        assert!(Arc::ptr_eq(&shelf.current(), &seen_elsewhere.current()));
    }
}

//! Question sets as bytes: each answer is written when it is first asked for, and from then on a request finds it and makes nothing.
//!
//! What was written belongs to the catalogue that it was written from. Where another one stands on the shelf, the next request begins
//! anew; whoever is being answered keeps what they took. No database is asked.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::wire::{QuestionSetList, QuestionSetSummary, QuestionSetView};
use crate::api::public::{Prepared, in_languages};
use crate::content::{Catalogue, QuestionSet, QuestionSetFilter, Shelf, rank};
use crate::kernel::Error;

/// The most lists that are kept. Those of the shipped sets number some hundreds, in all languages; a list beyond is written for its request.
const LISTS: usize = 1_024;

/// The answers of the catalogue of this moment.
#[derive(Debug)]
pub struct Written {
    shelf: Shelf,
    now: RwLock<Arc<Library>>,
}

impl Written {
    /// Answers for what stands on this shelf, now and later.
    #[must_use]
    pub fn new(shelf: Shelf) -> Self {
        let library = Library::of(shelf.current());
        Self { shelf, now: RwLock::new(Arc::new(library)) }
    }

    /// The answers of this moment. Ask once for each request.
    #[must_use]
    pub fn library(&self) -> Arc<Library> {
        let catalogue = self.shelf.current();
        let library = Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner));
        if Arc::ptr_eq(&library.catalogue, &catalogue) {
            return library;
        }
        let library = Arc::new(Library::of(catalogue));
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&library);
        library
    }
}

/// The answers of one catalogue.
#[derive(Debug)]
pub struct Library {
    catalogue: Arc<Catalogue>,
    /// By slug and version: an answer for each language of the set, the default first.
    editions: HashMap<String, BTreeMap<u32, Vec<OnceLock<Prepared>>>>,
    /// Every language that a set has, once.
    languages: Vec<String>,
    /// The lists that were asked for so far, by what is in them.
    lists: RwLock<HashMap<Vec<Entry>, Prepared>>,
}

/// A line of a list: which of the newest sets, in which of its languages.
type Entry = (u16, u16);

impl Library {
    /// With nothing written yet.
    #[must_use]
    pub fn of(catalogue: Arc<Catalogue>) -> Self {
        let mut editions: HashMap<String, BTreeMap<u32, Vec<OnceLock<Prepared>>>> = HashMap::new();
        let mut languages: Vec<String> = Vec::new();
        for set in catalogue.all_question_set_versions() {
            let empty = set.languages().map(|_| OnceLock::new()).collect();
            editions.entry(set.slug().to_owned()).or_default().insert(set.version(), empty);
            languages.extend(set.languages().map(str::to_owned));
        }
        languages.sort_unstable();
        languages.dedup();
        Self { catalogue, editions, languages, lists: RwLock::default() }
    }

    /// One version of a set, the newest where none is named, in the language that suits the reader best. `None` where there is none.
    pub fn set(&self, slug: &str, version: Option<u32>, accept_language: &str) -> Result<Option<&Prepared>, Error> {
        let Some(set) = self.catalogue.question_set(slug, version) else { return Ok(None) };
        let edition = usize::from(edition(set, &self.wanted(accept_language)));
        let place = self.editions.get(slug).and_then(|versions| versions.get(&set.version())?.get(edition));
        let (Some(place), Some(words)) = (place, set.translations().nth(edition)) else { return Ok(None) };
        if let Some(written) = place.get() {
            return Ok(Some(written));
        }
        // Two that come at the same moment write the same.
        let written = Prepared::json(words.language(), &QuestionSetView::of(set, words))?.of_several_forms();
        Ok(Some(place.get_or_init(|| written)))
    }

    /// The newest version of each set that passes the filter, each in the language that suits the reader best.
    pub fn list(&self, filter: QuestionSetFilter<'_>, accept_language: &str) -> Result<Prepared, Error> {
        let wanted = self.wanted(accept_language);
        let fitting = (0_u16..).zip(self.newest()).filter(|(_, set)| filter.admits(set));
        let entries: Vec<Entry> = fitting.map(|(place, set)| (place, edition(set, &wanted))).collect();
        if let Some(list) = self.lists.read().unwrap_or_else(PoisonError::into_inner).get(&entries) {
            return Ok(list.clone());
        }
        let list = self.write(&entries)?;
        let mut lists = self.lists.write().unwrap_or_else(PoisonError::into_inner);
        if lists.len() < LISTS {
            lists.insert(entries, list.clone());
        }
        Ok(list)
    }

    fn write(&self, entries: &[Entry]) -> Result<Prepared, Error> {
        let (mut data, mut languages) = (Vec::new(), Vec::new());
        let newest: Vec<&QuestionSet> = self.newest().collect();
        for (place, edition) in entries {
            let set = newest.get(usize::from(*place));
            let Some((set, words)) = set.and_then(|set| Some((set, set.translations().nth(usize::from(*edition))?))) else { continue };
            data.push(QuestionSetSummary::of(set, words));
            languages.push(words.language());
        }
        Ok(Prepared::json(&in_languages(languages), &QuestionSetList { data })?.of_several_forms())
    }

    fn newest(&self) -> impl Iterator<Item = &QuestionSet> {
        self.catalogue.question_sets(QuestionSetFilter::default())
    }

    /// The languages there are that the reader asked for, best first.
    fn wanted(&self, accept_language: &str) -> Vec<&str> {
        if accept_language.is_empty() {
            return Vec::new();
        }
        rank(accept_language, self.languages.iter().map(String::as_str))
    }
}

/// Which translation of the set is the first in these languages; the default one where none is.
fn edition(set: &QuestionSet, wanted: &[&str]) -> u16 {
    let place = |language: &&str| (0_u16..).zip(set.languages()).find(|(_, has)| has == language).map(|(place, _)| place);
    wanted.iter().find_map(place).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;

    use super::*;
    use crate::api::conditions::Conditions;

    fn library() -> Library {
        Library::of(Arc::new(Catalogue::load().unwrap()))
    }

    fn text(prepared: &Prepared) -> String {
        let body = prepared.answer(&Conditions::default()).into_body();
        String::from_utf8(body.try_into_bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn a_set_is_answered_as_it_would_be_written_for_its_reader() {
        let (library, catalogue) = (library(), Catalogue::load().unwrap());
        for _written_by_now in [false, true] {
            for set in catalogue.all_question_set_versions() {
                for asked in ["", "de-CH, en;q=0.5", "tlh, pt-BR;q=0.1", "es, de;q=0.9", "fr;q=0", "*"] {
                    let written = serde_json::to_string(&QuestionSetView::of(set, set.localise(asked))).unwrap();
                    let kept = library.set(set.slug(), Some(set.version()), asked).unwrap().unwrap();
                    assert_eq!(text(kept), written, "{} {asked}", set.slug());
                }
            }
        }
        assert!(library.set("no-such-set", None, "").unwrap().is_none());
        assert!(library.set("weekly-check", Some(2), "").unwrap().is_none());
    }

    #[test]
    fn an_answer_is_written_once_and_shared() {
        let library = library();
        let asked = |language| std::ptr::from_ref(library.set("weekly-check", None, language).unwrap().unwrap());
        assert_eq!(asked("de"), asked("de-AT, en;q=0.3"));
        assert_ne!(asked("de"), asked("fr"));
    }

    #[test]
    fn lists_with_the_same_lines_are_kept_once_however_they_were_asked_for() {
        let library = library();
        let everything = text(&library.list(QuestionSetFilter::default(), "").unwrap());
        let kept = || library.lists.read().unwrap().len();
        for asked in ["en", "en-GB, de;q=0.5", "tlh", "*;q=0.3", "de;q=0"] {
            for most in [None, Some(23), Some(40)] {
                let filter = QuestionSetFilter { max_items: most, ..Default::default() };
                assert_eq!(text(&library.list(filter, asked).unwrap()), everything, "{asked}");
            }
        }
        assert_eq!(kept(), 1);
        let in_german = library.list(QuestionSetFilter::default(), "de").unwrap();
        assert!(text(&in_german).contains("\"language\":\"de\""));
        assert_eq!(kept(), 2);
    }

    #[test]
    fn no_more_lists_are_kept_than_there_is_room_for() {
        let library = library();
        let list = library.list(QuestionSetFilter::default(), "").unwrap();
        let others = (0..u16::try_from(LISTS).unwrap() - 1).map(|n| (vec![(n, 999)], list.clone()));
        library.lists.write().unwrap().extend(others);
        let filter = QuestionSetFilter { max_items: Some(6), ..Default::default() };
        assert!(text(&library.list(filter, "fr").unwrap()).contains("after-interaction-pulse"));
        assert_eq!(library.lists.read().unwrap().len(), LISTS);
    }

    #[test]
    fn another_catalogue_on_the_shelf_is_written_anew_and_who_is_being_answered_keeps_theirs() {
        let shelf = Shelf::new(Catalogue::load().unwrap());
        let written = Written::new(shelf.clone());
        let before = written.library();
        assert!(Arc::ptr_eq(&before, &written.library()));
        before.set("weekly-check", None, "").unwrap();
        shelf.replace(Catalogue::load().unwrap());
        let after = written.library();
        assert!(!Arc::ptr_eq(&before, &after) && Arc::ptr_eq(&after, &written.library()));
        assert!(after.editions["weekly-check"][&1][0].get().is_none() && before.editions["weekly-check"][&1][0].get().is_some());
    }
}

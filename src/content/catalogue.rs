//! Everything in `content/`, read and checked once, kept for the life of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::embedded::{self, SetFiles};
use super::error::{ContentError, Problem};
use super::language;
use super::library::Library;
use super::practices::{Practice, PracticeFilter};
use super::question_sets::QuestionSet;
use super::safety::SafetyScreen;
use super::vocabulary::{Purpose, RelationshipKind};

/// The checked content of this build, with the question sets that an operator has made beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// By slug, then by version. Drafts are checked but not kept.
    question_sets: BTreeMap<String, BTreeMap<u32, Arc<QuestionSet>>>,
    /// Versions that are no longer offered: they are read and scored by those who know them.
    retired: BTreeSet<(String, u32)>,
    /// Versions that were published and cannot be read: whoever answered them is told so, and not to come again.
    unreadable: BTreeSet<(String, u32)>,
    library: Arc<Library>,
    safety_screen: SafetyScreen,
}

/// A version that an operator made and published.
#[derive(Debug, Clone, PartialEq)]
pub enum MadeSet {
    /// As it was published.
    Readable {
        set: Arc<QuestionSet>,
        /// Whether it is no longer offered.
        retired: bool,
    },
    /// Written by a later build, or damaged.
    Unreadable { slug: String, version: u32 },
}

impl MadeSet {
    fn slug(&self) -> &str {
        match self {
            Self::Readable { set, .. } => set.slug(),
            Self::Unreadable { slug, .. } => slug,
        }
    }
}

/// Which question sets to list. What is `None` does not restrict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuestionSetFilter<'a> {
    /// Sets made for this kind of relationship.
    pub kind: Option<RelationshipKind>,
    /// Sets made for this purpose.
    pub purpose: Option<Purpose>,
    /// Sets with words in this language: a language range, so `de-CH` finds sets in `de`.
    pub language: Option<&'a str>,
    /// Sets with at most this many items.
    pub max_items: Option<usize>,
}

impl Catalogue {
    /// Reads and checks every embedded file.
    ///
    /// # Errors
    /// Every broken rule of every file, at once. Files are embedded, so the same build always gives the same answer.
    pub fn load() -> Result<Self, ContentError> {
        let (sets, mut problems) = embedded::question_set_files();
        let question_sets = read_sets(&sets, &mut problems);
        let library = Library::load(kinds_of(&question_sets), &mut problems);
        let safety_screen = library.as_ref().and_then(|library| read_screen(library, &mut problems));
        match (library, safety_screen) {
            (Some(library), Some(safety_screen)) if problems.is_empty() => {
                Ok(Self { question_sets, retired: BTreeSet::new(), unreadable: BTreeSet::new(), library: Arc::new(library), safety_screen })
            }
            (Some(_) | None, _) => Err(ContentError::of(problems)),
        }
    }

    /// What there is to read beside question sets.
    #[must_use]
    pub const fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// The same with the sets that an operator made. A slug that both have is the operator's, all of it: it was there before this build had
    /// a set of that name, and what people answered was the operator's.
    #[must_use]
    pub fn with(&self, made: Vec<MadeSet>) -> Self {
        let mut with = self.clone();
        for slug in made.iter().map(MadeSet::slug) {
            with.question_sets.remove(slug);
        }
        for set in made {
            with.take(set);
        }
        with
    }

    fn take(&mut self, made: MadeSet) {
        match made {
            MadeSet::Readable { set, retired } => {
                if retired {
                    self.retired.insert((set.slug().to_owned(), set.version()));
                }
                self.question_sets.entry(set.slug().to_owned()).or_default().insert(set.version(), set);
            }
            MadeSet::Unreadable { slug, version } => {
                self.unreadable.insert((slug, version));
            }
        }
    }

    /// The newest version on offer of each set that passes the filter, by slug.
    pub fn question_sets<'a>(&'a self, filter: QuestionSetFilter<'a>) -> impl Iterator<Item = &'a QuestionSet> {
        self.question_sets.values().filter_map(|versions| self.newest(versions)).filter(move |set| filter.admits(set))
    }

    /// One published version of a set, retired or not; the newest on offer where no version is named. `None` where there is none.
    #[must_use]
    pub fn question_set(&self, slug: &str, version: Option<u32>) -> Option<&QuestionSet> {
        let versions = self.question_sets.get(slug)?;
        version.map_or_else(|| self.newest(versions), |version| versions.get(&version).map(Arc::as_ref))
    }

    /// Whether a version is offered to those who begin to answer.
    #[must_use]
    pub fn is_offered(&self, set: &QuestionSet) -> bool {
        self.retired.is_empty() || !self.retired.contains(&(set.slug().to_owned(), set.version()))
    }

    /// Whether a version was published that this build cannot read.
    #[must_use]
    pub fn is_unreadable(&self, slug: &str, version: u32) -> bool {
        !self.unreadable.is_empty() && self.unreadable.contains(&(slug.to_owned(), version))
    }

    /// The newest version of a set, retired or not: what can be read of a request that names no version.
    #[must_use]
    pub fn newest_version_ever(&self, slug: &str) -> Option<&QuestionSet> {
        self.question_sets.get(slug)?.values().next_back().map(Arc::as_ref)
    }

    /// Every published version of every set, retired ones too, by slug and version.
    pub fn all_question_set_versions(&self) -> impl Iterator<Item = &QuestionSet> {
        self.question_sets.values().flat_map(BTreeMap::values).map(Arc::as_ref)
    }

    fn newest<'a>(&self, versions: &'a BTreeMap<u32, Arc<QuestionSet>>) -> Option<&'a QuestionSet> {
        versions.values().rev().map(Arc::as_ref).find(|set| self.is_offered(set))
    }

    /// The published practices that pass the filter, by slug.
    pub fn practices(&self, filter: PracticeFilter) -> impl Iterator<Item = &Practice> {
        self.library.practices(filter)
    }

    /// A published practice. `None` where there is none of this name.
    #[must_use]
    pub fn practice(&self, slug: &str) -> Option<&Practice> {
        self.library.practice(slug)
    }

    /// The optional safety screen.
    #[must_use]
    pub const fn safety_screen(&self) -> &SafetyScreen {
        &self.safety_screen
    }
}

/// The screen, where it keeps every rule.
fn read_screen(library: &Library, problems: &mut Vec<Problem>) -> Option<SafetyScreen> {
    let (files, misplaced) = embedded::safety_files("screen");
    problems.extend(misplaced);
    let names: Vec<&str> = library.practices(PracticeFilter::default()).map(Practice::slug).collect();
    SafetyScreen::read(&files?, &names).map_err(|found| problems.extend(found)).ok()
}

/// Every set is checked; published ones are kept.
fn read_sets(files: &[SetFiles], problems: &mut Vec<Problem>) -> BTreeMap<String, BTreeMap<u32, Arc<QuestionSet>>> {
    let mut question_sets: BTreeMap<String, BTreeMap<u32, Arc<QuestionSet>>> = BTreeMap::new();
    for set in files.iter().map(QuestionSet::read) {
        match set {
            Ok(set) if set.is_published() => {
                let versions = question_sets.entry(set.slug().to_owned()).or_default();
                versions.insert(set.version(), Arc::new(set));
            }
            Ok(_draft) => {}
            Err(found) => problems.extend(found),
        }
    }
    question_sets
}

/// What is served, and the kinds of relationship that its newest version is for.
fn kinds_of(question_sets: &BTreeMap<String, BTreeMap<u32, Arc<QuestionSet>>>) -> BTreeMap<String, Vec<RelationshipKind>> {
    let newest = question_sets.values().filter_map(|versions| versions.values().next_back());
    newest.map(|set| (set.slug().to_owned(), set.definition().relationship_kinds.clone())).collect()
}

impl QuestionSetFilter<'_> {
    /// Whether a set is to be listed.
    #[must_use]
    pub fn admits(&self, set: &QuestionSet) -> bool {
        let definition = set.definition();
        self.kind.is_none_or(|kind| definition.relationship_kinds.contains(&kind))
            && self.purpose.is_none_or(|purpose| definition.purpose == purpose)
            && self.language.is_none_or(|range| language::lookup(range, set.languages()).is_some())
            && self.max_items.is_none_or(|most| definition.items.len() <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slugs(filter: QuestionSetFilter<'_>) -> Vec<String> {
        Catalogue::load().unwrap().question_sets(filter).map(|set| set.slug().to_owned()).collect()
    }

    #[test]
    fn each_kind_is_offered_the_general_sets_and_its_own() {
        let general = [
            "after-interaction-pulse",
            "boundaries-check",
            "monthly-check",
            "mutual-check",
            "over-functioning",
            "reciprocity-check",
            "repair-check",
            "trust-and-openness",
            "weekly-check",
        ];
        let own = [
            (RelationshipKind::Dating, "early-dating-check"),
            (RelationshipKind::Partner, "partner-check"),
            (RelationshipKind::Family, "family-check"),
            (RelationshipKind::Friend, "friendship-check"),
        ];
        for (kind, own) in own {
            let mut expected: Vec<&str> = general.into_iter().chain([own]).collect();
            expected.sort_unstable();
            assert_eq!(slugs(QuestionSetFilter { kind: Some(kind), ..Default::default() }), expected);
        }
    }

    #[test]
    fn purpose_and_length_narrow_the_list() {
        let pulse = QuestionSetFilter { purpose: Some(Purpose::AfterInteraction), ..Default::default() };
        let short = QuestionSetFilter { max_items: Some(10), ..Default::default() };
        assert_eq!(slugs(pulse), ["after-interaction-pulse"]);
        assert_eq!(slugs(short), ["after-interaction-pulse", "boundaries-check", "weekly-check"]);
    }

    #[test]
    fn every_purpose_has_a_set_for_every_kind() {
        for (kind, purpose) in RelationshipKind::ALL.iter().flat_map(|kind| Purpose::ALL.iter().map(move |purpose| (*kind, *purpose))) {
            let filter = QuestionSetFilter { kind: Some(kind), purpose: Some(purpose), ..Default::default() };
            assert_eq!(slugs(filter).len(), 1, "{kind} {purpose}");
        }
    }

    #[test]
    fn a_language_without_words_lists_nothing() {
        assert_eq!(slugs(QuestionSetFilter { language: Some("en-GB"), ..Default::default() }).len(), 13);
        assert!(slugs(QuestionSetFilter { language: Some("tlh"), ..Default::default() }).is_empty());
    }

    #[test]
    fn no_version_means_the_newest_and_an_unknown_one_is_not_there() {
        let catalogue = Catalogue::load().unwrap();
        let newest = catalogue.question_set("reciprocity-check", None).unwrap();
        assert_eq!(catalogue.question_set("reciprocity-check", Some(newest.version())), Some(newest));
        assert_eq!(catalogue.question_set("reciprocity-check", Some(newest.version() + 1)), None);
        assert_eq!(catalogue.question_set("no-such-set", None), None);
    }

    /// The pulse under another version number and status.
    fn pulse(version: u32, status: &str) -> SetFiles {
        let (sets, _) = embedded::question_set_files();
        let mut files = sets.into_iter().find(|files| files.slug == "after-interaction-pulse").unwrap();
        let mut set: serde_json::Value = serde_json::from_slice(&files.set).unwrap();
        set["version"] = version.into();
        set["status"] = status.into();
        files.set = serde_json::to_vec(&set).unwrap();
        files.version = version.to_string();
        files
    }

    /// A catalogue of these sets alone.
    fn of_sets(files: &[SetFiles]) -> Result<Catalogue, ContentError> {
        let mut problems = vec![];
        let question_sets = read_sets(files, &mut problems);
        let catalogue = Catalogue { question_sets, ..Catalogue::load()? };
        if problems.is_empty() { Ok(catalogue) } else { Err(ContentError { problems }) }
    }

    #[test]
    fn of_several_versions_the_highest_published_number_is_the_newest() {
        let files = [pulse(10, "published"), pulse(9, "published"), pulse(11, "draft")];
        let catalogue = of_sets(&files).unwrap();
        let version = |wanted| catalogue.question_set("after-interaction-pulse", wanted).map(QuestionSet::version);
        assert_eq!((version(None), version(Some(9)), version(Some(11))), (Some(10), Some(9), None));
        assert_eq!(catalogue.question_sets(QuestionSetFilter::default()).count(), 1);
        assert_eq!(catalogue.all_question_set_versions().count(), 2);
    }

    #[test]
    fn one_faulty_file_keeps_everything_from_loading_even_a_draft() {
        let mut faulty = pulse(2, "draft");
        faulty.set.push(b'}');
        let error = of_sets(&[pulse(1, "published"), faulty]).unwrap_err();
        assert_eq!(error.problems.len(), 1);
        assert!(error.to_string().contains("after-interaction-pulse/2/set.json"));
    }

    fn made(version: u32, retired: bool) -> MadeSet {
        MadeSet::Readable { set: Arc::new(QuestionSet::read(&pulse(version, "published")).unwrap()), retired }
    }

    #[test]
    fn what_is_retired_is_offered_to_nobody_and_read_by_its_version() {
        let catalogue = of_sets(&[]).unwrap().with(vec![made(1, false), made(2, true)]);
        let version = |wanted| catalogue.question_set("after-interaction-pulse", wanted).map(QuestionSet::version);
        assert_eq!((version(None), version(Some(2))), (Some(1), Some(2)));
        let all_retired = catalogue.with(vec![made(1, true)]);
        assert_eq!(all_retired.question_set("after-interaction-pulse", None), None);
        assert_eq!(all_retired.question_sets(QuestionSetFilter::default()).count(), 0);
        let set = all_retired.question_set("after-interaction-pulse", Some(1)).unwrap();
        assert!(!all_retired.is_offered(set) && all_retired.question_set("after-interaction-pulse", Some(2)).is_none());
    }

    #[test]
    fn a_version_that_cannot_be_read_is_known_and_not_there() {
        let unreadable = MadeSet::Unreadable { slug: "evening-check".to_owned(), version: 2 };
        let catalogue = of_sets(&[]).unwrap().with(vec![made(1, false), unreadable]);
        assert!(catalogue.is_unreadable("evening-check", 2) && catalogue.question_set("evening-check", Some(2)).is_none());
        assert!(!catalogue.is_unreadable("evening-check", 1) && !catalogue.is_unreadable("after-interaction-pulse", 1));
    }

    #[test]
    fn the_newest_version_ever_may_be_a_retired_one() {
        let catalogue = of_sets(&[]).unwrap().with(vec![made(1, false), made(2, true)]);
        assert_eq!(catalogue.newest_version_ever("after-interaction-pulse").map(QuestionSet::version), Some(2));
        assert_eq!(catalogue.newest_version_ever("no-such-set"), None);
    }

    #[test]
    fn a_slug_that_an_operator_has_is_the_operators_whatever_a_build_brings() {
        let built_in = Catalogue::load().unwrap();
        let with = built_in.with(vec![made(3, false)]);
        assert_eq!(with.question_set("after-interaction-pulse", Some(1)), None);
        assert_eq!(with.question_set("after-interaction-pulse", None).map(QuestionSet::version), Some(3));
        assert_eq!(with.question_set("partner-check", None), built_in.question_set("partner-check", None));
    }
}

//! What is there to read beside question sets: practices, openers, the guide and the directory of help.
//!
//! It is the same for the life of the program, whatever question sets come and go.

use std::collections::BTreeMap;

use super::embedded::{self, Files};
use super::error::{Problem, Report, Rule};
use super::guide::{GuidePage, Served};
use super::openers::Openers;
use super::practices::{Practice, PracticeFilter};
use super::safety::HelpDirectory;
use super::vocabulary::{GuideQuestion, RelationshipKind};

/// The checked content of this build that is no question set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// By slug. Drafts are checked but not kept.
    practices: BTreeMap<String, Practice>,
    openers: Openers,
    /// Every question, in the order in which they are best read.
    guide: BTreeMap<GuideQuestion, GuidePage>,
    help: HelpDirectory,
}

impl Library {
    /// Reads and checks every file. `question_sets` are the names of what is served, and the kinds of relationship each is for;
    /// the guide leads there. `None` where a file cannot be read; the caller serves nothing where there is a problem.
    pub(super) fn load(question_sets: BTreeMap<String, Vec<RelationshipKind>>, problems: &mut Vec<Problem>) -> Option<Self> {
        let (files, misplaced) = embedded::practice_files();
        problems.extend(misplaced);
        let practices = read_practices(&files, problems);
        let kinds = |practice: &Practice| practice.definition().relationship_kinds.clone();
        let served = Served { practices: practices.iter().map(|(slug, one)| (slug.clone(), kinds(one))).collect(), question_sets };
        let (files, misplaced) = embedded::opener_files();
        problems.extend(misplaced);
        let openers = files.and_then(|files| kept(Openers::read(&files), problems));
        let (files, misplaced) = embedded::guide_files();
        problems.extend(misplaced);
        let guide = read_guide(&files, &served, problems);
        let (files, misplaced) = embedded::safety_files("resources");
        problems.extend(misplaced);
        let help = files.and_then(|files| kept(HelpDirectory::read(&files), problems));
        Some(Self { practices, openers: openers?, guide, help: help? })
    }

    /// The published practices that pass the filter, by slug.
    pub fn practices(&self, filter: PracticeFilter) -> impl Iterator<Item = &Practice> {
        self.practices.values().filter(move |practice| filter.admits(practice))
    }

    /// A published practice. `None` where there is none of this name.
    #[must_use]
    pub fn practice(&self, slug: &str) -> Option<&Practice> {
        self.practices.get(slug)
    }

    /// Sentences to begin a talk with.
    #[must_use]
    pub const fn openers(&self) -> &Openers {
        &self.openers
    }

    /// The questions of the guide, in the order in which they are best read.
    pub fn guide(&self) -> impl Iterator<Item = &GuidePage> {
        self.guide.values()
    }

    /// One question of the guide; there in every library that was loaded.
    #[must_use]
    pub fn guide_page(&self, question: GuideQuestion) -> Option<&GuidePage> {
        self.guide.get(&question)
    }

    /// The directory of help.
    #[must_use]
    pub const fn help(&self) -> &HelpDirectory {
        &self.help
    }
}

fn kept<T>(read: Result<T, Vec<Problem>>, problems: &mut Vec<Problem>) -> Option<T> {
    read.map_err(|found| problems.extend(found)).ok()
}

/// Every practice is checked; published ones are kept.
fn read_practices(files: &[Files], problems: &mut Vec<Problem>) -> BTreeMap<String, Practice> {
    let read: Vec<Practice> = files.iter().filter_map(|files| kept(Practice::read(files), problems)).collect();
    read.into_iter().filter(Practice::is_published).map(|practice| (practice.slug().to_owned(), practice)).collect()
}

fn read_guide(files: &[Files], served: &Served, problems: &mut Vec<Problem>) -> BTreeMap<GuideQuestion, GuidePage> {
    let mut report = Report::new("guide");
    for question in GuideQuestion::ALL {
        let there = files.iter().any(|files| files.name == question.as_str());
        report.require(there, question.as_str(), Rule::QuestionMissing);
    }
    problems.extend(report.into_problems());
    let read: Vec<GuidePage> = files.iter().filter_map(|files| kept(GuidePage::read(files, served), problems)).collect();
    read.into_iter().map(|page| (page.definition().question, page)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served() -> Served {
        let all = RelationshipKind::ALL.to_vec();
        let named = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), all.clone())).collect();
        Served { practices: named(&[]), question_sets: named(&[]) }
    }

    #[test]
    fn a_question_without_a_folder_is_told() {
        let mut files = embedded::guide_files().0;
        files.retain(|files| files.name == "none");
        let mut problems = Vec::new();
        read_guide(&files, &served(), &mut problems);
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0], "guide: healthy-tie: every question of the guide has a folder");
    }

    #[test]
    fn a_draft_of_a_practice_is_checked_and_not_kept() {
        let mut files = embedded::practice_files().0;
        files.retain(|files| files.name == "boundaries");
        let mut draft: serde_json::Value = serde_json::from_slice(&files[0].definition).unwrap();
        draft["status"] = "draft".into();
        files[0].definition = serde_json::to_vec(&draft).unwrap();
        let mut problems = Vec::new();
        assert!(read_practices(&files, &mut problems).is_empty() && problems.is_empty());
        files[0].definition.push(b'}');
        assert!(read_practices(&files, &mut problems).is_empty() && problems.len() == 1);
    }
}

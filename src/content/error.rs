//! What is wrong with a content file: which file, which place in it, which rule.

use std::fmt;

/// Every problem found in the embedded files. The service does not start on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentError {
    /// At least one, in the order of the files.
    pub problems: Vec<Problem>,
}

impl ContentError {
    /// The problems, each once: a file that two readers need is looked at twice.
    pub(super) fn of(problems: Vec<Problem>) -> Self {
        let mut once: Vec<Problem> = Vec::with_capacity(problems.len());
        for problem in problems {
            if !once.contains(&problem) {
                once.push(problem);
            }
        }
        Self { problems: once }
    }
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path below `content/question-sets/`, and below `content/` for everything that is no question set.
    pub file: String,
    /// Where in the file, such as `items/es-give-1/mirror`; for unreadable JSON the parser's message.
    pub place: String,
    /// The rule.
    pub rule: Rule,
}

/// The rules that content files keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// JSON that does not parse, an unknown field or an unknown word.
    Unreadable,
    /// A file where none belongs.
    UnexpectedFile,
    /// A version folder without `set.json`.
    MissingSetFile,
    /// A folder without the file that holds everything but words.
    MissingDefinition,
    /// A set without words in the default language.
    MissingDefaultLanguage,
    /// A folder without words in one of the languages that everything but question sets must have.
    MissingLanguage,
    /// A file name that is not a BCP 47 language tag.
    BadLanguageTag,
    /// A slug or version that differs from its folder's name.
    FolderMismatch,
    /// An id that is not lower-case letters, digits, hyphens or underscores, starting with a letter.
    BadIdentifier,
    /// A text or list that is too short or too long.
    LengthOutOfBounds,
    /// A number outside its bounds.
    NumberOutOfBounds,
    /// Text with a control character, or with space at either end.
    UntidyText,
    /// An id used twice where ids must differ.
    Duplicate,
    /// A licence other than the repository's own.
    WrongLicence,
    /// A name that refers to nothing.
    UnknownReference,
    /// Option values that do not go up by one.
    ValuesNotConsecutive,
    /// A giving or receiving item without a mirror, or a self item with one.
    MirrorMissingOrForbidden,
    /// Two items that do not name each other as mirrors.
    MirrorNotMutual,
    /// Mirrors that differ in more than whose act it is, or that do not differ in it.
    MirrorDiffers,
    /// A giving, receiving or they-would-say item without a dimension.
    DimensionMissing,
    /// `reviews` missing, or naming an item that cannot be reviewed so.
    WrongReview,
    /// A condition on an item that does not come earlier.
    ConditionNotEarlier,
    /// A condition on a value the earlier item cannot take.
    ConditionOffScale,
    /// Give and Receive lists that are not each other's mirrors, item by item.
    SidesNotMirrored,
    /// An item scored where its perspective, dimension or scale does not belong.
    ScoredInWrongPlace,
    /// A weighted item that is not scored, or a scored one without weight.
    WeightDisagreesWithScoring,
    /// A key that every language file must have.
    MissingWords,
    /// A key that refers to nothing.
    ExtraWords,
    /// A rhythm that is not one of the recurrence rules in use.
    BadCadence,
    /// A practice that would be offered to somebody who is afraid.
    FearNotRefused,
    /// A text whose places to fill are not those that the file of facts names.
    SlotsDiffer,
    /// A sentence to begin with that holds a figure.
    FigureInWords,
    /// A need that has no opener for a situation.
    OpenerMissing,
    /// An answer or a point of the guide with too many words.
    TooManyWords,
    /// A question of the guide that has no folder.
    QuestionMissing,
    /// A link to what is not served, or not made for this kind of relationship.
    LinkMisplaced,
    /// A region that is neither two capital letters (ISO 3166-1 alpha-2) nor `international`.
    BadRegion,
    /// A directory without help that anybody can use, wherever they are.
    InternationalMissing,
    /// A telephone number with other signs than digits, spaces, hyphens, `+` and `*`.
    BadNumber,
    /// An address that is not https.
    BadAddress,
    /// Opening hours that are neither `24/7` nor days and times.
    BadHours,
    /// A review that was due before the entry was checked.
    DatesOutOfOrder,
    /// A draft of what the service cannot do without.
    NotPublished,
    /// A safety screen that somebody would have to answer.
    NotOptional,
    /// An item whose open answer would count as safe.
    UnknownReadAsSafe,
    /// Outcomes that are not tried from the safest on, or that offer more than they may.
    OutcomesOutOfOrder,
}

impl Rule {
    /// The word used over HTTP.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::UnexpectedFile => "unexpected_file",
            Self::MissingSetFile => "missing_set_file",
            Self::MissingDefinition => "missing_definition",
            Self::MissingDefaultLanguage => "missing_default_language",
            Self::MissingLanguage => "missing_language",
            Self::BadLanguageTag => "bad_language_tag",
            Self::FolderMismatch => "folder_mismatch",
            Self::BadIdentifier => "bad_identifier",
            Self::LengthOutOfBounds => "length_out_of_bounds",
            Self::NumberOutOfBounds => "number_out_of_bounds",
            Self::UntidyText => "untidy_text",
            Self::Duplicate => "duplicate",
            Self::WrongLicence => "wrong_licence",
            Self::UnknownReference => "unknown_reference",
            Self::ValuesNotConsecutive => "values_not_consecutive",
            Self::MirrorMissingOrForbidden => "mirror_missing_or_forbidden",
            Self::MirrorNotMutual => "mirror_not_mutual",
            Self::MirrorDiffers => "mirror_differs",
            Self::DimensionMissing => "dimension_missing",
            Self::WrongReview => "wrong_review",
            Self::ConditionNotEarlier => "condition_not_earlier",
            Self::ConditionOffScale => "condition_off_scale",
            Self::SidesNotMirrored => "sides_not_mirrored",
            Self::ScoredInWrongPlace => "scored_in_wrong_place",
            Self::WeightDisagreesWithScoring => "weight_disagrees_with_scoring",
            Self::MissingWords => "missing_words",
            Self::ExtraWords => "extra_words",
            Self::BadCadence => "bad_cadence",
            Self::FearNotRefused => "fear_not_refused",
            Self::SlotsDiffer => "slots_differ",
            Self::FigureInWords => "figure_in_words",
            Self::OpenerMissing => "opener_missing",
            Self::TooManyWords => "too_many_words",
            Self::QuestionMissing => "question_missing",
            Self::LinkMisplaced => "link_misplaced",
            Self::BadRegion => "bad_region",
            Self::InternationalMissing => "international_missing",
            Self::BadNumber => "bad_number",
            Self::BadAddress => "bad_address",
            Self::BadHours => "bad_hours",
            Self::DatesOutOfOrder => "dates_out_of_order",
            Self::NotPublished => "not_published",
            Self::NotOptional => "not_optional",
            Self::UnknownReadAsSafe => "unknown_read_as_safe",
            Self::OutcomesOutOfOrder => "outcomes_out_of_order",
        }
    }

    /// One line for whoever is writing the file.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Unreadable => "not readable as this kind of file",
            Self::UnexpectedFile => "no file belongs here",
            Self::MissingSetFile => "set.json is missing",
            Self::MissingDefinition => "the file that holds everything but words is missing",
            Self::MissingDefaultLanguage => "the words in the default language are missing",
            Self::MissingLanguage => "the words in this language are missing",
            Self::BadLanguageTag => "the file's name is not a language tag",
            Self::FolderMismatch => "differs from the folder's name",
            Self::BadIdentifier => "must be lower-case letters, digits, hyphens or underscores, starting with a letter",
            Self::LengthOutOfBounds => "too short or too long",
            Self::NumberOutOfBounds => "outside its bounds",
            Self::UntidyText => "has a control character, or space at an end",
            Self::Duplicate => "is used twice",
            Self::WrongLicence => "must be the repository's licence",
            Self::UnknownReference => "refers to nothing",
            Self::ValuesNotConsecutive => "option values must go up by one",
            Self::MirrorMissingOrForbidden => "a giving or receiving item needs a mirror, a self item has none",
            Self::MirrorNotMutual => "mirrors must name each other",
            Self::MirrorDiffers => "mirrors must differ in whose act it is, and in nothing else",
            Self::DimensionMissing => "needs a dimension",
            Self::WrongReview => "a they-would-say item reviews one giving or receiving item of its dimension and scale",
            Self::ConditionNotEarlier => "a condition must look at an earlier item",
            Self::ConditionOffScale => "the earlier item cannot take this value",
            Self::SidesNotMirrored => "give and receive must list mirrors in the same order",
            Self::ScoredInWrongPlace => "this item cannot be scored here",
            Self::WeightDisagreesWithScoring => "an item has weight exactly when it is scored",
            Self::MissingWords => "words are missing",
            Self::ExtraWords => "these words belong to nothing",
            Self::BadCadence => "must be FREQ=DAILY, WEEKLY or MONTHLY, with an INTERVAL from 2 to 26 where it is not every one",
            Self::FearNotRefused => "must not be offered where there is fear",
            Self::SlotsDiffer => "must have the places to fill that are named for it, and no others",
            Self::FigureInWords => "must hold no figure",
            Self::OpenerMissing => "every need has an opener for every situation",
            Self::TooManyWords => "has too many words",
            Self::QuestionMissing => "every question of the guide has a folder",
            Self::LinkMisplaced => "must link to something that is served for this kind of relationship",
            Self::BadRegion => "must be two capital letters of ISO 3166-1, or international",
            Self::InternationalMissing => "must have help that is international, last",
            Self::BadNumber => "is no telephone number",
            Self::BadAddress => "must be an https address",
            Self::BadHours => "must be 24/7, or days and times such as Mo-Sa 14:00-20:00",
            Self::DatesOutOfOrder => "must be reviewed after it was checked",
            Self::NotPublished => "must be published",
            Self::NotOptional => "must be optional",
            Self::UnknownReadAsSafe => "what is not known must not be read as safe",
            Self::OutcomesOutOfOrder => "outcomes are resources_only without coaching, careful with something withheld, open with nothing",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.place, self.rule.explanation())
    }
}

impl fmt::Display for ContentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} problem(s) in the content files", self.problems.len())?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for ContentError {}

/// Collects the problems of one file while its rules are checked.
#[derive(Debug)]
pub(super) struct Report {
    file: String,
    problems: Vec<Problem>,
}

impl Report {
    pub(super) fn new(file: impl Into<String>) -> Self {
        Self { file: file.into(), problems: Vec::new() }
    }

    pub(super) fn add(&mut self, place: impl Into<String>, rule: Rule) {
        self.problems.push(Problem { file: self.file.clone(), place: place.into(), rule });
    }

    pub(super) fn require(&mut self, kept: bool, place: impl Into<String>, rule: Rule) {
        if !kept {
            self.add(place, rule);
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

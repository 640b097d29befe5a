//! The closed lists of words that content files may use. A word outside its list is a mistake found at load.

use serde::{Deserialize, Serialize};

/// Declares a closed list: the enum, its words in files and over HTTP, and the way back from a word.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_meta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every member, in the order they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in files and over HTTP, in `snake_case`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The member with exactly this word, if there is one.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

// After the macro, which they use.
mod help;
mod reading;

pub use help::{Confirmation, HelpFor, HelpTopic, TextBy};
pub use reading::{AssessedState, Carrier, Contraindication, Effort, EvidenceStrength, GuideQuestion, Need, Situation, Slot};

vocabulary! {
    /// The eight ways of giving and receiving whose balance is assessed.
    Dimension {
        /// Listening and comfort.
        EmotionalSupport = "emotional_support",
        /// Answering good news.
        Celebration = "celebration",
        /// Reaching out, starting the talk, taking the next step.
        Initiation = "initiation",
        /// Mending after a disconnection.
        Repair = "repair",
        /// Spoken, specific thanks.
        Appreciation = "appreciation",
        /// Taking work off the other.
        PracticalHelp = "practical_help",
        /// Doing what one said one would do.
        PromisesKept = "promises_kept",
        /// Acting on a need one knows about.
        NeedsMet = "needs_met",
    }
}

vocabulary! {
    /// What two people are to each other.
    RelationshipKind {
        /// The first weeks and months of seeing someone.
        Dating = "dating",
        /// An established couple.
        Partner = "partner",
        /// A member of the family.
        Family = "family",
        /// A friend.
        Friend = "friend",
    }
}

vocabulary! {
    /// What a question set is for.
    Purpose {
        /// All dimensions, briefly.
        Overview = "overview",
        /// Some dimensions, as they show in one kind of relationship.
        InDepth = "in_depth",
        /// A few questions right after time together.
        AfterInteraction = "after_interaction",
        /// A short look back on one week.
        Weekly = "weekly",
        /// A wide look back on a month.
        Monthly = "monthly",
        /// Whether one person carries more than their share.
        OverFunctioning = "over_functioning",
        /// How two people make up after a rough moment.
        Repair = "repair",
        /// Telling what is hard to say, and being able to rely on each other.
        Trust = "trust",
        /// For two people who answer the same items side by side.
        Mutual = "mutual",
        /// Saying no, and room for oneself.
        Boundaries = "boundaries",
    }
}

vocabulary! {
    /// Whether a version is served. Published versions never change.
    Status {
        /// Checked at load, served to nobody.
        Draft = "draft",
        /// Served, and fixed for ever.
        Published = "published",
    }
}

vocabulary! {
    /// Whose act, or whose view, an item asks about. The person answering is "I".
    Perspective {
        /// What I do for them.
        Giving = "giving",
        /// What they do for me.
        Receiving = "receiving",
        /// What they would say if they were asked. Never part of a balance.
        TheyWouldSay = "they_would_say",
        /// My own experience, or a fact that opens further items.
        SelfView = "self",
    }
}

vocabulary! {
    /// What is reported on its own and never averaged into a balance.
    Measure {
        /// How far the person answering feels heard.
        FeltHeard = "felt_heard",
        /// Energy after time together, from drained to energised.
        EnergyAfter = "energy_after",
    }
}

vocabulary! {
    /// The seven questions about reciprocity that the product promises to ask.
    KeyQuestion {
        /// When did they last step up for a need they knew about?
        LastSteppedUp = "last_stepped_up",
        /// Energised or depleted after time together?
        EnergisedOrDepleted = "energised_or_depleted",
        /// Can I count on them as much as they count on me?
        CountOnEachOther = "count_on_each_other",
        /// Who starts the emotional conversations?
        StartsConversations = "starts_conversations",
        /// Does repair come naturally or only when pushed?
        RepairNaturalOrPushed = "repair_natural_or_pushed",
        /// Do my needs get equal attention?
        NeedsEqualAttention = "needs_equal_attention",
        /// Do I feel heard?
        FeltHeard = "felt_heard",
    }
}

vocabulary! {
    /// How an earlier answer is compared to decide whether an item is asked.
    Operator {
        /// The answer is this value.
        Equals = "equals",
        /// The answer is this value or more.
        AtLeast = "at_least",
        /// The answer is this value or less.
        AtMost = "at_most",
    }
}

vocabulary! {
    /// The rule that turns answers into figures. A changed rule is a new member: old versions keep theirs.
    ScoringMethod {
        /// The weighted mean of a side's answered items, reverse-keyed items turned round.
        WeightedMean1 = "weighted_mean_1",
    }
}

vocabulary! {
    /// Where a set's alpha and standard deviation come from.
    ReliabilityStatus {
        /// Assumed by us; nobody has measured it.
        Provisional = "provisional",
        /// Measured on a sample that the evidence note describes.
        Measured = "measured",
    }
}

vocabulary! {
    /// What an item of the safety screen is answered with.
    SafetyAnswer {
        Yes = "yes",
        No = "no",
        /// Said, or not said at all.
        PreferNotToSay = "prefer_not_to_say",
    }
}

vocabulary! {
    /// What follows from the answers to the safety screen, in the order in which it is tried.
    SafetyOutcome {
        /// Nothing is offered but help.
        ResourcesOnly = "resources_only",
        /// Some ideas are left out.
        Careful = "careful",
        /// Nothing is left out.
        Open = "open",
    }
}

vocabulary! {
    /// What is shown with every item and outcome of the safety screen.
    ScreenPart {
        /// Where help is.
        AlwaysHere = "always_here",
        /// A button that leaves the page.
        CloseNow = "close_now",
    }
}

vocabulary! {
    /// Where answers to the safety screen never go.
    Withheld {
        Shared = "shared",
        ExportedToOthers = "exported_to_others",
        Feeds = "feeds",
        Webhooks = "webhooks",
        Logs = "logs",
        Assessments = "assessments",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dimension_is_found_by_its_own_word_and_no_other() {
        for dimension in Dimension::ALL {
            assert_eq!(Dimension::parse(dimension.as_str()), Some(*dimension));
        }
        assert_eq!(Dimension::ALL.len(), 8);
        assert_eq!(Dimension::parse("Celebration"), None);
    }
}

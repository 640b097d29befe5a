//! The closed lists of practices, openers and the guide.

use serde::{Deserialize, Serialize};

vocabulary! {
    /// What an assessment says of a dimension, in the engine's words, as far as a practice can fit it.
    AssessedState {
        /// About as much from both.
        Balanced = "balanced",
        /// A passing dip.
        Ebb = "ebb",
        /// Something changed lately.
        RecentShift = "recent_shift",
        /// One person has carried more for months.
        SustainedImbalance = "sustained_imbalance",
        /// Enough evidence, and no clear picture.
        Unclear = "unclear",
    }
}

vocabulary! {
    /// Who carries more, seen from the person who logs.
    Carrier {
        /// The person who logs.
        Me = "me",
        /// The other person.
        Them = "them",
        /// It does not matter who.
        Either = "either",
    }
}

vocabulary! {
    /// Where a practice must not be offered.
    Contraindication {
        /// Somebody is afraid, threatened, hurt or controlled, or the safety screen says so.
        Fear = "fear",
        /// One of the two is in an acute crisis: thoughts of suicide, grave illness, loss of the home.
        Crisis = "crisis",
        /// One of the two is a minor.
        Minor = "minor",
        /// One relies on the other for care, money or a home.
        Dependent = "dependent",
        /// A death, a separation or another heavy loss in the last weeks.
        RecentLoss = "recent_loss",
        /// Contact has ended, was asked to end, or may not be had.
        NoContact = "no_contact",
        /// The other person said no to this practice.
        OtherDeclined = "other_declined",
        /// The logger gives more than there is strength for.
        WornOut = "worn_out",
    }
}

vocabulary! {
    /// What a practice asks of the person.
    Effort {
        /// Hardly anything.
        Low = "low",
        /// Some preparation or courage.
        Medium = "medium",
        /// A good deal of courage.
        High = "high",
    }
}

vocabulary! {
    /// How near the studies behind a practice come to it.
    EvidenceStrength {
        /// This act, or one very like it, was tried against something else.
        Tested = "tested",
        /// The idea rests on studies of something near.
        Related = "related",
        /// The authors' own judgement.
        Opinion = "opinion",
    }
}

vocabulary! {
    /// What a sentence to begin with asks for.
    Need {
        /// Being listened to.
        BeingHeard = "being_heard",
        /// Time together.
        TimeTogether = "time_together",
        /// A hand with daily things.
        Help = "help",
        /// Being able to count on each other.
        Reliability = "reliability",
        /// Thanks and kind words.
        Appreciation = "appreciation",
        /// Peace after a rough moment.
        MakingUp = "making_up",
        /// Time and space for oneself.
        Space = "space",
        /// Somebody to tell good news to.
        SharingGoodNews = "sharing_good_news",
        /// Whichever need the sentence is filled with.
        Any = "any",
    }
}

vocabulary! {
    /// When a sentence to begin with is said.
    Situation {
        /// To begin.
        Start = "start",
        /// When it is hard.
        WhenItIsHard = "when_it_is_hard",
        /// After the other said no.
        AfterANo = "after_a_no",
        /// To say thanks.
        Thanks = "thanks",
    }
}

vocabulary! {
    /// What whoever shows a sentence puts into it. The text has it in braces.
    Slot {
        /// The name by which the person spoken to is known.
        Alias = "alias",
        /// The words of a need that are made for this place.
        Need = "need",
    }
}

vocabulary! {
    /// The questions that the guide answers, in the order in which they are best read.
    GuideQuestion {
        /// What does it look like in a healthy tie?
        HealthyTie = "healthy-tie",
        /// How can one tell whether someone is invested?
        Invested = "invested",
        /// What are signs that it is missing?
        Missing = "missing",
        /// How is it fostered?
        Foster = "foster",
        /// What can be done when it is unbalanced?
        Unbalanced = "unbalanced",
    }
}

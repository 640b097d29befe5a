//! The closed lists of the directory of help.

use serde::{Deserialize, Serialize};

vocabulary! {
    /// What a service in the directory of help is for.
    HelpTopic {
        /// Violence or control by a partner or in the family.
        PartnerViolence = "partner_violence",
        /// When it all gets too much.
        Crisis = "crisis",
        /// For children and young people.
        ChildrenYoungPeople = "children_young_people",
        /// For whoever worries about what they might do to somebody.
        OwnBehaviour = "own_behaviour",
        /// Leads to services in more countries.
        Directory = "directory",
    }
}

vocabulary! {
    /// Whom a service in the directory of help is for.
    HelpFor {
        Everyone = "everyone",
        Women = "women",
        Men = "men",
        ChildrenYoungPeople = "children_young_people",
    }
}

vocabulary! {
    /// How a text message reaches a service.
    TextBy {
        Sms = "sms",
        Whatsapp = "whatsapp",
    }
}

vocabulary! {
    /// What was read to confirm an entry of the directory of help.
    Confirmation {
        /// A stored copy of a page of the service or of who runs it.
        OfficialCopy = "official_copy",
        /// A stored copy of a page of an authority, a parliament or a health service.
        PublicBodyCopy = "public_body_copy",
        /// A stored copy of the press or of another organisation.
        OtherCopy = "other_copy",
    }
}

//! Which question set comes next about a relationship: sets take turns, and none is asked again while it would ask about the same days.
//!
//! A set asks about its recall period, so until so many days after it was answered for it would count the same days twice: it cools down.
//! Of those that may be asked, whichever was never answered comes first, from the widest view to the narrowest, and then whichever
//! was answered longest ago. So each set has its turn before one comes again. A set for right after time together follows a meeting and takes no turn.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::store;
use crate::content::{Catalogue, Purpose, QuestionSet, QuestionSetFilter, RelationshipKind};
use crate::db::Conn;
use crate::features::relationships::model::{Kind, Status};
use crate::features::{accounts, relationships};
use crate::kernel::{AccountId, Error, RelationshipId, zone};

/// A set and when it may be asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn<'a> {
    pub set: &'a QuestionSet,
    /// The newest day that it was answered for.
    pub last: Option<NaiveDate>,
    /// The first day on which it may be asked again; nothing where that is today or was before.
    pub opens: Option<NaiveDate>,
}

/// What is known of the answers about a relationship.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Nothing where nothing is to be asked: the relationship is paused, archived or has ended.
    pub kind: Option<RelationshipKind>,
    pub today: NaiveDate,
    /// The newest day that each set was answered for.
    pub last: HashMap<String, NaiveDate>,
}

/// Reads when each set was answered last.
pub fn answered(
    conn: &mut Conn,
    catalogue: &Catalogue,
    account: AccountId,
    relationship: RelationshipId,
    now: DateTime<Utc>,
) -> Result<Answered, Error> {
    let tie = relationships::find(conn, account, relationship)?.details;
    let today = zone::local_date(now, accounts::time_zone_of(conn, account)?);
    let kind = match tie.status {
        Status::Active => Some(kind_of(tie.kind)),
        Status::Paused | Status::Archived | Status::Ended => None,
    };
    let slugs = in_rotation(catalogue, kind).map(|set| set.slug().to_owned()).collect();
    Ok(Answered { kind, today, last: store::last_completed(conn, account, relationship, slugs)? })
}

/// The sets of a relationship in the order of their turns.
#[must_use]
pub fn turns<'a>(catalogue: &'a Catalogue, answered: &Answered) -> Vec<Turn<'a>> {
    let mut turns: Vec<Turn<'a>> = in_rotation(catalogue, answered.kind).map(|set| turn(set, answered)).collect();
    turns.sort_by_key(|turn| (turn.opens, turn.last, turn.set.definition().purpose, turn.set.slug()));
    turns
}

fn in_rotation(catalogue: &Catalogue, kind: Option<RelationshipKind>) -> impl Iterator<Item = &QuestionSet> {
    let suits = move |set: &&QuestionSet| kind.is_some() && takes_turns(set.definition().purpose);
    catalogue.question_sets(QuestionSetFilter { kind, ..QuestionSetFilter::default() }).filter(suits)
}

const fn takes_turns(purpose: Purpose) -> bool {
    match purpose {
        Purpose::AfterInteraction => false,
        Purpose::Overview
        | Purpose::InDepth
        | Purpose::Weekly
        | Purpose::Monthly
        | Purpose::OverFunctioning
        | Purpose::Repair
        | Purpose::Trust
        | Purpose::Mutual
        | Purpose::Boundaries => true,
    }
}

fn turn<'a>(set: &'a QuestionSet, answered: &Answered) -> Turn<'a> {
    let last = answered.last.get(set.slug()).copied();
    let rest = Days::new(u64::from(set.definition().recall_period_days));
    let opens = last.and_then(|day| day.checked_add_days(rest)).filter(|opens| *opens > answered.today);
    Turn { set, last, opens }
}

const fn kind_of(kind: Kind) -> RelationshipKind {
    match kind {
        Kind::Dating => RelationshipKind::Dating,
        Kind::Partner => RelationshipKind::Partner,
        Kind::Family => RelationshipKind::Family,
        Kind::Friend => RelationshipKind::Friend,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIRST: &str = "2026-03-02";

    fn slugs(turns: &[Turn<'_>]) -> Vec<String> {
        turns.iter().map(|turn| turn.set.slug().to_owned()).collect()
    }

    fn on(today: NaiveDate, last: &HashMap<String, NaiveDate>) -> Answered {
        Answered { kind: Some(RelationshipKind::Partner), today, last: last.clone() }
    }

    #[test]
    fn what_was_never_answered_comes_first_from_the_widest_view_to_the_narrowest() {
        let catalogue = Catalogue::load().unwrap();
        let turns = turns(&catalogue, &on(FIRST.parse().unwrap(), &HashMap::new()));
        assert_eq!(slugs(&turns)[..2], ["reciprocity-check", "partner-check"]);
        assert!(!slugs(&turns).contains(&"after-interaction-pulse".to_owned()), "it follows a meeting");
        assert!(turns.iter().all(|turn| turn.opens.is_none() && turn.last.is_none()));
    }

    #[test]
    fn a_set_opens_again_when_it_would_ask_about_other_days() {
        let catalogue = Catalogue::load().unwrap();
        let day: NaiveDate = FIRST.parse().unwrap();
        let last = HashMap::from([("weekly-check".to_owned(), day)]);
        let opens = |after: u64| {
            let turns = turns(&catalogue, &on(day + Days::new(after), &last));
            turns.iter().find(|turn| turn.set.slug() == "weekly-check").unwrap().opens
        };
        assert_eq!((opens(0), opens(6), opens(7)), (Some(day + Days::new(7)), Some(day + Days::new(7)), None));
    }

    #[test]
    fn nothing_is_asked_about_what_rests() {
        let catalogue = Catalogue::load().unwrap();
        let resting = Answered { kind: None, today: FIRST.parse().unwrap(), last: HashMap::new() };
        assert_eq!(turns(&catalogue, &resting), []);
    }

    proptest! {
        /// Whoever answers the first set that may be asked, now and then, hears of each set before one comes again, unless the others cool down.
        #[test]
        fn no_set_comes_again_while_another_waits(pauses in prop::collection::vec(0_u64..20, 1..60)) {
            let catalogue = Catalogue::load().unwrap();
            let (mut today, mut last): (NaiveDate, HashMap<String, NaiveDate>) = (FIRST.parse().unwrap(), HashMap::new());
            for pause in pauses {
                let turns = turns(&catalogue, &on(today, &last));
                let next = turns.first().filter(|turn| turn.opens.is_none());
                if let Some(next) = next {
                    let open = turns.iter().filter(|turn| turn.opens.is_none());
                    prop_assert!(open.clone().all(|other| next.last <= other.last));
                    let rest = u64::from(next.set.definition().recall_period_days);
                    prop_assert!(next.last.is_none_or(|last| last + Days::new(rest) <= today));
                    last.insert(next.set.slug().to_owned(), today);
                }
                today = today + Days::new(pause);
            }
        }
    }
}

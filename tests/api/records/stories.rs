//! Stories of some weeks, each beside its fair twin: as much is said in the twin, and it comes to something.

use serde_json::{Value, json};

use super::{Life, check, day, dimension, ids, shown, sorted};

/// Who is who: as it is told, or the other way round.
#[derive(Clone, Copy)]
struct Roles {
    me: &'static str,
    them: &'static str,
}

const TOLD: Roles = Roles { me: "me", them: "them" };
const SWAPPED: Roles = Roles { me: "them", them: "me" };

/// What a story comes to: the assessment on its last day, and the records by what became of them.
struct Told {
    assessment: Value,
    good: Vec<String>,
    bad: Vec<String>,
}

/// Every Monday they promise something until Friday, and so do I. I keep mine. Of theirs these come to something; of the others every
/// other one is never spoken of again.
fn seven_weeks_of_promises(kept: [bool; 7], roles: Roles) -> Told {
    let mut life = Life::begin();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (week, kept) in (0..).zip(kept) {
        life.on(&day(week, 0));
        let theirs = life.note("promises", &json!({"by": roles.them, "due": day(week, 4), "what": "to call about the weekend"}));
        let mine = life.note("promises", &json!({"by": roles.me, "due": day(week, 4)}));
        life.on(&day(week, 4));
        assert_eq!(life.say("promises", &mine, &json!({"status": "kept"}))["settled_on"], day(week, 4));
        if kept {
            life.on(&day(week, 5));
            assert_eq!(life.say("promises", &theirs, &json!({"status": "kept"}))["status"], "late", "a day after it was due");
            good.push(theirs);
        } else {
            if week % 2 == 0 {
                life.say("promises", &theirs, &json!({"status": "broken"}));
            }
            bad.push(theirs);
        }
    }
    life.on(&day(9, 0));
    Told { assessment: life.assess(&json!({})), good, bad }
}

/// A pattern that cites what is behind it and what speaks against it, and can be read otherwise.
#[track_caller]
fn cites(told: &Told, code: &str, whose: &str) -> Value {
    let pattern = shown(&told.assessment, code, whose).unwrap_or_else(|| panic!("{code} of {whose}: {}", told.assessment["checks"]));
    assert_eq!(ids(&pattern["entry_ids"]), sorted(&told.bad));
    assert_eq!(ids(&pattern["counter_entry_ids"]), sorted(&told.good));
    assert!(pattern["other_reading"].as_str().unwrap().len() > 10 && pattern["text"].as_str().unwrap().len() > 10);
    pattern
}

const HARDLY: [bool; 7] = [false, false, true, false, false, false, false];
const MOSTLY: [bool; 7] = [true, true, true, false, true, true, true];

#[test]
fn seven_weeks_of_words_without_action_are_seen_and_seven_weeks_of_kept_ones_are_a_strength() {
    let told = seven_weeks_of_promises(HARDLY, TOLD);
    cites(&told, "words_without_action", "them");
    assert_eq!(check(&told.assessment, "words_without_action", "me"), "not_shown");
    assert!(shown(&told.assessment, "keeps_promises", "me").is_some());
    assert_eq!(dimension(&told.assessment, "promises_kept")["entries"], 8, "what was kept is an act: seven of mine, one of theirs");

    let fair = seven_weeks_of_promises(MOSTLY, TOLD);
    assert_eq!(check(&fair.assessment, "words_without_action", "them"), "not_shown");
    let strength = shown(&fair.assessment, "keeps_promises", "them").unwrap();
    assert_eq!((ids(&strength["entry_ids"]), ids(&strength["counter_entry_ids"])), (sorted(&fair.good), sorted(&fair.bad)));
    assert_eq!(dimension(&fair.assessment, "promises_kept")["entries"], 13);
}

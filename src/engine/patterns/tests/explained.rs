//! More words explaining a need than the need being met: what counts, and how often it is said of whom.

use super::{check, need};
use crate::engine::evidence::{Evidence, Need, NeedOutcome};
use crate::engine::math::count;
use crate::engine::patterns::{Code, Finding, Outcome, Whose};
use crate::engine::tests::{START, measured};
use crate::engine::types::{Actor, Day, EntryId};

/// My needs, each with what became of it and how often it was explained; the other noted none.
fn mine(needs: &[(NeedOutcome, u32)]) -> Evidence {
    let mut evidence = measured(90, vec![]);
    evidence.needs = (0..).zip(needs).map(|(id, (outcome, times))| need(id, Actor::Me, *outcome, *times)).collect();
    evidence
}

fn of_me(evidence: &Evidence) -> Finding {
    check(evidence, Code::NeedsExplainedNotMet, Whose::Logger)
}

#[test]
fn needs_explained_again_and_again_are_shown_though_only_one_side_notes_needs() {
    let evidence = mine(&[(NeedOutcome::Unmet, 4), (NeedOutcome::Unmet, 3), (NeedOutcome::Met, 2), (NeedOutcome::Unmet, 6)]);
    let found = of_me(&evidence);
    assert_eq!(found.outcome, Outcome::Shown, "{found:?}");
    let ids = |ids: &[u32]| ids.iter().map(|id| EntryId(9_000 + id)).collect::<Vec<_>>();
    assert_eq!((found.entries, found.counter_entries), (ids(&[3, 1, 0]), ids(&[2])));
    let turned = check(&evidence.mirrored(), Code::NeedsExplainedNotMet, Whose::Other);
    assert_eq!((turned.outcome, turned.probability.to_bits()), (Outcome::Shown, found.probability.to_bits()));
}

#[test]
fn as_many_words_for_needs_that_are_met_are_no_pattern() {
    for partly in [NeedOutcome::Met, NeedOutcome::Partly] {
        let evidence = mine(&[(NeedOutcome::Met, 4), (NeedOutcome::Met, 3), (NeedOutcome::Met, 2), (partly, 6)]);
        assert_eq!(of_me(&evidence).outcome, Outcome::NotShown);
    }
}

#[test]
fn one_need_is_never_a_pattern_however_often_it_was_explained() {
    assert_eq!(of_me(&mine(&[(NeedOutcome::Unmet, 101)])).outcome, Outcome::TooLittle);
    assert_eq!(of_me(&mine(&[(NeedOutcome::Unmet, 50), (NeedOutcome::Unmet, 50)])).outcome, Outcome::TooLittle);
}

#[test]
fn needs_said_once_are_not_explained_in_vain() {
    assert_eq!(of_me(&mine(&[(NeedOutcome::Unmet, 1); 6])).outcome, Outcome::NoEvidence);
}

#[test]
fn an_open_need_counts_once_it_was_explained_three_times_and_had_its_time() {
    let mut evidence = mine(&[(NeedOutcome::Open, 5); 4]);
    assert_eq!(of_me(&evidence).outcome, Outcome::Shown);
    evidence.as_of = Day(START + 13);
    assert_eq!(of_me(&evidence).outcome, Outcome::NoEvidence, "not two weeks yet");
    assert_eq!(of_me(&mine(&[(NeedOutcome::Open, 2); 9])).outcome, Outcome::NoEvidence);
}

/// Random numbers from 0 to 1, the same ones every time (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap()) / 4_294_967_296.0
    }
}

/// A kind of tie: how likely a need is met, how likely one that is not met yet is explained once more, and how likely it stays open.
#[derive(Clone, Copy)]
struct Tie {
    met: f64,
    again: f64,
    open: f64,
}

/// So many needs of each in half a year.
fn lived(tie: Tie, others: Option<Tie>, needs: u16, dice: &mut Dice) -> Evidence {
    let mut evidence = measured(180, vec![]);
    let sides = [(Actor::Me, Some(tie)), (Actor::Them, others)];
    for (of, tie) in sides.into_iter().filter_map(|(of, tie)| Some((of, tie?))) {
        for _ in 0..needs {
            let mut times_explained = 1;
            while dice.roll() < tie.again && times_explained < 30 {
                times_explained += 1;
            }
            let outcome = match (dice.roll() < tie.met, dice.roll() < tie.open) {
                (true, _) => NeedOutcome::Met,
                (false, true) => NeedOutcome::Open,
                (false, false) => NeedOutcome::Unmet,
            };
            let id = EntryId(u32::try_from(evidence.needs.len()).unwrap());
            #[expect(clippy::cast_possible_truncation, reason = "a day of half a year")]
            let day = Day(START + (dice.roll() * 165.0) as i32);
            evidence.needs.push(Need { id, of, day, outcome, times_explained });
        }
    }
    evidence
}

/// The share of lives in which it is said of me.
fn said(tie: Tie, others: Option<Tie>, needs: u16) -> f64 {
    const LIVES: usize = 400;
    let mut dice = Dice(20_260);
    let shown = (0..LIVES).filter(|_| of_me(&lived(tie, others, needs, &mut dice)).outcome == Outcome::Shown).count();
    count(shown) / count(LIVES)
}

/// The figures of docs/adr/0033: `cargo test --lib explained -- --nocapture`.
#[test]
fn it_is_seldom_said_where_needs_are_met_and_mostly_where_they_are_not() {
    let fair = Tie { met: 0.85, again: 0.3, open: 0.5 };
    let wordy = Tie { met: 0.8, again: 0.7, open: 0.5 };
    let half = Tie { met: 0.5, again: 0.5, open: 0.5 };
    let vain = Tie { met: 0.2, again: 0.7, open: 0.5 };
    for (name, tie) in [("fair", fair), ("wordy", wordy), ("half", half), ("in vain", vain)] {
        let line = [5, 10, 20].map(|needs| format!("{:.3} alone, {:.3} both", said(tie, None, needs), said(tie, Some(tie), needs)));
        println!("{name}: {}", line.join("; "));
    }
    for needs in [5, 10, 20] {
        assert!(said(fair, None, needs) < 0.01 && said(fair, Some(fair), needs) < 0.03);
        assert!(said(wordy, None, needs) < 0.05);
    }
    assert!(said(vain, None, 10) > 0.65 && said(vain, None, 20) > 0.85);
}

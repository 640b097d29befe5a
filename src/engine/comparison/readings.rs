//! What may be said of the figures. Nothing is claimed that silence, strain or a short log would show as well.

use super::answer::{BalanceReading, Reason, StepReading};
use super::balances::Balances;
use super::days::Counted;
use super::question::{Place, Question, Side};
use super::rates::{FEWEST_DAYS, Steps};

/// Fewest days of either period on which something was logged.
const FEWEST_LOGGED: u32 = 3;
/// Fewest steps in both periods together.
const FEWEST_STEPS: u32 = 5;
/// Fewest days before that count.
const FEWEST_BEFORE: u32 = 14;

/// What may be said of how often steps were taken. `days` are those before and now.
#[must_use]
pub fn of_steps(days: (&Counted, &Counted), steps: &Steps, place: Place) -> StepReading {
    if let Some(reason) = nothing_to_say(days) {
        return StepReading::Inconclusive(reason);
    }
    let (before, now) = (&steps.of.before, steps.of.at(place));
    let Some(change) = steps.change(place).filter(|_| now.steps > 0) else { return StepReading::Inconclusive(Reason::NoSteps) };
    if is_short(days) || before.steps.saturating_add(now.steps) < FEWEST_STEPS {
        return StepReading::Inconclusive(Reason::TooFew);
    }
    let certain = steps.certain(place);
    if certain.is_more() {
        StepReading::More
    } else if change.upper_90 < 1.0 && days.1.hard() > 0 {
        StepReading::Inconclusive(Reason::KnownStrain)
    } else if certain.is_fewer() {
        StepReading::Fewer
    } else if change.lower_90 > 1.0 || change.upper_90 < 1.0 || days.0.is_mostly_silent() || days.1.is_mostly_silent() {
        StepReading::Inconclusive(Reason::Gaps)
    } else {
        StepReading::NoClearChange
    }
}

/// What may be said of the balance. That a side whose steps are asked about took none that counts is silence here, too.
#[must_use]
pub fn of_balance(days: (&Counted, &Counted), steps: &Steps, balances: &Balances, question: &Question, place: Place) -> BalanceReading {
    if question.leaves_steps && place == Place::During {
        return BalanceReading::Inconclusive(Reason::ByDesign);
    }
    if let Some(reason) = nothing_to_say(days) {
        return BalanceReading::Inconclusive(reason);
    }
    if steps.of.at(place).steps == 0 {
        return BalanceReading::Inconclusive(Reason::NoSteps);
    }
    let change = balances.change(place).filter(|_| !is_short(days));
    let Some(change) = change else { return BalanceReading::Inconclusive(Reason::TooFew) };
    let reading = if change.lower_90 > 0.0 {
        BalanceReading::TowardsLogger
    } else if change.upper_90 < 0.0 {
        BalanceReading::TowardsOther
    } else {
        return BalanceReading::NoClearChange;
    };
    let less_of_theirs = match question.side {
        Side::Other => BalanceReading::TowardsLogger,
        Side::Logger => BalanceReading::TowardsOther,
    };
    if reading == less_of_theirs && days.1.hard() > 0 { BalanceReading::Inconclusive(Reason::KnownStrain) } else { reading }
}

/// Whether something was logged on too few days of either period to claim anything.
const fn is_short((before, now): (&Counted, &Counted)) -> bool {
    before.logged < FEWEST_LOGGED || now.logged < FEWEST_LOGGED
}

/// Why nothing can be said whatever the figures are.
fn nothing_to_say((before, now): (&Counted, &Counted)) -> Option<Reason> {
    if now.is_mostly_hard() || before.is_mostly_hard() {
        Some(Reason::KnownStrain)
    } else if now.len() < FEWEST_DAYS {
        Some(if now.is_over { Reason::TooShort } else { Reason::NotYet })
    } else if before.logged == 0 {
        Some(Reason::NothingBefore)
    } else if before.len() < FEWEST_BEFORE {
        Some(Reason::ShortBefore)
    } else if now.logged == 0 {
        Some(Reason::NoEntries)
    } else {
        None
    }
}

//! What may be said of the figures. Nothing is claimed that silence, strain or a short log would show as well.

use super::answer::{BalanceReading, Reason, StepReading};
use super::balances::Balances;
use super::days::Counted;
use super::question::{Place, Side};
use super::rates::{FEWEST_DAYS, Steps};

/// Fewest days of either period on which something was logged.
const FEWEST_LOGGED: u32 = 3;
/// Fewest steps in both periods together.
const FEWEST_STEPS: u32 = 5;

/// What may be said of how often steps were taken. `days` are those before and now.
#[must_use]
pub fn of_steps(days: (&Counted, &Counted), steps: &Steps, place: Place) -> StepReading {
    if let Some(reason) = nothing_to_say(days) {
        return StepReading::Inconclusive(reason);
    }
    let (before, now) = (&steps.of.before, steps.of.at(place));
    let Some(change) = steps.change(place).filter(|_| now.steps > 0) else { return StepReading::Inconclusive(Reason::NoSteps) };
    if now.logged < FEWEST_LOGGED || before.logged < FEWEST_LOGGED || before.steps.saturating_add(now.steps) < FEWEST_STEPS {
        StepReading::Inconclusive(Reason::TooFew)
    } else if change.lower_90 > 1.0 {
        StepReading::More
    } else if change.upper_90 >= 1.0 {
        StepReading::NoClearChange
    } else if days.1.hard() > 0 {
        StepReading::Inconclusive(Reason::KnownStrain)
    } else {
        StepReading::Fewer
    }
}

/// What may be said of the balance. That a side whose steps are asked about did nothing that was logged is silence here, too.
#[must_use]
pub fn of_balance(days: (&Counted, &Counted), steps: &Steps, balances: &Balances, side: Side, place: Place) -> BalanceReading {
    if let Some(reason) = nothing_to_say(days) {
        return BalanceReading::Inconclusive(reason);
    }
    if steps.of.at(place).acts == 0 {
        return BalanceReading::Inconclusive(Reason::NoSteps);
    }
    let Some(change) = balances.change(place) else { return BalanceReading::Inconclusive(Reason::TooFew) };
    let reading = if change.lower_90 > 0.0 {
        BalanceReading::TowardsLogger
    } else if change.upper_90 < 0.0 {
        BalanceReading::TowardsOther
    } else {
        return BalanceReading::NoClearChange;
    };
    let less_of_theirs = match side {
        Side::Other => BalanceReading::TowardsLogger,
        Side::Logger => BalanceReading::TowardsOther,
    };
    if reading == less_of_theirs && days.1.hard() > 0 { BalanceReading::Inconclusive(Reason::KnownStrain) } else { reading }
}

/// Why nothing can be said whatever the figures are.
fn nothing_to_say((before, now): (&Counted, &Counted)) -> Option<Reason> {
    if now.is_mostly_hard() || before.is_mostly_hard() {
        Some(Reason::KnownStrain)
    } else if now.len() < FEWEST_DAYS {
        Some(Reason::NotYet)
    } else if before.len() < FEWEST_DAYS || before.logged == 0 {
        Some(Reason::NothingBefore)
    } else if now.logged == 0 {
        Some(Reason::NoEntries)
    } else {
        None
    }
}

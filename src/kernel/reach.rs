//! What of an account a session reaches: all of it, one relationship, or what a grant lends of one.
//!
//! The reach lies with the session, not in its token, so that it is what it is now; a transaction is told of it before anything
//! else, and rows beyond it do not exist there.

use chrono::NaiveDate;

use super::ids::{AccountId, GrantId, RelationshipId};

/// How far a session reaches into its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Everything.
    Whole,
    /// One relationship, for a session of the person's own.
    Tie(RelationshipId),
    /// What a grant lends of one relationship, to read.
    Loan(Loan),
}

/// What a grant lends: entries of one relationship, within days and dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Loan {
    pub grant: GrantId,
    pub relationship: RelationshipId,
    /// The first local day; nothing: from the beginning.
    pub from: Option<NaiveDate>,
    /// The last local day, included; nothing: whatever comes.
    pub to: Option<NaiveDate>,
    /// Nothing: all of them.
    pub dimensions: Option<Dimensions>,
    /// Whether notes are lent too.
    pub notes: bool,
}

impl Reach {
    /// The one relationship, where it is one.
    #[must_use]
    pub const fn relationship(&self) -> Option<RelationshipId> {
        match self {
            Self::Whole => None,
            Self::Tie(relationship) => Some(*relationship),
            Self::Loan(loan) => Some(loan.relationship),
        }
    }

    /// The grant that lends, where one does.
    #[must_use]
    pub const fn grant(&self) -> Option<GrantId> {
        match self {
            Self::Whole | Self::Tie(_) => None,
            Self::Loan(loan) => Some(loan.grant),
        }
    }
}

/// Some of the dimensions, at least one, by the numbers that rows have for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dimensions(u16);

impl Dimensions {
    /// The set of these numbers, each from 1 to 15; nothing where there is none, or one is none of those.
    #[must_use]
    pub fn of_numbers(numbers: &[i16]) -> Option<Self> {
        let bit = |number: &i16| u32::try_from(*number).ok().filter(|number| (1..=15).contains(number)).map(|number| 1_u16 << number);
        let bits = numbers.iter().try_fold(0_u16, |bits, number| Some(bits | bit(number)?))?;
        (bits != 0).then_some(Self(bits))
    }

    /// Its numbers, ascending.
    pub fn numbers(self) -> impl Iterator<Item = i16> {
        (1..=15_i16).filter(move |number| self.0 & (1 << number) != 0)
    }
}

/// Whose rows a transaction sees, and how many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    account: AccountId,
    reach: Reach,
}

impl View {
    /// What a caller reaches.
    #[must_use]
    pub const fn new(account: AccountId, reach: Reach) -> Self {
        Self { account, reach }
    }

    /// Everything of an account, for work that no session asks for: letting somebody in, upkeep, what goes on in the background.
    /// `tests/architecture.rs` has the list of the files where it may stand.
    #[must_use]
    pub const fn whole(account: AccountId) -> Self {
        Self { account, reach: Reach::Whole }
    }

    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    #[must_use]
    pub const fn reach(&self) -> &Reach {
        &self.reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_are_what_they_were_made_of_and_never_none() {
        let some = Dimensions::of_numbers(&[8, 1, 4, 4]).unwrap();
        assert_eq!(some.numbers().collect::<Vec<_>>(), [1, 4, 8]);
        for wrong in [&[][..], &[0], &[16], &[-1], &[1, 99]] {
            assert_eq!(Dimensions::of_numbers(wrong), None, "{wrong:?}");
        }
    }
}

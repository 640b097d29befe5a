//! What a handler asks of its caller: scope, how much of the account the session reaches, an unlocked session, and which budget.

use crate::api::limits::Class;
use crate::kernel::Reach;
use crate::kernel::token::Scope;

/// What is asked of the session's lock where the account has a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// The PIN was given some minutes ago: something stored is shown, or changed.
    Unlocked,
    /// Nothing. Nothing that is stored is shown, and nothing but what is said beside the permission is changed.
    Nothing,
}

/// Which sessions a handler is for, by how much of the account they reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admits {
    /// Those that reach the whole account, and no others.
    Whole,
    /// Also the person's own sessions for one relationship.
    Tie,
    /// Also those that came by a grant.
    Loan,
}

impl Admits {
    pub(super) const fn admits(self, reach: &Reach) -> bool {
        match (self, reach) {
            (_, Reach::Whole) | (Self::Tie | Self::Loan, Reach::Tie(_)) | (Self::Loan, Reach::Loan(_)) => true,
            (Self::Whole, Reach::Tie(_) | Reach::Loan(_)) | (Self::Tie, Reach::Loan(_)) => false,
        }
    }
}

/// What a handler needs to be allowed, whom it admits, and which budget it draws on.
pub trait Permission: 'static {
    const CLASS: Class;
    const ADMITS: Admits;
    /// Whether a locked session will do; it does not, unless the permission says so.
    const ASKS: Asks = Asks::Unlocked;
    fn allowed(scope: Scope) -> bool;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $class:ident, $admits:ident, $asks:ident, $test:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl Permission for $name {
            const CLASS: Class = Class::$class;
            const ADMITS: Admits = Admits::$admits;
            const ASKS: Asks = Asks::$asks;
            fn allowed(scope: Scope) -> bool {
                let test: fn(Scope) -> bool = $test;
                test(scope)
            }
        }
    )+};
}

permissions! {
    /// Reading what is the account's; every scope may.
    Read: Reads, Whole, Unlocked, |_| true;
    /// Creating and changing what is the account's.
    Write: Writes, Whole, Unlocked, |scope| scope.write;
    /// Removing what is the account's.
    Delete: Removals, Whole, Unlocked, |scope| scope.write && scope.delete;
    /// Letting somebody else read: for a session that may do everything. The password is asked for, so it is counted like sign-ins.
    Lend: SignIns, Whole, Unlocked, |scope| scope.write && scope.delete;
    /// Work on the whole account at once.
    WriteBatch: Batches, Whole, Unlocked, |scope| scope.write;
    /// Adding to the log. It takes no PIN, so that logging stays a matter of seconds; a locked session's answer shows nothing
    /// ([`super::Caller::locked`]).
    Log: Writes, Tie, Nothing, |scope| scope.write;
    /// Adding many to the log at once; the answer says what came of each and shows none of it.
    LogBatch: Batches, Tie, Nothing, |scope| scope.write;
    /// Ending sessions and what others were let in by: whoever holds a session may, whatever its scope.
    End: Reads, Whole, Nothing, |_| true;
    /// Ending one session: one that does not reach the whole account may end itself.
    EndOne: Reads, Loan, Nothing, |_| true;
    /// Locking a session again, whatever its scope.
    Relock: Reads, Tie, Nothing, |_| true;
    /// Giving the PIN, whatever the scope: a session that may only read needs it too.
    Unlock: Unlocks, Tie, Nothing, |_| true;
    /// Changing the password or the PIN, with the password: counted like sign-ins, so that a borrowed token is no way to guess. It
    /// takes no PIN, because whoever forgot theirs has the password.
    Rekey: SignIns, Whole, Nothing, |scope| scope.write;
    /// Computing without storing; it takes as much work, so it asks for as much.
    Preview: Previews, Whole, Nothing, |scope| scope.write;
    /// Reading what is the account's and has to be computed first.
    Derive: Assessments, Whole, Unlocked, |_| true;
    /// Reading what is a relationship's and is lent to nobody; every scope may.
    ReadTie: Reads, Tie, Unlocked, |_| true;
    /// Changing within a relationship.
    WriteTie: Writes, Tie, Unlocked, |scope| scope.write;
    /// Removing within a relationship, or the relationship.
    DeleteTie: Removals, Tie, Unlocked, |scope| scope.write && scope.delete;
    /// Computing about a relationship.
    AssessTie: Assessments, Tie, Unlocked, |scope| scope.write;
    /// Reading what is a relationship's, is lent to nobody and has to be computed first.
    DeriveTie: Assessments, Tie, Unlocked, |_| true;
    /// Reading what a grant can lend. The PIN is the person's own: whoever was let in by a grant is asked for none.
    ReadLoan: Reads, Loan, Unlocked, |_| true;
    /// Reading what a grant can lend and has to be computed first.
    DeriveLoan: Assessments, Loan, Unlocked, |_| true;
}

//! What a transaction is told before anything else: who it is, whose rows it sees and how many of them, how long it may take.
//!
//! All of it ends with the transaction. What it is not told of does not exist: the policies in `migrations/` have nothing as their
//! default, for accounts and for the reach into them.

use diesel::connection::SimpleConnection;

use super::Conn;
use crate::kernel::reach::{Loan, Reach, View};
use crate::kernel::{AccountId, Error};

/// How long one statement may run; the longest honest one takes well under a second.
const STATEMENT_TIMEOUT_MS: u32 = 10_000;

/// How long a group waits for a row; then its halves are tried, and what is left alone.
const GROUP_LOCK_TIMEOUT_MS: u32 = 100;
/// How long one statement of a group may run: whoever is in it waits for all of it.
const GROUP_STATEMENT_TIMEOUT_MS: u32 = 2_000;

/// How long one statement of an erasure may run: everything of an account goes with one of them, however much it is.
const LONG_STATEMENT_MS: u32 = 600_000;

/// The beginning of a transaction for a view.
pub fn of_view(view: &View) -> String {
    as_role(&[view.account()], &setting(view.reach()))
}

/// The beginning of a transaction that reads for a view.
pub fn of_reading(view: &View) -> String {
    format!("{}; {IN_ORDER}", of_view(view))
}

/// The beginning of a transaction for upkeep: everything of some accounts.
pub fn of_accounts(accounts: &[AccountId]) -> String {
    as_role(accounts, &setting(&Reach::Whole))
}

/// The beginning of a transaction for whoever keeps content: no account's rows, and drafts of question sets.
pub fn of_content() -> String {
    format!("{}; SET LOCAL reciprocity.keeps = 'content'", of_accounts(&[]))
}

/// The beginning of a transaction that writes for callers of several accounts, each of whom reaches all of theirs. It waits for nobody
/// long: whoever holds a row that it needs would hold up all the others.
pub fn of_group(accounts: &[AccountId]) -> String {
    let bounds = format!("SET LOCAL lock_timeout = {GROUP_LOCK_TIMEOUT_MS}; SET LOCAL statement_timeout = {GROUP_STATEMENT_TIMEOUT_MS}");
    format!("{}; {bounds}", of_accounts(accounts))
}

fn as_role(accounts: &[AccountId], reach: &str) -> String {
    format!("SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}; SET LOCAL ROLE reciprocity_app; {}", sees(accounts, reach))
}

/// Says whose rows exist until the transaction ends, for whoever owns the tables too.
pub fn sees_all(accounts: &[AccountId]) -> String {
    sees(accounts, &setting(&Reach::Whole))
}

fn sees(accounts: &[AccountId], reach: &str) -> String {
    let accounts: Vec<String> = accounts.iter().map(ToString::to_string).collect();
    format!("SET LOCAL reciprocity.accounts = '{}'; SET LOCAL reciprocity.reach = '{reach}'", accounts.join(","))
}

/// A reach as the policies read it (migrations/*_reach): its kind, the relationship, the first and the last day, the dimensions.
/// Made of ids, dates and numbers alone, so there is nothing in it to quote.
fn setting(reach: &Reach) -> String {
    match reach {
        Reach::Whole => "whole".to_owned(),
        Reach::Tie(relationship) => format!("tie;{relationship};-infinity;infinity;all"),
        Reach::Loan(loan) => of_loan(loan),
    }
}

fn of_loan(loan: &Loan) -> String {
    let from = loan.from.map_or_else(|| "-infinity".to_owned(), |day| day.to_string());
    let to = loan.to.map_or_else(|| "infinity".to_owned(), |day| day.to_string());
    let dimensions = loan.dimensions.map_or_else(
        || "all".to_owned(),
        |some| {
            let numbers: Vec<String> = some.numbers().map(|number| number.to_string()).collect();
            format!("{{{}}}", numbers.join(","))
        },
    );
    format!("loan;{};{from};{to};{dimensions}", loan.relationship)
}

/// Has a page read in the order of its index instead of sorting everything that it is a page of. Postgres takes account and relationship
/// for chance, and people for alike: it expects few rows where one person has thousands, and few rows are as soon sorted. What has no index
/// in its order is sorted all the same; that this counts as dear must not have it compiled.
const IN_ORDER: &str = "SET LOCAL enable_sort = off; SET LOCAL jit = off";

/// [`IN_ORDER`] for a transaction that writes what it reads elsewhere, as an export does.
pub fn read_in_order(conn: &mut Conn) -> Result<(), Error> {
    conn.batch_execute(IN_ORDER)?;
    Ok(())
}

/// Lets the statements of an erasure run for as long as they need: one that came to an end every time would erase nothing, and
/// nobody waits for it but whoever asked. It ends with the transaction.
pub fn take_long(conn: &mut Conn) -> Result<(), Error> {
    conn.batch_execute(&format!("SET LOCAL statement_timeout = {LONG_STATEMENT_MS}"))?;
    Ok(())
}

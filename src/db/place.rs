//! Comparisons that Diesel does not have, typed, so that a statement with one is prepared once on a connection and not parsed and planned
//! anew each time, as one with a piece of text in it is.

use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Date, Record, SqlType};

diesel::infix_operator!(ComesBefore, " < ", Bool, backend: Pg);
diesel::infix_operator!(ComesAfter, " > ", Bool, backend: Pg);
diesel::infix_operator!(PlusDays, " + ", Date, backend: Pg);

type Row<T, S> = <T as AsExpression<Record<S>>>::Expression;

/// Whether columns lie before a place, compared as one row: an index on them finds it where it is.
pub fn before<S, C, P>(columns: C, place: P) -> ComesBefore<Row<C, S>, Row<P, S>>
where
    Record<S>: SqlType,
    C: AsExpression<Record<S>>,
    P: AsExpression<Record<S>>,
{
    ComesBefore::new(columns.as_expression(), place.as_expression())
}

/// Whether columns lie after a place, compared as one row.
pub fn after<S, C, P>(columns: C, place: P) -> ComesAfter<Row<C, S>, Row<P, S>>
where
    Record<S>: SqlType,
    C: AsExpression<Record<S>>,
    P: AsExpression<Record<S>>,
{
    ComesAfter::new(columns.as_expression(), place.as_expression())
}

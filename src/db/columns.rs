//! Statements over many rows that are prepared once a connection: rows go in as arrays, one a column.
//!
//! The statement is the same for one row and for a thousand, so Postgres parses and plans it once; `diesel::sql_query` would have it
//! parsed and planned every time, which cost more than the rows themselves (docs/adr/0019-group-commit.md).

/// Defines a statement around `unnest($1, $2, ..)`: its columns with their types in SQL and in Rust, what a row of its answer is, and
/// the text before and after. With `limit` behind it, the statement ends with one, which the struct holds too.
macro_rules! over_columns {
    ($(#[$doc:meta])* $name:ident { $first:ident: $first_sql:ty => $first_rust:ty $(, $column:ident: $sql:ty => $rust:ty)* $(,)? } -> $row:ty,
        $before:expr, $after:expr $(, $limit:ident)?) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name {
            pub $first: Vec<$first_rust>,
            $(pub $column: Vec<$rust>,)*
            $(pub $limit: i64,)?
        }

        impl diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name {
            fn walk_ast<'b>(&'b self, mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>) -> diesel::QueryResult<()> {
                out.push_sql($before);
                out.push_sql(" unnest(");
                out.push_bind_param::<diesel::sql_types::Array<$first_sql>, _>(&self.$first)?;
                $(
                    out.push_sql(", ");
                    out.push_bind_param::<diesel::sql_types::Array<$sql>, _>(&self.$column)?;
                )*
                out.push_sql(") ");
                out.push_sql($after);
                $(
                    out.push_sql(" LIMIT ");
                    out.push_bind_param::<diesel::sql_types::BigInt, _>(&self.$limit)?;
                )?
                Ok(())
            }
        }

        impl diesel::query_builder::QueryId for $name {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_builder::Query for $name {
            type SqlType = $row;
        }

        impl diesel::RunQueryDsl<diesel::PgConnection> for $name {}
    };
}

pub(crate) use over_columns;

//! Whether the role that serves is one that row-level security binds; asked once, at start.

use diesel::pg::PgConnection;
use diesel::sql_types::Bool;
use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};

/// The role that connects may become any role it is a member of, so those count as much as itself; a superuser is a member of all.
const QUESTION: &str = "
    WITH roles AS (SELECT * FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER') OR rolname = 'reciprocity_app'),
         walled AS (SELECT * FROM pg_class WHERE oid IN (SELECT polrelid FROM pg_policy))
    SELECT EXISTS (SELECT FROM roles WHERE rolsuper) AS superuser,
           EXISTS (SELECT FROM roles WHERE rolbypassrls) AS bypasses,
           EXISTS (SELECT FROM walled WHERE NOT relrowsecurity) AS off,
           EXISTS (SELECT FROM walled JOIN roles ON roles.oid = relowner WHERE NOT relforcerowsecurity) AS unforced";

#[derive(QueryableByName)]
#[expect(clippy::struct_excessive_bools, reason = "four answers to four questions")]
struct Answer {
    #[diesel(sql_type = Bool)]
    superuser: bool,
    #[diesel(sql_type = Bool)]
    bypasses: bool,
    #[diesel(sql_type = Bool)]
    off: bool,
    #[diesel(sql_type = Bool)]
    unforced: bool,
}

/// Why the role of this URL must not serve, a sentence each; nothing where it may. Blocks; call it before serving.
pub fn wrong(app_url: &str) -> Result<Vec<&'static str>, diesel::ConnectionError> {
    let mut conn = PgConnection::establish(app_url)?;
    let answer: Answer = sql_query(QUESTION).get_result(&mut conn).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    let all = [
        (answer.superuser, "its role is a superuser or may become one, so no policy holds it; docs/deployment.md says which role to make"),
        (answer.bypasses, "its role has BYPASSRLS or may become one that has it"),
        (answer.off, "row-level security is switched off on a table that has a policy"),
        (answer.unforced, "its role owns tables on which row-level security is not forced"),
    ];
    Ok(all.into_iter().filter_map(|(is_so, why)| is_so.then_some(why)).collect())
}

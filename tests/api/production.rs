//! In production the service refuses a database role that row-level security does not bind.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use diesel::connection::SimpleConnection;
use reciprocity::db::serving_role::wrong;

use crate::support::database::Fresh;

/// One test, because roles belong to the whole server that the tests share.
#[test]
fn only_a_role_that_the_policies_bind_may_serve() {
    let database = Fresh::new();
    let says = |part: &str| wrong(&database.url).unwrap().iter().any(|why| why.contains(part));
    let mut admin = database.connect();
    assert_eq!(wrong(&database.url).unwrap(), Vec::<&str>::new(), "the owner serves well, where the policies are forced");
    assert!(wrong(&database.superuser_url()).unwrap().iter().any(|why| why.contains("superuser")));
    admin.batch_execute("ALTER TABLE relationships NO FORCE ROW LEVEL SECURITY").unwrap();
    assert!(says("not forced"));
    admin.batch_execute("ALTER TABLE relationships FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY").unwrap();
    assert!(says("switched off"));
    admin.batch_execute("ALTER TABLE relationships ENABLE ROW LEVEL SECURITY").unwrap();
    admin.batch_execute("CREATE ROLE mighty NOLOGIN BYPASSRLS; GRANT mighty TO reciprocity").unwrap();
    let bypasses = says("BYPASSRLS");
    admin.batch_execute("DROP ROLE mighty").unwrap();
    assert!(bypasses);
    assert!(!says(""), "all is well again");
}

#[test]
fn the_program_does_not_start_in_production_on_a_superuser_and_names_the_variable() {
    let database = Fresh::new();
    let url = database.superuser_url();
    let mut child = Command::new(env!("CARGO_BIN_EXE_reciprocity"))
        .arg("serve")
        .env_clear()
        .envs([("HOME", "/nonexistent"), ("RECIPROCITY_MODE", "production"), ("RECIPROCITY_PORT", "0"), ("RECIPROCITY_LOG", "json")])
        .envs([("DATABASE_URL", url.as_str()), ("MIGRATION_DATABASE_URL", database.url.as_str())])
        .envs([("RECIPROCITY_MASTER_KEY", "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="), ("RECIPROCITY_REGISTRATION", "closed")])
        .env("RECIPROCITY_ISSUER", "https://api.example.org")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap) {
        said.extend([line.as_str(), "\n"]);
        if line.contains("\"ready\"") {
            break;
        }
    }
    // One that serves after all must not outlive the test; one that refused has ended.
    let _ = child.kill();
    assert!(!child.wait().unwrap().success());
    assert!(said.contains("DATABASE_URL: its role is a superuser"), "{said}");
    assert!(!said.contains(&url), "{said}");
}

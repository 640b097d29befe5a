//! Makes a new cluster with its role and database, in one step that either happened or did not.
//!
//! Everything is made in a folder beside the final one, which is renamed at the end: a crash on the way leaves a folder
//! that the next start removes, and never half a database.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::account::current_user;
use super::data_dir::{make_folder, sync_folder};
use super::error::{At, ClusterError};
use super::plan::GuardPlan;
use super::socket::give;
use super::{DATABASE, ROLE, SUPERUSER};

/// What the folder of an unfinished cluster is called.
const DRAFT: &str = "postgres-draft";

/// The first version with a locale provider of its own, which does not depend on the operating system.
const BUILTIN_PROVIDER_SINCE: u32 = 17;

/// Makes the cluster where it is missing.
pub(super) fn ensure_cluster(plan: &GuardPlan) -> Result<(), ClusterError> {
    let home = plan.cluster.parent().unwrap_or(Path::new("/"));
    remove_drafts(home)?;
    if plan.cluster.join("PG_VERSION").is_file() {
        return Ok(());
    }
    let draft = home.join(format!("{DRAFT}-{}", std::process::id()));
    make_folder(&draft, 0o700).at("create", &draft)?;
    give(&draft, &plan.account)?;
    run_initdb(plan, &draft)?;
    create_role_and_database(plan, &draft)?;
    fs::rename(&draft, &plan.cluster).at("create", &plan.cluster)?;
    sync_folder(home).at("write", home)
}

/// Says which account of the operating system may connect as which role. The kernel vouches for the account (peer
/// authentication), so there is no password to keep: only the service's own account is let in, and not even other
/// programs of the server's account.
pub(super) fn write_access_rules(plan: &GuardPlan) -> Result<(), ClusterError> {
    let service = current_user()?.name.replace('"', "\"\"");
    let rules = "# Written at every start.\nlocal all all peer map=reciprocity\n".to_owned();
    let map = format!("# Written at every start.\nreciprocity \"{service}\" {ROLE}\nreciprocity \"{service}\" {SUPERUSER}\n");
    for (name, text) in [("pg_hba.conf", rules), ("pg_ident.conf", map)] {
        replace_file(plan, &plan.cluster.join(name), &text)?;
    }
    Ok(())
}

/// A loss of power between writing and the next start must not leave half a file, so the new one replaces the old.
fn replace_file(plan: &GuardPlan, path: &Path, text: &str) -> Result<(), ClusterError> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let draft = path.with_extension("draft");
    let mut file = fs::File::create(&draft).at("write", &draft)?;
    file.write_all(text.as_bytes()).at("write", &draft)?;
    file.sync_all().at("write", &draft)?;
    give(&draft, &plan.account)?;
    fs::rename(&draft, path).at("write", path)
}

fn remove_drafts(home: &Path) -> Result<(), ClusterError> {
    for entry in fs::read_dir(home).at("read", home)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(DRAFT) {
            fs::remove_dir_all(entry.path()).at("remove", &entry.path())?;
        }
    }
    Ok(())
}

fn run_initdb(plan: &GuardPlan, draft: &Path) -> Result<(), ClusterError> {
    let mut initdb = plan.account.command(&plan.programs.initdb());
    initdb.arg("-D").arg(draft).args(["--username", SUPERUSER, "--encoding=UTF8", "--auth=peer", "--data-checksums"]);
    initdb.args(["--no-instructions", "--text-search-config=simple"]).args(locale_args(plan.programs.major()));
    if plan.throwaway {
        initdb.arg("--no-sync");
    }
    let output = initdb.output().at("run", &plan.programs.initdb())?;
    succeeded(plan, "initdb", &output)
}

/// Text is ordered by code point on every machine. Letters beyond ASCII have an upper and lower case where the version
/// or the operating system knows C.UTF-8, which not every one does.
fn locale_args(major: u32) -> &'static [&'static str] {
    if major >= BUILTIN_PROVIDER_SINCE {
        &["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    } else if knows_c_utf8() {
        &["--locale=C", "--lc-ctype=C.UTF-8"]
    } else {
        &["--locale=C"]
    }
}

fn knows_c_utf8() -> bool {
    let listed = Command::new("locale").arg("-a").stderr(Stdio::null()).output();
    listed.is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout).lines().any(|name| name.eq_ignore_ascii_case("C.UTF-8") || name == "C.utf8")
    })
}

/// The service's role owns its database and may make roles, as migrations do, but is no superuser: row-level security
/// and missing rights show here as they would on a hosted Postgres. A test's role may also make databases.
fn create_role_and_database(plan: &GuardPlan, draft: &Path) -> Result<(), ClusterError> {
    let rights = if plan.throwaway { "LOGIN CREATEROLE CREATEDB" } else { "LOGIN CREATEROLE" };
    let statements = format!("CREATE ROLE {ROLE} {rights};\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n");
    let program: PathBuf = plan.programs.postgres();
    let mut single = plan.account.command(&program);
    single.args(["--single", "-D"]).arg(draft).args(["-c", "exit_on_error=true", "-c", "log_checkpoints=off"]);
    if plan.throwaway {
        single.args(["-c", "fsync=off"]);
    }
    single.arg("postgres").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = single.spawn().at("run", &program)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(statements.as_bytes()).at("talk to", &program)?;
    }
    let output = child.wait_with_output().at("wait for", &program)?;
    succeeded(plan, "postgres", &output)
}

fn succeeded(plan: &GuardPlan, program: &'static str, output: &Output) -> Result<(), ClusterError> {
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    Err(ClusterError::Initialisation { cluster: plan.cluster.clone(), program, said })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_ordered_by_code_point_in_every_version() {
        for major in [15, 16, 17, 18] {
            assert!(locale_args(major).contains(&"--locale=C"), "{major}");
        }
        assert!(locale_args(17).contains(&"--locale-provider=builtin"));
        assert!(!locale_args(16).contains(&"--locale-provider=builtin"));
    }
}

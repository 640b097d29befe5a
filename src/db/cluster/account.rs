//! Which account of the operating system runs the server, and how a program is started as that account.
//!
//! Postgres refuses to run as root. A service started by root therefore drops to an unprivileged account for the server
//! process alone; a service started by anybody else runs the server as the same account.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::{Gid, Uid, User, geteuid};

use super::error::ClusterError;

/// Accounts that packages make for the server, in the order they are tried. The second one is macOS's own.
/// `nobody` is not among them: other programs share it and could read the data.
const PACKAGED_ACCOUNTS: &[&str] = &["postgres", "_postgres"];

/// The account the server runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerAccount {
    pub name: String,
    /// Whose identity to take on; `None` where the service runs as this account already.
    pub switch_to: Option<(Uid, Gid)>,
}

impl ServerAccount {
    /// Decides by the account the service runs as and the one the operator named, if any.
    pub fn choose(named: Option<&str>) -> Result<Self, ClusterError> {
        let me = current_user()?;
        if me.uid.is_root() { Self::choose_as_root(named) } else { Self::choose_as_ordinary(me, named) }
    }

    fn choose_as_root(named: Option<&str>) -> Result<Self, ClusterError> {
        let user = match named {
            Some(name) => look_up(name).ok_or_else(|| ClusterError::UnknownServerAccount { name: name.to_owned() })?,
            None => PACKAGED_ACCOUNTS.iter().find_map(|name| look_up(name)).ok_or(ClusterError::NoServerAccount)?,
        };
        if user.uid.is_root() {
            return Err(ClusterError::RootServerAccount { name: user.name });
        }
        Ok(Self { switch_to: Some((user.uid, user.gid)), name: user.name })
    }

    fn choose_as_ordinary(me: User, named: Option<&str>) -> Result<Self, ClusterError> {
        match named {
            Some(name) if name != me.name => Err(ClusterError::OnlyRootChangesUser { name: name.to_owned() }),
            Some(_) | None => Ok(Self { name: me.name, switch_to: None }),
        }
    }

    /// The user id the server's files belong to.
    pub fn uid(&self) -> Uid {
        self.switch_to.map_or_else(geteuid, |(uid, _)| uid)
    }

    /// A command that runs as this account, in its own process group, with an empty environment and no input.
    ///
    /// The group keeps Ctrl-C in a terminal from the server. The environment is empty because Postgres takes defaults
    /// from a dozen PG* variables, and so that no secret of the service is seen in the server's environment.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC").env("PATH", "/usr/bin:/bin");
        command.current_dir("/").stdin(Stdio::null()).process_group(0);
        if let Some((uid, gid)) = self.switch_to {
            // As root this also drops all supplementary groups.
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        command
    }

    /// Whether this account can enter `folder`; answered by trying it, so that access lists count as well.
    pub fn can_enter(&self, folder: &Path) -> bool {
        if self.switch_to.is_none() {
            return true;
        }
        let mut probe = self.command(Path::new("/bin/sh"));
        // The folder is entered after the identity was taken on, and a refusal is an error of the start itself.
        probe.args(["-c", ":"]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    }

    /// Checks that this account can run `program`.
    pub fn require_runs(&self, program: &Path) -> Result<(), ClusterError> {
        if self.switch_to.is_none() {
            return Ok(());
        }
        let mut probe = self.command(program);
        probe.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        probe.status().map(|_| ()).map_err(|source| ClusterError::ProgramsOutOfReach {
            account: self.name.clone(),
            program: program.to_owned(),
            source,
        })
    }
}

/// The user this process runs as, by effective user id.
pub(super) fn current_user() -> Result<User, ClusterError> {
    let uid = geteuid();
    User::from_uid(uid).ok().flatten().ok_or(ClusterError::NamelessUser { uid: uid.as_raw() })
}

fn look_up(name: &str) -> Option<User> {
    User::from_name(name).ok().flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use super::*;

    fn ordinary(name: &str) -> User {
        let mut user = current_user().unwrap();
        name.clone_into(&mut user.name);
        user
    }

    #[test]
    fn an_ordinary_user_runs_the_server_as_itself() {
        let account = ServerAccount::choose_as_ordinary(ordinary("sam"), None).unwrap();
        assert_eq!(account, ServerAccount { name: "sam".to_owned(), switch_to: None });
        assert!(ServerAccount::choose_as_ordinary(ordinary("sam"), Some("sam")).is_ok());
    }

    #[test]
    fn an_ordinary_user_cannot_name_another_account() {
        let error = ServerAccount::choose_as_ordinary(ordinary("sam"), Some("postgres")).unwrap_err();
        assert!(matches!(error, ClusterError::OnlyRootChangesUser { .. }), "{error:?}");
    }

    #[test]
    fn root_cannot_name_root_nor_an_account_that_does_not_exist() {
        let root = ServerAccount::choose_as_root(Some("root")).unwrap_err();
        assert!(matches!(root, ClusterError::RootServerAccount { .. }), "{root:?}");
        let unknown = ServerAccount::choose_as_root(Some("no such account")).unwrap_err();
        assert!(matches!(unknown, ClusterError::UnknownServerAccount { .. }), "{unknown:?}");
    }

    #[test]
    fn the_server_sees_nothing_of_the_services_environment() {
        let account = ServerAccount { name: "sam".to_owned(), switch_to: None };
        let output = account.command(Path::new("/usr/bin/env")).output().unwrap();
        let mut names: Vec<String> =
            String::from_utf8(output.stdout).unwrap().lines().map(|line| line.split('=').next().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["LC_ALL", "PATH", "TZ"]);
    }
}

//! What the guard is to do, and its form as arguments of a command line.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use nix::unistd::{Gid, Uid};

use super::account::ServerAccount;
use super::error::ClusterError;
use super::programs::ServerPrograms;

/// Everything the guard needs to know. It decides nothing itself: the service has chosen all of this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GuardPlan {
    pub programs: ServerPrograms,
    pub account: ServerAccount,
    /// The folder of the cluster; made by the guard where it is missing.
    pub cluster: PathBuf,
    /// The folder of the socket; exists.
    pub socket: PathBuf,
    /// The server's log.
    pub log: PathBuf,
    /// The file whose lock makes this guard the only one of the cluster.
    pub lock: PathBuf,
    /// Speed before durability; for tests alone.
    pub throwaway: bool,
    /// Folders that go when the server has stopped.
    pub remove: Vec<PathBuf>,
}

impl GuardPlan {
    /// Removes what this run alone needed.
    pub fn remove_folders(&self) {
        for folder in &self.remove {
            let _may_be_gone_already = fs::remove_dir_all(folder);
        }
    }

    /// The arguments that [`GuardPlan::parse`] turns into an equal plan.
    pub fn to_args(&self) -> Vec<OsString> {
        let mut args = Vec::new();
        let mut push = |name: &str, value: OsString| args.extend([OsString::from(name), value]);
        push("--bin", self.programs.bin().into());
        push("--major", self.programs.major().to_string().into());
        push("--account", self.account.name.clone().into());
        if let Some((uid, gid)) = self.account.switch_to {
            push("--uid", uid.to_string().into());
            push("--gid", gid.to_string().into());
        }
        push("--cluster", self.cluster.clone().into());
        push("--socket", self.socket.clone().into());
        push("--log", self.log.clone().into());
        push("--lock", self.lock.clone().into());
        push("--throwaway", self.throwaway.to_string().into());
        for folder in &self.remove {
            push("--remove", folder.clone().into());
        }
        args
    }

    /// Reads the arguments after the subcommand's name.
    pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Self, ClusterError> {
        let pairs = Pairs::collect(args)?;
        let switch_to = match (pairs.number("--uid")?, pairs.number("--gid")?) {
            (Some(uid), Some(gid)) => Some((Uid::from_raw(uid), Gid::from_raw(gid))),
            (Some(_) | None, _) => None,
        };
        let major = pairs.number("--major")?.ok_or_else(|| missing("--major"))?;
        Ok(Self {
            programs: ServerPrograms::from_parts(pairs.path("--bin")?, major),
            account: ServerAccount { name: pairs.text("--account")?, switch_to },
            cluster: pairs.path("--cluster")?,
            socket: pairs.path("--socket")?,
            log: pairs.path("--log")?,
            lock: pairs.path("--lock")?,
            throwaway: pairs.text("--throwaway")? == "true",
            remove: pairs.all("--remove").map(PathBuf::from).collect(),
        })
    }
}

struct Pairs(Vec<(String, OsString)>);

impl Pairs {
    fn collect(mut args: impl Iterator<Item = OsString>) -> Result<Self, ClusterError> {
        let mut pairs = Vec::new();
        while let Some(name) = args.next() {
            let name = name.to_string_lossy().into_owned();
            let value = args.next().ok_or_else(|| missing(&name))?;
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    fn all<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = &'a OsString> {
        self.0.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value)
    }

    fn path(&self, name: &str) -> Result<PathBuf, ClusterError> {
        self.all(name).next().map(PathBuf::from).ok_or_else(|| missing(name))
    }

    fn text(&self, name: &str) -> Result<String, ClusterError> {
        self.all(name).next().map(|value| value.to_string_lossy().into_owned()).ok_or_else(|| missing(name))
    }

    fn number(&self, name: &str) -> Result<Option<u32>, ClusterError> {
        let Some(value) = self.all(name).next() else {
            return Ok(None);
        };
        value.to_str().and_then(|text| text.parse().ok()).map(Some).ok_or_else(|| missing(name))
    }
}

fn missing(name: &str) -> ClusterError {
    ClusterError::GuardArguments(format!("the value of {name} is missing or cannot be read"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn plan(switch_to: Option<(Uid, Gid)>) -> GuardPlan {
        GuardPlan {
            programs: ServerPrograms::from_parts("/usr/lib/postgresql/17/bin".into(), 17),
            account: ServerAccount { name: "postgres".to_owned(), switch_to },
            cluster: OsString::from_vec(b"/data/not utf-8 \xff/postgres-17".to_vec()).into(),
            socket: "/data/socket".into(),
            log: "/data/postgres.log".into(),
            lock: "/data/guard.lock".into(),
            throwaway: switch_to.is_none(),
            remove: vec!["/tmp/one".into(), "/tmp/two".into()],
        }
    }

    #[test]
    fn a_plan_survives_the_way_through_the_command_line() {
        for plan in [plan(None), plan(Some((Uid::from_raw(101), Gid::from_raw(104))))] {
            assert_eq!(GuardPlan::parse(plan.to_args().into_iter()).unwrap(), plan);
        }
    }

    #[test]
    fn missing_arguments_are_refused_by_name() {
        let error = GuardPlan::parse(["--cluster", "/data"].map(OsString::from).into_iter()).unwrap_err();
        assert!(error.to_string().contains("--major"), "{error}");
        assert!(GuardPlan::parse(std::iter::once(OsString::from("--cluster"))).is_err());
    }
}

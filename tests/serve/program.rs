//! Runs the real binary with a data folder of its own and speaks to it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Gid, Pid, Uid, User};
use serde_json::{Value, json};

pub const PASSWORD: &str = "seven quiet green lamps";

/// A data folder that goes with its test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("reciprocity-serve-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// One that only its owner may enter.
    pub fn closed() -> Self {
        let folder = Self::new();
        std::fs::set_permissions(&folder.0, std::fs::Permissions::from_mode(0o700)).unwrap();
        folder
    }

    pub fn owned_by(user: Uid, group: Gid) -> Self {
        let folder = Self::new();
        nix::unistd::chown(&folder.0, Some(user), Some(group)).unwrap();
        folder
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where a service with this data folder keeps its own master key.
    pub fn keys(&self) -> PathBuf {
        PathBuf::from(format!("{}-keys", self.0.display()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
        let _ = std::fs::remove_dir_all(self.keys());
    }
}

/// A running `reciprocity serve`.
pub struct Program {
    child: Child,
    errors: ChildStderr,
    data: PathBuf,
    /// What it printed before it was ready.
    pub said: Vec<String>,
    base: String,
    agent: ureq::Agent,
}

impl Program {
    pub fn start(folder: &Folder, vars: &[(&str, &str)]) -> Self {
        Self::spawn(command(Path::new(env!("CARGO_BIN_EXE_reciprocity")), folder, vars), folder.path())
    }

    /// As another user, from a copy that this user can reach.
    pub fn start_as(folder: &Folder, user: &User) -> Self {
        let copy = folder.path().join("reciprocity");
        std::fs::copy(env!("CARGO_BIN_EXE_reciprocity"), &copy).unwrap();
        std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = command(&copy, folder, &[]);
        let data = folder.path().join("data");
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw()).current_dir("/").env("RECIPROCITY_DATA_DIR", &data);
        Self::spawn(command, &data)
    }

    fn spawn(mut command: Command, data: &Path) -> Self {
        let mut child = command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut said, mut base) = (Vec::new(), None);
        for line in lines.by_ref().map(Result::unwrap) {
            base = base.or_else(|| line.split("ready at ").nth(1).map(str::to_owned));
            said.push(line);
            if said.last().is_some_and(|line| line.starts_with("Stop it with")) {
                break;
            }
        }
        let mut errors = child.stderr.take().unwrap();
        let Some(base) = base else {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            panic!("it did not start: {said:?} {text}");
        };
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { child, errors, data: data.to_owned(), said, base, agent }
    }

    /// Runs it where it must refuse, and gives what it said.
    pub fn refused(folder: &Folder, vars: &[(&str, &str)]) -> String {
        let mut command = command(Path::new(env!("CARGO_BIN_EXE_reciprocity")), folder, vars);
        let output = command.arg("serve").output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    /// Runs `reciprocity rotate-keys` and gives what it printed.
    pub fn rotate_keys(folder: &Folder, vars: &[(&str, &str)]) -> String {
        Self::command(folder, vars, &["rotate-keys"]).unwrap()
    }

    /// Runs a command beside the service: what it printed, or why it refused.
    pub fn command(folder: &Folder, vars: &[(&str, &str)], words: &[&str]) -> Result<String, String> {
        let output = command(Path::new(env!("CARGO_BIN_EXE_reciprocity")), folder, vars).args(words).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal and waits until the service, its guard and with it the database have ended.
    pub fn end(mut self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
        let status = self.child.wait().unwrap();
        let mut text = String::new();
        self.errors.read_to_string(&mut text).unwrap();
        assert_eq!(status.success(), signal != Signal::SIGKILL, "{text}");
        // The guard holds this lock as long as it lives, and it outlives the database.
        let guard = std::fs::File::open(self.data.join("guard.lock")).unwrap();
        guard.lock().unwrap();
        let place = self.said.iter().find_map(|line| line.split(" keeps its data in ").nth(1)).unwrap();
        let place = Path::new(place.split(" and runs as ").next().unwrap());
        assert!(!place.join("postmaster.pid").exists(), "the database was shut down");
    }

    pub fn make_account(&self) -> String {
        self.post(None, "/v1/accounts", &json!({"password": PASSWORD}))["handle"].as_str().unwrap().to_owned()
    }

    pub fn sign_in(&self, handle: &str) -> String {
        let pair = self.post(None, "/v1/sessions", &json!({"handle": handle, "password": PASSWORD}));
        pair["access_token"].as_str().unwrap().to_owned()
    }

    pub fn post(&self, token: Option<&str>, path: &str, body: &Value) -> Value {
        let mut request = self.agent.post(format!("{}{path}", self.base)).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.send(body.to_string()).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        assert_eq!(response.status(), 201, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Changes something, whatever is stored.
    pub fn patch(&self, token: &str, path: &str, body: &Value) {
        let request = self.agent.patch(format!("{}{path}", self.base)).header("authorization", format!("Bearer {token}"));
        let request = request.header("content-type", "application/merge-patch+json").header("if-match", "*");
        assert_eq!(request.send(body.to_string()).unwrap().status(), 200);
    }

    /// Asks within a trace, whatever comes of it.
    #[cfg(feature = "otel")]
    pub fn traced(&self, parent: &str, token: &str, path: &str) {
        let request = self.agent.get(format!("{}{path}", self.base)).header("authorization", format!("Bearer {token}"));
        request.header("traceparent", parent).call().unwrap();
    }

    pub fn get(&self, token: &str, path: &str) -> Value {
        let request = self.agent.get(format!("{}{path}", self.base)).header("authorization", format!("Bearer {token}"));
        serde_json::from_str(&request.call().unwrap().body_mut().read_to_string().unwrap()).unwrap()
    }
}

impl Drop for Program {
    /// A test that failed half-way leaves nothing running.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(program: &Path, folder: &Folder, vars: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command.env("RECIPROCITY_DATA_DIR", folder.path()).env("RECIPROCITY_PORT", "0").env_remove("DATABASE_URL");
    command.envs(vars.iter().copied());
    command
}

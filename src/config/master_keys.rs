//! The operator's master keys: from the environment, a file, or a program that is run once at start.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use base64::Engine as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::weak::is_weak_key;
use super::{Mode, Vars};

const NAME: &str = "RECIPROCITY_MASTER_KEY";
const COMMAND: &str = "RECIPROCITY_MASTER_KEY_COMMAND";
/// How long the program that gives the keys may take; a key service far away answers in a few seconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// Far more than the keys of a lifetime take.
const MAX_OUTPUT: u64 = 16 * 1024;

/// 32 random bytes from which other keys are derived. Cleared when it is dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey(pub [u8; 32]);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The current master key and older ones, which still open what they have wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterKeys {
    pub current: MasterKey,
    pub older: Vec<MasterKey>,
}

impl MasterKeys {
    /// One key and none before it.
    #[must_use]
    pub const fn only(key: MasterKey) -> Self {
        Self { current: key, older: Vec::new() }
    }

    /// Reads keys in base64 with spaces, commas or line ends between them, the current one first; says what is wrong with them
    /// without repeating them.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
        let mut keys = words.map(parse_key).collect::<Option<Vec<_>>>().ok_or("each key must be 32 bytes in base64")?.into_iter();
        let current = keys.next().ok_or("there is no key in it")?;
        let older: Vec<MasterKey> = keys.collect();
        if older.iter().enumerate().any(|(at, key)| *key == current || older.iter().take(at).any(|before| before == key)) {
            return Err("the same key is there twice");
        }
        Ok(Self { current, older })
    }

    /// All of them, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &[u8; 32]> {
        std::iter::once(&self.current).chain(&self.older).map(|key| &key.0)
    }
}

fn parse_key(text: &str) -> Option<MasterKey> {
    let bytes = Zeroizing::new(base64::engine::general_purpose::STANDARD.decode(text).ok()?);
    <[u8; 32]>::try_from(bytes.as_slice()).ok().map(MasterKey)
}

impl Vars<'_> {
    pub(super) fn master_keys(&mut self, mode: Mode) -> Option<MasterKeys> {
        let (given, command) = (self.get(NAME).map(Zeroizing::new), self.get(COMMAND));
        let (name, text) = match (given, command) {
            (Some(_), Some(_)) => return self.no_keys(NAME, "is given twice; keep it or RECIPROCITY_MASTER_KEY_COMMAND"),
            (Some(text), None) => (NAME, text),
            (None, Some(command)) => match run(&command, PATIENCE) {
                Ok(text) => (COMMAND, text),
                Err(why) => return self.no_keys(COMMAND, &why),
            },
            (None, None) if mode == Mode::Production => {
                return self.no_keys(NAME, "must be set in production; make one with: openssl rand -base64 32");
            }
            (None, None) => return None,
        };
        match MasterKeys::parse(&text) {
            // Older ones may be weak: whoever has such a key must be able to replace it.
            Ok(keys) if mode == Mode::Production && is_weak_key(&keys.current.0) => {
                self.no_keys(name, "the first key was made up and not random; make one with: openssl rand -base64 32")
            }
            Ok(keys) => Some(keys),
            Err(why) => self.no_keys(name, why),
        }
    }

    fn no_keys(&mut self, name: &str, why: &str) -> Option<MasterKeys> {
        self.wrong.push(format!("  {name}: {why}"));
        None
    }
}

/// Runs a program and its arguments, with spaces between them and no shell around them, and gives what it printed.
fn run(command: &str, patience: Duration) -> Result<Zeroizing<String>, String> {
    let mut words = command.split_whitespace();
    let program = words.next().ok_or("names no program")?;
    let failed = |why: std::io::Error| format!("{program} cannot be run ({})", why.kind());
    let mut child = Command::new(program).args(words).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let printed = read_all(&mut child, patience);
    if printed.is_none() {
        // It has had its time; whether it was still there to be ended makes no difference.
        let _ = child.kill();
    }
    let status = child.wait().map_err(failed)?;
    let text = printed.ok_or_else(|| format!("{program} printed no key within {} seconds", patience.as_secs()))?;
    if status.success() { Ok(text) } else { Err(format!("{program} failed ({status})")) }
}

/// What the program prints, as long as it is text and comes in time.
fn read_all(child: &mut Child, patience: Duration) -> Option<Zeroizing<String>> {
    let output = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = Zeroizing::new(String::new());
        let read = output.take(MAX_OUTPUT).read_to_string(&mut text);
        // Nobody listens any more where it came too late.
        let _ = sender.send(read.ok().map(|_| text));
    });
    receiver.recv_timeout(patience).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, ConfigError};

    const ONE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    const TWO: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    fn read(name: &str, value: &str) -> Result<Option<MasterKeys>, ConfigError> {
        let lookup = |asked: &str| match asked {
            "HOME" => Some("/h".to_owned()),
            asked => (asked == name).then(|| value.to_owned()),
        };
        Config::from_lookup(&lookup, false).map(|config| config.master_keys)
    }

    #[test]
    fn the_first_key_is_the_current_one_and_the_others_are_older() {
        for text in [format!("{ONE} {TWO}"), format!("{ONE},{TWO}"), format!("{ONE}\n{TWO}\n")] {
            let keys = read(NAME, &text).unwrap().unwrap();
            assert_eq!((keys.current.0, keys.older[0].0), ([1; 32], [2; 32]), "{text}");
        }
    }

    #[test]
    fn a_key_that_is_short_or_there_twice_is_refused_and_not_repeated() {
        for text in ["c2hvcnQ=".to_owned(), format!("{ONE} c2hvcnQ="), format!("{ONE} {ONE}"), format!("{TWO} {ONE} {ONE}"), ",".to_owned()]
        {
            let error = read(NAME, &text).unwrap_err().to_string();
            assert!(error.contains(NAME) && !error.contains("c2hvcnQ") && !error.contains("AQEB"), "{error}");
        }
    }

    #[test]
    fn a_program_may_give_the_keys() {
        let keys = read(COMMAND, &format!("printf {ONE}\\n{TWO}\\n")).unwrap().unwrap();
        assert_eq!((keys.current.0, keys.older.len()), ([1; 32], 1));
    }

    #[test]
    fn a_program_that_fails_hangs_or_is_not_there_is_named() {
        for command in ["false", "/nonexistent/program key", " "] {
            let error = read(COMMAND, command).unwrap_err().to_string();
            assert!(error.contains(COMMAND), "{error}");
        }
        assert!(run("tail -f /dev/null", Duration::from_millis(50)).unwrap_err().contains("no key within"));
    }

    #[test]
    fn two_sources_are_one_too_many() {
        let lookup = |asked: &str| match asked {
            "HOME" => Some("/h".to_owned()),
            NAME => Some(ONE.to_owned()),
            COMMAND => Some(format!("echo {TWO}")),
            _ => None,
        };
        let error = Config::from_lookup(&lookup, false).unwrap_err().to_string();
        assert!(error.contains("twice") && !error.contains("AQEB"), "{error}");
    }
}

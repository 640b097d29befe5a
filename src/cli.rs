//! The command line: which word does what.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use crate::api::router;
use crate::config::Config;
use crate::db::cluster;
use crate::kernel::Clock;
use crate::{calibrate, content_check, demo, erased, healthcheck, scales, startup};

const HELP: &str = "\
reciprocity: reciprocity assessments for apps about relationships

  reciprocity serve      start the service (with a private local Postgres unless DATABASE_URL is set)
  reciprocity demo       fill a demo account of a running service and show the main job
  reciprocity scales     measure how reliable a question set is over stored answers (aggregates alone)
  reciprocity rotate-keys  wrap every account's key under the current master key
  reciprocity rotate-data-keys [finish]  give every account a new key of its own; an hour later, drop the old ones
  reciprocity withdraw-key KID  refuse the tokens that this key signed, on every instance
  reciprocity operator-token [--minutes 15]  a token to keep question sets with, for an hour at most; it opens no account
  reciprocity erased     keep a list of erased accounts beside the backups; apply it after a restore
  reciprocity openapi    print the OpenAPI document
  reciprocity content-check  fail where the directory of help was not looked at again in time
  reciprocity calibrate  measure the engine on ties whose truth is known (calibrate --help)
  reciprocity healthcheck  ask a running service whether it is ready; the exit code says
  reciprocity help       this

Configuration is by environment; README.md has the table.
";

/// Runs the command that the arguments name.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let mut args = args.peekable();
    let command = args.next().unwrap_or_default();
    let result = match command.to_str() {
        Some("serve") if args.peek().is_some() => Err("serve takes no further words; configuration is by environment".into()),
        Some("serve") => serve(),
        Some("demo") => demo::run(args),
        Some("scales") => measure(args),
        Some("rotate-keys") => rotate_keys(),
        Some("rotate-data-keys") => rotate_data_keys(args),
        Some("withdraw-key") => withdraw_key(args),
        Some("operator-token") => operator_token(args),
        Some("calibrate") => calibrate::run(args),
        Some("erased") => erase_again(args),
        Some("content-check") => check_content(args),
        Some("openapi") => print(router::contract().document()),
        Some("healthcheck") => healthcheck::run(),
        Some(word) if word == cluster::GUARD_SUBCOMMAND => return cluster::guard_main(args),
        Some("help" | "--help" | "-h" | "") => print(HELP),
        Some("version" | "--version" | "-V") => print(concat!("reciprocity ", env!("CARGO_PKG_VERSION"), "\n")),
        Some(_) | None => Err(format!("there is no such command\n\n{HELP}").into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "reciprocity: {why}");
            ExitCode::FAILURE
        }
    }
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn serve() -> Outcome {
    let config = Config::from_env()?;
    Ok(startup::serve(&config)?)
}

fn measure(args: impl Iterator<Item = OsString>) -> Outcome {
    let wanted = scales::Wanted::parse(args)?;
    let config = Config::from_env()?;
    print(&startup::lend_database(&config, |owner_url| scales::report(owner_url, &wanted))??)
}

fn rotate_keys() -> Outcome {
    let done = startup::rotate_keys(&Config::from_env()?)?;
    print(&format!("{} accounts looked at, {} keys wrapped anew\n", done.accounts, done.rewrapped))
}

fn rotate_data_keys(mut args: impl Iterator<Item = OsString>) -> Outcome {
    let finish = match args.next().as_ref().map(|word| word.to_str()) {
        None => false,
        Some(Some("finish")) => true,
        Some(_) => return Err("say nothing more to begin, and `finish` an hour later".into()),
    };
    let done = startup::rotate_data_keys(&Config::from_env()?, finish)?;
    let what = if finish { "dropped" } else { "made" };
    print(&format!("{} accounts looked at, {} keys {what}, {} texts sealed anew\n", done.accounts, done.keys, done.texts))
}

fn withdraw_key(mut args: impl Iterator<Item = OsString>) -> Outcome {
    let kid = args.next().and_then(|kid| kid.into_string().ok()).ok_or("say which key: its kid, as /.well-known/jwks.json names it")?;
    startup::withdraw_key(&Config::from_env()?, &kid)?;
    print("Its tokens are refused within two seconds.\n")
}

fn operator_token(args: impl Iterator<Item = OsString>) -> Outcome {
    let said: Vec<String> = args.take(3).map(|word| word.to_string_lossy().into_owned()).collect();
    let minutes = match said.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Some(15),
        ["--minutes", minutes] => minutes.parse().ok().filter(|minutes| (1..=60).contains(minutes)),
        _ => None,
    };
    let minutes = minutes.ok_or("say nothing more, or --minutes and a number from 1 to 60")?;
    print(&format!("{}\n", startup::operator_token(&Config::from_env()?, minutes)?))
}

fn erase_again(args: impl Iterator<Item = OsString>) -> Outcome {
    let wanted = erased::Wanted::parse(args)?;
    print(&startup::erased(&Config::from_env()?, &wanted)?)
}

fn check_content(mut args: impl Iterator<Item = OsString>) -> Outcome {
    if args.next().is_some() {
        return Err(content_check::CheckError::Usage.into());
    }
    print(&content_check::report(&Clock::System)?)
}

fn print(text: &str) -> Outcome {
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

//! What the demo can be told: where the service is, and which day is today.

use std::ffi::OsString;

use chrono::NaiveDate;

use crate::kernel::Clock;

const USAGE: &str = "\
usage: reciprocity demo [--today YYYY-MM-DD]

  RECIPROCITY_URL          where the service is; http://127.0.0.1 with RECIPROCITY_PORT or 8080 unless set
  RECIPROCITY_INVITE_CODE  needed where registration is by invitation";

/// Everything the demo can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub base: String,
    /// The day the logs end before, in UTC.
    pub today: NaiveDate,
    pub invite_code: Option<String>,
}

impl Options {
    /// Reads the arguments, and the environment through `lookup`.
    pub fn parse(args: impl Iterator<Item = OsString>, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, &'static str> {
        let mut args = args.map(|arg| arg.into_string().unwrap_or_default());
        let mut today = Clock::System.now().date_naive();
        while let Some(arg) = args.next() {
            if arg != "--today" {
                return Err(USAGE);
            }
            today = args.next().and_then(|date| date.parse().ok()).ok_or(USAGE)?;
        }
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let local = || format!("http://127.0.0.1:{}", set("RECIPROCITY_PORT").unwrap_or_else(|| "8080".to_owned()));
        Ok(Self { base: set("RECIPROCITY_URL").unwrap_or_else(local), today, invite_code: set("RECIPROCITY_INVITE_CODE") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str], vars: &[(&str, &str)]) -> Result<Options, &'static str> {
        let lookup = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Options::parse(args.iter().map(OsString::from), &lookup)
    }

    #[test]
    fn the_service_is_found_where_serve_would_listen_unless_another_is_named() {
        assert_eq!(parse(&[], &[]).unwrap().base, "http://127.0.0.1:8080");
        assert_eq!(parse(&[], &[("RECIPROCITY_PORT", "9000")]).unwrap().base, "http://127.0.0.1:9000");
        let named = [("RECIPROCITY_PORT", "9000"), ("RECIPROCITY_URL", "http://10.0.0.7:80")];
        assert_eq!(parse(&[], &named).unwrap().base, "http://10.0.0.7:80");
    }

    #[test]
    fn today_can_be_said_and_anything_else_shows_the_usage() {
        assert_eq!(parse(&["--today", "2026-03-02"], &[]).unwrap().today, "2026-03-02".parse().unwrap());
        for wrong in [&["--today"][..], &["--today", "soon"], &["--help"], &["personas"]] {
            assert!(parse(wrong, &[]).unwrap_err().starts_with("usage:"), "{wrong:?}");
        }
    }
}

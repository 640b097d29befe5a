//! What is told at the end, and whether it is good enough.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::check::Findings;

/// How many of a kind are named.
const NAMED: usize = 5;

pub struct Report {
    pub seed: u64,
    pub findings: Findings,
    pub faults: Vec<(&'static str, String)>,
    pub answers: BTreeMap<(String, String), u64>,
    pub longest: (Duration, String),
    pub probed: usize,
    pub slowest_away: Option<Duration>,
    pub broken: Vec<String>,
    /// Which entries the checker was lied to about.
    pub lie: Option<BTreeMap<&'static str, String>>,
}

impl Report {
    /// Nothing was lost or doubled; or, where the checker was lied to, it found exactly that.
    pub fn holds(&self, lie: bool, strict: bool) -> bool {
        let found = &self.findings;
        let kept = found.lost.is_empty() && found.doubled.is_empty() && found.acknowledged > 0;
        let as_it_should_be = if lie { self.caught() } else { kept };
        as_it_should_be && (!strict || self.broken.is_empty())
    }

    fn caught(&self) -> bool {
        let Some(lie) = &self.lie else { return false };
        let only = |found: &[String], label: &str| found.len() == 1 && found[0].starts_with(&format!("{label} "));
        only(&self.findings.lost, &lie["lost"]) && only(&self.findings.doubled, &lie["doubled"])
    }

    pub fn text(&self) -> String {
        let found = &self.findings;
        let mut text = format!("\nseed {}\n", self.seed);
        let mut line = |name: &str, what: String| {
            let _ = writeln!(text, "{name:<24} {what}");
        };
        line("acknowledged", found.acknowledged.to_string());
        line("lost", listed(&found.lost));
        line("doubled", listed(&found.doubled));
        line("never acknowledged", format!("{} (each is there once or not at all)", found.in_doubt));
        line("rows", found.rows.to_string());
        let (clean, other): (Vec<_>, Vec<_>) = self
            .answers
            .iter()
            .filter(|((kind, _), _)| !kind.starts_with('2'))
            .partition(|((kind, _), _)| matches!(kind.as_str(), "401" | "408" | "409" | "429" | "503"));
        line("refused cleanly", counted(&clean));
        line("other failures", counted(&other));
        let skipped = self.faults.iter().filter(|(_, told)| told.starts_with("skipped")).count();
        line("faults", format!("{} done, {skipped} skipped", self.faults.len() - skipped));
        let (longest, fault) = &self.longest;
        line("longest without success", format!("{:.1} s ({fault})", longest.as_secs_f64()));
        line("probes", format!("{} asked", self.probed));
        if let Some(slowest) = self.slowest_away {
            line("said not to be ready", format!("{:.1} s after the database went, at the latest", slowest.as_secs_f64()));
        }
        line("promises broken", listed(&self.broken));
        if self.lie.is_some() {
            line("the lie", if self.caught() { "was caught" } else { "WAS NOT CAUGHT" }.to_owned());
        }
        text
    }
}

fn listed(all: &[String]) -> String {
    let named: Vec<String> = all.iter().take(NAMED).map(|one| format!("\n  {one}")).collect();
    let more = if all.len() > NAMED { format!("\n  and {} more", all.len() - NAMED) } else { String::new() };
    format!("{}{}{more}", all.len(), named.concat())
}

/// How many of each kind, and during which faults.
fn counted(kinds: &[(&(String, String), &u64)]) -> String {
    let mut by_kind: BTreeMap<&str, (u64, Vec<String>)> = BTreeMap::new();
    for ((kind, fault), count) in kinds {
        let (all, faults) = by_kind.entry(kind).or_default();
        *all += **count;
        faults.push(format!("{fault} {count}"));
    }
    let all: u64 = by_kind.values().map(|(all, _)| all).sum();
    let each = by_kind.into_iter().map(|(kind, (count, faults))| format!("\n  {kind}: {count} ({})", faults.join(", ")));
    format!("{all}{}", each.collect::<String>())
}

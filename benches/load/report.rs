//! Telling it: on the terminal, as JSON, and as the table of a page.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::figures::Comparison;

const BEGIN: &str = "<!-- load: begin; written by cargo bench --bench load -- --page -->";
const END: &str = "<!-- load: end -->";

/// Everything that was found.
pub struct Report {
    pub machine: Vec<String>,
    pub how: String,
    pub note: Option<String>,
    pub comparisons: Vec<Comparison>,
    pub memory: Vec<(String, f64, f64)>,
}

impl Report {
    pub fn text(&self) -> String {
        let mut text = format!("\n{}\n{}\n\n", self.machine.join("\n"), self.how);
        for one in &self.comparisons {
            let (ours, theirs) = (one.ours.said(one.unit), one.theirs.said(one.unit));
            let _ = writeln!(text, "{:<24} {}\n{:24} {ours}, {}: {theirs}", one.ratio_said(), one.what, "", one.against);
        }
        text.push('\n');
        for (after, now, most) in &self.memory {
            let _ = writeln!(text, "{now:>6.1} MiB, {most:.1} at most so far: after {after}");
        }
        text
    }

    pub fn json(&self) -> Value {
        let memory: Vec<Value> =
            self.memory.iter().map(|(after, now, most)| json!({"after": after, "rss_mib": now, "peak_mib": most})).collect();
        let comparisons: Vec<Value> = self.comparisons.iter().map(Comparison::json).collect();
        json!({"machine": self.machine, "how": self.how, "note": self.note, "comparisons": comparisons, "memory": memory})
    }

    /// Puts the tables between the markers of a page.
    pub fn write_page(&self, page: &Path) -> Result<(), String> {
        let old = fs::read_to_string(page).map_err(|why| format!("{}: {why}", page.display()))?;
        let parts = old.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
        let (before, after) = parts.ok_or(format!("{} has no lines {BEGIN} and {END}", page.display()))?;
        fs::write(page, format!("{before}{BEGIN}\n{}{END}{after}", self.markdown())).map_err(|why| format!("{}: {why}", page.display()))
    }

    fn markdown(&self) -> String {
        let mut text = format!("\nMeasured on {}.\n", self.machine.join(". "));
        let _ = writeln!(text, "{}{}\n", self.how, self.note.as_ref().map_or_else(String::new, |note| format!(" {note}")));
        text.push_str("| what | ratio | the service | measured against |\n|---|---|---|---|\n");
        for one in &self.comparisons {
            let (ours, theirs) = (one.ours.said(one.unit), one.theirs.said(one.unit));
            let _ = writeln!(text, "| {} | {} | {ours} | {}: {theirs} |", one.what, one.ratio_said(), one.against);
        }
        text.push_str("\n| the service's memory after | MiB | at most so far |\n|---|---|---|\n");
        for (after, now, most) in &self.memory {
            let _ = writeln!(text, "| {after} | {now:.1} | {most:.1} |");
        }
        text + "\n"
    }
}

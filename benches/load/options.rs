//! What the command line asks for.

use std::path::PathBuf;

pub const HELP: &str = "\
cargo bench --bench load -- [options]

  --quick            one short run of everything, to see that it works; its figures mean little
  --only WHAT,WHAT   of post, copy, reads, assess, overload
  --runs N           alternating runs of each (3)
  --seconds N        how long one run takes (10)
  --json FILE        writes every figure of every run
  --page FILE        replaces the table between the markers of a page such as docs/performance.md
  --note TEXT        a remark about this run, for the page and the JSON
";

/// The parts of the measurement, in their order.
pub const PARTS: [&str; 5] = ["post", "copy", "reads", "assess", "overload"];

/// How to measure, and where to say it.
#[derive(Debug)]
pub struct Options {
    pub quick: bool,
    pub only: Vec<String>,
    pub runs: usize,
    pub seconds: u64,
    pub json: Option<PathBuf>,
    pub page: Option<PathBuf>,
    pub note: Option<String>,
}

impl Options {
    /// Reads the words after the program's name.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let all = PARTS.map(str::to_owned).to_vec();
        let mut options = Self { quick: false, only: all, runs: 3, seconds: 10, json: None, page: None, note: None };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value\n\n{HELP}"));
            match word.as_str() {
                // What cargo adds.
                "--bench" => {}
                "--quick" => (options.quick, options.runs, options.seconds) = (true, 1, 2),
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                "--runs" => options.runs = number(&value()?)?,
                "--seconds" => options.seconds = number(&value()?)? as u64,
                "--json" => options.json = Some(value()?.into()),
                "--page" => options.page = Some(value()?.into()),
                "--note" => options.note = Some(value()?),
                _ => return Err(format!("{word} is not understood\n\n{HELP}")),
            }
        }
        if options.page.is_some() && (options.quick || options.only.len() < PARTS.len()) {
            return Err("a page shows the whole measurement: --page goes with neither --quick nor --only".to_owned());
        }
        match options.only.iter().find(|part| !PARTS.contains(&part.as_str())) {
            Some(part) => Err(format!("{part} is none of {}", PARTS.join(", "))),
            None => Ok(options),
        }
    }

    pub fn wants(&self, part: &str) -> bool {
        self.only.iter().any(|wanted| wanted == part)
    }
}

fn number(word: &str) -> Result<usize, String> {
    word.parse().ok().filter(|number| *number > 0).ok_or(format!("{word} is no number from 1"))
}

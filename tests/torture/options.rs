//! What the command line asks for.

pub const HELP: &str = "\
script/torture [options]

  --faults N     how many faults (one of each kind)
  --seconds S    no further fault after so many seconds (600)
  --seed N       another order and other lengths; the same number makes the same ones (1)
  --only A,B     only these kinds
  --lie          removes one acknowledged entry and doubles another behind the checker's back: it has to notice
  --strict       fails for a broken promise of availability, too, not only for a lost or doubled entry
  --list         names the kinds of fault
";

#[derive(Debug)]
pub struct Options {
    pub faults: Option<usize>,
    pub seconds: u64,
    pub seed: u64,
    pub only: Vec<String>,
    pub lie: bool,
    pub strict: bool,
    pub list: bool,
}

impl Options {
    /// Reads the words after the program's name.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { faults: None, seconds: 600, seed: 1, only: Vec::new(), lie: false, strict: false, list: false };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value\n\n{HELP}"));
            match word.as_str() {
                "--faults" => options.faults = Some(number(&value()?)?),
                "--seconds" => options.seconds = number(&value()?)?,
                "--seed" => options.seed = number(&value()?)?,
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                "--lie" => options.lie = true,
                "--strict" => options.strict = true,
                "--list" => options.list = true,
                _ => return Err(format!("{word} is not understood\n\n{HELP}")),
            }
        }
        Ok(options)
    }
}

fn number<T: std::str::FromStr>(word: &str) -> Result<T, String> {
    word.parse().map_err(|_| format!("{word} is no whole number"))
}

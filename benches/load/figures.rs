//! Figures of several runs, and what is told of them: the middle one and the ends.

use serde_json::{Value, json};

/// One figure a run.
#[derive(Clone, Debug, Default)]
pub struct Figures(pub Vec<f64>);

impl Figures {
    pub fn median(&self) -> f64 {
        percentile(&self.0, 0.5)
    }

    fn ends(&self) -> (f64, f64) {
        (percentile(&self.0, 0.0), percentile(&self.0, 1.0))
    }

    /// The middle, and the ends in brackets.
    pub fn said(&self, unit: Unit) -> String {
        let (least, greatest) = self.ends();
        format!("{} ({} to {}) {}", unit.figure(self.median()), unit.figure(least), unit.figure(greatest), unit.name())
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    ARate,
    Milliseconds,
    OfAHundred,
}

impl Unit {
    pub const fn name(self) -> &'static str {
        match self {
            Self::ARate => "/s",
            Self::Milliseconds => "ms",
            Self::OfAHundred => "%",
        }
    }

    fn figure(self, value: f64) -> String {
        match self {
            Self::ARate => thousands(value),
            Self::Milliseconds | Self::OfAHundred => format!("{value:.2}"),
        }
    }
}

/// The service beside what it is measured against.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub what: String,
    pub against: String,
    pub unit: Unit,
    pub ours: Figures,
    pub theirs: Figures,
}

impl Comparison {
    pub fn new(what: impl Into<String>, against: impl Into<String>, unit: Unit) -> Self {
        Self { what: what.into(), against: against.into(), unit, ours: Figures::default(), theirs: Figures::default() }
    }

    /// The middle of ours as a multiple of the middle of theirs.
    pub fn ratio(&self) -> f64 {
        self.ours.median() / self.theirs.median()
    }

    /// Ratios of the runs that followed each other.
    fn ratios(&self) -> Figures {
        Figures(self.ours.0.iter().zip(&self.theirs.0).map(|(ours, theirs)| ours / theirs).collect())
    }

    /// A ratio to nothing is none.
    pub fn ratio_said(&self) -> String {
        let (least, greatest) = self.ratios().ends();
        if !greatest.is_finite() || !self.ratio().is_finite() {
            return String::from("-");
        }
        format!("{:.2} ({least:.2} to {greatest:.2})", self.ratio())
    }

    pub fn json(&self) -> Value {
        json!({"what": self.what, "against": self.against, "unit": self.unit.name(), "ratio": self.ratio(), "ours": self.ours.0,
            "theirs": self.theirs.0, "ours_median": self.ours.median(), "theirs_median": self.theirs.median()})
    }
}

/// The value below which this part of them lies (the nearest rank).
pub fn percentile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get(((last as f64) * part).round() as usize).copied().unwrap_or(f64::NAN)
}

/// Whole, with commas.
pub fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut said = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

//! Adding up what the assessments of all pairs say.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use serde_json::Value;

use crate::conversations::Pair;

/// From this probability of being outside the neutral zone on, an imbalance is likely.
const LIKELY: f64 = 0.8;

/// What came of the whole log.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub all_pairs: usize,
    pub pairs: usize,
    pub messages: usize,
    pub conversations: usize,
    pub raw_balances: f64,
    pub stored: usize,
    pub states: BTreeMap<String, usize>,
    pub likely: usize,
    pub balances: f64,
    pub sufficient: usize,
}

impl Totals {
    /// Counts the pairs themselves.
    #[must_use]
    pub fn of(all_pairs: usize, pairs: &[Pair]) -> Self {
        Self {
            all_pairs,
            pairs: pairs.len(),
            messages: pairs.iter().map(|pair| pair.messages).sum(),
            conversations: pairs.iter().map(|pair| pair.starts.len()).sum(),
            raw_balances: pairs.iter().map(|pair| pair.raw_balance().abs()).sum(),
            ..Self::default()
        }
    }

    /// Counts the initiation dimension of an assessment.
    pub fn count(&mut self, assessment: &Value) -> Result<(), &'static str> {
        let dimensions = assessment.get("dimensions").and_then(Value::as_array);
        let initiation = dimensions.into_iter().flatten().find(|found| text(found, "dimension") == Some("initiation"));
        let initiation = initiation.ok_or("an assessment says nothing about initiation")?;
        let state = text(initiation, "state").ok_or("an assessment has no state")?;
        *self.states.entry(state.to_owned()).or_default() += 1;
        let figure = |name: &str| initiation.get(name).and_then(Value::as_f64);
        if let Some(((balance, over), under)) = figure("balance").zip(figure("probability_over")).zip(figure("probability_under")) {
            self.sufficient += 1;
            self.balances += balance.abs();
            self.likely += usize::from(over + under >= LIKELY);
        }
        Ok(())
    }

    /// Prints everything.
    #[expect(clippy::cast_precision_loss, reason = "counts of pairs are small")]
    pub fn print(&self, took: Duration, out: &mut impl Write) -> io::Result<()> {
        let mean = |sum: f64, count: usize| sum / count.max(1) as f64;
        let state = |name: &str| self.states.get(name).copied().unwrap_or_default();
        writeln!(out, "pairs                                      {} of {}, with {} messages", self.pairs, self.all_pairs, self.messages)?;
        writeln!(out, "conversations                              {}, all stored: {}", self.conversations, self.stored)?;
        writeln!(out, "mean size of the raw initiation balance    {:.4}", mean(self.raw_balances, self.pairs))?;
        writeln!(out, "assessments with figures                   {}", self.sufficient)?;
        writeln!(out, "mean size of their balances                {:.4}", mean(self.balances, self.sufficient))?;
        writeln!(out, "out of the neutral zone with P >= {LIKELY:.2}      {}", self.likely)?;
        let left = state("sustained_imbalance") + state("recent_shift");
        writeln!(out, "sustained_imbalance or recent_shift        {left}")?;
        for (name, count) in &self.states {
            writeln!(out, "  {name:<40} {count}")?;
        }
        writeln!(out, "time taken                                 {:.1} s", took.as_secs_f64())
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

//! From messages to conversation starts: who reached out after a silence.

use std::collections::BTreeMap;

/// One message of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Seconds since the log began.
    pub at: i64,
    pub sender: u64,
    pub recipient: u64,
}

/// Two people who write to each other. The first is the one with the smaller number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub first: u64,
    pub second: u64,
    pub messages: usize,
    pub starts: Vec<Start>,
}

/// The first message of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    pub at: i64,
    /// Whether the pair's first member sent it.
    pub by_first: bool,
}

impl Pair {
    /// (starts by the first - starts by the second) / all starts: -1 to 1; 0 where there are none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of conversations are small")]
    pub fn raw_balance(&self) -> f64 {
        let mine = self.starts.iter().filter(|start| start.by_first).count();
        let all = self.starts.len().max(1);
        (2.0 * mine as f64 - self.starts.len() as f64) / all as f64
    }
}

/// Reads lines of `timestamp,sender,recipient` below a header that says so.
pub fn read(csv: &str) -> Result<Vec<Message>, String> {
    let mut lines = csv.lines();
    if lines.next().map(str::trim) != Some("timestamp,sender,recipient") {
        return Err("the first line must be: timestamp,sender,recipient".to_owned());
    }
    let numbered = lines.zip(2_usize..).filter(|(line, _)| !line.trim().is_empty());
    numbered.map(|(line, number)| message(line).ok_or_else(|| format!("line {number} is not three whole numbers"))).collect()
}

fn message(line: &str) -> Option<Message> {
    let mut cells = line.split(',').map(str::trim);
    let at = cells.next()?.parse().ok()?;
    let sender = cells.next()?.parse().ok()?;
    let recipient = cells.next()?.parse().ok()?;
    cells.next().is_none().then_some(Message { at, sender, recipient })
}

/// All pairs, in the order of their numbers. A message after at least `silence` seconds without one, and a pair's very
/// first, starts a conversation. Messages to oneself are left out.
#[must_use]
pub fn pairs(messages: &[Message], silence: i64) -> Vec<Pair> {
    let mut by_pair: BTreeMap<(u64, u64), Vec<Message>> = BTreeMap::new();
    for &message in messages.iter().filter(|message| message.sender != message.recipient) {
        let key = (message.sender.min(message.recipient), message.sender.max(message.recipient));
        by_pair.entry(key).or_default().push(message);
    }
    by_pair.into_iter().map(|((first, second), messages)| pair(first, second, messages, silence)).collect()
}

fn pair(first: u64, second: u64, mut messages: Vec<Message>, silence: i64) -> Pair {
    messages.sort_by_key(|message| message.at);
    let (mut starts, mut last) = (Vec::new(), None);
    for message in &messages {
        if last.is_none_or(|last| message.at - last >= silence) {
            starts.push(Start { at: message.at, by_first: message.sender == first });
        }
        last = Some(message.at);
    }
    Pair { first, second, messages: messages.len(), starts }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    #[test]
    fn a_conversation_starts_with_the_first_message_and_after_each_long_silence() {
        let log = "timestamp,sender,recipient\n0,9,4\n60,4,9\n21660,4,9\n43259,9,4\n70000,9,4\n";
        let pairs = pairs(&read(log).unwrap(), 6 * HOUR);
        assert_eq!(pairs.len(), 1);
        let starts: Vec<_> = pairs[0].starts.iter().map(|start| (start.at, start.by_first)).collect();
        assert_eq!(starts, [(0, false), (21_660, true), (70_000, false)], "six hours to the second are enough, a second less is not");
        assert!((pairs[0].raw_balance() + 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_damaged_log_is_refused_with_its_line() {
        assert_eq!(read("timestamp,sender,recipient\n1,2,3\n1,2\n").unwrap_err(), "line 3 is not three whole numbers");
        assert!(read("time,from,to\n1,2,3\n").is_err());
    }
}

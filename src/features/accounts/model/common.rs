//! Passwords that are tried first: the commonest ones, with what people put around them to make them longer (NIST SP 800-63B,
//! section 3.1.1.2, asks for such a list).

use std::collections::HashSet;
use std::sync::LazyLock;

/// What may stand around a common password, in characters, before it counts as another one: about a date and a sign.
const AROUND: usize = 10;

static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().filter(|line| !line.starts_with('#')).collect());

/// Whether it is one of the commonest, in whatever case; one of them between digits and signs; a part over and over; or signs in a row.
pub fn is_common(password: &str) -> bool {
    let small = password.to_lowercase();
    let core = small.trim_matches(|c: char| !c.is_alphabetic());
    let around = small.chars().count() - core.chars().count();
    let dressed = !core.is_empty() && around <= AROUND && COMMON.contains(core);
    COMMON.contains(small.as_str()) || dressed || repeats(&small) || is_run(&small)
}

/// Whether it is a part over and over, a part that would be too short by itself.
fn repeats(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..super::MIN_PASSWORD).any(|part| chars.len() > part && chars.iter().zip(chars.iter().skip(part)).all(|(a, b)| a == b))
}

/// Whether each sign is the one after the one before, or each the one before it.
fn is_run(text: &str) -> bool {
    let steps = || text.chars().zip(text.chars().skip(1)).map(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)));
    steps().all(|step| step == 1) || steps().all(|step| step == -1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_common_in_whatever_dress() {
        let listed = ["123456789012", "1q2w3e4r5t6y", "Administrator"];
        let dressed = ["password1234", "PassWord2026!", "!!liverpool99", "iloveyou2015", "12345678password"];
        let made = ["aaaaaaaaaaaa", "abcabcabcabcab", "lampslampslamps", "abcdefghijklm", "zyxwvutsrqpon"];
        for common in listed.into_iter().chain(dressed).chain(made) {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn a_few_words_are_not_common_nor_is_a_long_password_that_begins_like_one() {
        for good in ["seven quiet green lamps", "dragon of 12 lakes", "password of the lighthouse", "x7kq-02mn-55tr", "grün ist die heide"]
        {
            assert!(!is_common(good), "{good}");
        }
        assert!(!is_common("dragon48151623421"), "eleven digits around it that nobody guesses");
    }

    #[test]
    fn the_list_is_in_small_letters_in_order_and_without_doubles() {
        let lines: Vec<&str> = include_str!("common_passwords.txt").lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.len() > 10_000 && lines.is_sorted_by(|a, b| a < b));
        assert!(lines.iter().all(|line| line.is_ascii() && line.to_lowercase() == **line && line.trim() == *line && !line.is_empty()));
    }
}

//! Codes that people copy by hand: Crockford base 32 in groups of four, with check characters against typing mistakes.
//!
//! The alphabet leaves out I, L, O and U; a reader's O is taken as 0 and I or L as 1 (Crockford 2002).

use aws_lc_rs::digest;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const CHECK: usize = 2;

/// Writes `bytes` as a code, five bits a character, followed by two check characters (1 mistake in 1,024 slips through).
#[must_use]
pub fn write(bytes: &[u8]) -> String {
    let mut body = String::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            body.push(symbol(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        body.push(symbol(held << (5 - bits)));
    }
    let whole = format!("{body}{}", check(&body));
    let groups: Vec<String> = whole.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join("-")
}

/// Brings what a person typed into the written form, or says nothing: `None` where it cannot be a code of `bytes` bytes.
#[must_use]
pub fn read(typed: &str, bytes: usize) -> Option<String> {
    let plain: String = typed.chars().filter(|c| !matches!(c, '-' | ' ')).map(canonical).collect();
    let length = (bytes * 8).div_ceil(5);
    if plain.len() != length + CHECK || !plain.bytes().all(|b| ALPHABET.contains(&b)) {
        return None;
    }
    let (body, given) = plain.split_at(length);
    if check(body) != given {
        return None;
    }
    let groups: Vec<String> = plain.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    Some(groups.join("-"))
}

/// The bytes of a code that a person typed; `None` where it cannot be a code of `N` bytes.
#[must_use]
pub fn bytes<const N: usize>(typed: &str) -> Option<[u8; N]> {
    let written = read(typed, N)?;
    let symbols = written.bytes().filter(|b| *b != b'-').take((N * 8).div_ceil(5));
    let mut bytes = Vec::with_capacity(N);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for symbol in symbols {
        held = (held << 5) | u32::try_from(ALPHABET.iter().position(|known| *known == symbol)?).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    // What is left over was written as zeros: a code has one written form.
    if held == 0 { bytes.try_into().ok() } else { None }
}

fn canonical(c: char) -> char {
    match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    }
}

fn symbol(value: u32) -> char {
    ALPHABET.get((value & 31) as usize).map_or('0', |b| char::from(*b))
}

fn check(body: &str) -> String {
    digest::digest(&digest::SHA256, body.as_bytes()).as_ref().iter().take(CHECK).map(|b| symbol(u32::from(*b))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_capitals_spaces_and_look_alikes() {
        let code = write(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let typed = code.to_uppercase().replace('0', "O").replace('-', " ");
        assert_eq!(read(&typed, 10), Some(code));
    }

    #[test]
    fn the_bytes_of_a_code_are_those_it_was_written_of() {
        for seed in 0..=255_u8 {
            let written: [u8; 16] = std::array::from_fn(|at| seed.wrapping_mul(37).wrapping_add(u8::try_from(at).unwrap()));
            assert_eq!(bytes::<16>(&write(&written)), Some(written));
            assert_eq!(bytes::<15>(&write(&written)), None);
        }
    }

    #[test]
    fn one_wrong_character_is_noticed() {
        let code = write(&[9; 16]);
        let wrong = if code.starts_with('9') { code.replacen('9', "8", 1) } else { format!("9{}", &code[1..]) };
        assert_eq!(read(&wrong, 16), None);
        assert_eq!(read("", 16), None);
        assert_eq!(read("é", 16), None);
    }
}

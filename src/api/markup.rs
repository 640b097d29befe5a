//! Text put into HTML and SVG: escaped for element and attribute alike, without characters that hide or reorder it.

use crate::kernel::text::is_bidi_control;

/// The text as it may stand in an element or a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || is_bidi_control(c) || is_unpaired(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// Code points that XML 1.0 does not allow.
const fn is_unpaired(c: char) -> bool {
    matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_can_end_an_element_or_an_attribute() {
        let hostile = "</text><script>x</script>\" onload='y' &amp; \u{202e}\u{0}\u{1b}";
        let safe = escape(hostile);
        assert!(!safe.contains(['<', '>', '"', '\'', '\u{202e}', '\u{0}', '\u{1b}']));
        assert!(safe.contains("&amp;amp;"));
        assert_eq!(escape("Zoë & Sam"), "Zoë &amp; Sam");
    }
}

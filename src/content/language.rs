//! Which language a reader gets: `Accept-Language` (RFC 9110, section 12.5.4) matched by lookup (RFC 4647, section 3.4).

/// Every piece of content exists in this language, and a reader whose languages are not available gets it.
pub const DEFAULT_LANGUAGE: &str = "en";

/// Ranges beyond this many in one header are ignored; browsers send fewer than ten.
const MAX_RANGES: usize = 64;

/// The available language that suits a reader best, or [`DEFAULT_LANGUAGE`].
///
/// `accept_language` is the value of the header. Ranges are tried by falling quality, equal ones in the order written;
/// each is shortened from its end until something matches. A range of quality 0 rules out the language it names exactly.
/// Parts of the header that are not understood are passed over: no header makes this fail.
#[must_use]
pub fn negotiate<'a>(accept_language: &str, available: impl IntoIterator<Item = &'a str>) -> &'a str {
    rank(accept_language, available).first().copied().unwrap_or(DEFAULT_LANGUAGE)
}

/// The available languages that the reader asked for, best first, each once; none where the header names none of them.
///
/// Of something that exists in some of these languages only, the first one that it has is what [`negotiate`] would choose for it.
#[must_use]
pub fn rank<'a>(accept_language: &str, available: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let (refused, mut wanted): (Vec<_>, Vec<_>) =
        accept_language.split(',').take(MAX_RANGES).filter_map(parse_range).partition(|(_, quality)| *quality == 0);
    // A stable sort, so that equal ranges keep the order in which the reader wrote them.
    wanted.sort_by_key(|(_, quality)| std::cmp::Reverse(*quality));
    let candidates: Vec<&'a str> =
        available.into_iter().filter(|tag| !refused.iter().any(|(range, _)| range.eq_ignore_ascii_case(tag))).collect();
    let mut found = Vec::new();
    for prefix in wanted.iter().flat_map(|(range, _)| std::iter::successors(Some(*range), |&prefix| shorten(prefix))) {
        let tag = candidates.iter().copied().find(|tag| tag.eq_ignore_ascii_case(prefix) && !found.contains(tag));
        found.extend(tag);
    }
    found
}

/// In which direction a language is written: `rtl` or `ltr`, for the attribute `dir` of a page. A script that the tag names decides;
/// else the language does.
#[must_use]
pub fn direction(tag: &str) -> &'static str {
    const SCRIPTS: [&str; 8] = ["adlm", "arab", "hebr", "mand", "nkoo", "rohg", "syrc", "thaa"];
    const LANGUAGES: [&str; 15] = ["ar", "arc", "azb", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"];
    let tag = tag.to_ascii_lowercase();
    let script = tag.split('-').skip(1).find(|subtag| subtag.len() == 4 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let primary = tag.split('-').next().unwrap_or_default();
    let backwards = script.map_or_else(|| LANGUAGES.contains(&primary), |script| SCRIPTS.contains(&script));
    if backwards { "rtl" } else { "ltr" }
}

/// The available language that one basic language range leads to: `de-CH` finds `de` where there is no `de-CH`.
///
/// The range `*` finds nothing, since it prefers nothing; letter case does not matter.
#[must_use]
pub fn lookup<'a>(range: &str, available: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let available: Vec<&'a str> = available.into_iter().collect();
    let mut rest = Some(range);
    while let Some(prefix) = rest {
        if let Some(found) = available.iter().find(|tag| tag.eq_ignore_ascii_case(prefix)) {
            return Some(found);
        }
        rest = shorten(prefix);
    }
    None
}

/// Whether a range and a tag mean the same language, as far as the shorter of the two says: `pt` and `pt-BR`, `de-CH` and `de`.
///
/// This is basic filtering (RFC 4647, section 3.3.1) in both directions, for choosing what to show and not which words to use.
pub(super) fn covers(range: &str, tag: &str) -> bool {
    let mut pairs = range.split('-').zip(tag.split('-'));
    pairs.all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// Whether the text has the shape of a language tag (RFC 5646): subtags of 1 to 8 letters or digits, the first letters only.
#[must_use]
pub fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    (2..=8).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(|s| (1..=8).contains(&s.len()) && s.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The range without its last subtag, and without a single-letter subtag that would then end it.
fn shorten(range: &str) -> Option<&str> {
    let (prefix, _) = range.rsplit_once('-')?;
    match prefix.rsplit_once('-') {
        Some((shorter, last)) if last.len() == 1 => Some(shorter),
        Some(_) | None => Some(prefix),
    }
}

/// One element of the header: its range and its quality in thousandths.
fn parse_range(element: &str) -> Option<(&str, u16)> {
    let mut parts = element.split(';').map(str::trim);
    let range = parts.next().filter(|range| is_language_tag(range))?;
    let quality = match parts.next() {
        None => 1000,
        Some(parameter) => parse_quality(parameter)?,
    };
    parts.next().is_none().then_some((range, quality))
}

/// `q=0`, `q=0.5`, `q=1.000`, in thousandths. Written out, as the grammar allows at most three decimals and no sign.
fn parse_quality(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let (whole, decimals) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let known = name.trim().eq_ignore_ascii_case("q") && matches!(whole, "0" | "1");
    if !known || decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AVAILABLE: [&str; 5] = ["en", "de", "fr", "pt-BR", "zh-Hant"];

    fn best(header: &str) -> &'static str {
        negotiate(header, AVAILABLE)
    }

    #[test]
    fn the_highest_quality_that_is_available_wins() {
        assert_eq!(best("fr;q=0.3, de;q=0.8, en;q=0.5"), "de");
        assert_eq!(best("it, fr;q=0.9, de;q=0.95"), "de");
    }

    #[test]
    fn equal_qualities_keep_the_readers_order() {
        assert_eq!(best("fr, de"), "fr");
        assert_eq!(best("de, fr"), "de");
    }

    #[test]
    fn a_range_is_shortened_until_it_matches() {
        assert_eq!(best("de-CH-1996"), "de");
        assert_eq!(best("ZH-hant-TW"), "zh-Hant");
        assert_eq!(best("zh-Hant-x-private"), "zh-Hant");
    }

    #[test]
    fn a_shortened_range_never_ends_in_a_single_letter() {
        assert_eq!(lookup("en-a-bbb", ["en-a"]), None);
        assert_eq!(lookup("en-a-bbb", ["en-a", "en"]), Some("en"));
    }

    #[test]
    fn a_range_is_never_lengthened() {
        assert_eq!(best("pt, de;q=0.1"), "de");
    }

    #[test]
    fn a_range_covers_what_is_wider_or_narrower_and_nothing_else() {
        assert!(covers("pt", "pt-BR") && covers("DE-ch", "de") && covers("en", "en"));
        assert!(!covers("pt-PT", "pt-BR") && !covers("d", "de") && !covers("de", "den"));
    }

    #[test]
    fn quality_zero_rules_a_language_out() {
        assert_eq!(best("de-CH, de;q=0, fr;q=0.1"), "fr");
    }

    #[test]
    fn what_is_not_available_or_not_understood_ends_in_the_default() {
        for header in ["", "it", "*", "*;q=0", ",,;;", "de;q=2", "de;q=1.5", "de;q=-1", "de;q=0.1234", "de;level=1", "d\u{e9}", "en;q=0"] {
            assert_eq!(best(header), "en", "{header}");
        }
    }

    #[test]
    fn a_broken_element_does_not_spoil_the_others() {
        assert_eq!(best("de;q=NaN, fr;q=0.2"), "fr");
    }

    #[test]
    fn european_portuguese_is_not_taken_for_brazilian() {
        assert_eq!(best("pt-PT"), "en");
        assert_eq!(best("pt-PT, pt-BR;q=0.9"), "pt-BR");
        assert_eq!(best("pt-br-x-formal"), "pt-BR");
    }

    #[test]
    fn a_script_decides_the_direction_and_without_one_the_language() {
        let backwards = ["ar", "he-IL", "fa-AF", "az-Arab", "ur-Arab-PK", "HE"];
        let forwards = ["en", "de-CH", "pt-BR", "zh-Hant", "ur-Latn", "az", "sr-Latn-RS"];
        assert!(backwards.iter().all(|tag| direction(tag) == "rtl"));
        assert!(forwards.iter().all(|tag| direction(tag) == "ltr"));
    }

    #[test]
    fn without_anything_available_the_default_is_named() {
        assert_eq!(negotiate("de", []), DEFAULT_LANGUAGE);
    }

    proptest! {
        #[test]
        fn any_header_leads_to_an_available_language(header in any::<String>()) {
            prop_assert!(AVAILABLE.contains(&best(&header)));
        }

        #[test]
        fn the_first_ranked_that_something_has_is_what_would_be_chosen_for_it(
            header in "((en|de|fr|pt|pt-BR|zh-Hant-TW|de-CH|it|[*])(;q=(0|0[.][0-9]|1))?(,|, )){0,6}",
            has in proptest::sample::subsequence(AVAILABLE.to_vec(), 0..=5),
        ) {
            let ranked = rank(&header, AVAILABLE).into_iter().find(|tag| has.contains(tag)).unwrap_or(DEFAULT_LANGUAGE);
            prop_assert_eq!(ranked, negotiate(&header, has));
        }
    }
}

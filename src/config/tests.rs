//! The configuration as a whole: what is enough, what production refuses, that nothing secret is repeated.

use super::*;

fn read(vars: &[(&str, &str)], root: bool) -> Result<Config, ConfigError> {
    let vars: Vec<(String, String)> = vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Config::from_lookup(&|name| vars.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()), root)
}

#[test]
fn nothing_set_is_a_working_local_service() {
    let config = read(&[("HOME", "/home/sam")], false).unwrap();
    assert!(matches!(config.database, Database::Local));
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.data_dir, PathBuf::from("/home/sam/.local/share/reciprocity"));
    assert_eq!(config.key_dir, PathBuf::from("/home/sam/.local/share/reciprocity-keys"));
    let as_root = read(&[], true).unwrap();
    assert_eq!(
        (as_root.data_dir.as_path(), as_root.key_dir.as_path()),
        (Path::new("/var/lib/reciprocity"), Path::new("/var/lib/reciprocity-keys"))
    );
}

#[test]
fn production_names_every_secret_it_lacks_at_once() {
    let ConfigError(lines) = read(&[("RECIPROCITY_MODE", "production"), ("HOME", "/h")], false).unwrap_err();
    for name in ["DATABASE_URL", "RECIPROCITY_MASTER_KEY", "RECIPROCITY_REGISTRATION", "RECIPROCITY_ISSUER"] {
        assert!(lines.iter().any(|line| line.contains(name)), "{name} is not named in {lines:?}");
    }
}

const GOOD: [(&str, &str); 7] = [
    ("HOME", "/h"),
    ("RECIPROCITY_MODE", "production"),
    ("DATABASE_URL", "postgres://a@h/d"),
    ("RECIPROCITY_MASTER_KEY", "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="),
    ("RECIPROCITY_REGISTRATION", "invite"),
    ("RECIPROCITY_INVITE_CODE", "3f9c1b7a5d20e864"),
    ("RECIPROCITY_ISSUER", "https://api.example.org"),
];

/// What is wrong with a good configuration in which this is said otherwise.
fn wrong(otherwise: &[(&str, &str)]) -> String {
    let kept = GOOD.iter().filter(|(name, _)| otherwise.iter().all(|(other, _)| other != name));
    let vars: Vec<(&str, &str)> = kept.chain(otherwise).copied().collect();
    read(&vars, false).err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn production_takes_no_secret_that_was_made_up_names_it_and_repeats_nothing() {
    assert_eq!(wrong(&[]), "");
    let made_up = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    for (name, value) in
        [("RECIPROCITY_MASTER_KEY", made_up), ("RECIPROCITY_INVITE_CODE", "come in"), ("RECIPROCITY_METRICS_TOKEN", "open-up")]
    {
        let said = wrong(&[(name, value)]);
        assert!(said.contains(name) && !said.contains(value), "{said}");
    }
    let both = wrong(&[("RECIPROCITY_MASTER_KEY", made_up), ("RECIPROCITY_INVITE_CODE", "come in"), ("RECIPROCITY_ISSUER", "")]);
    for name in ["RECIPROCITY_MASTER_KEY", "RECIPROCITY_INVITE_CODE", "RECIPROCITY_ISSUER"] {
        assert!(both.contains(name), "{both}");
    }
}

#[test]
fn production_asks_for_an_issuer_of_its_own() {
    for issuer in ["", "https://reciprocity.local", "https://reciprocity.local/"] {
        assert!(wrong(&[("RECIPROCITY_ISSUER", issuer)]).contains("RECIPROCITY_ISSUER"), "{issuer}");
    }
}

#[test]
fn production_serves_plain_http_to_others_only_where_that_is_declared() {
    let public = ("RECIPROCITY_BIND", "0.0.0.0");
    assert!(wrong(&[public]).contains("RECIPROCITY_TLS"));
    for declared in [("RECIPROCITY_TLS", "proxy"), ("RECIPROCITY_TLS", "local"), ("RECIPROCITY_TRUSTED_PROXIES", "1")] {
        assert_eq!(wrong(&[public, declared]), "");
    }
    assert_eq!(wrong(&[("RECIPROCITY_BIND", "::1")]), "");
}

#[test]
fn a_key_that_was_made_up_can_still_be_replaced() {
    let keys = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE= BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    assert_eq!(wrong(&[("RECIPROCITY_MASTER_KEY", keys)]), "");
}

#[test]
fn timeouts_are_seconds() {
    let config = read(&[("HOME", "/h"), ("RECIPROCITY_TIMEOUT_BODY", "0.5")], false).unwrap();
    assert_eq!(config.timeouts, Timeouts { body: std::time::Duration::from_millis(500), ..Timeouts::default() });
    for bad in ["0", "-1", "NaN", "inf", "soon"] {
        let error = read(&[("HOME", "/h"), ("RECIPROCITY_TIMEOUT_BODY", bad)], false).unwrap_err();
        assert!(error.to_string().contains("RECIPROCITY_TIMEOUT_BODY"), "{bad}");
    }
}

#[test]
fn a_short_master_key_is_refused_and_not_repeated() {
    let error = read(&[("RECIPROCITY_MASTER_KEY", "c2hvcnQ="), ("HOME", "/h")], false).unwrap_err();
    assert!(error.to_string().contains("32 bytes") && !error.to_string().contains("c2hvcnQ"));
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let config = read(&[("DATABASE_URL", "postgres://a:hidden@h/d"), ("HOME", "/h")], false).unwrap();
    assert!(!format!("{config:?}").contains("hidden"));
}

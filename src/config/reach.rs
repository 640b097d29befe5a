//! From where the service is reached: over TLS or not, from which web pages, and whom to tell of a weakness in it.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Mode, Vars};

const CORS: &str = "RECIPROCITY_CORS_ORIGINS";
const CONTACT: &str = "RECIPROCITY_SECURITY_CONTACT";
const EXPIRES: &str = "RECIPROCITY_SECURITY_EXPIRES";

/// What stands between the service and its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Nothing was said.
    Undeclared,
    /// Plain HTTP that only this machine can reach, such as a container's port that is published on 127.0.0.1.
    Local,
    /// A proxy in front ends TLS, and nobody reaches the service around it.
    Proxy,
}

/// Whom to tell of a weakness, and until when that is known to be right (RFC 9116).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityContact {
    /// Addresses as URIs: `mailto:`, `https:` or `tel:`.
    pub contacts: Vec<String>,
    /// RFC 3339, in UTC.
    pub expires: String,
}

impl Vars<'_> {
    pub(super) fn tls(&mut self) -> Tls {
        self.choice("RECIPROCITY_TLS", Tls::Undeclared, &[("proxy", Tls::Proxy), ("local", Tls::Local)])
    }

    /// In production, plain HTTP on an address that others can reach has to be declared.
    pub(super) fn check_reach(&mut self, mode: Mode, loopback: bool, tls: Tls, proxies: u8) {
        if mode == Mode::Production && !loopback && tls == Tls::Undeclared && proxies == 0 {
            self.wrong.push(
                "  RECIPROCITY_TLS: must be said in production where RECIPROCITY_BIND is no loopback address: proxy where a proxy in front \
                 ends TLS, local where only this machine reaches the port"
                    .to_owned(),
            );
        }
    }

    /// Origins of web pages that may read answers, with spaces or commas between them.
    pub(super) fn cors_origins(&mut self) -> Vec<String> {
        let text = self.get(CORS).unwrap_or_default();
        let origins: Vec<String> = words(&text).map(str::to_owned).collect();
        if !origins.iter().all(|origin| is_origin(origin)) {
            self.wrong
                .push(format!("  {CORS}: each must be an exact origin such as https://app.example.org, without a path or a wildcard"));
        }
        origins
    }

    pub(super) fn security_contact(&mut self) -> Option<SecurityContact> {
        match (self.get(CONTACT), self.get(EXPIRES)) {
            (None, None) => None,
            (Some(_), None) => {
                self.wrong.push(format!("  {EXPIRES}: must be said beside {CONTACT}"));
                None
            }
            (None, Some(_)) => {
                self.wrong.push(format!("  {CONTACT}: must be said beside {EXPIRES}"));
                None
            }
            (Some(contacts), Some(expires)) => {
                let contacts: Vec<String> = words(&contacts).map(str::to_owned).collect();
                let known = |uri: &String| ["mailto:", "https://", "tel:"].iter().any(|scheme| uri.starts_with(scheme));
                if contacts.is_empty()
                    || !contacts.iter().all(known)
                    || contacts.iter().any(|uri| !uri.bytes().all(|b| b.is_ascii_graphic()))
                {
                    self.wrong.push(format!("  {CONTACT}: each must begin with mailto:, https:// or tel:"));
                }
                let Ok(expires) = DateTime::parse_from_rfc3339(&expires) else {
                    self.wrong.push(format!("  {EXPIRES}: must be a date and time such as 2027-01-31T00:00:00Z"));
                    return None;
                };
                let expires = expires.with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::Secs, true);
                Some(SecurityContact { contacts, expires })
            }
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
}

/// A scheme, a host and perhaps a port, as browsers write them (RFC 6454).
fn is_origin(text: &str) -> bool {
    let Some(place) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
    let named = host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    named && !host.is_empty() && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError, SecurityContact, Tls};

    fn read(vars: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let lookup = |name: &str| match name {
            "HOME" => Some("/h".to_owned()),
            name => vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()),
        };
        Config::from_lookup(&lookup, false)
    }

    #[test]
    fn origins_are_exact() {
        let config = read(&[("RECIPROCITY_CORS_ORIGINS", "https://app.example.org, http://localhost:3000")]).unwrap();
        assert_eq!(config.cors_origins, ["https://app.example.org", "http://localhost:3000"]);
        for bad in [
            "*",
            "null",
            "https://*.example.org",
            "https://app.example.org/",
            "app.example.org",
            "https://",
            "https://a:b",
            "https://App.example.org",
        ] {
            let error = read(&[("RECIPROCITY_CORS_ORIGINS", bad)]).unwrap_err().to_string();
            assert!(error.contains("RECIPROCITY_CORS_ORIGINS"), "{bad}");
        }
    }

    #[test]
    fn a_contact_for_weaknesses_needs_an_address_and_an_end() {
        let of = |contact, expires| read(&[("RECIPROCITY_SECURITY_CONTACT", contact), ("RECIPROCITY_SECURITY_EXPIRES", expires)]);
        let contact = of("mailto:security@example.org", "2027-01-31T01:00:00+01:00").unwrap().security_contact.unwrap();
        let expected = SecurityContact { contacts: vec!["mailto:security@example.org".into()], expires: "2027-01-31T00:00:00Z".into() };
        assert_eq!(contact, expected);
        for (contact, expires, named) in [
            ("mailto:security@example.org", "", "RECIPROCITY_SECURITY_EXPIRES"),
            ("", "2027-01-31T00:00:00Z", "RECIPROCITY_SECURITY_CONTACT"),
            ("security@example.org", "2027-01-31T00:00:00Z", "RECIPROCITY_SECURITY_CONTACT"),
            ("mailto:security@example.org", "next year", "RECIPROCITY_SECURITY_EXPIRES"),
        ] {
            assert!(of(contact, expires).unwrap_err().to_string().contains(named), "{contact} {expires}");
        }
    }

    #[test]
    fn tls_is_declared_by_a_word_that_is_known() {
        assert_eq!(read(&[]).unwrap().tls, Tls::Undeclared);
        assert_eq!(read(&[("RECIPROCITY_TLS", "proxy")]).unwrap().tls, Tls::Proxy);
        assert!(read(&[("RECIPROCITY_TLS", "yes")]).is_err());
    }
}

//! Addresses on the web that the service may ask: https, or plain http on this machine where that is allowed.

use std::net::IpAddr;

/// The longest address that is taken. Bytes.
const LONGEST: usize = 500;

/// A checked address. It keeps the text as it was written, because an issuer's name is compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    host: String,
    /// Whether it is http.
    plain: bool,
}

impl Address {
    /// Takes an https address without credentials or fragment; where `plain` is allowed, also http to this machine.
    #[must_use]
    pub fn parse(text: &str, plain_allowed: bool) -> Option<Self> {
        let written =
            text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.contains(['#', '\\', '"', '<', '>']);
        let (scheme, rest) = text.split_once("://").filter(|_| written)?;
        let authority = rest.split(['/', '?']).next().filter(|authority| !authority.contains('@'))?;
        let (host, port) = split_port(authority)?;
        let port_is_good = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        let plain = match scheme {
            "https" => false,
            "http" if plain_allowed && is_this_machine(host) => true,
            _ => return None,
        };
        (port_is_good && !host.is_empty()).then(|| Self { text: text.to_owned(), host: host.to_ascii_lowercase(), plain })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is http, which it is on this machine alone.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.plain
    }

    #[must_use]
    pub fn has_no_query(&self) -> bool {
        !self.text.contains('?')
    }

    /// Whether `other` is on the same host, or on one with a public name: what an issuer's metadata points at is no way to reach a
    /// machine by its number, or one that only a local network knows.
    #[must_use]
    pub fn may_point_at(&self, other: &Self) -> bool {
        let named = other.host.contains('.') && bare(&other.host).parse::<IpAddr>().is_err();
        other.host == self.host || (named && !is_this_machine(&other.host))
    }
}

/// Host and port; an IPv6 address stands in brackets.
fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (inside, after) = rest.split_once(']')?;
        let host = authority.get(..inside.len() + 2)?;
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => after.is_empty().then_some((host, None)),
        };
    }
    match authority.split_once(':') {
        Some((_, port)) if port.contains(':') => None,
        Some((host, port)) => Some((host, Some(port))),
        None => Some((authority, None)),
    }
}

fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn is_this_machine(host: &str) -> bool {
    let name = host.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || bare(host).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_taken_and_plain_http_on_this_machine_alone_where_that_is_allowed() {
        for good in ["https://id.example.org", "https://id.example.org:8443/realms/a", "https://[2001:db8::1]:8443/x"] {
            assert!(Address::parse(good, false).is_some_and(|address| !address.is_plain()), "{good}");
        }
        for local in ["http://127.0.0.1:9000", "http://localhost/x", "http://[::1]:9000"] {
            assert!(Address::parse(local, true).is_some_and(|address| address.is_plain()), "{local}");
            assert!(Address::parse(local, false).is_none(), "{local}");
        }
        for bad in [
            "http://id.example.org",
            "http://127.0.0.1.example.org",
            "http://localhost@id.example.org",
            "https://somebody@id.example.org",
            "https://id.example.org:x",
            "https://id.example.org:0",
            "https://a:b:c",
            "https://",
            "https:///path",
            "https://id.example.org/#x",
            "https://id.example.org/ x",
            "file:///etc/passwd",
            "HTTPS://id.example.org",
            "",
        ] {
            assert!(Address::parse(bad, true).is_none(), "{bad}");
        }
    }

    #[test]
    fn an_issuer_points_at_its_own_host_or_a_public_name() {
        let at = |text: &str| Address::parse(text, true).unwrap();
        let public = at("https://id.example.org");
        for good in ["https://id.example.org:9000/keys", "https://keys.example.com/certs"] {
            assert!(public.may_point_at(&at(good)), "{good}");
        }
        for bad in
            ["https://10.0.0.1/keys", "https://[fd00::1]/keys", "https://localhost/keys", "https://intranet/keys", "https://127.0.0.1/"]
        {
            assert!(!public.may_point_at(&at(bad)), "{bad}");
        }
        assert!(at("http://127.0.0.1:9000").may_point_at(&at("http://127.0.0.1:9001/keys")));
    }
}

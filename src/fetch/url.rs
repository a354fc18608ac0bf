//! Addresses of state backends: where a request goes, and what of an address may be shown.

use std::fmt;

use super::secret::Secret;

/// An address over HTTP, without user info and fragment.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub is_encrypted: bool,
    /// Lower-case, an IPv6 address in brackets.
    pub host: String,
    pub port: Option<u16>,
    /// From the first slash on, with everything encoded that must be.
    target: String,
}

/// The user name and password that an address brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UserInfo {
    pub name: Secret,
    pub password: Secret,
}

impl Url {
    /// An address that begins with `http://` or `https://`, and the user info in it.
    pub(super) fn parse(text: &str) -> Option<(Self, Option<UserInfo>)> {
        let (scheme, rest) = text.split_once("://")?;
        let is_encrypted = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (user_info, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
        let (host, port) = host_and_port(place)?;
        let user_info = match user_info {
            Some(text) => Some(UserInfo::parse(text)?),
            None => None,
        };
        let slash = if target.starts_with('/') { "" } else { "/" };
        Some((Self { is_encrypted, host, port, target: encoded_target(&format!("{slash}{target}")) }, user_info))
    }

    /// An address on that place (`HOST` or `HOST:PORT`): encrypted, but for this machine itself.
    pub(super) fn on(place: &str, target: &str) -> Option<Self> {
        let (host, port) = host_and_port(place)?;
        let mut url = Self { is_encrypted: true, host, port, target: encoded_target(target) };
        url.is_encrypted = !url.is_loopback();
        Some(url)
    }

    /// The same place with another path.
    pub(super) fn at(&self, target: &str) -> Self {
        Self { target: encoded_target(target), ..self.clone() }
    }

    /// Where a redirect from here leads.
    pub(super) fn follow(&self, location: &str) -> Option<Self> {
        let scheme = if self.is_encrypted { "https:" } else { "http:" };
        match location {
            beside if beside.starts_with("//") => Self::parse(&format!("{scheme}{beside}")).map(|(url, _)| url),
            path if path.starts_with('/') => Some(self.at(path.split('#').next().unwrap_or_default())),
            address => Self::parse(address).map(|(url, _)| url),
        }
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> String {
        let scheme = if self.is_encrypted { "https" } else { "http" };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{}{port}", self.host)
    }

    /// Path and query, as they are sent.
    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// Whether the other address is on the same server, over the same protocol.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        let port = |url: &Self| url.port.unwrap_or(if url.is_encrypted { 443 } else { 80 });
        self.is_encrypted == other.is_encrypted && self.host == other.host && port(self) == port(other)
    }

    /// Whether it is this machine itself: nothing leaves it.
    pub(super) fn is_loopback(&self) -> bool {
        let is_v4 = self.host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
        is_v4 || self.host == "localhost" || self.host == "[::1]"
    }
}

/// Without its query, which may be a signature.
impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.target.split('?').next().unwrap_or_default())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl UserInfo {
    fn parse(text: &str) -> Option<Self> {
        let (name, password) = text.split_once(':').unwrap_or((text, ""));
        Some(Self { name: Secret::new(decoded(name)?), password: Secret::new(decoded(password)?) })
    }
}

fn host_and_port(place: &str) -> Option<(String, Option<u16>)> {
    let end_of_host = if place.starts_with('[') { place.find(']')? + 1 } else { place.find(':').unwrap_or(place.len()) };
    let (host, port) = place.split_at(end_of_host);
    let port = match port.strip_prefix(':') {
        Some(port) => Some(port.parse().ok()?),
        None if port.is_empty() => None,
        None => return None,
    };
    let is_of_a_host = |b: u8| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b);
    (!host.is_empty() && host.bytes().all(is_of_a_host)).then(|| (host.to_ascii_lowercase(), port))
}

/// Percent-encodes what may stand in no address; what is encoded already stays.
fn encoded_target(target: &str) -> String {
    let encode = |byte: u8| match byte {
        b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => format!("%{byte:02X}"),
        b'!'..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    target.bytes().map(encode).collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        bytes.push(if byte == b'%' { u8::try_from(digit()? * 16 + digit()?).ok()? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address").0
    }

    #[test]
    fn an_address_is_taken_apart() {
        for (text, origin, target) in [
            ("https://Example.com", "https://example.com", "/"),
            ("http://u:p@127.0.0.1:80/a/b?c=d#e", "http://127.0.0.1:80", "/a/b?c=d"),
            ("https://[::1]:8443?x", "https://[::1]:8443", "/?x"),
            ("https://h/a b/%2F/é\"", "https://h", "/a%20b/%2F/%C3%A9%22"),
        ] {
            let parsed = url(text);
            assert_eq!((parsed.origin().as_str(), parsed.target()), (origin, target), "{text}");
        }
        for text in ["ftp://h/", "https://", "https://u:p@/", "https://h:99999/", "https://h:/", "https://a b/", "https://u%zz@h/", "h/p"] {
            assert!(Url::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn user_info_is_decoded_and_shown_nowhere() {
        let (url, user) = Url::parse("https://jo%40x:p%3Aw:d@h/state?sig=hunter2").expect("an address");
        let user = user.expect("user info");
        assert_eq!((user.name.expose(), user.password.expose()), ("jo@x", "p:w:d"));
        assert_eq!((url.to_string(), format!("{url:?}")), ("https://h/state".to_owned(), "https://h/state".to_owned()));
    }

    #[test]
    fn redirects_lead_to_paths_and_addresses() {
        let from = url("https://h:1/a?b");
        for (location, expected) in [("/c?d#e", "https://h:1/c?d"), ("//i/c", "https://i/c"), ("http://i", "http://i/")] {
            let led = from.follow(location).expect("an address");
            assert_eq!(format!("{}{}", led.origin(), led.target()), expected, "{location}");
        }
        assert_eq!(from.follow("c/d"), None);
        assert!(from.is_beside(&url("https://H:1/z")) && !from.is_beside(&url("https://h/a")) && !from.is_beside(&url("http://h:1/a")));
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for place in ["localhost", "localhost:80", "127.0.0.1:1", "127.9.9.9", "[::1]"] {
            assert!(Url::on(place, "/").is_some_and(|url| url.is_loopback() && !url.is_encrypted), "{place}");
        }
        for place in ["example.com", "127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "[::2]"] {
            assert!(Url::on(place, "/").is_some_and(|url| !url.is_loopback() && url.is_encrypted), "{place}");
        }
    }
}

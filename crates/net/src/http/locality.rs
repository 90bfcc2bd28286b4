//! Whether a caller is a program on this machine with nothing between. What is kept for such callers (the API, a library that has yet no way
//! to prove itself) is judged here alone. Must never believe a header that says a caller is near; one that says it is far is believed.

use std::net::{IpAddr, SocketAddr};

use hyper::{HeaderMap, header::HOST};

/// Headers that a proxy sets: whoever has one does not call by itself.
const OF_PROXIES: [&str; 2] = ["forwarded", "via"];

/// Where a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locality {
    /// On this machine, with nothing between.
    Loopback,
    /// Anywhere else, or nobody can tell.
    Elsewhere,
}

impl Locality {
    /// Where a caller without HTTP is.
    pub fn of_address(address: SocketAddr) -> Self {
        if address.ip().to_canonical().is_loopback() { Locality::Loopback } else { Locality::Elsewhere }
    }

    /// Where a caller over HTTP is. A page in a browser on this machine calls from a loopback address too, but under the name of its own
    /// site: the name called must be one of this machine's own.
    ///
    /// ```
    /// use net::http::Locality;
    ///
    /// let mut headers = hyper::HeaderMap::new();
    /// headers.insert("host", "localhost:18626".parse().unwrap());
    /// let here = "127.0.0.1:5000".parse().unwrap();
    /// assert_eq!(Locality::of_call(here, &headers), Locality::Loopback);
    ///
    /// headers.insert("host", "site.example.org".parse().unwrap());
    /// assert_eq!(Locality::of_call(here, &headers), Locality::Elsewhere);
    /// ```
    pub fn of_call(address: SocketAddr, headers: &HeaderMap) -> Self {
        let relayed = headers
            .keys()
            .any(|name| OF_PROXIES.contains(&name.as_str()) || name.as_str().starts_with("x-forwarded-"));
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
        if relayed || hosts.next().is_some() || !is_loopback_name(host) {
            return Locality::Elsewhere;
        }
        Self::of_address(address)
    }
}

/// Whether `host`, with or without a port, is a name of this machine alone.
fn is_loopback_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(name, _)| name),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderName;

    use super::*;

    type Headers = &'static [(&'static str, &'static str)];

    #[test]
    fn only_a_caller_here_that_names_this_machine_is_here() {
        use Locality::{Elsewhere, Loopback};
        let cases: &[(&str, Headers, Locality)] = &[
            ("127.0.0.1:9", &[("host", "127.0.0.1:18626")], Loopback),
            ("127.9.9.9:9", &[("host", "LOCALHOST")], Loopback),
            ("[::1]:9", &[("host", "[::1]:18626")], Loopback),
            ("[::ffff:127.0.0.1]:9", &[("host", "[::1]")], Loopback),
            ("192.0.2.7:9", &[("host", "127.0.0.1")], Elsewhere),
            ("127.0.0.1:9", &[], Elsewhere),
            ("127.0.0.1:9", &[("host", "")], Elsewhere),
            ("127.0.0.1:9", &[("host", "localhost.example.org")], Elsewhere),
            ("127.0.0.1:9", &[("host", "127.0.0.1.example.org:80")], Elsewhere),
            ("127.0.0.1:9", &[("host", "localhost"), ("host", "example.org")], Elsewhere),
            ("127.0.0.1:9", &[("host", "localhost"), ("forwarded", "for=127.0.0.1")], Elsewhere),
            ("127.0.0.1:9", &[("host", "localhost"), ("via", "1.1 proxy")], Elsewhere),
            ("127.0.0.1:9", &[("host", "localhost"), ("x-forwarded-for", "127.0.0.1")], Elsewhere),
            ("127.0.0.1:9", &[("host", "localhost"), ("x-forwarded-proto", "https")], Elsewhere),
        ];
        for (address, headers, expected) in cases {
            let mut map = HeaderMap::new();
            for (name, value) in *headers {
                map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
            }
            let found = Locality::of_call(address.parse().unwrap(), &map);
            assert_eq!(found, *expected, "{address} {headers:?}");
        }
    }
}

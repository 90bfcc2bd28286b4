//! Whether a caller is a program on this machine with nothing between. What is kept for such callers (the API, a library that has yet no way
//! to prove itself) is judged here alone. Must never believe a header that says a caller is near; one that says it is far is believed.

use std::net::{IpAddr, SocketAddr};

use hyper::{
    HeaderMap,
    header::{HOST, ORIGIN},
};

/// Headers that a proxy sets: whoever has one does not call by itself.
const OF_PROXIES: [&str; 6] =
    ["forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"];

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

    /// Where a caller over HTTP is. A page of some site in a browser on this machine calls from a loopback address too: the name that is
    /// called must be one of this machine's own, and so the page's, where the browser tells it.
    ///
    /// A proxy on this machine that adds no header cannot be told from a program here: who runs one names it among the trusted ones.
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
        if relayed || hosts.next().is_some() || !is_loopback_name(host) || is_of_a_site(headers) {
            return Locality::Elsewhere;
        }
        Self::of_address(address)
    }
}

/// Whether a browser says that a page of another site calls.
fn is_of_a_site(headers: &HeaderMap) -> bool {
    let origin = headers.get(ORIGIN).map(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        origin.split_once("://").is_some_and(|(_, host)| is_loopback_name(host))
    });
    let site = headers.get("sec-fetch-site").is_some_and(|site| site != "none" && site != "same-origin");
    origin == Some(false) || site
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
            ("127.0.0.1:9", &[("host", "localhost"), ("x-real-ip", "127.0.0.1")], Elsewhere),
            ("127.0.0.1:9", &[("host", "localhost"), ("origin", "https://site.example.org")], Elsewhere),
            ("127.0.0.1:9", &[("host", "localhost"), ("origin", "null")], Elsewhere),
            ("127.0.0.1:9", &[("host", "localhost"), ("origin", "http://localhost:18626")], Loopback),
            ("127.0.0.1:9", &[("host", "localhost"), ("sec-fetch-site", "cross-site")], Elsewhere),
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

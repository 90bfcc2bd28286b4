//! Who calls through a proxy: what a trusted proxy says of its client. Must never believe such a header from anybody else, nor an entry that
//! stands before one which no trusted proxy wrote: each proxy adds its own at the end.

use std::net::{IpAddr, SocketAddr};

use hyper::HeaderMap;

/// The header in which the trusted proxies name their clients. Another one is never looked at: a client can send it through them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardedHeader {
    fn name(self) -> &'static str {
        match self {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => "forwarded",
        }
    }

    /// The client of a request that came from `source`: the last in the header that no trusted proxy is. Where the source is no trusted
    /// proxy, it is the client itself; where an entry cannot be read, the client is whoever passed it on.
    pub fn client(
        self,
        source: SocketAddr,
        headers: &HeaderMap,
        is_trusted: impl Fn(IpAddr) -> bool,
    ) -> SocketAddr {
        let lines: Vec<&str> =
            headers.get_all(self.name()).iter().map(|line| line.to_str().unwrap_or("unreadable")).collect();
        let mut client = source;
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !is_trusted(client.ip()) {
                break;
            }
            let Some(named) = self.address(entry) else { break };
            client = named;
        }
        client
    }

    /// The address in one entry.
    fn address(self, entry: &str) -> Option<SocketAddr> {
        let node = match self {
            ForwardedHeader::XForwardedFor => entry,
            ForwardedHeader::Forwarded => entry.split(';').find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                name.trim().eq_ignore_ascii_case("for").then_some(value)
            })?,
        };
        let node = node.trim().trim_matches('"');
        let bare = node.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(node);
        bare.parse::<IpAddr>().map(|address| SocketAddr::new(address, 0)).or_else(|_| node.parse()).ok()
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderName;

    use super::*;

    type Headers = &'static [(&'static str, &'static str)];

    #[test]
    fn the_client_is_the_last_that_no_trusted_proxy_is() {
        use ForwardedHeader::{Forwarded, XForwardedFor};
        let proxy = "127.0.0.1:9";
        let cases: &[(ForwardedHeader, &str, Headers, &str)] = &[
            (XForwardedFor, proxy, &[], "127.0.0.1:9"),
            (XForwardedFor, proxy, &[("x-forwarded-for", "203.0.113.9")], "203.0.113.9:0"),
            (XForwardedFor, proxy, &[("x-forwarded-for", "198.51.100.1, 203.0.113.9")], "203.0.113.9:0"),
            (XForwardedFor, proxy, &[("x-forwarded-for", "203.0.113.9, 192.0.2.2")], "203.0.113.9:0"),
            (
                XForwardedFor,
                proxy,
                &[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9")],
                "203.0.113.9:0",
            ),
            (XForwardedFor, proxy, &[("x-forwarded-for", "203.0.113.9:4711")], "203.0.113.9:4711"),
            (XForwardedFor, proxy, &[("x-forwarded-for", "198.51.100.1, unknown")], "127.0.0.1:9"),
            (XForwardedFor, proxy, &[("x-forwarded-for", "198.51.100.1,")], "127.0.0.1:9"),
            (XForwardedFor, proxy, &[("forwarded", "for=198.51.100.1")], "127.0.0.1:9"),
            (XForwardedFor, "203.0.113.9:5", &[("x-forwarded-for", "192.0.2.1")], "203.0.113.9:5"),
            (
                Forwarded,
                proxy,
                &[("forwarded", "For=\"[2001:db8::1]:4711\";proto=https")],
                "[2001:db8::1]:4711",
            ),
            (
                Forwarded,
                proxy,
                &[("forwarded", "for=198.51.100.1, for=\"[2001:db8::1]\"")],
                "[2001:db8::1]:0",
            ),
            (Forwarded, proxy, &[("forwarded", "by=192.0.2.2")], "127.0.0.1:9"),
            (Forwarded, proxy, &[("forwarded", "for=_hidden")], "127.0.0.1:9"),
        ];
        let is_trusted = |address: IpAddr| address.is_loopback() || address == IpAddr::from([192, 0, 2, 2]);
        for (header, source, headers, expected) in cases {
            let mut map = HeaderMap::new();
            for (name, value) in *headers {
                map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
            }
            let client = header.client(source.parse().unwrap(), &map, is_trusted);
            assert_eq!(client, expected.parse().unwrap(), "{header:?} {headers:?}");
        }
    }
}

//! Where a library's NCIP responder listens.

use std::fmt;

use super::Url;
use crate::binding::Text;

/// Where NCIP messages go: posted to a URL, or written to a bare connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NcipAddress {
    /// Posted over HTTP or HTTPS.
    Http(Url),
    /// Over TCP, message after message.
    Tcp {
        /// The host: a name or an address.
        host: String,
        /// The port.
        port: u16,
    },
    /// Over TLS, message after message.
    Tls {
        /// The host: a name or an address.
        host: String,
        /// The port.
        port: u16,
    },
}

impl fmt::Display for NcipAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NcipAddress::Http(url) => url.fmt(f),
            NcipAddress::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
            NcipAddress::Tls { host, port } => write!(f, "tls://{host}:{port}"),
        }
    }
}

impl Text for NcipAddress {
    const WHAT: &'static str = "a URL, `http://`, `https://`, `tcp://HOST:PORT` or `tls://HOST:PORT`";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["http://a.example.org/ncip", "tcp://a.example.org:5001", "tls://[::1]:7014"];

    fn parse(text: &str) -> Result<Self, String> {
        let Some((scheme @ ("tcp" | "tls"), rest)) = text.split_once("://") else {
            return Url::new(text).map(NcipAddress::Http).map_err(|sentence| {
                sentence.replace("must be http or https", "must be http, https, tcp or tls")
            });
        };
        if rest.contains('@') {
            return Err("holds a user or password: NCIP has its own place for them".to_owned());
        }
        let bad = |why: &str| Err(format!("`{text}` is not a valid address: {why}"));
        // What a URL's host and port may be, these may be.
        let authority = match rest.parse::<http::uri::Authority>() {
            Ok(authority) => authority,
            Err(_) => return bad(&format!("write it as {scheme}://HOST:PORT, with nothing behind")),
        };
        let port = authority.port_u16().filter(|port| *port > 0);
        let host = authority.host().to_owned();
        match (host.as_str(), port) {
            ("", _) => bad("it names no host"),
            (_, None) => bad("it needs a port from 1 to 65535"),
            (_, Some(port)) if scheme == "tcp" => Ok(NcipAddress::Tcp { host, port }),
            (_, Some(port)) => Ok(NcipAddress::Tls { host, port }),
        }
    }

    fn print(&self) -> String {
        self.to_string()
    }

    fn blank() -> Self {
        NcipAddress::Tcp { host: String::new(), port: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_and_bad() {
        for good in [
            "https://ils.example.org/ncip",
            "tcp://127.0.0.1:5001",
            "tls://ils.example.org:1",
            "tcp://[::1]:2",
        ] {
            assert_eq!(NcipAddress::parse(good).map(|address| address.to_string()).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "ils.example.org",
            "ftp://ils.example.org/",
            "tcp://ils.example.org",
            "tcp://ils.example.org:0",
            "tcp://ils.example.org:5001/ncip",
            "tcp://:5001",
            "tls://user:swordfish@ils.example.org:5001",
        ] {
            let sentence = NcipAddress::parse(bad).expect_err(bad);
            assert!(!sentence.contains("swordfish"), "{sentence}");
        }
    }
}

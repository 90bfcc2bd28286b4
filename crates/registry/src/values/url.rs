//! Where a peer listens.

use std::fmt;

use http::Uri;

use super::is_secret_name;
use crate::binding::Text;

/// An absolute `http` or `https` URL without user, password or fragment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Url(String);

impl Url {
    /// Reads a URL, or says what is wrong with it.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn new(text: &str) -> Result<Self, String> {
        // First of all secrets: the other sentences repeat the text.
        let (before_query, query) = text.split_once('?').unwrap_or((text, ""));
        let host = before_query.split_once("://").map_or(before_query, |(_, rest)| rest).split('/').next();
        if host.is_some_and(|host| host.contains('@')) {
            return Err(
                "holds a user or password: send it as a header, with `secret = \"file:NAME\"`".to_owned()
            );
        }
        if query.split(['&', ';']).any(|pair| is_secret_name(pair.split('=').next().unwrap_or_default())) {
            return Err(
                "its query holds a secret: send it as a header, with `secret = \"file:NAME\"`".to_owned()
            );
        }
        let bad = |why: &str| Err(format!("`{text}` is not a valid URL: {why}"));
        let uri: Uri = match text.parse() {
            Ok(uri) => uri,
            Err(error) => return bad(&error.to_string()),
        };
        match uri.scheme_str() {
            Some("http" | "https") => {}
            Some(other) => return bad(&format!("`{other}` must be http or https")),
            None => return bad("write it whole, with http:// or https:// in front"),
        }
        if text.contains('#') {
            return bad("a fragment (`#...`) is never sent");
        }
        if uri.host().is_none_or(str::is_empty) {
            return bad("it names no host");
        }
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let port = authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
        if port.is_some_and(|(_, port)| port.parse::<u16>().map_or(true, |port| port == 0)) {
            return bad("its port is not a number from 1 to 65535");
        }
        Ok(Url(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Text for Url {
    const WHAT: &'static str = "a URL, `http://` or `https://`";

    #[cfg(test)]
    const SAMPLES: &[&str] =
        &["http://a.example.org/", "https://b.example.org:8443/x?site=1&q='", "http://[::1]:1/"];

    fn parse(text: &str) -> Result<Self, String> {
        Url::new(text)
    }

    fn print(&self) -> String {
        self.0.clone()
    }

    fn blank() -> Self {
        Url(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn a_secret_is_not_repeated() {
        for bad in [
            "ftp://user:swordfish@x/",
            "user:swordfish@x",
            "http://user:swordfish@x:0/",
            "x?a=1;password=swordfish",
        ] {
            let sentence = Url::new(bad).unwrap_err();
            assert!(!sentence.contains("swordfish"), "{sentence}");
        }
    }

    #[test]
    fn good_and_bad() {
        for good in [
            "http://127.0.0.1:8080/iso18626",
            "https://ill.example.org",
            "http://[::1]:80/",
            "http://[::1]/x?site=1",
        ] {
            assert!(Url::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ill.example.org",
            "/iso18626",
            "ftp://ill.example.org/",
            "http://",
            "http:///x",
            "http://a b/",
            "http://x:0/",
            "http://x:99999/",
            "http://x:/",
            "http://user:pw@x/",
            "http://x/#top",
            "http://x/?api_key=1",
            "http://x/?a=1&Token=2",
        ] {
            assert!(Url::new(bad).is_err(), "{bad}");
        }
    }
}

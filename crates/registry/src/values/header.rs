//! HTTP headers of a connection. A secret is never in the file: the file says where it is kept.

use std::fmt;

use crate::binding::{Text, table};

table! {
    /// A header sent with every message: a plain value, or where its secret is kept.
    pub struct Header in Inline {
        /// The header's name.
        name: HeaderName = required,
        /// Its value, where it is no secret.
        value: Option<HeaderValue> = optional,
        /// Where its value is kept, where it is one: `env:NAME` for a variable of the gateway's environment, `file:NAME` for a file in
        /// its folder of secrets.
        secret: Option<SecretRef> = optional,
    }
}

/// The name of a header, in small letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HeaderName(String);

/// The plain value of a header. Shown to nobody but in the file itself.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderValue(String);

/// Where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretRef {
    /// In a variable of the environment.
    Env(String),
    /// In a file of the folder of secrets.
    File(String),
}

/// Headers that the gateway sets by itself.
const OURS: [&str; 7] =
    ["host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "te"];

impl HeaderName {
    /// As text, in small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether such a header usually carries a secret.
    pub(crate) fn is_secret(&self) -> bool {
        is_secret_name(&self.0)
    }
}

/// Whether something of this name usually is a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "authorization",
        "cookie",
        "token",
        "secret",
        "password",
        "passwd",
        "api-key",
        "api_key",
        "apikey",
        "credential",
    ]
    .iter()
    .any(|word| name.contains(word))
}

impl HeaderValue {
    /// The value. For the wire and the file only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HeaderValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeaderValue(***)")
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretRef::Env(name) => write!(f, "env:{name}"),
            SecretRef::File(name) => write!(f, "file:{name}"),
        }
    }
}

impl Text for HeaderName {
    const WHAT: &'static str = "the name of an HTTP header";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["X-Site", "x-api-key", "Accept-Language"];

    fn parse(text: &str) -> Result<Self, String> {
        let name = text
            .parse::<http::HeaderName>()
            .map_err(|_| format!("`{text}` can't be the name of a header"))?;
        if OURS.contains(&name.as_str()) {
            return Err(format!("`{text}` is set by the gateway itself"));
        }
        Ok(HeaderName(name.as_str().to_owned()))
    }

    fn print(&self) -> String {
        self.0.clone()
    }

    fn blank() -> Self {
        HeaderName(String::new())
    }
}

impl Text for HeaderValue {
    const WHAT: &'static str = "text";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["main", "a \"b\" \\ c", ""];

    fn parse(text: &str) -> Result<Self, String> {
        match http::HeaderValue::from_str(text) {
            Ok(value) if value.to_str().is_ok() => Ok(HeaderValue(text.to_owned())),
            _ => Err("can't be the value of a header: use printable ASCII".to_owned()),
        }
    }

    fn print(&self) -> String {
        self.0.clone()
    }

    fn masked(&self) -> String {
        "***".to_owned()
    }

    fn blank() -> Self {
        HeaderValue(String::new())
    }
}

impl Text for SecretRef {
    const WHAT: &'static str = "`env:NAME` or `file:NAME`";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["env:KEY_1", "file:a.key"];

    fn parse(text: &str) -> Result<Self, String> {
        // The text itself may be the secret: it must not be repeated.
        let bad = "must say where the secret is kept, not be it: env:NAME for a variable, file:NAME for a file in the folder of secrets";
        let (place, name) = text.split_once(':').ok_or(bad)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if name.is_empty() || !name.chars().all(plain) || name.starts_with('.') {
            return Err(bad.to_owned());
        }
        match place {
            "env" => Ok(SecretRef::Env(name.to_owned())),
            "file" => Ok(SecretRef::File(name.to_owned())),
            _ => Err(bad.to_owned()),
        }
    }

    fn print(&self) -> String {
        self.to_string()
    }

    fn blank() -> Self {
        SecretRef::File(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_to_nobody() {
        let value = HeaderValue::parse("swordfish").unwrap();
        assert!(!format!("{value:?}").contains("swordfish"));
        assert_eq!(value.masked(), "***");
        assert_eq!(value.reveal(), "swordfish");
    }

    #[test]
    fn a_secret_that_stands_in_the_file_is_refused_and_not_repeated() {
        for text in ["swordfish", "plain:swordfish", "file:../etc/swordfish", "env:", "file:.swordfish"] {
            let sentence = SecretRef::parse(text).unwrap_err();
            assert!(!sentence.contains("swordfish"), "{sentence}");
        }
        assert_eq!(SecretRef::parse("file:denver.key"), Ok(SecretRef::File("denver.key".to_owned())));
    }

    #[test]
    fn names() {
        assert_eq!(
            HeaderName::parse("X-Api-Key").map(|name| (name.is_secret(), name.0)),
            Ok((true, "x-api-key".to_owned()))
        );
        for bad in ["", "a b", "Content-Type", "HOST"] {
            assert!(HeaderName::parse(bad).is_err(), "{bad}");
        }
    }
}

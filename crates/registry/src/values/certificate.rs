//! How a certificate is told from others.

use net::{Certificate, Fingerprint};

use crate::binding::Text;

/// One of the alternative names of a certificate's subject: a DNS name, in small letters, or a URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateName(String);

impl CertificateName {
    /// Whether a certificate has it.
    pub fn is_in(&self, certificate: &Certificate) -> bool {
        certificate.names.contains(&self.0)
    }
}

impl Text for CertificateName {
    const WHAT: &'static str = "a DNS name or a URI, as it is in a certificate";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["ill.north.example.org", "Library-7", "https://north.example.org/ILL"];

    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            return Err(format!("`{text}` can't be a name in a certificate"));
        }
        if text.contains('*') {
            return Err("a name with `*` is that of many: name one, or the fingerprint".to_owned());
        }
        let is_dns = !text.contains(':');
        Ok(CertificateName(if is_dns { text.to_ascii_lowercase() } else { text.to_owned() }))
    }

    fn print(&self) -> String {
        self.0.clone()
    }

    fn blank() -> Self {
        CertificateName(String::new())
    }
}

impl Text for Fingerprint {
    const WHAT: &'static str = "a SHA-256 in hexadecimal digits, with colons or without";

    #[cfg(test)]
    const SAMPLES: &[&str] = &[
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55",
    ];

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|why: net::BadFingerprint| why.to_string())
    }

    fn print(&self) -> String {
        self.to_string()
    }

    fn blank() -> Self {
        Fingerprint::of(b"")
    }
}

//! How mail leaves the house. Must never show the password.

use std::{fmt, net::IpAddr, time::Duration};

use hyper::Uri;
use net::http::web_base;

use super::mailbox::Mailbox;

/// How mail leaves the house.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The SMTP server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is secured.
    pub tls: MailTls,
    /// As whom we log in, and the password. Without a login, where there is none.
    pub login: Option<(String, Password)>,
    /// Whom the mails are from.
    pub from: Mailbox,
    /// Where the pages of the links are reached from outside: `https://ill.example.org`.
    pub base: Uri,
    /// How long the server may take for one answer.
    pub timeout: Duration,
}

/// How the way to the SMTP server is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// In plain until `STARTTLS`; a server that does not offer it gets no mail.
    StartTls,
    /// From the first byte.
    Implicit,
    /// Not at all: on loopback only.
    Plain,
}

/// A password, which is never shown.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The password.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMailSettings {
    /// Plain text to another machine.
    #[error(
        "mail to {host} would travel in plain text: plain is for loopback only, choose STARTTLS or TLS for other servers"
    )]
    Plain {
        /// The server.
        host: String,
    },
    /// Not an address to write from.
    #[error("`{text}` is no address to write from: write it as `Interlibrary loans <ill@example.org>`")]
    From {
        /// What was said.
        text: String,
    },
    /// Not a place for links.
    #[error("`{text}` is no base for links: write it as `https://ill.example.org`")]
    Base {
        /// What was said.
        text: String,
    },
}

impl MailSettings {
    /// Settings that can be used.
    ///
    /// # Errors
    /// When mail would travel in plain text, or the address or the base of the links is none.
    pub fn new(host: &str, port: u16, tls: MailTls, from: &str, base: &str) -> Result<Self, BadMailSettings> {
        if tls == MailTls::Plain && !is_loopback(host) {
            return Err(BadMailSettings::Plain { host: host.to_owned() });
        }
        let from = from.parse().map_err(|_| BadMailSettings::From { text: from.to_owned() })?;
        let bad = || BadMailSettings::Base { text: base.to_owned() };
        let uri = web_base(base).ok_or_else(bad)?;
        Ok(Self {
            host: host.to_owned(),
            port,
            tls,
            login: None,
            from,
            base: uri,
            timeout: Duration::from_secs(60),
        })
    }

    /// With a login.
    #[must_use]
    pub fn with_login(mut self, user: impl Into<String>, password: Password) -> Self {
        self.login = Some((user.into(), password));
        self
    }

    /// The domain that our mails' ids are made in.
    pub(super) fn domain(&self) -> &str {
        self.from.domain()
    }

    /// The address of a link's page.
    pub(super) fn url(&self, token: &str) -> String {
        format!("{}{}/{token}", self.base.to_string().trim_end_matches('/'), crate::pages::PATH)
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_on_this_machine() {
        let make = |host, tls| {
            MailSettings::new(host, 25, tls, "Loans <ill@example.org>", "https://ill.example.org/")
        };
        for host in ["localhost", "127.0.0.1", "::1", "[::1]"] {
            assert!(make(host, MailTls::Plain).is_ok(), "{host}");
        }
        for host in ["mail.example.org", "10.0.0.1", "127.0.0.1.example.org"] {
            assert!(matches!(make(host, MailTls::Plain), Err(BadMailSettings::Plain { .. })), "{host}");
            assert!(make(host, MailTls::StartTls).is_ok() && make(host, MailTls::Implicit).is_ok());
        }
    }

    #[test]
    fn addresses_and_bases_are_looked_at_and_passwords_never_shown() {
        let make = |from, base| MailSettings::new("localhost", 25, MailTls::Plain, from, base);
        assert!(make("nobody", "https://x.example").is_err() && make("a@b.example", "x.example").is_err());
        assert!(make("a@b.example", "ftp://x.example").is_err());
        let settings = make("a@b.example", "https://x.example/ill/").unwrap();
        assert_eq!(settings.url("T"), "https://x.example/ill/link/T");
        let settings = settings.with_login("user", Password::new("rosebud"));
        assert!(!format!("{settings:?}").contains("rosebud"));
    }
}

//! An address of mail with the name that is shown before it (RFC 5322, section 3.4). Must never hold what could end a header's line.

use std::str::FromStr;

use email_address::{EmailAddress, Options};

/// An address of mail, and the name that is shown before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    name: Option<String>,
    address: EmailAddress,
}

/// The text is not a mailbox. It is not quoted: addresses are kept out of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mailbox is written as `ill@example.org` or `Interlibrary loans <ill@example.org>`")]
pub struct NotAMailbox;

impl Mailbox {
    /// The name, if there is one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address alone.
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    /// The domain of the address.
    pub fn domain(&self) -> &str {
        self.address.domain()
    }
}

impl FromStr for Mailbox {
    type Err = NotAMailbox;

    fn from_str(text: &str) -> Result<Self, NotAMailbox> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>') {
            Some(rest) => {
                let (name, address) = rest.rsplit_once('<').ok_or(NotAMailbox)?;
                (display_name(name.trim())?, address.trim())
            }
            None => (None, text),
        };
        let options = Options::default().without_display_text();
        let address = EmailAddress::parse_with_options(address, options).map_err(|_| NotAMailbox)?;
        Ok(Self { name, address })
    }
}

/// The name before an address: words, or one quoted string.
fn display_name(text: &str) -> Result<Option<String>, NotAMailbox> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(quoted) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return unquoted(quoted).map(Some);
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || !c.is_ascii();
    let fits =
        text.chars().all(|c| is_word(c) || matches!(c, ' ' | '\t')) && !text.contains(char::is_control);
    if fits { Ok(Some(text.to_owned())) } else { Err(NotAMailbox) }
}

/// The text between the quotes, without the backslashes that escape.
fn unquoted(text: &str) -> Result<String, NotAMailbox> {
    let mut name = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => chars.next().ok_or(NotAMailbox)?,
            '"' => return Err(NotAMailbox),
            other => other,
        };
        if c.is_control() && c != '\t' {
            return Err(NotAMailbox);
        }
        name.push(c);
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_alone_or_after_a_name() {
        for (text, name, address) in [
            ("ill@example.org", None, "ill@example.org"),
            (" <ill@example.org> ", None, "ill@example.org"),
            ("Loans <ill@example.org>", Some("Loans"), "ill@example.org"),
            (
                "Dr. J. Smith <j.smith+ill@mail.example.org>",
                Some("Dr. J. Smith"),
                "j.smith+ill@mail.example.org",
            ),
            ("Bücherei <ill@example.org>", Some("Bücherei"), "ill@example.org"),
            (r#""Loans, \"Hill\"" <ill@example.org>"#, Some(r#"Loans, "Hill""#), "ill@example.org"),
            ("<\"a b\"@example.org>", None, "\"a b\"@example.org"),
            ("ill@[192.0.2.1]", None, "ill@[192.0.2.1]"),
        ] {
            let read: Mailbox = text.parse().unwrap_or_else(|_| panic!("{text}"));
            assert_eq!((read.name(), read.address()), (name, address), "{text}");
        }
        let read: Mailbox = "Loans <ill@example.org>".parse().unwrap();
        assert_eq!(read.domain(), "example.org");
    }

    #[test]
    fn what_is_no_mailbox_is_refused() {
        for text in [
            "",
            "nobody",
            "@example.org",
            "ill@",
            "ill@@example.org",
            "a b@example.org",
            "ill@example..org",
            "ill@-example.org",
            "ill@exa mple.org",
            ".ill@example.org",
            "ill@example.org, desk@example.org",
            "Loans <ill@example.org",
            "Loans ill@example.org>",
            "Loans <ill@example.org> x",
            "Loans, Hill <ill@example.org>",
            "Loans (Hill) <ill@example.org>",
            "\"Loans <ill@example.org>",
            "\"Lo\"ans\" <ill@example.org>",
            "<>",
            "Loans <>",
            // What could end the line of a header or of a command.
            "ill\r\n@example.org",
            "ill@example.org\r\nBcc: x@example.org",
            "Loans\r\nBcc: x@example.org <ill@example.org>",
            "\"Loans\r\nBcc: x@example.org\" <ill@example.org>",
            "\"Loans\\\r\\\nBcc: x\" <ill@example.org>",
            "Lo\u{85}ans <ill@example.org>",
            "<\"a\r\nb\"@example.org>",
        ] {
            assert_eq!(text.parse::<Mailbox>(), Err(NotAMailbox), "{text:?}");
        }
    }
}

//! The kinds of values a key of the configuration can have: how each is written and read. Must never touch a file.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use net::http::web_base;
use registry::AddressRange;
use tracing_subscriber::filter::Targets;

/// A kind of value.
pub(crate) trait Value: Sized {
    /// What is expected, for errors and the reference.
    const KIND: &str;
    /// Reads it from its text.
    fn read(text: &str) -> Option<Self>;
    /// Its text, which reads back as the same value.
    fn text(&self) -> String;
    /// Whether it is in TOML without quotes.
    const BARE: bool = false;
}

/// A duration: `30s`, `5m`, `2h`, `90d`, `250ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

/// A span that may be without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    For(Span),
    Forever,
}

/// An address that may be none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) Option<SocketAddr>);

/// A number of bytes: `64 KiB`, `8 MiB`, `1 GiB`, `4096`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) u64);

const SPANS: [(&str, u64); 5] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
const SIZES: [(&str, u64); 4] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// Reads a number with one of the units.
fn measured(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let at = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(at);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

/// Writes a number with the largest unit that divides it.
fn in_units(number: u64, units: &[(&str, u64)], gap: &str) -> String {
    let fits = units.iter().rev().find(|(_, factor)| number != 0 && number.is_multiple_of(*factor));
    let (unit, factor) = fits.unwrap_or(&units[0]);
    format!("{}{gap}{unit}", number / factor)
}

impl Value for Span {
    const KIND: &str = "a duration such as `250ms`, `30s`, `5m`, `2h` or `90d`";
    fn read(text: &str) -> Option<Self> {
        measured(text, &SPANS).map(|millis| Self(Duration::from_millis(millis)))
    }
    fn text(&self) -> String {
        in_units(u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX), &SPANS, "")
    }
}

impl Value for Keep {
    const KIND: &str = "a duration such as `90d`, or `forever`";
    fn read(text: &str) -> Option<Self> {
        if text == "forever" { Some(Self::Forever) } else { Span::read(text).map(Self::For) }
    }
    fn text(&self) -> String {
        match self {
            Self::For(span) => span.text(),
            Self::Forever => "forever".to_owned(),
        }
    }
}

impl Value for Bytes {
    const KIND: &str = "a size such as `64 KiB`, `8 MiB` or `1 GiB`";
    fn read(text: &str) -> Option<Self> {
        measured(text, &SIZES).map(Self)
    }
    fn text(&self) -> String {
        in_units(self.0, &SIZES, " ")
    }
}

impl Value for u32 {
    const KIND: &str = "a whole number from 1 on";
    const BARE: bool = true;
    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number| *number > 0)
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for SocketAddr {
    const KIND: &str = "an address with a port, such as `127.0.0.1:18626` or `[::1]:18626`";
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for Address {
    const KIND: &str = "an address with a port, such as `127.0.0.1:5001` or `[::1]:5001`, or `off`";
    fn read(text: &str) -> Option<Self> {
        if text == "off" { Some(Self(None)) } else { SocketAddr::read(text).map(|at| Self(Some(at))) }
    }
    fn text(&self) -> String {
        self.0.map_or_else(|| "off".to_owned(), |at| at.text())
    }
}

/// Ranges of addresses, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addresses(pub(crate) Vec<AddressRange>);

impl Value for Addresses {
    const KIND: &str =
        "addresses or ranges of them with commas between, such as `127.0.0.1, 192.0.2.0/24`, or nothing";
    fn read(text: &str) -> Option<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().ok()).collect::<Option<_>>().map(Self)
    }
    fn text(&self) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

impl Value for PathBuf {
    const KIND: &str = "a folder";
    fn read(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }
    fn text(&self) -> String {
        self.display().to_string()
    }
}

/// A file, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileAt(pub(crate) Option<PathBuf>);

impl Value for FileAt {
    const KIND: &str = "the path of a file";
    fn read(text: &str) -> Option<Self> {
        Some(Self((!text.is_empty()).then(|| text.into())))
    }
    fn text(&self) -> String {
        self.0.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
    }
}

/// Words, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

impl Value for Text {
    const KIND: &str = "a text in one line";
    fn read(text: &str) -> Option<Self> {
        (!text.contains(char::is_control)).then(|| Self(text.trim().to_owned()))
    }
    fn text(&self) -> String {
        self.0.clone()
    }
}

/// Where links begin, if anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WebBase(pub(crate) Option<hyper::Uri>);

impl Value for WebBase {
    const KIND: &str = "the beginning of a web address such as `https://ill.example.org`, or nothing";
    fn read(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Self(None)) } else { web_base(text).map(|base| Self(Some(base))) }
    }
    fn text(&self) -> String {
        self.0.as_ref().map(|base| base.to_string().trim_end_matches('/').to_owned()).unwrap_or_default()
    }
}

/// Where a password is kept: never in the configuration itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PasswordAt {
    Nowhere,
    File(PathBuf),
    Variable(String),
}

impl Value for PasswordAt {
    const KIND: &str = "`file:` and the path of a file, or `env:` and the name of an environment variable";
    fn read(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text.is_empty() => Some(Self::Nowhere),
            Some(("file", path)) if !path.is_empty() => Some(Self::File(path.into())),
            Some(("env", name)) if !name.is_empty() => Some(Self::Variable(name.to_owned())),
            _ => None,
        }
    }
    fn text(&self) -> String {
        match self {
            Self::Nowhere => String::new(),
            Self::File(path) => format!("file:{}", path.display()),
            Self::Variable(name) => format!("env:{name}"),
        }
    }
}

/// What is logged: a level for each module.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogRules {
    text: String,
    targets: Targets,
}

/// `Targets` holds words and levels only, which equal themselves.
impl Eq for LogRules {}

impl LogRules {
    /// The filter that they make.
    pub(crate) fn targets(&self) -> &Targets {
        &self.targets
    }
}

impl Value for LogRules {
    const KIND: &str =
        "a level (`error`, `warn`, `info`, `debug`, `trace`) or rules such as `info,gateway=debug`";
    fn read(text: &str) -> Option<Self> {
        let targets = text.parse().ok().filter(|_| !text.trim().is_empty())?;
        Some(Self { text: text.to_owned(), targets })
    }
    fn text(&self) -> String {
        self.text.clone()
    }
}

/// Declares a choice of words.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* } $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$vdoc])* $variant,)* }

        impl Value for $name {
            const KIND: &str = $kind;
            fn read(text: &str) -> Option<Self> {
                match text {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
            fn text(&self) -> String {
                match self { $(Self::$variant => $word,)* }.to_owned()
            }
        }
    )*};
}

words! {
    /// Who may be served without TLS.
    Expose {
        /// Everybody on this machine.
        Loopback = "loopback",
        /// Everybody who reaches the address, in the clear.
        PlainHttp = "plain-http",
    } "`loopback` or `plain-http`";

    /// The oldest version of TLS that is spoken with callers.
    TlsFrom {
        /// 1.2.
        Tls12 = "1.2",
        /// 1.3.
        Tls13 = "1.3",
    } "`1.2` or `1.3`";

    /// The header in which trusted proxies name their clients.
    ForwardedBy {
        /// `X-Forwarded-For`.
        XForwardedFor = "x-forwarded-for",
        /// `Forwarded`.
        Forwarded = "forwarded",
    } "`x-forwarded-for` or `forwarded`";

    /// The engine of the store.
    Engine {
        /// The default.
        Redb = "redb",
        /// The other embedded one.
        Sled = "sled",
        /// Nothing outlives the process.
        Memory = "memory",
    } "`redb`, `sled` or `memory`";

    /// How the way to the SMTP server is secured.
    MailSecurity {
        /// By STARTTLS.
        StartTls = "starttls",
        /// From the first byte.
        Tls = "tls",
        /// Not at all.
        Plain = "plain",
    } "`starttls`, `tls` or `plain`";

    /// The form of log lines.
    LogFormat {
        /// For people.
        Text = "text",
        /// For machines.
        Json = "json",
    } "`text` or `json`";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_written_as_they_are_read() {
        for text in ["250ms", "30s", "5m", "2h", "90d", "0ms"] {
            assert_eq!(Span::read(text).map(|span| span.text()).as_deref(), Some(text));
        }
        for text in ["64 KiB", "8 MiB", "1 GiB", "100 B"] {
            assert_eq!(Bytes::read(text).map(|size| size.text()).as_deref(), Some(text));
        }
        for bad in ["", "5", "s", "5 weeks", "-1s", "99999999999999999999d", "1.5h"] {
            assert!(Span::read(bad).is_none(), "{bad}");
        }
        for text in ["error", "info", "TRACE", "off", "info,gateway=debug", "runtime::outbox=trace,warn"] {
            assert_eq!(LogRules::read(text).map(|rules| rules.text()).as_deref(), Some(text));
        }
        for bad in ["", " ", "info,gateway=loud", "gateway=debug=trace"] {
            assert!(LogRules::read(bad).is_none(), "{bad}");
        }
        assert_eq!(Bytes::read("4KiB"), Some(Bytes(4096)));
        for text in ["", "file:smtp.password", "env:SMTP_PASSWORD"] {
            assert_eq!(PasswordAt::read(text).map(|at| at.text()).as_deref(), Some(text));
        }
        for text in ["", "https://ill.example.org", "http://127.0.0.1:8080/ill"] {
            assert_eq!(WebBase::read(text).map(|base| base.text()).as_deref(), Some(text));
        }
        for bad in ["ill.example.org", "ftp://ill.example.org", "https://", "https://ill.example.org?x"] {
            assert!(WebBase::read(bad).is_none(), "{bad}");
        }
        // A password that is written down by mistake is not taken for a place.
        assert!(PasswordAt::read("rosebud").is_none() && PasswordAt::read("file:").is_none());
    }
}

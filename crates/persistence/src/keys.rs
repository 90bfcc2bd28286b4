//! The keys: one table a first byte, the rest sorted the way it is read. Must never hold patron data.

use std::fmt::Write as _;

use crate::{RequestId, UnixMillis, corrupt::Corrupt};

macro_rules! tables {
    ($($name:ident $byte:literal $said:literal $fatal:literal;)*) => {
        $(pub(crate) const $name: u8 = $byte;)*

        /// The name of a key's table.
        pub(crate) fn table(key: &[u8]) -> &'static str {
            match key.first() {
                $(Some(&$name) => $said,)*
                _ => "unknown",
            }
        }

        /// Whether the gateway runs on this table, so that damage there stops the store.
        pub(crate) fn is_vital(key: &[u8]) -> bool {
            match key.first() {
                $(Some(&$name) => $fatal,)*
                _ => false,
            }
        }

        /// The first byte of the table of this name.
        pub(crate) fn table_byte(name: &str) -> Option<u8> {
            match name {
                $($said => Some($name),)*
                _ => None,
            }
        }
    };
}

tables! {
    META      b'm' "meta"     true;
    REQUEST   b'r' "request"  false;
    TIMELINE  b't' "timeline" false;
    LOG       b'l' "log"      false;
    MESSAGE   b'b' "message"  false;
    DEDUPE    b'd' "dedupe"   false;
    EXTERNAL  b'x' "external" false;
    WORKLIST  b'w' "worklist" false;
    CLOSED    b'o' "closed"   false;
    STRIPPED  b'p' "stripped" false;
    LANE      b'q' "lane"     true;
    TIMER     b'y' "timer"    true;
    DUE       b'z' "due"      true;
    COUNTER   b'c' "counter"  false;
    INTAKE    b'i' "intake"   false;
    SOURCE    b's' "source"   false;
    DAY       b'k' "day"      false;
    DOCUMENT  b'g' "document" false;
    HISTORY   b'h' "history"  false;
    MARK      b'u' "mark"     false;
    INCIDENT  b'a' "incident" false;
}

/// A key under construction.
#[derive(Debug, Clone)]
pub(crate) struct Key(Vec<u8>);

impl Key {
    pub(crate) fn new(table: u8) -> Self {
        Self(vec![table])
    }

    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn request(self, id: RequestId) -> Self {
        self.raw(&id.to_bytes())
    }

    pub(crate) fn number(self, number: u64) -> Self {
        self.raw(&number.to_be_bytes())
    }

    /// A time; before 1970 counts as 1970.
    pub(crate) fn time(self, at: UnixMillis) -> Self {
        self.number(at.unsigned())
    }

    /// What sorts after that time, and before any later one.
    pub(crate) fn past(self, at: UnixMillis) -> Self {
        self.number(at.unsigned() + 1)
    }

    /// A text with more key after it: its length goes before it.
    pub(crate) fn text(self, text: &str) -> Self {
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        self.raw(&length.to_be_bytes()).raw(&text.as_bytes()[..usize::from(length)])
    }

    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }
}

/// Reads a key back, part by part.
pub(crate) struct Parts<'a> {
    whole: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(crate) fn new(key: &'a [u8]) -> Self {
        Self { whole: key, rest: key.get(1..).unwrap_or_default() }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Corrupt> {
        let (taken, rest) =
            self.rest.split_at_checked(length).ok_or_else(|| corrupt(self.whole, "its key is cut short"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    pub(crate) fn id(&mut self) -> Result<[u8; 16], Corrupt> {
        self.array()
    }

    pub(crate) fn request(&mut self) -> Result<RequestId, Corrupt> {
        self.id().map(RequestId::from_bytes)
    }

    pub(crate) fn number(&mut self) -> Result<u64, Corrupt> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn time(&mut self) -> Result<UnixMillis, Corrupt> {
        Ok(i64::try_from(self.number()?).map_or(UnixMillis::MAX, UnixMillis::new))
    }

    pub(crate) fn text(&mut self) -> Result<String, Corrupt> {
        let length = u16::from_be_bytes(self.array()?);
        let bytes = self.take(usize::from(length))?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    pub(crate) fn rest(self) -> String {
        String::from_utf8_lossy(self.rest).into_owned()
    }
}

/// The first key after all that begin with `prefix`.
pub(crate) fn after(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            break;
        }
    }
    end
}

pub(crate) fn corrupt(key: &[u8], why: &str) -> Corrupt {
    Corrupt { table: table(key), key: hex(key), why: why.to_owned() }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

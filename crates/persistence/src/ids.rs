//! Identifiers of what is kept: 128 bits, sorted by time, printed with a prefix.
//! Must never read a clock or make randomness: both are arguments.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::UnixMillis;

/// The digits of the printed form: Crockford's base 32, which sorts as the bytes do.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits in fives.
const LENGTH: usize = 26;

/// A text that is not the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an identifier of the form {prefix}_ followed by 26 base-32 digits")]
pub struct BadId {
    /// What was read.
    pub text: String,
    /// The prefix that was wanted.
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u128);

        impl $name {
            /// The identifier made at a moment from the low 80 bits of `random`.
            pub const fn new(at: UnixMillis, random: u128) -> Self {
                Self(((at.unsigned() as u128) << 80) | (random & ((1 << 80) - 1)))
            }

            /// When it was made.
            pub const fn made_at(self) -> UnixMillis {
                // 48 bits: no sign can be among them.
                UnixMillis::new((self.0 >> 80) as i64)
            }

            /// Its 16 bytes, which sort as it does.
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }

            /// The identifier with these bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), digits(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(number)
                    .map(Self)
                    .ok_or_else(|| BadId { text: text.to_owned(), prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A request, as the gateway knows it.
    RequestId "req";
    /// A message that was rendered to be sent.
    MessageId "msg";
    /// Something received that could not be attributed to a request.
    IntakeId "int";
}

fn digits(mut number: u128) -> String {
    let mut out = [b'0'; LENGTH];
    for place in out.iter_mut().rev() {
        *place = DIGITS[(number & 31) as usize];
        number >>= 5;
    }
    out.iter().map(|&digit| char::from(digit)).collect()
}

fn number(text: &str) -> Option<u128> {
    if text.len() != LENGTH {
        return None;
    }
    text.bytes().enumerate().try_fold(0u128, |sum, (place, byte)| {
        let digit = DIGITS.iter().position(|&known| known == byte.to_ascii_lowercase())? as u128;
        if place == 0 && digit > 7 {
            return None;
        }
        Some((sum << 5) | digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_prints_reads_and_sorts_by_time() {
        let moment = UnixMillis::new(1_700_000_000_000);
        let early = RequestId::new(moment, u128::MAX);
        let late = RequestId::new(UnixMillis::new(1_700_000_000_001), 0);
        assert!(early < late && early.to_string() < late.to_string());
        assert_eq!(early.to_string().parse(), Ok(early));
        assert_eq!(early.made_at(), moment);
        for bad in ["", "req_", "msg_00000000000000000000000000", "req_8zzzzzzzzzzzzzzzzzzzzzzzzz"] {
            assert!(bad.parse::<RequestId>().is_err(), "{bad}");
        }
    }
}

//! The SHA-256 of a certificate or of its key: what is compared where it matters which one it is. Must never be compared in part.

use std::{fmt, str::FromStr};

use aws_lc_rs::digest::{SHA256, digest};

/// The SHA-256 of a certificate, or of a public key, in DER.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

/// What is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 has 64 hexadecimal digits, with colons between them or without")]
pub struct BadFingerprint;

impl Fingerprint {
    /// That of these bytes.
    pub fn of(der: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, der).as_ref());
        Self(bytes)
    }
}

impl FromStr for Fingerprint {
    type Err = BadFingerprint;

    /// Reads it as `openssl x509 -fingerprint -sha256` and others write it.
    fn from_str(text: &str) -> Result<Self, BadFingerprint> {
        let digits: Vec<u32> = text
            .chars()
            .filter(|letter| *letter != ':')
            .map(|letter| letter.to_digit(16).ok_or(BadFingerprint))
            .collect::<Result<_, _>>()?;
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() {
            return Err(BadFingerprint);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::try_from(pair[0] << 4 | pair[1]).map_err(|_| BadFingerprint)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_and_other_tools_write_it() {
        let one = Fingerprint::of(b"certificate");
        assert_eq!(one.to_string().parse(), Ok(one));
        let text = one.to_string().to_uppercase();
        let pairs: Vec<&str> = (0..32).map(|at| &text[2 * at..2 * at + 2]).collect();
        assert_eq!(pairs.join(":").parse(), Ok(one));
        for bad in ["", "00", "zz", &text[1..], &format!("{text}0"), "sha256"] {
            assert_eq!(bad.parse::<Fingerprint>(), Err(BadFingerprint), "{bad}");
        }
    }
}

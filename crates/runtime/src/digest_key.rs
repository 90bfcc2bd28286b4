//! The key of the hash by which a patron's earlier request for the same item is found again. It lies in the data directory, for its owner
//! only. Must never be logged, nor be used for anything else.

use std::{
    fmt::{self, Write as _},
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use aws_lc_rs::hmac;
use loan_model::PeerId;
use net::Random;

/// The file.
const FILE: &str = "patron-hash-key";

/// The key.
pub struct HashKey(hmac::Key);

impl HashKey {
    /// Reads the key, making one where there is none.
    pub fn open(dir: &Path, random: &dyn Random) -> io::Result<Self> {
        let path = dir.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => text,
            Ok(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{FILE} is empty"))),
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                let text = format!("{:032x}{:032x}\n", random.next_u128(), random.next_u128());
                let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                text
            }
            Err(why) => return Err(why),
        };
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, text.trim().as_bytes())))
    }

    /// The external key under which a patron's request for something is found again. Says nothing of who it is.
    pub fn wish(&self, library: &PeerId, patron: &str, thing: &str) -> String {
        let said = format!("{library}\n{}\n{}", patron.trim(), thing.trim().to_lowercase());
        let mut key = format!("wish|{library}|");
        for byte in hmac::sign(&self.0, said.as_bytes()).as_ref() {
            // Writing to a String does not fail.
            let _ = write!(key, "{byte:02x}");
        }
        key
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use net::SystemRandom;

    #[test]
    fn a_wish_is_known_again_by_the_same_key_and_names_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let north = PeerId::new("north");
        let key = HashKey::open(dir.path(), &SystemRandom).unwrap().wish(&north, "21234", "ISBN 1");
        let again = HashKey::open(dir.path(), &SystemRandom).unwrap();
        assert_eq!(again.wish(&north, " 21234", "isbn 1"), key);
        assert!(!key.contains("21234"));
        assert_ne!(again.wish(&PeerId::new("south"), "21234", "ISBN 1"), key);
        assert_ne!(again.wish(&north, "21235", "ISBN 1"), key);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(HashKey::open(other.path(), &SystemRandom).unwrap().wish(&north, "21234", "ISBN 1"), key);
    }
}

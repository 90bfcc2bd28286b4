//! Links in mails: signed, expiring, each for one act of one library on one request, and good for one use. Anyone who has a link can act, so
//! a token must never be logged; it is sealed where it is kept.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use acts::ActKind;
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use loan_model::PeerId;
use net::Random;
use persistence::{RequestId, UnixMillis};
use runtime::stored_time::{timestamp, unix_millis};

use super::OnceKey;

/// The file of the key, in the data directory.
const KEY_FILE: &str = "links.key";
/// What stands first in a token: how the rest is laid out.
const LAYOUT: u8 = 1;
/// Layout, request, expiry, nonce.
const HEAD: usize = 1 + 16 + 8 + 16;
/// How long a signature is.
const SIGNATURE: usize = 32;
/// The longest token that is looked at.
const LONGEST: usize = 512;

/// What a link lets its holder do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The request.
    pub request: RequestId,
    /// The library.
    pub library: PeerId,
    /// The act.
    pub act: ActKind,
    /// Until when.
    pub expires: Timestamp,
    /// What makes it differ from every other link.
    pub nonce: [u8; 16],
}

/// Why a link is not good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// It is none of ours, or was changed.
    #[error("the link is not one that was sent from here, or it has been changed on its way")]
    NotOurs,
    /// It was ours, and its time is over.
    #[error("the link could be used until {}", link.expires)]
    Expired {
        /// What it was for.
        link: Box<Link>,
    },
}

/// Who signs links and knows their own again.
pub struct Links {
    key: hmac::Key,
}

impl Links {
    /// Reads the key from the data directory, making one where there is none. With another key, links that were sent before are not known
    /// again.
    ///
    /// # Errors
    /// When the file cannot be read, written or kept private.
    pub fn open(dir: &Path, random: &dyn Random) -> io::Result<Self> {
        let path = dir.join(KEY_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => {
                // A copy of the folder may have been opened to others.
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
                text
            }
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                let text = format!("{:032x}{:032x}\n", random.next_u128(), random.next_u128());
                let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                text
            }
            Err(why) => return Err(why),
        };
        let text = text.trim();
        if text.len() < 64 {
            let why = format!("{}: it is too short for a key; take it away to have one made", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()) })
    }

    /// The token of a new link; `random` makes it unlike any other.
    pub fn issue(
        &self,
        request: RequestId,
        library: &PeerId,
        act: ActKind,
        expires: Timestamp,
        random: u128,
    ) -> String {
        let mut token = vec![LAYOUT];
        token.extend(request.to_bytes());
        token.extend(unix_millis(expires).get().to_be_bytes());
        token.extend(random.to_be_bytes());
        token.extend(library.as_str().as_bytes());
        token.push(b'/');
        token.extend(act.as_str().as_bytes());
        self.sign(token)
    }

    /// The token that says this. What stands first in it says what kind it is, so that none passes for another.
    pub fn sign(&self, mut said: Vec<u8>) -> String {
        let signature = hmac::sign(&self.key, &said);
        said.extend(signature.as_ref());
        URL_SAFE_NO_PAD.encode(said)
    }

    /// What a token says, if it is one of ours.
    pub fn verify(&self, token: &str) -> Option<Vec<u8>> {
        if token.len() > LONGEST {
            return None;
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        hmac::verify(&self.key, said, signature).ok()?;
        bytes.truncate(bytes.len() - SIGNATURE);
        Some(bytes)
    }

    /// What a token is for.
    ///
    /// # Errors
    /// When it is not one of ours, or its time is over.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Link, LinkFault> {
        let link = self.signed(token).ok_or(LinkFault::NotOurs)?;
        if link.expires <= now { Err(LinkFault::Expired { link: Box::new(link) }) } else { Ok(link) }
    }

    fn signed(&self, token: &str) -> Option<Link> {
        let said = self.verify(token)?;
        let (head, names) = said.split_at_checked(HEAD)?;
        let (layout, head) = head.split_first()?;
        if *layout != LAYOUT {
            return None;
        }
        let (request, head) = head.split_first_chunk::<16>()?;
        let (expires, nonce) = head.split_first_chunk::<8>()?;
        let (library, act) = std::str::from_utf8(names).ok()?.split_once('/')?;
        Some(Link {
            request: RequestId::from_bytes(*request),
            library: PeerId::new(library),
            act: act.parse().ok()?,
            expires: timestamp(UnixMillis::new(i64::from_be_bytes(*expires))),
            nonce: nonce.try_into().ok()?,
        })
    }
}

impl Link {
    /// The key under which it is used once.
    pub fn once(&self) -> OnceKey {
        OnceKey::of_link(self.nonce)
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Links")
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use net::SystemRandom;

    fn links() -> (tempfile::TempDir, Links) {
        let dir = tempfile::tempdir().unwrap();
        let links = Links::open(dir.path(), &SystemRandom).unwrap();
        (dir, links)
    }

    fn then() -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap()
    }

    #[test]
    fn a_link_says_what_it_is_for_until_it_expires() {
        let (dir, links) = links();
        let request = RequestId::new(UnixMillis::new(1_790_000_000_000), 7);
        let hill = PeerId::new("hill-library");
        for act in [ActKind::Ship, ActKind::Renew] {
            let token = links.issue(request, &hill, act, then(), 42);
            let before = then() - SignedDuration::from_secs(1);
            // The key is kept: another start knows it again.
            let again = Links::open(dir.path(), &SystemRandom).unwrap();
            let link = again.read(&token, before).unwrap();
            assert_eq!((link.request, &link.library, link.act, link.expires), (request, &hill, act, then()));
            assert_eq!(link.once(), OnceKey::of_link(42u128.to_be_bytes()));
            assert_eq!(again.read(&token, then()), Err(LinkFault::Expired { link: Box::new(link) }));
        }
    }

    #[test]
    fn a_token_with_any_bit_changed_is_not_ours() {
        let (_dir, links) = links();
        let token = links.issue(
            RequestId::new(UnixMillis::new(1), 7),
            &PeerId::new("hill"),
            ActKind::WillSupply,
            then(),
            42,
        );
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let changed = URL_SAFE_NO_PAD.encode(bytes);
            assert_eq!(links.read(&changed, Timestamp::MIN), Err(LinkFault::NotOurs), "bit {bit}");
        }
        for cut in 0..token.len() {
            assert_eq!(links.read(&token[..cut], Timestamp::MIN), Err(LinkFault::NotOurs));
        }
        assert_eq!(links.read(&"A".repeat(100_000), Timestamp::MIN), Err(LinkFault::NotOurs));
    }

    #[test]
    fn another_gateways_link_is_not_ours() {
        let (_dir, ours) = links();
        let (_other, theirs) = links();
        let token = theirs.issue(
            RequestId::new(UnixMillis::new(1), 7),
            &PeerId::new("hill"),
            ActKind::Ship,
            then(),
            42,
        );
        assert_eq!(ours.read(&token, Timestamp::MIN), Err(LinkFault::NotOurs));
    }

    #[test]
    fn the_key_is_private_even_where_it_was_not() {
        let (dir, _) = links();
        let path = dir.path().join(KEY_FILE);
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        Links::open(dir.path(), &SystemRandom).unwrap();
        assert_eq!(mode(), 0o600);
        fs::write(&path, "short").unwrap();
        assert!(Links::open(dir.path(), &SystemRandom).is_err());
    }
}

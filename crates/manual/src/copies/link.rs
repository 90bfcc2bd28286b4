//! The link to a copy: signed, and good until it expires. Anyone who has it can fetch the copy, so it must never be logged.

use jiff::Timestamp;
use persistence::{RequestId, UnixMillis};
use runtime::stored_time::{timestamp, unix_millis};

use crate::Links;

/// What stands first in a token: that it is of a copy, and how the rest is laid out.
const LAYOUT: u8 = 2;

/// What a link gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyLink {
    /// The request that the copy is for.
    pub request: RequestId,
    /// The step of it that keeps the file.
    pub step: u64,
    /// Until when.
    pub expires: Timestamp,
}

impl CopyLink {
    /// Its token.
    pub fn issue(self, links: &Links) -> String {
        let mut said = vec![LAYOUT];
        said.extend(self.request.to_bytes());
        said.extend(self.step.to_be_bytes());
        said.extend(unix_millis(self.expires).get().to_be_bytes());
        links.sign(said)
    }

    /// What a token gives, if it is one of ours.
    pub fn read(links: &Links, token: &str) -> Option<Self> {
        let said = links.verify(token)?;
        let (layout, said) = said.split_first()?;
        if *layout != LAYOUT {
            return None;
        }
        let (request, said) = said.split_first_chunk::<16>()?;
        let (step, expires) = said.split_first_chunk::<8>()?;
        Some(Self {
            request: RequestId::from_bytes(*request),
            step: u64::from_be_bytes(*step),
            expires: timestamp(UnixMillis::new(i64::from_be_bytes(expires.try_into().ok()?))),
        })
    }
}

#[cfg(test)]
mod tests {
    use loan_model::PeerId;

    use super::*;
    use net::SystemRandom;

    #[test]
    fn a_link_gives_what_it_was_made_for_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let links = Links::open(dir.path(), &SystemRandom).unwrap();
        let expires = Timestamp::from_second(1_790_000_000).unwrap();
        let link =
            CopyLink { request: RequestId::new(UnixMillis::new(1_790_000_000_000), 7), step: 3, expires };
        let token = link.issue(&links);
        assert_eq!(CopyLink::read(&links, &token), Some(link));
        for (at, letter) in token.char_indices() {
            let other = if letter == 'A' { 'B' } else { 'A' };
            let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            assert_ne!(CopyLink::read(&links, &changed), Some(link), "at {at}");
        }
        // A link to act is none to a copy, nor the other way round.
        let act = links.issue(link.request, &PeerId::new("hill"), acts::ActKind::Ship, expires, 7);
        assert_eq!(CopyLink::read(&links, &act), None);
        let before = Timestamp::from_second(1_700_000_000).unwrap();
        assert!(links.read(&token, before).is_err());
    }
}

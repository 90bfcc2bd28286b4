//! The editions that peers really write, where the registry says another: seen in what they send, and believed after a few messages in a row.
//! A peer is written to in the edition that it speaks. Kept in memory; what staff were told of it is read again at the start. Must never
//! change the registry.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use iso18626::Edition;
use loan_model::PeerId;

/// So many messages in a row in another edition, and it is for good.
const FOR_GOOD: u32 = 3;

/// What was heard of each peer that does not write as the registry says, by whose connection it is.
#[derive(Debug, Default)]
pub struct SpokenEditions(Mutex<BTreeMap<PeerId, Heard>>);

#[derive(Debug, Clone, Copy)]
struct Heard {
    edition: Edition,
    times: u32,
}

impl SpokenEditions {
    /// A peer wrote in an edition. Gives it when that has just become clear to be another one than the registry's, for good.
    pub fn heard(&self, peer: &PeerId, edition: Edition, registered: Edition) -> Option<Edition> {
        let mut heard = self.lock();
        if is_same(edition, registered) {
            heard.remove(peer);
            return None;
        }
        let known = heard.entry(peer.clone()).or_insert(Heard { edition, times: 0 });
        known.edition = edition;
        known.times = known.times.saturating_add(1);
        (known.times == FOR_GOOD).then_some(edition)
    }

    /// It was clear before a restart.
    pub fn remember(&self, peer: PeerId, edition: Edition) {
        self.lock().insert(peer, Heard { edition, times: FOR_GOOD });
    }

    /// The edition in which a peer is written to.
    pub fn of(&self, peer: &PeerId, registered: Edition) -> Edition {
        let heard = self.lock().get(peer).copied();
        heard
            .filter(|heard| heard.times >= FOR_GOOD && !is_same(heard.edition, registered))
            .map_or(registered, |heard| heard.edition)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PeerId, Heard>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who reads one of two editions reads the other: those before 2021 differ in a few elements only.
fn is_same(one: Edition, other: Edition) -> bool {
    (one == Edition::V2021_2) == (other == Edition::V2021_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Edition::{V1_1, V1_2, V2021_2};

    #[test]
    fn an_edition_is_believed_after_three_messages_in_a_row_and_given_up_after_one() {
        let peer = PeerId::new("north");
        for (registered, heard, spoken) in [
            (V1_2, &[V2021_2, V2021_2][..], V1_2),
            (V1_2, &[V2021_2, V2021_2, V2021_2], V2021_2),
            (V1_2, &[V2021_2, V2021_2, V1_2, V2021_2], V1_2),
            (V1_2, &[V2021_2, V2021_2, V2021_2, V1_1], V1_2),
            (V1_2, &[V1_1, V1_1, V1_1, V1_1], V1_2),
            (V2021_2, &[V1_2, V1_2, V1_2], V1_2),
            (V2021_2, &[V1_1, V1_2, V1_1], V1_1),
        ] {
            let editions = SpokenEditions::default();
            let told = heard.iter().filter_map(|edition| editions.heard(&peer, *edition, registered)).count();
            assert_eq!(editions.of(&peer, registered), spoken, "{registered} {heard:?}");
            assert_eq!(told, usize::from(heard.len() > 2 && !is_same(heard[2], registered)), "{heard:?}");
            // Once the registry says so, it is as it should be.
            assert_eq!(editions.of(&peer, spoken), spoken);
            assert_eq!(editions.of(&PeerId::new("other"), registered), registered);
        }
    }
}

//! Whether it is a message that its peer stumbles over, or the peer that is ill: what one message is met with again and again while others go
//! through is about that message. Pure: must never read a clock.

use super::transport::{AtLast, Blames, Met};

/// So often alone, and a complaint about a message is believed.
const COMPLAINT: u32 = 1;
/// So often alone, and any other status is.
const ANY_STATUS: u32 = 3;
/// So often alone, and that there is no answer is: a peer that is at its limit spares some and not others.
const NO_ANSWER: u32 = 5;

/// What a lane's head was met with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stumbles {
    met: Met,
    /// How often in a row it was met with it while others went through.
    alone: u32,
    /// How many messages the peer had answered by then.
    answered: u64,
}

impl Stumbles {
    /// A message was met with that, when its peer had answered so many.
    pub(super) fn after(before: Option<Self>, met: Met, answered: u64) -> Self {
        match before {
            Some(before) if before.met == met => {
                let alone = before.alone + u32::from(answered > before.answered);
                Self { met, alone, answered }
            }
            _ => Self { met, alone: 0, answered },
        }
    }

    /// Whether others went through while this one did not.
    pub(super) fn alone(self) -> bool {
        self.alone > 0
    }

    /// Whether it has been alone so often that the message is not tried any more.
    pub(super) fn settles(self, blames: &Blames) -> bool {
        let enough = match blames {
            Blames::Message { at_last: AtLast::Refused(_), .. } => COMPLAINT,
            Blames::Message { .. } | Blames::Door { .. } => ANY_STATUS,
            Blames::Answering { .. } => NO_ANSWER,
            Blames::Peer | Blames::Certificate => return false,
        };
        self.alone >= enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_others_are_spared_is_about_the_message() {
        let complaint = Blames::Message { status: 400, at_last: AtLast::Refused(Vec::new()) };
        let trouble = Blames::Message { status: 500, at_last: AtLast::Undeliverable };
        let door = Blames::Door { status: 403 };
        let ill = Blames::Answering { status: Some(503) };
        let after = |answered: &[u64]| {
            answered
                .iter()
                .fold(None, |before, answered| Some(Stumbles::after(before, Met::Status(400), *answered)))
                .unwrap()
        };
        for (answered, alone, refused, set_aside, at_last) in [
            (&[7][..], false, false, false, false),
            (&[7, 7, 7, 7, 7, 7], false, false, false, false),
            (&[7, 8], true, true, false, false),
            (&[0, 0, 1, 1, 2], true, true, false, false),
            (&[0, 1, 2, 3], true, true, true, false),
            (&[0, 1, 2, 3, 4, 5], true, true, true, true),
        ] {
            let stumbles = after(answered);
            assert_eq!(stumbles.alone(), alone, "{answered:?}");
            assert_eq!(stumbles.settles(&complaint), refused, "{answered:?}");
            assert_eq!(stumbles.settles(&trouble), set_aside, "{answered:?}");
            assert_eq!(stumbles.settles(&door), set_aside, "{answered:?}");
            assert_eq!(stumbles.settles(&ill), at_last, "{answered:?}");
            assert!(!stumbles.settles(&Blames::Peer));
        }
        let other = Stumbles::after(Some(after(&[0, 1, 2, 3])), Met::Trouble, 9);
        assert!(!other.alone(), "another status is another trouble");
    }

    #[test]
    fn trouble_over_there_is_the_same_whoever_says_so() {
        let met = |blames: Blames| blames.met();
        for status in [None, Some(408), Some(502), Some(503), Some(504)] {
            assert_eq!(met(Blames::Answering { status }), Some(Met::Trouble));
        }
        assert_eq!(met(Blames::Message { status: 500, at_last: AtLast::Undeliverable }), Some(Met::Trouble));
        assert_eq!(met(Blames::Door { status: 404 }), Some(Met::Status(404)));
        assert_eq!(met(Blames::Door { status: 429 }), None, "too much at once is about no message");
    }
}

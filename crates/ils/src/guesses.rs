//! How often a member may try cards and PINs at a member's system. A PIN that was wrong, or a card that nobody has, makes the next try wait, by
//! sender and card; many of them, on whatever cards, by sender. Cards are known by a digest whose key goes with the process. Must never keep
//! or log a card or a PIN, and what is said of a pause must never depend on whether the PIN would have been right.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use aws_lc_rs::hmac;
use dialects::ncip::is_pin;
use loan_model::PeerId;
use ncip::{Body, Problem, ProblemKind, UserId};
use net::Random;
use runtime::failed_proofs::{FailedProofs, Pauses};

/// One card: the fifth failure is followed by a second, a day of trying is about a hundred tries.
const OF_CARD: Pauses = Pauses {
    free: 5,
    first: Duration::from_secs(1),
    longest: Duration::from_secs(15 * 60),
    remembered: Duration::from_secs(24 * 3600),
};

/// All cards of one sender: its honest patrons never wait longer than a minute for what others try there.
const OF_SENDER: Pauses = Pauses {
    free: 100,
    first: Duration::from_secs(1),
    longest: Duration::from_secs(60),
    remembered: Duration::from_secs(3600),
};

/// In so many ways a message may name its user: each is counted, and one message must not fill the table.
const MOST_NAMES: usize = 4;

/// How often what was held back is told.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// So much held back within [`TELL_EVERY`] is no forgetful patron.
const MANY: u32 = 20;

/// Nor is a try that so long a pause follows, though whoever makes it keeps to the pauses.
const LONG: Duration = Duration::from_secs(60);

/// What was tried lately.
pub struct Guesses {
    key: hmac::Key,
    cards: FailedProofs<Tried>,
    senders: FailedProofs<(PeerId, With)>,
    held_back: Mutex<HashMap<PeerId, HeldBack>>,
}

/// What a message has to show who its user is. What is tried without a PIN does not hold up who has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum With {
    /// A PIN, or something that may be one.
    Secret,
    /// A card alone.
    Card,
}

/// A card that a sender tries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Tried {
    sender: PeerId,
    with: With,
    card: [u8; 16],
}

/// A message that may be a guess.
#[derive(Debug)]
pub(super) struct Guess {
    sender: (PeerId, With),
    cards: Vec<Tried>,
}

impl Guess {
    /// Whether the message names its user in more ways than anybody needs.
    pub(super) fn is_too_much(&self) -> bool {
        self.cards.len() > MOST_NAMES
    }

    /// A card that was held back, as the log shows it.
    pub(super) fn digest(&self) -> String {
        let card = self.cards.first().map_or(&[][..], |tried| &tried.card[..4]);
        card.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What became of a guess.
#[derive(Debug, Clone, Copy)]
pub(super) enum Came<'a> {
    /// It never arrived.
    Nowhere,
    /// The system says yes, or what is wrong.
    Answered(&'a [Problem]),
}

/// What was held back of one sender since it was last told.
#[derive(Debug, Clone, Copy)]
struct HeldBack {
    since: Instant,
    count: u32,
}

/// What is to be told of a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tell {
    /// Nothing yet.
    Nothing,
    /// A line in the log: so many.
    Line(u32),
    /// That the sender is guessing.
    Incident,
}

impl Guesses {
    /// Nothing was tried.
    pub fn new(random: &dyn Random) -> Self {
        let key = [random.next_u128().to_be_bytes(), random.next_u128().to_be_bytes()].concat();
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            cards: FailedProofs::new(OF_CARD),
            senders: FailedProofs::new(OF_SENDER),
            held_back: Mutex::default(),
        }
    }

    /// What a message to a member's system tries; nothing, where it names no user.
    pub(super) fn of(&self, from: &PeerId, to: &PeerId, body: &Body) -> Option<Guess> {
        let inputs = body.authentication_inputs();
        let named = body.user_id().map(UserId::value).filter(|id| !id.trim().is_empty());
        let given = inputs.iter().filter(|input| !is_pin(input));
        let given = given.map(|input| input.authentication_input_data.expose());
        let mut names: Vec<&str> = named.into_iter().chain(given).collect();
        if names.is_empty() && inputs.is_empty() {
            return None;
        }
        // What a PIN is called differs: of two things that are given, one may be a secret.
        let with = match inputs.iter().any(is_pin) || names.len() > 1 {
            true => With::Secret,
            false => With::Card,
        };
        if names.is_empty() {
            names.push("");
        }
        let tried = |name| Tried { sender: from.clone(), with, card: self.digest(to, name) };
        let mut cards: Vec<Tried> = names.into_iter().map(tried).collect();
        cards.sort_unstable_by_key(|tried| tried.card);
        cards.dedup();
        Some(Guess { sender: (from.clone(), with), cards })
    }

    /// Whether it may be carried now. With a secret it counts as failed from here on, until [`Self::ended`] says otherwise.
    pub(super) fn begin(&self, guess: &Guess, now: Instant) -> Result<(), Duration> {
        if let Some(wait) = self.senders.pause(&guess.sender, now) {
            return Err(wait);
        }
        for (index, card) in guess.cards.iter().enumerate() {
            let may = match guess.sender.1 {
                With::Secret => self.cards.attempt(card, now),
                With::Card => self.cards.pause(card, now).map_or(Ok(()), Err),
            };
            if let (Err(_), With::Secret) = (may, guess.sender.1) {
                guess.cards[..index].iter().for_each(|card| self.cards.take_back(card, now));
            }
            may?;
        }
        Ok(())
    }

    /// It has ended, and what is to be told of it. A secret whose end nobody knows stays a failure: a system may answer a wrong PIN with silence.
    pub(super) fn ended(&self, guess: &Guess, came: Came<'_>, now: Instant) -> Tell {
        let problems = match came {
            Came::Nowhere => &[][..],
            Came::Answered(problems) => problems,
        };
        if problems.iter().all(is_of_the_loan) {
            if guess.sender.1 == With::Secret {
                guess.cards.iter().for_each(|card| self.cards.take_back(card, now));
            }
        } else if problems.iter().any(is_of_user) {
            self.senders.add(&guess.sender, now);
            if guess.sender.1 == With::Card {
                guess.cards.iter().for_each(|card| self.cards.add(card, now));
            }
        }
        let cards = guess.cards.iter().filter_map(|card| self.cards.pause(card, now));
        match cards.chain(self.senders.pause(&guess.sender, now)).any(|wait| wait >= LONG) {
            true => Tell::Incident,
            false => Tell::Nothing,
        }
    }

    /// Something of this sender was held back.
    pub(super) fn held_back(&self, sender: &PeerId, now: Instant) -> Tell {
        let mut all = self.held_back.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(held_back) = all.get_mut(sender) else {
            all.insert(sender.clone(), HeldBack { since: now, count: 0 });
            return Tell::Line(1);
        };
        held_back.count += 1;
        let count = held_back.count;
        if now.saturating_duration_since(held_back.since) >= TELL_EVERY {
            *held_back = HeldBack { since: now, count: 0 };
            Tell::Line(count)
        } else if count == MANY {
            Tell::Incident
        } else {
            Tell::Nothing
        }
    }

    /// A member's card, however it is written: systems differ in the marks and leading zeros that they take for nothing.
    fn digest(&self, home: &PeerId, card: &str) -> [u8; 16] {
        let card: String =
            card.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let said = format!("{home}\n{}", card.trim_start_matches('0'));
        let mut digest = [0; 16];
        digest.copy_from_slice(&hmac::sign(&self.key, said.as_bytes()).as_ref()[..16]);
        digest
    }
}

/// Whether a problem says that there is no such user, or that he is another: in the standard's words or a system's own.
fn is_of_user(problem: &Problem) -> bool {
    let said = problem.problem_type.value.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    has(&["user", "patron", "borrower", "password", "authentic"])
        && !has(&["agency", "block", "ineligible", "privilege"])
}

/// Whether a problem is about what is asked for and says nothing of the user: whoever gets it has guessed nothing.
fn is_of_the_loan(problem: &Problem) -> bool {
    use ProblemKind::{
        CannotAcceptItem, DuplicateItem, DuplicateRequest, ItemAlreadyCheckedOut, ItemDoesNotCirculate,
        ItemNotCheckedOut, ItemNotCheckedOutToThisUser, ItemNotRenewable, MaximumCheckOutsExceeded,
        MaximumRenewalsExceeded, MaximumRequestsExceeded, RequestAlreadyProcessed, UnknownItem,
        UnknownRequest,
    };
    matches!(
        problem.known(),
        Some(
            CannotAcceptItem
                | DuplicateItem
                | DuplicateRequest
                | ItemAlreadyCheckedOut
                | ItemDoesNotCirculate
                | ItemNotCheckedOut
                | ItemNotCheckedOutToThisUser
                | ItemNotRenewable
                | MaximumCheckOutsExceeded
                | MaximumRenewalsExceeded
                | MaximumRequestsExceeded
                | RequestAlreadyProcessed
                | UnknownItem
                | UnknownRequest
        )
    )
}

impl std::fmt::Debug for Guesses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guesses")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ncip::{AuthenticationInput, LookupUser, SchemeValue, Secret};
    use net::{Clock, RealClock, SystemRandom};

    const WRONG: ProblemKind = ProblemKind::UserAuthenticationFailed;
    const UNKNOWN: ProblemKind = ProblemKind::UnknownUser;

    fn body(user: &str, inputs: &[(&str, &str)]) -> Body {
        let input = |(kind, data): &(&str, &str)| AuthenticationInput {
            authentication_input_data: Secret::from(*data),
            authentication_input_type: SchemeValue::bare(*kind),
            ..AuthenticationInput::default()
        };
        let id = UserId { user_identifier_value: user.to_owned(), ..UserId::default() };
        Body::from(LookupUser {
            user_id: (!user.is_empty()).then_some(id),
            authentication_inputs: inputs.iter().map(input).collect(),
            ..LookupUser::default()
        })
    }

    struct Desk {
        guesses: Guesses,
        now: Instant,
    }

    impl Desk {
        fn new() -> Self {
            Self { guesses: Guesses::new(&SystemRandom), now: RealClock.monotonic() }
        }

        /// How many of so many tries are carried, each ending thus.
        fn carried(&self, from: &str, count: usize, body: &Body, answer: Option<ProblemKind>) -> usize {
            let guess = self.guesses.of(&PeerId::new(from), &PeerId::new("north"), body).unwrap();
            let problems: Vec<Problem> = answer.map(Problem::new).into_iter().collect();
            let one = || {
                let may = self.guesses.begin(&guess, self.now).is_ok();
                if may {
                    self.guesses.ended(&guess, Came::Answered(&problems), self.now);
                }
                may
            };
            (0..count).filter(|_| one()).count()
        }
    }

    #[test]
    fn a_card_is_slow_to_guess_at_however_it_is_named_and_answered() {
        let pin = ("PIN", "1");
        let all = [
            (body("123", &[pin]), WRONG),
            (body("", &[("Barcode Id", "123"), pin]), WRONG),
            (body(" 0012-3", &[pin]), WRONG),
            (body("123", &[pin]), ProblemKind::UserBlocked),
            (body("123", &[pin]), ProblemKind::TemporaryProcessingFailure),
            (body("123", &[("Kennwort", "1")]), ProblemKind::TemporaryProcessingFailure),
            (body("123", &[]), UNKNOWN),
            (body("", &[pin]), WRONG),
        ];
        for (body, answer) in all {
            let desk = Desk::new();
            assert_eq!(desk.carried("south", 300, &body, Some(answer)), 5, "{body:?}");
            assert_eq!(desk.carried("east", 1, &body, Some(answer)), 1, "another sender: {body:?}");
            assert_eq!(
                desk.carried("south", 1, &self::body("124", &[pin]), None),
                1,
                "another card: {body:?}"
            );
        }
        // The card is named twice, once as another each time.
        let desk = Desk::new();
        let named = |n: usize| body(&format!("9{n}"), &[("Barcode Id", "123"), pin]);
        let carried = (0..300).map(|n| desk.carried("south", 1, &named(n), Some(WRONG))).sum::<usize>();
        assert_eq!(carried, 5);
        let names = ["1", "2", "3", "4", "5"].map(|card| ("Barcode Id", card));
        let guess = desk.guesses.of(&PeerId::new("south"), &PeerId::new("north"), &body("", &names));
        assert!(guess.unwrap().is_too_much());
    }

    #[test]
    fn what_nobody_has_answered_counts_and_what_never_arrived_does_not() {
        let desk = Desk::new();
        let (south, north) = (PeerId::new("south"), PeerId::new("north"));
        let guess = desk.guesses.of(&south, &north, &body("123", &[("PIN", "1")])).unwrap();
        for _ in 0..20 {
            desk.guesses.begin(&guess, desk.now).unwrap();
            desk.guesses.ended(&guess, Came::Nowhere, desk.now);
        }
        let begun = (0..20).filter(|_| desk.guesses.begin(&guess, desk.now).is_ok()).count();
        assert_eq!(begun, 5, "all at once, and none has ended");
    }

    #[test]
    fn a_day_of_guessing_at_one_card_tries_a_hundredth_of_all_pins() {
        let mut desk = Desk::new();
        let (start, mut carried) = (desk.now, 0);
        while desk.now < start + Duration::from_secs(24 * 3600) {
            carried += desk.carried("south", 1, &body("123", &[("PIN", "1")]), Some(WRONG));
            desk.now += Duration::from_secs(1);
        }
        assert!((90..=120).contains(&carried), "{carried}");
    }

    #[test]
    fn walking_over_cards_is_slow_and_does_not_hold_up_what_has_a_pin() {
        let mut desk = Desk::new();
        let walk =
            |desk: &Desk, n: usize| desk.carried("south", 1, &body(&format!("9{n}"), &[]), Some(UNKNOWN));
        assert_eq!((0..500).map(|n| walk(&desk, n)).sum::<usize>(), 100);
        assert_eq!(desk.carried("south", 1, &body("123", &[]), None), 0, "whatever is there");
        assert_eq!(desk.carried("south", 1, &body("123", &[("PIN", "1")]), None), 1);
        assert_eq!(desk.carried("east", 1, &body("123", &[]), None), 1);
        let start = desk.now;
        let mut more = 0;
        for n in 500..4000 {
            desk.now += Duration::from_secs(1);
            more += walk(&desk, n);
        }
        assert!((60..=230).contains(&more), "{more} in {:?}", desk.now - start);
        // What says nothing of the user is nothing that the sender did.
        let desk = Desk::new();
        let blocked = (0..500).map(|n| {
            desk.carried(
                "south",
                1,
                &body(&format!("9{n}"), &[]),
                Some(ProblemKind::TemporaryProcessingFailure),
            )
        });
        assert_eq!(blocked.sum::<usize>(), 500);
    }

    #[test]
    fn the_right_pin_is_never_held_up_by_itself() {
        let desk = Desk::new();
        assert_eq!(desk.carried("south", 300, &body("123", &[("PIN", "1")]), None), 300);
        assert_eq!(desk.carried("south", 300, &body("123", &[]), None), 300);
    }

    #[test]
    fn an_answer_about_the_item_is_no_failed_guess() {
        let (with_pin, card) = (body("123", &[("PIN", "1")]), body("123", &[]));
        for kind in [ProblemKind::UnknownItem, ProblemKind::ItemNotCheckedOutToThisUser] {
            let desk = Desk::new();
            assert_eq!(desk.carried("south", 300, &with_pin, Some(kind)), 300, "{kind}");
            assert_eq!(desk.carried("south", 300, &card, Some(kind)), 300, "{kind}");
        }
        // Beside one about the user it is a guess as before, and one that nobody knows may be anything.
        let desk = Desk::new();
        let guess = desk.guesses.of(&PeerId::new("south"), &PeerId::new("north"), &with_pin).unwrap();
        let both = [ProblemKind::UnknownItem, WRONG].map(Problem::new);
        let begun = (0..20).filter(|_| {
            let may = desk.guesses.begin(&guess, desk.now).is_ok();
            desk.guesses.ended(&guess, Came::Answered(&both), desk.now);
            may
        });
        assert_eq!(begun.count(), 5);
    }

    #[test]
    fn what_is_held_back_is_told_once_a_minute() {
        let desk = Desk::new();
        let south = PeerId::new("south");
        let told: Vec<Tell> = (0..30).map(|_| desk.guesses.held_back(&south, desk.now)).collect();
        assert_eq!(told[0], Tell::Line(1));
        assert_eq!(told.iter().filter(|told| **told == Tell::Incident).count(), 1);
        assert_eq!(told.iter().filter(|told| **told == Tell::Nothing).count(), 28);
        assert_eq!(desk.guesses.held_back(&PeerId::new("east"), desk.now), Tell::Line(1));
        assert_eq!(desk.guesses.held_back(&south, desk.now + TELL_EVERY), Tell::Line(30));
    }
}

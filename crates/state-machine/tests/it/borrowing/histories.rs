//! Random histories of supplier, staff, patron, ILS and clocks, with repeats and losses. After each step the promises must hold; the
//! world checks the most of them itself.

use acts::{Act, ActKind, Barcode, Fields, VolumeRef};
use iso18626::{Action, DateTime, DeliveryInfo, Open, ReasonForMessage, Status, YesNo};
use loan_model::{
    MayHaveArrived,
    hosted::{HostedFacts, RenewalRule, StepSetting},
    ils::{IlsAnswer, IlsCommand, IlsNotice, NoticeKind, Step, StepId},
    names::{OutboundKind, TimerName, VolumeNo},
};
use proptest::prelude::*;
use state_machine::{
    borrowing::{Borrowing, VolumeState},
    hosted::{Context, Input, Machine, Origin},
    interpreter::{DeliveryOutcome, RuleVerdict, evolve},
};

use crate::oracle::words;

use super::world::{KEY, Record, World, by_hand, never_renews, refusal, with_ils, with_prefix, without};

/// What staff of a borrower do.
const ACTS: &[&str] = &[
    "send",
    "edit",
    "set-pickup",
    "cancel",
    "agree-condition",
    "decline-condition",
    "retry",
    "receive",
    "copy-received",
    "pick-up",
    "check-in",
    "renew",
    "ship-back",
    "report-lost",
    "report-damaged",
    "charge",
    "note",
    "ask-status",
    "retry-step",
    "done-by-hand",
    "give-up",
    "resolve-incidents",
    "close",
];

/// One step, with numbers that pick among what is there.
#[derive(Clone, Debug)]
enum Happens {
    Supplier { status: u8, reason: u8, terms: bool, items: u8 },
    Staff { act: u8, volume: u8 },
    Ils { how: u8 },
    Repeat { which: u8 },
    Patron { volume: u8, told: bool },
    Notice { kind: u8, volume: u8 },
    Timer { which: u8 },
    Delivered { which: u8, outcome: u8 },
    Pass { hours: u8 },
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        8 => (any::<u8>(), any::<u8>(), prop::bool::weighted(0.1), any::<u8>())
            .prop_map(|(status, reason, terms, items)| Happens::Supplier { status, reason, terms, items }),
        9 => (any::<u8>(), any::<u8>()).prop_map(|(act, volume)| Happens::Staff { act, volume }),
        9 => any::<u8>().prop_map(|how| Happens::Ils { how }),
        1 => any::<u8>().prop_map(|which| Happens::Repeat { which }),
        4 => (any::<u8>(), any::<bool>()).prop_map(|(volume, told)| Happens::Patron { volume, told }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(kind, volume)| Happens::Notice { kind, volume }),
        5 => any::<u8>().prop_map(|which| Happens::Timer { which }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(which, outcome)| Happens::Delivered { which, outcome }),
        1 => (1..200u8).prop_map(|hours| Happens::Pass { hours }),
    ]
}

fn libraries() -> impl Strategy<Value = HostedFacts> {
    use loan_model::ils::Step::{ChargePatron, CheckPatron, PollItem, RecallFromPatron, RenewForPatron};
    let bare = [CheckPatron, PollItem, RenewForPatron, RecallFromPatron, ChargePatron]
        .into_iter()
        .fold(with_ils(), without);
    prop_oneof![7 => Just(with_ils()), 1 => Just(by_hand()), 1 => Just(with_prefix("X")), 1 => Just(never_renews()), 2 => Just(bare)]
}

fn pick<T: Clone>(from: &[T], number: u8) -> Option<T> {
    (!from.is_empty()).then(|| from[usize::from(number) % from.len()].clone())
}

/// Of an item mostly; every other status comes too.
const STATUSES: &[Status] = &[
    Status::Loaned,
    Status::Loaned,
    Status::Loaned,
    Status::Loaned,
    Status::Loaned,
    Status::Loaned,
    Status::WillSupply,
    Status::WillSupply,
    Status::ExpectToSupply,
    Status::RequestReceived,
    Status::Overdue,
    Status::Overdue,
    Status::Recalled,
    Status::RetryPossible,
    Status::Unfilled,
    Status::HoldReturn,
    Status::ReleaseHoldReturn,
    Status::CopyCompleted,
    Status::LoanCompleted,
    Status::CompletedWithoutReturn,
    Status::Cancelled,
];

const REASONS: &[ReasonForMessage] = &[
    ReasonForMessage::RequestResponse,
    ReasonForMessage::StatusRequestResponse,
    ReasonForMessage::RenewResponse,
    ReasonForMessage::CancelResponse,
    ReasonForMessage::Notification,
];

/// A history under way, and what the ILS was ever asked.
struct History {
    world: World,
    commands: Vec<(StepId, IlsCommand)>,
    sent: Vec<OutboundKind>,
}

impl History {
    fn supplier(&mut self, status: u8, reason: u8, terms: bool, items: u8) {
        let which =
            if reason < 170 { ReasonForMessage::StatusChange } else { pick(REASONS, reason).unwrap() };
        let Some(status) = pick(STATUSES, status) else { return };
        if self.world.state().id().is_none() {
            return;
        }
        let mut message = self.world.message(which, status);
        message.message_info.answer_yes_no = Some(if items.is_multiple_of(2) { YesNo::Y } else { YesNo::N });
        message.status_info.due_date =
            (items > 40).then(|| DateTime::from_instant(self.world.in_days(i64::from(items))));
        let barcodes = ["a", "b", "c"];
        message.delivery_info = Some(DeliveryInfo {
            item_id: barcodes[..usize::from(items) % 4].iter().map(|b| (*b).to_owned()).collect(),
            url: items.is_multiple_of(5).then(|| "https://lender.example/copy".to_owned()),
            loan_condition: if terms { vec![Open::new("LibraryUseOnly")] } else { Vec::new() },
            ..DeliveryInfo::default()
        });
        self.world.hear(message);
    }

    fn staff(&mut self, act: u8, volume: u8) {
        // What moves an item comes more often than what ends the request.
        let often = [
            "receive",
            "pick-up",
            "check-in",
            "ship-back",
            "pick-up",
            "check-in",
            "ship-back",
            "retry-step",
            "give-up",
            "done-by-hand",
            "renew",
            "send",
        ];
        // Of what is done often, half is among what is allowed.
        // By settings that allow everything, so that others change nothing in which histories there are.
        let mut generous = self.world.library.clone();
        generous.renewals = RenewalRule::AskSupplier;
        generous.steps.insert(Step::ChargePatron, StepSetting::On);
        let allowed = Borrowing::allowed_actions(self.world.state(), &generous);
        let is_allowed = |name: &&str| name.parse().is_ok_and(|kind: ActKind| allowed.contains(&kind));
        let allowed: Vec<&str> = ACTS.iter().copied().filter(is_allowed).collect();
        let name = match act {
            0..115 => pick(&often, act),
            115..230 => pick(&allowed, act),
            _ => pick(ACTS, act),
        };
        let Some(name) = name else { return };
        let volumes = match volume % 4 {
            0 => Vec::new(),
            number => vec![VolumeNo(u16::from(number))],
        };
        let ticket = pick(&self.world.state().summary().asked, volume);
        let Some(act) = make(name, volumes, ticket) else { return };
        if let Act::DoneByHand { step: ticket } = act
            && self.world.state().summary().asked.contains(&ticket)
        {
            self.by_hand(ticket);
        }
        self.world.act(act);
    }

    /// Staff do in the ILS what it did not do.
    fn by_hand(&mut self, ticket: StepId) {
        let command = self.commands.iter().rev().find(|(asked, _)| *asked == ticket).map(|(_, c)| c.clone());
        match command {
            Some(IlsCommand::DeleteItem { item }) => {
                self.world.items.remove(&item);
            }
            Some(
                IlsCommand::CancelRequestItem { item: Some(item), .. } | IlsCommand::CheckInItem { item },
            ) => {
                if let Some(record) = self.world.items.get_mut(&item) {
                    *record = Record::Free;
                }
            }
            Some(command) => {
                self.world.carry_out(&command);
            }
            None => {}
        }
    }

    /// The ILS answers what it was asked first: it does it, says no, fails before, or fails after.
    fn ils(&mut self, how: u8) {
        let Some((ticket, command)) = self.world.asked.first().cloned() else { return };
        let failed = |may_have_arrived| IlsAnswer::Failed { why: "no answer".to_owned(), may_have_arrived };
        let answer = match how % 16 {
            8 if matches!(command, IlsCommand::LookupUser { .. }) => refusal("Unknown User"),
            0 => refusal("Temporary Processing Failure"),
            1 => failed(MayHaveArrived::No),
            2 => failed(MayHaveArrived::Yes),
            3 => {
                self.world.carry_out(&command);
                failed(MayHaveArrived::Yes)
            }
            4..8 => self.world.carry_out(&command),
            _ => return self.world.ils(),
        };
        self.world.answer(ticket, answer);
    }

    /// An answer that comes again changes nothing.
    fn repeat(&mut self, which: u8) {
        let Some((ticket, answer)) = pick(&self.world.answered, which) else { return };
        if self.world.asked.iter().any(|(open, _)| *open == ticket) {
            return;
        }
        let before = self.world.state.clone();
        self.world.step(&Input::Ils { step: ticket, answer });
        assert!(self.world.last.effects.is_empty());
        assert_eq!(self.world.state, before);
    }

    /// The patron takes it, or brings it back, in the ILS.
    fn patron(&mut self, volume: u8, told: bool) {
        let number = VolumeNo(u16::from(volume % 3) + 1);
        let Some((item, state)) = self.local(number) else { return };
        let (record, kind) = match (self.world.items.get(&item), state) {
            (Some(Record::OnHold), VolumeState::OnShelf | VolumeState::Expired) => {
                (Record::OnLoan, NoticeKind::CheckedOut)
            }
            (Some(Record::OnLoan), state) if state.is_out() => (Record::Free, NoticeKind::CheckedIn),
            _ => return,
        };
        self.world.in_the_ils(&item, record);
        if told {
            self.world.step(&Input::Notice(IlsNotice { kind, volume: Some(number), due: None }));
        }
    }

    fn local(&self, number: VolumeNo) -> Option<(String, VolumeState)> {
        let state = self.world.state().volume_states().find(|(known, _)| *known == number)?.1;
        let local =
            self.world.state().summary().volumes.iter().find(|v| v.volume == number)?.local.clone()?;
        self.world.owns(&local).then_some((local, state))
    }

    /// Notices of what changes nothing in the ILS's record.
    fn notice(&mut self, kind: u8, volume: u8) {
        use NoticeKind::{Lost, Recalled, Received, Renewed, RequestCancelled, Shipped};
        let Some(kind) = pick(&[Shipped, Received, Renewed, Recalled, Lost, RequestCancelled], kind) else {
            return;
        };
        let volume = match volume % 4 {
            0 => None,
            number => Some(VolumeNo(u16::from(number))),
        };
        if kind == RequestCancelled {
            let Some(number) = volume else { return };
            let Some((item, _)) = self.local(number) else { return };
            if self.world.items.get(&item) != Some(&Record::OnHold) {
                return;
            }
            self.world.in_the_ils(&item, Record::Free);
        }
        self.world.step(&Input::Notice(IlsNotice { kind, volume, due: Some(self.world.now) }));
    }

    fn timer(&mut self, which: u8) {
        let timers: Vec<TimerName> = self.world.timers.keys().copied().collect();
        if let Some(name) = pick(&timers, which) {
            self.world.rings(&name.to_string());
        }
    }

    fn delivered(&mut self, which: u8, outcome: u8) {
        let Some(kind) = pick(&self.sent, which) else { return };
        let outcome = match outcome % 6 {
            0 => DeliveryOutcome::Refused(Vec::new()),
            1 => DeliveryOutcome::Undeliverable {
                why: "no route".to_owned(),
                may_have_arrived: MayHaveArrived::Yes,
            },
            2 => DeliveryOutcome::Undeliverable {
                why: "no route".to_owned(),
                may_have_arrived: MayHaveArrived::No,
            },
            _ => DeliveryOutcome::Confirmed,
        };
        self.world.delivered(kind, outcome);
    }

    fn step(&mut self, happens: &Happens) {
        match *happens {
            Happens::Supplier { status, reason, terms, items } => self.supplier(status, reason, terms, items),
            Happens::Staff { act, volume } => self.staff(act, volume),
            Happens::Ils { how } => self.ils(how),
            Happens::Repeat { which } => self.repeat(which),
            Happens::Patron { volume, told } => self.patron(volume, told),
            Happens::Notice { kind, volume } => self.notice(kind, volume),
            Happens::Timer { which } => self.timer(which),
            Happens::Delivered { which, outcome } => self.delivered(which, outcome),
            Happens::Pass { hours } => {
                self.world.now =
                    self.world.now.checked_add(jiff::SignedDuration::from_hours(hours.into())).unwrap();
            }
        }
        self.keep();
        self.promises();
    }

    /// Keeps what was asked of the ILS and sent to the supplier.
    fn keep(&mut self) {
        for asked in &self.world.asked {
            if !self.commands.contains(asked) {
                self.commands.push(asked.clone());
            }
        }
        self.sent.extend(std::mem::take(&mut self.world.sent).into_iter().map(|(out, _)| out.kind));
    }

    fn promises(&self) {
        for once in [Action::ShippedReturn, Action::Received] {
            let count = self.sent.iter().filter(|kind| **kind == OutboundKind::Action(once.clone())).count();
            assert!(count <= 1, "{once} is sent {count} times");
        }
    }

    fn allowed_is_what_is_done(&self) {
        let state = self.world.state();
        let context =
            Context { now: self.world.now, key: KEY, library: &self.world.library, registry_version: 7 };
        let allowed: Vec<&str> =
            Borrowing::allowed_actions(state, &self.world.library).into_iter().map(ActKind::as_str).collect();
        for name in ACTS {
            let open = state.summary().asked.into_iter().next();
            let Some(act) = make(name, Vec::new(), open) else {
                assert!(!allowed.contains(name), "{name} is allowed of nothing");
                continue;
            };
            let input = Input::Staff { act, by: "desk".to_owned(), reason: String::new() };
            let decision = Borrowing::decide(Some(state), &input, &context);
            let refused = decision.rules[0].verdict == RuleVerdict::Refused;
            assert!(allowed.contains(name) != refused, "{name}: {:?}", decision.rules[0]);
            if refused {
                assert!(decision.events.is_empty() && decision.effects.is_empty());
            } else {
                let after = decision.events.iter().fold(Some(state.clone()), evolve);
                assert!(after.is_some());
            }
        }
    }
}

/// An act of this name; nothing where it needs a ticket and there is none.
fn make(name: &str, volumes: Vec<VolumeNo>, ticket: Option<StepId>) -> Option<Act> {
    let own = |number: &VolumeNo| Barcode::new(&format!("own-{}", number.0)).unwrap().into();
    let parcel = volumes.iter().map(own).collect();
    let volumes = volumes.into_iter().map(VolumeRef::from).collect();
    let mut cost = Fields::default();
    cost.set("amount", "1.00");
    cost.set("currency", "USD");
    Some(match name {
        "receive" => Act::Receive { volumes: parcel },
        "edit" => Act::Edit { patch: Box::default(), need_before: None },
        "pick-up" => Act::PickUp { volumes },
        "check-in" => Act::CheckIn { volumes },
        "ship-back" => Act::ShipBack { volumes },
        "report-lost" => Act::ReportLost { volumes },
        "report-damaged" => Act::ReportDamaged { volumes, note: "torn".to_owned() },
        "charge" => Act::new(ActKind::Charge, cost).unwrap(),
        "set-pickup" => Act::SetPickup { place: Some("Branch 2".to_owned()) },
        "note" => Act::Note { note: "Hello".to_owned() },
        "retry-step" => Act::RetryStep { step: ticket? },
        "done-by-hand" => Act::DoneByHand { step: ticket? },
        "give-up" => Act::GiveUp { step: ticket? },
        other => Act::new(other.parse().unwrap(), Fields::default()).unwrap(),
    })
}

/// A history, and the library and the request to which it happens.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    library: HostedFacts,
    origin: Origin,
    begins: Begins,
    happens: Vec<Happens>,
}

/// Where a history begins.
#[derive(Clone, Copy, Debug)]
enum Begins {
    /// With the request.
    Asked,
    /// With a request for what the patron has asked for before.
    AskedAgain,
    /// With the request at the supplier.
    Sent,
    /// With a condition of the supplier.
    Conditional,
    /// With a retry that the supplier offers.
    RetryOffered,
    /// With a cancel that the supplier has not answered.
    Cancelling,
    /// With two volumes here, and one on its way.
    Received,
}

pub(crate) fn history() -> impl Strategy<Value = Story> {
    let origin = prop::sample::select(vec![Origin::Ncip, Origin::Staff]);
    use Begins::{Asked, AskedAgain, Cancelling, Conditional, Received, RetryOffered, Sent};
    let begins = prop::sample::select(vec![
        Asked,
        Asked,
        AskedAgain,
        Sent,
        Conditional,
        RetryOffered,
        Cancelling,
        Received,
        Received,
        Received,
        Received,
    ]);
    (libraries(), origin, begins, prop::collection::vec(happens(), 1..45))
        .prop_map(|(library, origin, begins, happens)| Story { library, origin, begins, happens })
}

fn begin(mut world: World, origin: Origin, begins: Begins) -> History {
    // Somebody else's item has a barcode that a temporary item would have.
    world.items.insert("b".to_owned(), Record::OnLoan);
    world.ask(origin, matches!(begins, Begins::AskedAgain).then_some("before"));
    if !matches!(begins, Begins::Asked | Begins::AskedAgain) {
        world.ils();
        world.act(Act::Send);
    }
    match begins {
        Begins::Asked | Begins::AskedAgain | Begins::Sent => {}
        Begins::Conditional => world.names_condition("LibraryUseOnly"),
        Begins::RetryOffered => world.says(Status::RetryPossible),
        Begins::Cancelling => world.act(Act::Cancel),
        Begins::Received => {
            world.loaned(&["a", "b", "c"]);
            world.receive(&["a", "b"]);
            world.ils();
        }
    }
    let mut history = History { world, commands: Vec::new(), sent: Vec::new() };
    history.keep();
    history
}

/// What happens in a history, step by step.
pub(crate) fn written(story: Story) -> Vec<words::Step> {
    let mut world = World::new(story.library);
    world.journal = Some(Vec::new());
    let mut history = begin(world, story.origin, story.begins);
    for happens in &story.happens {
        history.step(happens);
    }
    history.world.journal.unwrap()
}

proptest! {
    #[test]
    fn whatever_happens_the_promises_hold(story in history()) {
        let mut history = begin(World::new(story.library), story.origin, story.begins);
        for (number, happens) in story.happens.iter().enumerate() {
            history.step(happens);
            if number.is_multiple_of(4) {
                history.allowed_is_what_is_done();
            }
        }
    }
}

//! A small world around the borrowing machine: it keeps the state, the timers and what was sent, and has an ILS that does what it is
//! asked. After each step it checks what must always hold.

use std::collections::{BTreeMap, BTreeSet};

use acts::{Act, ActKind, Barcode};
use iso18626::{
    Action, BibliographicInfo, DateTime, DeliveryInfo, Message, MessageInfo, Open, PatronInfo,
    ReasonForMessage, Request, ServiceInfo, ServiceType, Status, StatusInfo, SupplyingAgencyMessage,
    SupplyingAgencyMessageHeader, YesNo,
};
use jiff::{SignedDuration, Timestamp};
use loan_model::{
    NotificationKind, PeerId, Symbol,
    hosted::{HostedFacts, ItemTemplate, RenewalRule, StepSetting},
    ils::{IlsAnswer, IlsCommand, IlsNotice, NoticeKind, Step, StepId},
    names::{OutboundKind, OutboundRef, Party, TimerName, VolumeNo},
};
use state_machine::{
    borrowing::{Borrowing, Event, Phase, State, VolumeState},
    hosted::{Context, Input, Machine, Origin},
    interpreter::{Decision, DeliveryOutcome, Effect, Reply, RuleVerdict, evolve, replay},
};

use crate::oracle::words;
use crate::support::problem_named;

pub(crate) const KEY: &str = "01k8zq0000000000000000test";
/// A Monday.
const START: &str = "2026-11-02T15:00:00Z";

/// A temporary item, as the ILS has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    OnHold,
    OnLoan,
    Free,
}

pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) library: HostedFacts,
    pub(crate) state: Option<State>,
    pub(crate) events: Vec<Event>,
    pub(crate) sent: Vec<(OutboundRef, Message)>,
    pub(crate) asked: Vec<(StepId, IlsCommand)>,
    pub(crate) hurried: Vec<StepId>,
    pub(crate) answered: Vec<(StepId, IlsAnswer)>,
    pub(crate) timers: BTreeMap<TimerName, Timestamp>,
    pub(crate) incidents: BTreeSet<(String, Option<VolumeNo>)>,
    pub(crate) told: Vec<NotificationKind>,
    pub(crate) known: Vec<String>,
    /// What the ILS has.
    pub(crate) items: BTreeMap<String, Record>,
    /// Which temporary items were made for which of our holds.
    pub(crate) owners: BTreeMap<String, String>,
    pub(crate) last: Decision<Event>,
    /// What is written down of each step, if it is.
    pub(crate) journal: Option<Vec<words::Step>>,
}

pub(crate) fn volume(number: u16) -> VolumeNo {
    VolumeNo(number)
}

pub(crate) fn supplier() -> Symbol {
    Symbol::new("ISIL", "LENDER")
}

pub(crate) fn partner() -> PeerId {
    PeerId::new("broker")
}

/// Every step that a borrower's ILS can be asked.
const STEPS: [Step; 10] = [
    Step::CheckPatron,
    Step::HoldForPatron,
    Step::PollItem,
    Step::CheckOutToPatron,
    Step::RenewForPatron,
    Step::RecallFromPatron,
    Step::CheckInFromPatron,
    Step::CancelPatronHold,
    Step::WithdrawItem,
    Step::ChargePatron,
];

fn facts() -> HostedFacts {
    let mut facts =
        HostedFacts::new(PeerId::new("here"), Symbol::new("ISIL", "HERE"), Symbol::new("ISIL", "BROKER"));
    facts.partner = partner();
    facts
}

/// A library whose ILS is asked for everything, and tells nothing by itself.
pub(crate) fn with_ils() -> HostedFacts {
    HostedFacts {
        steps: STEPS.iter().map(|step| (*step, StepSetting::On)).collect(),
        poll_every: Some(SignedDuration::from_hours(4)),
        ..facts()
    }
}

/// A library without an ILS.
pub(crate) fn by_hand() -> HostedFacts {
    facts()
}

pub(crate) fn wanted() -> Request {
    Request {
        bibliographic_info: BibliographicInfo {
            title: Some("A title".to_owned()),
            author: Some("An author".to_owned()),
            ..BibliographicInfo::default()
        },
        service_info: Some(ServiceInfo { service_type: ServiceType::Loan, ..ServiceInfo::default() }),
        patron_info: Some(PatronInfo::default()),
        ..Request::default()
    }
}

impl World {
    pub(crate) fn new(library: HostedFacts) -> Self {
        World {
            now: START.parse().unwrap(),
            library,
            state: None,
            events: Vec::new(),
            sent: Vec::new(),
            asked: Vec::new(),
            hurried: Vec::new(),
            answered: Vec::new(),
            timers: BTreeMap::new(),
            incidents: BTreeSet::new(),
            told: Vec::new(),
            known: Vec::new(),
            items: BTreeMap::new(),
            owners: BTreeMap::new(),
            last: Decision::default(),
            journal: None,
        }
    }

    /// A request that has been sent to the broker.
    pub(crate) fn sent(library: HostedFacts) -> Self {
        let mut world = World::new(library);
        world.ask(Origin::Ncip, None);
        world.ils();
        assert_eq!(world.phase(), Phase::Sent);
        world
    }

    /// A loan of these items on its way.
    pub(crate) fn shipped(library: HostedFacts, items: &[&str]) -> Self {
        let mut world = World::sent(library);
        world.says(Status::WillSupply);
        world.loaned(items);
        assert_eq!(world.phase(), Phase::Shipped);
        world
    }

    /// A loan of these items on the hold shelf.
    pub(crate) fn on_shelf(library: HostedFacts, items: &[&str]) -> Self {
        let mut world = World::shipped(library, items);
        world.receive(&[]);
        world.ils();
        world.states(&vec![VolumeState::OnShelf; items.len().max(1)]);
        world
    }

    pub(crate) fn ask(&mut self, origin: Origin, duplicate_of: Option<&str>) {
        let duplicate_of = duplicate_of.map(str::to_owned);
        self.step(&Input::Ask { request: Box::new(wanted()), origin, duplicate_of, pickup: None });
    }

    pub(crate) fn state(&self) -> &State {
        self.state.as_ref().expect("a request was made")
    }

    pub(crate) fn phase(&self) -> Phase {
        self.state().phase()
    }

    #[track_caller]
    pub(crate) fn states(&self, expected: &[VolumeState]) {
        let states: Vec<VolumeState> = self.state().volume_states().map(|(_, state)| state).collect();
        assert_eq!(states, expected, "last rules: {:?}", self.rules());
    }

    pub(crate) fn rules(&self) -> Vec<&'static str> {
        self.last.rules.iter().map(|used| used.rule).collect()
    }

    /// The actions sent since the last time this was asked.
    pub(crate) fn actions(&mut self) -> Vec<String> {
        std::mem::take(&mut self.sent).into_iter().map(|(out, _)| out.kind.to_string()).collect()
    }

    pub(crate) fn has_incident(&self, slug: &str) -> bool {
        self.incidents.iter().any(|(open, _)| open == slug)
    }

    /// One input, and everything that must hold after it.
    pub(crate) fn step(&mut self, input: &Input) {
        let context = Context { now: self.now, key: KEY, library: &self.library, registry_version: 7 };
        let decision = Borrowing::decide(self.state.as_ref(), input, &context);
        if self.journal.is_none() {
            assert_eq!(
                decision,
                Borrowing::decide(self.state.as_ref(), input, &context),
                "a decision is a function"
            );
        }
        let before = self.state.as_ref().map(Borrowing::summary);
        for event in &decision.events {
            self.state = evolve(self.state.take(), event);
        }
        if let Some(journal) = &mut self.journal {
            let after = self.state.as_ref().map(Borrowing::summary);
            journal.push(words::borrowing(before, input, &decision, after));
        }
        self.events.extend(decision.events.iter().cloned());
        for effect in &decision.effects {
            self.take(effect);
        }
        self.last = decision;
        if self.journal.is_none() {
            self.check();
        }
    }

    fn take(&mut self, effect: &Effect) {
        match effect.clone() {
            Effect::Send { out, peer, message, .. } => {
                assert_eq!(peer, partner());
                self.sent.push((out, *message));
            }
            Effect::CallIls { step: ticket, command } => {
                self.guard(ticket, &command);
                self.asked.push((ticket, *command));
            }
            Effect::CancelIlsCall { step: ticket } | Effect::AbandonIlsCall { step: ticket } => {
                self.asked.retain(|(asked, _)| *asked != ticket);
            }
            Effect::HurryIlsCall { step: ticket } => self.hurried.push(ticket),
            Effect::NotifyStaff { kind: occasion } => self.told.push(occasion),
            Effect::SetTimer { name, at } => {
                self.timers.insert(name, at);
            }
            Effect::ClearTimer { name } => {
                assert!(self.timers.remove(&name).is_some(), "{name} does not run");
            }
            Effect::RaiseIncident { slug, about, .. } => {
                assert!(self.incidents.insert((slug.to_owned(), about.volume())), "{slug} is shown twice");
            }
            Effect::ResolveIncident { slug, about } => {
                assert!(self.incidents.remove(&(slug, about.volume())));
            }
            Effect::KnowItem { barcode, .. } => self.known.push(barcode),
            Effect::KnowAs { peer, .. } => assert_eq!(peer, partner()),
            Effect::Close | Effect::Reopen => {}
            Effect::Withdraw { .. } | Effect::Locate { .. } | Effect::Count { .. } => {
                panic!("not an effect of borrowing: {effect:?}")
            }
        }
    }

    /// One asking of a step stands at a time, and no second temporary item is asked for.
    fn guard(&self, ticket: StepId, command: &IlsCommand) {
        assert!(self.library.asks(ticket.step), "{ticket} is switched off");
        let same =
            |(asked, _): &(StepId, IlsCommand)| asked.step == ticket.step && asked.volume == ticket.volume;
        assert!(!self.asked.iter().any(same), "{ticket} is asked while another is open");
        assert!(!self.answered.iter().any(|(asked, _)| *asked == ticket), "{ticket} is used twice");
        if let IlsCommand::AcceptItem { .. } = command {
            let done = self.answered.iter().any(|(asked, answer)| {
                asked.step == ticket.step
                    && asked.volume == ticket.volume
                    && matches!(answer, IlsAnswer::Done { .. })
            });
            assert!(!done, "{ticket} would make a second temporary item");
        }
    }

    /// What must hold after every step.
    fn check(&self) {
        let Some(state) = &self.state else { return };
        assert_eq!(replay::<State>(&self.events).as_ref(), Some(state), "the events alone make the state");
        let summary = state.summary();
        let waits: BTreeMap<TimerName, Timestamp> =
            summary.waits.iter().map(|wait| (wait.timer, wait.until)).collect();
        let timers: BTreeMap<TimerName, Timestamp> = self.timers.clone();
        assert_eq!(waits, timers, "what is awaited is what the timers wait for");
        let incidents: BTreeSet<(String, Option<VolumeNo>)> =
            summary.incidents.iter().map(|open| (open.slug.clone(), open.about.volume())).collect();
        assert_eq!(incidents, self.incidents);
        assert!(!state.phase().is_final() || self.timers.is_empty(), "nothing is awaited after the end");
        let closes = Borrowing::allowed_actions(state, &self.library).contains(&ActKind::Close);
        assert_eq!(closes, !state.phase().is_final(), "staff can end what is not over");
    }

    pub(crate) fn refused(&self) -> bool {
        self.last.rules.first().is_some_and(|used| used.verdict == RuleVerdict::Refused)
    }

    // The supplier.

    pub(crate) fn message(&self, reason: ReasonForMessage, status: Status) -> SupplyingAgencyMessage {
        SupplyingAgencyMessage {
            header: SupplyingAgencyMessageHeader {
                supplying_agency_id: supplier().to_agency_id(),
                requesting_agency_id: self.library.symbol.to_agency_id(),
                timestamp: DateTime::from_instant(self.now),
                requesting_agency_request_id: self.state().id().unwrap_or_default().to_owned(),
                supplying_agency_request_id: Some("theirs".to_owned()),
                ..SupplyingAgencyMessageHeader::default()
            },
            message_info: MessageInfo { reason_for_message: reason, ..MessageInfo::default() },
            status_info: StatusInfo {
                status,
                last_change: DateTime::from_instant(self.now),
                ..StatusInfo::default()
            },
            ..SupplyingAgencyMessage::default()
        }
    }

    pub(crate) fn hear(&mut self, message: SupplyingAgencyMessage) {
        let message = Box::new(Message::SupplyingAgencyMessage(message));
        self.step(&Input::Message { message, from: partner() });
        assert_eq!(self.last.reply, Reply::Ok);
    }

    pub(crate) fn says(&mut self, status: Status) {
        let message = self.message(ReasonForMessage::StatusChange, status);
        self.hear(message);
    }

    pub(crate) fn notifies(&mut self, status: Status) {
        let message = self.message(ReasonForMessage::Notification, status);
        self.hear(message);
    }

    pub(crate) fn answers(&mut self, reason: ReasonForMessage, status: Status, answer: YesNo) {
        let mut message = self.message(reason, status);
        message.message_info.answer_yes_no = Some(answer);
        self.hear(message);
    }

    pub(crate) fn loaned(&mut self, items: &[&str]) {
        let message = self.loan(items, 42);
        self.hear(message);
    }

    pub(crate) fn loan(&self, items: &[&str], days: i64) -> SupplyingAgencyMessage {
        let mut message = self.message(ReasonForMessage::StatusChange, Status::Loaned);
        message.status_info.due_date = Some(DateTime::from_instant(self.in_days(days)));
        message.delivery_info = Some(DeliveryInfo {
            date_sent: DateTime::from_instant(self.now),
            item_id: items.iter().map(|item| (*item).to_owned()).collect(),
            ..DeliveryInfo::default()
        });
        message
    }

    pub(crate) fn names_condition(&mut self, condition: &str) {
        let mut message = self.message(ReasonForMessage::StatusChange, Status::WillSupply);
        message.delivery_info = Some(DeliveryInfo {
            date_sent: DateTime::from_instant(self.now),
            loan_condition: vec![Open::new(condition)],
            ..DeliveryInfo::default()
        });
        self.hear(message);
    }

    pub(crate) fn in_days(&self, days: i64) -> Timestamp {
        self.now.checked_add(SignedDuration::from_hours(24 * days)).unwrap()
    }

    // Staff.

    pub(crate) fn act(&mut self, act: Act) {
        self.step(&Input::Staff { act, by: "desk".to_owned(), reason: "as it is".to_owned() });
    }

    /// Staff do it, and it is allowed.
    #[track_caller]
    pub(crate) fn does(&mut self, act: Act) {
        let name = act.kind();
        self.act(act);
        assert!(!self.refused(), "{name} is refused by {:?}", self.rules());
    }

    /// Staff try it, and the rule refuses.
    #[track_caller]
    pub(crate) fn may_not(&mut self, act: Act, rule: &str) {
        let before = self.state.clone();
        self.act(act);
        assert!(self.refused());
        assert_eq!(self.rules(), [rule]);
        assert_eq!(self.state, before);
    }

    pub(crate) fn receive(&mut self, barcodes: &[&str]) {
        let volumes = barcodes.iter().map(|barcode| Barcode::new(barcode).unwrap().into()).collect();
        self.does(Act::Receive { volumes });
    }

    pub(crate) fn pick_up(&mut self) {
        self.does(Act::PickUp { volumes: Vec::new() });
    }

    pub(crate) fn check_in(&mut self) {
        self.does(Act::CheckIn { volumes: Vec::new() });
    }

    pub(crate) fn ship_back(&mut self, volumes: &[u16]) {
        self.does(Act::ShipBack { volumes: volumes.iter().map(|number| VolumeNo(*number).into()).collect() });
    }

    // The ILS.

    /// What became of a message that was sent.
    pub(crate) fn delivered(&mut self, kind: OutboundKind, outcome: DeliveryOutcome) {
        self.step(&Input::Delivery { out: OutboundRef { to: Party::Supplier, kind }, outcome });
    }

    pub(crate) fn notice(&mut self, kind: NoticeKind, number: u16) {
        self.step(&Input::Notice(IlsNotice { kind, volume: Some(VolumeNo(number)), due: None }));
    }

    /// The patron does something in the ILS, which tells nobody.
    pub(crate) fn in_the_ils(&mut self, item: &str, record: Record) {
        assert!(self.items.insert(item.to_owned(), record).is_some(), "{item} is not in the ILS");
    }

    // Time.

    /// The next timer of this name runs out.
    #[track_caller]
    pub(crate) fn rings(&mut self, name: &str) {
        let name: TimerName = name.parse().unwrap();
        let at = self.timers.remove(&name).unwrap_or_else(|| panic!("{name} does not run"));
        self.now = self.now.max(at);
        self.step(&Input::Timer(name));
    }
}

pub(crate) fn refusal(problem: &str) -> IlsAnswer {
    IlsAnswer::Refused { problems: vec![problem_named(problem)] }
}

pub(crate) fn never_renews() -> HostedFacts {
    HostedFacts { renewals: RenewalRule::Never, ..with_ils() }
}

pub(crate) fn with_prefix(prefix: &str) -> HostedFacts {
    HostedFacts { template: ItemTemplate::Prefix(prefix.to_owned()), ..with_ils() }
}

/// Switches a step off.
pub(crate) fn without(mut library: HostedFacts, step: Step) -> HostedFacts {
    library.steps.insert(step, StepSetting::Off);
    library
}

/// What kind of action was sent.
pub(crate) fn action(action: Action) -> String {
    format!("action/{action}")
}

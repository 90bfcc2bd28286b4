//! A small world around the lending machine: it keeps the state, the timers, what was sent and what the ILS was asked.

use std::collections::{BTreeMap, BTreeSet};

use acts::{Act, ActKind, Barcode, VolumeRef};
use iso18626::{
    Action, BibliographicInfo, DateTime, Message, ReasonForMessage, Request, RequestHeader, RequestType,
    RequestingAgencyMessage, RequestingAgencyMessageHeader, ServiceInfo, ServiceType, Status,
    SupplyingAgencyMessage, YesNo,
};
use jiff::{SignedDuration, Timestamp};
use loan_model::{
    MayHaveArrived, NotificationKind, PeerId, Symbol,
    calendar::Calendar,
    hosted::{
        AvailabilityAnswer, HostedFacts, ItemTemplate, RenewalAnswer, RenewalRule, StepSetting,
        UnavailableAnswer,
    },
    ils::{CirculationStatus, IlsAnswer, IlsCommand, IlsFacts, IlsNotice, NoticeKind, Step, StepId},
    names::{Clock, OutboundRef, TimerName, VolumeNo},
};
use state_machine::{
    hosted::{Context, Input, Machine, Summary},
    interpreter::{Decision, Effect, Reply, evolve, replay},
    lending::{Event, Lending, Phase, State, VolumeState},
};

use crate::oracle::words;
use crate::support::problem_named;

pub(crate) const KEY: &str = "01k8zq0000000000000000lend";
/// A Monday.
pub(crate) const START: &str = "2026-11-02T15:00:00Z";

pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) library: HostedFacts,
    pub(crate) state: Option<State>,
    pub(crate) events: Vec<Event>,
    pub(crate) sent: Vec<SupplyingAgencyMessage>,
    pub(crate) unconfirmed: Vec<OutboundRef>,
    pub(crate) timers: BTreeMap<TimerName, Timestamp>,
    /// What the ILS was asked, all of it, in order.
    pub(crate) asked: Vec<(StepId, IlsCommand)>,
    /// What the ILS has not answered.
    pub(crate) waiting: Vec<(StepId, IlsCommand)>,
    /// What the ILS was to be asked at once.
    pub(crate) hurried: Vec<StepId>,
    pub(crate) incidents: BTreeSet<(String, Option<VolumeNo>)>,
    pub(crate) tells: Vec<NotificationKind>,
    pub(crate) known_items: Vec<(String, VolumeNo)>,
    pub(crate) known_as: Vec<String>,
    pub(crate) closed: usize,
    /// What is written down of each step, if it is.
    pub(crate) journal: Option<Vec<words::Step>>,
    /// How far `sent` and `asked` were looked at.
    seen: usize,
    seen_asked: usize,
}

pub(crate) fn broker() -> PeerId {
    PeerId::new("broker")
}

/// A library with an ILS that does every step.
pub(crate) fn library() -> HostedFacts {
    let steps = [
        Step::CheckItem,
        Step::PlaceHold,
        Step::ReleaseHold,
        Step::CheckOutToLibrary,
        Step::RenewForLibrary,
        Step::RecallFromLibrary,
        Step::CheckInFromLibrary,
    ];
    HostedFacts {
        undo_window: jiff::SignedDuration::ZERO,
        id: PeerId::new("lender"),
        symbol: Symbol::new("ISIL", "LENDER"),
        name: "Lender".to_owned(),
        broker: Symbol::new("ISIL", "BROKER"),
        partner: broker(),
        calendar: Calendar::default(),
        steps: steps.into_iter().map(|step| (step, StepSetting::On)).collect(),
        template: ItemTemplate::LenderBarcode,
        availability: AvailabilityAnswer::ExpectToSupply,
        unavailable: UnavailableAnswer::Unfilled,
        renewals_granted: RenewalAnswer::Grant,
        renewals: RenewalRule::AskSupplier,
        institutional_patrons: [("*".to_owned(), "ill-anybody".to_owned())].into(),
        duplicate_window: SignedDuration::from_hours(24),
        hold_shelf_days: 10,
        transit_days: 3,
        pull_days: 2,
        transit_alarm_days: 5,
        loan_days: 28,
        poll_every: None,
    }
}

/// A library with no system at all.
pub(crate) fn manual() -> HostedFacts {
    HostedFacts { steps: BTreeMap::new(), ..library() }
}

pub(crate) fn request() -> Request {
    Request {
        header: RequestHeader {
            supplying_agency_id: Some(Symbol::new("ISIL", "LENDER").to_agency_id()),
            requesting_agency_id: Symbol::new("ISIL", "BORROWER").to_agency_id(),
            multiple_item_request_id: Some("several-1".to_owned()),
            timestamp: DateTime::from_lexical(START),
            requesting_agency_request_id: "asks-1".to_owned(),
            ..RequestHeader::default()
        },
        bibliographic_info: BibliographicInfo {
            title: Some("A title".to_owned()),
            supplier_unique_record_id: Some("b1234".to_owned()),
            ..BibliographicInfo::default()
        },
        service_info: Some(ServiceInfo { service_type: ServiceType::Loan, ..ServiceInfo::default() }),
        ..Request::default()
    }
}

pub(crate) fn retry(id: &str) -> Request {
    let mut request = request();
    request.header.requesting_agency_request_id = id.to_owned();
    let service = request.service_info.as_mut().unwrap();
    service.request_type = Some(RequestType::Retry);
    service.requesting_agency_previous_request_id = Some("asks-1".to_owned());
    request
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn done() -> IlsAnswer {
    IlsAnswer::Done { facts: Box::default() }
}

pub(crate) fn due(due: Timestamp) -> IlsAnswer {
    IlsAnswer::Done { facts: Box::new(IlsFacts { due: Some(due), ..IlsFacts::default() }) }
}

pub(crate) fn status(status: CirculationStatus) -> IlsAnswer {
    IlsAnswer::Done { facts: Box::new(IlsFacts { status: Some(status), ..IlsFacts::default() }) }
}

pub(crate) fn refused(problem: &str) -> IlsAnswer {
    IlsAnswer::Refused { problems: vec![problem_named(problem)] }
}

pub(crate) fn failed() -> IlsAnswer {
    IlsAnswer::Failed { why: "no answer".to_owned(), may_have_arrived: MayHaveArrived::Yes }
}

pub(crate) fn scans(barcodes: &[&str]) -> Vec<VolumeRef> {
    barcodes.iter().map(|barcode| Barcode::new(barcode).unwrap().into()).collect()
}

pub(crate) fn ship(barcodes: &[&str]) -> Act {
    Act::Ship { volumes: scans(barcodes), due: None, instead_of: Vec::new() }
}

pub(crate) fn returned(barcodes: &[&str]) -> Act {
    Act::Returned { volumes: scans(barcodes) }
}

impl World {
    /// Nothing has happened yet.
    pub(crate) fn new(library: HostedFacts) -> World {
        World {
            now: at(START),
            library,
            state: None,
            events: Vec::new(),
            sent: Vec::new(),
            unconfirmed: Vec::new(),
            timers: BTreeMap::new(),
            asked: Vec::new(),
            waiting: Vec::new(),
            hurried: Vec::new(),
            incidents: BTreeSet::new(),
            tells: Vec::new(),
            known_items: Vec::new(),
            known_as: Vec::new(),
            closed: 0,
            journal: None,
            seen: 0,
            seen_asked: 0,
        }
    }

    /// The request has come.
    pub(crate) fn asking(library: HostedFacts) -> World {
        let mut world = World::new(library);
        world.give_request(request());
        world
    }

    /// It is there, held and expected to be supplied.
    pub(crate) fn on_pull_list(library: HostedFacts) -> World {
        let mut world = World::asking(library);
        if world.waits_for(Step::CheckItem) {
            world.answer(Step::CheckItem, status(CirculationStatus::Available));
        }
        if world.waits_for(Step::PlaceHold) {
            world.answer(Step::PlaceHold, done());
        }
        world.take();
        world.take_asked();
        world
    }

    /// These volumes are on their way.
    pub(crate) fn shipped(library: HostedFacts, barcodes: &[&str]) -> World {
        let mut world = World::on_pull_list(library);
        world.act(Act::Pulled { volumes: scans(barcodes) });
        world.act(ship(barcodes));
        while world.waits_for(Step::CheckOutToLibrary) {
            world.answer(Step::CheckOutToLibrary, due(at("2026-12-01T00:00:00Z")));
        }
        assert_eq!(world.phase(), Phase::Shipped);
        world.take();
        world.take_asked();
        world
    }

    /// The requester has them.
    pub(crate) fn on_loan(library: HostedFacts, barcodes: &[&str]) -> World {
        let mut world = World::shipped(library, barcodes);
        world.says(Action::Received);
        assert_eq!(world.phase(), Phase::OnLoan);
        world
    }

    pub(crate) fn try_decide(&self, input: &Input) -> Decision<Event> {
        let context = Context { now: self.now, key: KEY, library: &self.library, registry_version: 7 };
        Lending::decide(self.state.as_ref(), input, &context)
    }

    /// Decides and carries out.
    pub(crate) fn give(&mut self, input: Input) -> Decision<Event> {
        let decision = self.try_decide(&input);
        let before = self.state.as_ref().map(Lending::summary);
        for event in &decision.events {
            self.state = evolve(self.state.take(), event);
            if self.journal.is_some() {
                continue;
            }
            let text = serde_json::to_string(event).unwrap();
            assert_eq!(
                &serde_json::from_str::<Event>(&text).unwrap(),
                event,
                "an event reads as it was written"
            );
        }
        if let Some(journal) = &mut self.journal {
            let after = self.state.as_ref().map(Lending::summary);
            journal.push(words::lending(before, &input, &decision, after));
        }
        self.events.extend(decision.events.iter().cloned());
        for effect in &decision.effects {
            self.carry_out(effect);
        }
        decision
    }

    fn carry_out(&mut self, effect: &Effect) {
        match effect {
            Effect::Send { out, peer, message, .. } => {
                assert_eq!(*peer, broker());
                self.unconfirmed.push(out.clone());
                match &**message {
                    Message::SupplyingAgencyMessage(message) => self.sent.push(message.clone()),
                    other => panic!("a supplier sends no {other:?}"),
                }
            }
            Effect::CallIls { step: ticket, command } => {
                assert!(!self.asked.iter().any(|(known, _)| known == ticket), "{ticket} is asked twice");
                self.asked.push((*ticket, (**command).clone()));
                self.waiting.push((*ticket, (**command).clone()));
            }
            Effect::CancelIlsCall { step: ticket } | Effect::AbandonIlsCall { step: ticket } => {
                self.waiting.retain(|(known, _)| known != ticket);
            }
            Effect::HurryIlsCall { step: ticket } => self.hurried.push(*ticket),
            Effect::NotifyStaff { kind: occasion } => self.tells.push(*occasion),
            Effect::SetTimer { name, at } => {
                self.timers.insert(*name, *at);
            }
            Effect::ClearTimer { name } => {
                self.timers.remove(name);
            }
            Effect::RaiseIncident { slug, about, text } => {
                assert!(self.incidents.insert(((*slug).to_owned(), about.volume())), "{slug} is shown twice");
                assert!(!text.is_empty());
            }
            Effect::ResolveIncident { slug, about } => {
                assert!(self.incidents.remove(&(slug.clone(), about.volume())), "{slug} was not open");
            }
            Effect::KnowAs { id, .. } => self.known_as.push(id.clone()),
            Effect::KnowItem { barcode, volume } => self.known_items.push((barcode.clone(), *volume)),
            Effect::Close => self.closed += 1,
            Effect::Withdraw { .. } | Effect::Locate { .. } | Effect::Reopen | Effect::Count { .. } => {
                panic!("not an effect of lending: {effect:?}")
            }
        }
    }

    pub(crate) fn state(&self) -> &State {
        self.state.as_ref().unwrap()
    }

    pub(crate) fn phase(&self) -> Phase {
        self.state().phase()
    }

    pub(crate) fn volume(&self, number: u16) -> VolumeState {
        self.state().volume_states().find(|(volume, _)| volume.0 == number).unwrap().1
    }

    pub(crate) fn allowed(&self) -> Vec<&'static str> {
        Lending::allowed_actions(self.state(), &self.library).into_iter().map(ActKind::as_str).collect()
    }

    pub(crate) fn summary(&self) -> Summary {
        Lending::summary(self.state())
    }

    pub(crate) fn has_incident(&self, slug: &str) -> bool {
        self.incidents.iter().any(|(open, _)| open == slug)
    }

    pub(crate) fn give_request(&mut self, request: Request) -> Decision<Event> {
        self.give(Input::Message { message: Box::new(Message::Request(request)), from: broker() })
    }

    pub(crate) fn message(&self, action: Action, note: Option<&str>) -> Input {
        let header = &self.state().request().header;
        Input::Message {
            message: Box::new(Message::RequestingAgencyMessage(RequestingAgencyMessage {
                header: RequestingAgencyMessageHeader {
                    supplying_agency_id: Symbol::new("ISIL", "LENDER").to_agency_id(),
                    requesting_agency_id: header.requesting_agency_id.clone(),
                    timestamp: DateTime::from_instant(self.now),
                    requesting_agency_request_id: header.requesting_agency_request_id.clone(),
                    supplying_agency_request_id: Some(KEY.to_owned()),
                    ..RequestingAgencyMessageHeader::default()
                },
                action,
                note: note.map(str::to_owned),
            })),
            from: broker(),
        }
    }

    /// The requester says something.
    pub(crate) fn says(&mut self, action: Action) {
        let message = self.message(action, None);
        assert_eq!(self.give(message).reply, Reply::Ok);
    }

    /// Staff act; the act must be allowed.
    pub(crate) fn act(&mut self, act: Act) {
        let name = act.kind().as_str();
        assert!(self.allowed().contains(&name), "{name} is not in {:?}", self.allowed());
        let decision = self.try_act(act);
        assert_eq!(decision.refusal(), None);
    }

    pub(crate) fn try_act(&mut self, act: Act) -> Decision<Event> {
        self.give(Input::Staff { act, by: "staff".to_owned(), reason: "a reason".to_owned() })
    }

    pub(crate) fn waits_for(&self, step: Step) -> bool {
        self.waiting.iter().any(|(ticket, _)| ticket.step == step)
    }

    /// The ILS answers the first open asking of this step.
    pub(crate) fn answer(&mut self, step: Step, answer: IlsAnswer) -> StepId {
        let place = self.waiting.iter().position(|(ticket, _)| ticket.step == step);
        let (ticket, _) = self.waiting.remove(place.unwrap_or_else(|| panic!("{step} was not asked")));
        self.give(Input::Ils { step: ticket, answer });
        ticket
    }

    pub(crate) fn notice(&mut self, kind: NoticeKind, volume: Option<u16>, due: Option<Timestamp>) {
        self.give(Input::Notice(IlsNotice { kind, volume: volume.map(VolumeNo), due }));
    }

    /// A clock runs out, in its time.
    pub(crate) fn run_out(&mut self, clock: Clock) {
        let name = clock.of_request();
        let at =
            self.timers.remove(&name).unwrap_or_else(|| panic!("{clock} does not run: {:?}", self.timers));
        self.now = self.now.max(at);
        self.give(Input::Timer(name));
    }

    /// What was sent since the last look.
    pub(crate) fn take(&mut self) -> Vec<(ReasonForMessage, Status, Option<YesNo>)> {
        let new = self.sent[self.seen..]
            .iter()
            .map(|message| {
                let info = &message.message_info;
                let status = message.status_info.status.clone();
                (info.reason_for_message.clone(), status, info.answer_yes_no.clone())
            })
            .collect();
        self.seen = self.sent.len();
        new
    }

    /// What the ILS was asked since the last look, and for which item.
    pub(crate) fn take_asked(&mut self) -> Vec<String> {
        let new = self.asked[self.seen_asked..].iter().map(|(_, command)| line(command)).collect();
        self.seen_asked = self.asked.len();
        new
    }

    pub(crate) fn last(&self) -> &SupplyingAgencyMessage {
        self.sent.last().unwrap()
    }

    pub(crate) fn last_due(&self) -> Option<Timestamp> {
        self.last().status_info.due_date.as_ref().and_then(DateTime::instant)
    }

    pub(crate) fn check_replay(&self) {
        assert_eq!(replay::<State>(&self.events), self.state, "the events alone make the state");
        let text = serde_json::to_string(&self.state).unwrap();
        assert_eq!(serde_json::from_str::<Option<State>>(&text).unwrap(), self.state);
    }
}

/// A command, in short.
fn line(command: &IlsCommand) -> String {
    match command {
        IlsCommand::LookupItem { item } => format!("lookup {item:?}"),
        IlsCommand::RequestItem { item, request, .. } => format!("hold {item:?} as {request}"),
        IlsCommand::CancelRequestItem { request, .. } => format!("release {request}"),
        IlsCommand::CheckOutItem { item, .. } => format!("check out {item}"),
        IlsCommand::CheckInItem { item } => format!("check in {item}"),
        IlsCommand::RenewItem { item, .. } => format!("renew {item}"),
        IlsCommand::RecallItem { item, .. } => format!("recall {item}"),
        other => panic!("a lender's ILS is not asked {other:?}"),
    }
}

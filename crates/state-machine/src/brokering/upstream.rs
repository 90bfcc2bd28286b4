//! What the requester hears. Reasons are computed for its side, never copied; the final answer is given once; after it, and about a
//! supplier that the request is not with, everything is news.

use iso18626::{
    DateTime, Message, MessageInfo, Open, ReasonForMessage, ReasonUnfilled, Status, StatusInfo,
    SupplyingAgencyMessage, SupplyingAgencyMessageHeader, YesNo,
};
use loan_model::{
    PeerId,
    facts::{ExpectToSupplyAs, Face, InterimUnfilled, LocalSupply, PeerFacts},
    lender::{LABEL, Lender},
    names::{LegId, OutboundKind, OutboundRef, Party},
    sealed::SealedFields,
};

use super::{
    event::Event,
    input::Input,
    machine::Execution,
    passed_over,
    phases::LegState,
    state::{CancelWish, FirstAnswer, Renewal},
};
use crate::{
    interpreter::{DeliveryOutcome, Effect},
    messages::{self, error_kind},
};
use ranking::{PassedOver, Verdict};

/// One message to the requester in the making.
pub(crate) struct Saying {
    reason: ReasonForMessage,
    status: Status,
    /// Where the requester takes the request to stand after it.
    stands: Status,
    answer: Option<YesNo>,
    note: Option<String>,
    reason_unfilled: Option<Open<ReasonUnfilled>>,
    final_answer: Option<Status>,
    content: Content,
}

/// What of a supplier's message goes along.
#[derive(PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing.
    None,
    /// Its words.
    Words,
    /// Its words, dates, terms and parcels.
    All,
}

impl<'a> Execution<'a> {
    pub(crate) fn relay_news(&mut self) {
        self.say(Saying { content: Content::All, ..self.notice() });
    }

    /// What the supplier says now, as news: where the requester takes the request to stand does not change by it.
    pub(crate) fn relay_denial(&mut self) {
        let status = self.supplier_status();
        let named = self.part.map(|leg| self.called(leg));
        let note = named.map(|who| format!("{who}, said that it had sent it, and says now: {status}"));
        let reason_unfilled = self.supplier_reason();
        self.say(Saying { status, note, reason_unfilled, content: Content::Words, ..self.notice() });
    }

    /// The status is not believed: the requester hears which library said what, and where the request stands does not change by it.
    pub(crate) fn doubt(&mut self, leg: LegId) {
        let status = self.supplier_status();
        let note = format!(
            "{}, says {}; nothing that it said before fits that, and the broker's staff look into it",
            self.called(leg),
            self.said()
        );
        self.record(Event::Doubted { leg, status });
        self.say(Saying { note: Some(note), content: Content::Words, ..self.notice() });
    }

    /// What the supplier says, in a few words.
    pub(crate) fn said(&self) -> String {
        self.told().map(messages::said).unwrap_or_default()
    }

    /// What a supplier says now.
    fn told(&self) -> Option<&'a SupplyingAgencyMessage> {
        match self.input {
            Input::Supplying { message, .. } => Some(message),
            _ => None,
        }
    }

    /// Whether a supplier says something now, for this reason.
    fn is_told_as(&self, reason: ReasonForMessage) -> bool {
        self.told().is_some_and(|message| message.message_info.reason_for_message == reason)
    }

    /// The loan runs longer, in whatever message the supplier says so.
    pub(crate) fn relay_extension(&mut self) {
        let by_notice = self.is_told_as(ReasonForMessage::Notification);
        let about_another = self.state.final_answer.is_some() || self.part != self.state.current;
        let saying = if by_notice || about_another { self.notice() } else { self.saying(Status::Loaned) };
        self.say(Saying { status: Status::Loaned, content: Content::All, ..saying });
    }

    /// An answer that the broker gives itself.
    pub(crate) fn answer(&mut self, reason: ReasonForMessage, answer: Option<YesNo>, status: Status) {
        self.say(Saying { reason, answer, ..self.saying(status) });
    }

    pub(crate) fn tell_closed(&mut self) {
        let note = match self.input {
            Input::Staff { reason, .. } => Some(format!("The broker's staff closed the request: {reason}")),
            _ => None,
        };
        self.say(Saying { note, ..self.notice() });
    }

    /// Each new supplier is named, as every message about one names it.
    pub(crate) fn tell_chosen(&mut self) {
        let reason = match self.requester().expect_to_supply {
            ExpectToSupplyAs::Notification => ReasonForMessage::Notification,
            ExpectToSupplyAs::StatusChange => self.reason_for_status(),
        };
        let note = self.part.and_then(|leg| self.supplier(self.state.leg(leg)).closing(self.context.now));
        self.say(Saying { reason, note, content: Content::All, ..self.saying(Status::ExpectToSupply) });
    }

    /// A supplier is out of it and another one follows.
    pub(crate) fn tell_passed_over(&mut self) {
        let Some(leg) = self.state.current.map(|leg| self.state.leg(leg)) else { return };
        let reason_unfilled = leg.said.reason_unfilled.clone().filter(|_| passed_over::said_so(leg));
        self.tell_interim(passed_over::sentence(leg), reason_unfilled);
    }

    /// A library behind a broker is out of it, and the broker goes on.
    pub(crate) fn tell_no_behind(&mut self) {
        let Some(leg) = self.part else { return };
        self.tell_interim(format!("{}, does not supply", self.called(leg)), self.supplier_reason());
    }

    /// News of a no with where the request stands, or with `Unfilled` where the dialect has it so. A promise is void with the no.
    fn tell_interim(&mut self, note: String, reason_unfilled: Option<Open<ReasonUnfilled>>) {
        let stands = self.stands_unpromised();
        let label = if self.state.requester.face == Face::Opaque { LABEL } else { "" };
        let status = match self.requester().interim_unfilled {
            InterimUnfilled::Unfilled => Status::Unfilled,
            InterimUnfilled::LastHeard => stands.clone(),
        };
        let note = Some(format!("{label}{note}"));
        let notice = Saying { stands, status, note, content: Content::Words, ..self.notice() };
        self.say(Saying { reason_unfilled, ..notice });
    }

    /// Where the request stands when nobody promises any more to supply it.
    fn stands_unpromised(&self) -> Status {
        match self.state.stands() {
            Status::WillSupply => Status::ExpectToSupply,
            stands => stands,
        }
    }

    pub(crate) fn tell_local_supply(&mut self) {
        let local = self
            .state
            .rota
            .entries
            .iter()
            .any(|entry| entry.verdict == Verdict::PassedOver { why: PassedOver::LocalSupply });
        if local && self.requester().local_supply == LocalSupply::Tell {
            let note = Some("Your own library is among those that can supply this".to_owned());
            self.say(Saying { note, ..self.notice() });
        }
    }

    pub(crate) fn relay_status(&mut self, final_answer: Option<Status>) {
        let status = self.supplier_status();
        let by_notice = self.is_told_as(ReasonForMessage::Notification);
        let about_current = self.part == self.state.current;
        if self.state.final_answer.is_some() || !about_current || (by_notice && final_answer.is_none()) {
            return self.say(Saying { content: Content::All, ..self.notice() });
        }
        let reason_unfilled = self.supplier_reason().filter(|_| status == Status::Unfilled);
        let reason = self.reason_for_status();
        let stands = match status {
            // These say when to send the item back; the loan stands where it stood.
            Status::HoldReturn | Status::ReleaseHoldReturn => self.state.stands(),
            _ => status.clone(),
        };
        let whole = Saying { reason, stands, content: Content::All, ..self.saying(status) };
        self.say(Saying { reason_unfilled, final_answer, ..whole });
    }

    pub(crate) fn relay_renewal(&mut self) {
        let Some(message) = self.told() else { return };
        let answer = message.message_info.answer_yes_no.clone().or(Some(YesNo::N));
        let status = self.supplier_status();
        self.renewal_answered();
        self.say(Saying {
            reason: ReasonForMessage::RenewResponse,
            answer,
            content: Content::All,
            ..self.saying(status)
        });
    }

    pub(crate) fn refuse_renew(&mut self) {
        self.renewal_answered();
        self.answer(ReasonForMessage::RenewResponse, Some(YesNo::N), self.state.stands());
    }

    fn renewal_answered(&mut self) {
        if let Some(leg) = self.part.filter(|leg| self.state.leg(*leg).renewal == Renewal::Asked) {
            self.record(Event::RenewalAnswered { leg });
        }
    }

    /// The final answer, with the last reason. It is given once.
    pub(crate) fn tell_final(&mut self, status: Status) {
        if self.state.final_answer.is_some() {
            return;
        }
        let reason_unfilled = self.state.reason_unfilled.clone().filter(|_| status == Status::Unfilled);
        let reason = self.reason_for_status();
        let last = self.state.current.map(|leg| self.state.leg(leg));
        let silent = last.filter(|leg| leg.out_by.is_some() && !passed_over::said_so(leg));
        let unasked = || self.state.rota.why_nobody().filter(|_| self.state.legs.is_empty());
        let note = silent.map(passed_over::sentence).or_else(unasked);
        self.say(Saying {
            reason,
            reason_unfilled,
            note,
            final_answer: Some(status.clone()),
            content: Content::Words,
            ..self.saying(status)
        });
    }

    /// Answers the cancel that is pending. A no to one by staff has nobody waiting for it; a yes of one supplier does not end the request.
    pub(crate) fn answer_cancel(&mut self, answer: &YesNo) {
        let wish = self.state.cancel;
        self.forget_wish();
        let is_theirs = self.is_told_as(ReasonForMessage::CancelResponse);
        let content = if is_theirs { Content::Words } else { Content::None };
        let (status, final_answer) = match answer {
            YesNo::Y => (Status::Cancelled, Some(Status::Cancelled)),
            _ => (self.kept(), None),
        };
        let final_answer = final_answer.filter(|_| self.state.final_answer.is_none());
        match (wish, answer) {
            (CancelWish::None, _) | (CancelWish::ByStaff, YesNo::N) => {}
            (CancelWish::ByStaff, _) => {
                let reason = self.reason_for_status();
                self.say(Saying { reason, final_answer, content, ..self.saying(status) });
            }
            (CancelWish::All | CancelWish::Other, _) => {
                let final_answer = final_answer.filter(|_| wish == CancelWish::All);
                let goes_on = wish == CancelWish::Other && *answer == YesNo::Y;
                let stands = if goes_on { self.state.stands() } else { status.clone() };
                self.say(Saying {
                    reason: ReasonForMessage::CancelResponse,
                    answer: Some(answer.clone()),
                    stands,
                    final_answer,
                    content,
                    ..self.saying(status)
                });
            }
        }
    }

    /// How things stand when a supplier keeps the request against a cancel; a promise that crossed the cancel is told now, and one that
    /// became void under it is none.
    fn kept(&self) -> Status {
        let kept = self.state.current.map(|leg| self.state.leg(leg));
        match kept.map(|leg| (leg.state, &leg.said.status)) {
            Some((LegState::Promised, Some(Status::WillSupply))) => Status::WillSupply,
            Some((LegState::Expecting, _)) => self.stands_unpromised(),
            _ => self.state.stands(),
        }
    }

    pub(crate) fn tell_report_refused(&mut self) {
        let Input::Delivery { out, outcome } = self.input else { return };
        let what = match &out.kind {
            OutboundKind::Action(action) => action.to_string(),
            other => other.to_string(),
        };
        let cause = match outcome {
            DeliveryOutcome::Refused(errors) => errors.iter().map(error_kind).collect::<Vec<_>>().join("; "),
            _ => "it was not delivered".to_owned(),
        };
        let name = self.part.map(|leg| self.state.leg(leg).name.clone()).unwrap_or_default();
        self.say(Saying { note: Some(format!("{name} did not take {what}: {cause}")), ..self.notice() });
    }

    /// The first answer to a request or a retry is RequestResponse, later ones are StatusChange.
    fn reason_for_status(&self) -> ReasonForMessage {
        match self.state.answered {
            FirstAnswer::Awaited => ReasonForMessage::RequestResponse,
            FirstAnswer::Given => ReasonForMessage::StatusChange,
        }
    }

    /// The status in the supplier's message, or that staff know of; where there is none, where the request stands.
    pub(crate) fn supplier_status(&self) -> Status {
        match self.input {
            Input::Supplying { message, .. } if !matches!(message.status_info.status, Status::Unknown(_)) => {
                message.status_info.status.clone()
            }
            Input::Staff { .. } => self.believed().unwrap_or_else(|| self.state.stands()),
            _ => self.state.stands(),
        }
    }

    /// What a supplier has said of an item, by where its leg stands.
    fn believed(&self) -> Option<Status> {
        Some(match self.state.leg(self.part?).state {
            LegState::Loaned => Status::Loaned,
            LegState::Overdue => Status::Overdue,
            LegState::Recalled => Status::Recalled,
            LegState::CopyCompleted => Status::CopyCompleted,
            LegState::LoanCompleted => Status::LoanCompleted,
            LegState::CompletedWithoutReturn => Status::CompletedWithoutReturn,
            _ => return None,
        })
    }

    fn supplier_reason(&self) -> Option<Open<ReasonUnfilled>> {
        self.told().and_then(|message| message.message_info.reason_unfilled.clone())
    }

    fn saying(&self, status: Status) -> Saying {
        Saying {
            reason: ReasonForMessage::StatusChange,
            stands: status.clone(),
            status,
            answer: None,
            note: None,
            reason_unfilled: None,
            final_answer: None,
            content: Content::None,
        }
    }

    pub(crate) fn notice(&self) -> Saying {
        Saying { reason: ReasonForMessage::Notification, ..self.saying(self.state.stands()) }
    }

    pub(crate) fn say(&mut self, saying: Saying) {
        let message = self.report(&saying);
        let peer = self.state.requester.peer.clone();
        let kind = OutboundKind::Report(saying.reason.clone(), saying.status.clone());
        self.record(Event::SentToRequester {
            reason: saying.reason,
            status: saying.status,
            stands: saying.stands,
            final_answer: saying.final_answer,
            at: self.context.now,
        });
        self.effect(Effect::Send {
            out: OutboundRef { to: Party::Requester, kind },
            peer,
            message: Box::new(Message::SupplyingAgencyMessage(message)),
            sealed: SealedFields::Nothing,
        });
    }

    fn report(&self, saying: &Saying) -> SupplyingAgencyMessage {
        let now = DateTime::from_instant(self.context.now);
        let about = self.part.or(self.state.current);
        let heard = match self.input {
            Input::Supplying { message, leg, .. }
                if saying.content != Content::None && about == Some(*leg) =>
            {
                Some(message)
            }
            _ => None,
        };
        let words = heard.and_then(|message| message.message_info.note.clone());
        let note = [self.supplier_line(about, saying, heard.map(AsRef::as_ref)), saying.note.clone(), words];
        let note = note.into_iter().flatten().collect::<Vec<_>>().join("\n");
        let whole = heard.filter(|_| saying.content == Content::All);
        let due_date = whole.and_then(|message| message.status_info.due_date.clone()).or_else(|| {
            about
                .filter(|leg| self.state.leg(*leg).state.is_custody())
                .and_then(|leg| self.state.leg(leg).said.due_date.clone())
        });
        let mut report = SupplyingAgencyMessage {
            header: self.report_header(about, now.clone()),
            message_info: MessageInfo {
                reason_for_message: saying.reason.clone(),
                answer_yes_no: saying.answer.clone(),
                note: Some(note).filter(|note| !note.is_empty()),
                reason_unfilled: saying.reason_unfilled.clone(),
                reason_retry: whole.and_then(|message| message.message_info.reason_retry.clone()),
            },
            status_info: StatusInfo {
                status: saying.status.clone(),
                expected_delivery_date: whole.and_then(|m| m.status_info.expected_delivery_date.clone()),
                due_date,
                last_change: whole
                    .map(|message| message.status_info.last_change.clone())
                    .filter(|date| date.instant().is_some())
                    .unwrap_or(now),
            },
            ..SupplyingAgencyMessage::default()
        };
        if let Some(message) = whole {
            report.retry_info = message.retry_info.clone();
            report.delivery_info = message.delivery_info.clone();
            report.shipping_info = message.shipping_info.clone();
            report.return_info = message.return_info.clone();
        }
        if saying.status == Status::Loaned
            && let Some(leg) = about.filter(|_| whole.is_some())
        {
            let lender = self.lender(leg);
            let known = lender.peer.as_ref().and_then(|peer| self.facts(peer));
            let known = known.unwrap_or_else(|| PeerFacts::new(PeerId::new(""), lender.symbol.clone()));
            let name = lender.name.unwrap_or_else(|| lender.symbol.to_string());
            report.return_info = Some(known.fill_return(report.return_info.take(), &lender.symbol, &name));
        }
        report
    }

    /// Who lends: as a broker says now or has said, else the leg's supplier itself.
    fn lender(&self, id: LegId) -> Lender {
        let now = match self.input {
            Input::Supplying { leg, lender, .. } if *leg == id => lender.as_ref(),
            _ => None,
        };
        let leg = self.state.leg(id);
        let (symbol, name, peer) = (leg.symbol.clone(), Some(leg.name.clone()), Some(leg.peer.clone()));
        now.or(leg.said.lender.as_ref()).cloned().unwrap_or(Lender { symbol, name, peer })
    }

    /// Who lends, in words, and through whom where that is another.
    fn called(&self, id: LegId) -> String {
        let (lender, leg) = (self.lender(id), self.state.leg(id));
        let through =
            (lender.symbol != leg.symbol).then(|| format!(" (through {}, {})", leg.name, leg.symbol));
        lender.to_string() + &through.unwrap_or_default()
    }

    /// Which library a message is about, in words, where the header does not name it.
    fn supplier_line(
        &self,
        about: Option<LegId>,
        saying: &Saying,
        heard: Option<&SupplyingAgencyMessage>,
    ) -> Option<String> {
        let of_nobody =
            matches!(saying.status, Status::RequestReceived | Status::Unfilled | Status::Cancelled);
        let leg =
            about.filter(|_| self.state.requester.face == Face::Opaque && (heard.is_some() || !of_nobody));
        let (who, leg) = (self.called(leg?), self.state.leg(leg?));
        let names = |note: &String| {
            let note = note.strip_prefix(LABEL).unwrap_or(note);
            note.starts_with(&who) || note.starts_with(&format!("{}, {}", leg.name, leg.symbol))
        };
        (!saying.note.as_ref().is_some_and(names)).then(|| format!("{LABEL}{who}"))
    }

    fn report_header(&self, about: Option<LegId>, timestamp: DateTime) -> SupplyingAgencyMessageHeader {
        let request = &self.state.request.header;
        let real = about.map(|leg| self.lender(leg).symbol.to_agency_id());
        let supplying_agency_id = real
            .filter(|_| self.state.requester.face == Face::Transparent)
            .or_else(|| request.supplying_agency_id.clone())
            .unwrap_or_else(|| self.context.broker.symbol.to_agency_id());
        SupplyingAgencyMessageHeader {
            supplying_agency_id,
            requesting_agency_id: request.requesting_agency_id.clone(),
            multiple_item_request_id: request.multiple_item_request_id.clone(),
            timestamp,
            requesting_agency_request_id: request.requesting_agency_request_id.clone(),
            supplying_agency_request_id: Some(self.context.key.to_owned()),
            requesting_agency_authentication: None,
        }
    }
}

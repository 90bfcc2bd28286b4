//! What the requester hears. The first answer to a request or a retry is a RequestResponse, later ones are StatusChange; the final answer
//! is given once; after it, everything is news.

use acts::Act;
use iso18626::{
    Action, Costs, DateTime, Decimal, DeliveryInfo, DeliveryMethod, Message, MessageInfo, Open,
    ReasonForMessage, ReasonRetry, ReasonUnfilled, RetryInfo, ReturnInfo, Status, StatusInfo,
    SupplyingAgencyMessage, SupplyingAgencyMessageHeader, YesNo,
};
use jiff::Timestamp;
use loan_model::{
    ils::{CirculationStatus, IlsAnswer},
    names::{OutboundKind, OutboundRef, Party},
    sealed::SealedFields,
};

use super::{event::Event, machine::Execution, state::Cancel};
use crate::{hosted::Input, interpreter::Effect};

/// One message to the requester in the making.
pub(crate) struct Saying {
    reason: ReasonForMessage,
    status: Status,
    /// Where the requester takes the request to stand after it.
    stands: Status,
    answer: Option<YesNo>,
    note: Option<String>,
    reason_unfilled: Option<Open<ReasonUnfilled>>,
    reason_retry: Option<Open<ReasonRetry>>,
    final_answer: Option<Status>,
    retry_info: Option<RetryInfo>,
    delivery_info: Option<DeliveryInfo>,
    return_info: Option<ReturnInfo>,
}

impl Execution<'_> {
    pub(crate) fn tell_about_return(&mut self, status: Status) {
        let stands = self.stands();
        self.say(Saying { stands, ..self.change(status) });
    }

    pub(crate) fn tell_due(&mut self) {
        let note = Some("The due date has changed".to_owned());
        self.say(Saying { note, ..self.change(Status::Loaned) });
    }

    pub(crate) fn tell_closed(&mut self) {
        let note = match self.input {
            Input::Staff { reason, .. } => Some(format!("The library closed the request: {reason}")),
            _ => None,
        };
        self.say(Saying { note, ..self.notice() });
    }

    /// An answer, with where the request stands.
    pub(crate) fn answer(&mut self, reason: ReasonForMessage, answer: Option<YesNo>, status: Status) {
        self.say(Saying { reason, answer, ..self.change(status) });
    }

    pub(crate) fn tell_condition(&mut self) {
        let Input::Staff { act: Act::Conditional { terms }, .. } = self.input else { return };
        let delivery_info = terms
            .condition()
            .map(|condition| DeliveryInfo { loan_condition: vec![condition.into()], ..self.delivery() });
        let retry_info = terms.cost().map(|cost| RetryInfo {
            offered_costs: vec![Costs {
                currency_code: Open::new(cost.currency.as_str()),
                monetary_value: Decimal::from_lexical(cost.amount.as_str()),
            }],
            ..RetryInfo::default()
        });
        self.say(Saying { delivery_info, retry_info, ..self.change(Status::ExpectToSupply) });
    }

    pub(crate) fn tell_retry(&mut self) {
        let Input::Staff { act: Act::RetryLater { reason, before, after }, .. } = self.input else { return };
        let calendar = &self.context.library.calendar;
        let (before, after) = (self.end_of(*before), after.map(|after| after.start(calendar)));
        if let Some(before) = before {
            self.record(Event::RetryOffered { before });
        }
        let retry_info = (before.is_some() || after.is_some()).then(|| RetryInfo {
            retry_before: before.map(DateTime::from_instant),
            retry_after: after.map(DateTime::from_instant),
            ..RetryInfo::default()
        });
        let reason_retry = Some((*reason).into());
        self.say(Saying { reason_retry, retry_info, ..self.change(Status::RetryPossible) });
    }

    /// The one final answer.
    pub(crate) fn tell_final(&mut self, status: Status) {
        if self.state.final_answer.is_some() {
            return;
        }
        let reason_unfilled = (status == Status::Unfilled).then(|| self.reason_unfilled().into());
        let note = match self.input {
            Input::Timer(_) if status == Status::Unfilled => Some("Out of time".to_owned()),
            _ => None,
        };
        let final_answer = Some(status.clone());
        self.say(Saying { reason_unfilled, note, final_answer, ..self.change(status) });
    }

    /// Why it cannot be supplied, as the standard lists it.
    fn reason_unfilled(&self) -> ReasonUnfilled {
        match self.input {
            Input::Staff { act: Act::Unfilled { reason }, .. } => *reason,
            Input::Ils { answer: IlsAnswer::Refused { .. }, .. } => ReasonUnfilled::NotHeld,
            Input::Ils { answer: IlsAnswer::Done { facts }, .. } => match facts.status {
                Some(CirculationStatus::NotAvailable) => ReasonUnfilled::NotAvailableForILL,
                _ => ReasonUnfilled::NotOnShelf,
            },
            _ => ReasonUnfilled::NotAvailableForILL,
        }
    }

    pub(crate) fn tell_loaned(&mut self) {
        let item_id = self.state.volumes_out().filter_map(|volume| volume.barcode.clone()).collect();
        let library = self.context.library;
        let return_info = ReturnInfo {
            return_agency_id: Some(library.symbol.to_agency_id()),
            name: Some(library.name.clone()),
            ..ReturnInfo::default()
        };
        self.say(Saying {
            delivery_info: Some(DeliveryInfo { item_id, ..self.delivery() }),
            return_info: Some(return_info),
            ..self.change(Status::Loaned)
        });
    }

    pub(crate) fn tell_copy(&mut self) {
        let Input::Staff { act: Act::DeliverCopy { url }, .. } = self.input else { return };
        let url = url.clone();
        let delivery_method = url.as_ref().map(|_| DeliveryMethod::URL.into());
        self.say(Saying {
            delivery_info: Some(DeliveryInfo { url, delivery_method, ..self.delivery() }),
            final_answer: Some(Status::CopyCompleted),
            ..self.change(Status::CopyCompleted)
        });
    }

    pub(crate) fn tell_note(&mut self) {
        let note = match self.input {
            Input::Staff { act: Act::Note { note }, .. } => note.clone(),
            Input::Staff { act: Act::Damaged { volumes, note }, .. } => {
                let meant = if volumes.is_empty() { Vec::new() } else { self.damaged() };
                let barcodes: Vec<&str> = meant
                    .into_iter()
                    .filter_map(|volume| self.state.volume(volume)?.barcode.as_deref())
                    .collect();
                match barcodes.as_slice() {
                    [] => format!("Damaged: {note}"),
                    barcodes => format!("Damaged: item {}: {note}", barcodes.join(", ")),
                }
            }
            Input::Staff { act: Act::Lost { .. }, .. } => {
                let volume = self.part.and_then(|volume| self.state.volume(volume));
                match volume.and_then(|volume| volume.barcode.as_deref()) {
                    Some(barcode) => format!("Item {barcode} is written off"),
                    None => "An item is written off".to_owned(),
                }
            }
            _ => return,
        };
        self.say(Saying { note: Some(note), ..self.notice() });
    }

    /// Answers the cancel that has just come, or the one that waits for its answer.
    pub(crate) fn answer_cancel(&mut self, answer: &YesNo) {
        let waits = self.state.cancel == Cancel::Asked;
        if !waits && !self.is_asked(&Action::Cancel) {
            return;
        }
        if waits {
            self.record(Event::CancelAnswered);
        }
        match answer {
            YesNo::Y => {
                let final_answer = Some(Status::Cancelled).filter(|_| self.state.final_answer.is_none());
                let (reason, answer) = (ReasonForMessage::CancelResponse, Some(YesNo::Y));
                self.say(Saying { reason, answer, final_answer, ..self.change(Status::Cancelled) });
            }
            _ => self.answer(ReasonForMessage::CancelResponse, Some(YesNo::N), self.stands()),
        }
    }

    /// Answers the renewal that has just been asked for, or the one that waits for its answer.
    pub(crate) fn answer_renewal(&mut self, answer: YesNo) {
        let waits = self.state.renewal_since.is_some();
        if !waits && !self.is_asked(&Action::Renew) {
            return;
        }
        if waits {
            self.record(Event::RenewalAnswered);
        }
        let status = if answer == YesNo::Y { Status::Loaned } else { self.stands() };
        self.answer(ReasonForMessage::RenewResponse, Some(answer), status);
    }

    /// Where the requester takes the request to stand.
    pub(crate) fn stands(&self) -> Status {
        self.state.told.clone().unwrap_or(Status::RequestReceived)
    }

    pub(crate) fn say_status(&mut self, status: Status) {
        self.say(self.change(status));
    }

    /// A new status; after the final answer, news.
    fn change(&self, status: Status) -> Saying {
        let reason = if self.state.final_answer.is_some() {
            ReasonForMessage::Notification
        } else if self.state.is_answered() {
            ReasonForMessage::StatusChange
        } else {
            ReasonForMessage::RequestResponse
        };
        Saying {
            reason,
            stands: status.clone(),
            status,
            answer: None,
            note: None,
            reason_unfilled: None,
            reason_retry: None,
            final_answer: None,
            retry_info: None,
            delivery_info: None,
            return_info: None,
        }
    }

    pub(crate) fn notice(&self) -> Saying {
        Saying { reason: ReasonForMessage::Notification, ..self.change(self.stands()) }
    }

    fn delivery(&self) -> DeliveryInfo {
        DeliveryInfo { date_sent: DateTime::from_instant(self.context.now), ..DeliveryInfo::default() }
    }

    pub(crate) fn say(&mut self, saying: Saying) {
        let kind = OutboundKind::Report(saying.reason.clone(), saying.status.clone());
        self.record(Event::SentToRequester {
            reason: saying.reason.clone(),
            status: saying.status.clone(),
            stands: saying.stands.clone(),
            final_answer: saying.final_answer.clone(),
            at: self.context.now,
        });
        let message = self.report(saying);
        self.effect(Effect::Send {
            out: OutboundRef { to: Party::Requester, kind },
            peer: self.state.peer.clone(),
            message: Box::new(Message::SupplyingAgencyMessage(message)),
            sealed: SealedFields::Nothing,
        });
    }

    fn report(&self, saying: Saying) -> SupplyingAgencyMessage {
        let now = DateTime::from_instant(self.context.now);
        let request = &self.state.request.header;
        let due: Option<Timestamp> = self.state.due.filter(|_| self.state.standing.phase.is_custody());
        SupplyingAgencyMessage {
            header: SupplyingAgencyMessageHeader {
                supplying_agency_id: self.context.library.symbol.to_agency_id(),
                requesting_agency_id: request.requesting_agency_id.clone(),
                multiple_item_request_id: request.multiple_item_request_id.clone(),
                timestamp: now.clone(),
                requesting_agency_request_id: request.requesting_agency_request_id.clone(),
                supplying_agency_request_id: Some(self.context.key.to_owned()),
                requesting_agency_authentication: None,
            },
            message_info: MessageInfo {
                reason_for_message: saying.reason,
                answer_yes_no: saying.answer,
                note: saying.note,
                reason_unfilled: saying.reason_unfilled,
                reason_retry: saying.reason_retry,
            },
            status_info: StatusInfo {
                status: saying.status,
                expected_delivery_date: None,
                due_date: due.map(DateTime::from_instant),
                last_change: now,
            },
            retry_info: saying.retry_info,
            delivery_info: saying.delivery_info,
            return_info: saying.return_info,
            ..SupplyingAgencyMessage::default()
        }
    }
}

//! What rows of the broker do besides sending messages: the rota, the legs, a request that is taken over. Must never decide: the row has.

use iso18626::{ReasonForMessage, Status, SupplyingAgencyMessage};
use loan_model::{
    PeerId, Symbol,
    facts::{Face, Lends, PeerFacts, PeerStanding},
    lender::Lender,
    names::{Clock, LegId, OutboundKind, OutboundRef, Party},
};

use super::{
    classify,
    event::{Event, Heard, SameItem},
    input::Input,
    machine::Execution,
    phases::LegState,
    state::{CancelWish, Leg},
    trigger::{LegTrigger, RequestTrigger},
};
use crate::{
    interpreter::{Effect, TableState},
    messages::{DueMove, denies_a_cancel_as_cancelled, proves_shipping},
};
use ranking::PassedOver;

impl Execution<'_> {
    /// Keeps what a supplier's message says that matters later.
    pub(crate) fn hear(&mut self, id: LegId, message: &SupplyingAgencyMessage, lender: Option<&Lender>) {
        let leg = self.state.leg(id);
        let status = &message.status_info.status;
        let news = !matches!(status, Status::Unknown(_))
            && message.message_info.reason_for_message != ReasonForMessage::Notification
            && !denies_a_cancel_as_cancelled(message);
        let named = message.header.supplying_agency_request_id.clone().filter(|id| !id.trim().is_empty());
        let retry_before = message.retry_info.as_ref().and_then(|retry| retry.retry_before.clone());
        let moved = classify::due_moves(leg, message);
        // Whose no is told has the request no more, whatever status stands with it.
        let engages = !classify::tells_no_behind(message)
            && if leg.state.is_custody() { proves_shipping(status) } else { classify::engages(status) };
        let heard = Heard {
            status: news.then(|| status.clone()).filter(|status| leg.said.status.as_ref() != Some(status)),
            supplier_request_id: named.filter(|named| leg.said.supplier_request_id.as_ref() != Some(named)),
            due_date: message
                .status_info
                .due_date
                .clone()
                .filter(|due| leg.said.due_date.as_ref() != Some(due) && moved != Some(DueMove::Earlier)),
            retry_before: retry_before.filter(|before| leg.said.retry_before.as_ref() != Some(before)),
            reason_unfilled: message.message_info.reason_unfilled.clone(),
            lender: lender.filter(|it| engages && it.symbol != *leg.lends()).cloned(),
        };
        // How things stand is told now: what was not taken is made up for.
        if news {
            self.resolve("supplier.not-taken", Party::Leg(id).into());
        }
        if heard != Heard::default() {
            self.record(Event::Heard { leg: id, heard });
        }
    }

    /// What is known of a peer.
    pub(crate) fn facts(&self, peer: &PeerId) -> Option<PeerFacts> {
        (self.context.peers)(peer)
    }

    /// What is known of the requester.
    pub(crate) fn requester(&self) -> PeerFacts {
        let requester = &self.state.requester;
        let unknown = || PeerFacts::new(requester.peer.clone(), requester.symbol.clone());
        self.facts(&requester.peer).unwrap_or_else(unknown)
    }

    /// What is known of a leg's supplier.
    pub(crate) fn supplier(&self, leg: &Leg) -> PeerFacts {
        self.facts(&leg.peer).unwrap_or_else(|| PeerFacts::new(leg.peer.clone(), leg.symbol.clone()))
    }

    /// Stops the leg's clocks that do not belong to where it stands, and starts the one that does.
    pub(crate) fn keep_leg_clocks(&mut self, leg: LegId) {
        let wanted: Vec<_> = self.state.leg(leg).state.clocks().iter().map(|clock| clock.of(leg)).collect();
        self.keep_clocks(&wanted, |timer| timer.leg() == Some(leg));
    }

    /// Something happens to this leg, if there is one.
    pub(crate) fn on_leg(&mut self, leg: Option<LegId>, trigger: LegTrigger) {
        if let Some(leg) = leg {
            self.on_part(leg, trigger);
        }
    }

    /// The leg that the requester's message is for: the one it addresses, else the current one. An opaque requester sees no suppliers, so
    /// what it says is about the one that the request is with, whatever library its header names.
    pub(crate) fn addressed_leg(&self) -> Option<LegId> {
        match self.input {
            Input::Requesting { message, .. } if self.state.requester.face == Face::Transparent => {
                let symbol = Symbol::from(&message.header.supplying_agency_id);
                classify::leg_called(&self.state, &symbol).or(self.state.current)
            }
            _ => self.state.current,
        }
    }

    pub(crate) fn begin(&mut self) {
        self.know_requester();
        self.start_clock(Clock::NeedBefore.of_request());
    }

    fn know_requester(&mut self) {
        let id = self.state.request.header.requesting_agency_request_id.clone();
        let peer = self.state.requester.peer.clone();
        self.effect(Effect::KnowAs { peer, id, party: Party::Requester });
    }

    pub(crate) fn locate(&mut self, only: Option<PeerId>) {
        self.record(Event::LocateAsked { only: only.clone() });
        self.start_clock(Clock::Locate.of_request());
        self.effect(Effect::Locate { exclude: self.state.tried.clone(), only });
    }

    pub(crate) fn set_rota(&mut self) {
        if let Input::Located(rota) = self.input {
            let (registry_version, at) = (self.context.registry_version, self.context.now);
            self.record(Event::RotaSet { rota: rota.clone(), registry_version, at });
        }
    }

    pub(crate) fn close_rota(&mut self) {
        if self.state.rota_open() {
            self.record(Event::RotaClosed);
        }
    }

    pub(crate) fn choose(&mut self) {
        while let Some(entry) = self.state.next_in_rota() {
            let takes_requests = self
                .facts(&entry.peer)
                .is_some_and(|peer| peer.standing == PeerStanding::Active && peer.roles.lends != Lends::No);
            if takes_requests {
                return self.on_request(RequestTrigger::NextChosen);
            }
            let peer = entry.peer.clone();
            self.record(Event::PassedOver { peer, why: PassedOver::NotActive });
        }
        self.on_request(RequestTrigger::NoneLeft);
    }

    pub(crate) fn open_leg(&mut self) {
        let Some(entry) = self.state.next_in_rota().cloned() else { return };
        let leg = LegId(self.state.legs.len() as u32);
        let face = self.facts(&entry.peer).map(|peer| peer.supplier_face).unwrap_or_default();
        self.record(Event::LegOpened {
            leg,
            peer: entry.peer,
            symbol: entry.symbol,
            name: entry.name,
            face,
            at: self.context.now,
        });
        self.part = Some(leg);
        self.keep_leg_clocks(leg);
        self.send_request(leg);
    }

    pub(crate) fn adopt(&mut self, item: SameItem) {
        let Input::Request { message, .. } = self.input else { return };
        self.record(Event::Retried { request: message.clone(), item, at: self.context.now });
        self.know_requester();
        if !self.state.standing.phase.is_final() {
            self.start_clock(Clock::NeedBefore.of_request());
        }
    }

    pub(crate) fn make_current(&mut self) {
        if let Some(leg) = self.part {
            self.record(Event::CurrentSet { leg });
        }
    }

    pub(crate) fn pass_on(&mut self) {
        let out = self.state.legs_with_ids().find(|(_, leg)| leg.state.is_custody()).map(|(id, _)| id);
        if let Some(leg) = out.filter(|leg| Some(*leg) != self.state.current) {
            self.record(Event::CurrentSet { leg });
        }
    }

    pub(crate) fn forget_wish(&mut self) {
        if self.state.cancel != CancelWish::None {
            self.record(Event::CancelAnswered);
        }
    }

    /// What was not believed counts: that the supplier shipped, and what it said of the item then.
    pub(crate) fn believe(&mut self) {
        let doubted = self.state.doubted().map(|(leg, status)| (leg, status.clone()));
        let Some((leg, status)) = doubted else { return };
        // Of a loan that ran before, nothing is believed but that it stands.
        let ran = self.state.leg(leg).state.is_custody();
        self.on_part(leg, LegTrigger::WasLent);
        if !ran
            && self.state.leg(leg).state == LegState::Loaned
            && let Some(trigger) = classify::of_an_item(&status)
        {
            self.on_part(leg, trigger);
        }
    }

    pub(crate) fn withdraw(&mut self, leg: LegId, kind: OutboundKind) {
        if self.context.waits(leg, &kind).is_some() {
            let rule = self.decision.rules.last().map_or_else(String::new, |used| used.rule.to_owned());
            self.record(Event::Withdrawn { leg, message: kind.clone(), rule });
        }
        self.effect(Effect::Withdraw { out: OutboundRef { to: Party::Leg(leg), kind } });
    }
}

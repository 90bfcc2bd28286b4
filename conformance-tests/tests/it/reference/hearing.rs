//! What the reference broker does when a supplier or a requester speaks about a request.

use conformance_tests::peers::Face;
use conformance_tests::tree::Element;

use super::broker::{
    Broker, Cancel, DAY, Leg, State, Timer, blank, early, final_status, is_conditional, retry_until, shipped,
    symbol_at,
};
use super::convert::{inside, set};
use super::server::value;
use super::{Error, Fault};

impl Broker {
    pub(crate) fn supplying(&self, from: usize, message: &Element) -> Result<(), Error> {
        let mut state = self.state();
        let state = &mut *state;
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default();
        let anybody = self.is(Fault::AnybodySpeaks);
        let found = state.loans.iter().enumerate().find_map(|(l, loan)| {
            let g = loan.legs.iter().position(|leg| leg.id == id && (anybody || leg.supplier == from))?;
            Some((l, g))
        });
        let (l, g) = found.ok_or_else(|| value("requestingAgencyRequestId: unknown"))?;
        if let Some(own) = message.text_at("header/supplyingAgencyRequestId") {
            state.loans[l].legs[g].own_id = Some(own.to_owned());
        }
        let reason = message.text_at("messageInfo/reasonForMessage").unwrap_or_default();
        let status = message.text_at("statusInfo/status").unwrap_or_default().to_owned();
        let engaged = state.loans[l].engaged == Some(g);
        if (reason == "Notification" && !self.is(Fault::NotificationCounts)) || status.is_empty() {
            if self.is(Fault::InterimNoEnds) && status == "Unfilled" && state.loans[l].untried.is_empty() {
                "CompletedWithoutReturn".clone_into(&mut state.loans[l].legs[g].status);
            }
            if engaged || state.loans[l].ended {
                let heard = state.loans[l].heard.clone();
                self.tell(state, l, Some(message), &heard, Some("Notification"));
            }
            return Ok(());
        }
        match reason {
            "RenewResponse" => {
                if engaged {
                    state.loans[l].legs[g].status.clone_from(&status);
                    self.tell(state, l, Some(message), &status, Some("RenewResponse"));
                }
            }
            "CancelResponse" => self.cancel_answered(state, l, g, message, &status),
            "StatusRequestResponse" if status == state.loans[l].legs[g].status => {}
            _ => self.moved(state, l, g, message, &status),
        }
        Ok(())
    }

    pub(crate) fn cancel_answered(
        &self,
        state: &mut State,
        l: usize,
        g: usize,
        message: &Element,
        status: &str,
    ) {
        let yes = message.text_at("messageInfo/answerYesNo") == Some("Y")
            || status == "Cancelled"
            || status == "Unfilled";
        let cancel = state.loans[l].legs[g].cancel.take();
        match cancel {
            Some(Cancel::Asked) => {
                if yes {
                    state.loans[l].ended = !self.is(Fault::CancelDoesNotStop);
                    self.tell(state, l, Some(message), "Cancelled", Some("CancelResponse"));
                    state.loans[l].engaged = None;
                    if self.is(Fault::CancelDoesNotStop) {
                        self.ask_next_or_end(state, l, None);
                    }
                } else {
                    let heard = state.loans[l].heard.clone();
                    self.tell(state, l, Some(message), &heard, Some("CancelResponse"));
                }
            }
            Some(Cancel::Declined | Cancel::Silent) if yes => self.ask_next_or_end(state, l, None),
            Some(Cancel::Declined) => self.ask_next_or_end(state, l, None),
            Some(Cancel::Silent) => {
                state.loans[l].legs[g].timer = Some((self.seconds() + 10 * DAY, Timer::Ship));
            }
            Some(Cancel::Late) | None => {}
        }
    }

    pub(crate) fn moved(&self, state: &mut State, l: usize, g: usize, message: &Element, status: &str) {
        let before = state.loans[l].legs[g].status.clone();
        if final_status(&before)
            && !(before == "Unfilled" || before == "Cancelled" || before == "RetryPossible")
            || shipped(&before) && early(status)
            || before == status && before == "Unfilled"
        {
            return;
        }
        let engaged = state.loans[l].engaged == Some(g);
        if !engaged && !self.is(Fault::StatusOutOfOrder) {
            state.loans[l].legs[g].status = status.to_owned();
            match status {
                "WillSupply" | "ExpectToSupply" if !self.is(Fault::NoCancelForTheLate) => {
                    state.loans[l].legs[g].cancel = Some(Cancel::Late);
                    self.ask(state, l, g, "Cancel", None);
                }
                "Loaned" => {
                    let newer = state.loans[l].engaged;
                    if newer.is_some_and(|newer| shipped(&state.loans[l].legs[newer].status)) {
                        return;
                    }
                    if let Some(newer) = newer {
                        state.loans[l].legs[newer].cancel = Some(Cancel::Late);
                        self.ask(state, l, newer, "Cancel", None);
                    }
                    state.loans[l].engaged = Some(g);
                    state.loans[l].ended = false;
                    self.tell(state, l, Some(message), status, None);
                }
                _ => {}
            }
            return;
        }
        let cancel = state.loans[l].legs[g].cancel;
        state.loans[l].legs[g].status = status.to_owned();
        let now = self.seconds();
        state.loans[l].legs[g].timer = match status {
            "RequestReceived" | "ExpectToSupply" => state.loans[l].legs[g].timer,
            "WillSupply" if is_conditional(message) => Some((now + 4 * DAY, Timer::Reply)),
            "WillSupply" => Some((now + 10 * DAY, Timer::Ship)),
            "RetryPossible" => Some((retry_until(message).unwrap_or(now + 6 * DAY), Timer::Retry)),
            "Loaned" | "Overdue" | "Recalled" => Some((now + 60 * DAY, Timer::Answer)),
            _ => None,
        };
        match status {
            "RequestReceived" => {}
            "Unfilled" | "Cancelled" if cancel == Some(Cancel::Asked) => {
                state.loans[l].ended = true;
                self.tell(state, l, None, "Cancelled", Some("CancelResponse"));
                state.loans[l].engaged = None;
            }
            "Unfilled" | "Cancelled" => {
                state.loans[l].last_unfilled = Some(message.clone());
                let reason = message.text_at("messageInfo/reasonUnfilled").unwrap_or_default().to_owned();
                if reason == "Duplicate" {
                    state.loans[l].untried.clear();
                }
                if !state.loans[l].untried.is_empty() {
                    let heard = state.loans[l].heard.clone();
                    if self.is(Fault::InterimUnfilled) {
                        self.tell(state, l, Some(message), "Unfilled", None);
                    } else {
                        self.tell(state, l, Some(message), &heard, Some("Notification"));
                    }
                }
                self.ask_next_or_end(state, l, None);
            }
            _ => {
                if matches!(cancel, Some(Cancel::Silent)) && (status == "WillSupply" || shipped(status)) {
                    state.loans[l].legs[g].cancel = None;
                }
                if status != "ExpectToSupply" {
                    self.tell(state, l, Some(message), status, None);
                }
                let said =
                    if status == "WillSupply" && is_conditional(message) { "Conditional" } else { status };
                let refuses = matches!(self.fault, Some(Fault::RefusesCancel(crossing)) if crossing == said);
                if refuses && cancel == Some(Cancel::Asked) {
                    self.answer_no(state, l, "CancelResponse");
                }
                if matches!(status, "LoanCompleted" | "CopyCompleted" | "CompletedWithoutReturn") {
                    state.loans[l].ended = true;
                }
            }
        }
    }

    pub(crate) fn requesting(&self, from: usize, message: &Element) -> Result<(), Error> {
        let mut state = self.state();
        let state = &mut *state;
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default();
        let anybody = self.is(Fault::AnybodySpeaks);
        let found = state.loans.iter().position(|loan| loan.id == id && (anybody || loan.requester == from));
        let l = found.ok_or_else(|| value("requestingAgencyRequestId: unknown"))?;
        let action = message.text_at("action").unwrap_or_default().to_owned();
        let mut engaged = state.loans[l].engaged;
        if self.is(Fault::LeftBehind) {
            let named = symbol_at(message, "header/supplyingAgencyId");
            let is_named = |leg: &Leg| Some(&self.peers.party[leg.supplier].symbol) == named.as_ref();
            engaged = state.loans[l].legs.iter().position(is_named).or(engaged);
        }
        let heard = state.loans[l].heard.clone();
        let ended = state.loans[l].ended;
        let leg_status = engaged.map(|g| state.loans[l].legs[g].status.clone()).unwrap_or_default();
        match action.as_str() {
            "StatusRequest" => {
                self.tell(state, l, None, &heard, Some("StatusRequestResponse"));
                if let Some(g) = engaged.filter(|_| !ended) {
                    self.ask(state, l, g, "StatusRequest", Some(message));
                }
            }
            "Cancel" => self.cancelled(state, l, message, &heard),
            "Renew" => match engaged.filter(|_| !ended && shipped(&leg_status)) {
                Some(g) => self.ask(state, l, g, "Renew", Some(message)),
                None => self.answer_no(state, l, "RenewResponse"),
            },
            _ => {
                if let Some(g) = engaged.filter(|_| !ended) {
                    if action == "Notification"
                        && state.loans[l].legs[g].timer.is_some_and(|(_, timer)| timer == Timer::Reply)
                    {
                        state.loans[l].legs[g].timer = Some((self.seconds() + 10 * DAY, Timer::Ship));
                    }
                    self.ask(state, l, g, &action, Some(message));
                }
            }
        }
        Ok(())
    }

    pub(crate) fn cancelled(&self, state: &mut State, l: usize, message: &Element, heard: &str) {
        let loan = &state.loans[l];
        if loan.ended {
            return self.answer_no(state, l, "CancelResponse");
        }
        let to = symbol_at(message, "header/supplyingAgencyId");
        let transparent = self.peers.party[loan.requester].face == Face::Transparent;
        let Some(g) = loan.engaged else { return self.answer_no(state, l, "CancelResponse") };
        let supplier = loan.legs[g].supplier;
        let declines =
            transparent && to.as_ref() == Some(&self.peers.party[supplier].symbol) && loan.addressed != to;
        if heard == "RetryPossible" {
            state.loans[l].ended = true;
            return self.tell(state, l, None, "Cancelled", Some("CancelResponse"));
        }
        if declines && !self.is(Fault::DeclineEnds) {
            state.loans[l].legs[g].cancel = Some(Cancel::Declined);
        } else {
            if !self.is(Fault::CancelDoesNotStop) {
                state.loans[l].untried.clear();
            }
            state.loans[l].legs[g].cancel = Some(Cancel::Asked);
        }
        self.ask(state, l, g, "Cancel", Some(message));
    }

    pub(crate) fn answer_no(&self, state: &mut State, l: usize, reason: &str) {
        let heard = state.loans[l].heard.clone();
        let mut base = blank();
        set(inside(&mut base, "messageInfo"), "answerYesNo", "N");
        self.tell(state, l, Some(&base), &heard, Some(reason));
    }
}

//! What the reference broker sends, and what becomes of it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use conformance_tests::edition::{Edition, NAMESPACE};
use conformance_tests::http::Client;
use conformance_tests::peers::Face;
use conformance_tests::tree::Element;
use tokio::sync::mpsc::unbounded_channel;

use super::broker::{Broker, Cancel, DAY, Mail, State, Timer, agency, blank};
use super::convert::{inside, put, render, set, text};
use super::{AGAIN, Fault, outside};

impl Broker {
    /// Tells the requester. What the supplier wrote is the base, where there is one.
    pub(crate) fn tell(
        &self,
        state: &mut State,
        l: usize,
        base: Option<&Element>,
        status: &str,
        reason: Option<&str>,
    ) {
        let requester = state.loans[l].requester;
        let party = &self.peers.party[requester];
        let mut message = base.cloned().unwrap_or_else(blank);
        let original = message.text_at("messageInfo/reasonForMessage").unwrap_or_default().to_owned();
        let stamp = self.stamp(state, requester);
        let loan = &mut state.loans[l];
        let answer = if loan.answered { "StatusChange" } else { "RequestResponse" };
        if reason.is_none() {
            loan.answered = true;
        }
        if reason != Some("Notification") {
            loan.heard = status.to_owned();
        }
        let real = loan.engaged.map(|g| self.peers.party[loan.legs[g].supplier].symbol.clone());
        let shown = match (party.face, real) {
            (Face::Transparent, Some(real)) => real,
            _ => self.peers.subject.clone(),
        };
        let mut header = text("header", "");
        put(&mut header, agency("supplyingAgencyId", &shown));
        put(&mut header, agency("requestingAgencyId", &party.symbol));
        if let Some(multiple) = loan.request.text_at("header/multipleItemRequestId") {
            set(&mut header, "multipleItemRequestId", multiple);
        }
        set(&mut header, "timestamp", &stamp);
        set(&mut header, "requestingAgencyRequestId", &loan.id);
        set(&mut header, "supplyingAgencyRequestId", &loan.our_id);
        put(&mut message, header);
        let reason = reason.unwrap_or(answer);
        let reason = if self.is(Fault::CopiedReason) && !original.is_empty() { &original } else { reason };
        let info = inside(&mut message, "messageInfo");
        set(info, "reasonForMessage", reason);
        if reason == "CancelResponse" && info.child("answerYesNo").is_none() {
            set(info, "answerYesNo", "Y");
        }
        let status_info = inside(&mut message, "statusInfo");
        set(status_info, "status", status);
        if status_info.child("lastChange").is_none() {
            set(status_info, "lastChange", &stamp);
        }
        self.mail(state, l, requester, message, None);
    }

    /// Asks something of a supplier.
    pub(crate) fn ask(&self, state: &mut State, l: usize, g: usize, action: &str, base: Option<&Element>) {
        let supplier = state.loans[l].legs[g].supplier;
        let stamp = self.stamp(state, supplier);
        let leg = &state.loans[l].legs[g];
        let party = &self.peers.party[supplier];
        let own = self.peers.subject.clone();
        let seen = if party.face == Face::Transparent {
            self.peers.party[state.loans[l].requester].symbol.clone()
        } else {
            own
        };
        let mut message = Element {
            name: "requestingAgencyMessage".to_owned(),
            namespace: NAMESPACE.to_owned(),
            ..Element::default()
        };
        let mut header = text("header", "");
        put(&mut header, agency("supplyingAgencyId", &party.symbol));
        put(&mut header, agency("requestingAgencyId", &seen));
        if let Some(multiple) = state.loans[l].request.text_at("header/multipleItemRequestId") {
            set(&mut header, "multipleItemRequestId", multiple);
        }
        set(&mut header, "timestamp", &stamp);
        set(&mut header, "requestingAgencyRequestId", &leg.id);
        if let Some(own) = leg.own_id.as_ref().filter(|_| !self.is(Fault::ForgottenSupplierId)) {
            set(&mut header, "supplyingAgencyRequestId", own);
        }
        put(&mut message, header);
        set(&mut message, "action", action);
        if let Some(note) = base.and_then(|base| base.text_at("note")) {
            set(&mut message, "note", note);
        }
        self.mail(state, l, supplier, message, Some(g));
    }

    pub(crate) fn stamp(&self, state: &mut State, party: usize) -> String {
        let now = outside::now().as_millisecond() + 1000 * self.ahead.load(Ordering::Relaxed);
        let last = state.stamps.entry(party).or_default();
        *last = now.max(*last + 1);
        jiff::Timestamp::from_millisecond(*last).map(|stamp| format!("{stamp:.3}")).unwrap_or_default()
    }

    pub(crate) fn mail(
        &self,
        state: &mut State,
        l: usize,
        party: usize,
        message: Element,
        leg: Option<usize>,
    ) {
        let bytes = self.spoil(render(&message, self.edition_for(party)), &message);
        let lane = state.lanes.entry((l, party)).or_insert_with(|| {
            let (sender, mut receiver) = unbounded_channel::<Mail>();
            let broker = self.myself.upgrade().expect("the broker lives while it sends");
            tokio::spawn(async move {
                while let Some(mail) = receiver.recv().await {
                    broker.deliver(l, party, mail, receiver.is_closed()).await;
                }
            });
            sender
        });
        let _ = lane.send(Mail { bytes, message, leg });
    }

    pub(crate) fn edition_for(&self, party: usize) -> Edition {
        let edition = self.peers.party[party].edition;
        if self.is(Fault::WrongOrder) { edition.other() } else { edition }
    }

    pub(crate) fn spoil(&self, bytes: Vec<u8>, message: &Element) -> Vec<u8> {
        let text = String::from_utf8(bytes).expect("we wrote it");
        let spoilt = match self.fault {
            Some(Fault::LostNamespace) => text.replace(&format!(" xmlns=\"{NAMESPACE}\""), ""),
            Some(Fault::BareVersion) => text.replace("ill:version", "version"),
            Some(Fault::FloatCosts) => {
                let amount = message.text_at("messageInfo/offeredCosts/monetaryValue");
                let amount = amount.or_else(|| message.text_at("retryInfo/offeredCosts/monetaryValue"));
                match amount.and_then(|amount| amount.parse::<f32>().ok().map(|float| (amount, float))) {
                    Some((amount, float)) => text.replace(&format!(">{amount}<"), &format!(">{float}<")),
                    None => text,
                }
            }
            Some(Fault::LostScheme | Fault::BareValues) => {
                let mut text = text;
                while let Some(start) = text.find(" ill:scheme=\"") {
                    let end = text[start + 13..].find('"').map_or(text.len(), |end| start + 14 + end);
                    text.replace_range(start..end, "");
                }
                text
            }
            Some(Fault::WrongList) => text.replace("AgencyIdTypeList", "PaymentMethodList"),
            _ => text,
        };
        spoilt.into_bytes()
    }

    pub(crate) async fn deliver(&self, l: usize, party: usize, mut mail: Mail, _closed: bool) {
        let url = &self.peers.party[party].url;
        let client =
            Client::new(url, self.peers.party[party].headers.clone(), Duration::from_secs(2)).expect("a URL");
        for round in 0..400 {
            if !self.state().lanes.contains_key(&(l, party)) {
                return;
            }
            if self.is_answered(l, &mail) {
                return self.arrived(l, &mail, false);
            }
            let answer =
                client.send("POST", Some("application/xml"), &Default::default(), mail.bytes.clone()).await;
            if let Ok(answer) = answer {
                let tree = Element::parse(&answer.body).ok();
                let confirmation = tree.as_ref().and_then(|tree| tree.children.first());
                let confirmation = confirmation.filter(|element| self.confirms(element, &mail.message));
                if let Some(confirmation) = confirmation
                    && !(self.is(Fault::IgnoresErrorBody) && answer.status >= 400)
                {
                    let refused = confirmation.text_at("confirmationHeader/messageStatus") == Some("ERROR");
                    let value = confirmation.text_at("errorData/errorValue").unwrap_or_default();
                    let is_late = mail.message.name != "request" && round < 20;
                    let not_booked = refused && is_late && value.contains("requestingAgencyRequestId");
                    if !not_booked || self.is(Fault::RefusalIsFinal) {
                        return self.arrived(l, &mail, refused);
                    }
                }
                if self.is(Fault::HtmlIsDelivered) && answer.status == 200 {
                    return self.arrived(l, &mail, false);
                }
                if self.is(Fault::FollowsRedirect) && answer.status == 302 {
                    let there = url.split("/").take(3).collect::<Vec<_>>().join("/") + "/elsewhere";
                    let other =
                        Client::new(&there, Default::default(), Duration::from_secs(2)).expect("a URL");
                    let _ = other
                        .send("POST", Some("application/xml"), &Default::default(), mail.bytes.clone())
                        .await;
                }
            }
            outside::pause(AGAIN).await;
            if self.is(Fault::RestampedResend) {
                let mut state = self.state();
                let stamp = self.stamp(&mut state, party);
                set(inside(&mut mail.message, "header"), "timestamp", &stamp);
                mail.bytes = render(&mail.message, self.edition_for(party));
            }
        }
    }

    /// Whether it is a request that its supplier has answered: it need not be confirmed any more.
    fn is_answered(&self, l: usize, mail: &Mail) -> bool {
        let answered = |g: usize| !self.state().loans[l].legs[g].status.is_empty();
        mail.message.name == "request"
            && mail.leg.is_some_and(answered)
            && !self.is(Fault::RepeatsWhatIsAnswered)
    }

    /// Whether it confirms this message, and no other.
    fn confirms(&self, confirmation: &Element, message: &Element) -> bool {
        let sent = message.text_at("header/requestingAgencyRequestId");
        let named = confirmation.text_at("confirmationHeader/requestingAgencyRequestId");
        let is_about_it = named.is_none() || named == sent || self.is(Fault::AnyConfirmation);
        let of_its_kind = confirmation.name == format!("{}Confirmation", message.name);
        let of_any_kind = confirmation.name.ends_with("Confirmation") && self.is(Fault::AnyKindConfirms);
        is_about_it && (of_its_kind || of_any_kind)
    }

    /// What the far side's confirmation means.
    pub(crate) fn arrived(&self, l: usize, mail: &Mail, refused: bool) {
        let _turn = self.turn.lock().expect("no one panicked in there");
        let mut state = self.state();
        let state = &mut *state;
        let Some(g) = mail.leg else { return };
        let is_request = mail.message.name == "request";
        if is_request && !refused {
            let leg = &mut state.loans[l].legs[g];
            leg.delivered = true;
            if leg.timer.is_some_and(|(_, timer)| timer == Timer::Deliver) {
                leg.timer = Some((self.seconds() + 3 * DAY, Timer::Answer));
            }
        }
        if !refused {
            return;
        }
        if is_request {
            if state.loans[l].engaged == Some(g) {
                self.ask_next_or_end(state, l, None);
            }
            return;
        }
        match mail.message.text_at("action").unwrap_or_default() {
            "Renew" => self.answer_no(state, l, "RenewResponse"),
            "Cancel" => match state.loans[l].legs[g].cancel.take() {
                Some(Cancel::Asked) => self.answer_no(state, l, "CancelResponse"),
                Some(Cancel::Declined | Cancel::Silent) => self.ask_next_or_end(state, l, None),
                _ => {}
            },
            "StatusRequest" => {}
            action => {
                let mut base = blank();
                set(inside(&mut base, "messageInfo"), "note", &format!("{action} was refused"));
                let heard = state.loans[l].heard.clone();
                self.tell(state, l, Some(&base), &heard, Some("Notification"));
            }
        }
    }
}

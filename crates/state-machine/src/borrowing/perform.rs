//! Does what a row says. Must never decide: the row has.

use iso18626::{DateTime, Message, RequestType};

use super::{
    act::{self, Act},
    clocks,
    event::{Event, StepOutcome},
    incidents::{MOOT_AT_THE_END, STEP_FAILED},
    messages,
    phases::VolumeState,
    run::Run,
    state::{PatronSide, Progress, Renewal, SupplierSays, TemporaryItem, Wish},
    steps,
    table::Do,
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    acts::VolumeRef,
    hosted::{Clock, Effect, Input, Step, Ticket, VolumeNo},
};

impl Run<'_> {
    /// Does one thing that a row says.
    pub(crate) fn perform(&mut self, what: &Do) {
        match what {
            Do::Now(trigger) => self.request(*trigger),
            Do::End => self.end(),
            Do::Reopen => self.effect(Effect::Reopen),
            Do::SendRequest => self.send_request(RequestType::New),
            Do::SendRetry => self.send_request(RequestType::Retry),
            Do::Send(action) => self.send(action.clone(), None),
            Do::SendAgreement => self.write("We agree to the condition"),
            Do::SendRefusal => self.write("We decline the condition"),
            Do::SendNote => self.send_note(),
            Do::SendReturn => self.send_return(),
            Do::SendClosed => self.write("The library closed the request"),
            Do::Edit => {
                if let Input::Staff { act: Act::Edit { patch, need_before }, .. } = self.input {
                    let calendar = &self.context.library.calendar;
                    let need_before = need_before.map(|date| DateTime::from_instant(date.end(calendar)));
                    self.record(Event::Edited { patch: (**patch).clone(), need_before });
                    // The date may be another: its clock starts anew.
                    self.stop(Clock::NeedBefore.of_request());
                }
            }
            Do::SetPickup => {
                if let Input::Staff { act: Act::SetPickup { place }, .. } = self.input {
                    self.record(Event::PickupSet { place: place.clone() });
                }
            }
            Do::AgreeTerms => self.record(Event::TermsAgreed),
            Do::TakeVolumes => self.take_volumes(),
            Do::TakeArrivals => self.take_arrivals(),
            Do::TakeCopy => self.take_copy(),
            Do::MarkUnwanted => {
                if self.state.wish == Wish::Wanted {
                    self.record(Event::Unwanted);
                }
            }
            Do::MarkOver => {
                if self.state.supplier_says == SupplierSays::Nothing {
                    self.record(Event::SupplierSaysOver);
                }
            }
            Do::AskRenewal => self.record(Event::RenewalAsked),
            Do::AnswerRenewal => {
                if self.state.renewal == Renewal::Asked {
                    self.record(Event::RenewalAnswered);
                }
            }
            Do::Named(trigger) => {
                for number in self.named(*trigger) {
                    self.volume(number, *trigger);
                }
            }
            Do::EachVolume(trigger) => {
                for number in self.numbers() {
                    self.volume(number, *trigger);
                }
            }
            Do::Ask(step) => {
                if *step == Step::ChargePatron {
                    self.take_charge();
                }
                self.ask(*step, self.volume);
            }
            Do::AskAgain | Do::TakeAsDone | Do::TakeAsGivenUp => self.settle_step(what),
            Do::Tell(occasion) => self.effect(Effect::Tell { occasion: *occasion }),
            Do::Incident(slug) => self.raise(slug, self.volume),
            Do::Settle(slug) => self.settle(slug, self.volume),
            Do::SettleIncidents => {
                for (slug, volume) in self.state.incidents.named(|slug| slug != STEP_FAILED) {
                    self.settle(&slug, volume);
                }
            }
            of_volume => {
                if let Some(number) = self.volume {
                    self.perform_for(number, of_volume);
                }
            }
        }
    }

    fn perform_for(&mut self, number: VolumeNo, what: &Do) {
        match what {
            Do::SendLost => self.send_lost(number),
            Do::SendDamage => self.send_damage(number),
            Do::Tidy => self.tidy(number),
            Do::ForgetFailed => self.forget_failed(number, |_| true),
            Do::ForgetCheckOut => self.forget_failed(number, |step| step == Step::CheckOutToPatron),
            Do::NameItem => {
                if let Some(local) = self.item_name(number) {
                    self.record(Event::ItemNamed { volume: number, local });
                }
            }
            Do::ItemThere => {
                let told = steps::told(self.input);
                self.record(Event::ItemThere { volume: number, local: told.item, hold: told.request });
                self.know_item(number);
            }
            Do::ItemGone => self.record(Event::ItemGone { volume: number }),
            Do::Lent => self.set_side(number, PatronSide::Loan),
            Do::Freed => self.set_side(number, PatronSide::None),
            Do::SetPatronDate => {
                let due = clocks::patron_date(&self.state, self.context);
                self.set_date(number, due);
                self.settle("due.later", Some(number));
            }
            Do::TakeDate => self.take_date(number),
            // Everything else is of the request, and done there.
            _ => {}
        }
    }

    fn end(&mut self) {
        let asked: Vec<Ticket> = self
            .state
            .asked
            .iter()
            .filter(|a| matches!(a.ticket.step, Step::CheckPatron | Step::PollItem))
            .map(|asking| asking.ticket)
            .collect();
        for ticket in asked {
            self.record(Event::IlsAnswered { ticket, outcome: StepOutcome::Moot });
            self.effect(Effect::Unask { ticket });
        }
        self.settle_failed(None);
        for slug in MOOT_AT_THE_END {
            self.settle(slug, None);
        }
        self.effect(Effect::Close);
    }

    /// The volumes that staff named, or those that it can happen to.
    fn named(&self, trigger: VolumeTrigger) -> Vec<VolumeNo> {
        let named = match self.input {
            Input::Staff { act, .. } => act::volumes(act),
            _ => &[],
        };
        let mut numbers = match named {
            [] => self.numbers(),
            named => act::named(&self.state, named).unwrap_or_default(),
        };
        numbers.retain(|number| self.can(*number, trigger));
        numbers.dedup();
        numbers
    }

    /// The volumes in the supplier's message: those with a barcode that is known stay, one without gets the next barcode, the rest are
    /// new.
    fn take_volumes(&mut self) {
        let Input::Message { message, .. } = self.input else { return };
        let Message::SupplyingAgencyMessage(message) = message.as_ref() else { return };
        for barcode in messages::barcodes(message) {
            if self.with_barcode(&barcode).is_none() {
                match self.without_barcode() {
                    Some(volume) => self.record(Event::VolumeNamed { volume, barcode }),
                    None => {
                        self.add(Some(barcode));
                    }
                }
            }
        }
        if self.state.volumes.is_empty() {
            self.add(None);
        }
    }

    /// What is in the parcel arrives. First all of it is made known, so that the last to arrive is known to be the last.
    fn take_arrivals(&mut self) {
        let parcel: &[VolumeRef] = match self.input {
            Input::Staff { act: Act::Receive { volumes }, .. } => volumes,
            _ => &[],
        };
        let mut arriving: Vec<VolumeNo> = Vec::new();
        for one in parcel {
            let VolumeRef::Number(number) = one else { continue };
            while self.state.next_volume() <= *number {
                self.add(None);
            }
            arriving.push(*number);
        }
        for one in parcel {
            let VolumeRef::Barcode(barcode) = one else { continue };
            let nameless = self.state.numbered().find(|(number, volume)| {
                volume.state == VolumeState::InTransit
                    && !arriving.contains(number)
                    && volume.barcode.is_none()
            });
            let number = match (act::meant(&self.state, one), nameless.map(|(number, _)| number)) {
                (Some(known), _) => known,
                (None, Some(volume)) => {
                    self.record(Event::VolumeNamed { volume, barcode: barcode.as_str().to_owned() });
                    volume
                }
                (None, None) => self.add(Some(barcode.as_str().to_owned())),
            };
            if !arriving.contains(&number) {
                arriving.push(number);
            }
        }
        if parcel.is_empty() {
            if self.state.volumes.is_empty() {
                self.add(None);
            }
            arriving = self
                .state
                .numbered()
                .filter(|(_, volume)| volume.state == VolumeState::InTransit)
                .map(|(number, _)| number)
                .collect();
        }
        for number in arriving {
            self.volume(number, VolumeTrigger::Arrive);
        }
    }

    fn with_barcode(&self, barcode: &str) -> Option<VolumeNo> {
        self.state
            .numbered()
            .find(|(_, volume)| volume.barcode.as_deref() == Some(barcode))
            .map(|(number, _)| number)
    }

    fn without_barcode(&self) -> Option<VolumeNo> {
        self.state.numbered().find(|(_, volume)| volume.barcode.is_none()).map(|(number, _)| number)
    }

    fn add(&mut self, barcode: Option<String>) -> VolumeNo {
        let volume = self.state.next_volume();
        self.record(Event::VolumeAdded { volume, barcode, at: self.context.now });
        volume
    }

    fn take_copy(&mut self) {
        let url = match self.input {
            Input::Staff { act: Act::CopyReceived { url }, .. } => url.clone(),
            Input::Message { message, .. } => match message.as_ref() {
                Message::SupplyingAgencyMessage(message) => messages::url(message).map(str::to_owned),
                _ => None,
            },
            _ => None,
        };
        if let Some(url) = url {
            self.record(Event::CopyAt { url });
        }
    }

    fn take_charge(&mut self) {
        if let Input::Staff { act: Act::Charge { cost }, .. } = self.input {
            let (amount, currency) = (cost.amount.as_str().to_owned(), cost.currency.as_str().to_owned());
            self.record(Event::Charged { amount, currency });
        }
    }

    /// Asks the ILS, if the library wants it asked and there is something to ask about. One asking of a step stands at a time.
    fn ask(&mut self, step: Step, volume: Option<VolumeNo>) {
        let has_item =
            |number| self.state.volume(number).is_some_and(|volume| volume.item == TemporaryItem::There);
        let about_nothing = step != Step::HoldForPatron && volume.is_some_and(|number| !has_item(number));
        let standing =
            |asking: &&super::state::Asking| asking.ticket.step == step && asking.ticket.volume == volume;
        let open = self.state.asked.iter().filter(standing).any(|a| a.progress == Progress::Open);
        if !self.context.library.asks(step) || about_nothing || open {
            return;
        }
        let failed: Vec<Ticket> = self.state.asked.iter().filter(standing).map(|a| a.ticket).collect();
        for ticket in failed {
            self.record(Event::IlsAnswered { ticket, outcome: StepOutcome::AskedAgain });
        }
        self.settle_failed(volume);
        let ticket = self.state.next_ticket(step, volume);
        let Some(command) = steps::command(&self.state, ticket, self.context) else { return };
        self.record(Event::IlsAsked { ticket });
        if let (Step::HoldForPatron, Some(number)) = (step, volume) {
            self.know_item(number);
        }
        self.effect(Effect::Ask { ticket, command: Box::new(command) });
    }

    fn know_item(&mut self, number: VolumeNo) {
        let local = self.state.volume(number).and_then(|volume| volume.local.clone());
        if let Some(barcode) = local {
            self.effect(Effect::KnowItem { barcode, volume: number });
        }
    }

    /// What staff say of a step that was not done.
    fn settle_step(&mut self, what: &Do) {
        let Input::Staff { act, .. } = self.input else { return };
        let Some(ticket) = act::step(act) else { return };
        let outcome = match what {
            Do::AskAgain => StepOutcome::AskedAgain,
            Do::TakeAsDone => StepOutcome::ByHand,
            _ => StepOutcome::GivenUp,
        };
        self.record(Event::IlsAnswered { ticket, outcome });
        self.settle_failed(ticket.volume);
        match (what, ticket.volume) {
            (Do::AskAgain, volume) => self.ask(ticket.step, volume),
            (Do::TakeAsDone, Some(number)) => self.volume(number, steps::done(ticket.step)),
            (Do::TakeAsDone, None) if ticket.step == Step::CheckPatron => {
                self.request(RequestTrigger::PatronGood);
            }
            (Do::TakeAsDone, None) => self.request(RequestTrigger::Charged),
            (_, Some(number)) => self.volume(number, steps::given_up(ticket.step)),
            (_, None) => {}
        }
    }

    fn failed(&self, volume: Option<VolumeNo>) -> Vec<Ticket> {
        self.state
            .askings_of(volume)
            .filter(|asking| asking.progress == Progress::Failed)
            .map(|asking| asking.ticket)
            .collect()
    }

    /// What the ILS did not do for a volume does not matter any more, as far as these steps go.
    fn forget_failed(&mut self, number: VolumeNo, forgets: impl Fn(Step) -> bool) {
        for ticket in self.failed(Some(number)) {
            if forgets(ticket.step) {
                self.record(Event::IlsAnswered { ticket, outcome: StepOutcome::Moot });
            }
        }
        self.settle_failed(Some(number));
    }

    fn settle_failed(&mut self, volume: Option<VolumeNo>) {
        if self.failed(volume).is_empty() {
            self.settle(STEP_FAILED, volume);
        }
    }

    /// Once nothing is being asked of the ILS for a volume, what is left may be.
    fn tidy(&mut self, number: VolumeNo) {
        if self.state.askings_of(Some(number)).next().is_none() {
            self.volume(number, VolumeTrigger::StepsSettled);
        }
    }

    fn set_side(&mut self, volume: VolumeNo, side: PatronSide) {
        if self.state.volume(volume).is_some_and(|known| known.side != side) {
            self.record(Event::PatronSide { volume, side });
        }
    }

    fn set_date(&mut self, volume: VolumeNo, due: Option<jiff::Timestamp>) {
        if self.state.volume(volume).is_some_and(|known| known.due != due) {
            self.record(Event::PatronDate { volume, due });
            self.stop(Clock::Due.of(volume));
        }
    }

    /// Some ILSs go by their own rules. A date that leaves no time for the way home is shown.
    fn take_date(&mut self, volume: VolumeNo) {
        let Some(due) = steps::told(self.input).due else { return };
        self.set_date(volume, Some(due));
        let calendar = &self.context.library.calendar;
        let may = clocks::patron_date(&self.state, self.context);
        if may.is_some_and(|may| calendar.date(due) > calendar.date(may)) {
            self.raise("due.later", Some(volume));
        } else {
            self.settle("due.later", Some(volume));
        }
    }
}

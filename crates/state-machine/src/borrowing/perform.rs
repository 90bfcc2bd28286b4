//! What rows of borrowing do with the request and its volumes. Must never decide: the row has.

use acts::{Act, VolumeRef};
use iso18626::{DateTime, Message, ReasonForMessage};
use loan_model::names::{About, Clock, VolumeNo};

use super::{
    act, clocks,
    event::Event,
    incidents::{self, MOOT_AT_THE_END},
    machine::{Borrowing, Execution, REQUEST},
    messages,
    phases::VolumeState,
    state::{PatronSide, Shipping, Volume},
    trigger::VolumeTrigger,
};
use crate::{
    hosted::Input,
    interpreter::{Effect, Machine},
};

impl Execution<'_> {
    /// Every clock stops as the request's phase is final.
    pub(crate) fn end(&mut self) {
        self.cancel_questions();
        for slug in MOOT_AT_THE_END {
            self.resolve(slug, REQUEST);
        }
        self.effect(Effect::Close);
    }

    pub(crate) fn edit(&mut self) {
        if let Input::Staff { act: Act::Edit { patch, need_before }, .. } = self.input {
            let calendar = &self.context.library.calendar;
            let need_before = need_before.map(|date| DateTime::from_instant(date.end(calendar)));
            self.record(Event::Edited { patch: (**patch).clone(), need_before });
            // The date may be another: its clock starts anew.
            self.stop_clock(Clock::NeedBefore.of_request());
        }
    }

    pub(crate) fn set_pickup(&mut self) {
        if let Input::Staff { act: Act::SetPickup { place }, .. } = self.input {
            self.record(Event::PickupSet { place: place.clone() });
        }
    }

    /// The volumes that staff named, or all.
    pub(crate) fn named(&self) -> Vec<VolumeNo> {
        let named = match self.input {
            Input::Staff { act, .. } => act::volumes(act),
            _ => &[],
        };
        match named {
            [] => Borrowing::parts(&self.state),
            named => act::named(&self.state, named).unwrap_or_default(),
        }
    }

    /// The volumes in the supplier's message: those with a barcode that is known stay, one without gets the next barcode, the rest are
    /// new.
    pub(crate) fn record_volumes(&mut self) {
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

    pub(crate) fn record_denial(&mut self) {
        let as_news = matches!(self.input, Input::Message { message, .. }
            if matches!(&**message, Message::SupplyingAgencyMessage(message)
                if message.message_info.reason_for_message == ReasonForMessage::Notification));
        let shipping = if as_news { Shipping::DeniedAsNews } else { Shipping::Denied };
        if self.state.shipping != shipping {
            self.record(Event::ShippingDenied { shipping });
        }
    }

    /// Nothing of what was said to be on its way is.
    pub(crate) fn forget_volumes(&mut self) {
        for number in Borrowing::parts(&self.state) {
            for slug in incidents::of_volume(VolumeState::InTransit) {
                self.resolve(slug, About::Volume(number));
            }
        }
        self.record(Event::VolumesForgotten);
    }

    /// What is in the parcel arrives. First all of it is made known, so that the last to arrive is known to be the last.
    pub(crate) fn record_arrivals(&mut self) {
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
            self.on_part(number, VolumeTrigger::Arrive);
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

    pub(crate) fn record_copy(&mut self) {
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

    pub(crate) fn record_charge(&mut self) {
        if let Input::Staff { act: Act::Charge { cost }, .. } = self.input {
            let (amount, currency) = (cost.amount.as_str().to_owned(), cost.currency.as_str().to_owned());
            self.record(Event::Charged { amount, currency });
        }
    }

    /// The temporary item's id, for the next try.
    pub(crate) fn name_item(&mut self, number: VolumeNo) {
        let (template, key) = (&self.context.library.template, self.context.key);
        let name = |volume: &Volume| template.name(key, (number, volume.barcode.as_deref()), volume.names);
        let named = self.state.volume(number).map(name);
        if let Some(local) = named {
            self.record(Event::ItemNamed { volume: number, local });
        }
    }

    pub(crate) fn record_item(&mut self, number: VolumeNo) {
        let told = self.input.told();
        self.record(Event::ItemThere { volume: number, local: told.item, hold: told.request });
        self.know_item(number);
    }

    pub(crate) fn know_item(&mut self, number: VolumeNo) {
        let local = self.state.volume(number).and_then(|volume| volume.local.clone());
        if let Some(barcode) = local {
            self.effect(Effect::KnowItem { barcode, volume: number });
        }
    }

    pub(crate) fn set_patron_date(&mut self, number: VolumeNo) {
        let due = clocks::patron_date(&self.state, self.context);
        self.set_date(number, due);
        self.resolve("due.later", About::Volume(number));
    }

    pub(crate) fn set_side(&mut self, volume: VolumeNo, side: PatronSide) {
        if self.state.volume(volume).is_some_and(|known| known.side != side) {
            self.record(Event::PatronSide { volume, side });
        }
    }

    fn set_date(&mut self, volume: VolumeNo, due: Option<jiff::Timestamp>) {
        if self.state.volume(volume).is_some_and(|known| known.due != due) {
            self.record(Event::PatronDate { volume, due });
            self.stop_clock(Clock::Due.of(volume));
        }
    }

    /// Some ILSs go by their own rules. A date that leaves no time for the way home is shown.
    pub(crate) fn record_ils_due(&mut self, volume: VolumeNo) {
        let renewals = self.input.told().renewals;
        if self.state.volume(volume).is_some_and(|known| known.renewals != renewals) {
            self.record(Event::Renewals { volume, renewals });
        }
        let known = self.state.volume(volume).and_then(|volume| volume.due);
        let Some(due) = self.input.told().due.or(known) else { return };
        self.set_date(volume, Some(due));
        let calendar = &self.context.library.calendar;
        let may = clocks::patron_date(&self.state, self.context);
        if may.is_some_and(|may| calendar.date(due) > calendar.date(may)) {
            self.raise("due.later", About::Volume(volume));
        } else {
            self.resolve("due.later", About::Volume(volume));
        }
    }
}

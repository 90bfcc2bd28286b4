//! From events to the state. Must look at nothing but the state and the event.

use loan_model::names::VolumeNo;

use super::{
    act,
    event::Event,
    phases::{Phase, VolumeState},
    state::{
        Charge, Condition, Demand, Library, PatronSide, Renewal, Shipping, State, SupplierSays,
        TemporaryItem, Volume,
    },
};
use crate::{
    hosted::IlsCalls,
    interpreter::{Evolve, Standing},
    messages::replace,
};

impl Evolve for State {
    type Event = Event;

    fn open(event: &Event) -> Option<State> {
        let Event::Opened {
            library, symbol, broker, partner, request, origin, duplicate_of, pickup, at, ..
        } = event
        else {
            return None;
        };
        Some(State {
            library: Library {
                id: library.clone(),
                symbol: symbol.clone(),
                broker: broker.clone(),
                partner: partner.clone(),
            },
            request: request.clone(),
            origin: *origin,
            duplicate_of: duplicate_of.clone(),
            pickup: pickup.clone(),
            standing: Standing::new(Phase::Checking, *at),
            ids: Vec::new(),
            supplier: None,
            supplier_request_id: None,
            status: None,
            due: None,
            terms: Vec::new(),
            agreed: Vec::new(),
            renewal: Renewal::None,
            demand: Demand::Wanted,
            supplier_says: SupplierSays::Nothing,
            shipping: Shipping::Believed,
            told: Vec::new(),
            copy: None,
            charge: None,
            volumes: Vec::new(),
            calls: IlsCalls::default(),
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { .. } => {}
            Event::Common(event) => {
                event.apply(&mut self.standing);
            }
            Event::Edited { patch, need_before } => {
                act::correct(&mut self.request, patch, need_before.as_ref());
            }
            Event::PickupSet { place } => self.pickup.clone_from(place),
            Event::Dispatched { id, at } => {
                self.ids.push(id.clone());
                self.status = None;
                self.supplier = None;
                self.supplier_request_id = None;
                self.terms.clear();
                self.agreed.clear();
                self.standing.changed_at = *at;
            }
            Event::Heard { status, supplier, supplier_request_id, due, terms } => {
                replace(&mut self.status, status);
                replace(&mut self.supplier, supplier);
                replace(&mut self.supplier_request_id, supplier_request_id);
                replace(&mut self.due, &due.as_ref().and_then(|due| due.instant()));
                if let Some(terms) = terms {
                    self.terms.clone_from(terms);
                }
            }
            Event::TermsAgreed => self.agreed = self.terms.clone(),
            Event::SentToSupplier { action } => {
                if !self.told.contains(action) {
                    self.told.push(action.clone());
                }
            }
            Event::CopyAt { url } => self.copy = Some(url.clone()),
            Event::Charged { amount, currency } => {
                self.charge = Some(Charge { amount: amount.clone(), currency: currency.clone() });
            }
            Event::ShippingDenied { shipping } => self.shipping = *shipping,
            Event::VolumesForgotten => {
                self.volumes.clear();
                self.shipping = Shipping::Believed;
            }
            Event::Unwanted => self.demand = Demand::Unwanted,
            Event::SupplierSaysOver => self.supplier_says = SupplierSays::Over,
            Event::RenewalAsked => self.renewal = Renewal::Asked,
            Event::RenewalAnswered => self.renewal = Renewal::None,
            Event::Call(call) => self.calls.follow(call),
            Event::VolumeAdded { barcode, at, .. } => {
                self.volumes.push(Volume {
                    state: VolumeState::InTransit,
                    barcode: barcode.clone(),
                    local: None,
                    hold: None,
                    names: 0,
                    item: TemporaryItem::None,
                    side: PatronSide::None,
                    due: None,
                    renewals: None,
                    condition: Condition::Sound,
                    since: *at,
                });
                self.standing.changed_at = *at;
            }
            Event::VolumeNamed { volume, barcode } => {
                self.with(*volume, |volume| volume.barcode = Some(barcode.clone()));
            }
            Event::VolumeMoved { volume, to, at, .. } => {
                self.with(*volume, |volume| {
                    volume.state = *to;
                    volume.since = *at;
                });
                self.standing.changed_at = *at;
            }
            Event::Damaged { volume } => self.with(*volume, |volume| volume.condition = Condition::Damaged),
            Event::ItemNamed { volume, local } => self.with(*volume, |volume| {
                volume.local = Some(local.clone());
                volume.names += 1;
            }),
            Event::ItemThere { volume, local, hold } => self.with(*volume, |volume| {
                replace(&mut volume.local, local);
                volume.hold.clone_from(hold);
                volume.item = TemporaryItem::There;
                volume.side = PatronSide::Hold;
            }),
            Event::ItemGone { volume } => self.with(*volume, |volume| {
                volume.item = TemporaryItem::Gone;
                volume.side = PatronSide::None;
            }),
            Event::PatronSide { volume, side } => self.with(*volume, |volume| volume.side = *side),
            Event::PatronDate { volume, due } => self.with(*volume, |volume| volume.due = *due),
            Event::Renewals { volume, renewals } => {
                self.with(*volume, |volume| volume.renewals = *renewals);
            }
        }
    }
}

impl State {
    /// Changes a volume; an event about one that is not there changes nothing.
    fn with(&mut self, number: VolumeNo, change: impl FnOnce(&mut Volume)) {
        let index = usize::from(number.0).checked_sub(1);
        if let Some(volume) = index.and_then(|index| self.volumes.get_mut(index)) {
            change(volume);
        }
    }
}

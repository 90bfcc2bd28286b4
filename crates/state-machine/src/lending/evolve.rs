//! From events to the state. Must look at nothing but the state and the event.

use iso18626::ReasonForMessage;
use loan_model::names::VolumeNo;

use super::{
    event::Event,
    phases::{Phase, VolumeState},
    state::{Cancel, Damage, FirstAnswer, Hold, IlsLoan, State, Volume},
};
use crate::{
    hosted::IlsCalls,
    interpreter::{Common, Evolve, Standing},
    messages::replace,
};

impl Evolve for State {
    type Event = Event;

    fn open(event: &Event) -> Option<State> {
        let Event::Opened { id, peer, request, at, .. } = event else { return None };
        Some(State {
            id: id.clone(),
            peer: peer.clone(),
            request: request.clone(),
            standing: Standing::new(Phase::Received, *at),
            before: None,
            volumes: Vec::new(),
            calls: IlsCalls::default(),
            hold: Hold::None,
            other_holds: Vec::new(),
            call_number: None,
            location: None,
            item: None,
            due_wished: None,
            due: None,
            retry_before: None,
            told: None,
            answered: FirstAnswer::Awaited,
            final_answer: None,
            received_at: None,
            cancel: Cancel::None,
            renewal_since: None,
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { .. } => {}
            Event::Common(event) => {
                if let Common::PhaseMoved { from, to, .. } = event {
                    self.moves(*from, *to);
                }
                event.apply(&mut self.standing);
            }
            Event::Retried { request, at } => {
                self.request = request.clone();
                self.answered = FirstAnswer::Awaited;
                self.standing.changed_at = *at;
            }
            Event::VolumeAdded { volume, barcode, at } => self.volumes.push(Volume {
                volume: *volume,
                barcode: barcode.clone(),
                state: VolumeState::Pulled,
                loan: IlsLoan::Unknown,
                due: None,
                renewals: None,
                damage: Damage::None,
                since: *at,
            }),
            Event::VolumeMoved { volume, to, at, .. } => {
                self.with_volume(*volume, |volume| {
                    volume.state = *to;
                    volume.since = *at;
                });
                self.standing.changed_at = *at;
            }
            Event::VolumeHeard { volume, loan, due, renewals } => self.with_volume(*volume, |volume| {
                volume.loan = loan.unwrap_or(volume.loan);
                volume.due = due.or(volume.due);
                volume.renewals = *renewals;
            }),
            Event::VolumeDamaged { volume } => {
                self.with_volume(*volume, |volume| volume.damage = Damage::Noted);
            }
            Event::Call(call) => {
                self.calls.follow(call);
                self.standing.changed_at = call.at();
            }
            Event::HoldPlaced { request } => match &self.hold {
                Hold::Placed(known) if known != request => {
                    self.other_holds.push(request.clone().unwrap_or_else(|| self.id.clone()));
                }
                _ => self.hold = Hold::Placed(request.clone()),
            },
            Event::HoldGivenUp => self.next_hold(),
            Event::Located { call_number, location, item } => {
                replace(&mut self.call_number, call_number);
                replace(&mut self.location, location);
                replace(&mut self.item, item);
            }
            Event::DueWished { due } => self.due_wished = Some(*due),
            Event::DueSet { due } => self.due = Some(*due),
            Event::RetryOffered { before } => self.retry_before = Some(*before),
            Event::SentToRequester { reason, stands, final_answer, at, .. } => {
                self.told = Some(stands.clone());
                if *reason == ReasonForMessage::RequestResponse {
                    self.answered = FirstAnswer::Given;
                }
                if final_answer.is_some() {
                    self.final_answer.clone_from(final_answer);
                }
                self.standing.changed_at = *at;
            }
            Event::Received { at } => {
                self.received_at = Some(*at);
                if self.before == Some(Phase::Shipped) {
                    self.before = Some(Phase::OnLoan);
                }
                self.standing.changed_at = *at;
            }
            Event::CancelAsked => self.cancel = Cancel::Asked,
            Event::CancelAnswered => self.cancel = Cancel::None,
            Event::RenewalAsked { at } => self.renewal_since = Some(*at),
            Event::RenewalAnswered => self.renewal_since = None,
        }
    }
}

impl State {
    fn moves(&mut self, from: Phase, to: Phase) {
        match to {
            Phase::RenewalAsked => self.before = Some(from),
            // Who sends it need not know any more whether it is there.
            Phase::Shipping if from == Phase::Checking => self.before = Some(Phase::OnPullList),
            Phase::Shipping => self.before = Some(from),
            _ => {}
        }
        if to == Phase::Shipped {
            // The hold has turned into the loan.
            self.next_hold();
        }
    }

    /// The hold is gone: another that is left comes to its place.
    fn next_hold(&mut self) {
        self.hold = self.other_holds.pop().map_or(Hold::None, |id| Hold::Placed(Some(id)));
    }

    /// Changes a volume; an event about one that was never taken in changes nothing.
    fn with_volume(&mut self, volume: VolumeNo, change: impl FnOnce(&mut Volume)) {
        if let Some(volume) = self.volumes.iter_mut().find(|known| known.volume == volume) {
            change(volume);
        }
    }
}

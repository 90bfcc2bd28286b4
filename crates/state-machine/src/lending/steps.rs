//! What the ILS is asked, and what its answers and staff's word on them mean. Must never hold up the requester for good.

use iso18626::{Request, ServiceType};

use super::{
    act::Act,
    classify,
    event::Event,
    incidents::STEP_FAILED,
    run::Run,
    state::{Hold, StepStands},
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    Symbol,
    brokering::need_before,
    hosted::{Effect, IlsAnswer, IlsCommand, IlsProblem, IlsUser, Input, Step, Ticket, VolumeNo, Wanted},
};

/// How an asking came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    Refused,
    Failed,
    ByHand,
    GivenUp,
}

/// What the ILS can be asked for: the item, if its barcode is named, else any of the title.
pub(crate) fn wanted(request: &Request) -> Option<Wanted> {
    let info = &request.bibliographic_info;
    let named = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    info.bibliographic_item_id
        .iter()
        .find(|id| id.code.value.eq_ignore_ascii_case("barcode"))
        .and_then(|id| named(&id.identifier))
        .map(Wanted::Item)
        .or_else(|| info.supplier_unique_record_id.as_deref().and_then(named).map(Wanted::Title))
}

/// What a step does, after "did not".
pub(crate) fn words(step: Step) -> &'static str {
    match step {
        Step::CheckItem => "say whether the item is there",
        Step::PlaceHold => "place the hold",
        Step::ReleaseHold => "release the hold",
        Step::CheckOutToLibrary => "check the item out",
        Step::RenewForLibrary => "renew the item",
        Step::RecallFromLibrary => "recall the item",
        Step::CheckInFromLibrary => "check the item in",
        _ => "do what it was asked",
    }
}

impl Run<'_> {
    /// Asks the ILS. What cannot be asked fails at once.
    pub(crate) fn ask(&mut self, step: Step, volume: Option<VolumeNo>) {
        let round = self.state.step(step, volume).map_or(0, |asked| asked.ticket.round.saturating_add(1));
        let ticket = Ticket { step, volume, round };
        self.record(Event::StepAsked { ticket, at: self.context.now });
        self.settle_steps(volume);
        match self.command(step, volume) {
            Ok(command) => self.effect(Effect::Ask { ticket, command: Box::new(command) }),
            Err(why) => {
                self.settle_step(ticket, StepStands::Failed);
                self.failed = Some(ticket);
                self.cause = Some(why.to_owned());
                let outer = std::mem::replace(&mut self.volume, volume);
                self.raise(STEP_FAILED);
                self.volume = outer;
            }
        }
    }

    /// Takes back what the ILS was asked, if it is still open.
    pub(crate) fn unask(&mut self, step: Step, volume: Option<VolumeNo>) {
        let Some(asked) = self.state.step(step, volume).copied() else { return };
        if matches!(asked.stands, StepStands::Waiting | StepStands::Failed) {
            self.settle_step(asked.ticket, StepStands::Withdrawn);
            if asked.stands == StepStands::Waiting {
                self.effect(Effect::Unask { ticket: asked.ticket });
            }
        }
    }

    /// Asks for a hold, if the ILS is asked for holds, the request says of what, and there is none.
    pub(crate) fn place_hold(&mut self) {
        let stands = self.state.step_stands(Step::PlaceHold, None);
        let releasing = self.state.step_stands(Step::ReleaseHold, None) == Some(StepStands::Waiting);
        let has_one = matches!(self.state.hold, Hold::Placed(_)) && !releasing;
        let open = matches!(stands, Some(StepStands::Waiting | StepStands::Failed));
        let service = self.state.request.service_info.as_ref();
        let is_copy = service.is_some_and(|service| service.service_type == ServiceType::Copy);
        if self.context.library.asks(Step::PlaceHold)
            && wanted(&self.state.request).is_some()
            && !(has_one || open || is_copy)
        {
            self.ask(Step::PlaceHold, None);
        }
    }

    /// Gives the hold up: takes back the asking, or asks the ILS to release it.
    pub(crate) fn release_hold(&mut self) {
        self.unask(Step::PlaceHold, None);
        let stands = self.state.step_stands(Step::ReleaseHold, None);
        let open = matches!(stands, Some(StepStands::Waiting | StepStands::Failed));
        if matches!(self.state.hold, Hold::Placed(_)) && !open {
            if self.context.library.asks(Step::ReleaseHold) {
                self.ask(Step::ReleaseHold, None);
            } else {
                self.record(Event::HoldGivenUp);
            }
        }
    }

    /// Takes back the renewals that are open.
    pub(crate) fn drop_renewals(&mut self) {
        let volumes: Vec<VolumeNo> = self.state.volumes.iter().map(|volume| volume.volume).collect();
        for volume in volumes {
            self.unask(Step::RenewForLibrary, Some(volume));
        }
    }

    /// At the end of a request, nobody needs to know any more whether it is there.
    pub(crate) fn drop_what_is_of_no_use(&mut self) {
        self.unask(Step::CheckItem, None);
        if self.state.step_stands(Step::PlaceHold, None) == Some(StepStands::Failed) {
            self.unask(Step::PlaceHold, None);
        }
    }

    /// The ILS has answered.
    pub(crate) fn answered(&mut self, ticket: Ticket, answer: &IlsAnswer) {
        let asked = self.state.step(ticket.step, ticket.volume).filter(|asked| asked.ticket == ticket);
        let is_done = matches!(answer, IlsAnswer::Done { .. });
        let outcome = match (asked.map(|asked| asked.stands), answer) {
            (Some(StepStands::Waiting), IlsAnswer::Done { .. }) => Outcome::Done,
            // A renewal that the ILS refuses is answered; so is the question after an item that it does not know.
            (Some(StepStands::Waiting), IlsAnswer::Refused { problems })
                if ticket.step == Step::RenewForLibrary
                    || (ticket.step == Step::CheckItem && name(problems, "Unknown Item")) =>
            {
                Outcome::Refused
            }
            // Many tell about items and not about titles: what such an ILS would say, staff find out.
            (Some(StepStands::Waiting), IlsAnswer::Refused { problems })
                if ticket.step == Step::CheckItem && name(problems, "Unsupported Service") =>
            {
                Outcome::GivenUp
            }
            (Some(StepStands::Waiting), _) => Outcome::Failed,
            // It was done although nobody wanted it any more: that has consequences.
            (Some(StepStands::Withdrawn | StepStands::GivenUp), _) if is_done => Outcome::Done,
            _ => return self.ignore("step-not-awaited", "Nobody waits for this answer, or not any more."),
        };
        self.cause = cause(answer);
        self.came_out(ticket, outcome);
    }

    /// Staff want the ILS to be asked again.
    pub(crate) fn step_again(&mut self) {
        if let Input::Staff { act: Act::RetryStep { step }, .. } = self.input {
            self.ask(step.step, step.volume);
        }
    }

    /// Staff did by hand what the ILS did not.
    pub(crate) fn step_by_hand(&mut self) {
        if let Input::Staff { act: Act::DoneByHand { step }, .. } = self.input {
            self.unask(step.step, step.volume);
            self.came_out(*step, Outcome::ByHand);
        }
    }

    /// Staff go on without the step.
    pub(crate) fn step_given_up(&mut self) {
        if let Input::Staff { act: Act::GiveUp { step }, .. } = self.input {
            self.unask(step.step, step.volume);
            self.came_out(*step, Outcome::GivenUp);
        }
    }

    /// Keeps how an asking came out, and does what follows.
    fn came_out(&mut self, ticket: Ticket, outcome: Outcome) {
        let stands = match outcome {
            Outcome::Done => StepStands::Done,
            Outcome::Refused => StepStands::Refused,
            Outcome::Failed => StepStands::Failed,
            Outcome::ByHand => StepStands::ByHand,
            Outcome::GivenUp => StepStands::GivenUp,
        };
        let stands = match stands {
            StepStands::Failed if self.needs_nobody(ticket, outcome) => StepStands::Withdrawn,
            known => known,
        };
        self.settle_step(ticket, stands);
        self.failed = Some(ticket);
        self.hear_of_shelf_and_hold(ticket.step, outcome);
        match (ticket.volume, self.volume_trigger(ticket.step, outcome)) {
            (Some(volume), Some(trigger)) => self.volume(volume, trigger),
            _ => match self.request_trigger(ticket.step, outcome) {
                Some(trigger) => self.request(trigger),
                None => self.ignore("step-of-no-use", "This step is none of a lender's."),
            },
        }
    }

    /// Whether the tables have no use for this outcome where things stand. A failure that nobody needs to look at must not stand as one:
    /// whatever has failed is shown until it is asked again, done by hand, or given up.
    fn needs_nobody(&self, ticket: Ticket, outcome: Outcome) -> bool {
        match (ticket.volume, self.volume_trigger(ticket.step, outcome)) {
            (Some(volume), Some(trigger)) => self.volume_refuses(volume, trigger),
            _ => self.request_trigger(ticket.step, outcome).is_none_or(|trigger| self.is_refused(trigger)),
        }
    }

    fn hear_of_shelf_and_hold(&mut self, step: Step, outcome: Outcome) {
        let facts = match self.input {
            Input::Ils { answer: IlsAnswer::Done { facts }, .. } => Some(facts),
            _ => None,
        };
        if matches!(step, Step::CheckItem | Step::PlaceHold)
            && let Some(facts) = facts
            && (facts.call_number.is_some() || facts.location.is_some() || facts.item.is_some())
        {
            self.record(Event::Located {
                call_number: facts.call_number.clone(),
                location: facts.location.clone(),
                item: facts.item.clone(),
            });
        }
        match (step, outcome) {
            (Step::PlaceHold, Outcome::Done | Outcome::ByHand) => {
                let request = facts.and_then(|facts| facts.request.clone());
                self.record(Event::HoldPlaced { request });
            }
            (Step::ReleaseHold, Outcome::Done | Outcome::ByHand | Outcome::GivenUp) => {
                self.record(Event::HoldGivenUp);
            }
            _ => {}
        }
    }

    fn request_trigger(&self, step: Step, outcome: Outcome) -> Option<RequestTrigger> {
        use Outcome::{ByHand, Done, Failed, GivenUp, Refused};
        Some(match (step, outcome) {
            (Step::CheckItem, Done) => match self.input {
                Input::Ils { answer: IlsAnswer::Done { facts }, .. } => classify::availability(facts),
                _ => RequestTrigger::Unclear,
            },
            (Step::CheckItem, Refused) => RequestTrigger::Unavailable,
            (Step::CheckItem, Failed) => RequestTrigger::CheckFailed,
            (Step::CheckItem, ByHand | GivenUp) => RequestTrigger::Unclear,
            (Step::PlaceHold, Done | ByHand) => RequestTrigger::HoldPlaced,
            (Step::PlaceHold, Refused | Failed) => RequestTrigger::HoldFailed,
            (Step::PlaceHold, GivenUp) => RequestTrigger::HoldNotWanted,
            (Step::ReleaseHold, Done | ByHand | GivenUp) => RequestTrigger::HoldReleased,
            (Step::ReleaseHold, Refused | Failed) => RequestTrigger::ReleaseFailed,
            _ => return None,
        })
    }

    fn volume_trigger(&self, step: Step, outcome: Outcome) -> Option<VolumeTrigger> {
        use Outcome::{ByHand, Done, Failed, GivenUp, Refused};
        Some(match (step, outcome) {
            (Step::CheckOutToLibrary, Done | ByHand) => VolumeTrigger::CheckOutDone,
            (Step::CheckOutToLibrary, Refused | Failed) => VolumeTrigger::CheckOutFailed,
            (Step::CheckOutToLibrary, GivenUp) => VolumeTrigger::CheckOutGivenUp,
            (Step::CheckInFromLibrary, Done | ByHand) => VolumeTrigger::CheckInDone,
            (Step::CheckInFromLibrary, Refused | Failed) => VolumeTrigger::CheckInFailed,
            (Step::CheckInFromLibrary, GivenUp) => VolumeTrigger::CheckInGivenUp,
            (Step::RenewForLibrary, Done | ByHand) => VolumeTrigger::RenewDone,
            (Step::RenewForLibrary, Refused | GivenUp) => VolumeTrigger::RenewRefused,
            (Step::RenewForLibrary, Failed) => VolumeTrigger::RenewFailed,
            (Step::RecallFromLibrary, Done | ByHand) => VolumeTrigger::RecallDone,
            (Step::RecallFromLibrary, Refused | Failed) => VolumeTrigger::RecallFailed,
            (Step::RecallFromLibrary, GivenUp) => VolumeTrigger::RecallGivenUp,
            _ => return None,
        })
    }

    fn settle_step(&mut self, ticket: Ticket, stands: StepStands) {
        self.record(Event::StepSettled { ticket, stands, at: self.context.now });
        self.settle_steps(ticket.volume);
    }

    /// The incident of failed steps is over when none is left for this volume.
    fn settle_steps(&mut self, volume: Option<VolumeNo>) {
        let left = self
            .state
            .steps
            .iter()
            .any(|asked| asked.ticket.volume == volume && asked.stands == StepStands::Failed);
        if !left {
            self.settle(STEP_FAILED, volume);
        }
    }

    fn command(&self, step: Step, volume: Option<VolumeNo>) -> Result<IlsCommand, &'static str> {
        let request = || self.context.key.to_owned();
        let wanted = || wanted(&self.state.request).ok_or("the request names neither record nor barcode");
        let barcode = || {
            volume
                .and_then(|volume| self.state.volume(volume))
                .and_then(|volume| volume.barcode.clone())
                .ok_or("the item has no barcode")
        };
        Ok(match step {
            Step::CheckItem => IlsCommand::LookupItem { item: wanted()? },
            Step::PlaceHold => IlsCommand::RequestItem {
                item: wanted()?,
                user: self.borrowing_library()?,
                request: request(),
                pickup: None,
                need_before: need_before(&self.state.request),
            },
            Step::ReleaseHold => IlsCommand::CancelRequestItem {
                request: match &self.state.hold {
                    Hold::Placed(Some(theirs)) => theirs.clone(),
                    _ => request(),
                },
                item: match wanted() {
                    Ok(Wanted::Item(barcode)) => Some(barcode),
                    _ => self.state.only_volume().and_then(|volume| volume.barcode.clone()),
                },
                user: self.borrowing_library()?,
            },
            Step::CheckOutToLibrary => IlsCommand::CheckOutItem {
                item: barcode()?,
                user: self.borrowing_library()?,
                request: request(),
                due: Some(self.state.due_wished.unwrap_or_else(|| self.loan_due())),
            },
            Step::RenewForLibrary => IlsCommand::RenewItem {
                item: barcode()?,
                user: self.borrowing_library()?,
                due: Some(self.renewed_due()),
            },
            Step::RecallFromLibrary => IlsCommand::RecallItem {
                item: barcode()?,
                due: match self.input {
                    Input::Staff { act: Act::Recall { due }, .. } => self.end_of(*due),
                    _ => None,
                },
            },
            Step::CheckInFromLibrary => IlsCommand::CheckInItem { item: barcode()? },
            _ => return Err("a lender's ILS is not asked this"),
        })
    }

    /// The borrowing library, as a patron of this one's ILS.
    fn borrowing_library(&self) -> Result<IlsUser, &'static str> {
        let symbol: Symbol = self.state.requester();
        self.context
            .library
            .institutional_patron(&symbol)
            .map(|id| IlsUser::Library(id.to_owned()))
            .ok_or("no institutional patron is set for the borrowing library")
    }
}

fn name(problems: &[IlsProblem], kind: &str) -> bool {
    problems.iter().any(|problem| problem.name.eq_ignore_ascii_case(kind))
}

fn cause(answer: &IlsAnswer) -> Option<String> {
    match answer {
        IlsAnswer::Done { .. } => None,
        IlsAnswer::Refused { problems } => {
            let said: Vec<String> = problems
                .iter()
                .map(|problem| match &problem.detail {
                    Some(detail) => format!("{} ({detail})", problem.name),
                    None => problem.name.clone(),
                })
                .collect();
            Some(said.join("; ")).filter(|said| !said.is_empty())
        }
        IlsAnswer::Failed { why, .. } => Some(why.clone()),
    }
}

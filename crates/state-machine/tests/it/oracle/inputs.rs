//! What comes in, in words: the one half of [`super::words`]. Must never print a sentence that is meant for people.

use std::fmt::Write as _;

use acts::{Act, Answer};
use iso18626::{ErrorData, Message, SupplyingAgencyMessage};
use loan_model::{
    MayHaveArrived,
    ils::{CirculationStatus, IlsAnswer, IlsFacts, IlsNotice, NoticeKind, PatronStanding},
};
use ranking::RotaTable;
use state_machine::{
    brokering::{self},
    hosted::{self, Origin},
    interpreter::DeliveryOutcome,
};

use super::words::{list, option, volume};

pub(super) fn brokering_input(input: &brokering::Input) -> String {
    match input {
        brokering::Input::Request { message, from, addressed } => {
            let addressed = match addressed {
                brokering::Addressing::Broker => "the-broker".to_owned(),
                brokering::Addressing::Member(peer) => peer.to_string(),
                brokering::Addressing::Unknown => "nobody".to_owned(),
            };
            let id = &message.header.requesting_agency_request_id;
            let service = message.service_info.as_ref();
            let kind = option(service.and_then(|service| service.request_type.as_ref()));
            let title = option(message.bibliographic_info.title.as_ref());
            format!("request {id} from {from} to {addressed} {kind} `{title}`")
        }
        brokering::Input::Requesting { message, from } => {
            let note = option(message.note.as_ref());
            format!(
                "requester's {} from {from} to {} `{note}`",
                message.action, message.header.supplying_agency_id.value
            )
        }
        brokering::Input::Supplying { leg, message, from, lender } => {
            let lends = lender.as_ref().map(|lender| format!(" lent by {lender}")).unwrap_or_default();
            format!("supplier's {} from {from} {leg}{lends}", supplying(message))
        }
        brokering::Input::NotTaken { leg } => format!("not-taken {leg}"),
        brokering::Input::CameBack { leg } => format!("came-back {leg}"),
        brokering::Input::Delivery { out, outcome } => format!("delivery {out} {}", outcome_words(outcome)),
        brokering::Input::Located(rota) => format!("located {}", rota_words(rota)),
        brokering::Input::Timer(name) => format!("timer {name}"),
        brokering::Input::Staff { act, .. } => format!("staff {}", act.kind()),
    }
}

pub(super) fn hosted_input(input: &hosted::Input) -> String {
    match input {
        hosted::Input::Ask { origin, duplicate_of, pickup, .. } => {
            let origin = match origin {
                Origin::Staff => "staff",
                Origin::Ncip => "ncip",
                Origin::Rest => "rest",
            };
            format!(
                "patron asks by {origin} duplicate {} pickup {}",
                option(duplicate_of.as_ref()),
                option(pickup.as_ref())
            )
        }
        hosted::Input::Message { message, from } => match &**message {
            Message::Request(request) => {
                let service = request.service_info.as_ref();
                let kind = option(service.and_then(|service| service.request_type.as_ref()));
                let id = &request.header.requesting_agency_request_id;
                format!("request {id} from {from} {kind}")
            }
            Message::RequestingAgencyMessage(message) => {
                format!("requester's {} from {from} `{}`", message.action, option(message.note.as_ref()))
            }
            Message::SupplyingAgencyMessage(message) => {
                format!("supplier's {} from {from}", supplying(message))
            }
            _ => format!("confirmation from {from}"),
        },
        hosted::Input::Delivery { out, outcome } => format!("delivery {out} {}", outcome_words(outcome)),
        hosted::Input::Ils { step, answer } => format!("ils {step} {}", answer_words(answer)),
        hosted::Input::Notice(notice) => format!("notice {}", notice_words(notice)),
        hosted::Input::NoticeUnclear(kind) => format!("unclear notice {kind:?}"),
        hosted::Input::Timer(name) => format!("timer {name}"),
        hosted::Input::Staff { act: done, .. } => format!("staff {}", act(done)),
    }
}

fn supplying(message: &SupplyingAgencyMessage) -> String {
    let info = &message.message_info;
    let mut words = format!(
        "{} {} about {}",
        info.reason_for_message, message.status_info.status, message.header.requesting_agency_request_id
    );
    if let Some(answer) = &info.answer_yes_no {
        let _ = write!(words, " {answer}");
    }
    if let Some(reason) = &info.reason_unfilled {
        let _ = write!(words, " unfilled {}", reason.value);
    }
    if let Some(due) = message.status_info.due_date.as_ref().and_then(iso18626::DateTime::instant) {
        let _ = write!(words, " due {due}");
    }
    if let Some(delivery) = &message.delivery_info {
        let conditions: Vec<&str> =
            delivery.loan_condition.iter().map(|condition| condition.value.as_str()).collect();
        let _ = write!(
            words,
            " items {} url {} conditions {}",
            list(&delivery.item_id),
            option(delivery.url.as_ref()),
            list(&conditions)
        );
    }
    words
}

fn outcome_words(outcome: &DeliveryOutcome) -> String {
    match outcome {
        DeliveryOutcome::Confirmed => "confirmed".to_owned(),
        DeliveryOutcome::Refused(errors) | DeliveryOutcome::AlreadyThere(errors) => {
            format!("refused {}", error_words(errors))
        }
        DeliveryOutcome::Undeliverable { may_have_arrived, .. } => {
            format!("undeliverable {}", arrived(*may_have_arrived))
        }
        DeliveryOutcome::Dropped { may_have_arrived, .. } => {
            format!("dropped {}", arrived(*may_have_arrived))
        }
    }
}

fn arrived(may_have_arrived: MayHaveArrived) -> &'static str {
    match may_have_arrived {
        MayHaveArrived::No => "not-arrived",
        MayHaveArrived::Yes => "may-have-arrived",
    }
}

/// The type of each error and the element that it names; the sentence is for people.
pub(super) fn error_words(errors: &[ErrorData]) -> String {
    let words = errors.iter().map(|error| {
        let value = error.error_value.as_deref().unwrap_or("-");
        format!("{} {}", error.error_type, value.split(':').next().unwrap_or(value))
    });
    format!("error {}", words.collect::<Vec<_>>().join(", "))
}

fn rota_words(rota: &RotaTable) -> String {
    let entry = |entry: &ranking::RotaEntry| {
        use ranking::Verdict;
        match entry.verdict {
            Verdict::Chosen { place, .. } => format!("{place} {}", entry.peer),
            Verdict::PassedOver { .. } => format!("no {}", entry.peer),
        }
    };
    list(&rota.entries.iter().map(entry).collect::<Vec<_>>())
}

fn answer_words(answer: &IlsAnswer) -> String {
    match answer {
        IlsAnswer::Done { facts } => format!("done {}", facts_words(facts)),
        IlsAnswer::Refused { problems } => {
            let names: Vec<String> = problems.iter().map(|problem| problem.kind.to_string()).collect();
            format!("refused {}", list(&names.iter().map(String::as_str).collect::<Vec<_>>()))
        }
        IlsAnswer::Failed { may_have_arrived, .. } => format!("failed {}", arrived(*may_have_arrived)),
    }
}

fn facts_words(facts: &IlsFacts) -> String {
    let status = facts.status.map(|status| match status {
        CirculationStatus::Available => "available",
        CirculationStatus::OnHold => "on-hold",
        CirculationStatus::OnLoan => "on-loan",
        CirculationStatus::InTransit => "in-transit",
        CirculationStatus::NotAvailable => "not-available",
        CirculationStatus::Lost => "lost",
        CirculationStatus::Other => "other",
    });
    let patron = facts.patron.map(|patron| match patron {
        PatronStanding::Good => "good",
        PatronStanding::Blocked => "blocked",
        PatronStanding::Expired => "expired",
        PatronStanding::Unknown => "unknown",
        PatronStanding::Unclear => "unclear",
    });
    format!("due {} status {} patron {}", option(facts.due), option(status), option(patron))
}

fn notice_words(notice: &IlsNotice) -> String {
    let kind = match notice.kind {
        NoticeKind::Shipped => "shipped",
        NoticeKind::Received => "received",
        NoticeKind::CheckedOut => "checked-out",
        NoticeKind::CheckedIn => "checked-in",
        NoticeKind::Renewed => "renewed",
        NoticeKind::Recalled => "recalled",
        NoticeKind::RequestCancelled => "request-cancelled",
        NoticeKind::Lost => "lost",
    };
    format!("{kind} {} due {}", volume(notice.volume), option(notice.due))
}

pub(super) fn act(act: &Act) -> String {
    let rest = match act {
        Act::Receive { volumes }
        | Act::PickUp { volumes }
        | Act::CheckIn { volumes }
        | Act::ShipBack { volumes }
        | Act::ReportLost { volumes }
        | Act::ReportDamaged { volumes, .. }
        | Act::Pulled { volumes }
        | Act::Ship { volumes, .. }
        | Act::Returned { volumes }
        | Act::Lost { volumes } => list(volumes),
        Act::AnswerCancel { answer } | Act::AnswerRenewal { answer, .. } => match answer {
            Answer::Yes => "yes".to_owned(),
            Answer::No => "no".to_owned(),
        },
        Act::RetryStep { step } | Act::DoneByHand { step } | Act::GiveUp { step } => step.to_string(),
        _ => "-".to_owned(),
    };
    format!("{} {rest}", act.kind())
}

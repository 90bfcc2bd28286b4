//! What the sender of a message is told when something is wrong: the standard's problems, by blame. Must never say anything of a patron;
//! what the sender's own value held is told to it alone.

use errors::Blame;
use loan_model::MayHaveArrived;
use ncip::{
    Body, Diagnostic, InitiationHeader, Problem, ProblemKind, Reading, ResponseHeader, Service, ServiceKind,
};

use super::{link::NcipFailure, ports::NotTaken};

/// How many problems of one message are told.
const MAX_PROBLEMS: usize = 10;

/// The answer that says only what is wrong.
pub(super) fn refusal(
    service: Option<&Service>,
    header: Option<&InitiationHeader>,
    problems: Vec<Problem>,
) -> Body {
    match service.and_then(|service| service.refusal(header.map(turned), problems.clone())) {
        Some(body) => body,
        None => Body::Problem(problems),
    }
}

/// The header of an answer.
pub(super) fn turned(header: &InitiationHeader) -> ResponseHeader {
    ResponseHeader {
        from_system_id: header.to_system_id.clone(),
        from_agency_id: header.to_agency_id.clone(),
        to_system_id: header.from_system_id.clone(),
        to_agency_id: header.from_agency_id.clone(),
        ..ResponseHeader::default()
    }
}

/// What is wrong with a message that was read with errors.
pub(super) fn of_reading(reading: &Reading) -> Vec<Problem> {
    let problem = |diagnostic: &Diagnostic| {
        Problem::new(diagnostic.problem).element(diagnostic.element()).detail(diagnostic.for_sender())
    };
    reading.errors().take(MAX_PROBLEMS).map(problem).collect()
}

/// Why a hosted library's requests did not take something.
pub(super) fn of_not_taken(service: &Service, why: &NotTaken) -> Problem {
    let problem = |kind| Problem::of_service(kind, service);
    match why {
        NotTaken::UnknownRequest => problem(ProblemKind::UnknownRequest).element("RequestIdentifierValue"),
        NotTaken::UnknownUser => problem(ProblemKind::UnknownUser).element("UserIdentifierValue"),
        NotTaken::Ineligible { why } => {
            problem(ProblemKind::UserIneligibleToRequestThisItem).element("UserId").detail(why)
        }
        NotTaken::Duplicate { request } => {
            problem(ProblemKind::DuplicateRequest).element("RequestIdentifierValue").value(request)
        }
        NotTaken::TooLate { why } => {
            let kind = match service {
                // Its list has no word for it: the change is one that cannot be taken as things stand.
                Service::UpdateRequestItem => ProblemKind::ElementRuleViolated,
                _ => ProblemKind::RequestAlreadyProcessed,
            };
            problem(kind).element("RequestIdentifierValue").detail(why)
        }
        NotTaken::NoHolder { why } => missing("AgencyId").detail(why),
        NotTaken::Element { element, why } => missing(element).detail(why),
        NotTaken::Value { element, why } => unusable(service, element).detail(why),
        NotTaken::NotOffered { why } => unsupported(service).detail(why),
        NotTaken::Later { .. } => later("the gateway cannot take it now: come again later"),
    }
}

/// Why an ILS's answer did not come.
pub(super) fn of_failure(service: &Service, failure: &NcipFailure) -> Problem {
    let why = match failure.blame {
        Blame::Settings | Blame::Operator | Blame::Ours => {
            "the library's system refuses the gateway's messages; its operator has been told"
        }
        Blame::Peer | Blame::Temporary => "the library's system gives no answer: come again later",
    };
    match failure.may_have_arrived {
        MayHaveArrived::No => later(why),
        MayHaveArrived::Yes => unanswered(service, why),
    }
}

/// No answer came to what was sent: it may have been done.
pub(super) fn unanswered(service: &Service, why: &str) -> Problem {
    match service.kind() {
        Some(ServiceKind::Lookup) => later(why),
        _ => later(&format!("{why}. It may have been done all the same: look before you send it again")),
    }
}

/// Not now.
pub(super) fn later(detail: &str) -> Problem {
    Problem::new(ProblemKind::TemporaryProcessingFailure).element("ToAgencyId").detail(detail)
}

/// Something that is needed is missing.
pub(super) fn missing(element: &str) -> Problem {
    Problem::new(ProblemKind::NeededDataMissing).element(element)
}

/// Something is there that cannot be there, or has a value that cannot be used.
pub(super) fn unusable(service: &Service, element: &str) -> Problem {
    Problem::of_service(ProblemKind::ElementRuleViolated, service).element(element)
}

/// An agency that nobody knows.
pub(super) fn unknown_agency(element: &str, agency: &str) -> Problem {
    Problem::new(ProblemKind::UnknownAgency).element(element).value(agency)
}

/// A service that is not offered.
pub(super) fn unsupported(service: &Service) -> Problem {
    Problem::new(ProblemKind::UnsupportedService).element(service.as_str())
}

/// A service that this agency may not use there.
pub(super) fn unauthorized(service: &Service) -> Problem {
    Problem::new(ProblemKind::UnauthorizedServiceForAgency).element(service.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the standard's list of a service's processing errors has.
    fn list(service: &Service) -> &'static [&'static str] {
        match service {
            Service::RequestItem => &[
                "Duplicate Request",
                "Element Rule Violated",
                "Item Does Not Circulate",
                "Item Not Available By Need Before Date",
                "Unknown Item",
                "Unknown User",
                "User Authentication Failed",
                "User Blocked",
                "User Ineligible To Request This Item",
            ],
            Service::CancelRequestItem => &[
                "Element Rule Violated",
                "Request Already Processed",
                "Unknown Item",
                "Unknown Request",
                "Unknown User",
                "User Authentication Failed",
            ],
            Service::UpdateRequestItem => &[
                "Element Rule Violated",
                "Item Access Denied",
                "Unable To Add Element",
                "Unable To Delete Element",
                "Unknown Item",
                "Unknown Request",
                "Unknown User",
                "User Authentication Failed",
            ],
            _ => &["Element Rule Violated", "Unknown Request"],
        }
    }

    #[test]
    fn what_is_said_is_on_the_list_of_the_service_or_on_the_one_of_all() {
        let why = || "because".to_owned();
        let value = || NotTaken::Value { element: "PickupLocation", why: why() };
        let general = [
            NotTaken::NoHolder { why: why() },
            NotTaken::Element { element: "BibliographicId", why: why() },
            NotTaken::NotOffered { why: why() },
            NotTaken::Later { why: why() },
        ];
        let asked = [
            NotTaken::UnknownUser,
            NotTaken::Ineligible { why: why() },
            NotTaken::Duplicate { request: "REQ-0".to_owned() },
            value(),
        ];
        let cancelled = [NotTaken::UnknownRequest, NotTaken::TooLate { why: why() }];
        let changed = [NotTaken::UnknownRequest, NotTaken::TooLate { why: why() }, value()];
        for (service, refusals) in [
            (Service::RequestItem, &asked[..]),
            (Service::CancelRequestItem, &cancelled[..]),
            (Service::UpdateRequestItem, &changed[..]),
            (Service::LookupRequest, &[NotTaken::UnknownRequest][..]),
        ] {
            for why in refusals.iter().chain(&general) {
                let problem = of_not_taken(&service, why);
                let of_all = problem.known().and_then(ProblemKind::scheme).is_some();
                let name = problem.problem_type.value.as_str();
                assert!(of_all || list(&service).contains(&name), "{service}: {why:?}: {name}");
            }
        }
    }
}

//! What an ILS answered, as a value, whatever it sent back.

use jiff::Timestamp;
use loan_model::{
    MayHaveArrived,
    ils::{
        CirculationStatus, IlsAnswer, IlsCommand, IlsFacts, IlsProblem, IlsProblemKind, IlsUser, MayBeTwice,
        PatronStanding, Wanted,
    },
};
use ncip::{
    Another, Body, ItemId, ItemOptionalFields, Named, NamedBy, Problem, ProblemKind, RequestId, Service,
    UserId,
};

use super::{
    answer::{Answer, AnswerTo, NoAnswer, answer},
    dates,
    preset::{AcceptedBarcode, Barcodes, HoldsFor, Withdrawal},
    render::{Fill, Speaker},
    repeat::may_be_twice,
    scrub::scrubbed,
    settings::{IlsSettings, PatronBy},
    standing,
    words::{self, letters},
};

/// One exchange with an ILS.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// How it is spoken to.
    pub settings: &'a IlsSettings,
    /// What the command left out: none of it may be in what is kept.
    pub fill: &'a Fill,
    /// Whether the command may have been carried out before.
    pub asked: AttemptKind,
    /// Now: a card may have expired.
    pub now: Timestamp,
}

/// Whether a command may have been carried out before it was sent this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptKind {
    /// It can't have been.
    First,
    /// It may have: that it is done already is what was wanted.
    Repeated,
}

/// Makes an answer of what came back.
///
/// `Refused` is an answer: asking again the same way is of no use. `Failed` is none: the command may be sent again later, after
/// [`super::repeat_probe`].
pub fn understand(command: &IlsCommand, reply: &[u8], exchange: &Exchange<'_>) -> IlsAnswer {
    let asked = service(command, exchange.settings);
    let (item, request, user) = named(command, exchange);
    let request_by = match command {
        IlsCommand::RequestItem { .. } | IlsCommand::AcceptItem { .. } => NamedBy::PerhapsItsOwn,
        _ => NamedBy::TheIdAsked,
    };
    let named = Named { item: item.as_ref(), request: request.as_ref(), request_by, user: user.as_ref() };
    let users = exchange.settings.user_ids.into();
    let to = AnswerTo { service: &asked, named, users, question: None };
    let body = match answer(reply, to) {
        Ok(answer) => answer.body,
        Err(NoAnswer { about: Some(Another::User), .. })
            if asked == Service::LookupUser && bars_another(reply, to, exchange) =>
        {
            return IlsAnswer::Done {
                facts: Box::new(IlsFacts { patron: Some(PatronStanding::Unclear), ..IlsFacts::default() }),
            };
        }
        Err(why) => return failed(exchange, &why.to_string()),
    };
    if !body.problems().is_empty() {
        return of_problems(command, &asked, body.problems(), exchange);
    }
    match facts(command, &body, exchange) {
        Ok(mut facts) => {
            let again = exchange.asked == AttemptKind::Repeated;
            facts.twice = may_be_twice(command).filter(|_| again).or(renewed_twice(command, &facts));
            IlsAnswer::Done { facts: Box::new(facts) }
        }
        Err(answer) => *answer,
    }
}

/// Whether an answer about another user than was asked says that this one may not borrow. It is no yes, and staff see what it is.
fn bars_another(reply: &[u8], to: AnswerTo<'_>, exchange: &Exchange<'_>) -> bool {
    let of_anybody = AnswerTo { named: Named { user: None, ..to.named }, ..to };
    let Ok(Answer { body: Body::LookupUserResponse(reply), .. }) = answer(reply, of_anybody) else {
        return false;
    };
    let standing = standing::standing(reply.user_optional_fields.as_ref(), exchange.now, exchange.settings);
    standing != PatronStanding::Good
}

/// A renewal counts one.
fn renewed_twice(command: &IlsCommand, facts: &IlsFacts) -> Option<MayBeTwice> {
    let IlsCommand::RenewItem { renewals: Some(before), .. } = command else { return None };
    facts.renewals.filter(|now| *now > before + 1).map(|_| MayBeTwice::Renewal)
}

/// The item, the request and the user that the answer must be about. Where the ILS may give an id of its own, it is none.
fn named(
    command: &IlsCommand,
    exchange: &Exchange<'_>,
) -> (Option<ItemId>, Option<RequestId>, Option<UserId>) {
    let Exchange { settings, fill, .. } = *exchange;
    let by_id = settings.patron_by == PatronBy::UserId;
    let speaker = Speaker { settings, fill };
    let user = |user| speaker.user_id(user).ok().filter(|_| by_id);
    let of_item = |item: &String| Some(ItemId::bare(item));
    match command {
        IlsCommand::LookupItem { item: Wanted::Item(item) }
        | IlsCommand::CheckInItem { item }
        | IlsCommand::RecallItem { item, .. }
        | IlsCommand::DeleteItem { item } => (of_item(item), None, None),
        IlsCommand::CheckOutItem { item, user: borrower, .. }
        | IlsCommand::RenewItem { item, user: borrower, .. } => (of_item(item), None, user(borrower)),
        IlsCommand::CancelRequestItem { request, item, user: of } => {
            (item.as_ref().and_then(of_item), Some(RequestId::bare(request)), user(of))
        }
        IlsCommand::RequestItem { item, request, user: of, .. } => {
            let item = match item {
                // Of a record's items, or a title's, any may be found.
                Wanted::Item(item) if holds_one_item(settings) => of_item(item),
                Wanted::Item(_) | Wanted::Title(_) => None,
            };
            (item, Some(RequestId::bare(request)), user(of))
        }
        IlsCommand::AcceptItem { item, request, .. } => {
            let item = of_item(item).filter(|_| settings.row().barcodes == Barcodes::AsAsked);
            (item, Some(RequestId::bare(request)), None)
        }
        IlsCommand::LookupUser { user: of } | IlsCommand::CreateUserFiscalTransaction { user: of, .. } => {
            (None, None, user(of))
        }
        IlsCommand::LookupItem { item: Wanted::Title(_) } | IlsCommand::CreateItem { .. } => {
            (None, None, None)
        }
    }
}

fn holds_one_item(settings: &IlsSettings) -> bool {
    settings.row().holds_for == HoldsFor::TheItem && letters(&settings.item_scope) == "item"
}

/// The service that a command is put as.
fn service(command: &IlsCommand, settings: &IlsSettings) -> Service {
    match command {
        IlsCommand::LookupUser { .. } => Service::LookupUser,
        IlsCommand::LookupItem { item: Wanted::Item(_) } => Service::LookupItem,
        IlsCommand::LookupItem { item: Wanted::Title(_) } => Service::LookupItemSet,
        IlsCommand::RequestItem { .. } => Service::RequestItem,
        IlsCommand::CancelRequestItem { .. } => Service::CancelRequestItem,
        IlsCommand::AcceptItem { .. } => Service::AcceptItem,
        IlsCommand::CheckOutItem { .. } => Service::CheckOutItem,
        IlsCommand::CheckInItem { .. } => Service::CheckInItem,
        IlsCommand::RenewItem { .. } => Service::RenewItem,
        IlsCommand::RecallItem { .. } => Service::RecallItem,
        IlsCommand::CreateItem { .. } => Service::CreateItem,
        IlsCommand::DeleteItem { .. } => match settings.row().withdrawal {
            Withdrawal::DeleteItem => Service::DeleteItem,
            Withdrawal::ItemReceived => Service::ItemReceived,
        },
        IlsCommand::CreateUserFiscalTransaction { .. } => Service::CreateUserFiscalTransaction,
    }
}

fn failed(exchange: &Exchange<'_>, why: &str) -> IlsAnswer {
    IlsAnswer::Failed { why: scrubbed(why, &exchange.fill.words()), may_have_arrived: MayHaveArrived::Yes }
}

fn of_problems(
    command: &IlsCommand,
    asked: &Service,
    problems: &[Problem],
    exchange: &Exchange<'_>,
) -> IlsAnswer {
    if problems.iter().all(|problem| means_done(command, asked, problem, exchange)) {
        // Done, or as good as done; what was said of it is kept as it was said.
        let tolerated = problems.iter().map(|problem| told(command, problem, exchange)).collect();
        return IlsAnswer::Done { facts: Box::new(IlsFacts { tolerated, ..IlsFacts::default() }) };
    }
    if let IlsCommand::LookupUser { .. } = command
        && let Some(patron) = problems.iter().find_map(standing_of)
    {
        return IlsAnswer::Done { facts: Box::new(IlsFacts { patron: Some(patron), ..IlsFacts::default() }) };
    }
    let problems: Vec<_> = problems.iter().map(|problem| told(command, problem, exchange)).collect();
    let temporary = ProblemKind::TemporaryProcessingFailure.as_str();
    if problems.iter().any(|problem| problem.kind.to_string() == temporary) {
        let details: Vec<_> = problems.iter().filter_map(|problem| problem.detail.as_deref()).collect();
        return failed(exchange, format!("{temporary}. {}", details.join("; ")).trim_end());
    }
    IlsAnswer::Refused { problems }
}

/// What a problem says of a patron who was looked up.
fn standing_of(problem: &Problem) -> Option<PatronStanding> {
    match words::kind(problem)? {
        ProblemKind::UnknownUser => Some(PatronStanding::Unknown),
        ProblemKind::UserBlocked => Some(PatronStanding::Blocked),
        _ => None,
    }
}

/// Problems that mean, with every ILS, that the work is done.
const DONE: &[(Service, &str, When)] = &[
    (Service::CheckInItem, "Item Not Checked Out", When::Always),
    (Service::CheckInItem, "9022", When::Always),
    (Service::CheckInItem, "Not On Loan", When::Always),
    (Service::CheckInItem, "Unknown Item", When::Always),
    (Service::DeleteItem, "Unknown Item", When::Always),
    (Service::ItemReceived, "Unknown Item", When::Always),
    (Service::AcceptItem, "Duplicate Item", When::Repeated),
    (Service::AcceptItem, "Duplicate Request", When::Repeated),
    (Service::AcceptItem, "Request Already Processed", When::Repeated),
    (Service::AcceptItem, "Cannot Accept Item", When::Repeated),
    (Service::CreateItem, "Duplicate Item", When::Repeated),
    (Service::RequestItem, "Duplicate Request", When::Repeated),
    (Service::CancelRequestItem, "Unknown Request", When::OfPatron),
    (Service::CancelRequestItem, "Request Already Processed", When::OfPatron),
    (Service::CancelRequestItem, "Unknown Request", When::Repeated),
    (Service::CancelRequestItem, "Request Already Processed", When::Repeated),
    (Service::CheckOutItem, "Item Already Checked Out", When::Repeated),
    (Service::CheckOutItem, "Resource Cannot Be Provided", When::Repeated),
    (Service::RecallItem, "Item Already Recalled", When::Repeated),
];

/// When a problem means that the work is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    /// Where it is about the patron's own hold: one who has taken the item waits no more, and most ILSs do not tell.
    OfPatron,
    /// Only if the command may have been carried out before.
    Repeated,
}

fn means_done(command: &IlsCommand, asked: &Service, problem: &Problem, exchange: &Exchange<'_>) -> bool {
    let kind = words::kind(problem).map(|kind| kind.as_str());
    let is = |name: &str| {
        kind == Some(name)
            || says(&problem.problem_type.value, name)
            || problem.problem_detail.as_deref().is_some_and(|detail| says(detail, name))
    };
    let everywhere = DONE.iter().filter(|(service, _, when)| {
        let holds = match when {
            When::Always => true,
            When::OfPatron => matches!(command, IlsCommand::CancelRequestItem { user: IlsUser::Patron, .. }),
            When::Repeated => exchange.asked == AttemptKind::Repeated,
        };
        service == asked && holds
    });
    let here = exchange.settings.row().tolerated.iter().filter(|(service, _)| service == asked);
    let own = exchange.settings.tolerated.iter().filter(|known| known.service == *asked);
    everywhere.map(|(_, name, _)| *name).any(is)
        || here.map(|(_, name)| *name).any(is)
        || own.map(|known| known.problem.as_str()).any(is)
}

/// Whether a text is these words, or a sentence that gives them as its reason: Evergreen's do.
fn says(text: &str, words: &str) -> bool {
    let reason = text.rsplit_once(": ").map_or(text, |(_, reason)| reason);
    [text, reason].into_iter().any(|said| letters(said) == letters(words))
}

/// A problem as it is kept: by the standard's name where it has one, without patron data.
fn told(command: &IlsCommand, problem: &Problem, exchange: &Exchange<'_>) -> IlsProblem {
    let private = exchange.fill.words();
    let own_words = problem.problem_type.value.as_str();
    let kind = match (command, words::kind(problem)) {
        // That it can't be taken in is said where its barcode is taken.
        (IlsCommand::AcceptItem { .. }, Some(ProblemKind::CannotAcceptItem))
            if is_about_the_item(problem) =>
        {
            Some(ProblemKind::DuplicateItem)
        }
        (_, kind) => kind,
    };
    let name = match kind {
        Some(kind) => kind.as_str().to_owned(),
        None => scrubbed(own_words, &private),
    };
    let renamed = kind.is_some_and(|kind| letters(kind.as_str()) != letters(own_words)).then_some(own_words);
    let element = problem.problem_element.as_deref().filter(|element| !element.trim().is_empty());
    // The value at fault is the patron's card as often as not.
    let parts: Vec<&str> =
        [renamed, problem.problem_detail.as_deref(), element].into_iter().flatten().collect();
    let detail = scrubbed(&parts.join("; "), &private);
    IlsProblem { kind: words::problem_kind(&name), detail: Some(detail).filter(|detail| !detail.is_empty()) }
}

fn is_about_the_item(problem: &Problem) -> bool {
    problem.problem_element.as_deref().is_some_and(|element| element.contains("ItemId"))
}

/// What a reply without problems tells. An error where there is none after all.
fn facts(command: &IlsCommand, body: &Body, exchange: &Exchange<'_>) -> Result<IlsFacts, Box<IlsAnswer>> {
    let settings = exchange.settings;
    let until = |date: &Option<ncip::DateTime>| dates::until(date.as_ref(), settings);
    let other_than = |id: Option<&str>, ours: Option<&str>| {
        id.map(str::trim).filter(|id| !id.is_empty() && Some(*id) != ours).map(str::to_owned)
    };
    let mut facts = IlsFacts::default();
    match body {
        Body::LookupUserResponse(reply) => {
            facts.patron =
                Some(standing::standing(reply.user_optional_fields.as_ref(), exchange.now, settings));
        }
        Body::LookupItemResponse(reply) => {
            item_facts(reply.item_optional_fields.as_ref(), &mut facts, settings);
            facts.request = other_than(reply.request_id.as_ref().map(|id| id.value()), None);
            if let IlsCommand::LookupItem { item: Wanted::Item(asked) } = command {
                facts.item = other_than(reply.item_id.as_ref().map(|id| id.value()), Some(asked));
            }
        }
        Body::LookupItemSetResponse(reply) => {
            let sets = reply.bib_information.iter().flat_map(|title| &title.holdings_sets);
            let items = sets.flat_map(|set| &set.item_information).filter(|item| item.problems.is_empty());
            let told = items.map(|item| {
                let mut facts = IlsFacts::default();
                item_facts(item.item_optional_fields.as_ref(), &mut facts, settings);
                facts.due = facts.due.or_else(|| until(&item.date_due));
                facts.item = item.item_id.as_ref().map(|id| id.value().to_owned());
                facts
            });
            // One that is on the shelf, else the first.
            let told: Vec<IlsFacts> = told.collect();
            let on_shelf = told.iter().find(|facts| facts.status == Some(CirculationStatus::Available));
            match on_shelf.or(told.first()) {
                Some(best) => facts = best.clone(),
                None => {
                    let detail = Some("the title has no items".to_owned());
                    let problem = IlsProblem { kind: IlsProblemKind::UnknownItem, detail };
                    return Err(Box::new(IlsAnswer::Refused { problems: vec![problem] }));
                }
            }
        }
        Body::RequestItemResponse(reply) => {
            facts.request = other_than(reply.request_id.as_ref().map(|id| id.value()), None);
            let asked = match command {
                IlsCommand::RequestItem { item: Wanted::Item(item), .. } => Some(item.as_str()),
                _ => None,
            };
            facts.item = other_than(reply.item_id.as_ref().map(|id| id.value()), asked);
        }
        Body::AcceptItemResponse(reply) => {
            if let IlsCommand::AcceptItem { item, .. } = command {
                let barcode = match settings.row().accepted_barcode {
                    AcceptedBarcode::InItemId => reply.item_id.as_ref().map(|id| id.value()),
                    AcceptedBarcode::InRequestId => reply.request_id.as_ref().map(|id| id.value()),
                };
                facts.item = other_than(barcode, Some(item));
            }
        }
        Body::CheckOutItemResponse(reply) => {
            facts.due = until(&reply.date_due);
            facts.renewals = reply.renewal_count.as_ref().and_then(|count| count.number());
            item_facts(reply.item_optional_fields.as_ref(), &mut facts, settings);
        }
        Body::RenewItemResponse(reply) => {
            if reply.pending.is_some() {
                return Err(Box::new(failed(exchange, "the ILS says that it answers later")));
            }
            item_facts(reply.item_optional_fields.as_ref(), &mut facts, settings);
            facts.due = until(&reply.date_due).or_else(|| until(&reply.date_for_return)).or(facts.due);
            facts.renewals = reply.renewal_count.as_ref().and_then(|count| count.number());
        }
        Body::RecallItemResponse(reply) => facts.due = until(&reply.date_due),
        Body::CreateItemResponse(reply) => {
            if let IlsCommand::CreateItem { item, .. } = command {
                facts.item = other_than(reply.item_id.as_ref().map(|id| id.value()), Some(item));
            }
        }
        _ => {}
    }
    Ok(facts)
}

pub(crate) fn item_facts(fields: Option<&ItemOptionalFields>, facts: &mut IlsFacts, settings: &IlsSettings) {
    let Some(fields) = fields else { return };
    facts.status = fields.circulation_status.as_ref().map(|status| words::circulation_status(&status.value));
    facts.holds = fields.hold_queue_length.as_ref().and_then(|number| number.number());
    let due = dates::until(fields.date_due.as_ref(), settings);
    facts.due = facts.due.or(due);
    (facts.location, facts.call_number) = words::place(fields);
}

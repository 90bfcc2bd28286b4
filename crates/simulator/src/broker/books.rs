//! What a simulated broker keeps of requests, and what it does about each message: a function of what it keeps, without I/O.

use iso18626::{
    Action, AgencyId, Confirm, DateTime, ErrorData, ErrorType, Message, MessageInfo, ReasonForMessage,
    Request, RequestType, RequestingAgencyMessage, Status, StatusInfo, SupplyingAgencyMessage,
    SupplyingAgencyMessageHeader, YesNo,
};
use jiff::Timestamp;

use super::settings::{BrokerSettings, Checks, Face, Habit};
use crate::symbol::{agency_id, same_agency, symbol};

/// A message to be sent, and to whom.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Post {
    /// The agency whose peer gets it.
    pub(super) to: AgencyId,
    /// What it gets.
    pub(super) message: Message,
}

/// How a message is confirmed, and what follows from it.
pub(super) struct Taken {
    pub(super) confirm: Confirm,
    pub(super) posts: Vec<Post>,
}

/// The requests that a broker knows.
#[derive(Debug, Default)]
pub(super) struct Books {
    relayed: Vec<Relayed>,
    numbers: u64,
}

/// A request between its requester and the suppliers.
#[derive(Debug)]
struct Relayed {
    request: Request,
    legs: Vec<Leg>,
    /// Who has not been asked yet.
    rota: Vec<AgencyId>,
    /// The status that the requester was told last.
    told: Option<Status>,
    cancel: Cancel,
    remembers: Memory,
}

/// A request that a broker has passed on, as its own books have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayedBy {
    /// The requester's symbol.
    pub requester: String,
    /// The requester's id.
    pub id: String,
    /// What is asked for.
    pub title: String,
    /// The status that the requester was told last.
    pub told: Option<Status>,
    /// Whom it asked, in order, and what each said last.
    pub suppliers: Vec<(String, Option<Status>)>,
}

/// A supplier that was asked.
#[derive(Debug)]
struct Leg {
    id: String,
    supplier: AgencyId,
    supplier_id: Option<String>,
    /// What it said last.
    said: Option<Status>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cancel {
    None,
    /// This supplier only.
    Supplier,
    /// The request.
    Request,
    /// The request, and nobody was told: its supplier was sent the request once more instead.
    Replaced,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Memory {
    Knows,
    Forgot,
}

/// Dates and ids of one step.
pub(super) struct Stamp<'a> {
    /// The next date, later than each before.
    pub(super) next: &'a dyn Fn() -> Timestamp,
    /// What ids begin with.
    pub(super) prefix: &'a str,
}

impl Books {
    /// Takes a message.
    pub(super) fn take(&mut self, settings: &BrokerSettings, message: &Message, stamp: &Stamp<'_>) -> Taken {
        let taken = match message {
            Message::Request(request) => self.requested(settings, request, stamp),
            Message::SupplyingAgencyMessage(told) => self.told(settings, told, stamp),
            Message::RequestingAgencyMessage(told) => self.asked(settings, told, stamp),
            _ => Err("a confirmation belongs into an HTTP answer".to_owned()),
        };
        match taken {
            Ok(posts) => Taken { confirm: Confirm::Ok, posts: doubled(settings, posts, stamp) },
            Err(sentence) => {
                let error =
                    ErrorData { error_type: ErrorType::UnrecognisedDataValue, error_value: Some(sentence) };
                Taken { confirm: Confirm::Error(vec![error]), posts: Vec::new() }
            }
        }
    }

    /// What is kept of each request.
    pub(super) fn relayed(&self) -> Vec<RelayedBy> {
        let kept = |relayed: &Relayed| RelayedBy {
            requester: symbol(&relayed.request.header.requesting_agency_id),
            id: relayed.request.header.requesting_agency_request_id.clone(),
            title: relayed.request.bibliographic_info.title.clone().unwrap_or_default(),
            told: relayed.told.clone(),
            suppliers: relayed.legs.iter().map(|leg| (symbol(&leg.supplier), leg.said.clone())).collect(),
        };
        self.relayed.iter().map(kept).collect()
    }

    fn requested(
        &mut self,
        settings: &BrokerSettings,
        request: &Request,
        stamp: &Stamp<'_>,
    ) -> Result<Vec<Post>, String> {
        let header = &request.header;
        let id = &header.requesting_agency_request_id;
        if self.find(&header.requesting_agency_id, id).is_some() {
            return Err(format!("requestingAgencyRequestId: {id} exists"));
        }
        let service = request.service_info.as_ref();
        let rota = match service.and_then(|service| service.request_type.as_ref()) {
            Some(RequestType::Reminder) => return Err("requestType: Reminder is not supported".to_owned()),
            Some(RequestType::Retry) => {
                let previous = service.and_then(|it| it.requesting_agency_previous_request_id.as_deref());
                let before = previous.and_then(|id| self.find(&header.requesting_agency_id, id));
                let leg = before.and_then(|at| self.relayed[at].legs.last());
                let leg = leg.filter(|leg| leg.said == Some(Status::RetryPossible));
                vec![leg.ok_or("no request that awaits a retry")?.supplier.clone()]
            }
            _ => suppliers(settings, request),
        };
        self.relayed.push(Relayed {
            request: request.clone(),
            legs: Vec::new(),
            rota,
            told: None,
            cancel: Cancel::None,
            remembers: Memory::Knows,
        });
        let mut posts = Vec::new();
        self.ask_next(settings, self.relayed.len() - 1, stamp, &mut posts);
        Ok(posts)
    }

    /// Asks the next supplier, or tells the requester that nobody is left.
    fn ask_next(&mut self, settings: &BrokerSettings, at: usize, stamp: &Stamp<'_>, posts: &mut Vec<Post>) {
        if self.relayed[at].rota.is_empty() {
            let info =
                MessageInfo { reason_for_message: ReasonForMessage::StatusChange, ..MessageInfo::default() };
            posts.push(self.tell(settings, at, own(settings), Status::Unfilled, info, stamp));
            return;
        }
        self.numbers += 1;
        let id = format!("{}-{}", stamp.prefix, self.numbers);
        let relayed = &mut self.relayed[at];
        let supplier = relayed.rota.remove(0);
        relayed.legs.push(Leg { id: id.clone(), supplier: supplier.clone(), supplier_id: None, said: None });
        posts.push(request_to(settings, &relayed.request, &supplier, id, stamp));
        let info = MessageInfo {
            reason_for_message: match settings.face {
                Face::Opaque => ReasonForMessage::Notification,
                Face::Transparent if relayed.told.is_none() => ReasonForMessage::RequestResponse,
                Face::Transparent => ReasonForMessage::StatusChange,
            },
            ..MessageInfo::default()
        };
        posts.push(self.tell(settings, at, supplier, Status::ExpectToSupply, info, stamp));
    }

    /// A supplier refused its request: the next one is asked.
    pub(super) fn refused(&mut self, settings: &BrokerSettings, id: &str, stamp: &Stamp<'_>) -> Vec<Post> {
        let is_last = |relayed: &Relayed| {
            // That the supplier has a request already which came once more is no answer to it.
            relayed.cancel != Cancel::Replaced
                && relayed.legs.last().is_some_and(|leg| leg.id == id && leg.said.is_none())
        };
        let Some(at) = self.relayed.iter().position(is_last) else { return Vec::new() };
        let mut posts = Vec::new();
        self.ask_next(settings, at, stamp, &mut posts);
        doubled(settings, posts, stamp)
    }

    fn told(
        &mut self,
        settings: &BrokerSettings,
        told: &SupplyingAgencyMessage,
        stamp: &Stamp<'_>,
    ) -> Result<Vec<Post>, String> {
        let id = &told.header.requesting_agency_request_id;
        let found = self.relayed.iter().enumerate().find_map(|(at, relayed)| {
            let leg = relayed.legs.iter().position(|leg| leg.id == *id)?;
            (relayed.remembers == Memory::Knows).then_some((at, leg))
        });
        let (at, leg) = found.ok_or_else(|| format!("non-existing RequestingAgencyRequestId {id}"))?;
        let relayed = &mut self.relayed[at];
        let asked = &mut relayed.legs[leg];
        if settings.checks == Checks::Strict
            && !same_agency(&asked.supplier, &told.header.supplying_agency_id)
        {
            return Err("supplying agency not found or invalid".to_owned());
        }
        let gave_up = asked.said == Some(Status::Unfilled);
        asked.supplier_id.clone_from(&told.header.supplying_agency_request_id);
        asked.said = Some(told.status_info.status.clone());
        let supplier = match settings.face {
            Face::Opaque => asked.supplier.clone(),
            Face::Transparent => told.header.supplying_agency_id.clone(),
        };
        let is_current = leg + 1 == relayed.legs.len();
        let info = &told.message_info;
        if info.reason_for_message == ReasonForMessage::CancelResponse
            && info.answer_yes_no == Some(YesNo::Y)
            && relayed.cancel == Cancel::Supplier
        {
            relayed.cancel = Cancel::None;
            let mut posts = Vec::new();
            self.ask_next(settings, at, stamp, &mut posts);
            return Ok(posts);
        }
        let status = &told.status_info.status;
        if gave_up || *status == Status::Unfilled {
            // Whatever a supplier says after its no is heard as another no.
            let news = MessageInfo { reason_for_message: ReasonForMessage::Notification, ..info.clone() };
            let mut posts = vec![self.tell(settings, at, supplier, Status::Unfilled, news, stamp)];
            match self.relayed[at].cancel {
                _ if !is_current => {}
                Cancel::None | Cancel::Replaced if !gave_up => {
                    self.ask_next(settings, at, stamp, &mut posts);
                }
                Cancel::Request => {
                    self.relayed[at].rota.clear();
                    self.ask_next(settings, at, stamp, &mut posts);
                }
                _ => {}
            }
            return Ok(posts);
        }
        let mut post = self.tell(settings, at, supplier, status.clone(), info.clone(), stamp);
        if let Message::SupplyingAgencyMessage(message) = &mut post.message {
            message.status_info = told.status_info.clone();
            message.delivery_info.clone_from(&told.delivery_info);
            message.retry_info.clone_from(&told.retry_info);
            message.shipping_info.clone_from(&told.shipping_info);
            message.return_info.clone_from(&told.return_info);
        }
        if *status == Status::Loaned && settings.has(Habit::Forgets) {
            self.relayed[at].remembers = Memory::Forgot;
        }
        Ok(vec![post])
    }

    fn asked(
        &mut self,
        settings: &BrokerSettings,
        asked: &RequestingAgencyMessage,
        stamp: &Stamp<'_>,
    ) -> Result<Vec<Post>, String> {
        let header = &asked.header;
        let id = &header.requesting_agency_request_id;
        let found = self.find(&header.requesting_agency_id, id);
        let at = found.filter(|at| self.relayed[*at].remembers == Memory::Knows);
        let at = at.ok_or_else(|| format!("non-existing RequestingAgencyRequestId {id}"))?;
        let to_broker = same_agency(&header.supplying_agency_id, &own(settings));
        let relayed = &mut self.relayed[at];
        let Some(leg) = relayed.legs.last() else {
            return Err("the request has no supplier".to_owned());
        };
        if settings.checks == Checks::Strict
            && !to_broker
            && !same_agency(&header.supplying_agency_id, &leg.supplier)
        {
            return Err("supplying agency not found or invalid".to_owned());
        }
        let (supplier, leg_id, waits) = (leg.supplier.clone(), leg.id.clone(), leg.said.is_none());
        match asked.action {
            Action::StatusRequest => {
                let status = relayed.told.clone().unwrap_or(Status::RequestReceived);
                let reason_for_message = ReasonForMessage::StatusRequestResponse;
                let info = MessageInfo { reason_for_message, ..MessageInfo::default() };
                return Ok(vec![self.tell(settings, at, supplier, status, info, stamp)]);
            }
            Action::Cancel if waits && settings.has(Habit::Replaces) => {
                relayed.cancel = Cancel::Replaced;
                return Ok(vec![request_to(settings, &relayed.request, &supplier, leg_id, stamp)]);
            }
            Action::Cancel if to_broker => {
                relayed.cancel = Cancel::Request;
                relayed.rota.clear();
            }
            Action::Cancel => relayed.cancel = Cancel::Supplier,
            _ => {}
        }
        let mut message = asked.clone();
        message.header.supplying_agency_id = supplier.clone();
        message.header.requesting_agency_id = requester_shown(settings, &relayed.request);
        message.header.requesting_agency_request_id = leg_id;
        message.header.supplying_agency_request_id =
            relayed.legs.last().and_then(|leg| leg.supplier_id.clone());
        message.header.timestamp = DateTime::from_instant((stamp.next)());
        Ok(vec![Post { to: supplier, message: Message::RequestingAgencyMessage(message) }])
    }

    /// A message to the requester about a supplier, in the broker's face.
    fn tell(
        &mut self,
        settings: &BrokerSettings,
        at: usize,
        supplier: AgencyId,
        status: Status,
        info: MessageInfo,
        stamp: &Stamp<'_>,
    ) -> Post {
        let relayed = &mut self.relayed[at];
        let asked = &relayed.request.header;
        let now = DateTime::from_instant((stamp.next)());
        let is_own = same_agency(&supplier, &own(settings));
        let mut message_info = info;
        if settings.face == Face::Opaque && !is_own {
            let named = format!("Supplier: {}", symbol(&supplier));
            message_info.note = Some(match message_info.note.filter(|note| !note.is_empty()) {
                Some(note) => format!("{named}, {note}"),
                None => named,
            });
        }
        let header = SupplyingAgencyMessageHeader {
            supplying_agency_id: match settings.face {
                Face::Opaque => own(settings),
                Face::Transparent => supplier,
            },
            requesting_agency_id: asked.requesting_agency_id.clone(),
            multiple_item_request_id: asked.multiple_item_request_id.clone(),
            timestamp: now.clone(),
            requesting_agency_request_id: asked.requesting_agency_request_id.clone(),
            supplying_agency_request_id: Some(format!("{}-{at}", stamp.prefix)),
            requesting_agency_authentication: None,
        };
        relayed.told = Some(status.clone());
        let to = asked.requesting_agency_id.clone();
        let status_info = StatusInfo { status, last_change: now, ..StatusInfo::default() };
        let message = SupplyingAgencyMessage { header, message_info, status_info, ..Default::default() };
        Post { to, message: Message::SupplyingAgencyMessage(message) }
    }

    fn find(&self, requester: &AgencyId, id: &str) -> Option<usize> {
        self.relayed.iter().rposition(|relayed| {
            let header = &relayed.request.header;
            header.requesting_agency_request_id == id && same_agency(&header.requesting_agency_id, requester)
        })
    }
}

/// Whom a request goes to: those it names, else whom it is addressed to behind the broker, else whom the broker asks.
fn suppliers(settings: &BrokerSettings, request: &Request) -> Vec<AgencyId> {
    let mut named: Vec<_> =
        request.supplier_info.iter().filter_map(|info| Some((info, info.supplier_code.clone()?))).collect();
    named.sort_by_key(|(info, _)| {
        info.sort_order.as_deref().and_then(|order| order.trim().parse::<i64>().ok())
    });
    let mut rota: Vec<AgencyId> =
        named.into_iter().map(|(_, code)| code).filter(|code| !same_agency(code, &own(settings))).collect();
    let addressed = request.header.supplying_agency_id.clone().filter(|to| !same_agency(to, &own(settings)));
    if rota.is_empty() {
        rota.extend(addressed);
    }
    if rota.is_empty() {
        rota.extend(settings.suppliers.iter().map(|symbol| agency_id(symbol)));
    }
    rota.retain(|supplier| {
        !same_agency(supplier, &request.header.requesting_agency_id) && settings.peer_of(supplier).is_some()
    });
    rota
}

fn request_to(
    settings: &BrokerSettings,
    request: &Request,
    supplier: &AgencyId,
    id: String,
    stamp: &Stamp<'_>,
) -> Post {
    let mut message = request.clone();
    message.header.supplying_agency_id = Some(supplier.clone());
    message.header.requesting_agency_id = requester_shown(settings, request);
    message.header.requesting_agency_request_id = id;
    message.header.timestamp = DateTime::from_instant((stamp.next)());
    message.header.requesting_agency_authentication = None;
    message.supplier_info = Vec::new();
    if let Some(service) = &mut message.service_info {
        service.request_type = Some(RequestType::New);
        service.requesting_agency_previous_request_id = None;
    }
    Post { to: supplier.clone(), message: Message::Request(message) }
}

fn requester_shown(settings: &BrokerSettings, request: &Request) -> AgencyId {
    match settings.face {
        Face::Opaque => own(settings),
        Face::Transparent => request.header.requesting_agency_id.clone(),
    }
}

fn own(settings: &BrokerSettings) -> AgencyId {
    agency_id(&settings.symbol)
}

/// The same messages, each a second time where that is a habit.
fn doubled(settings: &BrokerSettings, posts: Vec<Post>, stamp: &Stamp<'_>) -> Vec<Post> {
    if !settings.has(Habit::Doubles) {
        return posts;
    }
    let mut twice = Vec::new();
    for post in posts {
        // A second request under the same id would be refused: that is no message passed on.
        let again = (!matches!(post.message, Message::Request(_))).then(|| Post {
            to: post.to.clone(),
            message: crate::wording::restamped(&post.message, (stamp.next)()),
        });
        twice.push(post);
        twice.extend(again);
    }
    twice
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "symbol = \"ISIL:BROKER\"\nsuppliers = [\"ISIL:S\"]\n\
        [[peer]]\nsymbol = \"ISIL:R\"\nurl = \"http://127.0.0.1:9/\"\n\
        [[peer]]\nsymbol = \"ISIL:S\"\nurl = \"http://127.0.0.1:9/\"\nspeaks-for = [\"*\"]\n";

    #[test]
    fn only_a_lenient_broker_takes_a_message_from_a_symbol_that_it_did_not_ask() {
        let stamp = Stamp { next: &|| Timestamp::UNIX_EPOCH, prefix: "b" };
        for (checks, is_taken) in [(Checks::Strict, false), (Checks::Lenient, true)] {
            let settings = BrokerSettings { checks, ..BrokerSettings::parse(FILE).unwrap() };
            let mut books = Books::default();
            let mut request = Request::default();
            request.header.requesting_agency_id = agency_id("ISIL:R");
            request.header.requesting_agency_request_id = "r-1".to_owned();
            let asked = books.take(&settings, &Message::Request(request), &stamp);
            assert_eq!(asked.posts[0].to, agency_id("ISIL:S"));

            let mut told = SupplyingAgencyMessage::default();
            told.header.supplying_agency_id = agency_id("ISIL:BEHIND");
            told.header.requesting_agency_request_id = "b-1".to_owned();
            told.status_info.status = Status::WillSupply;
            let taken = books.take(&settings, &Message::SupplyingAgencyMessage(told), &stamp);
            assert_eq!(matches!(taken.confirm, Confirm::Ok), is_taken, "{checks:?}");
            assert_eq!(taken.posts.len(), usize::from(is_taken), "{checks:?}");
        }
    }

    #[test]
    fn a_request_in_place_of_a_cancel_is_answered_by_nobody() {
        let stamp = Stamp { next: &|| Timestamp::UNIX_EPOCH, prefix: "b" };
        let habits = vec![Habit::Replaces];
        let settings = BrokerSettings { habits, ..BrokerSettings::parse(FILE).unwrap() };
        let mut books = Books::default();
        let mut request = Request::default();
        request.header.requesting_agency_id = agency_id("ISIL:R");
        request.header.requesting_agency_request_id = "r-1".to_owned();
        let asked = books.take(&settings, &Message::Request(request), &stamp).posts;

        let mut cancel = RequestingAgencyMessage { action: Action::Cancel, ..Default::default() };
        cancel.header.requesting_agency_id = agency_id("ISIL:R");
        cancel.header.supplying_agency_id = own(&settings);
        cancel.header.requesting_agency_request_id = "r-1".to_owned();
        let taken = books.take(&settings, &Message::RequestingAgencyMessage(cancel), &stamp);
        assert_eq!(taken.confirm, Confirm::Ok);
        assert_eq!(taken.posts, asked[..1], "the request goes once more, under its id");
        assert_eq!(books.refused(&settings, "b-1", &stamp), [], "that it is known is no news");
    }
}

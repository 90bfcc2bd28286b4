//! The ILSs that the suite plays for an initiator: each keeps what it has been told of holds, temporary items and loans, refuses what
//! cannot be, and remembers what was done. It can be told to go wrong at one service.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::members::{Member, Trait};
use super::messages as write;
use super::reply::Read;
use super::wire::Version;

/// How an ILS goes wrong.
#[derive(Clone)]
pub enum IlsFault {
    /// It does what it is asked, and closes the connection without an answer.
    DropAfter,
    /// It does nothing, and closes the connection.
    DropBefore,
    /// It does what it is asked, and says nothing.
    SilentAfter,
    /// It does nothing, and says no: each problem's name and element.
    Refuses(&'static [(&'static str, &'static str)]),
    /// The same, with an HTTP status.
    RefusesWith(u16, &'static [(&'static str, &'static str)]),
    /// It does what it is asked, and answers with this HTTP status and this text.
    Says(u16, &'static str),
    /// It does nothing, and answers these bytes.
    SaysInstead(Arc<dyn Fn(Version) -> Vec<u8> + Send + Sync>),
    /// It does what it is asked; its answer is changed so.
    Alters(fn(Version, String) -> Vec<u8>),
    /// It does what it is asked; its answer has this piece more, before that end tag.
    Adds {
        /// The end tag.
        before: &'static str,
        /// The piece, in each version.
        piece: Arc<dyn Fn(Version) -> String + Send + Sync>,
    },
    /// It does nothing; it answers as if it had done it, with this piece more before the end tag of the answer.
    Denies(fn(&str, Version) -> String),
    /// It does nothing; its answer has a header and nothing else, and is changed so.
    Pretends(fn(Version, String) -> Vec<u8>),
    /// It does what it is asked, and answers as if something else had been asked.
    AnswersAs(&'static str),
    /// It does what it is asked; the answer comes in pieces.
    Pieces,
    /// It answers after a while.
    Slow(Duration),
}

/// What is answered, and how.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) manner: Manner,
}

/// How an answer travels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// At once.
    Whole,
    /// In pieces.
    Pieces,
    /// After a while.
    After(Duration),
    /// Not at all: the connection is closed.
    Closed,
    /// Not at all: nothing happens.
    Never,
}

/// An item at an ILS.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Whether an AcceptItem made it.
    pub temporary: bool,
    /// For whom it is on hold.
    pub held_for: Option<String>,
    /// To whom it is lent.
    pub lent_to: Option<String>,
}

/// Something that an ILS did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// At which member.
    pub member: usize,
    /// The service.
    pub service: String,
    /// The item.
    pub item: String,
    /// The patron.
    pub user: String,
}

/// What the ILSs hold in one case.
#[derive(Default)]
pub struct Shelves {
    items: BTreeMap<(usize, String), Held>,
    /// What was done, in order.
    pub operations: Vec<Operation>,
    troubles: Vec<(usize, &'static str, IlsFault, u32)>,
    /// The barcode that the ILS chooses for the next temporary item.
    pub(crate) renames: Option<String>,
}

type Problems = Vec<(&'static str, &'static str)>;

impl Shelves {
    /// It goes wrong so many times.
    pub fn plan(&mut self, member: usize, service: &'static str, trouble: IlsFault, times: u32) {
        self.troubles.push((member, service, trouble, times));
    }

    /// It goes wrong no more.
    pub fn mend(&mut self) {
        self.troubles.clear();
    }

    fn trouble(&mut self, member: usize, service: &str) -> Option<IlsFault> {
        let planned = self
            .troubles
            .iter_mut()
            .find(|(at, of, _, left)| *at == member && *of == service && *left > 0)?;
        planned.3 -= 1;
        Some(planned.2.clone())
    }

    /// Takes a message and says what is answered.
    pub(crate) fn answer(&mut self, at: usize, ils: &Member, read: &Result<Read, String>) -> Said {
        let version = ils.version;
        let Ok(read) = read else {
            let header = write::response_header(version, &ils.agency, "unknown");
            let problem =
                write::problem(version, "lookupuser", "Invalid Message Syntax Error", "NCIPMessage", "");
            return whole(write::refused(version, "LookupUser", &header, &problem));
        };
        let service = read.service().to_owned();
        let does_nothing = matches!(
            self.troubles.iter().find(|(place, of, _, left)| *place == at && *of == service && *left > 0),
            Some((
                _,
                _,
                IlsFault::DropBefore
                    | IlsFault::Refuses(_)
                    | IlsFault::RefusesWith(..)
                    | IlsFault::Pretends(_)
                    | IlsFault::SaysInstead(_),
                _
            ))
        );
        let trouble = self.trouble(at, &service);
        let before = (self.items.clone(), self.operations.clone());
        let done = if does_nothing { Ok(String::new()) } else { self.perform(at, ils, read) };
        if matches!(trouble, Some(IlsFault::Denies(_))) {
            (self.items, self.operations) = before;
        }
        let usual = match &done {
            Ok(content) => said(ils, read, &service, content),
            Err(problems) => refused(ils, read, problems),
        };
        match trouble {
            None => whole(usual),
            Some(IlsFault::DropAfter | IlsFault::DropBefore) => {
                Said { manner: Manner::Closed, ..whole(usual) }
            }
            Some(IlsFault::SilentAfter) => Said { manner: Manner::Never, ..whole(usual) },
            Some(IlsFault::Refuses(problems)) => whole(refused(ils, read, problems)),
            Some(IlsFault::RefusesWith(status, problems)) => {
                Said { status, ..whole(refused(ils, read, problems)) }
            }
            Some(IlsFault::Says(status, text)) => {
                Said { status, kind: "text/html", ..whole(text.to_owned()) }
            }
            Some(IlsFault::SaysInstead(make)) => Said { bytes: make(version), ..whole(String::new()) },
            Some(IlsFault::Alters(change)) => Said { bytes: change(version, usual), ..whole(String::new()) },
            Some(IlsFault::Adds { before, piece }) => {
                whole(usual.replace(before, &format!("{}{before}", piece(version))))
            }
            Some(IlsFault::Denies(piece)) => {
                let end = format!("</{service}Response>");
                whole(usual.replace(&end, &format!("{}{end}", piece(&service.to_lowercase(), version))))
            }
            Some(IlsFault::Pretends(change)) => {
                Said { bytes: change(version, said(ils, read, &service, "")), ..whole(String::new()) }
            }
            Some(IlsFault::AnswersAs(other)) => {
                let content = done.unwrap_or_default();
                whole(said(ils, read, other, &content))
            }
            Some(IlsFault::Pieces) => Said { manner: Manner::Pieces, ..whole(usual) },
            Some(IlsFault::Slow(time)) => Said { manner: Manner::After(time), ..whole(usual) },
        }
    }

    /// Does what is asked; what the answer says.
    fn perform(&mut self, at: usize, ils: &Member, read: &Read) -> Result<String, Problems> {
        let version = ils.version;
        let own = |value: &str| write::item(version, &ils.agency, value);
        let value = |name: &str| read.anywhere(name).unwrap_or_default().trim().to_owned();
        let user = read.anywhere("UserIdentifierValue").or_else(|| read.anywhere("AuthenticationInputData"));
        let user = user.unwrap_or_default().trim().to_owned();
        let patron = write::user(version, &ils.agency, &user);
        let (item, request) = (value("ItemIdentifierValue"), value("RequestIdentifierValue"));
        let service = read.service();
        let lends = ils.traits.contains(&Trait::Lends);
        let key = (at, item.clone());
        let known = lends || self.items.contains_key(&key);
        let unknown: Problems = vec![("Unknown Item", "ItemId")];
        let content = match service {
            "LookupUser" => {
                let name = write::reader(&format!("Reader {user}"));
                return Ok(format!("{patron}{name}"));
            }
            "LookupItem" => {
                if !known {
                    return Err(unknown);
                }
                let held = self.items.get(&key).cloned().unwrap_or_default();
                let status = match (&held.lent_to, &held.held_for) {
                    (Some(_), _) => "On Loan",
                    (None, Some(_)) if held.temporary => "Available For Pickup",
                    (None, _) => "Available On Shelf",
                };
                let status = write::code(version, "CirculationStatus", "circulationstatus", status);
                return Ok(format!("{}{}", own(&item), write::element("ItemOptionalFields", &status)));
            }
            "RequestItem" => {
                let held = self.items.entry(key).or_default();
                if held.held_for.is_some() {
                    return Err(vec![("Duplicate Request", "ItemId")]);
                }
                held.held_for = Some(user.clone());
                let kind = write::code(version, "RequestType", "requesttype", &code(read, "RequestType"));
                let scope = write::code(
                    version,
                    "RequestScopeType",
                    "requestscopetype",
                    &code(read, "RequestScopeType"),
                );
                let hold = write::request(version, &ils.agency, &hold_of(&item));
                format!("{hold}{}{patron}{kind}{scope}", own(&item))
            }
            "CancelRequestItem" => {
                let held = self.items.iter_mut().find(|((place, barcode), held)| {
                    *place == at
                        && held.held_for.is_some()
                        && (*barcode == item || hold_of(barcode) == request)
                });
                let Some(((_, barcode), held)) = held else {
                    return Err(vec![("Unknown Request", "RequestId")]);
                };
                held.held_for = None;
                let barcode = barcode.clone();
                format!("{}{}{patron}", write::request(version, &ils.agency, &request), own(&barcode))
            }
            "AcceptItem" => {
                if self.items.contains_key(&key) {
                    return Err(vec![("Duplicate Item", "ItemId")]);
                }
                let chosen = self.renames.take().unwrap_or_else(|| item.clone());
                let held = Held { temporary: true, held_for: Some(user.clone()), lent_to: None };
                self.items.insert((at, chosen.clone()), held);
                let agency = read.agency("FromAgencyId").unwrap_or_default();
                format!("{}{}", write::request(version, agency, &request), own(&chosen))
            }
            "CheckOutItem" => {
                if !known {
                    return Err(unknown);
                }
                let held = self.items.entry(key).or_default();
                if held.lent_to.is_some() {
                    return Err(vec![("Item Already Checked Out", "ItemId")]);
                }
                held.lent_to = Some(user.clone());
                held.held_for = None;
                let due = format!("<DateDue>{}</DateDue>", if lends { LENDERS_DUE } else { BORROWERS_DUE });
                format!("{}{patron}{due}", own(&item))
            }
            "RenewItem" => {
                let held = self.items.get(&key).filter(|held| held.lent_to.is_some());
                if held.is_none() {
                    return Err(vec![("Item Not Checked Out", "ItemId")]);
                }
                let due = format!("<DateDue>{RENEWED_DUE}</DateDue>");
                format!("{}{patron}{due}", own(&item))
            }
            "CheckInItem" => {
                if !known {
                    return Err(unknown);
                }
                let held = self.items.entry(key).or_default();
                if held.lent_to.take().is_none() {
                    return Err(vec![("Item Not Checked Out", "ItemId")]);
                }
                own(&item)
            }
            "DeleteItem" | "ItemReceived" => {
                if self.items.remove(&key).is_none() {
                    return Err(unknown);
                }
                if service == "DeleteItem" { own(&item) } else { String::new() }
            }
            _ => return Err(vec![("Unsupported Service", "NCIPMessage")]),
        };
        self.operations.push(Operation { member: at, service: service.to_owned(), item, user });
        Ok(content)
    }

    /// An item at a member's ILS.
    #[must_use]
    pub fn item(&self, member: usize, barcode: &str) -> Option<&Held> {
        self.items.get(&(member, barcode.to_owned()))
    }

    /// The temporary items at a member's ILS.
    #[must_use]
    pub fn temporary(&self, member: usize) -> usize {
        self.items.iter().filter(|((at, _), held)| *at == member && held.temporary).count()
    }
}

/// When a lender's ILS says that everything is due.
pub(crate) const LENDERS_DUE: &str = "2037-05-29T21:59:00Z";
/// Until when an ILS renews everything.
const RENEWED_DUE: &str = "2037-06-30T21:59:00Z";
/// When a borrower's ILS says that everything is due.
const BORROWERS_DUE: &str = "2037-05-20T21:59:00Z";

/// The id that an ILS gives to a hold.
pub(crate) fn hold_of(item: &str) -> String {
    format!("Hold/{item}")
}

fn code(read: &Read, name: &str) -> String {
    read.code(name).unwrap_or("Hold").to_owned()
}

fn whole(text: String) -> Said {
    Said {
        status: 200,
        kind: "application/xml; charset=utf-8",
        bytes: text.into_bytes(),
        manner: Manner::Whole,
    }
}

fn header(ils: &Member, read: &Read) -> String {
    let at = |place| read.agency(place).unwrap_or_default();
    write::response_header(ils.version, at("ToAgencyId"), at("FromAgencyId"))
}

fn said(ils: &Member, read: &Read, service: &str, content: &str) -> String {
    let body = write::element(&format!("{service}Response"), &format!("{}{content}", header(ils, read)));
    write::envelope(ils.version, &body)
}

fn refused(ils: &Member, read: &Read, problems: &[(&str, &str)]) -> String {
    let (version, service) = (ils.version, read.service());
    let text: String = problems
        .iter()
        .map(|(kind, element)| write::problem(version, &service.to_lowercase(), kind, element, ""))
        .collect();
    // Version 1 has one Problem, with all errors in it.
    let text = match version {
        Version::V1 => text.replace("</Problem><Problem>", ""),
        Version::V2 => text,
    };
    write::refused(version, service, &header(ils, read), &text)
}

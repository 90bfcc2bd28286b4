//! Writing ISO 18626 messages: string templates, one function a piece, in the order of each edition. The suite's own, and deliberately
//! simple: what it writes can be read off the page.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::edition::{Edition, NAMESPACE};

/// An agency's symbol: `ISIL:NO-1234`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Symbol {
    /// Who hands out the value: ISIL, DNUCNI, ...
    pub authority: String,
    /// The value.
    pub value: String,
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.authority, self.value)
    }
}

impl FromStr for Symbol {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((authority, value)) if !authority.is_empty() && !value.is_empty() => {
                Ok(Symbol { authority: authority.to_owned(), value: value.to_owned() })
            }
            _ => Err(format!("{text:?} is no symbol: write AUTHORITY:VALUE, such as ISIL:NO-1234")),
        }
    }
}

impl TryFrom<String> for Symbol {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Symbol> for String {
    fn from(symbol: Symbol) -> String {
        symbol.to_string()
    }
}

/// A value of an open code list, with its list where one is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The value.
    pub value: String,
    /// The list's URI.
    pub scheme: Option<String>,
}

impl Code {
    /// A code of a list of one's own.
    #[must_use]
    pub fn of(scheme: &str, value: &str) -> Code {
        Code { value: value.to_owned(), scheme: Some(scheme.to_owned()) }
    }
}

impl From<&str> for Code {
    fn from(value: &str) -> Code {
        Code { value: value.to_owned(), scheme: None }
    }
}

/// What every header says.
#[derive(Clone, Debug)]
pub struct Head {
    /// `None` only where 2021-2 lets a request leave it out.
    pub supplier: Option<Symbol>,
    /// The requesting agency.
    pub requester: Symbol,
    /// In the form in which it is written there.
    pub timestamp: String,
    /// The requester's id.
    pub request_id: String,
    /// The supplier's id, once there is one.
    pub supplier_request_id: Option<String>,
    /// The id that several items share.
    pub multiple: Option<String>,
    /// accountId and securityCode.
    pub authentication: Option<(String, String)>,
}

/// A `request`.
#[derive(Clone, Debug)]
pub struct Request {
    /// The header.
    pub head: Head,
    /// requestType, if it is to be said.
    pub kind: Option<String>,
    /// requestingAgencyPreviousRequestId.
    pub previous: Option<String>,
    /// serviceType.
    pub service: String,
    /// supplierUniqueRecordId.
    pub record: Option<String>,
    /// The title.
    pub title: String,
    /// The volumes (1.2 has room for one).
    pub volumes: Vec<String>,
    /// bibliographicItemId: code and identifier.
    pub item_ids: Vec<(Code, String)>,
    /// Elements of bibliographicInfo between title and volume, ready made.
    pub bibliographic: String,
    /// bibliographicRecordId: code and identifier.
    pub record_ids: Vec<(Code, String)>,
    /// publicationInfo, ready made.
    pub publication: String,
    /// needBeforeDate.
    pub need_before: Option<String>,
    /// serviceLevel.
    pub level: Option<Code>,
    /// preferredFormat or itemFormat.
    pub format: Option<Code>,
    /// anyEdition.
    pub any_edition: Option<String>,
    /// preferredEdition (2021-2).
    pub preferred_edition: Option<String>,
    /// serviceInfo/loanCondition (2021-2).
    pub conditions: Vec<Code>,
    /// serviceInfo/note.
    pub note: Option<String>,
    /// supplierInfo: whom to ask, in order.
    pub suppliers: Vec<Symbol>,
    /// What follows supplierInfo (requestedDeliveryInfo, requestingAgencyInfo, patronInfo, billingInfo), ready made.
    pub rest: String,
}

/// A `supplyingAgencyMessage`.
#[derive(Clone, Debug)]
pub struct Supplying {
    /// The header.
    pub head: Head,
    /// What is said.
    pub say: Say,
}

/// What a supplier says, the header apart.
#[derive(Clone, Debug, Default)]
pub struct Say {
    /// reasonForMessage; the sender's natural one where it is `None`.
    pub reason: Option<String>,
    /// answerYesNo.
    pub answer: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// reasonUnfilled.
    pub reason_unfilled: Option<Code>,
    /// reasonRetry.
    pub reason_retry: Option<Code>,
    /// offeredCosts: currency and amount.
    pub offered: Option<(String, String)>,
    /// retryBefore.
    pub retry_before: Option<String>,
    /// The status.
    pub status: String,
    /// expectedDeliveryDate.
    pub expected: Option<String>,
    /// dueDate.
    pub due: Option<String>,
    /// lastChange; now, where it is `None`.
    pub last_change: Option<String>,
    /// deliveryInfo, if there is any.
    pub delivery: Option<Delivery>,
    /// shippingInfo (2021-2) and returnInfo, ready made.
    pub rest: String,
}

/// deliveryInfo.
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    /// dateSent; now, where it is `None`.
    pub sent: Option<String>,
    /// itemId (1.2 has room for one).
    pub items: Vec<String>,
    /// URL (2021-2).
    pub url: Option<String>,
    /// sentVia or deliveryMethod.
    pub via: Option<Code>,
    /// loanCondition (1.2 has room for one).
    pub conditions: Vec<Code>,
    /// deliveredFormat or itemFormat.
    pub format: Option<Code>,
    /// deliveryCosts: currency and amount.
    pub costs: Option<(String, String)>,
}

/// A `requestingAgencyMessage`.
#[derive(Clone, Debug)]
pub struct Requesting {
    /// The header.
    pub head: Head,
    /// The action.
    pub action: String,
    /// The note.
    pub note: Option<String>,
}

/// Puts a message into its envelope, each listed code with its list.
#[must_use]
pub fn envelope(edition: Edition, message: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ISO18626Message xmlns=\"{NAMESPACE}\" xmlns:ill=\"{NAMESPACE}\" \
         ill:version=\"{edition}\">{}</ISO18626Message>",
        crate::lists::listed(edition, message)
    )
}

/// An element with text.
#[must_use]
pub fn el(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape(text))
}

/// An element with elements, ready made.
#[must_use]
pub fn wrap(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// An element with a code.
#[must_use]
pub fn coded(name: &str, code: &Code) -> String {
    match &code.scheme {
        Some(scheme) => format!("<{name} ill:scheme=\"{}\">{}</{name}>", escape(scheme), escape(&code.value)),
        None => el(name, &code.value),
    }
}

/// An agency's id as an element.
#[must_use]
pub fn agency(name: &str, symbol: &Symbol) -> String {
    wrap(name, &(el("agencyIdType", &symbol.authority) + &el("agencyIdValue", &symbol.value)))
}

/// An amount of money as an element.
#[must_use]
pub fn costs(name: &str, (currency, amount): &(String, String)) -> String {
    wrap(name, &(el("currencyCode", currency) + &el("monetaryValue", amount)))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\r', "&#13;")
}

fn opt(name: &str, text: Option<&String>) -> String {
    text.map(|text| el(name, text)).unwrap_or_default()
}

fn opt_code(name: &str, code: Option<&Code>) -> String {
    code.map(|code| coded(name, code)).unwrap_or_default()
}

impl Head {
    fn xml(&self, edition: Edition, of_request: bool) -> String {
        let new = edition == Edition::V2021_2;
        let mut xml =
            self.supplier.as_ref().map(|symbol| agency("supplyingAgencyId", symbol)).unwrap_or_default();
        xml += &agency("requestingAgencyId", &self.requester);
        if !new {
            xml += &el("multipleItemRequestId", self.multiple.as_deref().unwrap_or_default());
        } else if of_request {
            xml += &opt("multipleItemRequestId", self.multiple.as_ref());
        }
        xml += &el("timestamp", &self.timestamp);
        xml += &el("requestingAgencyRequestId", &self.request_id);
        if !(new && of_request) {
            xml += &opt("supplyingAgencyRequestId", self.supplier_request_id.as_ref());
        }
        if let Some((account, secret)) = &self.authentication {
            let content = el("accountId", account) + &el("securityCode", secret);
            xml += &wrap("requestingAgencyAuthentication", &content);
        }
        wrap("header", &xml)
    }
}

impl Request {
    /// The whole message.
    #[must_use]
    pub fn xml(&self, edition: Edition) -> String {
        let new = edition == Edition::V2021_2;
        let mut bibliographic = opt("supplierUniqueRecordId", self.record.as_ref());
        bibliographic += &el("title", &self.title);
        bibliographic += &self.bibliographic;
        for volume in &self.volumes {
            bibliographic += &el("volume", volume);
        }
        for (code, id) in &self.item_ids {
            let code = coded("bibliographicItemIdentifierCode", code);
            let id = el("bibliographicItemIdentifier", id);
            bibliographic += &wrap("bibliographicItemId", &if new { code + &id } else { id + &code });
        }
        for (code, id) in &self.record_ids {
            let code = coded("bibliographicRecordIdentifierCode", code);
            bibliographic +=
                &wrap("bibliographicRecordId", &(code + &el("bibliographicRecordIdentifier", id)));
        }
        let mut service = opt("requestType", self.kind.as_ref());
        service += &opt("requestingAgencyPreviousRequestId", self.previous.as_ref());
        service += &el("serviceType", &self.service);
        service += &opt_code("serviceLevel", self.level.as_ref());
        service += &opt_code(if new { "itemFormat" } else { "preferredFormat" }, self.format.as_ref());
        service += &opt("needBeforeDate", self.need_before.as_ref());
        service += &opt("anyEdition", self.any_edition.as_ref());
        if new {
            service += &opt("preferredEdition", self.preferred_edition.as_ref());
            service += &self.conditions.iter().map(|code| coded("loanCondition", code)).collect::<String>();
        }
        service += &opt("note", self.note.as_ref());
        let mut suppliers = String::new();
        for (place, symbol) in self.suppliers.iter().enumerate() {
            let content = el("sortOrder", &(place + 1).to_string()) + &agency("supplierCode", symbol);
            suppliers += &wrap("supplierInfo", &content);
        }
        let content = self.head.xml(edition, true)
            + &wrap("bibliographicInfo", &bibliographic)
            + &self.publication
            + &wrap("serviceInfo", &service)
            + &suppliers
            + &self.rest;
        envelope(edition, &wrap("request", &content))
    }
}

impl Supplying {
    /// The whole message. `now` is written where a time is left open.
    #[must_use]
    pub fn xml(&self, edition: Edition, now: &str) -> String {
        let new = edition == Edition::V2021_2;
        let say = &self.say;
        let offered = say.offered.as_ref().map(|money| costs("offeredCosts", money)).unwrap_or_default();
        let terms = offered + &opt("retryBefore", say.retry_before.as_ref());
        let mut info = el("reasonForMessage", say.reason.as_deref().unwrap_or("StatusChange"));
        info += &opt("answerYesNo", say.answer.as_ref());
        info += &opt("note", say.note.as_ref());
        info += &opt_code("reasonUnfilled", say.reason_unfilled.as_ref());
        info += &opt_code("reasonRetry", say.reason_retry.as_ref());
        let mut retry = String::new();
        if !terms.is_empty() {
            if new {
                retry = wrap("retryInfo", &terms);
            } else {
                info += &terms;
            }
        }
        let mut status = el("status", &say.status);
        status += &opt("expectedDeliveryDate", say.expected.as_ref());
        status += &opt("dueDate", say.due.as_ref());
        status += &el("lastChange", say.last_change.as_deref().unwrap_or(now));
        let delivery = say.delivery.as_ref().map(|delivery| delivery.xml(new, now)).unwrap_or_default();
        let content = self.head.xml(edition, false)
            + &wrap("messageInfo", &info)
            + &wrap("statusInfo", &status)
            + &retry
            + &delivery
            + &say.rest;
        envelope(edition, &wrap("supplyingAgencyMessage", &content))
    }
}

impl Delivery {
    fn xml(&self, new: bool, now: &str) -> String {
        let mut xml = el("dateSent", self.sent.as_deref().unwrap_or(now));
        xml += &self.items.iter().map(|item| el("itemId", item)).collect::<String>();
        if new {
            xml += &opt("URL", self.url.as_ref());
        }
        xml += &opt_code(if new { "deliveryMethod" } else { "sentVia" }, self.via.as_ref());
        xml += &self.conditions.iter().map(|code| coded("loanCondition", code)).collect::<String>();
        xml += &opt_code(if new { "itemFormat" } else { "deliveredFormat" }, self.format.as_ref());
        xml += &self.costs.as_ref().map(|money| costs("deliveryCosts", money)).unwrap_or_default();
        wrap("deliveryInfo", &xml)
    }
}

impl Requesting {
    /// The whole message.
    #[must_use]
    pub fn xml(&self, edition: Edition) -> String {
        let content =
            self.head.xml(edition, false) + &el("action", &self.action) + &opt("note", self.note.as_ref());
        envelope(edition, &wrap("requestingAgencyMessage", &content))
    }
}

/// What a confirmation says of the message it answers.
#[derive(Clone, Debug)]
pub struct Confirmed<'a> {
    /// The message's root element.
    pub message: &'a crate::tree::Element,
    /// When it came.
    pub received: &'a str,
    /// The error type and value, where it is an ERROR.
    pub error: Option<(&'a str, &'a str)>,
}

impl Confirmed<'_> {
    /// The confirmation. A message that names no request gets one without its ids.
    #[must_use]
    pub fn xml(&self, edition: Edition) -> String {
        let kind = self.message.children.first();
        let name = kind.map_or("request", |kind| kind.name.as_str());
        let header = kind.and_then(|kind| kind.child("header"));
        let text = |path: &str| header.and_then(|header| header.text_at(path));
        // What is no valid value cannot be repeated in a valid confirmation.
        let valid = |name: &str, text: &str| crate::grammar::allows(name, text, edition);
        let symbol = |name: &str| {
            let agency_id = header.and_then(|header| header.child(name));
            let symbol = agency_id.map(|id| Symbol {
                authority: id.text_at("agencyIdType").unwrap_or_default().to_owned(),
                value: id.text_at("agencyIdValue").unwrap_or_default().to_owned(),
            });
            symbol.map(|symbol| agency(name, &symbol)).unwrap_or_default()
        };
        let mut xml = symbol("supplyingAgencyId") + &symbol("requestingAgencyId");
        xml += &el(
            "timestamp",
            text("timestamp").filter(|text| valid("timestamp", text)).unwrap_or(self.received),
        );
        xml += &el("requestingAgencyRequestId", text("requestingAgencyRequestId").unwrap_or_default());
        if edition == Edition::V1_2 {
            xml +=
                &text("multipleItemRequestId").map(|id| el("multipleItemRequestId", id)).unwrap_or_default();
        }
        xml += &el("timestampReceived", self.received);
        xml += &el("messageStatus", if self.error.is_some() { "ERROR" } else { "OK" });
        let mut content = wrap("confirmationHeader", &xml);
        let echoed = match name {
            "supplyingAgencyMessage" => kind.and_then(|kind| kind.at("messageInfo/reasonForMessage")),
            "requestingAgencyMessage" => kind.and_then(|kind| kind.child("action")),
            _ => None,
        };
        let echoed = echoed.filter(|echoed| valid(&echoed.name, &echoed.text));
        content += &echoed.map(|echoed| el(&echoed.name, &echoed.text)).unwrap_or_default();
        if let Some((kind, value)) = self.error {
            content += &wrap("errorData", &(el("errorType", kind) + &el("errorValue", value)));
        }
        envelope(edition, &wrap(&format!("{name}Confirmation"), &content))
    }
}

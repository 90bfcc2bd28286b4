//! Replies: what was done, or why not, in the version that was asked in and with the quirks of the dialect.

use jiff::Timestamp;

use super::{ParsedMessage, Version, node::Node, writer::Writer};
use crate::ils::{
    circulation::{Charge, Hold, HoldIds, Item, ItemStatus, Loan, Patron, PatronKind, Standing, Wanted},
    quirk::Quirk,
    refusal::{About, Refusal, Scope},
    service::Service,
};

/// What came of a command.
#[derive(Clone, Debug)]
pub(crate) enum Done {
    /// The versions it speaks.
    Versions(Vec<Version>),
    /// A patron, with what he has and waits for.
    User { patron: Box<Patron>, loans: Vec<Loan>, holds: Vec<Hold>, owes: Vec<Charge> },
    /// An item, where it is, who has it and who waits for it.
    Item { item: Box<Item>, status: ItemStatus, loan: Option<Loan>, waiting: Vec<Hold> },
    /// A hold, placed, cancelled or looked up.
    Hold(Box<Hold>),
    /// A temporary item.
    Accepted { request: String, item: String },
    /// A loan, new, longer or shorter.
    Lent(Box<Loan>),
    /// A loan that ended.
    Back(Box<Loan>),
    /// A record that was made or removed.
    Record(String),
    /// A charge.
    Charged(Box<Charge>),
    /// A notice was taken.
    Noted,
}

/// The reply to `asked`.
pub(crate) fn reply(
    writer: &Writer<'_>,
    asked: &ParsedMessage,
    outcome: &Result<Done, Refusal>,
    now: Timestamp,
) -> Vec<u8> {
    if let (Ok(Done::Versions(versions)), _) = (outcome, ()) {
        return versions_reply(writer, asked, versions);
    }
    if let (Err(refusal), true) = (outcome, writer.has(Quirk::FailureAsItemRequested)) {
        return failure_as_item_requested(writer, asked, *refusal);
    }
    let name = format!("{}Response", asked.name);
    let mut service = Node::new(&name).with(header(writer, asked));
    service = match outcome {
        Ok(done) => service.with(data(writer, asked, done, now)),
        Err(refusal) => service.with([problem(writer, asked, *refusal)]),
    };
    writer.envelope(&service)
}

/// The reply to `asked` with a problem in an `Ext`, beside the data.
pub(crate) fn misplaced(
    writer: &Writer<'_>,
    asked: &ParsedMessage,
    outcome: &Result<Done, Refusal>,
    (refusal, now): (Refusal, Timestamp),
) -> Vec<u8> {
    let mut service = Node::new(&format!("{}Response", asked.name)).with(header(writer, asked));
    if let Ok(done) = outcome {
        service = service.with(data(writer, asked, done, now));
    }
    writer.envelope(&service.with([Node::of("Ext", [problem(writer, asked, refusal)])]))
}

/// A text in place of a reply, as Koha gives it.
pub(crate) fn text_reply(text: &str) -> Vec<u8> {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n<NCIPMessage version='{}' xmlns='{}'>\n{text}</NCIPMessage>\n",
        Version::V2.attribute(),
        super::NAMESPACE
    )
    .into_bytes()
}

fn header(writer: &Writer<'_>, asked: &ParsedMessage) -> Option<Node> {
    if writer.version == Version::V2 && writer.has(Quirk::NoResponseHeader) {
        return None;
    }
    let from = Node::of("FromAgencyId", [writer.agency(writer.agency)]);
    let to = Node::of("ToAgencyId", [writer.agency(asked.from.as_deref().unwrap_or_default())]);
    Some(Node::of("ResponseHeader", [from, to]))
}

fn failure_as_item_requested(writer: &Writer<'_>, asked: &ParsedMessage, refusal: Refusal) -> Vec<u8> {
    let from = Node::of("FromAgencyId", [writer.agency(writer.agency)]);
    let said = format!("{} could not be done: {}", asked.name, refusal.name());
    let to = Node::of("ToAgencyId", [writer.agency(&said)]);
    writer.envelope(&Node::of("ItemRequestedResponse", [Node::of("ResponseHeader", [from, to])]))
}

fn versions_reply(writer: &Writer<'_>, asked: &ParsedMessage, versions: &[Version]) -> Vec<u8> {
    let supported = versions.iter().rev().map(|version| Node::text("VersionSupported", version.attribute()));
    if writer.has(Quirk::NoResponseHeader) {
        return writer.envelope(&Node::of("LookupVersionResponse", supported));
    }
    let from = Node::of("FromAgencyId", [writer.agency(writer.agency)]);
    let to = Node::of("ToAgencyId", [writer.agency(asked.from.as_deref().unwrap_or_default())]);
    let service = Node::of("LookupVersionResponse", [from, to]).with(supported);
    let version = "http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_version.dtd";
    let root = Node::of("NCIPVersionMessage", [service]).attribute("version", version);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    root.write("", &mut out);
    out.into_bytes()
}

/// The element of a problem.
fn problem(writer: &Writer<'_>, asked: &ParsedMessage, refusal: Refusal) -> Node {
    let notice = asked.service.is_some_and(Service::is_notice);
    let (element, value) = pointed_at(writer, asked, refusal.about());
    if writer.version == Version::V2 {
        let kind = if writer.has(Quirk::FreeTextProblems) {
            Node::text("ProblemType", free_text(refusal))
        } else {
            writer.word("ProblemType", &list(asked, refusal), refusal.name())
        };
        let detail = Node::text("ProblemDetail", &format!("{} refused: {}", asked.name, refusal.name()));
        let value = (!value.is_empty()).then(|| Node::text("ProblemValue", &value));
        return Node::of("Problem", [kind, detail, Node::text("ProblemElement", element)]).with(value);
    }
    let messaging = refusal.scope() == Scope::Messaging || notice;
    let kind = if messaging { "MessagingError" } else { "ProcessingError" };
    let name = if writer.has(Quirk::FreeTextProblems) { free_text(refusal) } else { refusal.name() };
    let scheme = if messaging {
        "schemes/messagingerrortype/messagingerrortype.scm".to_owned()
    } else {
        list(asked, refusal)
    };
    let value = (!value.is_empty()).then(|| Node::text(&format!("{kind}Value"), &value));
    let at = Node::of(&format!("{kind}Element"), [Node::text("ElementName", element)]).with(value);
    let error = Node::of(kind, [writer.word(&format!("{kind}Type"), &scheme, name), at]);
    if notice { error } else { Node::of("Problem", [error]) }
}

/// The list in which the problem's name stands.
fn list(asked: &ParsedMessage, refusal: Refusal) -> String {
    match refusal.scope() {
        Scope::Service => {
            format!("schemes/processingerrortype/{}processingerror.scm", asked.name.to_ascii_lowercase())
        }
        Scope::General => "schemes/processingerrortype/generalprocessingerror.scm".to_owned(),
        Scope::Messaging => "schemes/messagingerrortype/messagingerrortype.scm".to_owned(),
    }
}

/// The words of an ILS that has its own for problems.
fn free_text(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::UnknownUser => "Unkown User",
        Refusal::UserBlocked => "User is blocked",
        Refusal::ItemNotCheckedOut => "Item is not checked out",
        Refusal::ResourceCannotBeProvided => "Item is checked out",
        Refusal::CannotAcceptItem => "Barcode is in use",
        other => other.name(),
    }
}

/// The element that a problem points at, and the value it complains of. Never a PIN.
fn pointed_at(writer: &Writer<'_>, asked: &ParsedMessage, about: About) -> (&'static str, String) {
    let value = |value: Option<String>| value.unwrap_or_default();
    match about {
        About::User => ("UserIdentifierValue", value(asked.user())),
        About::Item => ("ItemIdentifierValue", value(asked.item().or_else(|| asked.record()))),
        About::Request => ("RequestIdentifierValue", value(asked.request())),
        About::Agency => ("FromAgencyId", value(asked.from.clone())),
        About::Pin => ("AuthenticationInput", String::new()),
        About::Profile => ("ApplicationProfileType", value(asked.profile.clone())),
        About::Kind => ("RequestType", value(asked.word("RequestType"))),
        About::Service => ("NCIPMessage", asked.name.clone()),
        About::Message => ("NCIPMessage", writer.version.attribute().to_owned()),
    }
}

fn data(writer: &Writer<'_>, asked: &ParsedMessage, done: &Done, now: Timestamp) -> Vec<Node> {
    match done {
        Done::Versions(_) | Done::Noted => Vec::new(),
        Done::User { patron, loans, holds, owes } => user(writer, asked, patron, (loans, holds, owes), now),
        Done::Item { item, status, loan, waiting } => {
            looked_up(writer, asked, item, *status, (loan.as_ref(), waiting))
        }
        Done::Hold(hold) => held(writer, asked, hold),
        Done::Accepted { item, .. }
            if writer.version == Version::V1 && writer.has(Quirk::BarcodeAsRequestId) =>
        {
            vec![writer.request_id(item)]
        }
        Done::Accepted { request, item } => vec![writer.request_id(request), writer.item_id(item)],
        Done::Lent(loan) => {
            let mut nodes = vec![writer.item_id(&loan.item), writer.user_id(&loan.patron)];
            if asked.service != Some(Service::CancelRecallItem) {
                nodes.push(writer.date("DateDue", loan.due));
            }
            if matches!(asked.service, Some(Service::CheckOutItem | Service::RenewItem)) {
                nodes.push(Node::text("RenewalCount", &loan.renewals.to_string()));
            }
            nodes
        }
        Done::Back(loan) => {
            let mut nodes = twice_named(writer, &loan.item);
            if !(writer.has(Quirk::V1NamesInV2) && writer.version == Version::V2) {
                nodes.push(writer.user_id(&loan.patron));
            }
            nodes
        }
        Done::Record(barcode)
            if asked.service == Some(Service::DeleteItem) && writer.has(Quirk::V1NamesInV2) =>
        {
            vec![Node::of("UniqueItemId", [Node::text("ItemIdentifierValue", barcode)])]
        }
        Done::Record(barcode) => vec![writer.item_id(barcode)],
        Done::Charged(charge) => {
            let reference = Node::of(
                "FiscalTransactionReferenceId",
                [
                    writer.own_agency(),
                    Node::text("FiscalTransactionIdentifierValue", &charge.number.to_string()),
                ],
            );
            vec![writer.user_id(&charge.patron), reference]
        }
    }
}

/// The item's id; where the dialect is confused about versions, in both forms.
fn twice_named(writer: &Writer<'_>, barcode: &str) -> Vec<Node> {
    if writer.has(Quirk::V1NamesInV2) && writer.version == Version::V2 {
        let bare = || [Node::text("ItemIdentifierValue", barcode)];
        return vec![Node::of("UniqueItemId", bare()), Node::of("ItemId", bare())];
    }
    vec![writer.item_id(barcode)]
}

fn held(writer: &Writer<'_>, asked: &ParsedMessage, hold: &Hold) -> Vec<Node> {
    let ids = if writer.has(Quirk::OwnHoldIds) { HoldIds::Own } else { HoldIds::Echoed };
    let request = writer.request_id(&hold.id(ids));
    if writer.has(Quirk::OwnHoldIds) && writer.version == Version::V2 {
        return vec![request];
    }
    let mut nodes = vec![request];
    nodes.extend(hold.item.as_ref().map(|item| writer.item_id(item)));
    nodes.push(writer.user_id(&hold.patron));
    if asked.service == Some(Service::RequestItem) {
        let said = |name: &str, otherwise: &str| asked.word(name).unwrap_or_else(|| otherwise.to_owned());
        let kinds = "imp1/schemes/requesttype/requesttype.scm";
        nodes.push(writer.word("RequestType", kinds, &said("RequestType", "Hold")));
        let scopes = "imp1/schemes/requestscopetype/requestscopetype.scm";
        nodes.push(writer.word("RequestScopeType", scopes, &said("RequestScopeType", "Item")));
    }
    nodes
}

type Account<'a> = (&'a [Loan], &'a [Hold], &'a [Charge]);

fn user(
    writer: &Writer<'_>,
    asked: &ParsedMessage,
    patron: &Patron,
    account: Account<'_>,
    now: Timestamp,
) -> Vec<Node> {
    let (loans, holds, owes) = account;
    let id = if writer.has(Quirk::InternalPatronIds) { &patron.internal_id } else { &patron.barcode };
    let mut nodes = vec![writer.user_id(id)];
    if asked.has("UserFiscalAccountDesired") && !owes.is_empty() {
        nodes.push(Node::of("UserFiscalAccount", [balance(writer, owes)]));
    }
    let loaned = || loans.iter().map(|loan| loaned_item(writer, loan));
    let requested = || holds.iter().map(|hold| requested_item(writer, hold));
    let loaned: Vec<Node> = if asked.has("LoanedItemsDesired") { loaned().collect() } else { Vec::new() };
    let requested: Vec<Node> =
        if asked.has("RequestedItemsDesired") { requested().collect() } else { Vec::new() };
    match writer.version {
        Version::V2 => nodes.extend(loaned.into_iter().chain(requested)),
        Version::V1 => {
            let transaction = Node::new("UserTransaction").with(requested).with(loaned);
            nodes.extend((!transaction.is_empty()).then_some(transaction));
        }
    }
    let wanted = |kind: &str| is_wanted(writer, asked, "UserElementType", kind);
    let mut fields = Node::new("UserOptionalFields");
    if wanted("Name Information") {
        fields = fields.with([name(patron)]);
    }
    if wanted("User Privilege") {
        fields = fields.with([privilege(writer, patron, now)]);
    }
    if wanted("Block Or Trap") && patron.standing == Standing::Blocked {
        let kinds = "imp1/schemes/blockortraptype/blockortraptype.scm";
        let block = writer.word("BlockOrTrapType", kinds, "Block Check Out");
        fields = fields.with([Node::of("BlockOrTrap", [writer.agency(writer.agency), block])]);
    }
    nodes.extend((!fields.is_empty()).then_some(fields));
    nodes
}

fn is_wanted(writer: &Writer<'_>, asked: &ParsedMessage, element: &str, kind: &str) -> bool {
    !writer.has(Quirk::OnlyWhatIsAsked)
        || asked.words(element).any(|word| word.replace(' ', "").eq_ignore_ascii_case(&kind.replace(' ', "")))
}

fn name(patron: &Patron) -> Node {
    if patron.kind == PatronKind::Library {
        let unstructured = Node::text("UnstructuredPersonalUserName", &patron.surname);
        return Node::of("NameInformation", [Node::of("PersonalNameInformation", [unstructured])]);
    }
    let given = patron.given_name.as_deref().map(|given| Node::text("GivenName", given));
    let structured =
        Node::new("StructuredPersonalUserName").with(given).with([Node::text("Surname", &patron.surname)]);
    Node::of("NameInformation", [Node::of("PersonalNameInformation", [structured])])
}

fn privilege(writer: &Writer<'_>, patron: &Patron, now: Timestamp) -> Node {
    let kinds = "imp1/schemes/agencyuserprivilegetype/agencyuserprivilegetype.scm";
    let statuses = "imp1/schemes/userprivilegestatustype/userprivilegestatustype.scm";
    let word = if patron.standing == Standing::Blocked {
        "Blocked"
    } else if patron.has_expired(now) {
        "Expired"
    } else if writer.has(Quirk::FreeTextProblems) {
        "Ok"
    } else {
        "Active"
    };
    let expires = patron.expires.map(|expires| match writer.has(Quirk::DateOnlyValidTo) {
        true => Node::text("ValidToDate", &expires.strftime("%Y-%m-%d").to_string()),
        false => writer.date("ValidToDate", expires),
    });
    Node::of(
        "UserPrivilege",
        [writer.agency(writer.agency), writer.word("AgencyUserPrivilegeType", kinds, "STATUS")],
    )
    .with(expires)
    .with([Node::of("UserPrivilegeStatus", [writer.word("UserPrivilegeStatusType", statuses, word)])])
}

fn balance(writer: &Writer<'_>, owes: &[Charge]) -> Node {
    let minor = |charge: &Charge| {
        let (whole, part) = charge.amount.split_once('.').unwrap_or((&charge.amount, "0"));
        whole.parse::<i64>().unwrap_or(0) * 100 + format!("{part:0<2}")[..2].parse::<i64>().unwrap_or(0)
    };
    let sum: i64 = owes.iter().map(minor).sum();
    let currency = owes.first().map(|charge| charge.currency.as_str()).unwrap_or_default();
    let codes = "http://www.bsi-global.com/Technical+Information/Publications/_Publications/tig90x.doc";
    Node::of(
        "AccountBalance",
        [writer.word("CurrencyCode", codes, currency), Node::text("MonetaryValue", &sum.to_string())],
    )
}

fn loaned_item(writer: &Writer<'_>, loan: &Loan) -> Node {
    let level = Node::text("ReminderLevel", "0");
    let nodes = Node::of("LoanedItem", [writer.item_id(&loan.item), level, writer.date("DateDue", loan.due)]);
    if writer.version == Version::V2 {
        return nodes;
    }
    let codes = "http://www.bsi-global.com/Technical+Information/Publications/_Publications/tig90x.doc";
    let amount = [writer.word("CurrencyCode", codes, "USD"), Node::text("MonetaryValue", "0")];
    nodes.with([Node::of("Amount", amount)])
}

fn requested_item(writer: &Writer<'_>, hold: &Hold) -> Node {
    let ids = if writer.has(Quirk::OwnHoldIds) { HoldIds::Own } else { HoldIds::Echoed };
    let status = match hold.state {
        crate::ils::circulation::HoldState::Waiting => "In Process",
        crate::ils::circulation::HoldState::OnShelf => "Available For Pickup",
    };
    let record = match &hold.wanted {
        Wanted::Title(record) if writer.version == Version::V2 => Some(record_id(writer, record)),
        Wanted::Title(_) | Wanted::Item(_) => None,
    };
    Node::of("RequestedItem", [writer.request_id(&hold.id(ids))])
        .with(hold.item.as_ref().map(|item| writer.item_id(item)))
        .with(record)
        .with([
            writer.word("RequestType", "imp1/schemes/requesttype/requesttype.scm", "Hold"),
            writer.word("RequestStatusType", "imp1/schemes/requeststatustype/requeststatustype.scm", status),
            writer.date("DatePlaced", hold.placed),
        ])
}

fn record_id(writer: &Writer<'_>, record: &str) -> Node {
    let id = Node::text("BibliographicRecordIdentifier", record);
    let agency = writer.agency(writer.agency);
    Node::of("BibliographicId", [Node::of("BibliographicRecordId", [id, agency])])
}

type Transactions<'a> = (Option<&'a Loan>, &'a [Hold]);

fn looked_up(
    writer: &Writer<'_>,
    asked: &ParsedMessage,
    item: &Item,
    status: ItemStatus,
    (loan, waiting): Transactions<'_>,
) -> Vec<Node> {
    let mut nodes = vec![writer.item_id(&item.barcode)];
    let confused = writer.has(Quirk::ItemFieldsUnderUser) && writer.version == Version::V2;
    if !confused {
        let recalled = loan.and_then(|loan| loan.recalled);
        nodes.extend(recalled.map(|recalled| writer.date("DateRecalled", recalled.at)));
        let mut transaction = Node::new("ItemTransaction");
        if let (true, Some(loan)) = (asked.has("CurrentBorrowerDesired"), loan) {
            transaction = transaction.with([Node::of("CurrentBorrower", [writer.user_id(&loan.patron)])]);
        }
        if asked.has("CurrentRequestersDesired") {
            let requester = |hold: &Hold| Node::of("CurrentRequester", [writer.user_id(&hold.patron)]);
            transaction = transaction.with(waiting.iter().map(requester));
        }
        nodes.extend((!transaction.is_empty()).then_some(transaction));
    }
    let wanted = |kind: &str| is_wanted(writer, asked, "ItemElementType", kind);
    let mut fields = Node::new(if confused { "UserOptionalFields" } else { "ItemOptionalFields" });
    if wanted("Bibliographic Description") {
        let author = item.author.as_ref().map(|author| Node::text("Author", author));
        let described =
            Node::new("BibliographicDescription").with(author).with([Node::text("Title", &item.title)]);
        fields = fields.with([described]);
    }
    if wanted("Circulation Status") {
        let statuses = "imp1/schemes/circulationstatus/circulationstatus.scm";
        fields = fields.with([writer.word("CirculationStatus", statuses, status.name())]);
    }
    if wanted("Hold Queue Length") {
        fields = fields.with([Node::text("HoldQueueLength", &waiting.len().to_string())]);
    }
    if wanted("Item Description")
        && let Some(call_number) = &item.call_number
    {
        let call_number = Node::text("CallNumber", call_number);
        fields =
            fields.with([if confused { call_number } else { Node::of("ItemDescription", [call_number]) }]);
    }
    if wanted("Location") && !confused {
        fields = fields.with([location(writer, &item.location)]);
    }
    if let (Version::V2, Some(loan), true) = (writer.version, loan, wanted("Circulation Status")) {
        fields = fields.with([writer.date("DateDue", loan.due)]);
    }
    nodes.extend((!fields.is_empty()).then_some(fields));
    nodes
}

fn location(writer: &Writer<'_>, place: &str) -> Node {
    let kinds = "imp1/schemes/locationtype/locationtype.scm";
    let instance = Node::of(
        "LocationNameInstance",
        [Node::text("LocationNameLevel", "1"), Node::text("LocationNameValue", place)],
    );
    Node::of(
        "Location",
        [writer.word("LocationType", kinds, "Permanent Location"), Node::of("LocationName", [instance])],
    )
}

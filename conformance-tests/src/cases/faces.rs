//! What a broker shows of each side to the other: symbols, ids, addresses, patrons, secrets; and what becomes of values between editions.

use crate::case::{CaseEnd, Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::edition::Edition;
use crate::leg::{loaned, renew_response, retry_possible, status, unfilled, will_supply};
use crate::mailbox::Arrival;
use crate::wire::{Code, Delivery, Say, el, wrap};

const BROKER: &[Role] = &[Role::Broker];
const OLD: &[Edition] = &[Edition::V1_2];
const NEW: &[Edition] = &[Edition::V2021_2];
const FACE: Source = Source::Practice(
    "brokers stand in the headers themselves (opaque), or leave the real symbols there (transparent)",
);
const BRIDGE: Source =
    Source::Practice("what one edition has no element for goes to its nearest home, or to the note");

/// The symbols in a header are these.
fn header_names(arrival: &Arrival, supplier: &str, requester: &str) -> Result<(), CaseEnd> {
    same(
        "supplyingAgencyId",
        arrival.text("header/supplyingAgencyId/agencyIdValue"),
        supplier,
        &arrival.bytes,
    )?;
    same(
        "requestingAgencyId",
        arrival.text("header/requestingAgencyId/agencyIdValue"),
        requester,
        &arrival.bytes,
    )
}

/// The value occurs somewhere in the message.
fn somewhere(arrival: &Arrival, value: &str) -> Result<(), CaseEnd> {
    if arrival.message.mentions(value) {
        return Ok(());
    }
    Err(CaseEnd::fail(format!("{value:?} somewhere in the message"), "it is nowhere", &arrival.bytes))
}

cases! { "Faces and editions";

F01 "An opaque broker names itself in the headers of both sides" {
    roles: BROKER, source: FACE,
    sends: "a loan between an opaque requester and an opaque supplier",
    expects: "the broker's symbol as the requester downstream, and as the supplier upstream",
    why: "each side answers to the broker",
} |s| {
    let [supplier] = s.suppliers()?;
    let broker = s.subject_symbol().value;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    header_names(&leg.asked, &s.symbol(supplier).value, &broker)?;
    leg.say(will_supply()).await?;
    let arrival = loan.hears("WillSupply").await?;
    header_names(&arrival, &broker, &s.symbol(loan.requester).value)?;
}

F02 "A transparent broker leaves the real symbols in the headers" {
    roles: BROKER, source: FACE,
    sends: "a loan between a transparent requester and a transparent supplier",
    expects: "the requester's symbol downstream, the supplier's symbol upstream",
    why: "each side knows the other",
} |s| {
    let supplier = s.transparent_supplier()?;
    let loan = s.order(&[supplier])?.by(s.transparent_requester()?).send().await?;
    let leg = loan.asked(supplier).await?;
    let (lender, borrower) = (s.symbol(supplier).value, s.symbol(loan.requester).value);
    header_names(&leg.asked, &lender, &borrower)?;
    leg.say(will_supply()).await?;
    let arrival = loan.hears("WillSupply").await?;
    header_names(&arrival, &lender, &borrower)?;
}

F03 "Ids that the broker makes are short and plain" {
    roles: BROKER, source: Source::Practice("some systems cut ids at 32 characters"),
    sends: "a request",
    expects: "a request id downstream of at most 32 letters, digits and hyphens",
    why: "a cut id is a lost answer",
} |s| {
    let [supplier] = s.suppliers()?;
    let leg = s.borrow(&[supplier]).await?.asked(supplier).await?;
    let plain = leg.id().chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    if leg.id().len() > 32 || leg.id().is_empty() {
        return Err(CaseEnd::fail("an id of 1 to 32 characters", leg.id(), &leg.asked.bytes));
    }
    if !plain {
        s.note(format!("ids have other characters than letters, digits and hyphens: {}", leg.id()));
    }
}

F04 "The supplier's own id is named in every later message to it" {
    roles: BROKER, source: Source::Standard("supplyingAgencyRequestId"),
    sends: "WillSupply with the supplier's id; then a Notification and a Cancel by the requester",
    expects: "the supplier's id in both",
    why: "the supplier finds its request by it",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    for action in ["Notification", "Cancel"] {
        loan.does(action).await?;
        let arrival = leg.gets(action).await?;
        same("supplyingAgencyRequestId", arrival.text("header/supplyingAgencyRequestId"), leg.own_id(), &arrival.bytes)?;
    }
}

F05 "The broker's own id upstream stays the same" {
    roles: BROKER, source: Source::Standard("supplyingAgencyRequestId"),
    sends: "a rota of two suppliers, then a loan",
    expects: "one supplyingAgencyRequestId in all messages to the requester, or none",
    why: "to the requester it is one request",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(unfilled("NotHeld")).await?;
    let leg = loan.asked(second).await?;
    leg.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
    let mut ids: Vec<String> =
        loan.heard().iter().map(|arrival| arrival.text("header/supplyingAgencyRequestId").to_owned()).collect();
    ids.retain(|id| !id.is_empty());
    ids.sort();
    ids.dedup();
    if ids.len() > 1 {
        return Err(CaseEnd::fail("one id", ids.join(", "), b""));
    }
}

F06 "Behind an opaque broker the supplier learns who wants the item, and where to send it" {
    roles: BROKER, source: FACE,
    sends: "a request with requestingAgencyInfo and requestedDeliveryInfo",
    expects: "both at the supplier",
    why: "somebody packs a parcel",
} |s| {
    let [supplier] = s.suppliers()?;
    let address = wrap("address", &wrap("physicalAddress", &(el("line1", "Gate 4") + &el("locality", "Oldtown"))));
    let rest = wrap("requestedDeliveryInfo", &(el("sortOrder", "1") + &address))
        + &wrap("requestingAgencyInfo", &el("name", "Oldtown Library"));
    let order = s.order(&[supplier])?.with(|request| request.rest = rest);
    let leg = order.send().await?.asked(supplier).await?;
    same("requestingAgencyInfo/name", leg.asked.text("requestingAgencyInfo/name"), "Oldtown Library", &leg.asked.bytes)?;
    somewhere(&leg.asked, "Gate 4")?;
}

F07 "The patron's name stays with the requester" {
    roles: BROKER, source: Source::Practice("privacy: a supplier lends to a library"),
    sends: "a request with patronInfo",
    expects: "no surname and no patron id at the supplier; passing them on is noted",
    why: "what is not sent cannot leak",
} |s| {
    let [supplier] = s.suppliers()?;
    let patron = wrap("patronInfo", &(el("patronId", "P-90210-X") + &el("surname", "Featherstonehaugh")));
    let leg = s.order(&[supplier])?.with(|request| request.rest = patron).send().await?.asked(supplier).await?;
    for value in ["P-90210-X", "Featherstonehaugh"] {
        if leg.asked.message.mentions(value) {
            s.note("patronInfo is passed on to suppliers");
        }
    }
}

F09 "The requester's password is not passed on" {
    roles: BROKER, source: Source::Standard("requestingAgencyAuthentication proves the requester to the receiver of the message"),
    sends: "a request with accountId and securityCode",
    expects: "neither at the supplier",
    why: "it is a secret between two",
} |s| {
    let [supplier] = s.suppliers()?;
    let secret = Some(("account-1".to_owned(), "s3cr3t-code".to_owned()));
    let order = s.order(&[supplier])?.with(|request| request.head.authentication = secret);
    let answer = order.attempt().await?;
    if !answer.is_ok() {
        answer.refused("unknown credentials")?;
        s.note("credentials that it does not know are refused");
        return Ok(());
    }
    let leg = order.sent(answer).asked(supplier).await?;
    if leg.asked.message.mentions("s3cr3t-code") {
        return Err(CaseEnd::fail("no securityCode", "it is there", &leg.asked.bytes));
    }
}

F10 "The id that several items share reaches the supplier and is confirmed" {
    roles: BROKER, editions: OLD, source: Source::Standard("1.2: multipleItemRequestId, in the header and in the confirmation"),
    sends: "a request with a multipleItemRequestId",
    expects: "the same at the supplier and in the confirmation",
    why: "it holds the parts of a set together",
} |s| {
    let [supplier] = s.suppliers()?;
    let order = s.order(&[supplier])?.with(|request| request.head.multiple = Some("set-12".to_owned()));
    let loan = order.send().await?;
    let got = loan.confirmation.text("confirmationHeader/multipleItemRequestId").to_owned();
    if got != "set-12" {
        s.note("the confirmation does not repeat multipleItemRequestId");
    }
    let leg = loan.asked(supplier).await?;
    same("multipleItemRequestId", leg.asked.text("header/multipleItemRequestId"), "set-12", &leg.asked.bytes)?;
}

X01 "A loan runs between a requester and a supplier of different editions" {
    roles: BROKER, source: BRIDGE,
    sends: "a whole loan, with a renewal, to a supplier of the other edition",
    expects: "each message at the other side, in its own edition",
    why: "nobody upgrades on the same day",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    loan.does("Received").await?;
    leg.gets("Received").await?;
    loan.does("Renew").await?;
    leg.gets("Renew").await?;
    leg.say(renew_response("Y", "Loaned", Some(s.in_days(50)))).await?;
    loan.answered_with("RenewResponse", "Y").await?;
    loan.does("ShippedReturn").await?;
    leg.gets("ShippedReturn").await?;
    leg.say(status("LoanCompleted")).await?;
    loan.hears("LoanCompleted").await?;
}

X03 "A rota goes through suppliers of both editions" {
    roles: BROKER, source: BRIDGE,
    sends: "a request that names a supplier of each edition; the first says Unfilled",
    expects: "a request to the second, in its edition, and its WillSupply at the requester",
    why: "a consortium is mixed",
} |s| {
    let ([first], [second]) = (s.suppliers()?, s.other_suppliers()?);
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(unfilled("NotHeld")).await?;
    loan.asked(second).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}

X04 "A retry's costs and dates are where the requester's edition has them" {
    roles: BROKER, source: Source::Standard("1.2: messageInfo; 2021-2: retryInfo"),
    sends: "RetryPossible with costs and retryBefore, by a supplier of the other edition",
    expects: "both at the requester, in the place of its edition",
    why: "they moved between the editions",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let mut say = retry_possible("CostExceedsMaxCost");
    say.offered = Some(("EUR".to_owned(), "31.20".to_owned()));
    say.retry_before = Some("2099-01-31T12:00:00Z".to_owned());
    loan.asked(supplier).await?.say(say).await?;
    let arrival = loan.hears("RetryPossible").await?;
    let home = if s.edition() == Edition::V1_2 { "messageInfo" } else { "retryInfo" };
    same("the costs", arrival.text(&format!("{home}/offeredCosts/monetaryValue")), "31.20", &arrival.bytes)?;
    same("the date", arrival.text(&format!("{home}/retryBefore")), "2099-01-31T12:00:00Z", &arrival.bytes)?;
}

X05 "Several items reach a 2017 requester all the same" {
    roles: BROKER, editions: OLD, source: BRIDGE,
    sends: "Loaned with two item ids, by a 2021 supplier",
    expects: "both somewhere in the message",
    why: "1.2 has room for one, and a note for the other",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let delivery = Delivery { items: vec!["vol-1a".to_owned(), "vol-2b".to_owned()], ..Delivery::default() };
    loan.asked(supplier).await?.say(Say { delivery: Some(delivery), ..status("Loaned") }).await?;
    let arrival = loan.hears("Loaned").await?;
    somewhere(&arrival, "vol-1a")?;
    somewhere(&arrival, "vol-2b")?;
}

X06 "Lost reaches a 2017 supplier as a Notification" {
    roles: BROKER, editions: NEW, source: BRIDGE,
    sends: "Lost, by a 2021 requester, to a 2017 supplier",
    expects: "a Notification whose note says Lost",
    why: "1.2 has no such action",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    loan.does("Lost").await?;
    somewhere(&leg.gets("Notification").await?, "Lost")?;
}

X07 "HoldReturn reaches a 2017 requester as a Notification" {
    roles: BROKER, editions: OLD, source: BRIDGE,
    sends: "HoldReturn, by a 2021 supplier, to a 2017 requester",
    expects: "a Notification whose note says HoldReturn, with a status that 1.2 has",
    why: "1.2 has no such status",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    leg.say(status("HoldReturn")).await?;
    let fits = |arrival: &Arrival| arrival.text("messageInfo/note").contains("HoldReturn");
    let arrival = loan.gets("a note that says HoldReturn", fits).await?;
    same("its reason", arrival.reason(), "Notification", &arrival.bytes)?;
}

X08 "Whether any edition will do is carried between the editions" {
    roles: BROKER, source: Source::Standard("1.2: anyEdition; 2021-2: preferredEdition"),
    sends: "a request for any edition, to a supplier of the other edition",
    expects: "the same wish in the supplier's words",
    why: "the wrong edition comes, otherwise",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let old = s.edition() == Edition::V1_2;
    let order = s.order(&[supplier])?.with(|request| {
        if old {
            request.any_edition = Some("Y".to_owned());
        } else {
            request.preferred_edition = Some("AnyEdition".to_owned());
        }
    });
    let leg = order.send().await?.asked(supplier).await?;
    let (any, preferred) = (leg.asked.text("serviceInfo/anyEdition"), leg.asked.text("serviceInfo/preferredEdition"));
    if any != "Y" && preferred != "AnyEdition" {
        return Err(CaseEnd::fail("anyEdition Y or preferredEdition AnyEdition", format!("{any:?}, {preferred:?}"), &leg.asked.bytes));
    }
}

X09 "Several volumes reach a 2017 supplier" {
    roles: BROKER, editions: NEW, source: BRIDGE,
    sends: "a request for volumes 3 and 5, to a 2017 supplier",
    expects: "both somewhere in the request",
    why: "1.2 has room for one",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let volumes = vec!["v-three".to_owned(), "v-five".to_owned()];
    let leg = s.order(&[supplier])?.with(|request| request.volumes = volumes).send().await?.asked(supplier).await?;
    somewhere(&leg.asked, "v-three")?;
    somewhere(&leg.asked, "v-five")?;
}

X10 "A condition that the requester names reaches a 2017 supplier" {
    roles: BROKER, editions: NEW, source: BRIDGE,
    sends: "a request with loanCondition SpecCollSupervReq, to a 2017 supplier",
    expects: "it somewhere in the request",
    why: "1.2 has no element for it but the note",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let conditions = vec![Code::from("SpecCollSupervReq")];
    let leg = s.order(&[supplier])?.with(|request| request.conditions = conditions).send().await?.asked(supplier).await?;
    somewhere(&leg.asked, "SpecCollSupervReq")?;
}

X12 "A copy's address on the web reaches a requester of the other edition" {
    roles: BROKER, source: BRIDGE,
    sends: "CopyCompleted with a URL, by a supplier of the other edition",
    expects: "the URL somewhere in the message",
    why: "without it there is no copy",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let url = "https://copies.example.org/doc/77";
    let loan = s.order(&[supplier])?.with(|request| request.service = "Copy".to_owned()).send().await?;
    let leg = loan.asked(supplier).await?;
    let mut delivery = Delivery { via: Some("URL".into()), ..Delivery::default() };
    if leg.edition() == Edition::V2021_2 {
        delivery.url = Some(url.to_owned());
    } else {
        delivery.items = vec![url.to_owned()];
    }
    leg.say(Say { delivery: Some(delivery), ..status("CopyCompleted") }).await?;
    somewhere(&loan.hears("CopyCompleted").await?, url)?;
}

X13 "A parcel's tracking id reaches a 2017 requester" {
    roles: BROKER, editions: OLD, source: BRIDGE,
    sends: "Loaned with shippingInfo, by a 2021 supplier",
    expects: "the tracking id somewhere in the message; losing it is noted",
    why: "1.2 has no element for it but the note",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let mut say = loaned(s.in_days(28));
    say.rest = wrap("shippingInfo", &(el("courierName", "DHL") + &el("trackingId", "JD0001234")));
    loan.asked(supplier).await?.say(say).await?;
    let arrival = loan.hears("Loaned").await?;
    if !arrival.message.mentions("JD0001234") {
        s.note("a tracking id is lost on the way to a 2017 requester");
    }
}

X14 "A format is carried between the editions" {
    roles: BROKER, source: Source::Standard("1.2: preferredFormat; 2021-2: itemFormat"),
    sends: "a request for the format PDF, to a supplier of the other edition",
    expects: "PDF at the supplier, under its edition's name",
    why: "the element was renamed",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let leg = s.order(&[supplier])?.with(|request| request.format = Some("PDF".into())).send().await?.asked(supplier).await?;
    let name = if leg.edition() == Edition::V1_2 { "preferredFormat" } else { "itemFormat" };
    same(name, leg.asked.text(&format!("serviceInfo/{name}")), "PDF", &leg.asked.bytes)?;
}

X15 "A requester and a supplier of different editions cancel" {
    roles: BROKER, source: BRIDGE,
    sends: "Cancel to a supplier of the other edition, which answers Y",
    expects: "CancelResponse Y at the requester",
    why: "answers must cross the bridge too",
} |s| {
    let [supplier] = s.other_suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("Cancel").await?;
    leg.gets("Cancel").await?;
    leg.say(crate::leg::cancel_response("Y", "Cancelled")).await?;
    loan.answered_with("CancelResponse", "Y").await?;
}
}

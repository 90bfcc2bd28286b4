//! The life of a loan or a copy, through a broker: what each side says must reach the other.

use crate::case::{CaseEnd, Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::edition::Edition;
use crate::leg::{loaned, renew_response, status, will_supply};
use crate::mailbox::{Arrival, Reply};
use crate::script::Script;
use crate::wire::{Code, Delivery, Say, el, wrap};

const BROKER: &[Role] = &[Role::Broker];
const NEW: &[Edition] = &[Edition::V2021_2];
const RELAY: Source = Source::Practice("what one party says, the other must hear");

/// A note must hold this.
fn notes(arrival: &Arrival, path: &str, wanted: &str) -> Result<(), CaseEnd> {
    if arrival.text(path).contains(wanted) {
        return Ok(());
    }
    Err(CaseEnd::fail(format!("a note with {wanted:?}"), format!("{:?}", arrival.text(path)), &arrival.bytes))
}

/// An action of the requester reaches the supplier.
async fn passes_on(s: &Script, action: &str) -> Result<(), CaseEnd> {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    loan.does(action).await?;
    leg.gets(action).await?;
    Ok(())
}

/// A status of the supplier reaches the requester of a loan that is out.
async fn passes_back(s: &Script, word: &str) -> Result<Arrival, CaseEnd> {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    leg.say(status(word)).await?;
    loan.hears(word).await
}

/// The same moment, however it is written.
fn moment(text: &str) -> String {
    text.parse::<jiff::Timestamp>().map_or_else(|_| text.to_owned(), |moment| moment.to_string())
}

cases! { "Loans";

L01 "A loan runs from the request to LoanCompleted" {
    roles: BROKER, source: Source::UseCase("the ordinary loan"),
    sends: "request, WillSupply, Loaned, Received, ShippedReturn, LoanCompleted",
    expects: "each to the other side",
    why: "this is what it is all for",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    loan.does("Received").await?;
    leg.gets("Received").await?;
    loan.does("ShippedReturn").await?;
    leg.gets("ShippedReturn").await?;
    leg.say(status("LoanCompleted")).await?;
    loan.hears("LoanCompleted").await?;
    for word in ["WillSupply", "Loaned", "LoanCompleted"] {
        s.fact("statuses relayed", word);
    }
}

L02 "A copy runs from the request to CopyCompleted" {
    roles: BROKER, source: Source::UseCase("the ordinary copy"),
    sends: "a Copy request, WillSupply, CopyCompleted",
    expects: "each to the requester",
    why: "half of all requests are for copies",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.order(&[supplier])?.with(|request| request.service = "Copy".to_owned()).send().await?;
    let leg = loan.asked(supplier).await?;
    leg.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    leg.say(status("CopyCompleted")).await?;
    loan.hears("CopyCompleted").await?;
    s.fact("statuses relayed", "CopyCompleted");
}

L03 "A copy's address on the web reaches the requester" {
    roles: BROKER, source: Source::Standard("2021-2: deliveryInfo/URL; 1.2: sentVia URL"),
    sends: "CopyCompleted with a URL",
    expects: "the URL at the requester",
    why: "without it there is no copy",
} |s| {
    let [supplier] = s.suppliers()?;
    let url = "https://copies.example.org/get?id=1&key=2";
    let loan = s.order(&[supplier])?.with(|request| request.service = "Copy".to_owned()).send().await?;
    let leg = loan.asked(supplier).await?;
    let mut delivery = Delivery { via: Some("URL".into()), ..Delivery::default() };
    if s.edition() == Edition::V2021_2 {
        delivery.url = Some(url.to_owned());
    } else {
        delivery.items = vec![url.to_owned()];
    }
    leg.say(Say { delivery: Some(delivery), ..status("CopyCompleted") }).await?;
    let arrival = loan.hears("CopyCompleted").await?;
    if !arrival.message.mentions(url) {
        return Err(CaseEnd::fail("the URL somewhere in the message", "it is nowhere", &arrival.bytes));
    }
}

L04 "Overdue reaches the requester" {
    roles: BROKER, source: RELAY,
    sends: "Overdue after Loaned",
    expects: "Overdue",
    why: "so it can be sent back",
} |s| {
    passes_back(&s, "Overdue").await?;
    s.fact("statuses relayed", "Overdue");
}

L05 "A renewal that is granted carries its new date" {
    roles: BROKER, source: Source::UseCase("Renew is answered by RenewResponse with answerYesNo and dueDate"),
    sends: "Renew; RenewResponse Y with a new due date",
    expects: "Renew at the supplier; RenewResponse Y with that date at the requester",
    why: "the patron is told the date",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    loan.does("Renew").await?;
    leg.gets("Renew").await?;
    let due = s.in_days(56);
    leg.say(renew_response("Y", "Loaned", Some(due.clone()))).await?;
    let arrival = loan.answered_with("RenewResponse", "Y").await?;
    same("dueDate", &moment(arrival.text("statusInfo/dueDate")), &moment(&due), &arrival.bytes)?;
}

L06 "A renewal that is not granted says so" {
    roles: BROKER, source: Source::UseCase("Renew is answered by RenewResponse with answerYesNo"),
    sends: "Renew; RenewResponse N",
    expects: "RenewResponse N at the requester",
    why: "the patron must bring it back",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    loan.does("Renew").await?;
    leg.gets("Renew").await?;
    leg.say(renew_response("N", "Loaned", None)).await?;
    loan.answered_with("RenewResponse", "N").await?;
}

L07 "A recall reaches the requester" {
    roles: BROKER, source: RELAY,
    sends: "Recalled after Loaned",
    expects: "Recalled",
    why: "somebody else needs it",
} |s| {
    passes_back(&s, "Recalled").await?;
    s.fact("statuses relayed", "Recalled");
}

L09 "A loan that is lost ends as CompletedWithoutReturn" {
    roles: BROKER, source: Source::Standard("status list"),
    sends: "CompletedWithoutReturn after Loaned",
    expects: "the same at the requester",
    why: "both files are closed",
} |s| {
    passes_back(&s, "CompletedWithoutReturn").await?;
    s.fact("statuses relayed", "CompletedWithoutReturn");
}

L10 "The requester's Lost reaches the supplier" {
    roles: BROKER, editions: NEW, source: Source::Standard("2021-2: action Lost"),
    sends: "Lost during a loan",
    expects: "Lost at the supplier",
    why: "the supplier will send a bill",
} |s| {
    passes_on(&s, "Lost").await?;
    s.fact("actions relayed", "Lost");
}

L11 "HoldReturn and its release reach the requester" {
    roles: BROKER, editions: NEW, source: Source::Standard("2021-2: statuses HoldReturn and ReleaseHoldReturn"),
    sends: "HoldReturn, then ReleaseHoldReturn, during a loan",
    expects: "both at the requester",
    why: "the item must not be sent back meanwhile",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    for word in ["HoldReturn", "ReleaseHoldReturn"] {
        leg.say(status(word)).await?;
        loan.hears(word).await?;
        s.fact("statuses relayed", word);
    }
}

L13 "The requester's HoldReturn reaches the supplier" {
    roles: BROKER, editions: NEW, source: Source::Standard("2021-2: action HoldReturn"),
    sends: "HoldReturn during a loan",
    expects: "HoldReturn at the supplier",
    why: "it is for the supplier to know",
} |s| {
    passes_on(&s, "HoldReturn").await?;
    s.fact("actions relayed", "HoldReturn");
}

L14 "ShippedForward reaches the supplier" {
    roles: BROKER, source: Source::Standard("action list"),
    sends: "ShippedForward during a loan",
    expects: "ShippedForward at the supplier",
    why: "the supplier must know where its item is",
} |s| {
    passes_on(&s, "ShippedForward").await?;
    s.fact("actions relayed", "ShippedForward");
}

L22 "Several items arrive as several" {
    roles: BROKER, editions: NEW, source: Source::Standard("2021-2: deliveryInfo/itemId may be repeated"),
    sends: "Loaned with three item ids",
    expects: "all three at the requester",
    why: "each is received and sent back",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let items = ["vol-1", "vol-2", "vol-3"].map(str::to_owned).to_vec();
    let delivery = Delivery { items: items.clone(), ..Delivery::default() };
    loan.asked(supplier).await?.say(Say { delivery: Some(delivery), ..status("Loaned") }).await?;
    let arrival = loan.hears("Loaned").await?;
    same("the items", &arrival.message.texts_at("deliveryInfo/itemId").join(" "), &items.join(" "), &arrival.bytes)?;
}

L23 "The due date reaches the requester as the same moment" {
    roles: BROKER, source: Source::Standard("statusInfo/dueDate"),
    sends: "Loaned, due 2099-06-30T23:59:59-08:00",
    expects: "that moment at the requester",
    why: "a day too early is a quarrel",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(loaned("2099-06-30T23:59:59-08:00".to_owned())).await?;
    let arrival = loan.hears("Loaned").await?;
    same("dueDate", &moment(arrival.text("statusInfo/dueDate")), "2099-07-01T07:59:59Z", &arrival.bytes)?;
}

L24 "The costs of delivery reach the requester exactly" {
    roles: BROKER, source: Source::Standard("deliveryInfo/deliveryCosts"),
    sends: "Loaned with costs of 7.40 CHF",
    expects: "7.40 and CHF at the requester",
    why: "it will be paid",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let delivery = Delivery { costs: Some(("CHF".to_owned(), "7.40".to_owned())), ..Delivery::default() };
    loan.asked(supplier).await?.say(Say { delivery: Some(delivery), ..status("Loaned") }).await?;
    let arrival = loan.hears("Loaned").await?;
    same("the amount", arrival.text("deliveryInfo/deliveryCosts/monetaryValue"), "7.40", &arrival.bytes)?;
    same("the currency", arrival.text("deliveryInfo/deliveryCosts/currencyCode"), "CHF", &arrival.bytes)?;
}

L25 "The requester learns where to send the item back" {
    roles: BROKER, source: Source::Standard("returnInfo"),
    sends: "Loaned with returnInfo",
    expects: "the same name and address at the requester",
    why: "behind a broker it cannot know the lender otherwise",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let address = wrap("physicalAddress", &(el("line1", "Ramp 7") + &el("locality", "Harbour")));
    let mut say = loaned(s.in_days(28));
    say.rest = wrap("returnInfo", &(el("name", "Lending Desk") + &address));
    loan.asked(supplier).await?.say(say).await?;
    let arrival = loan.hears("Loaned").await?;
    same("returnInfo/name", arrival.text("returnInfo/name"), "Lending Desk", &arrival.bytes)?;
    same("its line1", arrival.text("returnInfo/physicalAddress/line1"), "Ramp 7", &arrival.bytes)?;
}

L26 "A loan condition at shipping reaches the requester" {
    roles: BROKER, source: Source::Standard("deliveryInfo/loanCondition"),
    sends: "Loaned with loanCondition LibraryUseOnly",
    expects: "the same at the requester",
    why: "the patron must not take it home",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let delivery = Delivery { conditions: vec![Code::from("LibraryUseOnly")], ..Delivery::default() };
    loan.asked(supplier).await?.say(Say { delivery: Some(delivery), ..status("Loaned") }).await?;
    let arrival = loan.hears("Loaned").await?;
    same("loanCondition", arrival.text("deliveryInfo/loanCondition"), "LibraryUseOnly", &arrival.bytes)?;
}

L28 "Notifications go both ways with their notes" {
    roles: BROKER, source: Source::Standard("Notification, as reason and as action"),
    sends: "a Notification with a note from each side, during a loan",
    expects: "each note at the other side, as a Notification",
    why: "people talk through it",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    leg.say(status("Loaned").because("Notification").noting("please wear gloves")).await?;
    let fits = |arrival: &Arrival| arrival.text("messageInfo/note").contains("please wear gloves");
    let arrival = loan.gets("the supplier's note", fits).await?;
    same("its reason", arrival.reason(), "Notification", &arrival.bytes)?;
    loan.does_with_note("Notification", "we have gloves").await?;
    notes(&leg.gets("Notification").await?, "note", "we have gloves")?;
}

L29 "A renewal that the supplier's system refuses is answered N" {
    roles: BROKER, source: Source::Practice("the requester was told OK already; it must not wait for ever"),
    sends: "Renew; the supplier confirms it with ERROR",
    expects: "RenewResponse N at the requester",
    why: "several systems know no Renew",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "requestingAgencyMessage", "Renew", 9, Reply::Refuse(200, "UnsupportedActionType", "Renew: not supported"));
    let (loan, _) = s.lent(supplier).await?;
    let answer = loan.sends(loan.action("Renew")).await?;
    if answer.is_error() {
        s.note("the supplier's refusal of Renew is relayed at once, as ERROR");
        return Ok(());
    }
    answer.ok("Renew")?;
    loan.answered_with("RenewResponse", "N").await?;
}

L31 "When the supplier's system refuses ShippedReturn, the requester is told" {
    roles: BROKER, source: Source::Practice("the requester was told OK already"),
    sends: "ShippedReturn; the supplier confirms it with ERROR",
    expects: "a Notification to the requester; an ERROR at once is noted",
    why: "somebody must look after the item",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "requestingAgencyMessage", "ShippedReturn", 9, Reply::Refuse(200, "UnrecognisedDataValue", "not in this state"));
    let (loan, leg) = s.lent(supplier).await?;
    let answer = loan.sends(loan.action("ShippedReturn")).await?;
    if answer.is_error() {
        s.note("the supplier's refusal of ShippedReturn is relayed at once, as ERROR");
        return Ok(());
    }
    answer.ok("ShippedReturn")?;
    leg.gets("ShippedReturn").await?;
    let told = |arrival: &Arrival| arrival.reason() == "Notification" && arrival.status() == "Loaned";
    loan.gets("a Notification that it was refused", told).await?;
}

L33 "The expected delivery date reaches the requester" {
    roles: BROKER, source: Source::Standard("statusInfo/expectedDeliveryDate"),
    sends: "WillSupply with expectedDeliveryDate",
    expects: "that date at the requester",
    why: "the patron asks",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let date = s.in_days(5);
    loan.asked(supplier).await?.say(Say { expected: Some(date.clone()), ..will_supply() }).await?;
    let arrival = loan.hears("WillSupply").await?;
    same("expectedDeliveryDate", &moment(arrival.text("statusInfo/expectedDeliveryDate")), &moment(&date), &arrival.bytes)?;
}

L34 "How it was sent, and as what, reaches the requester" {
    roles: BROKER, source: Source::Standard("1.2: sentVia, deliveredFormat; 2021-2: deliveryMethod, itemFormat"),
    sends: "Loaned with method, format and item id",
    expects: "the same at the requester",
    why: "it looks for a parcel, or for an e-mail",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let delivery = Delivery {
        items: vec!["item-9".to_owned()],
        via: Some("Mail".into()),
        format: Some("Printed".into()),
        ..Delivery::default()
    };
    loan.asked(supplier).await?.say(Say { delivery: Some(delivery), ..status("Loaned") }).await?;
    let arrival = loan.hears("Loaned").await?;
    let old = s.edition() == Edition::V1_2;
    let (via, format) = if old { ("sentVia", "deliveredFormat") } else { ("deliveryMethod", "itemFormat") };
    for (name, value) in [("itemId", "item-9"), (via, "Mail"), (format, "Printed")] {
        same(name, arrival.text(&format!("deliveryInfo/{name}")), value, &arrival.bytes)?;
    }
}

L37 "After Overdue and a renewal the loan goes on" {
    roles: BROKER, source: RELAY,
    sends: "Overdue, Renew, RenewResponse Y, Received, ShippedReturn, LoanCompleted",
    expects: "each at the other side",
    why: "it happens every week",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    leg.say(status("Overdue")).await?;
    loan.hears("Overdue").await?;
    loan.does("Renew").await?;
    leg.gets("Renew").await?;
    leg.say(renew_response("Y", "Loaned", Some(s.in_days(30)))).await?;
    loan.answered_with("RenewResponse", "Y").await?;
    loan.does("ShippedReturn").await?;
    leg.gets("ShippedReturn").await?;
    leg.say(status("LoanCompleted")).await?;
    loan.hears("LoanCompleted").await?;
}

L38 "Received and ShippedReturn reach the supplier in their order" {
    roles: BROKER, source: RELAY,
    sends: "Received and ShippedReturn one right after the other",
    expects: "both at the supplier, in that order",
    why: "the other order makes no sense",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    loan.does("Received").await?;
    loan.does("ShippedReturn").await?;
    let (received, returned) = (leg.gets("Received").await?, leg.gets("ShippedReturn").await?);
    if received.n > returned.n {
        return Err(CaseEnd::fail("Received before ShippedReturn", "the other way round", &returned.bytes));
    }
}
}

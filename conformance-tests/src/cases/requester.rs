//! A requester as the subject. Its staff ask when the suite moves them by the staff hook, or when people read what they are asked to do.

use serde_json::json;

use crate::case::{CaseEnd, Pace, Role, Source};
use crate::cases::lines::{LATE, UNKNOWN, sent_again};
use crate::cases::same;
use crate::catalogue::cases;
use crate::edition::Edition;
use crate::leg::{
    Leg, cancel_response, loaned, on_condition, renew_response, retry_possible, status, unfilled, will_supply,
};
use crate::mailbox::{Gate, Reply};
use crate::script::Script;
use crate::wire::{Delivery, Say};

const REQUESTER: &[Role] = &[Role::Requester];
const NEW: &[Edition] = &[Edition::V2021_2];
const TAKES: Source = Source::Standard("every message gets a confirmation");
const CROSSING: Source =
    Source::Practice("messages cross; a well-formed one about a known request is confirmed");

/// The requester's staff do this about a request.
async fn act(s: &Script, leg: &Leg, action: &str) -> Result<(), CaseEnd> {
    s.staff(
        json!({ "do": "action", "action": action, "request_id": leg.id(), "supplier": s.symbol(leg.party) }),
    )
    .await
}

/// A request that was shipped.
async fn shipped(s: &Script) -> Result<Leg, CaseEnd> {
    let leg = s.asked_by_subject("Loan").await?;
    leg.say(will_supply()).await?;
    leg.say(loaned(s.in_days(28))).await?;
    Ok(leg)
}

/// Staff do it, and the message comes.
async fn comes(s: &Script, leg: &Leg, action: &str) -> Result<(), CaseEnd> {
    act(s, leg, action).await?;
    let arrival = leg.gets(action).await?;
    let id = arrival.text("header/supplyingAgencyRequestId");
    if id != leg.own_id() {
        s.note(format!("{action} does not name the supplier's id"));
    }
    Ok(())
}

cases! { "Requester";

R01 "A cancel is sent, and its acceptance taken" {
    roles: REQUESTER, source: Source::UseCase("Cancel and CancelResponse"), pace: Pace::Alone,
    sends: "WillSupply; staff cancel; CancelResponse Y with Cancelled",
    expects: "Cancel, and OK to the answer",
    why: "plans change",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    leg.say(will_supply()).await?;
    comes(&s, &leg, "Cancel").await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
}

R02 "A cancel that is refused leaves the loan running" {
    roles: REQUESTER, source: Source::UseCase("Cancel and CancelResponse"), pace: Pace::Alone,
    sends: "Loaned; staff cancel; CancelResponse N; staff receive",
    expects: "Cancel, OK, and then Received",
    why: "the item comes all the same",
} |s| {
    let leg = shipped(&s).await?;
    act(&s, &leg, "Cancel").await?;
    if s.seek(std::time::Duration::from_secs(2), leg.party, |arrival| arrival.text("action") == "Cancel").await.is_none() {
        s.note("nothing can be cancelled after Loaned");
    } else {
        leg.say(cancel_response("N", "Loaned")).await?;
    }
    comes(&s, &leg, "Received").await?;
}

R03 "A cancel answer that contradicts itself is taken" {
    roles: REQUESTER, source: Source::Practice("a vendor's published sample says N with status Cancelled"), pace: Pace::Alone,
    sends: "staff cancel; CancelResponse N with status Cancelled",
    expects: "a confirmation",
    why: "it is out there",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    comes(&s, &leg, "Cancel").await?;
    let answer = leg.sends(&leg.message(cancel_response("N", "Cancelled"))).await?;
    if answer.is_error() {
        s.note("N with status Cancelled is refused");
    } else {
        answer.ok("the contradiction")?;
    }
}

R04 "A Notification moves no state" {
    roles: REQUESTER, source: Source::Standard("Notification informs"), pace: Pace::Alone,
    sends: "a Notification with status Unfilled, then WillSupply and Loaned; staff receive",
    expects: "OK to each, and Received",
    why: "brokers tell so what happens on the way",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    leg.say(unfilled("NotOnShelf").because("Notification").noting("the first supplier does not have it")).await?;
    leg.say(will_supply().because("RequestResponse")).await?;
    leg.say(loaned(s.in_days(28))).await?;
    comes(&s, &leg, "Received").await?;
}

R05 "A Notification with an empty status is taken" {
    roles: REQUESTER, source: Source::Practice("ReShare writes so; the schema forbids it"), pace: Pace::Alone,
    sends: "a Notification with an empty status",
    expects: "OK; ERROR is noted",
    why: "it is out there",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    let answer = leg.sends(&leg.message(status("").because("Notification").noting("a word"))).await?;
    if !answer.is_ok() {
        answer.refused("an empty status")?;
        s.note("a Notification with an empty status is refused");
    }
}

R06 "A StatusChange before any RequestResponse is taken" {
    roles: REQUESTER, source: CROSSING, pace: Pace::Alone,
    sends: "WillSupply with reason StatusChange as the first message",
    expects: "OK",
    why: "some systems often write the wrong reason",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    leg.say(will_supply().because("StatusChange")).await?;
}

R07 "A loan runs from the request to its return" {
    roles: REQUESTER, source: Source::UseCase("the ordinary loan"), pace: Pace::Alone,
    sends: "WillSupply, Loaned; staff receive and send back; LoanCompleted",
    expects: "Received, then ShippedReturn, each naming the supplier's id; OK to all",
    why: "this is what it is all for",
} |s| {
    let leg = shipped(&s).await?;
    comes(&s, &leg, "Received").await?;
    comes(&s, &leg, "ShippedReturn").await?;
    leg.say(status("LoanCompleted")).await?;
}

R08 "A copy that comes as a URL is taken" {
    roles: REQUESTER, source: Source::Standard("2021-2: deliveryInfo/URL; 1.2: sentVia URL"), pace: Pace::Alone,
    sends: "CopyCompleted with a URL",
    expects: "OK",
    why: "half of all requests are for copies",
} |s| {
    let leg = s.asked_by_subject("Copy").await?;
    same("serviceType", leg.asked.text("serviceInfo/serviceType"), "Copy", &leg.asked.bytes)?;
    let url = "https://copies.example.org/1".to_owned();
    let mut delivery = Delivery { via: Some("URL".into()), ..Delivery::default() };
    if leg.edition() == Edition::V2021_2 {
        delivery.url = Some(url);
    } else {
        delivery.items = vec![url];
    }
    leg.say(Say { delivery: Some(delivery), ..status("CopyCompleted") }).await?;
}

R10 "Unfilled is taken" {
    roles: REQUESTER, source: TAKES, pace: Pace::Alone,
    sends: "Unfilled with a reason",
    expects: "OK",
    why: "it happens most of the time",
} |s| {
    s.asked_by_subject("Loan").await?.say(unfilled("NotHeld")).await?;
}

R11 "A reason that is not in the list is taken" {
    roles: REQUESTER, source: Source::Standard("ReasonUnfilled is an open list"), pace: Pace::Alone,
    sends: "Unfilled with a private reason",
    expects: "OK; ERROR is noted",
    why: "open lists grow",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    let answer = leg.sends(&leg.message(unfilled("EatenByMice"))).await?;
    if !answer.is_ok() {
        answer.refused("a private reason")?;
        s.note("open codes that it does not know are refused");
    }
}

R12 "A renewal is asked for, and its answer taken" {
    roles: REQUESTER, source: Source::UseCase("Renew and RenewResponse"), pace: Pace::Alone,
    sends: "Overdue; staff renew; RenewResponse Y with a date",
    expects: "Renew, and OK to the answer",
    why: "the patron reads slowly",
} |s| {
    let leg = shipped(&s).await?;
    leg.say(status("Overdue")).await?;
    comes(&s, &leg, "Renew").await?;
    leg.say(renew_response("Y", "Loaned", Some(s.in_days(56)))).await?;
}

R13 "A recall is taken, and the item sent back" {
    roles: REQUESTER, source: TAKES, pace: Pace::Alone,
    sends: "Recalled; staff receive and send back",
    expects: "OK, and ShippedReturn",
    why: "somebody else needs it",
} |s| {
    let leg = shipped(&s).await?;
    comes(&s, &leg, "Received").await?;
    leg.say(status("Recalled")).await?;
    comes(&s, &leg, "ShippedReturn").await?;
}

R14 "RetryPossible is taken, and a retry names the request before" {
    roles: REQUESTER, source: Source::Standard("requestType Retry, requestingAgencyPreviousRequestId"), pace: Pace::Alone,
    sends: "RetryPossible with costs; staff try again",
    expects: "a request of type Retry with the previous id",
    why: "the supplier finds its offer by it",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    let say = Say { offered: Some(("EUR".to_owned(), "25.00".to_owned())), ..retry_possible("CostExceedsMaxCost") };
    leg.say(say).await?;
    s.expect_next();
    act(&s, &leg, "Retry").await?;
    let asked = s.arrival("a Retry", leg.party, |arrival| arrival.kind == "request").await?;
    same("requestType", asked.text("serviceInfo/requestType"), "Retry", &asked.bytes)?;
    same("the previous id", asked.text("serviceInfo/requestingAgencyPreviousRequestId"), leg.id(), &asked.bytes)?;
}

R15 "A condition is taken, and agreed to" {
    roles: REQUESTER, source: Source::Practice("the standard has no message for agreeing; systems use Notification"), pace: Pace::Alone,
    sends: "WillSupply with a condition; staff agree",
    expects: "a Notification",
    why: "the supplier waits for it",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    leg.say(on_condition("LibraryUseOnly")).await?;
    act(&s, &leg, "Notification").await?;
    leg.gets("Notification").await?;
}

R16 "A status that comes twice is taken twice" {
    roles: REQUESTER, source: Source::Practice("a lost answer makes every sender repeat"), pace: Pace::Alone,
    sends: "the same WillSupply twice, byte for byte",
    expects: "OK twice; ERROR for the repeat is noted",
    why: "a repeat is no fault",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    let body = leg.xml(&leg.message(will_supply()));
    s.post(leg.party, body.clone()).await?.ok("WillSupply")?;
    let again = s.post(leg.party, body).await?;
    if !again.is_ok() {
        again.refused("the repeat")?;
        s.note("a repeat is answered with ERROR");
    }
}

R17 "HoldReturn is taken" {
    roles: REQUESTER, editions: NEW, source: Source::Standard("2021-2: status HoldReturn"), pace: Pace::Alone,
    sends: "HoldReturn, ReleaseHoldReturn during a loan",
    expects: "OK to both",
    why: "the item must not travel meanwhile",
} |s| {
    let leg = shipped(&s).await?;
    leg.say(status("HoldReturn")).await?;
    leg.say(status("ReleaseHoldReturn")).await?;
}

R18 "A lost item is said" {
    roles: REQUESTER, editions: NEW, source: Source::Standard("2021-2: action Lost"), pace: Pace::Alone,
    sends: "staff lose the item",
    expects: "Lost",
    why: "the supplier will send a bill",
} |s| {
    let leg = shipped(&s).await?;
    comes(&s, &leg, "Lost").await?;
    leg.say(status("CompletedWithoutReturn")).await?;
}

R19 "LoanCompleted without ShippedReturn is taken" {
    roles: REQUESTER, source: CROSSING, pace: Pace::Alone,
    sends: "LoanCompleted right after Loaned",
    expects: "OK",
    why: "the supplier has the item in its hands",
} |s| {
    let leg = shipped(&s).await?;
    leg.say(status("LoanCompleted")).await?;
}

R20 "A request names its service, its title and its requester" {
    roles: REQUESTER, source: Source::Standard("request: bibliographicInfo, serviceInfo, requestingAgencyId"), pace: Pace::Alone,
    sends: "staff ask for a loan",
    expects: "a title or a record id, serviceType Loan, the requester's own symbol, an id of at most 32 characters",
    why: "the supplier needs them",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    let request = &leg.asked;
    same("serviceType", request.text("serviceInfo/serviceType"), "Loan", &request.bytes)?;
    let own = s.subject_symbol().value;
    same("requestingAgencyId", request.text("header/requestingAgencyId/agencyIdValue"), &own, &request.bytes)?;
    let info = "bibliographicInfo";
    let something = [format!("{info}/title"), format!("{info}/supplierUniqueRecordId")];
    if something.iter().all(|path| request.text(path).trim().is_empty()) {
        return Err(CaseEnd::fail("a title or a record id", "neither", &request.bytes));
    }
    if leg.id().is_empty() || leg.id().len() > 32 {
        s.note(format!("request ids have {} characters; some systems cut them at 32", leg.id().len()));
    }
}

R21 "A status from a supplier that was not asked is refused" {
    roles: REQUESTER, source: Source::Practice("a message about a request must come from a party to it"), pace: Pace::Alone,
    sends: "WillSupply by another supplier under the same request id",
    expects: "ERROR; OK is noted, since some requesters sit behind brokers",
    why: "anybody could close anybody's requests",
} |s| {
    let leg = s.asked_by_subject("Loan").await?;
    let [_, other] = s.suppliers()?;
    let mut message = leg.message(will_supply());
    message.head.supplier = Some(s.symbol(other));
    let answer = s.post(other, message.xml(s.edition(), &message.head.timestamp)).await?;
    if answer.is_ok() {
        s.note("a status is taken from any sender");
    } else {
        answer.refused("another supplier")?;
    }
}

R22 "A request that was answered is not sent again, and nothing waits behind it" {
    roles: REQUESTER, pace: Pace::Alone,
    source: Source::Practice("who answers a request has it, whatever became of the confirmation"),
    sends: "the supplier answers the request with HTTP 500 whenever it comes, and says Loaned; staff receive and send back",
    expects: "Received and ShippedReturn; the request no more",
    why: "the supplier has it, and waits for its item",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "request", "", usize::MAX, Reply::Plain(500, "text/plain", "out of order"));
    let leg = s.asked_by_subject("Loan").await?;
    leg.say(loaned(s.in_days(28))).await?;
    for action in ["Received", "ShippedReturn"] {
        act(&s, &leg, action).await?;
        leg.gets_by_and_by(action).await?;
    }
    leg.never_asked_again().await?;
}

R23 "What a supplier that books late does not know yet is sent again" {
    roles: REQUESTER, source: LATE, pace: Pace::Alone,
    sends: "the supplier confirms the request, and refuses the Cancel of the staff once, as about a request that it does not know",
    expects: "the Cancel again",
    why: "a moment later the supplier knows it, and would send the book",
} |s| {
    let [supplier] = s.suppliers()?;
    s.answer(supplier, "requestingAgencyMessage", "Cancel", 1, UNKNOWN);
    let leg = s.asked_by_subject("Loan").await?;
    act(&s, &leg, "Cancel").await?;
    let refused = leg.gets("Cancel").await?;
    sent_again(&s, &refused).await?;
    leg.say(cancel_response("Y", "Cancelled")).await?;
}

R24 "A status that comes before the request was confirmed is taken" {
    roles: REQUESTER, pace: Pace::Alone,
    source: Source::Practice("some systems answer from inside the call"),
    sends: "WillSupply while the supplier's confirmation of the request is still outstanding; then Loaned, and staff receive",
    expects: "OK to both, and Received",
    why: "who books a request only when it is confirmed loses its first answer",
} |s| {
    let [supplier] = s.suppliers()?;
    let gate = Gate::default();
    s.answer(supplier, "request", "", 1, Reply::Held(gate.clone()));
    let leg = s.asked_by_subject("Loan").await?;
    let said = leg.say(will_supply()).await;
    gate.open();
    said?;
    leg.say(loaned(s.in_days(28))).await?;
    act(&s, &leg, "Received").await?;
    leg.gets_by_and_by("Received").await?;
}

R25 "A supplier whose terms never fit is not asked again and again" {
    roles: REQUESTER, pace: Pace::Alone,
    source: Source::Practice("a requester that retries by itself meets a supplier whose terms never fit"),
    sends: "RetryPossible to the request, to the Retry that staff make, and to each that comes by itself",
    expects: "rest before twenty requests more have come",
    why: "two machines can keep this up for days, at many messages a second",
} |s| {
    const MOST: usize = 20;
    let leg = s.asked_by_subject("Loan").await?;
    leg.say(retry_possible("OnLoan")).await?;
    s.expect_next();
    act(&s, &leg, "Retry").await?;
    let mut asked = s.arrival("a Retry", leg.party, |arrival| arrival.kind == "request").await?;
    for _ in 0..MOST {
        s.expect_next();
        Leg::new(&s, leg.party, asked).say(retry_possible("OnLoan")).await?;
        let again = s.seek(std::time::Duration::from_secs(2), leg.party, |arrival| arrival.kind == "request");
        match again.await {
            Some(again) => asked = again,
            None => return Ok(()),
        }
    }
    Err::<(), _>(CaseEnd::fail("rest", format!("{MOST} requests that nobody asked for"), &asked.bytes))?;
}
}

//! How a broker goes from one supplier to the next.

use crate::case::{Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::leg::{loaned, status, unfilled, will_supply};
use crate::mailbox::{Arrival, Reply};
use crate::peers::Trait;

const BROKER: &[Role] = &[Role::Broker];
const ROTA: Source =
    Source::Practice("brokers work through a rota; the protocol has no messages of its own for it");

/// A status that the requester takes for final.
fn says_unfilled(arrival: &Arrival) -> bool {
    arrival.status() == "Unfilled" && arrival.reason() != "Notification"
}

cases! { "Rota";

B01 "When a supplier says Unfilled, the next one in the list is asked" {
    roles: BROKER, source: ROTA,
    sends: "a request that names two suppliers; the first says Unfilled, the second WillSupply",
    expects: "a request to the second; WillSupply to the requester",
    why: "going on by itself is what a broker is for",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(unfilled("NotOnShelf")).await?;
    loan.asked(second).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}

B02 "An Unfilled in the middle of the rota does not reach the requester as an answer" {
    roles: BROKER, source: ROTA,
    sends: "the first of two suppliers says Unfilled, the second lends",
    expects: "no Unfilled to the requester, except in a Notification",
    why: "a requester that hears Unfilled closes its request",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(unfilled("NotHeld")).await?;
    loan.asked(second).await?.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
    loan.never_gets("no Unfilled while suppliers are left", says_unfilled).await?;
}

B03 "At the end of the rota the requester hears Unfilled once, with the last reason" {
    roles: BROKER, source: ROTA,
    sends: "both of two suppliers say Unfilled, for different reasons",
    expects: "one Unfilled that is no Notification, with the second's reason",
    why: "the requester needs one final answer, and the reason for it",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(unfilled("NotHeld")).await?;
    loan.asked(second).await?.say(unfilled("NonCirculating")).await?;
    let last = loan.hears("Unfilled").await?;
    same("the last supplier's reason", last.text("messageInfo/reasonUnfilled"), "NonCirculating", &last.bytes)?;
    loan.never_gets("one final answer", |arrival| says_unfilled(arrival) && !arrival.taken).await?;
}

B06 "A supplier that says WillSupply after it was passed over is told Cancel" {
    roles: BROKER, source: ROTA,
    sends: "the first supplier says Unfilled, the second is asked, and then the first says WillSupply",
    expects: "OK, a Cancel to the first, and no WillSupply to the requester",
    why: "two suppliers must not both send the item",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let passed = loan.asked(first).await?;
    passed.say(unfilled("NotOnShelf")).await?;
    let engaged = loan.asked(second).await?;
    passed.say(will_supply()).await?;
    passed.gets("Cancel").await?;
    loan.never_gets("no WillSupply from a supplier that was passed over", |arrival| arrival.status() == "WillSupply").await?;
    engaged.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}

B09 "A supplier that is closed is not asked" {
    roles: BROKER, source: ROTA,
    sends: "a request that names a closed supplier, then an open one",
    expects: "a request to the open one only",
    why: "nobody is there to answer",
} |s| {
    let closed = s.special(Trait::Closed)?;
    let [open] = s.suppliers()?;
    let loan = s.borrow(&[closed, open]).await?;
    loan.asked(open).await?.say(will_supply()).await?;
    loan.never_asked(closed).await?;
}

B10 "A supplier that asks for more than the requester pays is not asked" {
    roles: BROKER, source: ROTA,
    sends: "a request with maximumCosts that names a dear supplier, then another",
    expects: "a request to the other one only",
    why: "maximumCosts is a limit",
} |s| {
    let dear = s.special(Trait::Dear)?;
    let [cheap] = s.suppliers()?;
    let limit = crate::wire::costs("maximumCosts", &("EUR".to_owned(), "1.00".to_owned()));
    let billing = crate::wire::wrap("billingInfo", &limit);
    let loan = s.order(&[dear, cheap])?.with(|request| request.rest = billing).send().await?;
    loan.asked(cheap).await?.say(will_supply()).await?;
    loan.never_asked(dear).await?;
}

B11 "A lender of last resort is asked after all others, wherever the list has it" {
    roles: BROKER, source: ROTA,
    sends: "a request that names the lender of last resort first",
    expects: "a request to the other one first, and to the last resort after Unfilled",
    why: "last resort means last",
} |s| {
    let last = s.special(Trait::LastResort)?;
    let [other] = s.suppliers()?;
    let loan = s.borrow(&[last, other]).await?;
    loan.asked(other).await?.say(unfilled("NotHeld")).await?;
    loan.asked(last).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}

B12 "The requester itself, named as a supplier, does not stop the rota" {
    roles: BROKER, source: ROTA,
    sends: "a request that names the requester's own symbol, then a supplier",
    expects: "a request to the supplier",
    why: "union catalogues list the requester's own copy too",
} |s| {
    let [supplier] = s.suppliers()?;
    let own = s.symbol(s.requester()?);
    let loan = s.order(&[supplier])?.with(|request| request.suppliers.insert(0, own)).send().await?;
    loan.asked(supplier).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}

B14 "The requester hears ExpectToSupply each time a supplier is asked" {
    roles: BROKER, source: ROTA,
    sends: "the first of two suppliers says Unfilled",
    expects: "ExpectToSupply twice, be it as an answer or as a Notification",
    why: "so the requester knows that the request moves",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(unfilled("NotOnShelf")).await?;
    loan.asked(second).await?;
    for _ in 0..2 {
        loan.gets("ExpectToSupply for each supplier", |arrival| arrival.status() == "ExpectToSupply").await?;
    }
}

B15 "Three suppliers are asked one after the other, in the order of sortOrder" {
    roles: BROKER, source: Source::Standard("supplierInfo/sortOrder"),
    sends: "a request that names three suppliers, each saying Unfilled in its turn",
    expects: "one request at a time, in order",
    why: "the order is the requester's preference, and a second supplier costs a second library its work",
} |s| {
    let [first, second, third] = s.suppliers()?;
    let loan = s.borrow(&[first, second, third]).await?;
    let leg = loan.asked(first).await?;
    loan.never_asked(second).await?;
    leg.say(unfilled("NotHeld")).await?;
    let leg = loan.asked(second).await?;
    loan.never_asked(third).await?;
    leg.say(unfilled("NotHeld")).await?;
    loan.asked(third).await?.say(unfilled("NotHeld")).await?;
    loan.hears("Unfilled").await?;
}

B16 "A request addressed to a member goes to that member alone" {
    roles: BROKER, source: ROTA,
    sends: "a request whose supplyingAgencyId is a supplier's symbol",
    expects: "a request to it",
    why: "a requester that knows its supplier addresses it",
} |s| {
    let [supplier] = s.suppliers()?;
    let symbol = s.symbol(supplier);
    let order = s.order(&[])?.with(|request| request.head.supplier = Some(symbol));
    let loan = order.send().await?;
    loan.asked(supplier).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}

B17 "A request that nobody can supply ends Unfilled" {
    roles: BROKER, source: ROTA,
    sends: "a request that names no supplier at all",
    expects: "OK, then Unfilled",
    why: "a request without candidates must not hang",
} |s| {
    let loan = s.borrow(&[]).await?;
    loan.hears("Unfilled").await?;
}

B18 "A supplier that the broker does not know is passed over" {
    roles: BROKER, source: ROTA,
    sends: "a request that names an unknown symbol, then a supplier",
    expects: "a request to the supplier",
    why: "one bad entry in a list is no reason to fail the rest",
} |s| {
    let [supplier] = s.suppliers()?;
    let unknown = s.unknown_symbol();
    let loan = s.order(&[supplier])?.with(|request| request.suppliers.insert(0, unknown)).send().await?;
    loan.asked(supplier).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}

B19 "Unfilled with the reason Duplicate ends the rota" {
    roles: BROKER, source: Source::Practice("a broker's private reason code, known from CrossLink"),
    sends: "the first of two suppliers says Unfilled with reasonUnfilled Duplicate",
    expects: "Unfilled to the requester; the second is not asked",
    why: "a duplicate is a duplicate at every supplier",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(unfilled("Duplicate")).await?;
    let end = loan.gets("Unfilled, or the next request", says_unfilled).await;
    if end.is_err() {
        loan.asked(second).await?;
        s.note("Duplicate counts as any other reason: the rota goes on");
        return Ok(());
    }
    loan.never_asked(second).await?;
}

B20 "Loaned without WillSupply before it is a loan" {
    roles: BROKER, source: Source::Practice("several systems ship at once"),
    sends: "the supplier's first word is Loaned",
    expects: "Loaned to the requester",
    why: "WillSupply is optional",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    loan.asked(supplier).await?.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
}

B21 "Unfilled after WillSupply moves the rota on" {
    roles: BROKER, source: Source::Practice("the item was not on the shelf after all"),
    sends: "the first supplier says WillSupply, then Unfilled",
    expects: "a request to the second",
    why: "a promise can fail",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    leg.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    leg.say(unfilled("NotOnShelf")).await?;
    loan.asked(second).await?.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
}

B22 "A supplier that refuses the request with ERROR is passed over" {
    roles: BROKER, source: ROTA,
    sends: "the first supplier confirms the request with ERROR",
    expects: "a request to the second",
    why: "a supplier that cannot take the request cannot supply",
} |s| {
    let [first, second] = s.suppliers()?;
    s.answer(first, "request", "", 9, Reply::Refuse(200, "UnrecognisedDataValue", "requestingAgencyId: not known here"));
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(second).await?.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}

B23 "A supplier that is named twice is asked once" {
    roles: BROKER, source: ROTA,
    sends: "a request that names the same supplier twice, then another; the first says Unfilled",
    expects: "a request to the other; none to the first again",
    why: "the answer would be the same",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, first, second]).await?;
    loan.asked(first).await?.say(unfilled("NotHeld")).await?;
    loan.asked(second).await?;
    loan.never_gets("no end", says_unfilled).await?;
    let asked = s.arrivals().iter().filter(|old| old.party == first && old.kind == "request" && !old.repeat).count();
    same("requests to the first", &asked.to_string(), "1", b"")?;
}

B24 "A Notification does not move the rota, whatever status it carries" {
    roles: BROKER, source: Source::Standard("reasonForMessage: Notification"),
    sends: "the first supplier sends a Notification with status Unfilled, then WillSupply",
    expects: "no request to the second; WillSupply to the requester",
    why: "a Notification informs; it changes no state",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    leg.say(unfilled("NotOnShelf").because("Notification").noting("we are still looking")).await?;
    loan.never_asked(second).await?;
    leg.say(will_supply().because("RequestResponse")).await?;
    loan.hears("WillSupply").await?;
}

B25 "RequestReceived and ExpectToSupply from a supplier change nothing" {
    roles: BROKER, source: Source::Standard("status list"),
    sends: "the supplier says RequestReceived, ExpectToSupply, WillSupply",
    expects: "OK to each; WillSupply to the requester; no other supplier asked",
    why: "many systems send them on their own",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    for word in ["RequestReceived", "ExpectToSupply", "WillSupply"] {
        leg.say(status(word)).await?;
    }
    loan.hears("WillSupply").await?;
    loan.never_asked(second).await?;
}

B26 "The reason for each message fits the requester's side, whatever the supplier wrote" {
    roles: BROKER, source: Source::UseCase("the first answer is a RequestResponse, later ones are StatusChange"),
    sends: "the supplier's first message has reason StatusChange, its second RequestResponse",
    expects: "the requester's first status as RequestResponse, the later ones as StatusChange",
    why: "some systems often write the wrong reason, and a strict requester refuses it",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    leg.say(will_supply().because("StatusChange")).await?;
    loan.hears("WillSupply").await?;
    leg.say(loaned(s.in_days(28)).because("RequestResponse")).await?;
    let arrival = loan.hears("Loaned").await?;
    same("the reason of a later status", arrival.reason(), "StatusChange", &arrival.bytes)?;
    let answers: Vec<Arrival> = loan.heard().into_iter().filter(|old| old.reason() != "Notification").collect();
    let first = answers.first().map(Arrival::reason).unwrap_or_default();
    same("the reason of the first status", first, "RequestResponse", b"")?;
}

B27 "When a supplier drops out, the requester learns the reason in a Notification" {
    roles: BROKER, source: ROTA,
    sends: "the first of two suppliers says Unfilled with a reason",
    expects: "a Notification with that reasonUnfilled",
    why: "staff see why it takes longer",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    loan.asked(first).await?.say(unfilled("PoorCondition")).await?;
    loan.asked(second).await?;
    let fits = |arrival: &Arrival| arrival.text("messageInfo/reasonUnfilled") == "PoorCondition";
    let told = loan.gets("a Notification with the reason", fits).await?;
    same("its reasonForMessage", told.reason(), "Notification", &told.bytes)?;
}

B28 "A supplier that ships after it was passed over becomes the supplier; the newer one is cancelled" {
    roles: BROKER, source: ROTA,
    sends: "the first supplier says Unfilled, the second is asked, and then the first says Loaned",
    expects: "Loaned to the requester, a Cancel to the second",
    why: "what is in the post cannot be called back",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let passed = loan.asked(first).await?;
    passed.say(unfilled("NotOnShelf")).await?;
    let engaged = loan.asked(second).await?;
    passed.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
    engaged.gets("Cancel").await?;
}

B29 "When two suppliers have both shipped, neither is cancelled" {
    roles: BROKER, source: ROTA,
    sends: "the second supplier says Loaned, then the first, which had said Unfilled, says Loaned too",
    expects: "OK to both, no Cancel to the second",
    why: "both items are under way and each must come back",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let passed = loan.asked(first).await?;
    passed.say(unfilled("NotOnShelf")).await?;
    let engaged = loan.asked(second).await?;
    engaged.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
    passed.say(loaned(s.in_days(28))).await?;
    engaged.never_gets("Cancel").await?;
}

B31 "Two requesters may use the same request id" {
    roles: BROKER, source: Source::Standard("requestingAgencyRequestId is the requesting agency's"),
    sends: "two requests with one id, from different requesters",
    expects: "both confirmed and relayed to the same supplier, each answer to its own requester",
    why: "ids are unique per requester, never globally",
} |s| {
    let [supplier] = s.suppliers()?;
    let one = s.order(&[supplier])?;
    let id = one.request.head.request_id.clone();
    let two = s.order(&[supplier])?.by(s.transparent_requester()?).with(|request| request.head.request_id = id);
    let (one, two) = (one.send().await?, two.send().await?);
    let (leg_one, leg_two) = (one.asked(supplier).await?, two.asked(supplier).await?);
    leg_two.say(unfilled("NotHeld")).await?;
    leg_one.say(will_supply()).await?;
    one.hears("WillSupply").await?;
    two.hears("Unfilled").await?;
}

B32 "Two loans of one requester do not mix" {
    roles: BROKER, source: ROTA,
    sends: "two requests to the same supplier, answered in the other order",
    expects: "each answer under its own id",
    why: "the downstream ids are the broker's to keep apart",
} |s| {
    let [supplier] = s.suppliers()?;
    let (one, two) = (s.borrow(&[supplier]).await?, s.borrow(&[supplier]).await?);
    let (leg_one, leg_two) = (one.asked(supplier).await?, two.asked(supplier).await?);
    leg_two.say(loaned(s.in_days(28))).await?;
    leg_one.say(unfilled("NotHeld")).await?;
    one.hears("Unfilled").await?;
    two.hears("Loaned").await?;
}

B33 "A second Unfilled from the same supplier skips nobody" {
    roles: BROKER, source: ROTA,
    sends: "the first supplier says Unfilled twice, with different timestamps",
    expects: "OK to both; the second supplier stays asked and its answer counts",
    why: "a supplier that is out cannot take others with it",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let passed = loan.asked(first).await?;
    passed.say(unfilled("NotOnShelf")).await?;
    let engaged = loan.asked(second).await?;
    passed.say(unfilled("NotOnShelf")).await?;
    engaged.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}

B34 "A request whose needBeforeDate is past is not sent to suppliers" {
    roles: BROKER, source: Source::Standard("needBeforeDate"),
    sends: "a request that was needed yesterday",
    expects: "Unfilled, and no request to the supplier",
    why: "nobody wants the item any more",
} |s| {
    let [supplier] = s.suppliers()?;
    let yesterday = s.in_days(-1);
    let loan = s.order(&[supplier])?.with(|request| request.need_before = Some(yesterday)).send().await?;
    let asked = |arrival: &Arrival| arrival.kind == "request";
    if s.seek(std::time::Duration::from_millis(500), supplier, asked).await.is_some() {
        s.note("a request that is past its needBeforeDate is sent all the same");
        return Ok(());
    }
    loan.hears("Unfilled").await?;
}
}

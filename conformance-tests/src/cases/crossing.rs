//! Messages that cross, come too early, too late or twice, through a broker.

use crate::case::{Role, Source};
use crate::cases::same;
use crate::catalogue::cases;
use crate::leg::{loaned, renew_response, status, unfilled, will_supply};
use crate::mailbox::Arrival;

const BROKER: &[Role] = &[Role::Broker];
const CROSSING: Source =
    Source::Practice("messages cross; a well-formed one about a known request is confirmed");

cases! { "Crossing messages";

L08 "A recall that crosses a renewal is heard, and the renewal is answered" {
    roles: BROKER, source: CROSSING,
    sends: "Renew, and before its answer Recalled; then RenewResponse N",
    expects: "both at the requester",
    why: "both were meant",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    loan.does("Renew").await?;
    leg.gets("Renew").await?;
    leg.say(status("Recalled")).await?;
    loan.gets("Recalled", |arrival| arrival.status() == "Recalled").await?;
    leg.say(renew_response("N", "Recalled", None)).await?;
    loan.answered_with("RenewResponse", "N").await?;
}

L15 "Received that crosses Loaned is confirmed" {
    roles: BROKER, source: CROSSING,
    sends: "Received after WillSupply, then Loaned",
    expects: "OK, and Loaned to the requester",
    why: "the parcel can be faster than the message",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    loan.does("Received").await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
}

L17 "LoanCompleted without ShippedReturn ends the loan" {
    roles: BROKER, source: CROSSING,
    sends: "LoanCompleted after Loaned",
    expects: "LoanCompleted at the requester",
    why: "the supplier has the item in its hands",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    leg.say(status("LoanCompleted")).await?;
    loan.hears("LoanCompleted").await?;
}

L18 "What comes after LoanCompleted is confirmed and changes nothing" {
    roles: BROKER, source: CROSSING,
    sends: "Received and ShippedReturn after LoanCompleted",
    expects: "OK to both",
    why: "they were on their way",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    leg.say(status("LoanCompleted")).await?;
    loan.hears("LoanCompleted").await?;
    for action in ["Received", "ShippedReturn"] {
        let answer = loan.sends(loan.action(action)).await?;
        if !answer.is_ok() {
            answer.refused(action)?;
            s.note(format!("{action} in a final state is refused"));
        }
    }
    loan.never_gets("nothing new", |arrival| arrival.reason() == "StatusChange" && arrival.status() != "LoanCompleted" && !arrival.taken).await?;
}

L19 "WillSupply twice is no fault" {
    roles: BROKER, source: CROSSING,
    sends: "WillSupply twice with different timestamps, then Loaned",
    expects: "OK to each; Loaned at the requester",
    why: "some systems repeat themselves with every change of a date",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    leg.say(will_supply()).await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.gets("Loaned", |arrival| arrival.status() == "Loaned").await?;
}

L20 "Loaned twice is no fault" {
    roles: BROKER, source: CROSSING,
    sends: "Loaned twice, with another due date the second time",
    expects: "OK to both",
    why: "dates are corrected",
} |s| {
    let [supplier] = s.suppliers()?;
    let (_, leg) = s.lent(supplier).await?;
    leg.say(loaned(s.in_days(35))).await?;
}

L21 "A Notification with an empty status is taken for what it is" {
    roles: BROKER, source: Source::Practice("ReShare writes so; the schema forbids it"),
    sends: "a Notification with an empty status and a note, during a loan",
    expects: "the note at the requester; ERROR is allowed, and noted",
    why: "it is a message to people",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    let answer = leg.sends(&leg.message(status("").because("Notification").noting("the cover is loose"))).await?;
    if !answer.is_ok() {
        answer.refused("an empty status")?;
        s.note("a Notification with an empty status is refused");
        return Ok(());
    }
    let fits = |arrival: &Arrival| arrival.text("messageInfo/note").contains("the cover is loose");
    let arrival = loan.gets("the note", fits).await?;
    same("its reason", arrival.reason(), "Notification", &arrival.bytes)?;
}

L32 "A renewal of what is not on loan is answered N" {
    roles: BROKER, source: Source::Practice("an impossible action from a party to the request gets OK and an answer N"),
    sends: "Renew after WillSupply",
    expects: "OK and RenewResponse N; an ERROR is noted",
    why: "there is nothing to renew",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.promised(supplier).await?;
    let answer = loan.sends(loan.action("Renew")).await?;
    if answer.is_error() {
        s.note("Renew before Loaned is refused");
        return Ok(());
    }
    let renew = |arrival: &Arrival| arrival.text("action") == "Renew";
    if s.seek(std::time::Duration::from_millis(500), supplier, renew).await.is_some() {
        s.note("Renew before Loaned is passed on to the supplier");
        leg.say(renew_response("N", "WillSupply", None)).await?;
    }
    loan.answered_with("RenewResponse", "N").await?;
}

L35 "A loan does not go back to WillSupply" {
    roles: BROKER, source: Source::Practice("status order"),
    sends: "WillSupply after Loaned, with a new timestamp",
    expects: "OK, and no WillSupply to the requester",
    why: "what is shipped is shipped",
} |s| {
    let [supplier] = s.suppliers()?;
    let (loan, leg) = s.lent(supplier).await?;
    let heard = loan.heard().len();
    leg.say(will_supply()).await?;
    loan.never_gets("no WillSupply after Loaned", |arrival| {
        arrival.status() == "WillSupply" && arrival.reason() != "Notification" && !arrival.taken
    })
    .await?;
    s.fact("messages of a loan that is out", heard.to_string());
}

L36 "Unfilled after Loaned does not move the rota" {
    roles: BROKER, source: Source::Practice("status order"),
    sends: "Unfilled after Loaned, while another supplier is left",
    expects: "OK; the other supplier is not asked",
    why: "the item is out",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let leg = loan.asked(first).await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
    leg.say(unfilled("NotOnShelf")).await?;
    loan.never_asked(second).await?;
}
}

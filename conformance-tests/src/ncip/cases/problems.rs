//! What an initiator makes of an ILS that says no.

use super::super::lending::Lending;
use super::super::shelves::IlsFault;
use super::super::wire::Wire;
use super::{INITIATOR, cases};
use crate::case::{CaseEnd, Source};
use crate::real_time;

/// Words that no standard knows.
const OWN_WORDS: &[(&str, &str)] = &[("The cellar is flooded", "ItemId")];

/// Staff of the lender have asked again what was refused. Where there is nothing to ask again, the loan must not go on as if it had been done.
pub(super) async fn asked_again(loan: &Lending) -> Result<(), CaseEnd> {
    let Err(nothing) = loan.act(loan.lender, "ask-again", &[]).await else { return Ok(()) };
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    match loan.seek(loan.borrower, "AcceptItem", 1, loan.s.quiet * 5).await {
        None => Err(nothing),
        Some(accepted) => {
            let wanted = "the refused CheckOutItem among what staff can ask again";
            Err(CaseEnd::fail(wanted, "the loan goes on as if the item were lent", &accepted.bytes))
        }
    }
}

cases! { "NCIP initiator: problems";

NP01 "A patron whom the ILS does not know borrows nothing" {
    roles: INITIATOR, source: Source::Ncip("LookupUser: Unknown User"),
    sends: "Unknown User to LookupUser",
    expects: "nothing at any lender, and no second LookupUser",
    why: "the lender would lend to nobody",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "LookupUser", IlsFault::Refuses(&[("Unknown User", "UserId")]));
    loan.asked().await?;
    loan.stays_at(loan.lender, "RequestItem", 0).await?;
    if let Some(other) = s.received().into_iter().find(|it| it.member != loan.borrower) {
        return Err(CaseEnd::fail("nothing at any lender", "a message", &other.bytes));
    }
    loan.stays_at(loan.borrower, "LookupUser", 1).await?;
}

NP02 "A blocked patron borrows nothing by himself" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Ncip("LookupUser: User Blocked"),
    sends: "User Blocked to LookupUser",
    expects: "nothing at any lender",
    why: "staff decide, not the machine",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "LookupUser", IlsFault::Refuses(&[("User Blocked", "UserId")]));
    loan.asked().await?;
    loan.stays_at(loan.lender, "RequestItem", 0).await?;
}

NP03 "One problem among several is enough for a no" {
    roles: INITIATOR, source: Source::Ncip("Problem is repeatable; ProcessingError in version 1"),
    sends: "two problems to LookupUser, Unknown User the second",
    expects: "nothing at any lender",
    why: "who reads the first problem only lends to strangers",
} |s| {
    let loan = s.lending()?;
    let both = &[("Element Rule Violated", "UserElementType"), ("Unknown User", "UserId")];
    loan.trouble(loan.borrower, "LookupUser", IlsFault::Refuses(both));
    loan.asked().await?;
    loan.stays_at(loan.lender, "RequestItem", 0).await?;
}

NP04 "What is not lent is as good as checked in" {
    roles: INITIATOR, source: Source::Practice("Item Not Checked Out counts as success at CheckInItem"),
    sends: "Item Not Checked Out to the lender's CheckInItem",
    expects: "no second CheckInItem",
    why: "somebody was quicker at the desk; nothing is left to be done",
} |s| {
    let loan = s.lending()?;
    loan.keep_troubling(loan.lender, "CheckInItem", IlsFault::Refuses(&[("Item Not Checked Out", "ItemId")]));
    loan.received().await?;
    loan.bring_home().await?;
    loan.stays_at(loan.lender, "CheckInItem", 1).await?;
}

NP05 "What the ILS cannot do for now is asked again" {
    roles: INITIATOR, source: Source::Ncip("Temporary Processing Failure"),
    sends: "Temporary Processing Failure to the first AcceptItem",
    expects: "AcceptItem again, and the loan goes on",
    why: "ILSs are down at night",
} |s| {
    let loan = s.lending()?;
    let later = IlsFault::Refuses(&[("Temporary Processing Failure", "NCIPMessage")]);
    loan.trouble(loan.borrower, "AcceptItem", later);
    loan.received().await?;
    loan.gets_again(loan.borrower, "AcceptItem", 2).await?;
    loan.to_the_end().await?;
    loan.nothing_twice(1)?;
}

NP06 "What the ILS refuses for good is not asked for ever" {
    roles: INITIATOR, source: Source::Practice("a problem is an answer; asking again the same way is of no use"),
    sends: "Element Rule Violated to each AcceptItem",
    expects: "one AcceptItem; a few more are noted",
    why: "an ILS that is hammered answers nobody",
} |s| {
    let loan = s.lending()?;
    let never = IlsFault::Refuses(&[("Element Rule Violated", "ItemOptionalFields")]);
    loan.keep_troubling(loan.borrower, "AcceptItem", never);
    loan.received().await?;
    real_time::pause(s.quiet * 5).await;
    match loan.heard(loan.borrower, "AcceptItem").len() {
        1 => {}
        few @ 2..4 => s.note(format!("AcceptItem came {few} times")),
        many => return Err(CaseEnd::fail("one AcceptItem", format!("{many}"), &[])),
    }
}

NP07 "Staff have it asked again, and the loan goes on" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("a failed step waits for staff"),
    sends: "Element Rule Violated to the first AcceptItem; staff mend the cause and ask again",
    expects: "AcceptItem again, and the rest of the loan",
    why: "a loan must not hang on one refusal",
} |s| {
    let loan = s.lending()?;
    let no = IlsFault::Refuses(&[("Element Rule Violated", "ItemOptionalFields")]);
    loan.trouble(loan.borrower, "AcceptItem", no);
    loan.received().await?;
    loan.act(loan.borrower, "ask-again", &[]).await?;
    loan.gets_again(loan.borrower, "AcceptItem", 2).await?;
    loan.to_the_end().await?;
    loan.nothing_twice(1)?;
}

NP08 "What staff have done by hand is not asked any more" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("a failed step waits for staff"),
    sends: "Element Rule Violated to each AcceptItem; staff say that they did it by hand",
    expects: "no other AcceptItem, and the rest of the loan",
    why: "a temporary item made by hand needs no second",
} |s| {
    let loan = s.lending()?;
    let no = IlsFault::Refuses(&[("Element Rule Violated", "ItemOptionalFields")]);
    loan.keep_troubling(loan.borrower, "AcceptItem", no);
    loan.received().await?;
    loan.act(loan.borrower, "by-hand", &[]).await?;
    let before = loan.heard(loan.borrower, "AcceptItem").len();
    loan.hand_out().await?;
    loan.stays_at(loan.borrower, "AcceptItem", before).await?;
}

NP09 "A no in the ILS's own words is a no" {
    roles: INITIATOR, source: Source::Practice("several ILSs name problems in free text"),
    sends: "a problem of no known type to the lender's CheckOutItem",
    expects: "no second CheckOutItem by itself; when staff ask again, one that succeeds, and the loan",
    why: "who takes unknown problems for success ships what is not lent",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.lender, "CheckOutItem", IlsFault::Refuses(OWN_WORDS));
    loan.shipped().await?;
    loan.stays_at(loan.lender, "CheckOutItem", 1).await?;
    asked_again(&loan).await?;
    loan.gets_again(loan.lender, "CheckOutItem", 2).await?;
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    loan.gets(loan.borrower, "AcceptItem").await?;
    loan.nothing_twice(1)?;
}

NP10 "An id that is taken is not tried again and again" {
    roles: INITIATOR, source: Source::Ncip("AcceptItem: Duplicate Item"),
    sends: "Duplicate Item to the first AcceptItem, which was new",
    expects: "another id, or staff; the same id again by itself is a fault",
    why: "the barcode belongs to another thing of the library",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "AcceptItem", IlsFault::Refuses(&[("Duplicate Item", "ItemId")]));
    let first = loan.received().await?;
    match loan.seek(loan.borrower, "AcceptItem", 2, s.quiet * 5).await {
        None => s.note("an id that is taken is left to staff"),
        Some(_) => {
            let second = loan.gets_again(loan.borrower, "AcceptItem", 2).await?;
            if second.text("ItemIdentifierValue") == first.text("ItemIdentifierValue") {
                return Err(CaseEnd::fail("another id", first.text("ItemIdentifierValue"), &second.received.bytes));
            }
            loan.hand_out().await?.says("ItemIdentifierValue", second.text("ItemIdentifierValue"))?;
        }
    }
    loan.nothing_twice(1)?;
}

NP11 "A problem is read whatever the HTTP status" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("FOLIO sends problems with 500; most with 200"),
    sends: "Unknown User to LookupUser, with HTTP 500",
    expects: "nothing at any lender",
    why: "the problem says what to do, the status only that there is one",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "LookupUser", IlsFault::RefusesWith(500, &[("Unknown User", "UserId")]));
    loan.asked().await?;
    loan.stays_at(loan.lender, "RequestItem", 0).await?;
    if loan.heard(loan.borrower, "LookupUser").len() > 1 {
        s.note("a problem with HTTP 500 is asked about again");
    }
}

NP12 "What the ILS does not offer does not end the loan" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Ncip("Unsupported Service"),
    sends: "Unsupported Service to LookupItem and RequestItem at the lender",
    expects: "the lender's staff ship all the same: CheckOutItem",
    why: "most ILSs offer four services",
} |s| {
    let loan = s.lending()?;
    let no = IlsFault::Refuses(&[("Unsupported Service", "NCIPMessage")]);
    for service in ["LookupItem", "RequestItem"] {
        loan.keep_troubling(loan.lender, service, no.clone());
    }
    loan.shipped().await?;
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    loan.gets(loan.borrower, "AcceptItem").await?;
}
}

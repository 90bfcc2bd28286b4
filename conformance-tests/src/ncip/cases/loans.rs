//! Which command an initiator gives at which step of a loan, and what it makes of the answers.

use super::super::shelves::{LENDERS_DUE, hold_of};
use super::super::wire::{Version, Wire};
use super::{INITIATOR, cases};
use crate::case::{CaseEnd, Source};
use crate::real_time;

cases! { "NCIP initiator: loans";

NW01 "The patron is looked up before anybody else is troubled" {
    roles: INITIATOR, source: Source::Practice("LookupUser comes first"),
    sends: "a patron's wish",
    expects: "LookupUser as the first message of all",
    why: "a blocked patron's request costs two libraries work",
} |s| {
    let loan = s.lending()?;
    loan.asked().await?;
    let first = s.received().into_iter().next();
    if let Some(first) = first.filter(|first| first.read.as_ref().map(|read| read.service()) != Ok("LookupUser")) {
        return Err(CaseEnd::fail("LookupUser first", "something else", &first.bytes));
    }
}

NW02 "The lender's ILS holds the item before it is pulled" {
    roles: INITIATOR, source: Source::Practice("RequestItem at the lender"),
    sends: "a patron's wish for an item that is named",
    expects: "RequestItem with the item, for a library's patron; none is noted",
    why: "else somebody else borrows it in the meantime",
} |s| {
    let loan = s.lending()?;
    loan.asked().await?;
    match loan.seek(loan.lender, "RequestItem", 1, s.timeout).await {
        None => s.note("the lender's ILS is asked for no hold"),
        Some(_) => {
            let got = loan.gets(loan.lender, "RequestItem").await?;
            got.says("ItemIdentifierValue", &loan.item)?;
            if got.text("UserIdentifierValue") == loan.patron {
                s.note("the hold is for the patron, whom the lender does not know");
            }
        }
    }
}

NW03 "It is checked out at the lender when it is shipped" {
    roles: INITIATOR, source: Source::Practice("CheckOutItem at shipping"),
    sends: "a request; the lender ships",
    expects: "one CheckOutItem with the item's barcode, not before it is shipped",
    why: "from then on the lender's ILS watches the date",
} |s| {
    let loan = s.lending()?;
    loan.asked().await?;
    if !loan.heard(loan.lender, "CheckOutItem").is_empty() {
        return Err(CaseEnd::fail("no CheckOutItem before the item is shipped", "one", &[]));
    }
    loan.act(loan.lender, "ship", &[&loan.item]).await?;
    let got = loan.gets(loan.lender, "CheckOutItem").await?;
    got.says("ItemIdentifierValue", &loan.item)?;
    if got.text("UserIdentifierValue").is_empty() && got.text("AuthenticationInputData").is_empty() {
        return Err(CaseEnd::fail("to whom it is lent", "nobody", &got.received.bytes));
    }
    loan.stays_at(loan.lender, "CheckOutItem", 1).await?;
}

NW04 "It is accepted at the borrower when it is received" {
    roles: INITIATOR, source: Source::Practice("AcceptItem at receipt"),
    sends: "a loan; the borrower receives",
    expects: "one AcceptItem: request id, what is to be done, the patron, an item id",
    why: "the ILS makes the temporary item that the patron borrows",
} |s| {
    let loan = s.lending()?;
    loan.shipped().await?;
    if !loan.heard(loan.borrower, "AcceptItem").is_empty() {
        return Err(CaseEnd::fail("no AcceptItem before it is received", "one", &[]));
    }
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    let got = loan.gets(loan.borrower, "AcceptItem").await?;
    got.says("UserIdentifierValue", &loan.patron)?;
    for name in ["RequestIdentifierValue", "ItemIdentifierValue"] {
        if got.text(name).is_empty() {
            return Err(CaseEnd::fail(name, "nothing", &got.received.bytes));
        }
    }
    if got.read.code("RequestedActionType").unwrap_or_default().is_empty() {
        return Err(CaseEnd::fail("RequestedActionType", "nothing", &got.received.bytes));
    }
    loan.stays_at(loan.borrower, "AcceptItem", 1).await?;
}

NW05 "It is checked out to the patron who takes it" {
    roles: INITIATOR, source: Source::Practice("CheckOutItem at the borrower, where staff hand it out in the ILL system"),
    sends: "a loan to the hold shelf; the patron takes it",
    expects: "CheckOutItem with the temporary item's id and the patron",
    why: "the ILS reminds the patron",
} |s| {
    let loan = s.lending()?;
    let accepted = loan.received().await?;
    let got = loan.hand_out().await?;
    got.says("ItemIdentifierValue", accepted.text("ItemIdentifierValue"))?;
    got.says("UserIdentifierValue", &loan.patron)?;
}

NW06 "It is checked in when the patron brings it back" {
    roles: INITIATOR, source: Source::Practice("CheckInItem at the borrower"),
    sends: "a loan that is with the patron; it comes back",
    expects: "CheckInItem with the temporary item's id",
    why: "else the patron is reminded of what is back",
} |s| {
    let loan = s.lending()?;
    let accepted = loan.received().await?;
    loan.hand_out().await?;
    loan.take_back().await?.says("ItemIdentifierValue", accepted.text("ItemIdentifierValue"))?;
}

NW07 "It is checked in at the lender when it is home" {
    roles: INITIATOR, source: Source::Practice("CheckInItem at the lender"),
    sends: "a loan to its end",
    expects: "CheckInItem with the lender's barcode, not before it is home",
    why: "the item can be lent again",
} |s| {
    let loan = s.lending()?;
    loan.handed_out().await?;
    loan.take_back().await?;
    loan.act(loan.borrower, "send-back", &[]).await?;
    loan.stays_at(loan.lender, "CheckInItem", 0).await?;
    loan.act(loan.lender, "returned", &[&loan.item]).await?;
    loan.gets(loan.lender, "CheckInItem").await?.says("ItemIdentifierValue", &loan.item)?;
}

NW08 "Nothing that was answered is asked for twice" {
    roles: INITIATOR, source: Source::Practice("once is enough"),
    sends: "a loan to its end",
    expects: "each command once at each ILS",
    why: "each repeat is a loan or an item too many",
} |s| {
    let loan = s.lending()?;
    loan.received().await?;
    loan.to_the_end().await?;
    real_time::pause(s.quiet * 3).await;
    for member in [loan.borrower, loan.lender] {
        for service in ["LookupUser", "RequestItem", "AcceptItem", "CheckOutItem", "CheckInItem", "DeleteItem"] {
            if let Some(more) = loan.heard(member, service).get(1) {
                let wanted = format!("one {service} at the ILS of {}", s.agency(member));
                return Err(CaseEnd::fail(wanted, "another", &more.bytes));
            }
        }
    }
    loan.nothing_twice(1)?;
}

NW09 "The lender's date bounds the patron's" {
    roles: INITIATOR, source: Source::Practice("the due date is that of the lender's CheckOutItemResponse"),
    sends: "CheckOutItemResponse with a due date years ahead; the borrower receives, the patron takes it",
    expects: "a date in AcceptItem or CheckOutItem that is that date or a little before; none is noted",
    why: "the item must be back when the lender's ILS says, and nobody else knows when that is",
} |s| {
    let loan = s.lending()?;
    let accepted = loan.received().await?;
    let lent = loan.hand_out().await?;
    let date = [accepted.text("DateForReturn"), lent.text("DesiredDateDue")].into_iter().find(|date| !date.is_empty());
    match date {
        None => s.note("the borrower's ILS is told no date"),
        Some(date) => {
            // As texts: the same year, and a day that is not later.
            let (day, last) = (date.get(..10).unwrap_or_default(), &LENDERS_DUE[..10]);
            if day > last || day.get(..4) != Some(&last[..4]) {
                return Err(CaseEnd::fail(format!("a date up to {LENDERS_DUE}, and near it"), date, &lent.received.bytes));
            }
        }
    }
}

NW10 "The id that the ILS chose for the temporary item is used" {
    roles: INITIATOR, source: Source::Ncip("AcceptItemResponse/ItemId"),
    sends: "AcceptItemResponse with another item id than was asked for",
    expects: "that id when the item is lent and taken back",
    why: "the other one does not exist",
} |s| {
    let loan = s.lending()?;
    let chosen = format!("{}-chosen", s.token);
    loan.shelves(|shelves| shelves.renames = Some(chosen.clone()));
    loan.received().await?;
    loan.hand_out().await?.says("ItemIdentifierValue", &chosen)?;
    loan.take_back().await?.says("ItemIdentifierValue", &chosen)?;
}

NW11 "A cancelled request gives its hold up" {
    roles: INITIATOR, source: Source::Practice("CancelRequestItem at the lender"),
    sends: "a request with a hold; the patron does not want it any more",
    expects: "CancelRequestItem with the ILS's own id of the hold, or the item; none is noted",
    why: "an item that is held for nobody is lent to nobody",
} |s| {
    let loan = s.lending()?;
    loan.asked().await?;
    if loan.seek(loan.lender, "RequestItem", 1, s.timeout).await.is_none() {
        return Err(CaseEnd::NotApplicable("the lender's ILS is asked for no hold".to_owned()));
    }
    loan.act(loan.borrower, "cancel", &[]).await?;
    match loan.seek(loan.lender, "CancelRequestItem", 1, s.timeout).await {
        None => s.note("the hold stays: CancelRequestItem is not sent"),
        Some(_) => {
            let got = loan.gets(loan.lender, "CancelRequestItem").await?;
            let (request, item) = (got.text("RequestIdentifierValue"), got.text("ItemIdentifierValue"));
            if request != hold_of(&loan.item) && item != loan.item {
                let wanted = format!("the hold {:?}, or the item {:?}", hold_of(&loan.item), loan.item);
                return Err(CaseEnd::fail(wanted, format!("{request:?}, {item:?}"), &got.received.bytes));
            }
        }
    }
    loan.stays_at(loan.lender, "CheckOutItem", 0).await?;
}

NW12 "Each volume is accepted and checked in by itself" {
    roles: INITIATOR, source: Source::Practice("AcceptItem is about one item"),
    sends: "a loan of two volumes in one parcel",
    expects: "two CheckOutItem, two AcceptItem with different ids, two CheckInItem at the lender",
    why: "volumes have a barcode each",
} |s| {
    let loan = s.lending()?;
    let second = format!("{}-vol2", loan.item);
    let both = [loan.item.as_str(), second.as_str()];
    loan.asked().await?;
    loan.act(loan.lender, "ship", &both).await?;
    loan.gets_again(loan.lender, "CheckOutItem", 2).await?;
    loan.act(loan.borrower, "receive", &both).await?;
    let (one, two) = (loan.gets(loan.borrower, "AcceptItem").await?, loan.gets_again(loan.borrower, "AcceptItem", 2).await?);
    if one.text("ItemIdentifierValue") == two.text("ItemIdentifierValue") {
        return Err(CaseEnd::fail("two different items", one.text("ItemIdentifierValue"), &two.received.bytes));
    }
    loan.act(loan.borrower, "send-back", &[]).await?;
    loan.act(loan.lender, "returned", &both).await?;
    loan.gets_again(loan.lender, "CheckInItem", 2).await?;
    loan.nothing_twice(2)?;
}

NW13 "The temporary item goes when the loan is over" {
    roles: INITIATOR, wires: Wire::NEW, source: Source::Practice("DeleteItem, which version 1 does not have"),
    sends: "a loan that is taken back",
    expects: "DeleteItem with the temporary item's id; none is noted",
    why: "catalogues fill with items that are elsewhere",
} |s| {
    let loan = s.lending()?;
    loan.handed_out().await?;
    loan.take_back().await?;
    match loan.seek(loan.borrower, "DeleteItem", 1, s.timeout).await {
        None => s.note("the temporary item stays in the ILS"),
        Some(_) => {
            let made = loan.gets(loan.borrower, "AcceptItem").await?;
            loan.gets(loan.borrower, "DeleteItem").await?.says("ItemIdentifierValue", made.text("ItemIdentifierValue"))?;
        }
    }
}

NW14 "A temporary item that is on loan is not deleted" {
    roles: INITIATOR, wires: &[Wire::V1, Wire::V2], source: Source::Practice("ILSs refuse it, or lose the patron's record"),
    sends: "a loan that is sent back while the ILS has it lent",
    expects: "CheckInItem before any DeleteItem",
    why: "the patron would be charged for what has no record",
} |s| {
    let loan = s.lending()?;
    loan.handed_out().await?;
    loan.act(loan.borrower, "send-back", &[]).await?;
    loan.gets(loan.borrower, "CheckInItem").await?;
    if s.version() == Version::V2 {
        let _maybe = loan.seek(loan.borrower, "DeleteItem", 1, s.quiet).await;
    }
    let order: Vec<String> = s.received().iter().filter_map(|it| Some(it.read.as_ref().ok()?.service().to_owned())).collect();
    let place = |name: &str| order.iter().position(|service| service == name);
    if place("DeleteItem").is_some_and(|deleted| Some(deleted) < place("CheckInItem")) {
        return Err(CaseEnd::fail("CheckInItem before DeleteItem", order.join(", "), &[]));
    }
}

NW15 "A loan that is renewed is renewed at the lender's ILS" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("RenewItem at the lender, where its staff grant the renewal"),
    sends: "a loan that is with the patron, who wants to keep it; where its ILS is not asked at once, the lender grants it",
    expects: "one RenewItem with the lender's barcode; none is noted",
    why: "else the lender's ILS reminds of what it was told may stay",
} |s| {
    let loan = s.lending()?;
    loan.handed_out().await?;
    match loan.renew().await? {
        None => s.note("the lender's ILS is not told of a renewal"),
        Some(_) => loan.gets(loan.lender, "RenewItem").await?.says("ItemIdentifierValue", &loan.item)?,
    }
    loan.nothing_twice(1)?;
}
}

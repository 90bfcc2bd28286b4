//! A broker beside other brokers, and requests that went on from the library they were addressed to.

use std::time::Duration;

use crate::case::{CaseEnd, Pace, Role, Source};
use crate::catalogue::cases;
use crate::leg::{Leg, loaned, unfilled, will_supply};
use crate::loan::{Loan, Order};
use crate::mailbox::Arrival;
use crate::peers::Trait;
use crate::script::Script;
use crate::tree::Element;
use crate::wire::Code;

const BROKER: &[Role] = &[Role::Broker];
const CIRCLE: Source =
    Source::Practice("two brokers that are suppliers of each other pass a request round without end");
const BELOW: Source = Source::Practice("a supplier can be a broker, and several libraries can be behind it");
const WENT_ON: Source =
    Source::Practice("a requester that sees no suppliers keeps to the symbol that it first wrote");

/// What the subject asked a supplier for comes back to it from another requester, changed in some way.
async fn comes_back(s: &Script, change: impl FnOnce(Order, &Leg) -> Order) -> Result<(), CaseEnd> {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first]).await?;
    let leg = loan.asked(first).await?;
    let title = loan.request.title.clone();
    let back = s.order(&[second])?.by(s.transparent_requester()?).with(|request| request.title = title);
    change(back, &leg).attempt().await?.refused("a request of the subject's own that comes back")?;
    loan.never_asked(second).await?;
    loan.never_asked_again(first).await?;
    leg.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
    Ok(())
}

/// The second supplier lends, and what the requester says in the first one's symbol is about that loan.
async fn follows_the_loan(s: &Script, loan: &Loan, passed: &Leg, second: usize) -> Result<(), CaseEnd> {
    let lender = loan.asked(second).await?;
    lender.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
    for action in ["Received", "Renew", "ShippedReturn"] {
        loan.does_to(s.symbol(passed.party), action).await?;
        lender.gets(action).await?;
        passed.never_gets(action).await?;
    }
    Ok(())
}

cases! { "Beside other brokers";

G01 "A request that comes back under the id that the broker gave it is refused" {
    roles: BROKER, source: CIRCLE,
    sends: "a request to the broker whose id is the one under which the broker asked a supplier",
    expects: "ERROR; nobody is asked, and the request itself goes on",
    why: "a circle of brokers never ends",
} |s| {
    comes_back(&s, |back, leg| {
        let id = leg.id().to_owned();
        back.with(|request| request.head.request_id = id)
    })
    .await?;
}

G02 "A retry of what the broker itself asked a supplier for is refused" {
    roles: BROKER, source: CIRCLE,
    sends: "a Retry to the broker whose previous id is the one under which the broker asked a supplier",
    expects: "ERROR; nobody is asked, and the request itself goes on",
    why: "a circle of brokers never ends",
} |s| {
    comes_back(&s, |back, leg| {
        let id = leg.id().to_owned();
        back.with(|request| {
            request.kind = Some("Retry".to_owned());
            request.previous = Some(id);
        })
    })
    .await?;
}

G03 "A broker below that tells of one library's no goes on" {
    roles: BROKER, source: BELOW,
    sends: "a Notification with status Unfilled and a note by the only supplier; then WillSupply and Loaned",
    expects: "no Unfilled but in a Notification; WillSupply and Loaned at the requester",
    why: "it has other libraries left, and only it knows when they are at an end",
} |s| {
    let [supplier] = s.suppliers()?;
    let loan = s.borrow(&[supplier]).await?;
    let leg = loan.asked(supplier).await?;
    leg.say(unfilled("NotOnShelf").because("Notification").noting("not at Northside; we ask Southside")).await?;
    leg.say(will_supply().because("RequestResponse").noting("Southside lends it")).await?;
    loan.hears("WillSupply").await?;
    leg.say(loaned(s.in_days(28))).await?;
    loan.hears("Loaned").await?;
    let ends = |arrival: &Arrival| arrival.status() == "Unfilled" && arrival.reason() != "Notification";
    loan.never_gets("no end", ends).await?;
}

G04 "What a requester says of a loan that went on goes to the lender, whatever supplier it names" {
    roles: BROKER, source: WENT_ON,
    sends: "Received, Renew and ShippedReturn that name the first supplier, which said Unfilled; the second lends",
    expects: "each at the second, none at the first",
    why: "the first does not have the item, and the lender waits for it",
} |s| {
    let [first, second] = s.suppliers()?;
    let loan = s.borrow(&[first, second]).await?;
    let passed = loan.asked(first).await?;
    passed.say(unfilled("NotOnShelf")).await?;
    follows_the_loan(&s, &loan, &passed, second).await?;
}

G05 "What a requester says of a loan that went on from the library it was addressed to goes to the lender" {
    roles: BROKER, source: WENT_ON,
    sends: "a request addressed to the first supplier, which says Unfilled; where the second is asked and lends, Received, Renew and ShippedReturn in the symbol that the request was addressed to",
    expects: "each at the second, none at the first",
    why: "the requester knows no other symbol",
} |s| {
    let [first, second] = s.suppliers()?;
    let symbol = s.symbol(first);
    let loan = s.order(&[second])?.with(|request| request.head.supplier = Some(symbol)).send().await?;
    let passed = loan.asked(first).await?;
    passed.say(unfilled("NotOnShelf")).await?;
    let ends = |it: &Arrival| it.party == loan.requester && it.status() == "Unfilled" && it.reason() != "Notification";
    let asks = |it: &Arrival| it.party == second && it.text("bibliographicInfo/title") == loan.request.title;
    s.comes_to(s.timeout(), |arrivals| arrivals.iter().any(|it| asks(it) || ends(it))).await;
    if s.arrivals().iter().any(ends) {
        return Err(CaseEnd::NotApplicable("a request that is addressed to a library goes on to no other".to_owned()));
    }
    follows_the_loan(&s, &loan, &passed, second).await?;
}

G06 "A request that comes back with its ids rewritten comes to an end" {
    roles: BROKER, source: CIRCLE, pace: Pace::Alone,
    sends: "whatever the broker asks another broker for comes back from the requester, as it was asked for but under an id of its own",
    expects: "ERROR, or nobody asked, before it went round a hundred times; the request itself goes on",
    why: "brokers that give each request an id of their own do not see the circle by it",
} |s| {
    const MOST: usize = 100;
    let below = s.special(Trait::Broker)?;
    let loan = s.borrow(&[below]).await?;
    let first = loan.asked(below).await?;
    let mut asked = first.asked.clone();
    for turn in 1..=MOST {
        if turn == MOST {
            return Err(CaseEnd::fail("an end", format!("it went round {MOST} times"), &asked.bytes));
        }
        let records = asked.message.at("bibliographicInfo").into_iter().flat_map(|info| info.all("bibliographicRecordId"));
        let record = |record: &Element| {
            let text = |name: &str| record.text_at(&format!("bibliographicRecordIdentifier{name}")).unwrap_or_default().to_owned();
            (Code::from(text("Code").as_str()), text(""))
        };
        let records: Vec<(Code, String)> = records.map(record).collect();
        let title = loan.request.title.clone();
        let back = s.order(&[below])?.with(|request| (request.title, request.record_ids) = (title, records));
        if back.attempt().await?.is_error() {
            s.fact("turns until a circle is refused", turn.to_string());
            break;
        }
        let comes = |it: &Arrival| it.kind == "request" && it.text("bibliographicInfo/title") == loan.request.title;
        match s.seek(Duration::from_secs(3), below, comes).await {
            Some(again) => asked = again,
            None => break,
        }
    }
    first.say(will_supply()).await?;
    loan.hears("WillSupply").await?;
}
}

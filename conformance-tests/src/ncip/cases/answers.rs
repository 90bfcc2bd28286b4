//! What an initiator takes for a yes. What an answer does not say was not agreed to, and what it says of a patron is read word by word.

use std::sync::Arc;

use super::super::lending::Lending;
use super::super::messages as write;
use super::super::shelves::{IlsFault, LENDERS_DUE};
use super::super::wire::{Version, Wire};
use super::bad_answers::{accept_goes_wrong, made_once};
use super::problems::asked_again;
use super::{INITIATOR, cases};
use crate::case::{CaseEnd, Source};

const NO: Source = Source::Practice("a problem is a no, wherever and in whatever form it stands");
const SUBSTANCE: Source = Source::Practice("what an answer does not say was not done");
const STANDING: Source = Source::Practice("staff decide where a machine does not understand");

const USER_END: &str = "</UserOptionalFields>";
const ANSWER_END: &str = "</LookupUserResponse>";

/// LookupUser is answered with this piece more before that end tag, for as long as it is asked.
fn adds(loan: &Lending, before: &'static str, piece: impl Fn(Version) -> String + Send + Sync + 'static) {
    let trouble = IlsFault::Adds { before, piece: Arc::new(piece) };
    loan.keep_troubling(loan.borrower, "LookupUser", trouble);
}

/// The patron asks, and no lender hears of it.
async fn borrows_nothing(loan: &Lending) -> Result<(), CaseEnd> {
    loan.asked().await?;
    loan.stays_at(loan.lender, "RequestItem", 0).await?;
    let heard = loan.s.received().into_iter().find(|it| it.member != loan.borrower);
    heard.map_or(Ok(()), |it| Err(CaseEnd::fail("nothing at any lender", "a message", &it.bytes)))
}

/// The patron asks, and the lender sends it.
async fn borrows(loan: &Lending) -> Result<(), CaseEnd> {
    loan.shipped().await.map(drop)
}

fn unknown_user(version: Version) -> String {
    write::problem(version, "lookupuser", "Unknown User", "UserId", "")
}

fn block(version: Version, kind: &str) -> String {
    let kind = write::code(version, "BlockOrTrapType", "blockortraptype", kind);
    write::element("BlockOrTrap", &format!("{}{kind}", write::agency(version, "CT")))
}

/// A block in the library's own words.
fn own_block(version: Version, kind: &str) -> String {
    let kind = write::of_scheme(version, "BlockOrTrapType", "https://library.example/blocks", kind);
    write::element("BlockOrTrap", &format!("{}{kind}", write::agency(version, "CT")))
}

fn privilege(version: Version, kind: &str, status: &str) -> String {
    let kind = write::code(version, "AgencyUserPrivilegeType", "agencyuserprivilegetype", kind);
    let status = write::code(version, "UserPrivilegeStatusType", "userprivilegestatustype", status);
    let status = write::element("UserPrivilegeStatus", &status);
    write::element("UserPrivilege", &format!("{}{kind}{status}", write::agency(version, "CT")))
}

fn only_header(version: Version) -> Vec<u8> {
    let header = write::response_header(version, "X", "Y");
    write::envelope(version, &write::element("LookupUserResponse", &header)).into_bytes()
}

fn in_the_other_form(version: Version) -> String {
    unknown_user(version.other()).replace(" ncip:Scheme=", " Scheme=")
}

fn broken_off(_: Version, text: String) -> Vec<u8> {
    text.split(USER_END).next().unwrap_or_default().as_bytes().to_vec()
}

fn in_no_encoding(_: Version, text: String) -> Vec<u8> {
    let (head, tail) = text.split_once("</AcceptItemResponse>").unwrap_or((&text, ""));
    [b"\n", head.as_bytes(), b"<!-- caf\xE9 \x01 --></AcceptItemResponse>", tail.as_bytes()].concat()
}

fn of_another_item(version: Version, text: String) -> Vec<u8> {
    let item = write::item(version, "X", "another-item");
    let due = "<DateDue>2037-05-29T21:59:00Z</DateDue>";
    let more = format!("{item}{}{due}</CheckOutItemResponse>", write::user(version, "X", "ILL-OTHERS"));
    text.replace("</CheckOutItemResponse>", &more).into_bytes()
}

fn due_in_own_form(_: Version, text: String) -> Vec<u8> {
    text.replace("2037-05-29T21:59:00Z", "29/05/2037 23:59 Uhr").into_bytes()
}

/// Said with a yes, and a no.
fn denied(service: &str, version: Version) -> String {
    write::element("Ext", &write::problem(version, service, "Element Rule Violated", "ItemId", ""))
}

/// The day on which every lender's ILS says that its items are due.
const LENDERS_DAY: &str = LENDERS_DUE.split_at(10).0;

/// How the bytes of an answer are changed.
type Changed = fn(Version, String) -> Vec<u8>;

/// What a lender's due date may look like, each with a word for it.
const DATE_FORMS: &[(&str, Changed)] = &[
    ("offset", |_, text| text.replace(LENDERS_DUE, "2037-05-29T23:59:00+02:00").into_bytes()),
    ("fraction", |_, text| text.replace(LENDERS_DUE, "2037-05-29T21:59:00.000Z").into_bytes()),
    ("zone", |_, text| text.replace(LENDERS_DUE, "2037-05-29T21:59:00").into_bytes()),
    ("midnight", |_, text| text.replace(LENDERS_DUE, "2037-05-28T24:00:00Z").into_bytes()),
    ("date", |_, text| text.replace(LENDERS_DUE, "2037-05-29").into_bytes()),
];

/// A loan to the patron: the day until which the borrower's ILS is told, and the message that tells it.
async fn told(loan: &Lending) -> Result<Option<(String, Vec<u8>)>, CaseEnd> {
    loan.ask().await?;
    loan.act(loan.lender, "ship", &[&loan.item]).await?;
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    loan.act(loan.borrower, "hand-out", &[]).await?;
    let accepted = loan.gets_about(loan.borrower, "AcceptItem", &loan.patron).await?;
    let lent = loan.gets_about(loan.borrower, "CheckOutItem", &loan.patron).await?;
    let said = [(accepted, "DateForReturn"), (lent, "DesiredDateDue")].into_iter().find_map(|(got, name)| {
        let date = got.text(name);
        (!date.is_empty()).then(|| (date.chars().take(10).collect(), got.received.bytes.clone()))
    });
    Ok(said)
}

/// Whether it begins as `xs:date` and `xs:dateTime` do.
fn is_date(text: &str) -> bool {
    let form: String = text.chars().take(10).map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    form == "9999-99-99"
}

cases! { "NCIP initiator: what is taken for a yes";

NA01 "A no within an Ext is a no" {
    roles: INITIATOR, source: NO,
    sends: "LookupUserResponse with the patron, and a Problem within Ext",
    expects: "nothing at any lender",
    why: "several ILSs put what is wrong where they may put anything",
} |s| {
    let loan = s.lending()?;
    adds(&loan, ANSWER_END, |v| write::element("Ext", &unknown_user(v)));
    borrows_nothing(&loan).await?;
}

NA02 "A no beside data is a no" {
    roles: INITIATOR, source: NO,
    sends: "LookupUserResponse with the patron, and a Problem beside it",
    expects: "nothing at any lender",
    why: "who looks for data first lends to strangers",
} |s| {
    let loan = s.lending()?;
    adds(&loan, ANSWER_END, unknown_user);
    borrows_nothing(&loan).await?;
}

NA03 "A no within data is a no" {
    roles: INITIATOR, source: NO,
    sends: "LookupUserResponse with a Problem within UserOptionalFields",
    expects: "nothing at any lender",
    why: "it is said of the patron, and it is a no",
} |s| {
    let loan = s.lending()?;
    adds(&loan, USER_END, unknown_user);
    borrows_nothing(&loan).await?;
}

NA04 "A no in the other version's form is a no" {
    roles: INITIATOR, source: NO,
    sends: "LookupUserResponse with the patron, and version 1's ProcessingError in version 2, ProblemType in version 1",
    expects: "nothing at any lender",
    why: "ILSs that speak both versions mix them up when something is wrong",
} |s| {
    let loan = s.lending()?;
    adds(&loan, ANSWER_END, in_the_other_form);
    borrows_nothing(&loan).await?;
}

NA05 "An element with an error's name is a no" {
    roles: INITIATOR, source: NO,
    sends: "LookupUserResponse with the patron's id and <Error>no such user</Error>",
    expects: "nothing at any lender",
    why: "not every ILS has read how NCIP says no",
} |s| {
    let loan = s.lending()?;
    adds(&loan, ANSWER_END, |_| write::element("Error", "no such user"));
    borrows_nothing(&loan).await?;
}

NA06 "A patron who is not in the answer was not found" {
    roles: INITIATOR, source: SUBSTANCE,
    sends: "LookupUserResponse with a header and nothing else",
    expects: "nothing at any lender",
    why: "an empty envelope says that something is wrong with the ILS, and nothing of the patron",
} |s| {
    let loan = s.lending()?;
    loan.keep_troubling(loan.borrower, "LookupUser", IlsFault::SaysInstead(Arc::new(only_header)));
    borrows_nothing(&loan).await?;
}

NA07 "An answer that breaks off is no yes" {
    roles: INITIATOR, wires: Wire::HTTP, source: SUBSTANCE,
    sends: "LookupUserResponse that ends after the patron's name",
    expects: "nothing at any lender",
    why: "what is missing may be the block",
} |s| {
    let loan = s.lending()?;
    loan.keep_troubling(loan.borrower, "LookupUser", IlsFault::Alters(broken_off));
    borrows_nothing(&loan).await?;
}

NA08 "An AcceptItemResponse that names nothing has not accepted" {
    roles: INITIATOR, source: SUBSTANCE,
    sends: "AcceptItem is not done; the answer has a header and nothing else",
    expects: "AcceptItem again, done once, and the rest of the loan",
    why: "else the patron waits for an item that the ILS has not got",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.borrower, "AcceptItem", IlsFault::Pretends(|_, text| text.into_bytes()));
    loan.received().await?;
    loan.gets_again(loan.borrower, "AcceptItem", 2).await?;
    loan.to_the_end().await?;
    made_once(&loan)?;
}

NA09 "An answer about another item is no answer" {
    roles: INITIATOR, source: SUBSTANCE,
    sends: "the lender's CheckOutItem is not done; the answer is about another item",
    expects: "CheckOutItem again, done once, and the rest of the loan",
    why: "answers get mixed up where connections are shared",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.lender, "CheckOutItem", IlsFault::Pretends(of_another_item));
    loan.shipped().await?;
    loan.gets_again(loan.lender, "CheckOutItem", 2).await?;
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    loan.gets(loan.borrower, "AcceptItem").await?;
    loan.to_the_end().await?;
    made_once(&loan)?;
}

NA10 "An answer whose bytes are not what it says is not done over" {
    roles: INITIATOR, source: Source::Practice("ILSs say UTF-8 and write what their database has"),
    sends: "AcceptItem is done; the answer has a byte of Latin-1, a control character and a blank line before its declaration",
    expects: "it is taken, or asked about; one temporary item; the rest of the loan",
    why: "a name with an accent must not make a second item",
} |s| { accept_goes_wrong(&s.lending()?, IlsFault::Alters(in_no_encoding)).await?; }

NA11 "A question that is refused says nothing about what was done" {
    roles: INITIATOR, source: Source::Ncip("Unsupported Service"),
    sends: "AcceptItem is done and its answer lost; LookupItem is not served",
    expects: "the same AcceptItem again, or staff; one temporary item",
    why: "who takes `Unsupported Service` for `there is none` makes a second item",
} |s| {
    let loan = s.lending()?;
    let no = IlsFault::Refuses(&[("Unsupported Service", "NCIPMessage")]);
    loan.keep_troubling(loan.borrower, "LookupItem", no);
    loan.trouble(loan.borrower, "AcceptItem", IlsFault::DropAfter);
    loan.received().await?;
    if loan.seek(loan.borrower, "AcceptItem", 2, s.quiet * 5).await.is_none() {
        s.note("what may have been done is left to staff");
    }
    loan.stays_at(loan.borrower, "AcceptItem", 2).await?;
    loan.nothing_twice(1)?;
}

NA12 "A block on requests is a no" {
    roles: INITIATOR, source: Source::Ncip("BlockOrTrapType: Block Request Item"),
    sends: "a patron with the block `Block Request Item`",
    expects: "nothing at any lender",
    why: "the library has said so",
} |s| {
    let loan = s.lending()?;
    adds(&loan, USER_END, |v| block(v, "Block Request Item"));
    borrows_nothing(&loan).await?;
}

NA13 "A block that concerns no request stops none" {
    roles: INITIATOR, source: Source::Ncip("BlockOrTrapType: Block Renewal and others"),
    sends: "a patron with the blocks `Block Renewal`, `Block Recall` and `Block Electronic Resource Access`",
    expects: "the loan",
    why: "a patron who may not renew may borrow",
} |s| {
    let loan = s.lending()?;
    adds(&loan, USER_END, |v| {
        ["Block Renewal", "Block Recall", "Block Electronic Resource Access"].map(|kind| block(v, kind)).concat()
    });
    borrows(&loan).await?;
}

NA14 "A block that nobody knows is for staff" {
    roles: INITIATOR, source: STANDING,
    sends: "a patron with the block `See the head of circulation`",
    expects: "nothing at any lender by itself",
    why: "it is there for a reason",
} |s| {
    let loan = s.lending()?;
    adds(&loan, USER_END, |v| own_block(v, "See the head of circulation"));
    borrows_nothing(&loan).await?;
}

NA15 "An empty block is none" {
    roles: INITIATOR, source: Source::Practice("ILSs write the element whether there is one or not"),
    sends: "a patron with an empty BlockOrTrapType",
    expects: "the loan",
    why: "else nobody of that library borrows anything",
} |s| {
    let loan = s.lending()?;
    adds(&loan, USER_END, |v| own_block(v, ""));
    borrows(&loan).await?;
}

NA16 "`Not blocked` is no block" {
    roles: INITIATOR, source: STANDING,
    sends: "a patron whose privilege STATUS is `Not blocked`",
    expects: "the loan",
    why: "words are to be read whole, with what turns them",
} |s| {
    let loan = s.lending()?;
    adds(&loan, USER_END, |v| privilege(v, "STATUS", "Not blocked"));
    borrows(&loan).await?;
}

NA17 "`Inactive` is not active" {
    roles: INITIATOR, source: STANDING,
    sends: "a patron whose privilege STATUS is `Inactive`",
    expects: "nothing at any lender",
    why: "words are to be read whole",
} |s| {
    let loan = s.lending()?;
    adds(&loan, USER_END, |v| privilege(v, "STATUS", "Inactive"));
    borrows_nothing(&loan).await?;
}

NA18 "A standing that nobody knows is for staff" {
    roles: INITIATOR, source: STANDING,
    sends: "a patron whose privilege STATUS is `Q7`",
    expects: "nothing at any lender by itself",
    why: "it may mean anything",
} |s| {
    let loan = s.lending()?;
    adds(&loan, USER_END, |v| privilege(v, "STATUS", "Q7"));
    borrows_nothing(&loan).await?;
}

NA19 "A patron's category and branch are no standing" {
    roles: INITIATOR, source: Source::Practice("Koha's privileges say category and branch as well"),
    sends: "a patron with privileges PROFILE `PT` and LIBRARY `MPL`, and STATUS `Active`",
    expects: "the loan",
    why: "else nobody of that library borrows anything",
} |s| {
    let loan = s.lending()?;
    adds(&loan, USER_END, |v| {
        [("PROFILE", "PT"), ("LIBRARY", "MPL"), ("STATUS", "Active")].map(|(kind, is)| privilege(v, kind, is)).concat()
    });
    borrows(&loan).await?;
}

NA20 "A date that cannot be read is not passed on" {
    roles: INITIATOR, source: Source::Ncip("dates are xs:dateTime"),
    sends: "the lender's CheckOutItemResponse with the due date `29/05/2037 23:59 Uhr`",
    expects: "a date that can be read in AcceptItem and CheckOutItem at the borrower, or none",
    why: "the borrower's ILS would refuse the message, or make up a date",
} |s| {
    let loan = s.lending()?;
    loan.keep_troubling(loan.lender, "CheckOutItem", IlsFault::Alters(due_in_own_form));
    let accepted = loan.received().await?;
    let lent = loan.hand_out().await?;
    for (got, name) in [(&accepted, "DateForReturn"), (&lent, "DesiredDateDue")] {
        let date = got.text(name);
        if !date.is_empty() && !is_date(date) {
            return Err(CaseEnd::fail(format!("{name} as the schema has it, or none"), date, &got.received.bytes));
        }
    }
}

NA21 "What the ILS cannot do for one loan stops no other" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Ncip("Temporary Processing Failure"),
    sends: "Temporary Processing Failure to each AcceptItem of one loan; then another patron of the library asks",
    expects: "the other patron is looked up",
    why: "an ILS that answers is there",
} |s| {
    let loan = s.lending()?;
    let later = IlsFault::Refuses(&[("Temporary Processing Failure", "NCIPMessage")]);
    loan.keep_troubling(loan.borrower, "AcceptItem", later);
    loan.received().await?;
    // Until it has been tried a few times, or is left to staff.
    let _tried = loan.seek(loan.borrower, "AcceptItem", 4, s.quiet * 10).await;
    let before = loan.heard(loan.borrower, "LookupUser").len();
    loan.another("c").ask().await?;
    loan.gets_again(loan.borrower, "LookupUser", before + 1).await?;
}

NA22 "A CheckOutItemResponse that names nothing has not lent" {
    roles: INITIATOR, source: SUBSTANCE,
    sends: "the lender's CheckOutItem is not done; the answer has a header and nothing else",
    expects: "CheckOutItem again, done once, and the rest of the loan",
    why: "what no ILS has lent, no ILS misses",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.lender, "CheckOutItem", IlsFault::Pretends(|_, text| text.into_bytes()));
    loan.shipped().await?;
    loan.gets_again(loan.lender, "CheckOutItem", 2).await?;
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    loan.gets(loan.borrower, "AcceptItem").await?;
    loan.to_the_end().await?;
    made_once(&loan)?;
}

NA23 "A CheckInItemResponse that names nothing has taken nothing back" {
    roles: INITIATOR, source: SUBSTANCE,
    sends: "the lender's CheckInItem is not done; the answer has a header and nothing else",
    expects: "CheckInItem again, and the item is lent to nobody any more",
    why: "the library that gave it back is reminded of it",
} |s| {
    let loan = s.lending()?;
    loan.trouble(loan.lender, "CheckInItem", IlsFault::Pretends(|_, text| text.into_bytes()));
    loan.received().await?;
    loan.bring_home().await?;
    let again = loan.gets_again(loan.lender, "CheckInItem", 2).await?;
    let lent = loan.shelves(|shelves| shelves.item(loan.lender, &loan.item).is_some_and(|held| held.lent_to.is_some()));
    if lent {
        return Err(CaseEnd::fail("the item taken back", "it is still lent", &again.received.bytes));
    }
}

NA24 "A no to a command is a no, wherever it stands" {
    roles: INITIATOR, source: NO,
    sends: "the lender's CheckOutItem and the borrower's AcceptItem are not done; the answers say what they would say, with a Problem within Ext",
    expects: "each asked once by itself; when staff ask again, done, and the rest of the loan",
    why: "who believes the data ships what is not lent, and waits for what is not there",
} |s| {
    let loan = s.lending()?;
    for (member, service) in [(loan.lender, "CheckOutItem"), (loan.borrower, "AcceptItem")] {
        loan.trouble(member, service, IlsFault::Denies(denied));
    }
    loan.shipped().await?;
    loan.stays_at(loan.lender, "CheckOutItem", 1).await?;
    asked_again(&loan).await?;
    loan.gets_again(loan.lender, "CheckOutItem", 2).await?;
    loan.act(loan.borrower, "receive", &[&loan.item]).await?;
    loan.gets(loan.borrower, "AcceptItem").await?;
    loan.act(loan.borrower, "ask-again", &[]).await?;
    loan.gets_again(loan.borrower, "AcceptItem", 2).await?;
    loan.to_the_end().await?;
    made_once(&loan)?;
}

NA25 "A date in any form of the schema keeps its day" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Web("XML Schema: dateTime, date"),
    sends: "loans whose lender's CheckOutItemResponse says its due date with an offset, with fractions of a second, without a zone, as 24:00 of the day before, as a date alone",
    expects: "each time the lender's day, or one a little before, at the borrower; for the date alone, none is noted",
    why: "ILSs write dates as their databases do",
} |s| {
    let plain = s.lending()?;
    let tells = told(&plain).await?.is_some();
    if !tells {
        return Err(CaseEnd::NotApplicable("the borrower's ILS is told no date".to_owned()));
    }
    for (more, form) in DATE_FORMS {
        let loan = plain.another(more);
        loan.trouble(loan.lender, "CheckOutItem", IlsFault::Alters(*form));
        match told(&loan).await? {
            Some((day, bytes)) if *day > *LENDERS_DAY || day.get(..4) != LENDERS_DAY.get(..4) => {
                return Err(CaseEnd::fail(format!("a day up to {LENDERS_DAY}, and near it"), day, &bytes));
            }
            None if *more == "date" => s.note("a date without a time is not understood"),
            None => {
                let (got, bytes) = ("none", form(s.version(), format!("<DateDue>{LENDERS_DUE}</DateDue>")));
                return Err(CaseEnd::fail("the date at the borrower, as for one in UTC", got, &bytes));
            }
            Some(_) => {}
        }
    }
}

NA26 "What is no answer, again and again, is left to staff and stops no other" {
    roles: INITIATOR, wires: Wire::HTTP, source: Source::Practice("Koha's responder says `It works!` on most failures"),
    sends: "`It works!` to each AcceptItem of one loan; another patron of the library asks, and staff have done the first by hand",
    expects: "the other patron is looked up; the first loan goes on",
    why: "an ILS that answers is there, and will say the same the next time",
} |s| {
    let loan = s.lending()?;
    loan.keep_troubling(loan.borrower, "AcceptItem", IlsFault::SaysInstead(Arc::new(|_| b"It works!".to_vec())));
    loan.received().await?;
    let _tried = loan.seek(loan.borrower, "AcceptItem", 4, s.quiet * 10).await;
    let before = loan.heard(loan.borrower, "LookupUser").len();
    loan.another("c").ask().await?;
    loan.gets_again(loan.borrower, "LookupUser", before + 1).await?;
    loan.act(loan.borrower, "by-hand", &[]).await?;
    loan.hand_out().await?;
}
}

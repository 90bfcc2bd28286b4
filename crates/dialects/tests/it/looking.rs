//! What an ILS tells when it is asked whether a command was carried out: whose it is counts, and since when.

use dialects::ncip::{AttemptKind, Found, Look, Preset, Question};
use loan_model::ils::{IlsAnswer, IlsCommand, MayBeTwice, PatronStanding};

use crate::support::{CARD, at, command, now, settings, understood};

/// An answer of version 2.
pub(crate) fn told(service: &str, said: &str) -> String {
    format!(
        "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\" xmlns:ncip=\"http://www.niso.org/2008/ncip\" \
         ncip:version=\"http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd\"><{service}Response>{said}</{service}Response></NCIPMessage>"
    )
}

const ITEM: &str = "31234000123456";

fn item_id(id: &str) -> String {
    format!("<ItemId><ItemIdentifierValue>{id}</ItemIdentifierValue></ItemId>")
}

fn user_id(id: &str) -> String {
    format!("<UserId><UserIdentifierValue>{id}</UserIdentifierValue></UserId>")
}

/// What is told of the item: who has it, who waits, the status, how many wait, until when.
fn of_item(borrower: &str, requesters: &[&str], status: &str, holds: Option<u32>, due: &str) -> String {
    let borrower = match borrower {
        "" => String::new(),
        id => format!("<CurrentBorrower>{}</CurrentBorrower>", user_id(id)),
    };
    let requesters: String =
        requesters.iter().map(|id| format!("<CurrentRequester>{}</CurrentRequester>", user_id(id))).collect();
    let transaction = match borrower + &requesters {
        none if none.is_empty() => none,
        told => format!("<ItemTransaction>{told}</ItemTransaction>"),
    };
    let holds = holds.map_or(String::new(), |holds| format!("<HoldQueueLength>{holds}</HoldQueueLength>"));
    let due = if due.is_empty() { String::new() } else { format!("<DateDue>{due}</DateDue>") };
    let id = item_id(ITEM);
    told(
        "LookupItem",
        &format!(
            "{id}{transaction}<ItemOptionalFields><CirculationStatus>{status}</CirculationStatus>{holds}{due}</ItemOptionalFields>"
        ),
    )
}

fn no_item() -> String {
    told("LookupItem", "<Problem><ProblemType>Unknown Item</ProblemType></Problem>")
}

/// What is told of the user.
fn of_user(id: &str, loans: &[(&str, &str)], holds: &[String]) -> String {
    let loan = |(item, due): &(&str, &str)| {
        format!(
            "<LoanedItem>{}<ReminderLevel>1</ReminderLevel><DateDue>{due}</DateDue></LoanedItem>",
            item_id(item)
        )
    };
    let loans: String = loans.iter().map(loan).collect();
    told("LookupUser", &format!("{}{loans}{}", user_id(id), holds.concat()))
}

/// A hold of the user: its id, the item or the record that it is on, and when it was placed.
fn hold(id: &str, on: &str, placed: &str) -> String {
    let id = match id {
        "" => String::new(),
        id => format!("<RequestId><RequestIdentifierValue>{id}</RequestIdentifierValue></RequestId>"),
    };
    let on = match on.strip_prefix("b:") {
        _ if on.is_empty() => String::new(),
        None => item_id(on),
        Some(record) => format!(
            "<BibliographicId><BibliographicRecordId><BibliographicRecordIdentifier>{record}</BibliographicRecordIdentifier></BibliographicRecordId></BibliographicId>"
        ),
    };
    format!(
        "<RequestedItem>{id}{on}<RequestType>Hold</RequestType><RequestStatusType>In Process</RequestStatusType><DatePlaced>{placed}</DatePlaced></RequestedItem>"
    )
}

/// What answers to questions about a command show, where other requests know of holds.
fn shown(preset: Preset, command: &IlsCommand, answers: &[(Question, String)], known: &[&str]) -> Found {
    let (settings, fill) = (settings(preset), crate::support::fill());
    let mut look = Look::new(command, &fill, &settings, now());
    for (question, reply) in answers {
        look.hear(*question, reply.as_bytes()).unwrap_or_else(|why| panic!("{why}: {reply}"));
    }
    look.found(&known.iter().map(|id| (*id).to_owned()).collect())
}

fn is_done(found: &Found) -> bool {
    matches!(found, Found::Done(_))
}

/// What is expected of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    Done,
    NotDone,
    Unclear,
    ForStaff,
}

impl Shows {
    fn of(found: &Found) -> Self {
        match found {
            Found::Done(_) => Shows::Done,
            Found::NotDone => Shows::NotDone,
            Found::Unclear => Shows::Unclear,
            Found::ForStaff(_) => Shows::ForStaff,
        }
    }
}

const LAKE: &str = "ILL-LAKE";
const SINCE: &str = "2026-11-25T12:00:01Z";
const BEFORE: &str = "2026-11-25T10:00:00Z";

/// A loan that is told to be somebody else's is not ours; of one whose borrower is not told, the item was in staff's hands just before.
#[test]
fn a_loan_of_somebody_else_is_not_taken_for_ours() {
    use Question::{Item, User};
    let lent = command("check an item out to a library");
    let on_loan = |to: &str| (Item, of_item(to, &[], "On Loan", None, "2026-12-24T06:59:59Z"));
    let has = |loans: &[&str]| {
        let loans: Vec<(&str, &str)> = loans.iter().map(|item| (*item, "2026-12-24T06:59:59Z")).collect();
        (User, of_user(LAKE, &loans, &[]))
    };
    for (answers, shows) in [
        (vec![(Item, no_item())], Shows::NotDone),
        (vec![(Item, of_item("", &[], "Available On Shelf", None, ""))], Shows::NotDone),
        (vec![on_loan(LAKE)], Shows::Done),
        (vec![on_loan("ILL-HILL")], Shows::ForStaff),
        (vec![on_loan("")], Shows::Done),
        (vec![on_loan(""), has(&[ITEM])], Shows::Done),
        (vec![on_loan(""), has(&["777"])], Shows::ForStaff),
        (vec![on_loan(""), has(&[])], Shows::Done),
        // The same user by another of the ILS's ids.
        (vec![on_loan("4711"), has(&[ITEM])], Shows::Done),
        (vec![has(&[ITEM])], Shows::Done),
        (vec![has(&["777"])], Shows::NotDone),
        (vec![has(&[])], Shows::Unclear),
        (vec![], Shows::Unclear),
    ] {
        let found = shown(Preset::PlainV2, &lent, &answers, &[]);
        assert_eq!(Shows::of(&found), shows, "{answers:?}: {found:?}");
        if let Found::Done(facts) = found {
            assert_eq!(facts.due, Some(at("2026-12-24T06:59:59Z")), "{answers:?}");
        }
    }
}

/// A hold is ours by our id of it, or where it is the user's, on that item or record, placed since, and no other request's.
#[test]
fn a_hold_of_somebody_else_or_of_before_is_not_taken_for_ours() {
    use Question::{Item, Request, User};
    let item = command("hold an item for a library");
    let title = command("hold a title for a library");
    let has = |holds: &[String]| (User, of_user(LAKE, &[], holds));
    let waits = |ids: &[&str]| (Item, of_item("", ids, "Available On Shelf", Some(ids.len() as u32), ""));
    let known = (
        Request,
        told(
            "LookupRequest",
            "<RequestId><RequestIdentifierValue>REQ-17</RequestIdentifierValue></RequestId>",
        ),
    );
    let unknown =
        (Request, told("LookupRequest", "<Problem><ProblemType>Unknown Request</ProblemType></Problem>"));
    let of_hill = (
        Request,
        told(
            "LookupRequest",
            &format!(
                "<RequestId><RequestIdentifierValue>REQ-17</RequestIdentifierValue></RequestId>{}",
                user_id("ILL-HILL")
            ),
        ),
    );
    for (wish, answers, shows) in [
        (&item, vec![known], Shows::Done),
        (&item, vec![unknown], Shows::NotDone),
        (&item, vec![of_hill], Shows::Unclear),
        (&item, vec![has(&[hold("REQ-17", "", "")])], Shows::Done),
        (&item, vec![has(&[hold("REQ-18", ITEM, SINCE)])], Shows::NotDone),
        (&item, vec![has(&[hold("1001", ITEM, SINCE)])], Shows::Done),
        (&item, vec![has(&[hold("1001", ITEM, "2026-11-25")])], Shows::Done),
        (&item, vec![has(&[hold("1001", ITEM, BEFORE)])], Shows::NotDone),
        (&item, vec![has(&[hold("1001", ITEM, "2026-11-24")])], Shows::NotDone),
        (&item, vec![has(&[hold("1001", ITEM, "yesterday")])], Shows::Unclear),
        (&item, vec![has(&[hold("1001", "777", SINCE)])], Shows::NotDone),
        (&item, vec![has(&[hold("1001", "b:.b10243641", SINCE)])], Shows::Done),
        (&item, vec![has(&[hold("1001", "", SINCE)])], Shows::Unclear),
        // Another request has that one.
        (&item, vec![has(&[hold("1000", ITEM, SINCE)])], Shows::NotDone),
        (&item, vec![has(&[])], Shows::Unclear),
        (&item, vec![(Item, no_item())], Shows::NotDone),
        (&item, vec![waits(&[])], Shows::NotDone),
        (&item, vec![waits(&["ILL-HILL"])], Shows::NotDone),
        (&item, vec![waits(&[LAKE])], Shows::Unclear),
        (&item, vec![(Item, of_item("", &[], "Available On Shelf", Some(1), ""))], Shows::Unclear),
        (&item, vec![(Item, of_item("", &[], "On Hold", None, ""))], Shows::Unclear),
        (&title, vec![has(&[hold("1001", "b:.b10243641", SINCE)])], Shows::Done),
        (&title, vec![has(&[hold("1001", "b:1024364", SINCE)])], Shows::Done),
        (&title, vec![has(&[hold("1001", "b:.b10243641", BEFORE)])], Shows::NotDone),
        (&title, vec![has(&[hold("1001", "b:.b77777777", SINCE)])], Shows::NotDone),
        (&title, vec![has(&[hold("1001", ITEM, SINCE)])], Shows::Unclear),
        (&title, vec![has(&[hold("REQ-17", ITEM, "")])], Shows::Done),
        (&title, vec![has(&[])], Shows::Unclear),
    ] {
        let found = shown(Preset::PlainV2, wish, &answers, &["1000"]);
        assert_eq!(Shows::of(&found), shows, "{wish:?}: {answers:?}: {found:?}");
        if let Found::Done(facts) = found {
            let by_number = format!("{answers:?}").contains("1001");
            assert_eq!(facts.request.as_deref(), by_number.then_some("1001"), "{answers:?}");
        }
    }
}

/// Which of two that were placed since is ours nobody knows: the first is taken, and it is told.
#[test]
fn two_holds_since_are_told() {
    let holds = [hold("1001", ITEM, SINCE), hold("1002", ITEM, SINCE)];
    let answers = [(Question::User, of_user(LAKE, &[], &holds))];
    let Found::Done(facts) = shown(Preset::PlainV2, &command("hold an item for a library"), &answers, &[])
    else {
        panic!("it is there");
    };
    assert_eq!((facts.request.as_deref(), facts.twice), (Some("1001"), Some(MayBeTwice::Hold)));
}

/// A temporary item is ours where its hold is, or where it is told that the patron waits for it.
#[test]
fn an_item_of_the_librarys_own_is_not_taken_for_the_one_that_came() {
    use Question::{Item, User};
    let accept = command("take an item in for the patron");
    let has = |holds: &[String]| (User, of_user(CARD, &[], holds));
    let there = |ids: &[&str], status: &str, holds| (Item, of_item("", ids, status, holds, ""));
    for (preset, answers, shows) in [
        (Preset::PlainV2, vec![has(&[hold("REQ-17", ITEM, "")])], Shows::Done),
        (Preset::PlainV2, vec![has(&[hold("1001", ITEM, SINCE)])], Shows::Done),
        (Preset::PlainV2, vec![has(&[hold("1001", ITEM, BEFORE)])], Shows::NotDone),
        (Preset::PlainV2, vec![(Item, no_item())], Shows::NotDone),
        (Preset::PlainV2, vec![there(&[CARD], "On Hold", Some(1))], Shows::Done),
        (Preset::PlainV2, vec![there(&["777"], "On Hold", Some(1))], Shows::NotDone),
        (Preset::PlainV2, vec![there(&[], "Available On Shelf", Some(0))], Shows::NotDone),
        (Preset::PlainV2, vec![there(&[], "On Loan", None)], Shows::NotDone),
        (Preset::PlainV2, vec![there(&[], "On Hold", Some(1))], Shows::Done),
        (Preset::PlainV2, vec![there(&[], "On Hold", None), has(&[])], Shows::Done),
        (Preset::PlainV2, vec![there(&[], "On Hold", None), has(&[hold("5", "777", SINCE)])], Shows::NotDone),
        (
            Preset::PlainV2,
            vec![there(&[CARD], "On Hold", None), has(&[hold("5", ITEM, BEFORE)])],
            Shows::NotDone,
        ),
        // It may have got a barcode of the ILS's own.
        (Preset::Koha, vec![(Item, no_item())], Shows::Unclear),
        (Preset::Koha, vec![(Item, no_item()), has(&[hold("1001", "TEMP-9", SINCE)])], Shows::Unclear),
        (Preset::Koha, vec![(Item, no_item()), has(&[hold("1001", ITEM, SINCE)])], Shows::Done),
        (Preset::Koha, vec![], Shows::Unclear),
    ] {
        let found = shown(preset, &accept, &answers, &[]);
        assert_eq!(Shows::of(&found), shows, "{preset}: {answers:?}: {found:?}");
    }
    let own = has(&[hold("REQ-17", "TEMP-9", SINCE)]);
    let Found::Done(facts) = shown(Preset::PlainV2, &accept, &[own], &[]) else { panic!("it is there") };
    assert_eq!(facts.item.as_deref(), Some("TEMP-9"), "the barcode that the ILS gave it");
}

/// By the date that it had, the one that is asked for, the one that the ILS shows, and how often it was renewed.
#[test]
fn a_renewal_is_done_where_the_date_or_the_count_has_moved_on() {
    use Question::{Item, User};
    let before = Some("2026-12-01T06:59:59Z");
    let counted = |due: &str, count: u32| {
        let item = of_item("", &[], "On Loan", None, due);
        (
            Item,
            item.replace(
                "</LookupItemResponse>",
                &format!("<Ext><RenewalCount>{count}</RenewalCount></Ext></LookupItemResponse>"),
            ),
        )
    };
    let dated = |due: &str| (Item, of_item("", &[], "On Loan", None, due));
    for (before, count, answers, expected) in [
        (before, None, vec![dated("2026-12-24T06:59:59Z")], Shows::Done),
        (before, None, vec![dated("2027-01-24T06:59:59Z")], Shows::Done),
        // It goes by its own rules.
        (before, None, vec![dated("2026-12-15T06:59:59Z")], Shows::Done),
        (before, None, vec![dated("2026-12-02T06:59:59Z")], Shows::Done),
        // The same day, told in another form.
        (before, None, vec![dated("2026-12-01T06:59:59Z")], Shows::NotDone),
        (before, None, vec![dated("2026-11-30T18:00:00Z")], Shows::NotDone),
        // It is not the loan that is known here, or nothing is known of it.
        (before, None, vec![dated("2026-11-20T06:59:59Z")], Shows::ForStaff),
        (before, None, vec![dated("")], Shows::ForStaff),
        (
            before,
            None,
            vec![(Item, of_item("777", &[], "On Loan", None, "2026-12-24T06:59:59Z"))],
            Shows::ForStaff,
        ),
        (before, None, vec![], Shows::ForStaff),
        (None, None, vec![dated("2026-12-15T06:59:59Z")], Shows::ForStaff),
        (None, None, vec![dated("2026-12-24T06:59:59Z")], Shows::Done),
        // By its count, where the date stays: a fixed end of term.
        (before, Some(0), vec![counted("2026-12-01T06:59:59Z", 1)], Shows::Done),
        (before, Some(1), vec![counted("2026-12-01T06:59:59Z", 1)], Shows::NotDone),
        (before, Some(1), vec![counted("", 1)], Shows::NotDone),
        (before, Some(1), vec![counted("2026-12-24T06:59:59Z", 1)], Shows::ForStaff),
        (before, Some(2), vec![counted("2026-12-24T06:59:59Z", 1)], Shows::ForStaff),
        (before, None, vec![counted("", 1)], Shows::ForStaff),
        // By the user's loans.
        (before, None, vec![(User, of_user(CARD, &[(ITEM, "2026-12-15T06:59:59Z")], &[]))], Shows::Done),
        (before, None, vec![(User, of_user(CARD, &[(ITEM, "2026-12-01T06:59:59Z")], &[]))], Shows::NotDone),
        (before, None, vec![(User, of_user(CARD, &[("777", "2026-12-15T06:59:59Z")], &[]))], Shows::ForStaff),
    ] {
        let mut renew = command("renew a loan");
        let IlsCommand::RenewItem { before: known, renewals, .. } = &mut renew else { panic!("{renew:?}") };
        (*known, *renewals) = (before.map(at), count);
        let found = shown(Preset::PlainV2, &renew, &answers, &[]);
        assert_eq!(Shows::of(&found), expected, "{before:?}, {count:?}, {answers:?}: {found:?}");
    }
}

#[test]
fn a_renewal_that_counts_two_was_made_twice() {
    let mut renew = command("renew a loan");
    let IlsCommand::RenewItem { renewals, .. } = &mut renew else { panic!("{renew:?}") };
    *renewals = Some(1);
    for (count, twice) in [(2, None), (3, Some(MayBeTwice::Renewal))] {
        let reply = told("RenewItem", &format!("{}<RenewalCount>{count}</RenewalCount>", item_id(ITEM)));
        let IlsAnswer::Done { facts } = understood(Preset::PlainV2, AttemptKind::First, &renew, &reply)
        else {
            panic!("{reply}")
        };
        assert_eq!((facts.twice, facts.renewals), (twice, Some(count)));
    }
}

/// What the ILS answers without telling of the thing decides nothing; what is no answer is none.
#[test]
fn what_shows_nothing_is_unclear() {
    let problem = |service: &str, kind: &str| {
        told(service, &format!("<Problem><ProblemType>{kind}</ProblemType></Problem>"))
    };
    for (name, shows) in [
        ("take an item in for the patron", Shows::Unclear),
        ("check an item out to a library", Shows::Unclear),
        ("hold an item for a library", Shows::Unclear),
        ("create an item", Shows::Unclear),
        ("renew a loan", Shows::ForStaff),
    ] {
        for kind in ["Unsupported Service", "Unauthorized Service For Agency", "It is Tuesday"] {
            let answers = [(Question::Item, problem("LookupItem", kind))];
            let found = shown(Preset::PlainV2, &command(name), &answers, &[]);
            assert_eq!(Shows::of(&found), shows, "{name}: {kind}: {found:?}");
        }
    }
    let (settings, fill, command) =
        (settings(Preset::PlainV2), crate::support::fill(), command("renew a loan"));
    for (question, reply) in [
        (Question::Item, problem("LookupItem", "Temporary Processing Failure")),
        (Question::Item, "It works!".to_owned()),
        (Question::Item, of_item("", &[], "On Loan", None, "").replace(ITEM, "777")),
        (Question::User, of_user("SOMEBODY", &[(ITEM, "2026-12-24")], &[])),
    ] {
        let mut look = Look::new(&command, &fill, &settings, now());
        assert!(look.hear(question, reply.as_bytes()).is_err(), "{reply}");
        assert!(!is_done(&look.found(&Default::default())), "{reply}");
    }
}

/// A refusal about another patron is none of ours, and no yes either.
#[test]
fn an_answer_about_another_patron_is_never_a_yes() {
    let of = |id: &str, status: &str| {
        let fields = format!(
            "<UserOptionalFields><UserPrivilege><AgencyUserPrivilegeType>STATUS</AgencyUserPrivilegeType><UserPrivilegeStatus><UserPrivilegeStatusType>{status}</UserPrivilegeStatusType></UserPrivilegeStatus></UserPrivilege></UserOptionalFields>"
        );
        told("LookupUser", &format!("{}{fields}", user_id(id)))
    };
    let asks = command("look up the patron");
    let standing = |preset, id, status| match understood(preset, AttemptKind::First, &asks, &of(id, status)) {
        IlsAnswer::Done { facts } => facts.patron,
        IlsAnswer::Failed { .. } => None,
        other => panic!("{other:?}"),
    };
    for (preset, id, status, expected) in [
        (Preset::PlainV2, CARD, "Active", Some(PatronStanding::Good)),
        (Preset::PlainV2, "99999000567890", "Active", None),
        (Preset::PlainV2, "1", "Active", None),
        (Preset::PlainV2, "1", "Restricted", Some(PatronStanding::Unclear)),
        (Preset::Koha, "51", "Active", Some(PatronStanding::Good)),
        (Preset::Koha, "51", "Restricted", Some(PatronStanding::Blocked)),
        (Preset::Koha, "99999000567890", "Active", None),
    ] {
        assert_eq!(standing(preset, id, status), expected, "{preset}: {id}: {status}");
    }
}

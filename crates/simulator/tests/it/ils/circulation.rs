//! The library itself: what always holds, whatever is asked of it in whatever order.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use simulator::ils::{
    Circulation, Item, Patron, Refusal, Service,
    circulation::{
        Acceptance, By, HoldIds, HoldState, HoldWish, ItemStatus, ItemWish, LoanWish, Repeats, Rules, Wanted,
    },
};

const CARDS: [&str; 4] = ["P1", "P2", "LIB", "BLOCKED"];
const BARCODES: [&str; 6] = ["I1", "I2", "I3", "STAYS", "T1", "T2"];

fn start() -> Timestamp {
    "2027-03-01T08:00:00Z".parse().unwrap()
}

fn library(rules: Rules) -> Circulation {
    let patrons = [
        Patron::person("P1", "Jo", "Reader").pin("1111"),
        Patron { most_loans: Some(1), ..Patron::person("P2", "Max", "Writer") },
        Patron::library("LIB", "Boulder"),
        Patron::person("BLOCKED", "Al", "Owing").blocked(),
    ];
    let items = [
        Item::new("I1", "R1", "Alpine flowers"),
        Item::new("I2", "R1", "Alpine flowers"),
        Item::new("I3", "R2", "Rivers"),
        Item::new("STAYS", "R3", "Atlas").stays_in(),
    ];
    Circulation::new(rules, patrons, items)
}

#[derive(Clone, Debug)]
enum Move {
    Request { patron: &'static str, item: &'static str, request: u8 },
    RequestTitle { patron: &'static str, title: u8 },
    Cancel { request: u8 },
    Pull { request: u8 },
    Accept { request: u8, item: &'static str, patron: &'static str },
    Create { item: &'static str },
    Delete { item: &'static str },
    CheckOut { patron: &'static str, item: &'static str, days: i64 },
    CheckIn { item: &'static str },
    Undo { item: &'static str },
    Renew { patron: &'static str, item: &'static str },
    Recall { item: &'static str },
    CancelRecall { item: &'static str },
    Charge { patron: &'static str },
}

fn moves() -> impl Strategy<Value = Move> {
    let patron = || prop::sample::select(&CARDS[..]);
    let item = || prop::sample::select(&BARCODES[..]);
    prop_oneof![
        (patron(), item(), 0..6u8).prop_map(|(patron, item, request)| Move::Request {
            patron,
            item,
            request
        }),
        (patron(), 1..4u8).prop_map(|(patron, title)| Move::RequestTitle { patron, title }),
        (0..6u8).prop_map(|request| Move::Cancel { request }),
        (0..6u8).prop_map(|request| Move::Pull { request }),
        (0..6u8, item(), patron()).prop_map(|(request, item, patron)| Move::Accept { request, item, patron }),
        item().prop_map(|item| Move::Create { item }),
        item().prop_map(|item| Move::Delete { item }),
        (patron(), item(), -3..40i64).prop_map(|(patron, item, days)| Move::CheckOut { patron, item, days }),
        item().prop_map(|item| Move::CheckIn { item }),
        item().prop_map(|item| Move::Undo { item }),
        (patron(), item()).prop_map(|(patron, item)| Move::Renew { patron, item }),
        item().prop_map(|item| Move::Recall { item }),
        item().prop_map(|item| Move::CancelRecall { item }),
        patron().prop_map(|patron| Move::Charge { patron }),
    ]
}

fn play(library: &mut Circulation, played: &Move, now: Timestamp) -> Result<(), Refusal> {
    let by = By::Message;
    let name = |request: &u8| format!("req-{request}");
    match played {
        Move::Request { patron, item, request } => {
            let wanted = Wanted::Item((*item).to_owned());
            let request = Some(name(request));
            let wish = HoldWish { patron: (*patron).to_owned(), wanted, request, pickup: None };
            library.request(wish, by, now).map(drop)
        }
        Move::RequestTitle { patron, title } => {
            let wanted = Wanted::Title(format!("R{title}"));
            let wish = HoldWish { patron: (*patron).to_owned(), wanted, request: None, pickup: None };
            library.request(wish, by, now).map(drop)
        }
        Move::Cancel { request } => library.cancel(&name(request), by, now).map(drop),
        Move::Pull { request } => library.pull(&name(request)).map(drop),
        Move::Accept { request, item, patron } => {
            library.accept(acceptance(&name(request), item, patron), by, now).map(drop)
        }
        Move::Create { item } => {
            let wish = ItemWish {
                barcode: Some((*item).to_owned()),
                request: None,
                title: None,
                author: None,
                call_number: None,
            };
            library.create(wish, by, now).map(drop)
        }
        Move::Delete { item } => library.delete(item, by, now).map(drop),
        Move::CheckOut { patron, item, days } => {
            let due = now + SignedDuration::from_hours(days * 24);
            library.check_out(LoanWish { due: Some(due), ..LoanWish::of(item, patron) }, by, now).map(drop)
        }
        Move::CheckIn { item } => library.check_in(item, by, now).map(drop),
        Move::Undo { item } => library.undo_check_out(item, by, now).map(drop),
        Move::Renew { patron, item } => library.renew(item, patron, None, by, now).map(drop),
        Move::Recall { item } => library.recall(item, None, by, now).map(drop),
        Move::CancelRecall { item } => library.cancel_recall(item, by, now).map(drop),
        Move::Charge { patron } => library.charge(patron, ("2.50", "USD"), "late", by, now).map(drop),
    }
}

fn acceptance(request: &str, item: &str, patron: &str) -> Acceptance {
    Acceptance {
        request: request.to_owned(),
        barcode: Some(item.to_owned()),
        hold_for: Some(patron.to_owned()),
        pickup: None,
        title: Some("From afar".to_owned()),
        author: None,
        call_number: None,
        due_back: None,
    }
}

proptest! {
    #[test]
    fn whatever_is_asked_the_library_stays_sound(
        history in prop::collection::vec((moves(), 0..72i64), 1..80),
        repeats in prop::sample::select(&[Repeats::Refused, Repeats::DoneAgain][..]),
    ) {
        let mut library = library(Rules { repeats, ..Rules::default() });
        let mut now = start();
        for (played, hours) in &history {
            now += SignedDuration::from_hours(*hours);
            let before = library.clone();
            match play(&mut library, played, now) {
                Ok(()) => {
                    let operations = library.operations().len() - before.operations().len();
                    prop_assert_eq!(operations, usize::from(!matches!(played, Move::Pull { .. })), "{:?}", played);
                }
                Err(refusal) => prop_assert_eq!(&library, &before, "{:?} was refused ({})", played, refusal),
            }
            prop_assert_eq!(library.unsound(), Vec::<String>::new(), "after {:?}", played);
        }
        let done = |service| library.carried_out(service);
        let ended = done(Service::CheckInItem) + done(Service::UndoCheckOutItem);
        if repeats == Repeats::Refused {
            prop_assert_eq!(library.loans().count(), done(Service::CheckOutItem) - ended);
            let made = 4 + done(Service::AcceptItem) + done(Service::CreateItem);
            prop_assert_eq!(library.items().count(), made - done(Service::DeleteItem));
            let renewals = library.loans().map(|loan| loan.renewals).max().unwrap_or(0);
            prop_assert!(renewals <= library.rules().most_renewals);
            let twice: Vec<_> = library.doubles().into_iter().map(|double| double.second.service).collect();
            prop_assert!(!twice.contains(&Service::CheckOutItem) && !twice.contains(&Service::AcceptItem), "{:?}", twice);
        }
        for loan in library.loans() {
            let patron = library.patron(&loan.patron).unwrap();
            let out = library.loans().filter(|other| other.patron == loan.patron).count();
            prop_assert!(patron.most_loans.is_none_or(|most| out <= most as usize));
        }
    }
}

#[test]
fn a_loan_between_libraries_from_hold_to_shelf() {
    let mut lender = library(Rules::default());
    let wish = HoldWish {
        patron: "LIB".to_owned(),
        wanted: Wanted::Item("I1".to_owned()),
        request: Some("r-1".to_owned()),
        pickup: None,
    };
    lender.request(wish.clone(), By::Message, start()).unwrap();
    assert_eq!(lender.request(wish, By::Message, start()), Err(Refusal::DuplicateRequest));
    let other = lender.check_out(LoanWish::of("I1", "P1"), By::Desk, start());
    assert_eq!(other, Err(Refusal::ResourceCannotBeProvided), "it is on hold for the library");
    lender.pull("r-1").unwrap();
    assert_eq!(lender.status(lender.item("I1").unwrap()), ItemStatus::AvailableForPickup);
    let loan = lender.check_out(LoanWish::of("I1", "LIB"), By::Message, start()).unwrap();
    assert_eq!(loan.request.as_deref(), Some("r-1"), "the loan knows the hold it came from");
    assert_eq!(loan.due, "2027-03-29T08:00:00Z".parse().unwrap());
    assert_eq!(lender.hold("r-1"), Err(Refusal::UnknownRequest));
    assert_eq!(lender.status(lender.item("I1").unwrap()), ItemStatus::OnLoan);
    let (ended, next) = lender.check_in("I1", By::Message, start()).unwrap();
    assert_eq!((ended.patron.as_str(), next), ("LIB", None));
    assert_eq!(lender.check_in("I1", By::Message, start()), Err(Refusal::ItemNotCheckedOut));
}

#[test]
fn a_temporary_item_waits_for_its_patron_and_goes_again() {
    let mut borrower = library(Rules::default());
    let accepted = borrower.accept(acceptance("r-9", "ILL-9", "P1"), By::Message, start()).unwrap();
    assert!(accepted.is_temporary() && accepted.is_for_request("r-9"));
    assert_eq!(borrower.holds()[0].state, HoldState::OnShelf);
    let again = borrower.accept(acceptance("r-9", "ILL-9", "P1"), By::Message, start());
    assert_eq!(again, Err(Refusal::CannotAcceptItem));
    borrower.check_out(LoanWish::of("ILL-9", "P1"), By::Desk, start()).unwrap();
    assert_eq!(borrower.delete("ILL-9", By::Message, start()), Err(Refusal::ElementRuleViolated));
    borrower.check_in("ILL-9", By::Desk, start()).unwrap();
    assert_eq!(borrower.status(borrower.item("ILL-9").unwrap()), ItemStatus::AvailableOnShelf);
    borrower.delete("ILL-9", By::Message, start()).unwrap();
    assert_eq!(borrower.item("ILL-9"), Err(Refusal::UnknownItem));
    assert_eq!(borrower.doubles(), []);
    assert_eq!(borrower.carried_out(Service::AcceptItem), 1);
    assert_eq!(borrower.carried_out(Service::CheckOutItem), 0, "the desk did it, no message");
}

#[test]
fn what_is_done_twice_is_told() {
    let mut library = library(Rules { repeats: Repeats::DoneAgain, ..Rules::default() });
    for _ in 0..2 {
        library.accept(acceptance("r-1", "T1", "P1"), By::Message, start()).unwrap();
        library.check_out(LoanWish::of("I1", "LIB"), By::Message, start()).unwrap();
    }
    let twice: Vec<_> = library.doubles().iter().map(|double| double.second.service).collect();
    assert_eq!(twice, [Service::AcceptItem, Service::CheckOutItem]);
    assert_eq!(library.items().filter(|item| item.is_temporary()).count(), 2);
    library.check_in("I1", By::Desk, start()).unwrap();
    library.check_out(LoanWish::of("I1", "LIB"), By::Message, start()).unwrap();
    assert_eq!(library.doubles().len(), 2, "a loan after a return is no double");
}

#[test]
fn the_longest_waiting_hold_gets_what_comes_back() {
    let mut library = library(Rules::default());
    library.check_out(LoanWish::of("I3", "LIB"), By::Desk, start()).unwrap();
    for (patron, request) in [("P1", "first"), ("P2", "second")] {
        let wish = HoldWish {
            patron: patron.to_owned(),
            wanted: Wanted::Title("R2".to_owned()),
            request: Some(request.to_owned()),
            pickup: None,
        };
        library.request(wish, By::Desk, start()).unwrap();
    }
    let renewed = library.renew("I3", "LIB", None, By::Desk, start());
    assert_eq!(renewed, Err(Refusal::ItemNotRenewable), "somebody waits");
    let (_, next) = library.check_in("I3", By::Desk, start()).unwrap();
    assert_eq!(next.unwrap().patron, "P1");
    let (_, next) = {
        library.check_out(LoanWish::of("I3", "P1"), By::Desk, start()).unwrap();
        library.check_in("I3", By::Desk, start()).unwrap()
    };
    assert_eq!(next.unwrap().patron, "P2");
}

#[test]
fn a_recall_shortens_a_loan_and_its_cancel_restores_it() {
    let mut library = library(Rules::default());
    let due = library.check_out(LoanWish::of("I1", "LIB"), By::Desk, start()).unwrap().due;
    let recalled = library.recall("I1", None, By::Message, start()).unwrap();
    assert_eq!(recalled.due, start() + SignedDuration::from_hours(7 * 24));
    let renewed = library.renew("I1", "LIB", None, By::Desk, start());
    assert_eq!(renewed, Err(Refusal::ItemNotRenewable));
    library.recall("I1", Some(due), By::Message, start()).unwrap();
    assert_eq!(library.cancel_recall("I1", By::Message, start()).unwrap().due, due, "also after two recalls");
    assert_eq!(library.cancel_recall("I1", By::Message, start()), Err(Refusal::ItemNotRecalled));
    for n in 1..=2 {
        assert_eq!(library.renew("I1", "LIB", None, By::Message, start()).unwrap().renewals, n);
    }
    let third = library.renew("I1", "LIB", None, By::Message, start());
    assert_eq!(third, Err(Refusal::MaximumRenewalsExceeded));
}

#[test]
fn holds_known_by_their_own_number_only() {
    let mut library = library(Rules { hold_ids: HoldIds::Own, ..Rules::default() });
    let wish = HoldWish {
        patron: "P1".to_owned(),
        wanted: Wanted::Item("I1".to_owned()),
        request: Some("theirs".to_owned()),
        pickup: None,
    };
    let hold = library.request(wish, By::Message, start()).unwrap();
    assert_eq!(library.cancel("theirs", By::Message, start()), Err(Refusal::UnknownRequest));
    library.cancel(&hold.id(HoldIds::Own), By::Message, start()).unwrap();
}

#[test]
fn a_pin_is_compared_and_never_shown() {
    let library = library(Rules::default());
    assert!(library.authenticated("P1", "1111").is_ok());
    assert_eq!(library.authenticated("P1", "2222"), Err(Refusal::UserAuthenticationFailed));
    assert_eq!(
        library.authenticated("P2", ""),
        Err(Refusal::UserAuthenticationFailed),
        "nobody has an empty PIN"
    );
    let shown = serde_json::to_string(library.patron("P1").unwrap()).unwrap();
    assert!(!shown.contains("1111"), "{shown}");
}

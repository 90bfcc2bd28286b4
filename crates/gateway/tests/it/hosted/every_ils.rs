//! A loan from what a patron asks for to its end, for every kind of ILS on both sides: those that only answer, and those that tell. After each step
//! both hold the right item, hold and loan.

use api::model::RequestDetail;
use jiff::SignedDuration;
use ncip::RequestItem;
use serde_json::json;
use simulator::ils::{Circulation, Dialect, Failure, Fault, Service};

use super::{
    named::{ask, record, wanted},
    pair::{ITEM, OTHERS, Pair, RECORD, Tells, is_idle, lent_to, on_hold_shelf},
    world::PATRON,
};

/// What a patron's message names.
#[derive(Clone, Copy, Debug)]
enum Identified {
    Item,
    Title,
}

/// How the first answer to each service goes wrong, if it does.
type Wrong = Option<Fault>;

async fn lend((borrower, lender): (Dialect, Dialect), tells: Tells, identified: Identified, wrong: Wrong) {
    let pair = Pair::of(borrower, lender, tells).await;
    let (world, north, south) = (&pair.world, &pair.north, &pair.south);
    for service in Service::ALL {
        if let Some(fault) = &wrong {
            north.fail(Failure::once(*service, fault.clone()));
            south.fail(Failure::once(*service, fault.clone()));
        }
    }
    let message = match identified {
        Identified::Item => pair.names(ITEM, "Dune"),
        Identified::Title => {
            RequestItem { bibliographic_ids: vec![record("XX-SOUTH", RECORD)], ..wanted("Dune") }
        }
    };
    let borrowing = ask(world, message).await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    if lender.services().contains(&Service::RequestItem) {
        pair.held(south, "a hold for the other libraries", |held| {
            held.holds().len() == 1 && held.holds()[0].patron == OTHERS && held.loans().count() == 0
        })
        .await;
    }
    world.act(&lending, "pulled", json!({ "volumes": [ITEM] })).await;
    if pair.tells == Tells::Everything {
        south.desk().check_out(ITEM, OTHERS).unwrap();
        pair.until_volume(&lending, "checked-out").await;
    }
    world.act(&lending, "ship", json!({})).await;
    world.until_phase(&borrowing, "shipped").await;
    pair.held(south, "a loan to the other libraries, and no hold", |held| {
        lent_to(held, ITEM, OTHERS) && held.holds().is_empty()
    })
    .await;

    world.act(&borrowing, "receive", json!({ "volumes": [ITEM] })).await;
    pair.until_volume(&borrowing, "on-shelf").await;
    pair.held(north, "a temporary item on the hold shelf", on_hold_shelf).await;
    let local = world.detail(&borrowing).await.volumes[0].local.clone().unwrap();
    let taken = |held: &Circulation| lent_to(held, &local, PATRON) && held.holds().is_empty();
    let polled = borrower.services().contains(&Service::LookupItem);
    match (pair.tells, polled) {
        (Tells::Everything, _) => {
            north.desk().pick_up(PATRON, &local).unwrap();
            pair.until_volume(&borrowing, "checked-out").await;
            pair.held(north, "a loan to the patron", taken).await;
            north.desk().check_in(&local).unwrap();
        }
        (Tells::Nothing, true) => {
            pair.poll(&borrowing).await;
            pair.until_volume(&borrowing, "on-shelf").await;
            pair.held(north, "still on the hold shelf", on_hold_shelf).await;
            north.desk().pick_up(PATRON, &local).unwrap();
            pair.poll(&borrowing).await;
            pair.until_volume(&borrowing, "checked-out").await;
            pair.held(north, "a loan to the patron", taken).await;
            north.desk().check_in(&local).unwrap();
            world.clock.advance(SignedDuration::from_hours(2));
        }
        (Tells::Nothing, false) => {
            world.act(&borrowing, "pick-up", json!({})).await;
            pair.held(north, "a loan to the patron", taken).await;
            world.act(&borrowing, "check-in", json!({})).await;
        }
    }
    pair.until_volume(&borrowing, "checked-in").await;
    pair.held(north, "no loan and no hold", is_idle).await;

    world.act(&borrowing, "ship-back", json!({})).await;
    world.until_phase(&lending, "returning").await;
    match pair.tells {
        Tells::Everything => drop(south.desk().check_in(ITEM).unwrap()),
        Tells::Nothing => drop(world.act(&lending, "returned", json!({})).await),
    }
    let mut told = String::new();
    for request in [&lending, &borrowing] {
        world.until_phase(request, "completed").await;
        let at_rest = |it: &RequestDetail| it.queue.is_empty() && it.asked.is_empty();
        let detail = world.until(request, at_rest).await;
        assert_eq!(detail.line.incidents, [], "{borrower} from {lender}, {tells:?}");
        told += &format!("{:?}", detail.timeline);
    }
    pair.held(south, "nothing out", is_idle).await;
    // NCIP 1 has no service for it.
    let removes = borrower.services().contains(&Service::DeleteItem) || borrower == Dialect::Evergreen;
    let left = usize::from(!removes);
    pair.held(north, "no temporary item but where none can be removed", |held| held.items().count() == left)
        .await;
    // Where an ILS offers no way to tell, the timeline says what may be there twice.
    if wrong.is_none() || !told.contains("twice") {
        pair.are_sound();
    }
    assert!(!world.files_hold(PATRON), "no file holds the patron in clear");
}

/// Lets every pair lend; says of all that fail which they are.
async fn all_lend(tells: Tells, identified: Identified) {
    let mut failed = Vec::new();
    for pair in pairs() {
        if tokio::spawn(lend(pair, tells, identified, None)).await.is_err() {
            failed.push(format!("{} from {}", pair.0, pair.1));
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[tokio::test]
async fn every_ils_that_only_answers_borrows_and_lends() {
    all_lend(Tells::Nothing, Identified::Item).await;
}

#[tokio::test]
async fn every_ils_that_tells_borrows_and_lends() {
    all_lend(Tells::Everything, Identified::Item).await;
}

#[tokio::test]
async fn every_ils_that_is_asked_for_a_title_lends_one_of_its_items() {
    all_lend(Tells::Nothing, Identified::Title).await;
}

/// Lets every pair lend at once, with the first answer to each service going wrong so.
async fn all_lend_in_spite_of(fault: Fault) {
    let lending = pairs().map(|pair| {
        let run = tokio::spawn(lend(pair, Tells::Nothing, Identified::Item, Some(fault.clone())));
        (format!("{} from {}", pair.0, pair.1), run)
    });
    let mut failed = Vec::new();
    for (pair, run) in lending.collect::<Vec<_>>() {
        if run.await.is_err() {
            failed.push(pair);
        }
    }
    assert!(failed.is_empty(), "{fault}: {failed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_ils_borrows_and_lends_once_though_each_first_answer_is_lost() {
    all_lend_in_spite_of(Fault::DropAfter).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_ils_borrows_and_lends_once_though_each_first_answer_breaks_off() {
    all_lend_in_spite_of(Fault::Cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_ils_borrows_and_lends_though_each_first_answer_is_in_a_wrong_encoding() {
    all_lend_in_spite_of(Fault::MisEncode).await;
}

/// Every kind as a borrower once and as a lender once.
fn pairs() -> impl Iterator<Item = (Dialect, Dialect)> {
    let next = Dialect::ALL.iter().cycle().skip(3);
    Dialect::ALL.iter().copied().zip(next.copied())
}

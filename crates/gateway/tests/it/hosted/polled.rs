//! An ILS that tells nothing is asked from time to time where the temporary item is. What happened between two askings, or while it could not
//! be asked, must not be made up.

use jiff::SignedDuration;
use serde_json::json;
use simulator::ils::{Dialect, Failure, Fault, Item, Refusal, Service, circulation::By};

use super::{
    pair::{ITEM, Pair, Tells, lent_to},
    world::PATRON,
};

/// One of each version and transport.
const POLLED: [Dialect; 2] = [Dialect::Koha, Dialect::Voyager];

async fn pair(borrower: Dialect) -> Pair {
    Pair::of(borrower, Dialect::Symphony, Tells::Nothing).await
}

/// What a patron does about what lies on the hold shelf, unseen by the gateway.
#[derive(Clone, Copy, Debug)]
enum Unseen {
    NeverComes,
    TakesItAndBringsItBack,
    TakesItAndLeavesItAtTheDesk,
}

/// It is sent back from the hold shelf: no step between is needed, whatever the ILS has seen.
async fn goes_back_from_the_shelf(borrower: Dialect, unseen: Unseen) {
    let pair = pair(borrower).await;
    let both = pair.shelved(&[ITEM]).await;
    let local = pair.world.detail(&both.0).await.volumes[0].local.clone().unwrap();
    let desk = pair.north.desk();
    match unseen {
        Unseen::NeverComes => {}
        Unseen::TakesItAndBringsItBack => {
            desk.pick_up(PATRON, &local).unwrap();
            desk.check_in(&local).unwrap();
        }
        Unseen::TakesItAndLeavesItAtTheDesk => drop(desk.pick_up(PATRON, &local).unwrap()),
    }
    pair.goes_home(&both).await;
    pair.held(&pair.north, "no loan", |held| held.loans().count() == 0).await;
    // Where holds cannot be cancelled by message, they are by hand.
    let services = borrower.services();
    let cancels = services.contains(&Service::CancelRequestItem) || borrower == Dialect::Evergreen;
    if cancels {
        pair.held(&pair.north, "no hold", |held| held.holds().is_empty()).await;
    }
    pair.are_sound();
}

#[tokio::test]
async fn no_step_is_needed_between_the_hold_shelf_and_the_way_home() {
    let mut failed = Vec::new();
    for &borrower in Dialect::ALL {
        for unseen in
            [Unseen::NeverComes, Unseen::TakesItAndBringsItBack, Unseen::TakesItAndLeavesItAtTheDesk]
        {
            if tokio::spawn(goes_back_from_the_shelf(borrower, unseen)).await.is_err() {
                failed.push(format!("{borrower}: {unseen:?}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[tokio::test]
async fn a_patron_who_comes_and_goes_between_two_askings_leaves_no_trace() {
    for dialect in POLLED {
        let pair = pair(dialect).await;
        let both = pair.shelved(&[ITEM]).await;
        pair.north.desk().pick_up(PATRON, ITEM).unwrap();
        pair.north.desk().check_in(ITEM).unwrap();
        pair.poll(&both.0).await;
        pair.until_volumes(&both.0, &["on-shelf"]).await;
        pair.comes_home(&both).await;
    }
}

#[tokio::test]
async fn volumes_are_asked_about_one_by_one() {
    for dialect in POLLED {
        let pair = pair(dialect).await;
        let items = [ITEM, "S-2", "S-3"];
        pair.south
            .change(|held| items[1..].iter().for_each(|item| held.add_item(Item::new(item, item, "Dune"))));
        let both = pair.shelved(&items).await;
        let (borrowing, desk) = (&both.0, pair.north.desk());
        desk.pick_up(PATRON, "S-1").unwrap();
        desk.pick_up(PATRON, "S-3").unwrap();
        pair.world.clock.advance(SignedDuration::from_hours(2));
        pair.until_volumes(borrowing, &["checked-out", "on-shelf", "checked-out"]).await;
        desk.check_in("S-3").unwrap();
        desk.pick_up(PATRON, "S-2").unwrap();
        pair.world.clock.advance(SignedDuration::from_hours(2));
        pair.until_volumes(borrowing, &["checked-out", "checked-out", "checked-in"]).await;
        desk.check_in("S-1").unwrap();
        desk.check_in("S-2").unwrap();
        pair.world.clock.advance(SignedDuration::from_hours(2));
        pair.until_volumes(borrowing, &["checked-in"; 3]).await;
        pair.comes_home(&both).await;
    }
}

#[tokio::test]
async fn an_ils_that_does_not_say_is_an_incident_until_it_does() {
    for dialect in POLLED {
        let pair = pair(dialect).await;
        let both = pair.shelved(&[ITEM]).await;
        pair.north.desk().pick_up(PATRON, ITEM).unwrap();
        pair.north.fail(Failure::once(Service::LookupItem, Fault::Refuse(Refusal::UnauthorizedService)));
        pair.world.clock.advance(SignedDuration::from_hours(2));
        let failed =
            |it: &api::model::RequestDetail| it.line.incidents.iter().any(|it| it.slug == "ils.poll-failed");
        let detail = pair.world.until(&both.0, failed).await;
        assert_eq!(detail.volumes[0].state, "on-shelf", "nothing is made up");
        pair.world.clock.advance(SignedDuration::from_hours(2));
        let detail = pair.until_volumes(&both.0, &["checked-out"]).await;
        assert_eq!(detail.line.incidents, [], "it has answered");
        pair.north.desk().check_in(ITEM).unwrap();
        pair.world.clock.advance(SignedDuration::from_hours(2));
        pair.until_volumes(&both.0, &["checked-in"]).await;
        pair.comes_home(&both).await;
    }
}

#[tokio::test]
async fn what_staff_did_before_it_is_asked_is_not_done_again() {
    for dialect in POLLED {
        let pair = pair(dialect).await;
        let both = pair.shelved(&[ITEM]).await;
        // Staff say what the patron did at the desk of the ILS, before it is asked.
        pair.north.desk().pick_up(PATRON, ITEM).unwrap();
        pair.world.act(&both.0, "pick-up", json!({})).await;
        pair.until_volumes(&both.0, &["checked-out"]).await;
        pair.held(&pair.north, "one loan to the patron", |held| lent_to(held, ITEM, PATRON)).await;
        pair.poll(&both.0).await;
        pair.north.desk().check_in(ITEM).unwrap();
        pair.world.act(&both.0, "check-in", json!({})).await;
        pair.until_volumes(&both.0, &["checked-in"]).await;
        pair.comes_home(&both).await;
    }
}

#[tokio::test]
async fn what_the_ils_knows_no_more_is_for_staff() {
    let pair = pair(Dialect::Koha).await;
    let both = pair.shelved(&[ITEM]).await;
    pair.north.desk().pick_up(PATRON, ITEM).unwrap();
    pair.poll(&both.0).await;
    pair.until_volumes(&both.0, &["checked-out"]).await;
    // Staff of the ILS remove the record by hand: it is not known where the item is.
    let now = net::Clock::now(&pair.world.clock);
    pair.north
        .change(|held| held.check_in(ITEM, By::Desk, now).and_then(|_| held.delete(ITEM, By::Desk, now)))
        .unwrap();
    pair.world.clock.advance(SignedDuration::from_hours(2));
    let failed =
        |it: &api::model::RequestDetail| it.line.incidents.iter().any(|it| it.slug == "ils.poll-failed");
    let detail = pair.world.until(&both.0, failed).await;
    assert_eq!(detail.volumes[0].state, "checked-out", "nothing is made up");
    pair.world.act(&both.0, "check-in", json!({})).await;
    pair.until_volumes(&both.0, &["checked-in"]).await;
    pair.comes_home(&both).await;
}

//! Holds in an ILS that places them by record and knows them by its own numbers alone. It is never asked for a hold that it must refuse, nor
//! to cancel one by an id that may be somebody else's: staff are told what they have to do.

use api::model::RequestDetail;
use ncip::{ItemId, RequestItem};
use serde_json::json;
use simulator::ils::{Dialect, Failure, Fault, Refusal, Service};

use super::{
    named::{ask, wanted},
    pair::{ITEM, OTHERS, Pair, Tells},
    world::PATRON,
};

async fn pair() -> Pair {
    Pair::of(Dialect::Symphony, Dialect::Koha, Tells::Nothing).await
}

/// A request on the lender's pull list: the borrower's and the lender's record of it.
async fn asked(pair: &Pair, message: RequestItem) -> (String, String) {
    let borrowing = ask(&pair.world, message).await;
    let lending = pair.world.related(&borrowing, "lending", Some("south")).await;
    pair.world.until_phase(&lending, "on-pull-list").await;
    (borrowing, lending)
}

/// What the incident about a step of the ILS says.
async fn failed_step(pair: &Pair, request: &str) -> String {
    let said = |it: &RequestDetail| {
        let mut incidents = it.line.incidents.iter();
        incidents.find(|it| it.slug == "ils.step-failed").map(|it| it.text.clone())
    };
    let detail = pair.world.until(request, |it| said(it).is_some()).await;
    said(&detail).unwrap()
}

fn times_asked(pair: &Pair, service: Service) -> usize {
    let name = format!("{service}");
    pair.south.exchanges().iter().filter(|exchange| exchange.to_string().contains(&name)).count()
}

#[tokio::test]
async fn a_hold_by_barcode_alone_is_not_asked_for_and_staff_are_told_what_is_missing() {
    let pair = pair().await;
    let message = RequestItem { item_ids: vec![ItemId::new("XX-SOUTH", ITEM)], ..wanted("Dune") };
    let (_, lending) = asked(&pair, message).await;
    let said = failed_step(&pair, &lending).await;
    assert!(said.contains("by record id") && said.contains("barcode alone"), "{said}");
    assert_eq!(times_asked(&pair, Service::RequestItem), 0);
}

#[tokio::test]
async fn a_hold_is_cancelled_by_the_number_that_the_ils_gave_it() {
    let pair = pair().await;
    let (borrowing, lending) = asked(&pair, pair.names(ITEM, "Dune")).await;
    pair.held(&pair.south, "the hold", |held| held.holds().len() == 1).await;
    pair.world.act(&borrowing, "cancel", json!({})).await;
    pair.held(&pair.south, "no hold", |held| held.holds().is_empty()).await;
    let detail = pair.world.until_phase(&lending, "cancelled").await;
    assert_eq!(detail.line.incidents, []);
}

#[tokio::test]
async fn a_hold_whose_number_was_lost_on_its_way_is_found_on_the_librarys_list() {
    let pair = pair().await;
    pair.south.fail(Failure::once(Service::RequestItem, Fault::DropAfter));
    let (borrowing, lending) = asked(&pair, pair.names(ITEM, "Dune")).await;
    pair.world.until(&lending, |it| it.asked.is_empty()).await;
    assert_eq!(times_asked(&pair, Service::RequestItem), 1, "it is there, and not asked for again");
    pair.world.act(&borrowing, "cancel", json!({})).await;
    pair.held(&pair.south, "no hold", |held| held.holds().is_empty()).await;
    let detail = pair.world.until_phase(&lending, "cancelled").await;
    assert_eq!(detail.line.incidents, []);
}

#[tokio::test]
async fn a_loan_to_somebody_else_is_not_taken_for_ours_after_a_lost_answer() {
    let pair = Pair::of(Dialect::Koha, Dialect::Symphony, Tells::Nothing).await;
    let (_, lending) = asked(&pair, pair.names(ITEM, "Dune")).await;
    pair.held(&pair.south, "the hold", |held| held.holds().len() == 1).await;
    // The item has gone to a reader at the desk; the library's own command never arrives.
    pair.south.desk().cancel_hold(OTHERS, ITEM).unwrap();
    pair.south.desk().check_out(ITEM, PATRON).unwrap();
    pair.south.fail(Failure::once(Service::CheckOutItem, Fault::DropBefore));
    pair.world.act(&lending, "ship", json!({ "volumes": [ITEM] })).await;
    let said = failed_step(&pair, &lending).await;
    assert!(said.contains("on loan to somebody else"), "{said}");
    assert_eq!(pair.world.detail(&lending).await.line.phase, "shipping", "nobody hears that it goes");
    assert_eq!(pair.south.holdings().loan(ITEM).unwrap().patron, PATRON);
}

#[tokio::test]
async fn a_hold_whose_number_nobody_tells_is_left_to_staff() {
    let pair = pair().await;
    pair.south.fail(Failure::always(Service::LookupUser, Fault::Refuse(Refusal::UnsupportedService)));
    pair.south.fail(Failure::once(Service::RequestItem, Fault::DropAfter));
    let (borrowing, lending) = asked(&pair, pair.names(ITEM, "Dune")).await;
    let placed = |it: &RequestDetail| it.asked.is_empty();
    pair.world.until(&lending, placed).await;
    pair.world.act(&borrowing, "cancel", json!({})).await;
    let said = failed_step(&pair, &lending).await;
    assert!(said.contains("cancel it by hand"), "{said}");
    assert_eq!(times_asked(&pair, Service::CancelRequestItem), 0, "no id of ours is read as a number");
    let held = pair.south.holdings();
    assert_eq!(held.holds().iter().map(|hold| hold.patron.as_str()).collect::<Vec<_>>(), [OTHERS]);
    let step = pair.world.detail(&lending).await.asked[0].clone();
    pair.world.act(&lending, "done-by-hand", json!({ "step": step })).await;
    let detail = pair.world.until(&lending, |it| it.asked.is_empty()).await;
    assert_eq!((detail.line.phase.as_str(), detail.line.incidents.len()), ("cancelled", 0));
}

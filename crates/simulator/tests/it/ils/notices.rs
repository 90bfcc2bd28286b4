//! The desk, and whom it tells: one ILS's notices go to another, which plays the listener.

use simulator::ils::{
    Dialect, IlsServer, Notices, Refusal, Service, Transport,
    circulation::{By, Operation},
};

use super::support::{Ask, started, stocked};
use crate::support::{SOON, clock};

async fn telling(dialect: Dialect, url: &str, only: &[Service]) -> IlsServer {
    let notices = Notices { only: only.to_vec(), ..Notices::to(url, "HOME") };
    IlsServer::start(stocked(dialect).notices(notices), clock()).await.unwrap()
}

fn heard(ils: &IlsServer) -> Vec<String> {
    ils.exchanges().into_iter().map(|exchange| exchange.service).collect()
}

#[tokio::test]
async fn what_happens_at_the_desk_is_told_over_both_transports() {
    for transport in [Transport::Http, Transport::RawTcp] {
        let listener =
            IlsServer::start(stocked(Dialect::Evergreen).transport(transport), clock()).await.unwrap();
        let ils = telling(Dialect::Horizon, &listener.url(), &[]).await;
        let desk = ils.desk();
        desk.check_out("I1", "P1").unwrap();
        desk.renew("I1").unwrap();
        desk.check_in("I1").unwrap();
        let wanted = ["ItemCheckedOut", "ItemRenewed", "ItemCheckedIn"];
        let told = |_: &_| heard(&listener) == wanted;
        listener.wait_until("three notices, in order", SOON, told).await.unwrap();
        // The listener holds the same things, so it did the same: the notices carry item, patron and date.
        let held = listener.holdings();
        assert_eq!(held.loans().count(), 0);
        let did: Vec<_> =
            held.operations().iter().map(|operation: &Operation| (operation.service, operation.by)).collect();
        let by = By::Message;
        let services = [Service::CheckOutItem, Service::RenewItem, Service::CheckInItem];
        assert_eq!(did, services.map(|service| (service, by)));
        ils.stop().await;
        listener.stop().await;
    }
}

#[tokio::test]
async fn only_the_notices_that_are_wanted_are_sent() {
    let listener = started(Dialect::Evergreen).await;
    let ils = telling(Dialect::Horizon, &listener.url(), &[Service::ItemCheckedIn]).await;
    ils.desk().check_out("I1", "P1").unwrap();
    ils.desk().check_in("I1").unwrap();
    listener.wait_until("a notice", SOON, |_| !heard(&listener).is_empty()).await.unwrap();
    assert_eq!(heard(&listener), ["ItemCheckedIn"]);
    ils.stop().await;
    listener.stop().await;
}

#[tokio::test]
async fn an_ils_without_notices_tells_nobody_and_acts_on_messages_are_no_news() {
    let listener = started(Dialect::Evergreen).await;
    let ils = telling(Dialect::Symphony, &listener.url(), &[]).await;
    let version = ils.dialect().own_version();
    Ask::new(version, "CheckOutItem").user("P1").item("I1").of(&ils).await.says("DateDue");
    ils.desk().check_in("I1").unwrap();
    listener.wait_until("a notice", SOON, |_| !heard(&listener).is_empty()).await.unwrap();
    assert_eq!(heard(&listener), ["ItemCheckedIn"], "the loan was made by message");
    let silent = started(Dialect::Symphony).await;
    silent.desk().check_out("I1", "P1").unwrap();
    assert!(silent.exchanges().is_empty());
    ils.stop().await;
    silent.stop().await;
    listener.stop().await;
}

#[tokio::test]
async fn a_patron_picks_up_what_lies_on_the_shelf_for_him_and_only_that() {
    let ils = started(Dialect::Sierra).await;
    let version = ils.dialect().own_version();
    Ask::accept(version, "r-1", "ILL-1", "P1").of(&ils).await.does_not_say("Problem");
    let desk = ils.desk();
    assert_eq!(desk.pick_up("LIB", "ILL-1"), Err(Refusal::UnknownRequest));
    let loan = desk.pick_up("P1", "ILL-1").unwrap();
    assert_eq!(loan.request.as_deref(), Some("r-1"));
    assert_eq!(desk.pick_up("P1", "ILL-1"), Err(Refusal::UnknownRequest), "once");
    ils.stop().await;
}

#[tokio::test]
async fn an_address_for_notices_that_is_none_is_said_before_the_ils_starts() {
    for url in ["nowhere", "ftp://host/", "tcp://host"] {
        let options = stocked(Dialect::Horizon).notices(Notices::to(url, "HOME"));
        let problem = IlsServer::start(options, clock()).await.unwrap_err().to_string();
        assert!(problem.contains("is no address for notices"), "{problem}");
    }
}

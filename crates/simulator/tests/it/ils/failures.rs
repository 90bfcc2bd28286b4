//! Failure on demand: what the other side sees, and what was done all the same.

use std::time::Duration;

use simulator::ils::{
    Dialect, Failure, Fault, IlsServer, Refusal, Service, Transport, Version::V2, circulation::Repeats,
};

use super::support::{Ask, http, started, stocked};
use crate::support::{SOON, clock};

#[tokio::test]
async fn each_fault_is_seen_and_does_what_it_says() {
    let faults: [(Fault, Option<u16>, usize); 6] = [
        (Fault::Refuse(Refusal::TemporaryProcessingFailure), Some(200), 0),
        (Fault::Http(503), Some(503), 0),
        (Fault::Garbage, Some(200), 0),
        (Fault::Late(Duration::from_millis(30)), Some(200), 1),
        (Fault::DropBefore, None, 0),
        (Fault::DropAfter, None, 1),
    ];
    for (fault, status, done) in faults {
        let ils = started(Dialect::Sierra).await;
        ils.fail(Failure::once(Service::AcceptItem, fault.clone()));
        let message = Ask::accept(V2, "r-1", "ILL-1", "P1").xml();
        let answer = http(&ils, "POST", "/ncip", "application/xml", &message).await;
        assert_eq!(answer.as_ref().map(|answer| answer.status), status, "{fault}");
        assert_eq!(ils.holdings().carried_out(Service::AcceptItem), done, "{fault}");
        assert_eq!(ils.holdings().items().filter(|item| item.is_temporary()).count(), done, "{fault}");
        match (&fault, answer) {
            (Fault::Refuse(_), Some(answer)) => drop(answer.says("Temporary Processing Failure")),
            (Fault::Garbage, Some(answer)) => drop(answer.does_not_say("NCIPMessage")),
            (Fault::Late(_), Some(answer)) => drop(answer.says("AcceptItemResponse")),
            _ => {}
        }
        assert!(ils.failures().is_empty(), "once is once");
        ils.stop().await;
    }
}

#[tokio::test]
async fn what_is_held_back_waits_until_it_is_released() {
    for transport in [Transport::Http, Transport::RawTcp] {
        for (fault, done) in [(Fault::HoldBefore, 0), (Fault::HoldAfter, 1)] {
            let ils = IlsServer::start(stocked(Dialect::Sierra).transport(transport), clock()).await.unwrap();
            let accept = Ask::accept(V2, "r-1", "ILL-1", "P1");
            ils.fail(Failure::once(Service::AcceptItem, fault));
            let meanwhile = async {
                ils.wait_until("it is held back", SOON, |_| !ils.held_back().is_empty()).await.unwrap();
                assert_eq!(ils.held_back(), [Service::AcceptItem]);
                assert_eq!(ils.holdings().carried_out(Service::AcceptItem), done);
                ils.release();
            };
            let (answer, ()) = tokio::join!(accept.of(&ils), meanwhile);
            answer.says("AcceptItemResponse").does_not_say("Problem");
            assert_eq!(ils.holdings().carried_out(Service::AcceptItem), 1);
            ils.stop().await;
        }
    }
}

#[tokio::test]
async fn a_repeat_after_a_lost_answer_finds_the_work_done() {
    let ils = started(Dialect::Sierra).await;
    ils.fail(Failure::once(Service::AcceptItem, Fault::DropAfter));
    let accept = Ask::accept(V2, "r-1", "ILL-1", "P1");
    assert!(http(&ils, "POST", "/ncip", "application/xml", &accept.xml()).await.is_none());
    accept.of(&ils).await.says("Cannot Accept Item");
    assert_eq!(ils.holdings().carried_out(Service::AcceptItem), 1);
    assert!(ils.holdings().doubles().is_empty());
    ils.stop().await;
}

#[tokio::test]
async fn an_ils_that_does_repeats_shows_the_double() {
    let mut options = stocked(Dialect::Sierra);
    options.rules.repeats = Repeats::DoneAgain;
    let ils = IlsServer::start(options, clock()).await.unwrap();
    for _ in 0..2 {
        Ask::accept(V2, "r-1", "ILL-1", "P1").of(&ils).await.does_not_say("Problem");
    }
    let doubles = ils.holdings().doubles();
    assert_eq!(doubles.len(), 1);
    assert!(doubles[0].to_string().contains("AcceptItem of item ILL-1 for request r-1"), "{}", doubles[0]);
    ils.stop().await;
}

#[tokio::test]
async fn a_hanging_ils_lets_go_when_it_stops() {
    let ils = started(Dialect::Sierra).await;
    ils.fail(Failure::always(Service::CheckInItem, Fault::Hang));
    let message = Ask::new(V2, "CheckInItem").item("I1").xml();
    let head = format!(
        "POST /ncip HTTP/1.1\r\nHost: i\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
        message.len()
    );
    let mut stream = super::support::connect(ils.address()).await;
    tokio::io::AsyncWriteExt::write_all(&mut stream, (head + &message).as_bytes()).await.unwrap();
    let exchanges = || ils.exchanges();
    ils.wait_until("the message that hangs", SOON, |_| !exchanges().is_empty()).await.unwrap();
    ils.stop().await;
    let mut left = Vec::new();
    // Closed, or reset: either way nothing was said.
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut left).await;
    assert!(left.is_empty());
}

#[tokio::test]
async fn failures_and_the_desk_can_be_had_over_http() {
    let ils = started(Dialect::Koha).await;
    let ask = async |method: &str, path: &str, body: &str| {
        http(&ils, method, path, "text/plain", body).await.unwrap()
    };
    let answer = ask("POST", "/ils/failures", "CheckOutItem=http:502*2").await;
    assert_eq!(answer.status, 200);
    ask("GET", "/ils/failures", "").await.says("CheckOutItem=http:502*2");
    assert_eq!(Ask::new(V2, "CheckOutItem").user("LIB").item("I1").of(&ils).await.status, 502);
    assert_eq!(ils.failures(), [Failure::once(Service::CheckOutItem, Fault::Http(502))]);
    ask("DELETE", "/ils/failures", "").await.says("nothing goes wrong");
    let wrong = ask("POST", "/ils/failures", "CheckOutItem=sulk").await;
    assert_eq!(wrong.status, 400);
    wrong.says("one of refuse:PROBLEM");

    let answer = ask("POST", "/ils/desk", r#"{"act":"check-out","item":"I1","patron":"P1"}"#).await;
    assert_eq!(answer.status, 200);
    answer.says("\"due\": \"2027-03-29T");
    let refused = ask("POST", "/ils/desk", r#"{"act":"check-out","item":"I1","patron":"P1"}"#).await;
    assert_eq!(refused.status, 409);
    refused.says("Resource Cannot Be Provided");
    assert_eq!(ask("POST", "/ils/desk", r#"{"act":"sulk"}"#).await.status, 400);

    let shown = ask("GET", "/ils/holdings", "").await;
    let shown: serde_json::Value = serde_json::from_str(&shown.body).unwrap();
    assert_eq!(shown["loans"][0]["item"], "I1");
    assert_eq!(shown["items"][0]["status"], "On Loan");
    assert_eq!(shown["doubles"], serde_json::json!([]));
    let page = ask("GET", "/", "").await;
    page.says("<h2>Loans</h2>").says("Alpine flowers").does_not_say(super::support::PIN);
    ask("GET", "/ils/exchanges", "").await.says("failed as told to: http:502");
    ils.stop().await;
}

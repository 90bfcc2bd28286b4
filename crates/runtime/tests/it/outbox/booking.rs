//! Senders that do not know their request before it is answered.

use jiff::SignedDuration;
use persistence::LaneKey;
use runtime::outbox::Outcome;
use testkit::{FakePeer, Play, confirmation, confirmed, http};

use super::{Bench, connection, outcomes, request};

const PAUSE: SignedDuration = SignedDuration::from_millis(100);

fn ok() -> Play {
    Play::Answer(confirmed("200 OK", "OK", None))
}

fn lane(number: u64) -> LaneKey {
    LaneKey { request: request(number), peer: "denver".to_owned() }
}

#[tokio::test]
async fn nothing_goes_out_about_a_message_that_is_not_answered() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|_| ok()).await;
    bench.peers.open("denver", connection(peer.addr));
    let unwritten = bench.unanswered.begin(lane(1), PAUSE);
    bench.push(1, "denver", &["held"]).await;
    // Other lanes of the peer go on, and staff cannot hurry it either.
    bench.push(2, "denver", &["free"]).await;
    bench.recorded(1).await;
    let waiting = bench.lane(1, "denver").await;
    bench.hurried(&waiting);
    bench.push(3, "denver", &["free"]).await;
    bench.recorded(2).await;
    drop(unwritten);
    bench.push(4, "denver", &["free"]).await;
    bench.recorded(3).await;
    assert!(peer.posts().iter().all(|post| post.body == b"free"), "the pause is not over");
    bench.step(1);
    bench.recorded(4).await;
    assert_eq!(peer.posts()[3].body, b"held");
}

#[tokio::test]
async fn an_answer_that_is_never_written_holds_nothing_for_ever() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|_| ok()).await;
    bench.peers.open("denver", connection(peer.addr));
    let _unwritten = bench.unanswered.begin(lane(1), PAUSE);
    bench.push(1, "denver", &["held"]).await;
    bench.step(31);
    bench.recorded(1).await;
}

fn report() -> String {
    confirmation("OK", None)
        .replace("requestConfirmation", "supplyingAgencyMessage")
        .replace("confirmationHeader", "header")
}

fn answer(status: &str, error: Option<&str>) -> Play {
    let confirmation =
        confirmation(status, error).replace("requestConfirmation", "supplyingAgencyMessageConfirmation");
    Play::Answer(http("200 OK", &["content-type: application/xml"], &confirmation))
}

#[tokio::test]
async fn a_refusal_of_an_unknown_id_is_the_last_word_only_when_it_stays() {
    let unknown = "requestingAgencyRequestId: r1 is not known";
    for (error, refusals, tries, expected) in
        [(unknown, 2, 3, true), (unknown, 9, 4, false), ("statusInfo: nonsense", 2, 1, false)]
    {
        let bench = Bench::new().await;
        let peer = FakePeer::start(move |number| match number {
            number if number < refusals => answer("ERROR", Some(error)),
            _ => answer("OK", None),
        })
        .await;
        bench.peers.open("denver", connection(peer.addr));
        bench.push(1, "denver", &[&report()]).await;
        for attempt in 1..tries {
            bench.failed(1, "denver", attempt).await;
            bench.step(60);
        }
        let found = outcomes(&bench.recorded(1).await).remove(0);
        assert_eq!(found == Outcome::Confirmed, expected, "{error}: {found:?}");
        assert_eq!(matches!(found, Outcome::Refused(_)), !expected, "{error}: {found:?}");
        assert_eq!(peer.posts().len(), usize::try_from(tries).unwrap());
        assert_eq!(bench.outbox.peer("denver").unwrap().failures, 0, "the peer is well");
    }
}

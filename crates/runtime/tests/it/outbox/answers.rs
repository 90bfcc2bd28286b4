//! What is an answer and what is not, and that what goes out is what was frozen.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use persistence::Written;
use runtime::outbox::Outcome;
use testkit::{FakePeer, Play, confirmation, confirmed, header, http};

use super::{Bench, connection, outcomes, with_headers};

#[tokio::test]
async fn the_rendered_bytes_go_out_as_they_are() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|_| Play::Answer(confirmed("200 OK", "OK", None))).await;
    let secret = HeaderMap::from_iter([(
        HeaderName::from_static("x-okapi-token"),
        HeaderValue::from_static("s3cret"),
    )]);
    let connection = with_headers(peer.addr, secret);
    assert!(!format!("{connection:?}").contains("s3cret"));
    bench.peers.open("denver", connection);
    let body = "<ISO18626Message>Grüße\r\n\t</ISO18626Message>\n";
    bench.push(1, "denver", &[body]).await;

    let settled = bench.recorded(1).await;
    assert_eq!(settled[0].outcome, Outcome::Confirmed);
    assert_eq!(settled[0].exchange.as_ref().unwrap().body, confirmation("OK", None).as_bytes());
    assert_eq!((settled[0].entry.attempts, settled[0].entry.written), (1, Written::Perhaps));
    let posts = peer.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].body, body.as_bytes());
    let head = &posts[0].head;
    assert!(head.starts_with("POST /iso18626 HTTP/1.1\r\n"), "{head}");
    assert_eq!(header(head, "content-type").as_deref(), Some("application/xml; charset=\"utf-8\""));
    assert_eq!(header(head, "content-length"), Some(body.len().to_string()));
    assert_eq!(header(head, "x-okapi-token").as_deref(), Some("s3cret"));
    assert_eq!(header(head, "host"), Some(peer.addr.to_string()));
    assert_eq!(bench.lane(1, "denver").await, []);
}

#[tokio::test]
async fn a_confirmation_is_an_answer_whatever_its_status() {
    for (status, message_status, taken) in [
        ("200 OK", "OK", true),
        ("201 Created", "OK", true),
        ("202 Accepted", "ERROR", false),
        ("400 Bad Request", "ERROR", false),
        ("403 Forbidden", "ERROR", false),
        ("500 Internal Server Error", "OK", true),
        ("503 Service Unavailable", "ERROR", false),
    ] {
        let bench = Bench::new().await;
        let error = (!taken).then_some("requestingAgencyRequestId: unknown");
        let peer = FakePeer::start(move |_| Play::Answer(confirmed(status, message_status, error))).await;
        bench.peers.open("denver", connection(peer.addr));
        bench.push(1, "denver", &["<m/>"]).await;
        match bench.recorded(1).await.remove(0).outcome {
            Outcome::Confirmed => assert!(taken, "{status}"),
            Outcome::Refused(errors) => {
                assert!(!taken, "{status}");
                assert_eq!(errors[0].error_value.as_deref(), error);
            }
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(peer.posts().len(), 1);
    }
}

#[tokio::test]
async fn whatever_else_comes_back_is_no_answer_and_the_message_stays() {
    let elsewhere = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&elsewhere);
    let target = FakePeer::start(move |_| {
        seen.fetch_add(1, Ordering::SeqCst);
        Play::Answer(confirmed("200 OK", "OK", None))
    })
    .await;
    let redirect = format!("location: http://{}/iso18626", target.addr);
    let big = "x".repeat(80 << 10);
    let partly =
        "HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: 900\r\n\r\n<ISO18626Message";
    let endless = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n100000000\r\n";
    let fat = format!("HTTP/1.1 200 OK\r\nx-fat: {}\r\ncontent-length: 0\r\n\r\n", "y".repeat(40 << 10));
    let half = confirmation("OK", None).replace("<messageStatus>OK</messageStatus>", "");
    let request = confirmation("OK", None).replace("requestConfirmation", "request");
    let html = "<!DOCTYPE html><html><body>Welcome to the library</body></html>";
    let cases: Vec<(&str, Play, &str)> = vec![
        (
            "html",
            Play::Answer(http("200 OK", &["content-type: text/html"], html)),
            "200 OK without a confirmation",
        ),
        ("empty", Play::Answer(http("200 OK", &[], "")), "the body is empty"),
        ("no content", Play::Answer(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()), "204"),
        ("500", Play::Answer(http("500 Internal Server Error", &[], "boom")), "500"),
        ("401", Play::Answer(http("401 Unauthorized", &[], "who?")), "401"),
        ("redirect", Play::Answer(http("302 Found", &[&redirect], "")), "it redirects (302)"),
        (
            "redirect with a confirmation",
            Play::Answer(http("307 Temporary Redirect", &[&redirect], &confirmation("OK", None))),
            "it redirects (307)",
        ),
        ("a message", Play::Answer(http("200 OK", &[], &request)), "without a confirmation"),
        ("no status", Play::Answer(http("200 OK", &[], &half)), "messageStatus"),
        ("odd status", Play::Answer(confirmed("200 OK", "MAYBE", None)), "messageStatus"),
        ("huge, as told", Play::Answer(http("200 OK", &[], &big)), "larger than 65536 bytes"),
        ("huge head", Play::Answer(fat.into_bytes()), ""),
        ("breaks off", Play::BreakOff(partly.into()), "broke off"),
        ("hangs up", Play::BreakOff(Vec::new()), "connection"),
        ("no http", Play::BreakOff(b"220 mail.example ESMTP\r\n".to_vec()), ""),
        ("silent", Play::Silent, "it said nothing for"),
        ("silent in the middle", Play::Gated(tokio::sync::watch::channel(false).1, Vec::new()), ""),
        (
            "drips",
            Play::Drip(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n".to_vec()),
            "no whole answer within",
        ),
        ("drips its head", Play::Drip(b"HTTP/1.1 200 OK\r\nx-slow: ".to_vec()), ""),
        (
            "floods",
            Play::Answer([endless.as_bytes(), &vec![b' '; 200 << 10]].concat()),
            "larger than 65536 bytes",
        ),
    ];
    for (name, play, error) in cases {
        let bench = Bench::new().await;
        let peer = FakePeer::start(move |_| play.clone()).await;
        bench.peers.open("denver", connection(peer.addr));
        bench.push(1, "denver", &["<m/>"]).await;
        let head = bench.failed(1, "denver", 1).await;
        let why = head.last_error.clone().unwrap();
        assert!(why.contains(error), "{name}: {why}");
        assert_eq!(head.written, Written::Perhaps, "{name}");
        assert!(head.next_at > head.queued_at, "{name}");
        let status = bench.outbox.peer("denver").unwrap();
        assert_eq!((status.failures, status.last_error), (1, Some(why)), "{name}");
        assert_eq!((peer.posts().len(), bench.sink_saw()), (1, 0), "{name}");
    }
    assert_eq!(elsewhere.load(Ordering::SeqCst), 0, "a redirect was followed");
}

#[tokio::test]
async fn a_peer_that_cannot_be_reached_cannot_have_got_it() {
    let bench = Bench::new().await;
    let nobody = FakePeer::start(|_| Play::Silent).await.addr;
    bench.peers.open("denver", connection(nobody));
    bench.push(1, "denver", &["<m/>"]).await;
    let head = bench.failed(1, "denver", 1).await;
    assert_eq!(head.written, Written::Nothing, "{:?}", head.last_error);

    // Once something may have arrived, a later failure to connect does not take that back.
    let peer = FakePeer::start_at(nobody, |_| Play::BreakOff(Vec::new())).await;
    bench.step(60);
    bench.failed(1, "denver", 2).await;
    assert_eq!(bench.lane(1, "denver").await[0].written, Written::Perhaps);
    drop(peer);
    bench.step(60);
    assert_eq!(bench.failed(1, "denver", 3).await.written, Written::Perhaps);
}

#[tokio::test]
async fn having_it_already_is_delivery_on_a_resend_only() {
    let exists = || Play::Answer(confirmed("200 OK", "ERROR", Some("Duplicate request")));

    let bench = Bench::new().await;
    let peer = FakePeer::start(move |_| exists()).await;
    bench.peers.open("denver", connection(peer.addr));
    bench.push(1, "denver", &["<m/>"]).await;
    assert!(matches!(bench.recorded(1).await[0].outcome, Outcome::Refused(_)), "a first attempt");

    let peer = FakePeer::start(move |n| if n == 0 { Play::BreakOff(Vec::new()) } else { exists() }).await;
    bench.peers.open("boulder", connection(peer.addr));
    bench.push(2, "boulder", &["<m/>"]).await;
    bench.failed(2, "boulder", 1).await;
    bench.step(60);
    let settled = bench.recorded(2).await;
    assert!(matches!(settled[1].outcome, Outcome::AlreadyThere(_)), "a resend");

    let nobody = FakePeer::start(|_| Play::Silent).await.addr;
    bench.peers.open("aspen", connection(nobody));
    bench.push(3, "aspen", &["<m/>"]).await;
    bench.failed(3, "aspen", 1).await;
    let _peer = FakePeer::start_at(nobody, move |_| exists()).await;
    bench.step(60);
    let settled = bench.recorded(3).await;
    assert!(
        matches!(settled[2].outcome, Outcome::Refused(_)),
        "a second attempt, the first of which cannot have arrived"
    );
}

#[tokio::test]
async fn a_resend_is_byte_identical() {
    let bench = Bench::new().await;
    let peer = FakePeer::start(|n| match n {
        0 => Play::Answer(http("500 Internal Server Error", &[], "")),
        1 => Play::Silent,
        _ => Play::Answer(confirmed("200 OK", "OK", None)),
    })
    .await;
    bench.peers.open("denver", connection(peer.addr));
    bench.push(1, "denver", &["<m>2026-11-24T20:00:00.001Z</m>"]).await;
    bench.failed(1, "denver", 1).await;
    bench.step(60);
    bench.failed(1, "denver", 2).await;
    bench.step(60);
    assert_eq!(outcomes(&bench.recorded(1).await), [Outcome::Confirmed]);
    let posts = peer.posts();
    assert_eq!(posts.len(), 3);
    assert!(posts.iter().all(|post| *post == posts[0]), "{posts:?}");
}

//! The link to an ILS: an answer, or a failure that says whose it is and whether the message may have arrived.

use std::time::Duration;

use dialects::ncip::PostFormat;
use errors::Blame;
use ils::{Endpoint, NcipAnswer, NcipFailure, NcipLink};
use loan_model::MayHaveArrived;
use net::{Seams, Secured, Tls, http::ClientLimits};

use testkit::{Act, FakePeer, Play, SocketIls, dead_port, header, http};

const ASKED: &str = "<NCIPMessage><LookupUser/></NCIPMessage>";
const ANSWER: &str = "<NCIPMessage><LookupUserResponse/></NCIPMessage>";

async fn exchange(endpoint: Endpoint) -> Result<NcipAnswer, NcipFailure> {
    let limits = ClientLimits {
        connect: Duration::from_millis(500),
        read: Duration::from_millis(300),
        total: Duration::from_millis(2000),
        body_bytes: 500,
        ..ClientLimits::default()
    };
    NcipLink::new(&Seams::real(), &Tls::system(), endpoint, limits).exchange(ASKED.into()).await
}

fn posted(peer: &FakePeer, format: PostFormat) -> Endpoint {
    let url = format!("http://{}/ncip", peer.addr).parse().unwrap();
    Endpoint::Http { url, headers: hyper::HeaderMap::new(), format }
}

fn socket(port: u16) -> Endpoint {
    Endpoint::Socket { host: "127.0.0.1".to_owned(), port, secured: Secured::Plain }
}

async fn over_http(play: Play) -> Result<NcipAnswer, NcipFailure> {
    let peer = FakePeer::start(move |_| play.clone()).await;
    exchange(posted(&peer, PostFormat::ApplicationXml)).await
}

async fn over_socket(act: Act) -> Result<NcipAnswer, NcipFailure> {
    let ils = SocketIls::start(act).await;
    exchange(socket(ils.addr.port())).await
}

fn failed(told: Result<NcipAnswer, NcipFailure>) -> (Blame, MayHaveArrived, String) {
    let failure = told.unwrap_err();
    (failure.blame, failure.may_have_arrived, failure.why)
}

#[tokio::test]
async fn an_answer_over_http_is_given_whatever_its_status() {
    for status in ["200 OK", "500 Internal Server Error", "400 Bad Request", "404 Not Found"] {
        let told = over_http(Play::Answer(http(status, &[], ANSWER))).await.unwrap();
        assert_eq!(told.body, ANSWER.as_bytes(), "{status}");
    }
    let bare = "<Problem><ProblemType>Unknown User</ProblemType></Problem>";
    let told = over_http(Play::Answer(http("500 Oh", &[], bare))).await.unwrap();
    assert_eq!((told.status.unwrap().as_u16(), told.body), (500, bare.into()));
    // What it means when a system says `It works!` is for its reader to say.
    assert_eq!(over_http(Play::Answer(http("200 OK", &[], "It works!"))).await.unwrap().body, "It works!");
}

#[tokio::test]
async fn a_status_without_a_message_says_whose_fault_it_is() {
    for (status, blame, may_have_arrived) in [
        ("404 Not Found", Blame::Settings, MayHaveArrived::No),
        ("401 Unauthorized", Blame::Settings, MayHaveArrived::No),
        ("302 Found", Blame::Settings, MayHaveArrived::No),
        ("415 Unsupported Media Type", Blame::Settings, MayHaveArrived::No),
        ("400 Bad Request", Blame::Peer, MayHaveArrived::Yes),
        ("500 Internal Server Error", Blame::Peer, MayHaveArrived::Yes),
        ("503 Service Unavailable", Blame::Peer, MayHaveArrived::Yes),
    ] {
        let told = failed(over_http(Play::Answer(http(status, &[], "<html>no</html>"))).await);
        assert_eq!((told.0, told.1), (blame, may_have_arrived), "{status}: {}", told.2);
    }
}

#[tokio::test]
async fn silence_over_http_may_hide_a_message_that_arrived() {
    for play in [Play::Silent, Play::BreakOff(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n<N".to_vec())] {
        let (blame, may_have_arrived, why) = failed(over_http(play).await);
        assert_eq!((blame, may_have_arrived), (Blame::Peer, MayHaveArrived::Yes), "{why}");
    }
}

#[tokio::test]
async fn a_message_is_posted_as_the_settings_say() {
    for (how, kind) in [
        (PostFormat::ApplicationXml, "application/xml; charset=\"utf-8\""),
        (PostFormat::TextXml, "text/xml; charset=\"utf-8\""),
        (PostFormat::Form, "application/x-www-form-urlencoded"),
    ] {
        let peer = FakePeer::start(|_| Play::Answer(http("200 OK", &[], ANSWER))).await;
        exchange(posted(&peer, how)).await.unwrap();
        let post = peer.got(1).await.remove(0);
        assert_eq!(header(&post.head, "content-type").as_deref(), Some(kind));
        let body = String::from_utf8(post.body).unwrap();
        match how {
            PostFormat::Form => {
                assert_eq!(body, "xml=%3CNCIPMessage%3E%3CLookupUser%2F%3E%3C%2FNCIPMessage%3E")
            }
            _ => assert_eq!(body, ASKED),
        }
    }
}

#[tokio::test]
async fn an_answer_without_http_is_read_to_its_end_tag() {
    for piece in [1, 7, 1000] {
        let text = format!("\r\n{ANSWER}\r\n");
        let ils = SocketIls::start(Act::Write(text, piece)).await;
        let told = exchange(socket(ils.addr.port())).await.unwrap();
        assert_eq!((told.status, told.body), (None, ANSWER.into()));
        assert_eq!(ils.got(1).await, [format!("{ASKED}\n")]);
    }
}

#[tokio::test]
async fn no_answer_without_http_says_what_happened() {
    let long = format!("<NCIPMessage>{}", "x".repeat(600));
    for (act, says) in [
        (Act::BreakOff(String::new()), "without an answer"),
        (Act::BreakOff("It works!".to_owned()), "9 bytes that are no whole message"),
        (Act::Silent, "said nothing"),
        (Act::Write("<NCIPMessage>".to_owned(), 4), "said nothing"),
        (Act::Write(long, 1000), "more than 500 bytes"),
    ] {
        let (blame, may_have_arrived, why) = failed(over_socket(act).await);
        assert_eq!((blame, may_have_arrived), (Blame::Peer, MayHaveArrived::Yes), "{why}");
        assert!(why.contains(says), "{why}");
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_can_have_arrived() {
    let dead = dead_port().await;
    let url = format!("http://127.0.0.1:{dead}/ncip").parse().unwrap();
    let http = Endpoint::Http { url, headers: hyper::HeaderMap::new(), format: PostFormat::ApplicationXml };
    let tls = Endpoint::Socket { host: "127.0.0.1".to_owned(), port: dead, secured: Secured::Tls };
    for endpoint in [socket(dead), http, tls] {
        let (blame, may_have_arrived, why) = failed(exchange(endpoint).await);
        assert_eq!((blame, may_have_arrived), (Blame::Peer, MayHaveArrived::No), "{why}");
    }
}

#[tokio::test]
async fn a_connection_that_is_to_be_secured_and_is_not_sends_nothing() {
    let ils = SocketIls::start(Act::Write(ANSWER.to_owned(), 1000)).await;
    let endpoint =
        Endpoint::Socket { host: "127.0.0.1".to_owned(), port: ils.addr.port(), secured: Secured::Tls };
    let (_, may_have_arrived, why) = failed(exchange(endpoint).await);
    assert_eq!(may_have_arrived, MayHaveArrived::No, "{why}");
}

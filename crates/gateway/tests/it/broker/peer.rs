//! A library on loopback that takes what it is sent and says what a test tells it to. Must never assert anything about the broker.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::body::Body;
use hyper::{HeaderMap, Request, Response, StatusCode, header::CONTENT_TYPE};
use iso18626::{
    Confirm, Edition, ErrorData, ErrorType, Message, ReadOptions, Reading, TimestampEcho, WriteOptions,
};
use net::{
    BoxFuture, RealClock, Seams, Server, ServerLimits, ServerTls, Tls,
    http::{ClientLimits, Handler, HttpClient, Outgoing, RequestBody, serve},
    timeout,
};
use tokio::sync::Notify;

/// How long a test waits for anything before it fails.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(20);

/// How a library answers what it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It confirms.
    Taking,
    /// It answers ERROR.
    Refusing,
    /// It answers 500.
    Failing,
    /// It takes what it is sent, and answers 500.
    Mute,
    /// It confirms what is about a request that it has booked, and refuses the rest as unknown.
    Booking,
}

/// A library.
pub(crate) struct Peer {
    pub(crate) symbol: &'static str,
    pub(crate) edition: Edition,
    pub(crate) addr: SocketAddr,
    shared: Arc<Shared>,
    next: AtomicUsize,
    _server: Server,
}

struct Shared {
    edition: Edition,
    mood: Mutex<Mood>,
    seen: Mutex<Vec<Seen>>,
    booked: Mutex<BTreeSet<String>>,
    unknown: Mutex<Vec<String>>,
    bell: Notify,
}

/// A message that a library was sent.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) bytes: Vec<u8>,
    pub(crate) reading: Reading,
}

impl Peer {
    pub(crate) async fn start(symbol: &'static str, edition: Edition) -> Self {
        Self::over(symbol, edition, None).await
    }

    /// The same over TLS.
    pub(crate) async fn over(symbol: &'static str, edition: Edition, tls: Option<Arc<ServerTls>>) -> Self {
        let shared = Arc::new(Shared {
            edition,
            mood: Mutex::new(Mood::Taking),
            seen: Mutex::default(),
            booked: Mutex::default(),
            unknown: Mutex::default(),
            bell: Notify::new(),
        });
        let seams = Seams::real();
        let listener = seams.net.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        let handler = Arc::new(Answers(Arc::clone(&shared)));
        let server =
            serve(listener, handler, ServerLimits::default(), Arc::clone(&seams.clock), tls).unwrap();
        Self { symbol, edition, addr: server.addr(), shared, next: AtomicUsize::new(0), _server: server }
    }

    pub(crate) fn id(&self) -> String {
        self.symbol.trim_start_matches("ISIL:XX-").to_lowercase()
    }

    pub(crate) fn set_mood(&self, mood: Mood) {
        *self.shared.mood.lock().unwrap() = mood;
    }

    /// The next message it is sent, whatever it is.
    pub(crate) async fn next(&self) -> Seen {
        let index = self.next.fetch_add(1, Ordering::SeqCst);
        let arrival = async {
            loop {
                let bell = self.shared.bell.notified();
                if let Some(seen) = self.shared.seen.lock().unwrap().get(index) {
                    return seen.clone();
                }
                bell.await;
            }
        };
        timeout(&RealClock, TIMEOUT, arrival)
            .await
            .unwrap_or_else(|_| panic!("{} was not sent message number {}", self.symbol, index + 1))
    }

    /// The next message, which is a request.
    pub(crate) async fn next_request(&self) -> iso18626::Request {
        match self.next().await.reading.message {
            Message::Request(request) => request,
            other => panic!("{}: no request but {other:?}", self.symbol),
        }
    }

    /// The next message, which is a supplier's.
    pub(crate) async fn next_report(&self) -> iso18626::SupplyingAgencyMessage {
        match self.next().await.reading.message {
            Message::SupplyingAgencyMessage(report) => report,
            other => panic!("{}: no report but {other:?}", self.symbol),
        }
    }

    /// The next message, which is a requester's.
    pub(crate) async fn next_action(&self) -> iso18626::RequestingAgencyMessage {
        match self.next().await.reading.message {
            Message::RequestingAgencyMessage(action) => action,
            other => panic!("{}: no action but {other:?}", self.symbol),
        }
    }

    /// It knows this request from now on.
    pub(crate) fn book(&self, id: &str) {
        self.shared.booked.lock().unwrap().insert(id.to_owned());
    }

    /// The requests that it was sent something about before it knew them.
    pub(crate) fn unknown(&self) -> Vec<String> {
        self.shared.unknown.lock().unwrap().clone()
    }

    /// How many messages it was sent so far.
    pub(crate) fn count(&self) -> usize {
        self.shared.seen.lock().unwrap().len()
    }

    /// A message as it writes it.
    pub(crate) fn write(&self, message: &Message) -> Vec<u8> {
        iso18626::write(message, &WriteOptions::new(self.edition)).unwrap().bytes
    }
}

impl Shared {
    /// Whether a message is about a request that was booked.
    fn known(&self, message: &Message) -> Confirm {
        let id = message.requesting_agency_request_id().unwrap_or_default();
        if self.booked.lock().unwrap().contains(id) {
            return Confirm::Ok;
        }
        self.unknown.lock().unwrap().push(id.to_owned());
        Confirm::Error(vec![ErrorData {
            error_type: ErrorType::UnrecognisedDataValue,
            error_value: Some(format!("requestingAgencyRequestId: `{id}` is not the id of a request here")),
        }])
    }
}

struct Answers(Arc<Shared>);

impl Handler for Answers {
    type Body = Body;

    fn handle(&self, request: Request<RequestBody>) -> BoxFuture<'static, Response<Body>> {
        let shared = Arc::clone(&self.0);
        Box::pin(async move {
            let bytes = request.into_body().read().await.unwrap();
            let mood = *shared.mood.lock().unwrap();
            let reading = iso18626::read(&bytes, &ReadOptions::default()).unwrap();
            let outcome = match mood {
                Mood::Taking | Mood::Mute => Confirm::Ok,
                Mood::Refusing => Confirm::Error(vec![ErrorData {
                    error_type: ErrorType::UnrecognisedDataValue,
                    error_value: Some("title: not here, Zzyzxmarker".to_owned()),
                }]),
                Mood::Failing => return plain(StatusCode::INTERNAL_SERVER_ERROR),
                Mood::Booking => shared.known(&reading.message),
            };
            let taken = outcome == Confirm::Ok || mood != Mood::Booking;
            let received = Seams::real().clock.now();
            let confirmation =
                iso18626::confirm(&reading.message, received, outcome, TimestampEcho::Timestamp);
            let body = iso18626::write(&confirmation, &WriteOptions::new(shared.edition)).unwrap().bytes;
            if taken {
                shared.seen.lock().unwrap().push(Seen { bytes: bytes.to_vec(), reading });
            }
            shared.bell.notify_waiters();
            if mood == Mood::Mute {
                return plain(StatusCode::INTERNAL_SERVER_ERROR);
            }
            let mut response = Response::new(Body::from(body));
            response.headers_mut().insert(CONTENT_TYPE, "application/xml".parse().unwrap());
            response
        })
    }
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from("<html>no</html>"));
    *response.status_mut() = status;
    response
}

/// Posts bytes somewhere.
pub(crate) async fn post(to: SocketAddr, path: &str, content_type: &str, body: Vec<u8>) -> net::http::Answer {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
    let client = HttpClient::new(&Seams::real(), &Tls::system(), ClientLimits::default());
    let url = format!("http://{to}{path}").parse().unwrap();
    client.post(Outgoing { url, headers, body: body.into() }).await.unwrap()
}

/// A call without a body, by hand: the gateway's own client only posts.
pub(crate) async fn raw(
    to: SocketAddr,
    method: &hyper::Method,
    path: &str,
    headers: &HeaderMap,
) -> net::http::Answer {
    let net = Seams::real().net;
    let stream = net.connect("127.0.0.1", to.port(), TIMEOUT).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await.unwrap();
    let driver = tokio::spawn(connection);
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = sender.send_request(request.body(Body::empty()).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let body = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
    driver.abort();
    let content_type = head.headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).map(str::to_owned);
    net::http::Answer { status: head.status, content_type, retry_after: None, location: None, body }
}

//! The server against callers that take more than their share.
#![expect(clippy::disallowed_methods, reason = "callers are outside the seams")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http_body_util::Full;
use hyper::{Request, Response, body::Bytes};
use net::{
    BoxFuture, Clock, Net, RealClock, RealNet, Server, ServerLimits,
    http::{Handler, RequestBody, Source, serve},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
};

use testkit::{TIMEOUT, until};

/// Echoes bodies; `/gate` waits for the gate, `/large` answers a lot, `/panic` panics.
struct Echo {
    gate: watch::Receiver<bool>,
    begun: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

impl Handler for Echo {
    type Body = Full<Bytes>;

    fn handle(&self, request: Request<RequestBody>) -> BoxFuture<'static, Response<Full<Bytes>>> {
        let mut gate = self.gate.clone();
        let (begun, ended) = (Arc::clone(&self.begun), Arc::clone(&self.ended));
        Box::pin(async move {
            begun.fetch_add(1, Ordering::SeqCst);
            let path = request.uri().path().to_owned();
            assert_ne!(path, "/panic");
            assert!(request.extensions().get::<Source>().unwrap().0.ip().is_loopback());
            if path == "/kept" {
                net::keep_until_answered(Kept(Arc::clone(&ended)));
                gate.wait_for(|open| *open).await.unwrap();
                return Response::new(Full::from("kept"));
            }
            if path == "/gate" {
                gate.wait_for(|open| *open).await.unwrap();
            }
            let answer = match (path.as_str(), request.into_body().read().await) {
                ("/large", _) => Response::new(Full::from(vec![b'x'; 64 << 20])),
                (_, Ok(bytes)) => Response::new(Full::from(bytes)),
                (_, Err(why)) => {
                    Response::builder().status(why.status()).body(Full::from(why.to_string())).unwrap()
                }
            };
            ended.fetch_add(1, Ordering::SeqCst);
            answer
        })
    }
}

/// Counts when it is dropped.
struct Kept(Arc<AtomicUsize>);

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

struct Bench {
    server: Server,
    open: watch::Sender<bool>,
    begun: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

impl Bench {
    async fn new(limits: ServerLimits) -> Self {
        let (open, gate) = watch::channel(false);
        let (begun, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let echo = Echo { gate, begun: Arc::clone(&begun), ended: Arc::clone(&ended) };
        let listener = RealNet.listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(RealClock);
        Self { server: serve(listener, Arc::new(echo), limits, clock, None).unwrap(), open, begun, ended }
    }
}

fn quick() -> ServerLimits {
    ServerLimits {
        header_time: Duration::from_millis(150),
        body_time: Duration::from_millis(150),
        write_time: Duration::from_millis(300),
        body_bytes: 1000,
        ..ServerLimits::default()
    }
}

async fn connect(to: SocketAddr) -> TcpStream {
    TcpStream::connect(to).await.unwrap()
}

fn post(path: &str, body: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Reads until these words come.
async fn read_until(stream: &mut TcpStream, words: &str) -> String {
    let mut bytes = Vec::new();
    let read = async {
        while !String::from_utf8_lossy(&bytes).contains(words) {
            assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "it was closed before {words}");
        }
    };
    tokio::time::timeout(TIMEOUT, read).await.unwrap_or_else(|_| panic!("{words} did not come"));
    String::from_utf8(bytes).unwrap()
}

/// Reads until the connection is closed.
async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let end = tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut bytes)).await.expect("it stayed open");
    let _ = end;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn requests_follow_each_other_on_a_connection() {
    let bench = Bench::new(quick()).await;
    let mut stream = connect(bench.server.addr()).await;
    for body in ["one", "two", "three"] {
        stream.write_all(&post("/", body)).await.unwrap();
        assert!(read_until(&mut stream, body).await.starts_with("HTTP/1.1 200 OK"));
    }
    // A silent connection is closed, too.
    assert_eq!(read_to_end(&mut stream).await, "");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_while_it_is_read() {
    let bench = Bench::new(quick()).await;
    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1001\r\n\r\n").await.unwrap();
    read_until(&mut stream, "HTTP/1.1 413").await;

    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
    for _ in 0..3 {
        stream.write_all(format!("190\r\n{}\r\n", "x".repeat(400)).as_bytes()).await.unwrap();
    }
    read_until(&mut stream, "HTTP/1.1 413").await;

    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(&post("/", &"y".repeat(1000))).await.unwrap();
    read_until(&mut stream, &"y".repeat(1000)).await;
}

#[tokio::test]
async fn slow_heads_and_bodies_end() {
    let bench = Bench::new(quick()).await;
    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost:").await.unwrap();
    read_to_end(&mut stream).await;

    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nfive!").await.unwrap();
    read_until(&mut stream, "HTTP/1.1 408").await;
    assert_eq!(bench.begun.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let bench = Bench::new(ServerLimits { header_bytes: 8 << 10, ..quick() }).await;
    let mut stream = connect(bench.server.addr()).await;
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nx-fat: {}", "y".repeat(20 << 10));
    let _ = stream.write_all(head.as_bytes()).await;
    assert!(read_to_end(&mut stream).await.starts_with("HTTP/1.1 431"));
    assert_eq!(bench.begun.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn who_takes_no_answer_is_cut_off() {
    let bench = Bench::new(ServerLimits { connections: 1, ..quick() }).await;
    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(&post("/large", "")).await.unwrap();
    read_until(&mut stream, "HTTP/1.1 200 OK").await;
    until("its connection is given up for another", async || {
        let mut other = connect(bench.server.addr()).await;
        other.write_all(&post("/", "hello")).await.is_ok() && read_to_end_of_one(&mut other).await
    })
    .await;
    assert!(read_to_end(&mut stream).await.len() < 64 << 20, "the whole answer was waiting");
}

#[tokio::test]
async fn one_address_has_its_share_of_the_connections_and_all_have_a_cap() {
    let patient = ServerLimits { header_time: TIMEOUT, ..quick() };
    let bench = Bench::new(ServerLimits { per_source: 2, ..patient.clone() }).await;
    let mut first = connect(bench.server.addr()).await;
    let mut second = connect(bench.server.addr()).await;
    for stream in [&mut first, &mut second] {
        stream.write_all(&post("/", "hello")).await.unwrap();
        read_until(stream, "hello").await;
    }
    assert_eq!(read_to_end(&mut connect(bench.server.addr()).await).await, "", "it is closed at once");
    drop(first);
    until("a place is free", async || {
        let mut third = connect(bench.server.addr()).await;
        third.write_all(&post("/", "hello")).await.is_ok() && read_to_end_of_one(&mut third).await
    })
    .await;

    let bench = Bench::new(ServerLimits { connections: 1, ..patient }).await;
    let mut first = connect(bench.server.addr()).await;
    first.write_all(&post("/", "one")).await.unwrap();
    read_until(&mut first, "one").await;
    let mut second = connect(bench.server.addr()).await;
    second.write_all(&post("/", "two")).await.unwrap();
    assert_eq!(bench.begun.load(Ordering::SeqCst), 1);
    drop(first);
    read_until(&mut second, "two").await;
}

async fn read_to_end_of_one(stream: &mut TcpStream) -> bool {
    let mut bytes = [0; 12];
    stream.read_exact(&mut bytes).await.is_ok() && bytes.starts_with(b"HTTP/1.1 200")
}

#[tokio::test]
async fn what_was_begun_is_handled_though_its_sender_hangs_up() {
    let bench = Bench::new(quick()).await;
    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(&post("/gate", "x")).await.unwrap();
    until("it was begun", async || bench.begun.load(Ordering::SeqCst) == 1).await;
    stream.set_zero_linger().unwrap();
    drop(stream);
    bench.open.send(true).unwrap();
    until("it was ended", async || bench.ended.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test]
async fn a_panic_is_one_answer_and_no_more() {
    let bench = Bench::new(quick()).await;
    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(&post("/panic", "")).await.unwrap();
    read_until(&mut stream, "HTTP/1.1 500").await;
    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(&post("/", "still there")).await.unwrap();
    read_until(&mut stream, "still there").await;
}

#[tokio::test]
async fn draining_answers_what_was_begun_and_takes_no_more() {
    let bench = Bench::new(ServerLimits { header_time: TIMEOUT, ..quick() }).await;
    let addr = bench.server.addr();
    let mut idle = connect(addr).await;
    idle.write_all(&post("/", "idle")).await.unwrap();
    read_until(&mut idle, "idle").await;
    let mut busy = connect(addr).await;
    busy.write_all(&post("/gate", "busy")).await.unwrap();
    until("it was begun", async || bench.begun.load(Ordering::SeqCst) == 2).await;
    let server = bench.server;
    let drained = tokio::spawn(async move { server.drain(TIMEOUT).await });
    assert_eq!(read_to_end(&mut idle).await, "", "idle connections are closed");
    assert!(TcpStream::connect(addr).await.is_err(), "it listens no more");
    bench.open.send(true).unwrap();
    assert!(read_to_end(&mut busy).await.ends_with("busy"));
    assert_eq!(drained.await.unwrap(), 0);
}

#[tokio::test]
async fn draining_does_not_wait_for_ever() {
    let bench = Bench::new(quick()).await;
    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(&post("/gate", "x")).await.unwrap();
    until("it was begun", async || bench.begun.load(Ordering::SeqCst) == 1).await;
    assert_eq!(bench.server.drain(Duration::from_millis(30)).await, 1);
    read_to_end(&mut stream).await;
    assert_eq!(bench.ended.load(Ordering::SeqCst), 0, "its handler is gone, too");
}

#[tokio::test]
async fn what_is_kept_until_the_answer_is_dropped_with_it_and_not_before() {
    let bench = Bench::new(ServerLimits::default()).await;
    let mut stream = connect(bench.server.addr()).await;
    stream.write_all(&post("/kept", "")).await.unwrap();
    until("it is begun", async || bench.begun.load(Ordering::SeqCst) == 1).await;
    let mut other = connect(bench.server.addr()).await;
    other.write_all(&post("/", "x")).await.unwrap();
    read_until(&mut other, "x").await;
    assert_eq!(bench.ended.load(Ordering::SeqCst), 1, "the other's alone");
    bench.open.send_replace(true);
    read_until(&mut stream, "kept").await;
    until("it is dropped", async || bench.ended.load(Ordering::SeqCst) == 2).await;
    // A sender that hangs up is not waited for.
    bench.open.send_replace(false);
    let mut gone = connect(bench.server.addr()).await;
    gone.write_all(&post("/kept", "")).await.unwrap();
    until("it is begun", async || bench.begun.load(Ordering::SeqCst) == 3).await;
    drop(gone);
    bench.open.send_replace(true);
    until("it is dropped", async || bench.ended.load(Ordering::SeqCst) == 3).await;
}

//! The server over TLS: what a caller sees of its certificate, and callers that never secure their connection.
#![expect(clippy::disallowed_methods, reason = "callers are outside the seams")]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http_body_util::Full;
use hyper::{Request, Response, body::Bytes, header::HeaderMap};
use net::{
    BoxFuture, CertificateFiles, Fingerprint, Look, Net, RealClock, RealNet, Seams, Server, ServerLimits,
    ServerTls, ServerTlsSettings, Tls, TlsVersions,
    http::{Answer, ClientLimits, Failure, Handler, HttpClient, Outgoing, RequestBody, serve},
};
use rustls::pki_types::ServerName;
use tempfile::TempDir;
use testkit::{Identity, TIMEOUT};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

/// Says hello.
struct Hello;

impl Handler for Hello {
    type Body = Full<Bytes>;

    fn handle(&self, _: Request<RequestBody>) -> BoxFuture<'static, Response<Full<Bytes>>> {
        Box::pin(async { Response::new(Full::from("hello")) })
    }
}

struct Bench {
    dir: TempDir,
    tls: Arc<ServerTls>,
    server: Server,
}

impl Bench {
    async fn new(identity: &Identity, versions: TlsVersions, limits: ServerLimits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        write(&dir, &identity.pem());
        let files = CertificateFiles { certificate: dir.path().join("c.pem"), key: dir.path().join("k.pem") };
        let tls = Arc::new(
            ServerTls::open(ServerTlsSettings { named_by: "test", files, versions, clients: None }).unwrap(),
        );
        let listener = RealNet.listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let clock = Arc::new(RealClock);
        let server = serve(listener, Arc::new(Hello), limits, clock, Some(Arc::clone(&tls))).unwrap();
        Self { dir, tls, server }
    }

    async fn usual(identity: &Identity) -> Self {
        Self::new(identity, TlsVersions::From12, ServerLimits::default()).await
    }

    fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    async fn post(&self, tls: &Tls) -> Result<Answer, Failure> {
        let url = format!("https://localhost:{}/", self.addr().port()).parse().unwrap();
        let outgoing = Outgoing { url, headers: HeaderMap::new(), body: b"<m/>"[..].into() };
        HttpClient::new(&Seams::real(), tls, ClientLimits::default()).post(outgoing).await
    }
}

fn write(dir: &TempDir, (certificate, key): &(String, String)) {
    std::fs::write(dir.path().join("c.pem"), certificate).unwrap();
    std::fs::write(dir.path().join("k.pem"), key).unwrap();
}

async fn whole(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut bytes)).await.expect("it is closed");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One request on a connection that stays.
async fn hello(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"hello") {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_new_certificate_holds_for_new_callers_and_old_connections_stay() {
    let (one, two) = (Identity::new(), Identity::new());
    let bench = Bench::usual(&one).await;
    let stream = TcpStream::connect(bench.addr()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut old = TlsConnector::from(one.trusted()).connect(name, stream).await.unwrap();
    hello(&mut old).await;

    write(&bench.dir, &two.pem());
    assert!(matches!(bench.tls.look(), Look::New));
    assert_eq!(bench.post(&Tls::new(two.trusted())).await.unwrap().body, "hello");
    assert!(bench.post(&Tls::new(one.trusted())).await.unwrap_err().why.contains("certificate"));
    hello(&mut old).await;

    // One that cannot be used is not taken up.
    std::fs::write(bench.dir.path().join("k.pem"), one.pem().1).unwrap();
    assert!(matches!(bench.tls.look(), Look::Bad(_)));
    assert_eq!(bench.post(&Tls::new(two.trusted())).await.unwrap().body, "hello");
}

#[tokio::test]
async fn a_client_may_trust_one_certificate_and_no_other() {
    let identity = Identity::new();
    let bench = Bench::usual(&identity).await;
    let exactly = |identity: &Identity| Tls::exactly(Fingerprint::of(identity.der()));
    assert_eq!(bench.post(&exactly(&identity)).await.unwrap().body, "hello");
    let refused = bench.post(&exactly(&Identity::new())).await.unwrap_err();
    assert!(refused.why.contains("certificate"), "{refused}");
}

#[tokio::test]
async fn an_older_version_than_is_wanted_is_refused() {
    let identity = Identity::new();
    let old = Tls::new(identity.trusted_in_tls12());
    let bench = Bench::usual(&identity).await;
    assert_eq!(bench.post(&old).await.unwrap().body, "hello");
    let bench = Bench::new(&identity, TlsVersions::From13, ServerLimits::default()).await;
    assert!(bench.post(&old).await.is_err());
    assert_eq!(bench.post(&Tls::new(identity.trusted())).await.unwrap().body, "hello");
}

#[tokio::test]
async fn a_request_in_clear_is_told_so() {
    let bench = Bench::usual(&Identity::new()).await;
    let mut stream = TcpStream::connect(bench.addr()).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n<m/>").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"then\n") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
    }
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 400 ") && body.contains("https"), "{answer}");
    assert!(head.contains(&format!("content-length: {}", body.len())), "{answer}");
}

#[tokio::test]
async fn who_secures_nothing_is_cut_off_and_counts_as_a_connection_until_then() {
    let identity = Identity::new();
    let limits =
        ServerLimits { header_time: Duration::from_millis(300), per_source: 2, ..ServerLimits::default() };
    let bench = Bench::new(&identity, TlsVersions::From12, limits).await;
    let mut silent = TcpStream::connect(bench.addr()).await.unwrap();
    let mut slow = TcpStream::connect(bench.addr()).await.unwrap();
    // The beginning of a handshake, and nothing more.
    slow.write_all(&[22, 3, 1]).await.unwrap();
    assert_eq!(
        whole(&mut TcpStream::connect(bench.addr()).await.unwrap()).await,
        "",
        "a third is one too many"
    );
    assert_eq!(whole(&mut silent).await, "");
    assert_eq!(whole(&mut slow).await, "");
    testkit::until("there is room again", async || bench.post(&Tls::new(identity.trusted())).await.is_ok())
        .await;
}

#[tokio::test]
async fn a_stop_does_not_wait_for_who_has_secured_nothing() {
    let identity = Identity::new();
    let limits = ServerLimits { header_time: Duration::from_secs(3600), ..ServerLimits::default() };
    let bench = Bench::new(&identity, TlsVersions::From12, limits).await;
    let mut silent = TcpStream::connect(bench.addr()).await.unwrap();
    silent.write_all(&[22, 3, 1]).await.unwrap();
    // Accepted in turn: when this one is answered, the one before it is served.
    bench.post(&Tls::new(identity.trusted())).await.unwrap();
    let drained = bench.server.drain(Duration::from_secs(3600));
    let aborted = net::timeout(&RealClock, TIMEOUT, drained).await.expect("it stops at once");
    assert_eq!(aborted, 0);
}

//! Posting over TLS: certificates are checked, and a handshake that leads nowhere cannot have delivered anything.
#![expect(clippy::disallowed_methods, reason = "peers are outside the seams")]

use std::{net::SocketAddr, time::Duration};

use hyper::header::HeaderMap;
use net::{
    Seams, Tls,
    http::{Answer, ClientLimits, Failure, HttpClient, Outgoing, Sent},
};
use testkit::Identity;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

/// A TLS peer for `localhost` that answers one post with `204`.
async fn peer() -> (SocketAddr, Identity, JoinSet<Vec<u8>>) {
    let identity = Identity::new();
    let config = identity.server();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        if let Ok(mut stream) = TlsAcceptor::from(config).accept(stream).await {
            while !bytes.ends_with(b"<m/>") {
                assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
            }
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        }
        bytes
    });
    (addr, identity, tasks)
}

async fn post(to: SocketAddr, tls: &Tls) -> Result<Answer, Failure> {
    let limits = ClientLimits { connect: Duration::from_millis(800), ..ClientLimits::default() };
    let url = format!("https://localhost:{}/iso18626", to.port()).parse().unwrap();
    let outgoing = Outgoing { url, headers: HeaderMap::new(), body: b"<m/>"[..].into() };
    HttpClient::new(&Seams::real(), tls, limits).post(outgoing).await
}

#[tokio::test]
async fn a_trusted_certificate_is_taken() {
    let (addr, identity, mut peer) = peer().await;
    let answer = post(addr, &Tls::new(identity.trusted())).await.unwrap();
    assert_eq!(answer.status, 204);
    assert!(peer.join_next().await.unwrap().unwrap().starts_with(b"POST /iso18626 HTTP/1.1"));
}

#[tokio::test]
async fn an_untrusted_certificate_is_refused_before_anything_is_sent() {
    let (addr, _, mut peer) = peer().await;
    let failure = post(addr, &Tls::system()).await.unwrap_err();
    assert_eq!(failure.sent, Sent::Nothing);
    assert!(failure.why.contains("certificate"), "{failure}");
    assert_eq!(peer.join_next().await.unwrap().unwrap(), b"");
}

#[tokio::test]
async fn a_handshake_that_hangs_ends_with_the_time_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let failure = post(listener.local_addr().unwrap(), &Tls::system()).await.unwrap_err();
    assert_eq!(failure.sent, Sent::Nothing);
    assert!(failure.why.contains("no connection in time"), "{failure}");
}

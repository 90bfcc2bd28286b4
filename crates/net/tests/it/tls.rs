//! Posting over TLS: certificates are checked, and a handshake that leads nowhere cannot have delivered anything.
#![expect(clippy::disallowed_methods, reason = "peers are outside the seams")]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hyper::header::HeaderMap;
use net::{
    Seams, Tls,
    http::{Answer, ClientLimits, Failure, HttpClient, Outgoing, Sent},
};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

/// A TLS peer for `localhost` that answers one post with `204`.
async fn peer() -> (SocketAddr, CertificateDer<'static>, JoinSet<Vec<u8>>) {
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = key.cert.der().clone();
    let secret = PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()).into();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], secret)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        if let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await {
            while !bytes.ends_with(b"<m/>") {
                assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
            }
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        }
        bytes
    });
    (addr, certificate, tasks)
}

async fn post(to: SocketAddr, tls: &Tls) -> Result<Answer, Failure> {
    let limits = ClientLimits { connect: Duration::from_millis(800), ..ClientLimits::default() };
    let url = format!("https://localhost:{}/iso18626", to.port()).parse().unwrap();
    let outgoing = Outgoing { url, headers: HeaderMap::new(), body: b"<m/>"[..].into() };
    HttpClient::new(&Seams::real(), tls, limits).post(outgoing).await
}

#[tokio::test]
async fn a_trusted_certificate_is_taken() {
    let (addr, certificate, mut peer) = peer().await;
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let answer = post(addr, &Tls::new(Arc::new(config))).await.unwrap();
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

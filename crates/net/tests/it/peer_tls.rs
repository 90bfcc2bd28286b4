//! What holds for one peer: its own authorities, pins, and the certificate that it is shown.

use std::sync::Arc;

use http_body_util::Full;
use hyper::{Request, Response, body::Bytes, header::HeaderMap};
use net::{
    BoxFuture, Cause, Certificate, CertificateFiles, ClientAuthorities, Fingerprint, Net, PeerTls, RealClock,
    RealNet, Seams, Secured, Server, ServerLimits, ServerTls, ServerTlsSettings, ShownToPeer, Tls,
    TlsVersions, connect,
    http::{ClientLimits, Failure, Handler, HttpClient, Outgoing, RequestBody, Sent, serve},
};
use tempfile::TempDir;
use testkit::{Authority, Day, Issued, TIMEOUT};

const FAR: Day = (2085, 6, 1);
const LONG_AGO: Day = (2021, 1, 1);

/// Tells the fingerprint of the certificate that a caller showed.
struct Seen;

impl Handler for Seen {
    type Body = Full<Bytes>;

    fn handle(&self, request: Request<RequestBody>) -> BoxFuture<'static, Response<Full<Bytes>>> {
        let shown = request.extensions().get::<Arc<Certificate>>();
        let shown = shown.map(|shown| shown.fingerprint.to_string()).unwrap_or_default();
        Box::pin(async { Response::new(Full::from(shown)) })
    }
}

/// A peer that shows this, and takes certificates of that authority.
struct Peer {
    server: Server,
    _dir: TempDir,
}

impl Peer {
    async fn new(shows: &Issued, takes: &Authority) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let at = dir.path().join(name);
            std::fs::write(&at, text).unwrap();
            at
        };
        let files =
            CertificateFiles { certificate: put("c.pem", &shows.certificate), key: put("k.pem", &shows.key) };
        let clients = Some(ClientAuthorities { authorities: put("a.pem", &takes.pem()), revocations: None });
        let versions = TlsVersions::From12;
        let tls = ServerTls::open(ServerTlsSettings { named_by: "test", files, versions, clients }).unwrap();
        let listener = RealNet.listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let (clock, tls) = (Arc::new(RealClock), Some(Arc::new(tls)));
        let server = serve(listener, Arc::new(Seen), ServerLimits::default(), clock, tls).unwrap();
        Self { server, _dir: dir }
    }

    async fn post(&self, tls: &PeerTls) -> Result<String, Failure> {
        let tls = Tls::nobody().for_peer(tls).unwrap();
        let url = format!("https://localhost:{}/", self.server.addr().port()).parse().unwrap();
        let outgoing = Outgoing { url, headers: HeaderMap::new(), body: b"<m/>"[..].into() };
        let client = HttpClient::new(&Seams::real(), &tls, ClientLimits::default());
        client.post(outgoing).await.map(|answer| String::from_utf8(answer.body.to_vec()).unwrap())
    }

    /// Nothing is sent, for the certificate.
    async fn refuses(&self, tls: &PeerTls) -> String {
        let failure = self.post(tls).await.unwrap_err();
        assert_eq!((failure.sent, failure.cause), (Sent::Nothing, Cause::Certificate), "{failure}");
        failure.why
    }
}

fn believing(authority: &Authority) -> PeerTls {
    PeerTls { authorities: Some(authority.pem()), ..PeerTls::default() }
}

fn pinned(pins: &[Fingerprint]) -> PeerTls {
    PeerTls { pins: pins.to_vec(), ..PeerTls::default() }
}

#[tokio::test]
async fn a_private_authority_is_believed_there_and_no_other() {
    let (authority, other) = (Authority::new(), Authority::new());
    let peer = Peer::new(&authority.issue(&["localhost"], FAR), &authority).await;
    assert_eq!(peer.post(&believing(&authority)).await.unwrap(), "");
    peer.refuses(&believing(&other)).await;
    peer.refuses(&PeerTls::default()).await;
    let peer = Peer::new(&authority.issue(&["elsewhere.example.org"], FAR), &authority).await;
    peer.refuses(&believing(&authority)).await;
}

#[tokio::test]
async fn a_pin_is_of_a_certificate_or_its_key_and_holds_besides_an_authority() {
    let (authority, other) = (Authority::new(), Authority::new());
    let shows = authority.issue(&["elsewhere.example.org"], FAR);
    let peer = Peer::new(&shows, &authority).await;
    let read = Certificate::read(&shows.der).unwrap();
    let wrong = Fingerprint::of(b"another");
    assert!(peer.post(&pinned(&[read.fingerprint])).await.is_ok());
    assert!(peer.post(&pinned(&[wrong, read.key])).await.is_ok());
    let why = peer.refuses(&pinned(&[wrong])).await;
    assert!(why.contains("pinned") && why.contains(&read.fingerprint.to_string()), "{why}");
    // Its name does not fit, nor its authority: each is checked where one is named.
    for authority in [&authority, &other] {
        peer.refuses(&PeerTls { pins: vec![read.key], ..believing(authority) }).await;
    }
    let peer = Peer::new(&authority.issue(&["localhost"], FAR), &authority).await;
    peer.refuses(&PeerTls { pins: vec![wrong], ..believing(&authority) }).await;

    let over = authority.issue(&["localhost"], LONG_AGO);
    let peer = Peer::new(&over, &authority).await;
    peer.refuses(&pinned(&[Fingerprint::of(&over.der)])).await;
}

#[tokio::test]
async fn a_peer_is_shown_our_certificate() {
    let (authority, ours) = (Authority::new(), Authority::new());
    let peer = Peer::new(&authority.issue(&["localhost"], FAR), &ours).await;
    let shown = ours.issue(&["broker.example.org"], FAR);
    let showing = |issued: &Issued| PeerTls {
        shown: Some(ShownToPeer { certificate: issued.certificate.clone(), key: issued.key.clone() }),
        ..believing(&authority)
    };
    assert_eq!(peer.post(&showing(&shown)).await.unwrap(), Fingerprint::of(&shown.der).to_string());
    // What the peer does not take is told as that. (It may have read the message before it looked.)
    let strange = Authority::new().issue(&["broker.example.org"], FAR);
    assert!(peer.post(&showing(&strange)).await.is_err());
}

#[tokio::test]
async fn a_line_without_http_is_checked_alike() {
    let authority = Authority::new();
    let peer = Peer::new(&authority.issue(&["localhost"], FAR), &authority).await;
    let line = async |tls: &PeerTls| {
        let tls = Tls::nobody().for_peer(tls).unwrap();
        connect(&Seams::real(), &tls, Secured::Tls, ("localhost", peer.server.addr().port()), TIMEOUT)
            .await
            .map(drop)
    };
    assert!(line(&believing(&authority)).await.is_ok());
    let why = line(&pinned(&[Fingerprint::of(b"another")])).await.unwrap_err();
    assert_eq!(Cause::of(&*why), Cause::Certificate);
}

#[test]
fn what_cannot_be_used_is_named_without_a_key() {
    let authority = Authority::new();
    let (one, two) = (authority.issue(&["a"], FAR), authority.issue(&["a"], FAR));
    let shown = |certificate: &str, key: &str| PeerTls {
        shown: Some(ShownToPeer { certificate: certificate.to_owned(), key: key.to_owned() }),
        ..PeerTls::default()
    };
    for (bad, words) in [
        (PeerTls { authorities: Some("rosebud".to_owned()), ..PeerTls::default() }, "authorities"),
        (shown("rosebud", &one.key), "certificate that it is shown"),
        (shown(&one.certificate, "rosebud"), "the key"),
        (shown(&one.certificate, &two.key), "together"),
    ] {
        let why = Tls::nobody().for_peer(&bad).unwrap_err();
        assert!(why.contains(words) && !why.contains("rosebud"), "{why}");
    }
}

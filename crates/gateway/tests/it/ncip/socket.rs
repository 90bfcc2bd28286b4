//! NCIP without HTTP, as a client sees it.
#![expect(clippy::disallowed_methods, reason = "peers stand outside the gateway's seams")]

use ils::{Endpoint, NcipLink};
use ncip::{AgencyId, Body, LookupVersion, Message, Version, WriteOptions};
use net::{CertificateFiles, Seams, Secured, Tls, http::ClientLimits};
use testkit::{Identity, TIMEOUT};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::world::{World, problems, read};

async fn connect(world: &World) -> TcpStream {
    TcpStream::connect(world.running().ncip_addr().unwrap()).await.unwrap()
}

/// Reads answers until there are so many; each ends with a line end.
async fn answers(stream: &mut TcpStream, count: usize) -> Vec<Vec<u8>> {
    let mut framer = ncip::framing::Framer::new(1 << 20);
    let mut answers = Vec::new();
    let reading = async {
        let mut piece = [0; 4096];
        while answers.len() < count {
            let read = stream.read(&mut piece).await.unwrap();
            assert_ne!(read, 0, "{} of {count} answers came", answers.len());
            framer.push(&piece[..read]);
            while let Some(answer) = framer.next_message().unwrap() {
                answers.push(answer);
            }
        }
    };
    tokio::time::timeout(TIMEOUT, reading).await.unwrap();
    answers
}

/// Everything until the connection ends.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    tokio::time::timeout(TIMEOUT, stream.read_to_string(&mut text)).await.unwrap().unwrap();
    text
}

fn versions() -> Vec<u8> {
    let asked = LookupVersion {
        from_agency_id: AgencyId::new("s", "WHOEVER"),
        to_agency_id: AgencyId::new("s", "BROKER"),
    };
    let message = Message { body: Body::from(asked) };
    ncip::write(&message, &WriteOptions::new(Version::V1_0)).unwrap().bytes
}

#[tokio::test]
async fn messages_of_one_connection_are_answered_in_order_however_they_come() {
    let world = World::new(&[], "").await;
    let mut stream = connect(&world).await;
    let nobody =
        b"<NCIPMessage version=\"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\"><X/></NCIPMessage>";
    let all = [versions(), b"\r\n".to_vec(), nobody.to_vec(), versions(), b"\n".to_vec()].concat();
    for piece in all.chunks(97) {
        stream.write_all(piece).await.unwrap();
        stream.flush().await.unwrap();
    }
    let got = answers(&mut stream, 3).await;
    assert!(matches!(read(Version::V1_0, &got[0]), Body::LookupVersionResponse(_)));
    assert!(String::from_utf8_lossy(&got[1]).contains("Problem"), "{}", String::from_utf8_lossy(&got[1]));
    assert!(matches!(read(Version::V1_0, &got[2]), Body::LookupVersionResponse(_)));

    // When the other end has no more to say, the connection ends.
    stream.shutdown().await.unwrap();
    assert_eq!(rest(&mut stream).await.trim(), "");
}

#[tokio::test]
async fn what_breaks_off_or_is_too_long_is_answered_and_the_connection_ends() {
    let world = World::new(&[], "").await;
    let mut stream = connect(&world).await;
    stream.write_all(b"<NCIPMessage><LookupUser>").await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = rest(&mut stream).await;
    assert_eq!(problems(&read(Version::V2_02, answer.as_bytes())), ["Invalid Message Syntax Error"]);
    assert!(answer.ends_with('\n'));

    let mut stream = connect(&world).await;
    stream.write_all(b"<NCIPMessage>").await.unwrap();
    let filling = vec![b'x'; 64 << 10];
    // Writing fails once the other end has had enough; what it said before that stays to be read.
    while stream.write_all(&filling).await.is_ok() {}
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    if !answer.is_empty() {
        assert_eq!(problems(&read(Version::V2_02, &answer)), ["Invalid Message Syntax Error"]);
    }
    assert_eq!(answers_again(&world).await, 1);
}

#[tokio::test]
async fn messages_come_over_tls_where_there_is_a_certificate() {
    let dir = tempfile::tempdir().unwrap();
    let identity = Identity::new();
    let (certificate, key) = identity.pem();
    let files = CertificateFiles { certificate: dir.path().join("c.pem"), key: dir.path().join("k.pem") };
    std::fs::write(&files.certificate, certificate).unwrap();
    std::fs::write(&files.key, key).unwrap();
    let world = World::secured(&[], "", Some(files)).await;
    let port = world.running().ncip_addr().unwrap().port();
    let link = |tls: &Tls| {
        let to = Endpoint::Socket { host: "localhost".to_owned(), port, secured: Secured::Tls };
        NcipLink::new(&Seams::real(), tls, to, ClientLimits::default())
    };
    // As our own client does it: trusting the certificate, and not.
    let answer = link(&Tls::new(identity.trusted())).exchange(versions().into()).await.unwrap();
    assert!(matches!(read(Version::V1_0, &answer.body), Body::LookupVersionResponse(_)));
    let refused = link(&Tls::system()).exchange(versions().into()).await.unwrap_err();
    assert!(refused.why.contains("certificate"), "{refused}");

    // In clear nothing is answered, and the listener goes on for others.
    let mut stream = connect(&world).await;
    stream.write_all(&versions()).await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut answer)).await.unwrap();
    assert!(!String::from_utf8_lossy(&answer).contains("NCIP"));
}

/// The listener goes on for others.
async fn answers_again(world: &World) -> usize {
    let mut stream = connect(world).await;
    stream.write_all(&versions()).await.unwrap();
    answers(&mut stream, 1).await.len()
}

//! Messages to a library over a line that is secured as the registry says.

use std::sync::Arc;

use net::{Certificate, CertificateFiles, Fingerprint, ServerTls, ServerTlsSettings, TlsVersions};
use testkit::{Authority, Issued, until};

use super::world::{FAR, SOUTH, World};
use crate::broker::{Edition, Peer};

/// A library that shows this.
async fn south(world: &World, shows: &Issued) -> Peer {
    let at = |name: &str| world.dir.path().join(name);
    let files = CertificateFiles { certificate: at("south.pem"), key: at("south.key") };
    std::fs::write(&files.certificate, &shows.certificate).unwrap();
    std::fs::write(&files.key, &shows.key).unwrap();
    let (named_by, versions, clients) = ("south", TlsVersions::From12, None);
    let tls = ServerTls::open(ServerTlsSettings { named_by, files, versions, clients }).unwrap();
    Peer::over(SOUTH, Edition::V1_2, Some(Arc::new(tls))).await
}

/// Its table, with how its line is secured.
fn secured(south: &Peer, tls: &str) -> String {
    format!(
        "connection.url = \"https://localhost:{}/iso18626\"\nconnection.retry.first = \"1s\"\nconnection.tls = {{ {tls} }}",
        south.addr.port()
    )
}

async fn told(world: &World) -> Option<String> {
    let all = world.incidents().await;
    let mut ours = all.into_iter().filter(|(about, name, _)| about == "south" && name == "peer.certificate");
    ours.next().map(|(_, _, text)| text)
}

#[tokio::test]
async fn nothing_goes_to_a_library_whose_certificate_is_not_the_pinned_one() {
    let world = World::new("", |_, _| {}).await;
    let shows = Authority::new().issue(&["elsewhere"], FAR);
    let south = south(&world, &shows).await;
    let pin = |pin: Fingerprint| secured(&south, &format!("pins = [\"{pin}\"]"));
    world.apply(Some(1), "", &pin(Fingerprint::of(b"another"))).await;
    assert_eq!(world.ask("HN-1", &world.trusting()).await, Ok(200));
    until("it is told", async || told(&world).await.is_some()).await;
    let text = told(&world).await.unwrap();
    assert!(text.contains("pinned") && text.contains(&Fingerprint::of(&shows.der).to_string()), "{text}");
    assert_eq!(south.count(), 0);

    world.apply(Some(2), "", &pin(Certificate::read(&shows.der).unwrap().key)).await;
    world.clock.advance(jiff::SignedDuration::from_hours(1));
    south.next_request().await;
    until("it is told no longer", async || told(&world).await.is_none()).await;
}

#[tokio::test]
async fn a_library_s_own_authority_is_read_from_the_folder_of_secrets() {
    let world = World::new("", |_, _| {}).await;
    let (authority, other) = (Authority::new(), Authority::new());
    let south = south(&world, &authority.issue(&["localhost"], FAR)).await;
    let secrets = world.dir.path().join("data/secrets");
    std::fs::create_dir_all(&secrets).unwrap();
    std::fs::write(secrets.join("right.pem"), authority.pem()).unwrap();
    std::fs::write(secrets.join("wrong.pem"), other.pem()).unwrap();
    let believing = |file: &str| secured(&south, &format!("authorities = \"file:{file}\""));
    world.apply(Some(1), "", &believing("wrong.pem")).await;
    assert_eq!(world.ask("HN-1", &world.trusting()).await, Ok(200));
    until("it is told", async || told(&world).await.is_some()).await;
    assert_eq!(south.count(), 0);
    world.apply(Some(2), "", &believing("right.pem")).await;
    world.clock.advance(jiff::SignedDuration::from_hours(1));
    south.next_request().await;
}

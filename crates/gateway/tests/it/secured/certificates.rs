//! The certificate that is shown: what goes over it, when it is renewed, and what is said before it ends.

use api::model::Status;
use gateway::{Gateway, GatewayConfig, StartError};
use jiff::SignedDuration;
use net::{CertificateFiles, Seams};
use persistence::{EngineKind, MemoryDisk};
use testkit::{Authority, Log, until};

use super::world::{FAR, World, put};

const DAY: i64 = 24 * 3600;

async fn fingerprint(world: &World) -> String {
    let status: Status = world.get("status").await;
    assert_eq!(status.certificates.len(), 1, "{status:?}");
    status.certificates[0].fingerprint.clone()
}

#[tokio::test]
async fn a_message_comes_over_https_and_is_confirmed() {
    let world = World::new("", |_, _| {}).await;
    assert_eq!(world.ask("HN-1", &world.trusting()).await, Ok(200));
    let refused = world.ask("HN-2", &net::Tls::nobody()).await.unwrap_err();
    assert!(refused.why.contains("certificate"), "{refused}");
    assert_eq!(world.page("/health/ready").await, "ready\n");
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_up_and_a_broken_one_is_told_until_it_is_mended() {
    let world = World::new("", |_, _| {}).await;
    let first = fingerprint(&world).await;
    put(&world.files(), &world.authority.issue(&["localhost"], FAR));
    until("the new certificate is shown", async || fingerprint(&world).await != first).await;
    let second = fingerprint(&world).await;

    let strange = world.authority.issue(&["localhost"], FAR);
    std::fs::write(world.files().key, &strange.key).unwrap();
    until("it is said", async || !world.incidents().await.is_empty()).await;
    let (about, name, text) = world.incidents().await.remove(0);
    assert_eq!((&*about, &*name), ("server.certificate", "server.certificate"));
    assert!(text.contains("server.key") && text.contains("together"), "{text}");
    assert_eq!(fingerprint(&world).await, second);
    assert_eq!(world.ask("HN-1", &world.trusting()).await, Ok(200));

    std::fs::write(world.files().certificate, &strange.certificate).unwrap();
    until("it is no longer said", async || world.incidents().await.is_empty()).await;
    assert_ne!(fingerprint(&world).await, second);
}

#[tokio::test]
async fn the_end_of_a_certificate_is_told_once_a_step_until_it_is_renewed() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    // Far enough that the test's clock decides and not the day on which it is run.
    let world = World::new("", |_, _| {}).await;
    let status: Status = world.get("status").await;
    let (end, now) = (status.certificates[0].ends, status.now);
    let to_end = end.duration_since(now);
    let step = |days: i64| SignedDuration::from_secs(days * DAY);
    world.clock.advance(to_end - step(31));
    assert_eq!(world.page("/health/ready").await, "ready\n");
    for (forward, words) in [(1, "30 days"), (23, "7 days"), (6, "1 day"), (1, "has ended")] {
        world.clock.advance(step(forward));
        until(words, async || world.incidents().await.iter().any(|(_, _, text)| text.contains(words))).await;
        let all = world.incidents().await;
        assert_eq!(all.len(), 1, "what was said before is replaced: {all:?}");
        assert_eq!((&*all[0].0, &*all[0].1), ("server.certificate", "server.certificate-ends"));
        let ready = world.page("/health/ready").await;
        assert!(ready.starts_with("ready\n") && ready.contains(words), "{ready}");
    }
    let told = log.text().matches("slug=\"server.certificate-ends\"").count();
    put(&world.files(), &world.authority.issue(&["localhost"], (2089, 1, 1)));
    until("it is no longer said", async || world.incidents().await.is_empty()).await;
    assert_eq!(told, 4, "{}", log.text());
}

#[tokio::test]
async fn a_pair_that_cannot_be_used_keeps_the_gateway_from_starting_and_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let (one, other) = (authority.issue(&["localhost"], FAR), authority.issue(&["localhost"], FAR));
    let files =
        CertificateFiles { certificate: dir.path().join("one.pem"), key: dir.path().join("other.key") };
    let start = async || {
        let engine = EngineKind::Memory(MemoryDisk::new());
        let mut config = GatewayConfig::new(([127, 0, 0, 1], 0).into(), dir.path().join("data"), engine);
        config.certificate = Some(files.clone());
        match Gateway::start(config, Seams::real()).await {
            Err(StartError::Certificate(why)) => why.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert!(start().await.contains("one.pem"));
    std::fs::write(&files.certificate, &one.certificate).unwrap();
    assert!(start().await.contains("other.key"));
    std::fs::write(&files.key, &other.key).unwrap();
    let why = start().await;
    assert!(why.contains("one.pem and") && why.contains("other.key cannot be used together"), "{why}");
}

//! Who is believed: every way of proof, right, wrong, missing and another's; and who has none.

use api::model::IncidentPage;
use base64::{Engine, engine::general_purpose::STANDARD};
use gateway::ISO18626;
use hyper::{
    HeaderMap, Method,
    header::{CONTENT_TYPE, HeaderName},
};
use iso18626::{Edition, Message, RequestingAgencyAuthentication, Secret};

use net::{RealClock, timeout};
use persistence::{EngineKind, MemoryDisk};
use registry::AddressRange;

use super::{
    peer::TIMEOUT,
    words::request,
    world::{World, call},
};

const A: &str = "ISIL:XX-NORTH";
const B: &str = "ISIL:XX-SOUTH";
const T: &str = "2026-03-02T10:00:00Z";
const SECRET: &str = "correct-horse-42";
const OLD: &str = "battery-staple-41";

/// A gateway at which both libraries have this in their tables, and the broker that.
async fn world(north: &str, south: &str, broker: &str) -> World {
    behind(&[], north, south, broker).await
}

/// The same behind these proxies.
async fn behind(proxies: &[&str], north: &str, south: &str, broker: &str) -> World {
    let disk = MemoryDisk::new();
    let engine = EngineKind::Memory(disk.clone());
    let addresses: Vec<AddressRange> = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
    let world = World::on(engine, disk, &[(A, Edition::V1_2), (B, Edition::V1_2)], move |config| {
        config.proxies.addresses.clone_from(&addresses);
    })
    .await;
    let secrets = world.dir.path().join("secrets");
    std::fs::create_dir_all(&secrets).unwrap();
    for (name, secret) in [("north", SECRET), ("north.old", OLD), ("south", "of-south-43")] {
        std::fs::write(secrets.join(name), format!("{secret}\n")).unwrap();
    }
    let file = world
        .registry(Some(1))
        .replace("id = \"north\"\n", &format!("id = \"north\"\n{north}\n"))
        .replace("id = \"south\"\n", &format!("id = \"south\"\n{south}\n"))
        .replace("name = \"The broker\"\n", &format!("name = \"The broker\"\n{broker}\n"));
    world.apply(file).await;
    world
}

/// What is sent to prove it.
#[derive(Clone, Copy, Debug)]
enum Shown<'a> {
    Nothing,
    Header(&'static str, &'a str),
    InPath(&'a str),
    InMessage(&'a str),
}

/// A header, besides.
type Header = (&'static str, &'static str);

/// A way of proof, what opens, and what does not.
type Way<'a> = (&'static str, Shown<'a>, Vec<Shown<'a>>);

/// A request in north's name, with this to prove it; the status that it gets.
async fn sent(
    world: &World,
    id: &str,
    shown: Shown<'_>,
    more: &[(&'static str, &str)],
) -> (u16, Option<String>) {
    let mut message = request(A, id, T, &[B]);
    let mut path = ISO18626.to_owned();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, "application/xml".parse().unwrap());
    match shown {
        Shown::Nothing => {}
        Shown::Header(name, value) => {
            drop(headers.insert(HeaderName::from_static(name), value.parse().unwrap()))
        }
        Shown::InPath(secret) => path = format!("{path}/in/{secret}"),
        Shown::InMessage(secret) => {
            message.header.requesting_agency_authentication = Some(RequestingAgencyAuthentication {
                account_id: Some("ill".to_owned()),
                security_code: Some(Secret::from(secret.to_owned())),
            });
        }
    }
    for (name, value) in more {
        headers.insert(HeaderName::from_static(name), value.parse().unwrap());
    }
    let body = world.peers[0].write(&Message::Request(message));
    let answer = call(world.running(), Method::POST, &path, headers, body).await;
    let text = String::from_utf8_lossy(&answer.body);
    assert!(!text.contains(SECRET) && !text.contains(OLD), "{text}");
    if answer.status == 200 {
        assert!(text.contains(">OK<"), "{text}");
    }
    (answer.status.as_u16(), answer.retry_after)
}

fn basic(user: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{secret}")))
}

#[tokio::test]
async fn every_way_of_proof_opens_to_its_secret_and_to_nothing_else() {
    let south = "proof = [{ by = \"bearer\", secret = \"file:south\" }]";
    let bearer = |secret: &str| format!("Bearer {secret}");
    let (right, wrong, others) = (bearer(SECRET), bearer("correct-horse-43"), bearer("of-south-43"));
    let (user, no_user) = (basic("ill", SECRET), basic("other", SECRET));
    let ways: Vec<Way<'_>> = vec![
        (
            "by = \"bearer\"",
            Shown::Header("authorization", &right),
            vec![
                Shown::Header("authorization", &wrong),
                Shown::Header("authorization", &others),
                Shown::Header("authorization", SECRET),
            ],
        ),
        (
            "by = \"header\", header = \"X-Site-Key\"",
            Shown::Header("x-site-key", SECRET),
            vec![Shown::Header("x-site-key", "no"), Shown::Header("x-key", SECRET)],
        ),
        (
            "by = \"basic\", user = \"ill\"",
            Shown::Header("authorization", &user),
            vec![Shown::Header("authorization", &no_user), Shown::Header("authorization", &right)],
        ),
        (
            "by = \"path\"",
            Shown::InPath(SECRET),
            vec![Shown::InPath("correct"), Shown::InMessage(SECRET), Shown::Header("authorization", &right)],
        ),
        ("by = \"message\"", Shown::InMessage(SECRET), vec![Shown::InMessage("no"), Shown::InPath(SECRET)]),
    ];
    for (by, opens, refused) in ways {
        let world = world(&format!("proof = [{{ {by}, secret = \"file:north\" }}]"), south, "").await;
        for (n, shown) in refused.iter().chain([&Shown::Nothing]).enumerate() {
            assert_eq!(sent(&world, &format!("no-{n}"), *shown, &[]).await.0, 401, "{by}: {shown:?}");
        }
        assert_eq!(sent(&world, "yes", opens, &[]).await.0, 200, "{by}: {opens:?}");
        world.peers[1].next_request().await;
        assert_eq!(world.peers[1].count(), 1, "{by}: what was not proved went nowhere");
        let told: IncidentPage = world.get("incidents").await;
        let about: Vec<_> =
            told.libraries.iter().map(|line| (line.library.as_str(), line.slug.as_str())).collect();
        assert_eq!(about, [("north", "peer.unproven")], "{by}");
        let kept = world.disk.bytes();
        assert!(
            !kept.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()),
            "{by}: the secret is kept"
        );
    }
}

#[tokio::test]
async fn two_secrets_open_while_one_is_changed_and_a_new_one_at_once() {
    let proofs = "proof = [{ by = \"path\", secret = \"file:north\" }, { by = \"path\", secret = \"file:north.old\" }]";
    let world = world(proofs, "", "").await;
    let slash = format!("{SECRET}/");
    for (id, secret) in [("r-1", SECRET), ("r-2", OLD), ("r-3", slash.as_str())] {
        assert_eq!(sent(&world, id, Shown::InPath(secret), &[]).await.0, 200);
    }
    std::fs::write(world.dir.path().join("secrets/north.old"), "another").unwrap();
    assert_eq!(sent(&world, "r-4", Shown::InPath(OLD), &[]).await.0, 401);
    assert_eq!(sent(&world, "r-5", Shown::InPath("another"), &[]).await.0, 200);
    std::fs::remove_file(world.dir.path().join("secrets/north.old")).unwrap();
    assert_eq!(
        sent(&world, "r-6", Shown::InPath("another"), &[]).await.0,
        503,
        "that is the operator's to mend"
    );
    assert_eq!(sent(&world, "r-7", Shown::InPath(SECRET), &[]).await.0, 200);
}

#[tokio::test]
async fn who_guesses_waits_longer_each_time() {
    let world = world("proof = [{ by = \"path\", secret = \"file:north\" }]", "", "").await;
    for n in 0..8 {
        let (status, _) = sent(&world, &format!("n-{n}"), Shown::Nothing, &[]).await;
        assert_eq!(status, 401, "without any proof nothing is guessed, and nobody held up");
    }
    let mut seen = Vec::new();
    for n in 0..8 {
        seen.push(sent(&world, &format!("g-{n}"), Shown::InPath("guess"), &[]).await);
    }
    let statuses: Vec<u16> = seen.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
    assert!(seen[7].1.is_some(), "it is told how long");
    assert_eq!(sent(&world, "g-8", Shown::InPath(SECRET), &[]).await.0, 429, "a right guess tells nothing");
    // The pause is short yet, and what comes meanwhile does not make it longer.
    let heard = async { while sent(&world, "g-9", Shown::InPath(SECRET), &[]).await.0 != 200 {} };
    timeout(&RealClock, TIMEOUT, heard).await.expect("it is heard again");
}

#[tokio::test]
async fn who_has_no_proof_is_believed_as_the_registry_says() {
    let far = ("x-forwarded-for", "203.0.113.9");
    let rebound = ("host", "ill.example.org");
    let real = ("x-real-ip", "203.0.113.9");
    let cases: [(&str, &str, &[Header], u16); 10] = [
        ("", "", &[], 200),
        ("", "", &[far], 403),
        ("", "", &[rebound], 403),
        ("", "unproven = \"refuse\"", &[], 403),
        ("", "unproven = \"accept\"", &[far], 200),
        ("accept_from = [\"127.0.0.1\"]", "unproven = \"refuse\"", &[], 200),
        ("accept_from = [\"192.0.2.1\"]", "unproven = \"accept\"", &[], 403),
        // Behind a proxy that nobody named stands anybody.
        ("accept_from = [\"127.0.0.1\"]", "", &[far], 403),
        ("accept_from = [\"127.0.0.1\"]", "unproven = \"refuse\"", &[real], 403),
        ("accept_from = [\"0.0.0.0/0\"]", "unproven = \"refuse\"", &[], 403),
    ];
    for (north, broker, headers, expected) in cases {
        let world = world(north, "", broker).await;
        let (status, _) = sent(&world, "r-1", Shown::Nothing, headers).await;
        assert_eq!(status, expected, "{north} {broker} {headers:?}");
    }
    // An address that another library has too proves neither.
    let shared = "accept_from = [\"127.0.0.0/8\"]";
    let world = world(shared, shared, "unproven = \"refuse\"").await;
    assert_eq!(sent(&world, "r-1", Shown::Nothing, &[]).await.0, 403);
}

#[tokio::test]
async fn the_client_of_a_trusted_proxy_is_where_a_message_comes_from() {
    fn from(client: &str) -> [(&'static str, &str); 1] {
        [("x-forwarded-for", client)]
    }
    let north = "accept_from = [\"192.0.2.9\"]";
    let cases: &[(&[&str], &str, u16)] = &[
        (&["127.0.0.0/8"], "192.0.2.9", 200),
        (&["127.0.0.0/8"], "192.0.2.8", 403),
        (&["127.0.0.0/8"], "192.0.2.9, 192.0.2.8", 403),
        (&["127.0.0.0/8", "192.0.2.8"], "192.0.2.9, 192.0.2.8", 200),
        (&["192.0.2.1"], "192.0.2.9", 403),
        (&[], "192.0.2.9", 403),
    ];
    for (proxies, client, expected) in cases {
        let world = behind(proxies, north, "", "").await;
        let (status, _) = sent(&world, "r-1", Shown::Nothing, &from(client)).await;
        assert_eq!(status, *expected, "{proxies:?} {client}");
    }
    // Who calls through a proxy is not on this machine, whatever the proxy says, and whom it does not name has no address.
    let world = behind(&["127.0.0.0/8"], "", "", "").await;
    assert_eq!(sent(&world, "r-1", Shown::Nothing, &from("127.0.0.1")).await.0, 403);
    let world = behind(&["127.0.0.0/8"], "accept_from = [\"127.0.0.1\"]", "", "").await;
    for header in [("x-forwarded-for", "unknown"), ("via", "1.1 proxy")] {
        assert_eq!(sent(&world, "r-2", Shown::Nothing, &[header]).await.0, 403, "{header:?}");
    }
}

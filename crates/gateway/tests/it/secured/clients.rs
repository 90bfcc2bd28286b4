//! Libraries that prove who they are by the certificate that they show.

use std::path::PathBuf;

use ils::{Endpoint, NcipLink};
use net::{ClientAuthorities, Fingerprint, Seams, Secured, Tls, http::ClientLimits};
use testkit::{Authority, Day, Issued, until};

use super::world::{FAR, World};

const NAMED: &str = "[[library.proof]]\nby = \"certificate\"\nname = \"ill.north.example.org\"";
const LONG_AGO: Day = (2021, 1, 1);

/// A gateway that takes certificates of its authority, with north's proof; with this list of certificates that were taken back, if any.
async fn world(north: &str, list: Option<String>) -> World {
    World::new(north, move |config, authority| {
        let dir = config.certificate.as_ref().unwrap().certificate.parent().unwrap().to_owned();
        let put = |name: &str, text: String| -> PathBuf {
            let at = dir.join(name);
            std::fs::write(&at, text).unwrap();
            at
        };
        let revocations = list.map(|list| put("lists.pem", list));
        let authorities = put("authorities.pem", authority.pem());
        config.clients = Some(ClientAuthorities { authorities, revocations });
        config.ncip_certificate = config.certificate.clone();
        config.ncip_listen = Some(([127, 0, 0, 1], 0).into());
        config.proxies.addresses = vec!["127.0.0.1".parse().unwrap()];
    })
    .await
}

impl World {
    fn showing(&self, issued: &Issued) -> Tls {
        Tls::new(self.authority.trusted(Some(issued)))
    }

    fn north(&self) -> Issued {
        self.authority.issue(&["ill.north.example.org", "https://north.example.org/"], FAR)
    }

    /// What a request in north's name is answered, if it is.
    async fn lets_in(&self, id: &str, tls: &Tls) -> Option<u16> {
        self.ask(id, tls).await.ok()
    }
}

#[tokio::test]
async fn a_certificate_with_the_library_s_name_proves_it_and_no_other_does() {
    let world = world(NAMED, None).await;
    let north = world.north();
    assert_eq!(world.lets_in("HN-1", &world.showing(&north)).await, Some(200));
    assert_eq!(world.lets_in("HN-2", &world.showing(&world.north())).await, Some(200), "a renewed one");
    let south = world.authority.issue(&["ill.south.example.org"], FAR);
    assert_eq!(world.lets_in("HN-3", &world.showing(&south)).await, Some(401), "another library's");
    assert_eq!(world.lets_in("HN-4", &world.trusting()).await, Some(401), "none");
    let unproven = |all: Vec<(String, String, String)>| {
        all.into_iter().any(|(about, name, _)| about == "north" && name == "peer.unproven")
    };
    assert!(unproven(world.incidents().await));

    // By a URI, and in capitals; and a library without such a proof needs none.
    world.apply(Some(1), &NAMED.replace("ill.north.example.org", "https://north.example.org/"), "").await;
    assert_eq!(world.lets_in("HN-5", &world.showing(&north)).await, Some(200));
    world.apply(Some(2), &NAMED.replace("ill.north", "ILL.North"), "").await;
    assert_eq!(world.lets_in("HN-6", &world.showing(&north)).await, Some(200));
    world.apply(Some(3), "", "").await;
    assert_eq!(world.lets_in("HN-7", &world.trusting()).await, Some(200));
}

#[tokio::test]
async fn a_fingerprint_proves_one_certificate_alone() {
    let world = world("", None).await;
    let north = world.north();
    let of = Fingerprint::of(&north.der);
    let proof = format!("[[library.proof]]\nby = \"certificate\"\nfingerprint = \"{of}\"");
    world.apply(Some(1), &proof, "").await;
    assert_eq!(world.lets_in("HN-1", &world.showing(&north)).await, Some(200));
    assert_eq!(world.lets_in("HN-2", &world.showing(&world.north())).await, Some(401));
}

#[tokio::test]
async fn a_certificate_that_is_not_verified_gets_no_connection() {
    let world = world(NAMED, None).await;
    let ended = world.authority.issue(&["ill.north.example.org"], LONG_AGO);
    let strange = Authority::new().issue(&["ill.north.example.org"], FAR);
    for (id, issued) in [("HN-1", &ended), ("HN-2", &strange)] {
        assert_eq!(world.lets_in(id, &world.showing(issued)).await, None, "{id}");
    }
    assert_eq!(world.lets_in("HN-3", &world.showing(&world.north())).await, Some(200));
}

#[tokio::test]
async fn a_certificate_that_was_taken_back_gets_no_connection_as_soon_as_the_list_says_so() {
    // The list is another authority's at first: of ours nothing is told, and nobody is believed.
    let world = world(NAMED, Some(Authority::new().revoked(&[], FAR))).await;
    let (good, bad) = (world.north(), world.north());
    assert_eq!(world.lets_in("HN-1", &world.showing(&good)).await, None, "of unknown state");
    assert_eq!(world.lets_in("HN-2", &world.trusting()).await, Some(401), "who shows none is heard");

    let list = world.dir.path().join("lists.pem");
    std::fs::write(&list, world.authority.revoked(&[&bad], FAR)).unwrap();
    until("the list holds", async || world.lets_in("HN-3", &world.showing(&good)).await == Some(200)).await;
    assert_eq!(world.lets_in("HN-4", &world.showing(&bad)).await, None, "taken back");

    std::fs::write(&list, world.authority.revoked(&[], LONG_AGO)).unwrap();
    until("the list is over", async || world.lets_in("HN-5", &world.showing(&good)).await.is_none()).await;
    let over = async || {
        let all = world.incidents().await;
        all.iter()
            .any(|(about, name, _)| about == "server.client_revocations" && name == "server.revocations-over")
    };
    until("it is said", over).await;
    assert!(world.page("/health/ready").await.contains("lists.pem"));
    std::fs::write(&list, world.authority.revoked(&[], FAR)).unwrap();
    until("it is no longer said", async || !over().await).await;
    assert_eq!(world.lets_in("HN-6", &world.showing(&bad)).await, Some(200), "given back");
}

#[tokio::test]
async fn what_a_trusted_proxy_shows_is_not_its_client_s() {
    let world = world(NAMED, None).await;
    let north = world.showing(&world.north());
    assert_eq!(world.ask_for("HN-1", &north, None).await, Ok(200));
    assert_eq!(world.ask_for("HN-2", &north, Some("192.0.2.7")).await, Ok(401));
}

#[tokio::test]
async fn ncip_without_http_takes_the_same_proof() {
    let world = world(NAMED, None).await;
    let north = world.north();
    let port = world.running.ncip_addr().unwrap().port();
    let lookup = "<NCIPMessage version=\"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\"><LookupUser>\
        <InitiationHeader><FromAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>XX-NORTH</Value></UniqueAgencyId></FromAgencyId>\
        <ToAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>XX-BROKER</Value></UniqueAgencyId></ToAgencyId></InitiationHeader>\
        <UserId><UniqueAgencyId><Scheme>s</Scheme><Value>XX-NORTH</Value></UniqueAgencyId><UserIdentifierValue>1</UserIdentifierValue></UserId></LookupUser></NCIPMessage>";
    let answer = async |tls: &Tls| {
        let to = Endpoint::Socket { host: "localhost".to_owned(), port, secured: Secured::Tls };
        let link = NcipLink::new(&Seams::real(), tls, to, ClientLimits::default());
        let answer = link.exchange(lookup.as_bytes().to_vec().into()).await.unwrap();
        String::from_utf8_lossy(&answer.body).into_owned()
    };
    let (with, without) = (answer(&world.showing(&north)).await, answer(&world.trusting()).await);
    assert!(without.contains("Agency Authentication Failed"), "{without}");
    assert!(with.contains("LookupUserResponse") && !with.contains("Authentication Failed"), "{with}");
}

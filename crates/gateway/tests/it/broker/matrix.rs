//! Another broker beside ours, in each of its faces: above it and below it, loans, copies, noes and cancels end as the requester was told.

use std::time::Duration;

use iso18626::{Edition, ReasonForMessage, Status, SupplyingAgencyMessage};
use simulator::{
    Conversation, FarSide, Library, LibraryConfig, NewRequest, SimClock,
    broker::{Broker, BrokerSettings},
};

use super::{words::BROKER, world::World};

const UNION: &str = "ISIL:XX-UNION";
/// Behind the other broker.
const ISLE: &str = "ISIL:XX-ISLE";
/// Behind it too; it has nothing on its shelf.
const REEF: &str = "ISIL:XX-REEF";
/// Behind ours.
const SEA: &str = "ISIL:XX-SEA";
pub(super) const SOON: Duration = Duration::from_secs(20);

/// Which of the two brokers is asked by the other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// Ours asks the other.
    Below,
    /// The other asks ours.
    Above,
}

/// What the supplier does, what the requester does, and how it ends for it.
pub(super) struct Play {
    pub(super) asks: fn(&str) -> NewRequest,
    pub(super) title: &'static str,
    pub(super) supplier: &'static str,
    pub(super) requester: &'static str,
    pub(super) ends: Status,
}

pub(super) const PLAYS: [Play; 4] = [
    Play {
        asks: NewRequest::loan,
        title: "A loan",
        supplier: "will-supply, loaned due +14d, loan-completed on shipped-return",
        requester: "received on loaned, shipped-return after 10ms",
        ends: Status::LoanCompleted,
    },
    Play {
        asks: NewRequest::copy,
        title: "A copy",
        supplier: "will-supply, copy-completed url https://copies.example/1.pdf",
        requester: "received on copy-completed",
        ends: Status::CopyCompleted,
    },
    Play {
        asks: NewRequest::loan,
        title: "A no",
        supplier: "unfilled NotHeld",
        requester: "notification on unfilled",
        ends: Status::Unfilled,
    },
    Play {
        asks: NewRequest::loan,
        title: "A cancel",
        supplier: "will-supply, cancel yes",
        requester: "cancel on will-supply",
        ends: Status::Cancelled,
    },
];

/// Both brokers, and a library behind each.
pub(super) struct Two {
    pub(super) world: World,
    pub(super) union: Broker,
    pub(super) isle: Library,
    reef: Library,
    pub(super) sea: Library,
}

impl Two {
    pub(super) async fn start(union: &str) -> Two {
        let world = World::new(&[]).await;
        let gateway = format!("http://{}/iso18626", world.running().addr());
        let config = |symbol, name, far| LibraryConfig {
            pace: Duration::from_millis(2),
            ..LibraryConfig::new(symbol, name, far).edition(Edition::V2021_2)
        };
        let nobody = FarSide::new("http://127.0.0.1:9/", UNION);
        let isle = Library::start(config(ISLE, "Isle", nobody.clone()), SimClock::real()).await.unwrap();
        let reef = Library::start(config(REEF, "Reef", nobody), SimClock::real()).await.unwrap();
        let ours = FarSide::new(gateway.clone(), BROKER);
        let sea = Library::start(config(SEA, "Sea", ours), SimClock::real()).await.unwrap();
        let file = format!(
            "symbol = \"{UNION}\"\nsuppliers = [\"{REEF}\", \"{ISLE}\"]\n{union}\n\
             [[peer]]\nsymbol = \"{ISLE}\"\nurl = \"{}\"\nedition = \"2021-2\"\n\
             [[peer]]\nsymbol = \"{REEF}\"\nurl = \"{}\"\nedition = \"2021-2\"\n\
             [[peer]]\nsymbol = \"{BROKER}\"\nurl = \"{gateway}\"\nedition = \"2021-2\"\nspeaks-for = [\"{SEA}\"]\n",
            isle.url(),
            reef.url()
        );
        let union = Broker::start(BrokerSettings::parse(&file).unwrap(), SimClock::real()).await.unwrap();
        for library in [&isle, &reef] {
            library.turn_to(&FarSide::new(union.url(), UNION)).unwrap();
        }
        let library = |id: &str, symbol: &str, more: &str| {
            format!("\n[[library]]\nid = \"{id}\"\nname = \"{id}\"\nsymbols = [\"{symbol}\"]\n{more}")
        };
        let reached = |url: String| {
            format!(
                "connection.url = \"{url}\"\nconnection.edition = \"2021-2\"\nconnection.retry.first = \"1s\"\n"
            )
        };
        let registry = world.registry(Some(1))
            + &library("union", UNION, &format!("kind = \"broker\"\n{}", reached(union.url())))
            + &library("isle", ISLE, "behind = \"union\"\n")
            + &library("sea", SEA, &reached(sea.url()));
        world.apply(registry).await;
        Two { world, union, isle, reef, sea }
    }

    /// Lets the requester ask, and waits for the end.
    pub(super) async fn play(&self, place: Place, play: &Play) -> Conversation {
        let (requester, supplier, symbol) = match place {
            Place::Below => (&self.sea, &self.isle, ISLE),
            Place::Above => (&self.isle, &self.sea, SEA),
        };
        supplier.scenario_for_title(play.title, play.supplier).unwrap();
        let request = (play.asks)(play.title).plan(play.requester.parse().unwrap()).change(move |message| {
            message.supplier_info = vec![iso18626::SupplierInfo {
                sort_order: Some("1".to_owned()),
                supplier_code: Some(simulator::agency_id(symbol)),
                ..iso18626::SupplierInfo::default()
            }];
        });
        requester.send_request(request).await.unwrap()
    }
}

/// The other broker is asked itself; the first library that it asks has nothing, and the next one lends.
async fn goes_on_behind(union: &str) {
    let two = Two::start(union).await;
    let title = "On to the next";
    two.reef.scenario_for_title(title, "will-supply, unfilled NotOnShelf").unwrap();
    two.isle
        .scenario_for_title(title, "will-supply, loaned due +14d, loan-completed on shipped-return")
        .unwrap();
    let plan = "received on loaned, shipped-return after 10ms".parse().unwrap();
    let asks = NewRequest::loan(title).plan(plan).change(|message| {
        message.supplier_info = vec![iso18626::SupplierInfo {
            supplier_code: Some(simulator::agency_id(UNION)),
            ..iso18626::SupplierInfo::default()
        }];
    });
    let talk = two.sea.send_request(asks).await.unwrap();
    let heard = talk.wait_for_status(Status::LoanCompleted, SOON).await;
    heard.unwrap_or_else(|why| panic!("{union:?}: {why}"));
    let heard = talk.heard();
    let note = |told: &SupplyingAgencyMessage| told.message_info.note.clone().unwrap_or_default();
    let no = heard.iter().find(|told| note(told).contains("does not supply"));
    let no = no.unwrap_or_else(|| panic!("{union:?}: no no in {heard:#?}"));
    assert_eq!(no.message_info.reason_for_message, ReasonForMessage::Notification, "{union:?}");
    assert_eq!(no.message_info.reason_unfilled.as_ref().map(|why| why.value.as_str()), Some("NotOnShelf"));
    assert_eq!(no.status_info.status, Status::ExpectToSupply, "{union:?}: a promise is void");
    assert!(note(no).contains(REEF), "{union:?}: {}", note(no));
    for lender in [REEF, ISLE] {
        let announced = |told: &&SupplyingAgencyMessage| {
            let note = note(told);
            note.starts_with("Supplier: ") && note.contains(lender) && !note.contains("does not supply")
        };
        let expects = |told: &&SupplyingAgencyMessage| told.status_info.status == Status::ExpectToSupply;
        assert!(
            heard.iter().filter(expects).any(|told| announced(&told)),
            "{union:?}: {lender} in {heard:#?}"
        );
    }
    let lent = heard.iter().find(|told| told.status_info.status == Status::Loaned).unwrap();
    assert!(note(lent).contains(ISLE), "{union:?}: {}", note(lent));
    let back = lent.return_info.as_ref().and_then(|info| info.return_agency_id.as_ref());
    assert_eq!(back.map(|id| id.value.as_str()), Some("XX-ISLE"), "{union:?}");
}

#[tokio::test]
async fn a_library_behind_an_opaque_broker_says_no_and_the_next_one_lends() {
    goes_on_behind("face = \"opaque\"").await;
}

#[tokio::test]
async fn a_library_behind_a_transparent_broker_says_no_and_the_next_one_lends() {
    goes_on_behind("face = \"transparent\"").await;
}

pub(super) async fn plays(union: &str, plays: &[Play]) {
    let two = Two::start(union).await;
    for place in [Place::Below, Place::Above] {
        for play in plays {
            let talk = two.play(place, play).await;
            let heard = talk.wait_for_status(play.ends.clone(), SOON).await;
            heard.unwrap_or_else(|why| panic!("{union:?}, {place:?}, {}: {why}", play.supplier));
        }
    }
}

#[tokio::test]
async fn an_opaque_strict_broker_is_asked_and_asks() {
    plays("face = \"opaque\"\nchecks = \"strict\"", &PLAYS).await;
}

#[tokio::test]
async fn an_opaque_lenient_broker_is_asked_and_asks() {
    plays("face = \"opaque\"\nchecks = \"lenient\"", &PLAYS).await;
}

#[tokio::test]
async fn a_transparent_strict_broker_is_asked_and_asks() {
    plays("face = \"transparent\"\nchecks = \"strict\"", &PLAYS).await;
}

#[tokio::test]
async fn a_transparent_lenient_broker_is_asked_and_asks() {
    plays("face = \"transparent\"\nchecks = \"lenient\"", &PLAYS).await;
}

#[tokio::test]
async fn a_broker_that_says_everything_twice_is_asked_and_asks() {
    plays("habits = [\"doubles\"]", &PLAYS).await;
}

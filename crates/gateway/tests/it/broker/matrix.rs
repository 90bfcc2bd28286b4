//! Another broker beside ours, in each of its faces: above it and below it, loans, copies, noes and cancels end as the requester was told.

use std::time::Duration;

use iso18626::{Edition, Status};
use simulator::{
    Conversation, FarSide, Library, LibraryConfig, NewRequest, SimClock,
    broker::{Broker, BrokerSettings},
};

use super::{words::BROKER, world::World};

const UNION: &str = "ISIL:XX-UNION";
/// Behind the other broker.
const ISLE: &str = "ISIL:XX-ISLE";
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
        let isle = Library::start(config(ISLE, "Isle", nobody), SimClock::real()).await.unwrap();
        let ours = FarSide::new(gateway.clone(), BROKER);
        let sea = Library::start(config(SEA, "Sea", ours), SimClock::real()).await.unwrap();
        let file = format!(
            "symbol = \"{UNION}\"\nsuppliers = [\"{SEA}\", \"{ISLE}\"]\n{union}\n\
             [[peer]]\nsymbol = \"{ISLE}\"\nurl = \"{}\"\nedition = \"2021-2\"\n\
             [[peer]]\nsymbol = \"{BROKER}\"\nurl = \"{gateway}\"\nedition = \"2021-2\"\nspeaks-for = [\"{SEA}\"]\n",
            isle.url()
        );
        let union = Broker::start(BrokerSettings::parse(&file).unwrap(), SimClock::real()).await.unwrap();
        isle.turn_to(&FarSide::new(union.url(), UNION)).unwrap();
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
        let applied = world.send("POST", "registry", "text/toml", registry.into_bytes()).await;
        assert_eq!(applied.status, 200, "{}", String::from_utf8_lossy(&applied.body));
        Two { world, union, isle, sea }
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

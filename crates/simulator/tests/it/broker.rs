//! A simulated broker between two simulated libraries: what each of them sees, in both faces, and what its habits do.

use std::time::Duration;

use iso18626::{Action, Edition};
use simulator::{
    Direction, FarSide, Library, LibraryConfig, NewRequest,
    broker::{Broker, BrokerSettings},
};

use crate::support::{REQUESTER, SOON, SUPPLIER, clock, said};

const BROKER: &str = "ISIL:BROKER";
const OTHER: &str = "ISIL:OTHER";

/// A requester, a broker, and two suppliers that it asks in this order.
struct World {
    requester: Library,
    _broker: Broker,
    suppliers: [Library; 2],
}

impl World {
    /// `more` is TOML for the broker; each supplier plays its scenario.
    async fn start(more: &str, scenarios: [&str; 2]) -> World {
        let nobody = FarSide::new("http://127.0.0.1:9/", BROKER);
        let config = |symbol, name| LibraryConfig {
            pace: Duration::from_millis(1),
            ..LibraryConfig::new(symbol, name, nobody.clone()).edition(Edition::V2021_2)
        };
        let requester = Library::start(config(REQUESTER, "Boulder Public Library"), clock()).await.unwrap();
        let mut suppliers = Vec::new();
        for ((symbol, name), scenario) in [(SUPPLIER, "Aspen"), (OTHER, "Cedar")].into_iter().zip(scenarios) {
            let config = config(symbol, name).scenario(scenario).unwrap();
            suppliers.push(Library::start(config, clock()).await.unwrap());
        }
        let suppliers: [Library; 2] = suppliers.try_into().unwrap();
        let peers =
            [(REQUESTER, requester.url()), (SUPPLIER, suppliers[0].url()), (OTHER, suppliers[1].url())];
        let peers = peers.iter().map(|(symbol, url)| {
            format!("[[peer]]\nsymbol = \"{symbol}\"\nurl = \"{url}\"\nedition = \"2021-2\"\n")
        });
        let file = format!(
            "symbol = \"{BROKER}\"\nsuppliers = [\"{SUPPLIER}\", \"{OTHER}\"]\n{more}\n{}",
            peers.collect::<String>()
        );
        let broker = Broker::start(BrokerSettings::parse(&file).unwrap(), clock()).await.unwrap();
        for library in suppliers.iter().chain([&requester]) {
            library.turn_to(&FarSide::new(broker.url(), BROKER)).unwrap();
        }
        World { requester, _broker: broker, suppliers }
    }

    /// Asks, does what the plan says, and returns what the requester heard until the last of these came, with the symbol that said it.
    async fn play(&self, plan: &str, last: &str) -> Vec<(String, String)> {
        let request = NewRequest::loan("Dune");
        let request = if plan.is_empty() { request } else { request.plan(plan.parse().unwrap()) };
        self.requester.send_request(request).await.unwrap();
        let heard = |entries: &[simulator::FlowEntry]| -> Vec<(String, String)> {
            let came = entries.iter().filter(|entry| entry.direction == Direction::In);
            came.filter_map(|entry| match &entry.message {
                Some(iso18626::Message::SupplyingAgencyMessage(message)) => {
                    Some((entry.peer.clone(), said(message)))
                }
                _ => None,
            })
            .collect()
        };
        let flow = self.requester.flow();
        flow.wait_until(last, SOON, |entries| heard(entries).iter().any(|(_, said)| said == last))
            .await
            .unwrap();
        heard(&flow.entries())
    }

    fn actions_at(&self, supplier: usize) -> Vec<Action> {
        let entries = self.suppliers[supplier].flow().entries();
        let came = entries.into_iter().filter(|entry| entry.direction == Direction::In);
        came.filter_map(|entry| match entry.message {
            Some(iso18626::Message::RequestingAgencyMessage(message)) => Some(message.action),
            _ => None,
        })
        .collect()
    }
}

#[tokio::test]
async fn an_opaque_broker_speaks_in_its_own_symbol_and_tells_each_no() {
    let world =
        World::start("", ["unfilled NotHeld", "will-supply, loaned, loan-completed on shipped-return"]).await;
    let heard = world.play("received on loaned, shipped-return", "LoanCompleted StatusChange").await;
    assert!(heard.iter().all(|(who, _)| who == BROKER), "{heard:?}");
    let heard: Vec<&str> = heard.iter().map(|(_, said)| said.as_str()).collect();
    assert_eq!(
        heard,
        [
            "ExpectToSupply Notification",
            "Unfilled Notification",
            "ExpectToSupply Notification",
            "WillSupply RequestResponse",
            "Loaned StatusChange",
            "LoanCompleted StatusChange",
        ]
    );
    assert_eq!(world.actions_at(1), [Action::Received, Action::ShippedReturn]);
    let entries = world.requester.flow().entries();
    let notes = entries.iter().filter(|entry| entry.xml.contains("Supplier: ISIL:OTHER")).count();
    assert_eq!(notes, 4, "whatever is about the second supplier names it");
}

#[tokio::test]
async fn a_transparent_broker_speaks_in_the_suppliers_symbol() {
    let world =
        World::start("face = \"transparent\"\nchecks = \"lenient\"", ["will-supply, loaned", "unfilled"])
            .await;
    let heard = world.play("received on loaned", "Loaned StatusChange").await;
    assert!(heard.iter().all(|(who, _)| who == SUPPLIER), "{heard:?}");
    let entries = world.suppliers[0].flow().entries();
    let asked = entries.iter().find(|entry| entry.kind == "request").unwrap();
    assert_eq!(asked.peer, REQUESTER, "the supplier sees who asks");
}

#[tokio::test]
async fn a_request_that_nobody_supplies_ends_in_the_brokers_own_name() {
    let world = World::start("face = \"transparent\"\nchecks = \"lenient\"", ["unfilled", "unfilled"]).await;
    let heard = world.play("", "Unfilled StatusChange").await;
    assert_eq!(heard.last().unwrap().0, BROKER, "{heard:?}");
}

#[tokio::test]
async fn a_forgetful_broker_knows_nothing_after_loaned() {
    let world = World::start("habits = [\"forgets\"]", ["loaned", "unfilled"]).await;
    world.play("received on loaned", "Loaned RequestResponse").await;
    let refused = |entry: &simulator::FlowEntry| matches!(&entry.outcome, simulator::Outcome::Refused(why) if why.contains("non-existing"));
    world.requester.flow().wait_for("Received is refused", SOON, refused).await.unwrap();
    assert!(world.actions_at(0).is_empty(), "and the supplier hears nothing");
}

#[tokio::test]
async fn a_doubling_broker_says_everything_twice() {
    let world = World::start("habits = [\"doubles\"]", ["will-supply", "unfilled"]).await;
    world.play("", "WillSupply RequestResponse").await;
    let flow = world.requester.flow();
    let twice = |entries: &[simulator::FlowEntry]| {
        entries.iter().filter(|entry| entry.says.starts_with("WillSupply")).count() == 2
    };
    flow.wait_until("WillSupply twice", SOON, twice).await.unwrap();
}

#[tokio::test]
async fn a_replacing_broker_asks_again_instead_of_cancelling() {
    let world = World::start("habits = [\"replaces\"]", ["will-supply after 5s", "unfilled"]).await;
    let request = NewRequest::loan("Dune").plan("cancel after 10ms".parse().unwrap());
    world.requester.send_request(request).await.unwrap();
    let asked_twice = |entries: &[simulator::FlowEntry]| {
        entries.iter().filter(|entry| entry.direction == Direction::In && entry.kind == "request").count()
            == 2
    };
    world.suppliers[0].flow().wait_until("a second request", SOON, asked_twice).await.unwrap();
    assert!(world.actions_at(0).is_empty());
}

#[test]
fn a_file_that_names_nobody_is_refused_with_what_to_do() {
    let why = BrokerSettings::parse("symbol = \"A\"\nsuppliers = [\"ISIL:X\"]\npeer = []\n").unwrap_err();
    assert!(why.contains("ISIL:X") && why.contains("[[peer]]"), "{why}");
}

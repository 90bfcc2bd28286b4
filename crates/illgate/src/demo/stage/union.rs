//! Another broker, and a library behind it: to be asked by the gateway, and to ask it.

use std::time::Duration;

use errors::slug;
use iso18626::Edition;
use simulator::{
    Direction, FarSide, Library, LibraryConfig, SimClock,
    broker::{Broker, BrokerSettings},
};

use super::{BROKER, SOON, Stage, Why, symbol};
use crate::exit::Failure;

/// The other broker's id in the registry.
pub(super) const UNION: &str = "union";
/// The id of the library behind it.
pub(super) const ISLE: &str = "isle";
/// Whom it asks of the libraries behind the gateway.
const ASKED_THERE: &str = "sea";

/// Another broker and the library behind it.
pub(super) struct Union {
    pub(super) broker: Broker,
    pub(super) isle: Library,
}

/// Starts both.
pub(super) async fn start(gateway: &str, clock: &SimClock) -> Result<Union, Failure> {
    let failed = |why: String| Failure::new(slug!("demo.no-library"), why);
    let far = FarSide::new("http://127.0.0.1:9/", &symbol(UNION));
    let config = LibraryConfig {
        pace: Duration::from_millis(5),
        ..LibraryConfig::new(&symbol(ISLE), "Island Library", far).edition(Edition::V1_2)
    };
    let isle = Library::start(config, clock.clone()).await.map_err(|why| failed(why.to_string()))?;
    let file = format!(
        "symbol = \"{union}\"\nsuppliers = [\"{there}\", \"{behind}\"]\n\
         [[peer]]\nsymbol = \"{behind}\"\nurl = \"{}\"\n\
         [[peer]]\nsymbol = \"{BROKER}\"\nurl = \"{gateway}/iso18626\"\nedition = \"2021-2\"\nspeaks-for = [\"{there}\"]\n",
        isle.url(),
        union = symbol(UNION),
        there = symbol(ASKED_THERE),
        behind = symbol(ISLE),
    );
    let settings = BrokerSettings::parse(&file).map_err(failed)?;
    let broker = Broker::start(settings, clock.clone()).await.map_err(|why| failed(why.to_string()))?;
    isle.turn_to(&FarSide::new(broker.url(), &symbol(UNION))).map_err(|why| failed(why.to_string()))?;
    Ok(Union { broker, isle })
}

impl Stage {
    /// The library behind the other broker.
    pub(crate) fn isle(&self) -> &Library {
        &self.union.isle
    }

    /// Waits until the other broker has asked the gateway for a title, and notes the request: its id there.
    pub(crate) async fn asked_by_union(&self, title: &str) -> Result<String, Why> {
        let is = |entry: &simulator::FlowEntry| {
            entry.direction == Direction::Out && entry.kind == "request" && entry.says.contains(title)
        };
        let asked = self.union.broker.flow().wait_for("a request to the gateway", SOON, is).await?;
        let id = asked.request.ok_or_else(|| Why("the other broker's request has no id".to_owned()))?;
        self.asked.lock().unwrap_or_else(super::poisoned).push(id.clone());
        Ok(id)
    }
}

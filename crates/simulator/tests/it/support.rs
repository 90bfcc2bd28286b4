//! Two libraries that talk to each other without a broker.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use iso18626::{Edition, SupplyingAgencyMessage};
use simulator::{FarSide, Library, LibraryConfig, SimClock};

/// How long a test waits for what must come.
pub(crate) const SOON: Duration = Duration::from_secs(10);

pub(crate) const REQUESTER: &str = "ISIL:REQ";
pub(crate) const SUPPLIER: &str = "ISIL:SUP";

/// A date that every run has: an hour of 2027, moved on a little by each look.
pub(crate) fn clock() -> SimClock {
    let looks = AtomicI64::new(0);
    let start: jiff::Timestamp = "2027-03-01T08:00:00Z".parse().unwrap();
    SimClock::new(move || start + jiff::SignedDuration::from_millis(looks.fetch_add(1, Ordering::Relaxed)))
}

/// Two running libraries, each the other's far side.
pub(crate) struct Pair {
    pub(crate) requester: Library,
    pub(crate) supplier: Library,
}

impl Pair {
    /// The supplier plays `scenario`; where it is empty, it has none of its own.
    pub(crate) async fn start(edition: Edition, scenario: &str) -> Self {
        Self::start_with(edition, scenario, |config| config).await
    }

    /// The same with other settings for both.
    pub(crate) async fn start_with(
        edition: Edition,
        scenario: &str,
        settle: impl Fn(LibraryConfig) -> LibraryConfig,
    ) -> Self {
        let nobody = FarSide::new("http://127.0.0.1:9/", SUPPLIER);
        let config = |symbol, name| {
            let config = LibraryConfig::new(symbol, name, nobody.clone()).edition(edition);
            settle(LibraryConfig { pace: Duration::from_millis(1), ..config })
        };
        let mut supplying = config(SUPPLIER, "Aspen Public Library");
        if !scenario.is_empty() {
            supplying = supplying.scenario(scenario).unwrap();
        }
        let requester = Library::start(config(REQUESTER, "Boulder Public Library"), clock()).await.unwrap();
        let supplier = Library::start(supplying, clock()).await.unwrap();
        requester.turn_to(&FarSide::new(supplier.url(), SUPPLIER)).unwrap();
        supplier.turn_to(&FarSide::new(requester.url(), REQUESTER)).unwrap();
        Pair { requester, supplier }
    }
}

/// What a supplier's message says: `Loaned StatusChange`, `Cancelled CancelResponse Y`.
pub(crate) fn said(message: &SupplyingAgencyMessage) -> String {
    let answer = message.message_info.answer_yes_no.as_ref().map(|answer| format!(" {answer}"));
    let answer = answer.unwrap_or_default();
    format!("{} {}{answer}", message.status_info.status, message.message_info.reason_for_message)
}

//! Simulated libraries around a gateway: requesters and suppliers of both editions, on real sockets, and the registry file that names them.

use std::{net::SocketAddr, sync::Arc};

use iso18626::Edition;
use simulator::{FarSide, Library, LibraryConfig, SimClock};

/// The broker's symbol.
pub(crate) const BROKER: &str = "ISIL:XX-BROKER";

/// The libraries. They live as long as this does.
pub(crate) struct World {
    pub(crate) requesters: Vec<Arc<Library>>,
    pub(crate) suppliers: Vec<Arc<Library>>,
}

impl World {
    /// Two requesters and three suppliers, of both editions, around a gateway at `gateway`. The first supplier has nothing whose title
    /// says `second`, none has anything whose title says `nobody`.
    pub(crate) async fn around(gateway: SocketAddr) -> Self {
        let mut requesters = Vec::new();
        for (name, edition) in [("ASPEN", Edition::V1_2), ("BIRCH", Edition::V2021_2)] {
            requesters.push(start(gateway, name, edition).await);
        }
        let mut suppliers = Vec::new();
        for (name, edition) in
            [("MAPLE", Edition::V2021_2), ("OAK", Edition::V1_2), ("PINE", Edition::V2021_2)]
        {
            suppliers.push(start(gateway, name, edition).await);
        }
        for (part, scenario) in [
            ("nobody", "unfilled NotHeld"),
            ("dear", "retry CostExceedsMaxCost cost 12.50 USD before +7d, will-supply on retry, loaned"),
            ("promised", "will-supply"),
        ] {
            for supplier in &suppliers {
                supplier.scenario_for_title(part, scenario).expect("the scenario is one");
            }
        }
        suppliers[0].scenario_for_title("second", "unfilled NotOnShelf").expect("the scenario is one");
        World { requesters, suppliers }
    }

    /// The registry file that names them all. Messages that did not arrive are sent again soon.
    pub(crate) fn registry(&self) -> String {
        let mut file = format!(
            "[broker]\nname = \"Test consortium\"\nsymbols = [\"{BROKER}\"]\n\n\
             [defaults]\nconnection.retry = {{ first = \"100ms\", factor = 2, longest = \"1s\", give_up_after = \"1h\" }}\n\
             connection.rate = \"1000/s\"\nhosted.undo_window = \"0s\"\n\
             calendar.open_days = [\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\", \"saturday\", \"sunday\"]\n\n\
             [[group]]\nid = \"all\"\nname = \"All\"\n"
        );
        for (priority, library) in (1..).zip(self.suppliers.iter().chain(&self.requesters)) {
            let config = library.config();
            let lends = if priority > self.suppliers.len() { "no" } else { "yes" };
            file.push_str(&format!(
                "\n[[library]]\nid = \"{id}\"\nname = \"{name}\"\nsymbols = [\"{symbol}\"]\nlends = \"{lends}\"\n\
                 groups = [{{ group = \"all\", priority = {priority} }}]\n\
                 connection.url = \"{url}\"\nconnection.edition = \"{edition}\"\n",
                id = config.name.to_lowercase(),
                name = config.name,
                symbol = library.symbol(),
                url = library.url(),
                edition = config.edition,
            ));
        }
        file
    }
}

async fn start(gateway: SocketAddr, name: &str, edition: Edition) -> Arc<Library> {
    let far = FarSide::new(format!("http://{gateway}/iso18626"), BROKER);
    let config = LibraryConfig::new(&format!("ISIL:XX-{name}"), name, far).edition(edition);
    Arc::new(Library::start(config, SimClock::real()).await.expect("a loopback port is free"))
}

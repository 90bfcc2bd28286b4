//! Two libraries whose ILSs speak NCIP, and a loan between them.

use std::time::Duration;

use api::model::RequestDetail;
use gateway::NCIP;
use jiff::SignedDuration;
use ncip::{ItemId, RequestItem};
use persistence::{EngineKind, MemoryDisk};
use serde_json::{Value, json};
use simulator::{
    SimClock,
    ils::{
        Circulation, Dialect, IlsOptions, IlsServer, Item, Notices, Patron, Quirk, Service,
        circulation::HoldState,
    },
};

use super::{
    named::{ask, record, wanted},
    world::PATRON,
};
use crate::broker::World;

/// The other libraries, as a patron.
pub(super) const OTHERS: &str = "ILL-OTHERS";
/// The lender's item.
pub(super) const ITEM: &str = "S-1";
/// Its title's record there.
pub(super) const RECORD: &str = "1000001";
/// How long an ILS is waited for.
const SOON: Duration = Duration::from_secs(20);

/// What an ILS does of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tells {
    Nothing,
    Everything,
}

/// Two libraries, one loan.
pub(super) struct Pair {
    pub(super) world: World,
    pub(super) north: IlsServer,
    pub(super) south: IlsServer,
    pub(super) tells: Tells,
}

impl Pair {
    pub(super) async fn of(borrower: Dialect, lender: Dialect, tells: Tells) -> Self {
        let disk = MemoryDisk::new();
        let world = World::on(EngineKind::Memory(disk.clone()), disk, &[], |_| {}).await;
        let north = start(&world, borrower, "XX-NORTH", tells).await;
        let south = start(&world, lender, "XX-SOUTH", tells).await;
        south.change(|held| held.add_item(Item::new(ITEM, RECORD, "Dune")));
        let file =
            world.registry(Some(1)) + &library("north", &north, tells) + &library("south", &south, tells);
        world.apply(file).await;
        Self { world, north, south, tells }
    }

    /// Waits until the volume stands so, letting the ILS be asked where it only answers.
    pub(super) async fn until_volume(&self, request: &str, state: &str) {
        self.world.until(request, |it| it.volumes.iter().any(|volume| volume.state == state)).await;
    }

    /// The time to ask the borrower's ILS comes.
    pub(super) async fn poll(&self, request: &str) {
        let at = |it: &RequestDetail| {
            it.line.waits.iter().find(|wait| wait.timer.starts_with("poll")).map(|it| it.until)
        };
        let before = at(&self.world.until(request, |it| at(it).is_some()).await);
        self.world.clock.advance(SignedDuration::from_hours(2));
        self.world.until(request, |it| at(it) != before && it.asked.is_empty()).await;
    }

    /// Neither ILS has done anything twice, nor what cannot be.
    pub(super) fn are_sound(&self) {
        for ils in [&self.north, &self.south] {
            let held = ils.holdings();
            assert_eq!((held.doubles(), held.unsound()), (vec![], vec![]), "{}", ils.agency());
        }
    }

    /// A patron's message that names an item of the lender's, and its record where holds are placed by that.
    pub(super) fn names(&self, item: &str, title: &str) -> RequestItem {
        let by_record = self.south.dialect().has(Quirk::HoldsByRecord);
        let known = self.south.holdings().item(item).expect("the lender has it").record.clone();
        RequestItem {
            item_ids: vec![ItemId::new("XX-SOUTH", item)],
            bibliographic_ids: by_record.then(|| record("XX-SOUTH", &known)).into_iter().collect(),
            ..wanted(title)
        }
    }

    /// Lets these items be borrowed, as far as they lie on the hold shelf for the patron. Gives both libraries' requests.
    pub(super) async fn shelved(&self, items: &[&str]) -> (String, String) {
        let world = &self.world;
        let message = self.names(items[0], "Dune");
        let borrowing = ask(world, message).await;
        let lending = world.related(&borrowing, "lending", Some("south")).await;
        world.until_phase(&lending, "on-pull-list").await;
        world.act(&lending, "ship", scans(items)).await;
        world.until_phase(&borrowing, "shipped").await;
        world.act(&borrowing, "receive", scans(items)).await;
        self.until_volumes(&borrowing, &vec!["on-shelf"; items.len()]).await;
        (borrowing, lending)
    }

    /// Waits until the volumes stand so, one after the other.
    pub(super) async fn until_volumes(&self, request: &str, states: &[&str]) -> RequestDetail {
        let are = |it: &RequestDetail| {
            it.volumes.iter().map(|volume| volume.state.as_str()).eq(states.iter().copied())
        };
        self.world.until(request, are).await
    }

    /// Everything comes home, nothing is left, and both requests end without an incident.
    pub(super) async fn comes_home(&self, both: &(String, String)) {
        self.goes_home(both).await;
        self.held(&self.south, "nothing out", is_idle).await;
        self.held(&self.north, "nothing out", is_idle).await;
        self.are_sound();
    }

    /// Everything comes home, and both requests end without an incident.
    pub(super) async fn goes_home(&self, (borrowing, lending): &(String, String)) {
        let world = &self.world;
        world.act(borrowing, "ship-back", json!({})).await;
        world.until_phase(lending, "returning").await;
        world.act(lending, "returned", json!({})).await;
        for request in [lending, borrowing] {
            world.until_phase(request, "completed").await;
            let detail = world.until(request, |it| it.queue.is_empty() && it.asked.is_empty()).await;
            assert_eq!(detail.line.incidents, []);
        }
    }

    pub(super) async fn held(&self, ils: &IlsServer, what: &str, holds: impl Fn(&Circulation) -> bool) {
        let seen = ils.wait_until(what, SOON, holds).await;
        seen.unwrap_or_else(|why| panic!("{what}: {why}; {}", state(&ils.holdings())));
    }
}

pub(super) async fn start(world: &World, dialect: Dialect, agency: &str, tells: Tells) -> IlsServer {
    let clock = world.clock.clone();
    let clock = SimClock::new(move || net::Clock::now(&clock));
    let mut options = IlsOptions::new(dialect, agency)
        .patron(Patron::person(PATRON, "Robin", "Reader"))
        .patron(Patron::library(OTHERS, "Other libraries"));
    if tells == Tells::Everything {
        let url = format!("http://{}{NCIP}", world.running().addr());
        options = options.notices(Notices::to(&url, "XX-BROKER"));
    }
    IlsServer::start(options, clock).await.unwrap()
}

pub(super) fn library(id: &str, ils: &IlsServer, tells: Tells) -> String {
    let symbol = id.to_uppercase();
    let (url, preset) = (ils.url(), ils.dialect());
    let mut text = format!(
        "\n[[library]]\nid = \"{id}\"\nname = \"{id} library\"\nsymbols = [\"ISIL:XX-{symbol}\"]\n\
         [library.connection]\nkind = \"ncip\"\nretry.first = \"1s\"\ntimeouts = {{ read = \"3s\", total = \"5s\" }}\n\
         [library.connection.ncip]\nurl = \"{url}\"\npreset = \"{preset}\"\n\
         institutional_patrons = [{{ patron = \"{OTHERS}\" }}]\n"
    );
    if preset == Dialect::Alma {
        text += "application_profile = \"ILLGATE\"\n";
    }
    if tells == Tells::Everything && preset.services().contains(&Service::LookupItem) {
        text += "steps.poll_item = false\n";
    }
    text
}

fn state(held: &Circulation) -> String {
    let items: Vec<_> = held.items().map(|item| (&item.barcode, item.is_temporary())).collect();
    let loans: Vec<_> = held.loans().map(|loan| (&loan.item, &loan.patron)).collect();
    format!("items {items:?}, holds {:?}, loans {loans:?}", held.holds())
}

pub(super) fn lent_to(held: &Circulation, item: &str, patron: &str) -> bool {
    held.loans().count() == 1 && held.loan(item).is_some_and(|loan| loan.patron == patron)
}

pub(super) fn is_idle(held: &Circulation) -> bool {
    held.loans().count() == 0 && held.holds().is_empty()
}

pub(super) fn on_hold_shelf(held: &Circulation) -> bool {
    let holds = held.holds();
    holds.len() == 1
        && holds[0].patron == PATRON
        && holds[0].state == HoldState::OnShelf
        && held.items().count() == 1
}

/// Barcodes as an act takes them.
pub(super) fn scans(items: &[&str]) -> Value {
    let volumes: Vec<Value> = items.iter().map(|item| json!(item)).collect();
    json!({ "volumes": volumes })
}

//! A loan from a patron's wish to its end, for every kind of ILS on both sides: those that only answer, and those that tell. After each step
//! both hold the right item, hold and loan.

use std::time::Duration;

use gateway::{NCIP, api::model::RequestDetail};
use jiff::SignedDuration;
use ncip::{ItemId, RequestItem};
use persistence::{EngineKind, MemoryDisk};
use serde_json::json;
use simulator::{
    SimClock,
    ils::{
        Circulation, Dialect, IlsOptions, IlsServer, Item, Notices, Patron, Service, circulation::HoldState,
    },
};

use super::{
    named::{ask, record, wanted},
    world::PATRON,
};
use crate::broker::World;

/// The other libraries, as a patron.
const OTHERS: &str = "ILL-OTHERS";
/// The lender's item.
const ITEM: &str = "S-1";
/// Its title's record there.
const RECORD: &str = "1000001";
/// How long an ILS is waited for.
const SOON: Duration = Duration::from_secs(20);

/// What an ILS does of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tells {
    Nothing,
    Everything,
}

/// What a patron's message names.
#[derive(Clone, Copy, Debug)]
enum Wish {
    Item,
    Title,
}

/// Two libraries, one loan.
struct Pair {
    world: World,
    north: IlsServer,
    south: IlsServer,
    tells: Tells,
}

impl Pair {
    async fn of(borrower: Dialect, lender: Dialect, tells: Tells) -> Self {
        let disk = MemoryDisk::new();
        let world = World::on(EngineKind::Memory(disk.clone()), disk, &[], |_| {}).await;
        let north = start(&world, borrower, "XX-NORTH", tells).await;
        let south = start(&world, lender, "XX-SOUTH", tells).await;
        south.change(|held| held.add_item(Item::new(ITEM, RECORD, "Dune")));
        let file =
            world.registry(Some(1)) + &library("north", &north, tells) + &library("south", &south, tells);
        let applied = world.send("POST", "registry", "text/toml", file.into_bytes()).await;
        assert_eq!(applied.status, 200, "{}", String::from_utf8_lossy(&applied.body));
        Self { world, north, south, tells }
    }

    /// Waits until the volume stands so, letting the ILS be asked where it only answers.
    async fn until_volume(&self, request: &str, state: &str) {
        self.world.until(request, |it| it.volumes.iter().any(|volume| volume.state == state)).await;
    }

    /// The time to ask the borrower's ILS comes.
    async fn poll(&self, request: &str) {
        let at = |it: &RequestDetail| {
            it.line.waits.iter().find(|wait| wait.timer.starts_with("poll")).map(|it| it.until)
        };
        let before = at(&self.world.until(request, |it| at(it).is_some()).await);
        self.world.clock.advance(SignedDuration::from_hours(2));
        self.world.until(request, |it| at(it) != before && it.asked.is_empty()).await;
    }

    async fn held(&self, ils: &IlsServer, what: &str, holds: impl Fn(&Circulation) -> bool) {
        let seen = ils.wait_until(what, SOON, holds).await;
        seen.unwrap_or_else(|why| panic!("{what}: {why}; {}", state(&ils.holdings())));
    }
}

async fn start(world: &World, dialect: Dialect, agency: &str, tells: Tells) -> IlsServer {
    let clock = world.clock.clone();
    let clock = SimClock::new(move || gateway::seams::Clock::now(&clock));
    let mut options = IlsOptions::new(dialect, agency)
        .patron(Patron::person(PATRON, "Robin", "Reader"))
        .patron(Patron::library(OTHERS, "Other libraries"));
    if tells == Tells::Everything {
        let url = format!("http://{}{NCIP}", world.running().addr());
        options = options.notices(Notices::to(&url, "XX-BROKER"));
    }
    IlsServer::start(options, clock).await.unwrap()
}

fn library(id: &str, ils: &IlsServer, tells: Tells) -> String {
    let symbol = id.to_uppercase();
    let (url, preset) = (ils.url(), ils.dialect());
    let mut text = format!(
        "\n[[library]]\nid = \"{id}\"\nname = \"{id} library\"\nsymbols = [\"ISIL:XX-{symbol}\"]\n\
         [library.connection]\nkind = \"ncip\"\nretry.first = \"1s\"\n\
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

fn lent_to(held: &Circulation, item: &str, patron: &str) -> bool {
    held.loans().count() == 1 && held.loan(item).is_some_and(|loan| loan.patron == patron)
}

fn is_idle(held: &Circulation) -> bool {
    held.loans().count() == 0 && held.holds().is_empty()
}

fn on_hold_shelf(held: &Circulation) -> bool {
    let holds = held.holds();
    holds.len() == 1
        && holds[0].patron == PATRON
        && holds[0].state == HoldState::OnShelf
        && held.items().count() == 1
}

async fn lend((borrower, lender): (Dialect, Dialect), tells: Tells, wish: Wish) {
    let pair = Pair::of(borrower, lender, tells).await;
    let (world, north, south) = (&pair.world, &pair.north, &pair.south);
    let message = match wish {
        Wish::Item => RequestItem { item_ids: vec![ItemId::new("XX-SOUTH", ITEM)], ..wanted("Dune") },
        Wish::Title => RequestItem { bibliographic_ids: vec![record("XX-SOUTH", RECORD)], ..wanted("Dune") },
    };
    let borrowing = ask(world, message).await;
    let lending = world.related(&borrowing, "lending", Some("south")).await;
    world.until_phase(&lending, "on-pull-list").await;
    if lender.services().contains(&Service::RequestItem) {
        pair.held(south, "a hold for the other libraries", |held| {
            held.holds().len() == 1 && held.holds()[0].patron == OTHERS && held.loans().count() == 0
        })
        .await;
    }
    world.act(&lending, "pulled", json!({ "volumes": [{ "barcode": ITEM }] })).await;
    if pair.tells == Tells::Everything {
        south.desk().check_out(ITEM, OTHERS).unwrap();
        pair.until_volume(&lending, "checked-out").await;
    }
    world.act(&lending, "ship", json!({})).await;
    world.until_phase(&borrowing, "shipped").await;
    pair.held(south, "a loan to the other libraries, and no hold", |held| {
        lent_to(held, ITEM, OTHERS) && held.holds().is_empty()
    })
    .await;

    world.act(&borrowing, "receive", json!({ "volumes": [{ "barcode": ITEM }] })).await;
    pair.until_volume(&borrowing, "on-shelf").await;
    pair.held(north, "a temporary item on the hold shelf", on_hold_shelf).await;
    let local = world.detail(&borrowing).await.volumes[0].local.clone().unwrap();
    let taken = |held: &Circulation| lent_to(held, &local, PATRON) && held.holds().is_empty();
    let polled = borrower.services().contains(&Service::LookupItem);
    match (pair.tells, polled) {
        (Tells::Everything, _) => {
            north.desk().pick_up(PATRON, &local).unwrap();
            pair.until_volume(&borrowing, "checked-out").await;
            pair.held(north, "a loan to the patron", taken).await;
            north.desk().check_in(&local).unwrap();
        }
        (Tells::Nothing, true) => {
            pair.poll(&borrowing).await;
            pair.until_volume(&borrowing, "on-shelf").await;
            pair.held(north, "still on the hold shelf", on_hold_shelf).await;
            north.desk().pick_up(PATRON, &local).unwrap();
            pair.poll(&borrowing).await;
            pair.until_volume(&borrowing, "checked-out").await;
            pair.held(north, "a loan to the patron", taken).await;
            north.desk().check_in(&local).unwrap();
            world.clock.advance(SignedDuration::from_hours(2));
        }
        (Tells::Nothing, false) => {
            world.act(&borrowing, "pick-up", json!({})).await;
            pair.held(north, "a loan to the patron", taken).await;
            world.act(&borrowing, "check-in", json!({})).await;
        }
    }
    pair.until_volume(&borrowing, "checked-in").await;
    pair.held(north, "no loan and no hold", is_idle).await;

    world.act(&borrowing, "ship-back", json!({})).await;
    world.until_phase(&lending, "returning").await;
    match pair.tells {
        Tells::Everything => drop(south.desk().check_in(ITEM).unwrap()),
        Tells::Nothing => drop(world.act(&lending, "returned", json!({})).await),
    }
    for request in [&lending, &borrowing] {
        world.until_phase(request, "completed").await;
        let at_rest = |it: &RequestDetail| it.queue.is_empty() && it.asked.is_empty();
        let detail = world.until(request, at_rest).await;
        assert_eq!(detail.line.incidents, [], "{borrower} from {lender}, {tells:?}");
    }
    pair.held(south, "nothing out", is_idle).await;
    let removes = borrower.services().contains(&Service::DeleteItem) || borrower == Dialect::Evergreen;
    let left = usize::from(!removes);
    pair.held(north, "no temporary item but where none can be removed", |held| held.items().count() == left)
        .await;
    for ils in [north, south] {
        let held = ils.holdings();
        assert!(
            held.doubles().is_empty() && held.unsound().is_empty(),
            "{:?} {:?}",
            held.doubles(),
            held.unsound()
        );
    }
    assert!(!world.files_hold(PATRON), "the patron stands in no file in clear");
}

/// Lets every pair lend; says of all that fail which they are.
async fn all_lend(tells: Tells, wish: Wish) {
    let mut failed = Vec::new();
    for pair in pairs() {
        if tokio::spawn(lend(pair, tells, wish)).await.is_err() {
            failed.push(format!("{} from {}", pair.0, pair.1));
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[tokio::test]
async fn every_ils_that_only_answers_borrows_and_lends() {
    all_lend(Tells::Nothing, Wish::Item).await;
}

#[tokio::test]
async fn every_ils_that_tells_borrows_and_lends() {
    all_lend(Tells::Everything, Wish::Item).await;
}

#[tokio::test]
async fn every_ils_that_is_asked_for_a_title_lends_one_of_its_items() {
    all_lend(Tells::Nothing, Wish::Title).await;
}

/// Every kind as a borrower once and as a lender once.
fn pairs() -> impl Iterator<Item = (Dialect, Dialect)> {
    let next = Dialect::ALL.iter().cycle().skip(3);
    Dialect::ALL.iter().copied().zip(next.copied())
}

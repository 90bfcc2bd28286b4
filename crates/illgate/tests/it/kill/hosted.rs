//! Hosted libraries whose ILSs are asked: killed between a command and its record, the gateway asks for nothing that is then done twice. Each
//! command of a loan is met twice: before the ILS has carried it out, and after.

use simulator::ils::{Dialect, Failure, Fault, IlsServer, Service, circulation::Repeats};

use super::loan::{self, Api, Loan, Tells, at_rest, options, registry, wrongs};
use crate::support::{daemon::Daemon, free_address};

/// The commands that a loan has.
const COMMANDS: [Service; 11] = [
    Service::LookupUser,
    Service::LookupItem,
    Service::RequestItem,
    Service::CancelRequestItem,
    Service::AcceptItem,
    Service::CheckOutItem,
    Service::CheckInItem,
    Service::RenewItem,
    Service::CreateItem,
    Service::DeleteItem,
    Service::ItemReceived,
];

/// Who borrows from whom: both versions, both transports, with and without LookupItem; each kind on either side.
const PAIRS: [(Dialect, Dialect); 10] = [
    (Dialect::Koha, Dialect::Evergreen),
    (Dialect::Evergreen, Dialect::Koha),
    (Dialect::Voyager, Dialect::Polaris),
    (Dialect::Polaris, Dialect::Voyager),
    (Dialect::Folio, Dialect::Horizon),
    (Dialect::Horizon, Dialect::Folio),
    (Dialect::Alma, Dialect::Sierra),
    (Dialect::Sierra, Dialect::Symphony),
    (Dialect::Symphony, Dialect::Wms),
    (Dialect::Wms, Dialect::Alma),
];

/// How a loan goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// The patron has it, keeps it longer, and brings it back.
    Read,
    /// Nobody fetches it from the hold shelf.
    Unclaimed,
    /// The patron does not want it any more before it is sent.
    Cancelled,
}

#[test]
fn no_command_is_done_twice_on_redb() {
    commands("redb");
}

#[test]
fn no_command_is_done_twice_on_sled() {
    commands("sled");
}

/// One pair of ILSs for each six rounds, and a loan of each kind; where few are asked for, one loan.
fn commands(engine: &'static str) {
    let asked_for = super::asked_for();
    let pairs = (asked_for / 6).clamp(1, 10) as usize;
    let (courses, least): (&[Course], usize) = match asked_for {
        0..12 => (&[Course::Read], 14),
        _ => (&[Course::Read, Course::Unclaimed, Course::Cancelled], 30),
    };
    // Each engine begins elsewhere, so that together they meet them all.
    let skipped = if engine == "sled" { 2 } else { 0 };
    let mut kills = 0;
    for (borrower, lender) in PAIRS.iter().cycle().skip(skipped).take(pairs) {
        for &course in courses {
            let killed = play(engine, *borrower, *lender, course);
            println!("{engine}: {borrower} from {lender}, {course:?}: killed {killed} times");
            kills += killed;
        }
    }
    println!("{engine}: killed {kills} times between a command and its record");
    assert!(kills >= pairs * least, "each command was met: {kills} kills of {pairs} pairs");
}

/// A gateway that is killed whenever an ILS holds a command back, and started again.
struct Killed<'a> {
    engine: &'static str,
    api: &'a Api,
    north: &'a IlsServer,
    south: &'a IlsServer,
    running: Option<Daemon>,
    kills: usize,
}

impl Killed<'_> {
    fn where_held(&mut self) {
        let held = self.north.held_back().len() + self.south.held_back().len();
        if held > self.kills {
            self.running.take().expect("it is running").kill();
            self.kills = held;
            self.running = Some(Daemon::start_at(&self.api.store, self.engine, self.api.address));
        }
    }
}

/// Plays a loan; gives how often the gateway was killed.
fn play(engine: &'static str, borrower: Dialect, lender: Dialect, course: Course) -> usize {
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = home.path().join("data");
    std::fs::create_dir(&store).expect("a folder for the store");
    let api = Api { address: free_address(), store };
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let ils = |dialect, agency| {
        let mut options = options(dialect, agency, Tells::Nothing, api.address);
        // One that can be asked does everything again that it is told again, so that a double shows.
        if dialect.services().contains(&Service::LookupItem) {
            options.rules.repeats = Repeats::DoneAgain;
        }
        options.failures = COMMANDS
            .iter()
            .flat_map(|command| {
                [Fault::HoldBefore, Fault::HoldAfter].map(|fault| Failure::once(*command, fault))
            })
            .collect();
        runtime.block_on(loan::started(options))
    };
    let (north, south) = (ils(borrower, "XX-NORTH"), ils(lender, "XX-SOUTH"));
    let running = Daemon::start_at(&api.store, engine, api.address);
    running.apply(&registry(&north, &south));
    let mut killed =
        Killed { engine, api: &api, north: &north, south: &south, running: Some(running), kills: 0 };

    let mut meanwhile = || killed.where_held();
    let mut loan = Loan { api: &api, north: &north, south: &south, item: "S-1", meanwhile: &mut meanwhile };
    let borrowing = loan.begin();
    let records = loan.records(&borrowing);
    assert_eq!(loan.patron_asks(), borrowing, "the same wish is the same request after a kill");
    match course {
        Course::Read => {
            loan.held_for_the_patron(&records);
            loan.read_by_the_patron(&records);
            loan.home(&records);
        }
        Course::Unclaimed => {
            loan.held_for_the_patron(&records);
            loan.home(&records);
        }
        Course::Cancelled => loan.cancelled(&records),
    }
    for request in [&records.lending, &records.broker, &records.borrowing] {
        let detail = loan.until(request, "peace", at_rest);
        let slugs: Vec<_> = detail.line.incidents.iter().map(|incident| incident.slug.as_str()).collect();
        // Where the lender's ILS cancels no holds, its staff are told of the one that is left.
        let serves = |service| lender.services().contains(&service);
        let is_left = course == Course::Cancelled
            && *request == records.lending
            && serves(Service::RequestItem)
            && !serves(Service::CancelRequestItem);
        let expected: &[&str] = if is_left { &["hold.left"] } else { &[] };
        assert_eq!(slugs, expected, "{borrower} from {lender}, {course:?}: {request}");
    }
    let kills = killed.kills;
    for (ils, dialect) in [(&north, borrower), (&south, lender)] {
        let mut wrongs = wrongs(&ils.holdings(), dialect);
        // Where an ILS cancels no holds, staff do it by hand.
        if course != Course::Read && !dialect.services().contains(&Service::CancelRequestItem) {
            wrongs.retain(|wrong| !wrong.starts_with("still on hold"));
        }
        assert!(wrongs.is_empty(), "{borrower} from {lender}, {course:?}: {wrongs:#?}; {}", loan::heard(ils));
        for service in [Service::AcceptItem, Service::CheckOutItem, Service::CreateItem] {
            let times = ils.holdings().carried_out(service);
            assert!(times <= 1, "{dialect}: {service:?} {times} times; {}", loan::heard(ils));
        }
    }
    kills
}

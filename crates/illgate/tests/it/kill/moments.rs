//! Hosted libraries on both sides, killed at any moment: while patrons' messages come in, staff act, ILSs are asked and tell, and the two
//! machines and the broker speak to each other inside the gateway. What was acknowledged is kept, every loan comes to its end in one
//! record on each side, and nothing is done twice.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use simulator::ils::{Dialect, Service, circulation::Repeats};

use super::loan::{self, Api, Loan, Tells, options, registry, wrongs};
use crate::support::{daemon::Daemon, free_address};

/// How many loans are under way at once.
const LOANS: usize = 4;

#[test]
fn every_loan_comes_to_its_end_on_redb() {
    moments("redb", Tells::Nothing);
}

#[test]
fn every_loan_comes_to_its_end_on_sled() {
    moments("sled", Tells::Everything);
}

fn moments(engine: &'static str, tells: Tells) {
    let rounds = super::asked_for();
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = home.path().join("data");
    std::fs::create_dir(&store).expect("a folder for the store");
    let api = Api { address: free_address(), store };
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let ils = |dialect, agency, tells| {
        let mut options = options(dialect, agency, tells, api.address);
        options.rules.repeats = Repeats::DoneAgain;
        runtime.block_on(loan::started(options))
    };
    let north = ils(Dialect::Koha, "XX-NORTH", tells);
    let south = ils(Dialect::Voyager, "XX-SOUTH", Tells::Nothing);
    Daemon::start_at(&api.store, engine, api.address).apply(&registry(&north, &south));

    let ended = AtomicUsize::new(0);
    let items: Vec<String> = (1..=LOANS).map(|number| format!("S-{number}")).collect();
    let mut records = BTreeSet::new();
    let gateway = std::thread::scope(|threads| {
        let loans: Vec<_> = items
            .iter()
            .map(|item| {
                let (api, north, south, ended) = (&api, &north, &south, &ended);
                threads.spawn(move || {
                    let loan = Loan { api, north, south, item, meanwhile: &mut || () };
                    let known = whole(loan, tells);
                    ended.fetch_add(1, Ordering::SeqCst);
                    known
                })
            })
            .collect();
        for round in 0..rounds {
            let gateway = Daemon::start_at(&api.store, engine, api.address);
            // Another instant in each round; the last rounds find less to disturb.
            gateway.kill_after(Duration::from_millis(u64::from(60 + (round * 83) % 700)));
        }
        let gateway = Daemon::start_at(&api.store, engine, api.address);
        for loan in loans {
            records.extend(loan.join().expect("the loan comes to its end"));
        }
        gateway
    });
    assert_eq!(ended.into_inner(), LOANS);
    let listed = gateway.json(&["requests", "list", "--limit", "200"]);
    let listed: BTreeSet<String> = listed["requests"]
        .as_array()
        .expect("the list has its requests")
        .iter()
        .map(|line| line["id"].as_str().expect("it has an id").to_owned())
        .collect();
    assert_eq!(listed, records, "one record on each side of each loan, and no other");
    for (ils, service) in [(&north, Service::AcceptItem), (&south, Service::CheckOutItem)] {
        let held = ils.holdings();
        let wrongs = wrongs(&held, ils.dialect());
        assert!(wrongs.is_empty(), "{wrongs:#?}; {}", loan::heard(ils));
        assert_eq!(held.carried_out(service), LOANS, "{service:?}: {}", loan::heard(ils));
    }
    println!("{engine}: {LOANS} loans, killed {rounds} times");
}

/// One loan; gives its records.
fn whole(mut loan: Loan<'_>, tells: Tells) -> [String; 3] {
    let borrowing = loan.begin();
    let records = loan.records(&borrowing);
    assert_eq!(loan.patron_asks(), borrowing, "an acknowledged wish is the same request when repeated");
    loan.held_for_the_patron(&records);
    match tells {
        Tells::Nothing => loan.read_by_the_patron(&records),
        Tells::Everything => loan.read_as_its_ils_tells(&records),
    }
    loan.home(&records);
    for request in [&records.borrowing, &records.lending, &records.broker] {
        let detail = loan.until(request, "peace", loan::at_rest);
        assert_eq!(detail.line.incidents, [], "{request}");
    }
    [records.borrowing, records.lending, records.broker]
}

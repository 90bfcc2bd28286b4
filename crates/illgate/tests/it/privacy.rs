//! A patron's name is in no file of the store, no log and no output, and what was sealed is gone when its key is.

use std::{path::Path, time::Duration};

use iso18626::{Address, Open, PatronInfo, PhysicalAddress, Status, YesNo};
use simulator::NewRequest;

use crate::support::{daemon::Daemon, free_address, world::World};

/// Nobody is called so.
const MARKER: &str = "Zzyzxmarker";
const SOON: Duration = Duration::from_secs(20);

#[test]
fn a_patron_is_found_nowhere_on_redb() {
    found_nowhere("redb");
}

#[test]
fn a_patron_is_found_nowhere_on_sled() {
    found_nowhere("sled");
}

fn found_nowhere(engine: &str) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = home.path().join("data");
    std::fs::create_dir(&store).expect("a folder for the store");
    let address = free_address();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let world = runtime.block_on(World::around(address));
    let gateway = Daemon::start_at(&store, engine, address);
    gateway.apply(&world.registry());

    let loan = runtime.block_on(async {
        let request = NewRequest::loan("second: lent by the second").patron(patron());
        let loan = world.requesters[0].send_request(request).await.expect("the request is taken");
        loan.wait_for_status(Status::Loaned, SOON).await.expect("the item is lent");
        loan.received().await.expect("taken");
        loan.shipped_return().await.expect("taken");
        loan.wait_for_status(Status::LoanCompleted, SOON).await.expect("completed");
        loan
    });
    // Something that cannot be read is kept too, and may name a patron.
    let broken = format!("<ISO18626Message><surname>{MARKER}</surname>");
    let answer = crate::support::http::post_message(address, broken.as_bytes()).expect("it is answered");
    assert_eq!(answer.status, 400, "{}", answer.text());

    // Suppliers saw no more than a token.
    for supplier in &world.suppliers {
        for entry in supplier.flow().entries() {
            assert!(!contains(&entry.bytes), "{} was sent the patron", supplier.symbol());
        }
    }
    let id = loan.id();
    for arguments in [
        &["requests", "list"][..],
        &["requests", "show", &id],
        &["queue", "list"],
        &["intake", "list"],
        &["store", "export"],
    ] {
        let output = gateway.command(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!contains(&output.stdout) && !contains(&output.stderr), "{arguments:?} says it");
    }
    gateway.kill();
    assert_eq!(files_that_say_it(home.path()), Vec::<String>::new());
}

fn patron() -> PatronInfo {
    PatronInfo {
        patron_id: Some(format!("{MARKER}-42")),
        surname: Some(MARKER.to_owned()),
        given_name: Some(MARKER.to_owned()),
        patron_type: Some(Open::new("Adult")),
        send_to_patron: Some(YesNo::Y),
        address: vec![Address::Physical(PhysicalAddress {
            line1: Some(format!("1 {MARKER} Street")),
            ..PhysicalAddress::default()
        })],
    }
}

fn contains(bytes: &[u8]) -> bool {
    bytes.windows(MARKER.len()).any(|window| window.eq_ignore_ascii_case(MARKER.as_bytes()))
}

fn files_that_say_it(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).expect("the folder can be read") {
        let path = entry.expect("the folder can be listed").path();
        if path.is_dir() {
            found.extend(files_that_say_it(&path));
        } else if contains(&std::fs::read(&path).expect("the file can be read")) {
            found.push(path.display().to_string());
        }
    }
    found
}

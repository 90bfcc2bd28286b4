//! A loan between two editions: each side sees only messages that are valid in its own, and the loan runs to its end.

use std::time::Duration;

use iso18626::{Action, ReasonForMessage, Status};
use simulator::{Direction, Library, NewRequest};

use crate::support::{daemon::Daemon, free_address, official::Official, world::World};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn a_loan_from_1_2_to_2021_2_runs_to_its_end_and_every_message_is_valid() {
    loan_between(0, 0);
}

#[test]
fn a_loan_from_2021_2_to_1_2_runs_to_its_end_and_every_message_is_valid() {
    loan_between(1, 1);
}

/// The supplier's symbol is named in the request, so that it is the one that lends.
fn loan_between(requester: usize, supplier: usize) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = home.path().join("data");
    std::fs::create_dir(&store).expect("a folder for the store");
    let address = free_address();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let world = runtime.block_on(World::around(address));
    let gateway = Daemon::start_at(&store, "redb", address);
    gateway.apply(&world.registry());

    let (requester, supplier) = (&world.requesters[requester], &world.suppliers[supplier]);
    assert_ne!(requester.config().edition, supplier.config().edition);
    supplier
        .scenario_for_title(
            "between",
            "will-supply, loaned due +14d, overdue on received, renew yes due +28d, recalled after 50ms",
        )
        .expect("the scenario is one");
    let request = NewRequest::loan("A loan between editions").isbn("9780000000002").change(|message| {
        message.supplier_info.push(iso18626::SupplierInfo {
            supplier_code: Some(supplier.config().symbol.clone()),
            call_number: Some("F 776".to_owned()),
            ..Default::default()
        });
    });
    runtime.block_on(async {
        let loan = requester.send_request(request).await.expect("the request is taken");
        for status in [Status::ExpectToSupply, Status::WillSupply, Status::Loaned] {
            loan.wait_for_status(status, SOON).await.expect("the loan goes on");
        }
        loan.received().await.expect("taken");
        loan.wait_for_status(Status::Overdue, SOON).await.expect("overdue");
        loan.renew().await.expect("taken");
        let renewed = loan.wait_for_reason(ReasonForMessage::RenewResponse, SOON).await.expect("answered");
        assert!(renewed.status_info.due_date.is_some(), "a renewal says until when");
        loan.status_request().await.expect("taken");
        loan.wait_for_reason(ReasonForMessage::StatusRequestResponse, SOON).await.expect("answered");
        loan.act(Action::Notification, Some("on its way soon")).await.expect("taken");
        loan.shipped_return().await.expect("taken");
        loan.wait_for_status(Status::LoanCompleted, SOON).await.expect("completed");
    });

    let Some(official) = Official::find() else { return };
    for library in [requester, supplier] {
        official.assert_valid(library.config().edition, from_the_gateway(library).iter().map(Vec::as_slice));
    }
}

/// All that the gateway wrote to a library: its messages, and its confirmations of the library's own.
fn from_the_gateway(library: &Library) -> Vec<Vec<u8>> {
    let entries = library.flow().entries();
    let written = entries.iter().map(|entry| match entry.direction {
        Direction::In => &entry.bytes,
        Direction::Out => &entry.answer,
    });
    written.map(|bytes| bytes.to_vec()).collect()
}

//! What a supplier does where its scenario says nothing.

use iso18626::{Edition, ServiceType};
use simulator::{LibraryConfig, NewRequest};

use crate::support::{Pair, SOON, said};

/// A service, a scenario that leaves most open, a plan, and what the requester hears.
const USUAL: &[(ServiceType, &str, &str, &[&str])] = &[
    (
        ServiceType::Loan,
        "",
        "status-request on will-supply, received on loaned, renew, cancel on renew-answer, shipped-return on cancel-answer",
        &[
            "WillSupply RequestResponse",
            "Loaned StatusChange",
            "Loaned RenewResponse Y",
            "Loaned CancelResponse N",
            "LoanCompleted StatusChange",
        ],
    ),
    (ServiceType::CopyOrLoan, "answer http 500", "", &["WillSupply RequestResponse", "Loaned StatusChange"]),
    (ServiceType::Copy, "", "", &["WillSupply RequestResponse", "CopyCompleted StatusChange"]),
    (
        ServiceType::Loan,
        "will-supply",
        "renew on will-supply, cancel on renew-answer",
        &["WillSupply RequestResponse", "WillSupply RenewResponse N", "Cancelled CancelResponse Y"],
    ),
    (
        ServiceType::Loan,
        "expect-to-supply",
        "status-request on expect-to-supply",
        &["ExpectToSupply RequestResponse", "ExpectToSupply StatusRequestResponse"],
    ),
    (
        ServiceType::Loan,
        "conditional LibraryUseOnly",
        "accept on condition",
        &["ExpectToSupply RequestResponse", "Loaned StatusChange"],
    ),
    (
        ServiceType::Copy,
        "conditional cost 3.00 EUR",
        "accept on condition",
        &["ExpectToSupply RequestResponse", "CopyCompleted StatusChange"],
    ),
    (
        ServiceType::Loan,
        "conditional NoReproduction",
        "decline on condition",
        &["ExpectToSupply RequestResponse", "Unfilled StatusChange"],
    ),
    (
        ServiceType::Copy,
        "retry OnLoan",
        "retry on retry-possible",
        &["RetryPossible RequestResponse", "WillSupply RequestResponse", "CopyCompleted StatusChange"],
    ),
    (
        ServiceType::Loan,
        "loaned",
        "lost on loaned",
        &["Loaned RequestResponse", "CompletedWithoutReturn StatusChange"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_open_is_done_as_usual() {
    for (service, scenario, plan, hears) in USUAL {
        let pair = Pair::start(Edition::V2021_2, scenario).await;
        let mut request = NewRequest::of("Lichens", service.clone());
        if !plan.is_empty() {
            request = request.plan(plan.parse().unwrap());
        }
        let conversation = pair.requester.send_request(request).await.unwrap();
        for expected in *hears {
            // A status request may be answered between any two of the others.
            let heard = conversation.wait_for(expected, SOON, |message| {
                expected.contains("StatusRequest") || !said(message).contains("StatusRequest")
            });
            assert_eq!(said(&heard.await.unwrap()), *expected, "`{scenario}` {service}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_as_usual_depends_on_where_the_request_stands_by_then() {
    let slow = |config| LibraryConfig { pace: std::time::Duration::from_millis(60), ..config };
    let pair = Pair::start_with(Edition::V2021_2, "loaned", slow).await;
    let conversation = pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
    // It arrives before the item goes, and is seen to after it has gone.
    conversation.cancel().await.unwrap();
    for expected in ["Loaned RequestResponse", "Loaned CancelResponse N"] {
        let heard = conversation.wait_for(expected, SOON, |_| true).await.unwrap();
        assert_eq!(said(&heard), expected);
    }
}

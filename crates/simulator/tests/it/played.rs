//! Every word, played by two libraries in both editions: what the requester hears is what the scenario says.

use std::collections::BTreeSet;

use iso18626::{Action, Edition, Message};
use simulator::{
    Direction, NewRequest, Outcome,
    scenario::{Detail, RequesterTrigger, RequesterWord, SupplierTrigger, SupplierWord},
};

use crate::support::{Pair, SOON, said};

/// A scenario, a plan, what the requester hears, and what the supplier hears after the request.
struct Play {
    scenario: &'static str,
    plan: &'static str,
    hears: &'static [&'static str],
    tells: &'static [&'static str],
}

const PLAYS: &[Play] = &[
    Play {
        scenario: "request-received, expect-to-supply expected +3d, will-supply note \"soon\", loaned due +14d via Courier item 31001 on status-request after 20ms, loan-completed on shipped-return",
        plan: "status-request on will-supply, wait on loaned after 5ms, received, shipped-return after 10ms",
        hears: &[
            "RequestReceived RequestResponse",
            "ExpectToSupply StatusChange",
            "WillSupply StatusChange",
            "Loaned StatusChange",
            "LoanCompleted StatusChange",
        ],
        tells: &["StatusRequest", "Received", "ShippedReturn"],
    },
    Play {
        scenario: "will-supply, loaned, overdue on received, renew yes due +14d, renew no, recalled after 10ms, loan-completed on shipped-return",
        plan: "received on loaned, renew on overdue, renew on renew-answer, wait on renew-answer, shipped-return on recalled, notification on loan-completed note \"thank you\"",
        hears: &[
            "WillSupply RequestResponse",
            "Loaned StatusChange",
            "Overdue StatusChange",
            "Loaned RenewResponse Y",
            "Loaned RenewResponse N",
            "Recalled StatusChange",
            "LoanCompleted StatusChange",
        ],
        tells: &["Received", "Renew", "Renew", "ShippedReturn", "Notification"],
    },
    Play {
        scenario: "unfilled NotHeld on request",
        plan: "notification on unfilled",
        hears: &["Unfilled RequestResponse"],
        tells: &["Notification"],
    },
    Play {
        scenario: "retry CostExceedsMaxCost cost 12.50 USD before +7d from -1d condition LibraryUseOnly, will-supply on retry, loaned",
        plan: "retry on retry-possible cost 15.00 USD, received on loaned",
        hears: &["RetryPossible RequestResponse", "WillSupply RequestResponse", "Loaned StatusChange"],
        tells: &["Retry", "Received"],
    },
    Play {
        scenario: "retry OnLoan, will-supply on retry",
        plan: "retry on retry-possible same-id",
        hears: &["RetryPossible RequestResponse", "WillSupply RequestResponse"],
        tells: &["Retry"],
    },
    Play {
        scenario: "conditional LibraryUseOnly cost 8.00 EUR, will-supply on accept, loaned condition LibraryUseOnly",
        plan: "accept on condition",
        hears: &["ExpectToSupply RequestResponse", "WillSupply StatusChange", "Loaned StatusChange"],
        tells: &["Notification"],
    },
    Play {
        scenario: "conditional NoReproduction, unfilled PolicyProblem on decline",
        plan: "decline on condition",
        hears: &["ExpectToSupply RequestResponse", "Unfilled StatusChange"],
        tells: &["Notification"],
    },
    Play {
        scenario: "will-supply, copy-completed url https://copies.example/1.pdf",
        plan: "received on copy-completed",
        hears: &["WillSupply RequestResponse", "CopyCompleted StatusChange"],
        tells: &["Received"],
    },
    Play {
        scenario: "expect-to-supply, cancel yes",
        plan: "cancel on expect-to-supply to supplier, notification on cancel-answer",
        hears: &["ExpectToSupply RequestResponse", "Cancelled CancelResponse Y"],
        tells: &["Cancel", "Notification"],
    },
    Play {
        scenario: "will-supply, loaned, cancel no telling Cancelled",
        plan: "cancel on loaned to broker",
        hears: &["WillSupply RequestResponse", "Loaned StatusChange", "Cancelled CancelResponse N"],
        tells: &["Cancel"],
    },
    Play {
        scenario: "will-supply, cancelled, status after 5ms, completed-without-return on notification",
        plan: "status-request on cancelled, notification on status-answer, wait on completed-without-return",
        hears: &[
            "WillSupply RequestResponse",
            "Cancelled StatusChange",
            "Cancelled StatusRequestResponse",
            "CompletedWithoutReturn StatusChange",
        ],
        tells: &["StatusRequest", "Notification"],
    },
    Play {
        scenario: "request-received on request, notification note \"closed on Friday\", silent, will-supply on cancel",
        plan: "wait on sent, wait on request-received, status-request on notification, cancel",
        hears: &[
            "RequestReceived RequestResponse",
            "RequestReceived Notification",
            "WillSupply StatusChange",
        ],
        tells: &["StatusRequest", "Cancel"],
    },
    Play {
        scenario: "will-supply reason StatusChange, wait after 5ms, loaned backdated 2h, notification on shipped-forward",
        plan: "shipped-forward on loaned",
        hears: &["WillSupply StatusChange", "Loaned StatusChange", "Loaned Notification"],
        tells: &["ShippedForward"],
    },
];

/// What 2021 alone can say, with what stands for it in 1.2.
const NEWER: &[(Play, &[&str], &[&str])] = &[(
    Play {
        scenario: "will-supply, loaned, hold-return on received, overdue on hold-return, release-hold-return, completed-without-return on lost",
        plan: "received on loaned, hold-return on hold-return, wait on overdue, lost on release-hold-return",
        hears: &[
            "WillSupply RequestResponse",
            "Loaned StatusChange",
            "HoldReturn StatusChange",
            "Overdue StatusChange",
            "ReleaseHoldReturn StatusChange",
            "CompletedWithoutReturn StatusChange",
        ],
        tells: &["Received", "HoldReturn", "Lost"],
    },
    &["WillSupply RequestResponse", "Loaned StatusChange", "Loaned Notification"],
    &["Received"],
)];

#[tokio::test(flavor = "multi_thread")]
async fn every_play_in_both_editions() {
    let mut playing = tokio::task::JoinSet::new();
    for edition in [Edition::V1_2, Edition::V2021_2] {
        for Play { scenario, plan, hears, tells } in PLAYS {
            playing.spawn(play(edition, scenario, plan, hears, tells));
        }
        for (Play { scenario, plan, hears, tells }, older_hears, older_tells) in NEWER {
            match edition {
                Edition::V2021_2 => playing.spawn(play(edition, scenario, plan, hears, tells)),
                _ => playing.spawn(play(edition, scenario, plan, older_hears, older_tells)),
            };
        }
    }
    while let Some(played) = playing.join_next().await {
        played.unwrap();
    }
}

async fn play(edition: Edition, scenario: &str, plan: &str, hears: &[&str], tells: &[&str]) {
    let pair = Pair::start(edition, scenario).await;
    let request = NewRequest::loan("A Field Guide to Lichens").plan(plan.parse().unwrap());
    let conversation = pair.requester.send_request(request).await.unwrap();
    for expected in hears {
        let heard = conversation.wait_for(expected, SOON, |_| true).await;
        let heard = heard.unwrap_or_else(|problem| panic!("{edition} `{scenario}`: {problem}"));
        assert_eq!(said(&heard), *expected, "{edition} `{scenario}`");
    }
    let told = |entry: &simulator::FlowEntry| match &entry.message {
        Some(Message::RequestingAgencyMessage(message)) => Some(message.action.to_string()),
        Some(Message::Request(request)) => {
            let kind = request.service_info.clone()?.request_type?.to_string();
            (kind == "Retry").then_some(kind)
        }
        _ => None,
    };
    let log = pair.supplier.flow();
    log.wait_until(&tells.join(", "), SOON, |entries| entries.iter().filter_map(told).count() >= tells.len())
        .await
        .unwrap_or_else(|problem| panic!("{edition} `{scenario}`: {problem}"));
    let all: Vec<_> =
        log.entries().iter().filter(|entry| entry.direction == Direction::In).filter_map(told).collect();
    assert_eq!(all, tells, "{edition} `{scenario}`");
    for entry in log.entries() {
        assert_eq!(entry.outcome, Outcome::Confirmed, "{edition} `{scenario}`: {entry}");
        let reading = iso18626::read(&entry.bytes, &iso18626::ReadOptions::default()).unwrap();
        assert_eq!(
            (reading.edition, reading.diagnostics),
            (edition, Vec::new()),
            "{edition} `{scenario}`: {entry}"
        );
    }
    let again = conversation.heard().len();
    assert_eq!(again, hears.len(), "{edition} `{scenario}` said more than it should");
    pair.requester.stop().await;
    pair.supplier.stop().await;
}

#[test]
fn no_word_is_left_unplayed() {
    let plays = PLAYS.iter().chain(NEWER.iter().map(|(play, ..)| play));
    let faults = crate::faults::scenarios();
    let supplier: BTreeSet<_> = plays
        .clone()
        .map(|play| play.scenario)
        .chain(faults)
        .flat_map(|text| text.split([' ', ',']))
        .collect();
    let requester: BTreeSet<_> = plays.flat_map(|play| play.plan.split([' ', ','])).collect();
    let words = SupplierWord::ALL.iter().map(|word| word.declared().word);
    let triggers = SupplierTrigger::ALL.iter().map(|word| word.declared().word);
    for word in words.chain(triggers) {
        let implied = ["renew", "cancel", "status-request"].contains(&word);
        assert!(supplier.contains(word) || implied, "no play for the supplier's `{word}`");
    }
    for detail in Detail::ALL.iter().map(|detail| detail.declared().word) {
        assert!(supplier.contains(detail) || requester.contains(detail), "no play for the detail `{detail}`");
    }
    let words = RequesterWord::ALL.iter().map(|word| word.declared().word);
    let triggers = RequesterTrigger::ALL.iter().map(|word| word.declared().word);
    for word in words.chain(triggers) {
        assert!(requester.contains(word), "no play for the requester's `{word}`");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_scenario_says_stands_in_the_messages() {
    for edition in [Edition::V1_2, Edition::V2021_2] {
        let scenario = "retry cost 12.50 USD before 2027-04-01, will-supply on retry, loaned due 2027-05-01 \
                        item 31001 condition LibraryUseOnly";
        let pair = Pair::start(edition, scenario).await;
        let conversation = pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
        let first_id = conversation.id();
        let offer = conversation.wait_for_status(iso18626::Status::RetryPossible, SOON).await.unwrap();
        let terms = offer.retry_info.unwrap();
        assert_eq!(terms.offered_costs[0].monetary_value.as_str(), "12.50");
        assert_eq!(terms.retry_before.unwrap().as_str(), "2027-04-01T23:59:59.000Z");
        assert_eq!(offer.message_info.reason_retry.unwrap().value, "CostExceedsMaxCost");

        conversation.retry(simulator::RetryTerms::default()).await.unwrap();
        assert_ne!(conversation.id(), first_id);
        let previous = conversation.request().service_info.unwrap().requesting_agency_previous_request_id;
        assert_eq!(previous.as_deref(), Some(first_id.as_str()));

        let loaned = conversation.wait_for_status(iso18626::Status::Loaned, SOON).await.unwrap();
        assert_eq!(loaned.header.requesting_agency_request_id, conversation.id());
        assert_eq!(loaned.status_info.due_date.unwrap().as_str(), "2027-05-01T23:59:59.000Z");
        let delivery = loaned.delivery_info.unwrap();
        assert_eq!(delivery.item_id, ["31001"]);
        assert_eq!(delivery.loan_condition[0].value, "LibraryUseOnly");
        assert_eq!(loaned.return_info.unwrap().name.as_deref(), Some("Aspen Public Library"));

        let sent = conversation.act(Action::ShippedReturn, Some("by van")).await.unwrap();
        let Message::RequestingAgencyMessage(sent) = sent.message else { panic!("another kind") };
        let given = loaned.header.supplying_agency_request_id;
        assert!(given.is_some());
        assert_eq!(sent.header.supplying_agency_request_id, given);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_can_be_fetched_from_where_the_supplier_says() {
    for edition in [Edition::V1_2, Edition::V2021_2] {
        let pair = Pair::start(edition, "copy-completed").await;
        let conversation = pair.requester.send_request(NewRequest::copy("Lichens")).await.unwrap();
        let copy = conversation.wait_for_status(iso18626::Status::CopyCompleted, SOON).await.unwrap();
        let delivery = copy.delivery_info.unwrap();
        assert_eq!(delivery.delivery_method.unwrap().value, "URL");
        let url = delivery.url.or(delivery.item_id.first().cloned()).unwrap();
        assert!(url.starts_with(&format!("http://{}/copies/", pair.supplier.address())), "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_may_bring_its_own_scenario() {
    let pair = Pair::start(Edition::V1_2, "will-supply").await;
    pair.supplier.name_scenario("dear", "retry cost 99.00 EUR").unwrap();
    pair.supplier.scenario_for_title("Mosses", "unfilled NotHeld").unwrap();
    let plain = NewRequest::loan("Lichens");
    for (request, expected) in [
        (plain.clone(), "WillSupply RequestResponse"),
        (plain.clone().note("For a reader.\nsim: unfilled NotOnShelf"), "Unfilled RequestResponse"),
        (plain.clone().record_id("sim:dear"), "RetryPossible RequestResponse"),
        (NewRequest::loan("Mosses of the Alps"), "Unfilled RequestResponse"),
        (
            NewRequest::loan("Mosses of the Alps").note("scenario: expect-to-supply"),
            "ExpectToSupply RequestResponse",
        ),
    ] {
        let conversation = pair.requester.send_request(request).await.unwrap();
        let heard = conversation.wait_for("a first answer", SOON, |_| true).await.unwrap();
        assert_eq!(said(&heard), expected);
    }
    let refused = pair.requester.send_request(plain.note("sim: lonaed")).await.unwrap_err();
    let refused = refused.to_string();
    assert!(
        refused.contains("UnrecognisedDataValue") && refused.contains("did you mean `loaned`?"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supplier_can_be_told_what_to_do_next() {
    let pair = Pair::start(Edition::V2021_2, "silent").await;
    let conversation = pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
    pair.supplier.play_now(&conversation.id(), "will-supply, loaned").await.unwrap();
    conversation.wait_for_status(iso18626::Status::Loaned, SOON).await.unwrap();
    pair.supplier.play_now(&conversation.id(), "recalled").await.unwrap();
    conversation.wait_for_status(iso18626::Status::Recalled, SOON).await.unwrap();
    let unknown = pair.supplier.play_now("no-such", "recalled").await.unwrap_err();
    assert!(unknown.to_string().contains("no-such"), "{unknown}");
    let garbled = pair.supplier.play_now(&conversation.id(), "recaled").await.unwrap_err();
    assert!(garbled.to_string().contains("did you mean `recalled`?"), "{garbled}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_drops_what_other_chains_still_had_to_do() {
    let pair =
        Pair::start(Edition::V1_2, "will-supply, loaned after 300ms, notification on notification").await;
    let conversation = pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
    conversation.wait_for_status(iso18626::Status::WillSupply, SOON).await.unwrap();
    conversation.cancel().await.unwrap();
    let answer =
        conversation.wait_for_reason(iso18626::ReasonForMessage::CancelResponse, SOON).await.unwrap();
    assert_eq!(said(&answer), "Cancelled CancelResponse Y");
    // The answer to a notification sent after the loan would have been due is the last thing heard.
    let details = simulator::scenario::Details { note: Some("?".to_owned()), ..Default::default() };
    pair.supplier.play_now(&conversation.id(), "wait after 400ms, notification").await.unwrap();
    conversation.act_with(Action::Notification, &details).await.unwrap();
    conversation.wait_for_reason(iso18626::ReasonForMessage::Notification, SOON).await.unwrap();
    let loans =
        conversation.heard().iter().filter(|m| m.status_info.status == iso18626::Status::Loaned).count();
    assert_eq!(loans, 0);
}

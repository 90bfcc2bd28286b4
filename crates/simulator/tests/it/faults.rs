//! Misbehaviour on demand: wrong confirmations and spoilt messages, and that the other side sees them.

use std::time::Duration;

use iso18626::{Edition, Message, Status};
use simulator::{Direction, LibraryConfig, NewRequest, Outcome, SendFailure};

use crate::support::{Pair, SOON};

/// A scenario that confirms the request wrongly, and what each attempt of the requester met.
const CONFIRMED_WRONGLY: &[(&str, &[&str])] = &[
    ("answer http 503 times 2, will-supply", &["no HTTP 503", "no HTTP 503", "OK"]),
    ("answer reset, will-supply", &["no client error", "OK"]),
    ("answer hang, will-supply", &["no no answer within 300ms", "OK"]),
    ("answer html, will-supply", &["no HTTP 200: <!DOCTYPE html>", "OK"]),
    ("answer empty, will-supply", &["no HTTP 200: ", "OK"]),
    ("answer redirect http://127.0.0.1:9/, will-supply", &["no HTTP 302", "OK"]),
    ("answer lost, will-supply", &["no client error", "OK"]),
    ("answer late 100ms, will-supply", &["OK"]),
    ("answer late 600ms, will-supply", &["no no answer within 300ms", "OK"]),
    ("answer wrong-echo, will-supply", &["OK"]),
    ("answer bare, will-supply", &["OK"]),
];

/// A scenario that sends a spoilt message, and what its attempts met.
const SPOILT: &[(&str, &[&str])] = &[
    ("will-supply twice", &["OK", "OK"]),
    ("will-supply restamped", &["OK", "OK"]),
    ("will-supply wrong-id", &["ERROR UnrecognisedDataValue"]),
    ("will-supply wrong-party", &["OK"]),
    ("will-supply broken", &["refused"]),
    ("will-supply no-namespace", &["refused"]),
];

/// Every scenario played here.
pub(crate) fn scenarios() -> impl Iterator<Item = &'static str> {
    CONFIRMED_WRONGLY.iter().chain(SPOILT).map(|(scenario, _)| *scenario)
}

fn impatient(config: LibraryConfig) -> LibraryConfig {
    LibraryConfig { attempt: Duration::from_millis(300), ..config }
}

fn met(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Confirmed | Outcome::Repeated => "OK".to_owned(),
        Outcome::Refused(why) => format!("ERROR {why}"),
        Outcome::Failed(why) | Outcome::Faulted(why) => format!("no {why}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_confirmation_is_seen_and_the_same_bytes_are_sent_again() {
    for edition in [Edition::V1_2, Edition::V2021_2] {
        for (scenario, attempts) in CONFIRMED_WRONGLY {
            let pair = Pair::start_with(edition, scenario, impatient).await;
            let conversation = pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
            let sent: Vec<_> = pair
                .requester
                .flow()
                .entries()
                .into_iter()
                .filter(|e| e.direction == Direction::Out)
                .collect();
            let outcomes: Vec<_> = sent.iter().map(|entry| met(&entry.outcome)).collect();
            let as_expected = outcomes.len() == attempts.len()
                && outcomes.iter().zip(*attempts).all(|(o, a)| o.starts_with(a));
            assert!(as_expected, "{edition} `{scenario}`: {outcomes:?}");
            assert!(sent.iter().all(|entry| entry.bytes == sent[0].bytes), "{edition} `{scenario}`");
            // Taken once, however often it was sent: one answer comes, and no second one.
            conversation.wait_for_status(Status::WillSupply, SOON).await.unwrap();
            let answers = conversation.heard().len();
            assert_eq!(answers, 1, "{edition} `{scenario}`");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_confirmation_refuses_the_request() {
    let scenario = "answer error UnrecognisedDataValue \"no such branch\" times always";
    let pair = Pair::start(Edition::V1_2, scenario).await;
    let refused = pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap_err();
    let SendFailure::Refused { errors, .. } = refused else { panic!("{refused}") };
    assert_eq!(errors[0].error_value.as_deref(), Some("no such branch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_echo_names_another_request() {
    let pair = Pair::start(Edition::V1_2, "answer wrong-echo, will-supply").await;
    let conversation = pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
    // The first status may have come in before the confirmation did.
    let sent =
        pair.requester.flow().entries().into_iter().find(|entry| entry.direction == Direction::Out).unwrap();
    let answer = iso18626::read(&sent.answer, &iso18626::ReadOptions::default()).unwrap().message;
    assert_ne!(answer.requesting_agency_request_id(), Some(conversation.id().as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoilt_message_is_sent_as_spoilt() {
    for edition in [Edition::V1_2, Edition::V2021_2] {
        for (scenario, attempts) in SPOILT {
            let pair = Pair::start(edition, scenario).await;
            pair.requester.send_request(NewRequest::loan("Lichens")).await.unwrap();
            let log = pair.supplier.flow();
            let wanted = u64::try_from(attempts.len()).unwrap() + 1;
            log.wait_for(scenario, SOON, |entry| entry.number == wanted).await.unwrap();
            let sent: Vec<_> = log.entries().into_iter().filter(|e| e.direction == Direction::Out).collect();
            for (entry, expected) in sent.iter().zip(*attempts) {
                let outcome = met(&entry.outcome);
                let fits = match *expected {
                    "refused" => outcome != "OK",
                    expected => outcome.starts_with(expected),
                };
                assert!(fits, "{edition} `{scenario}`: {outcome}");
            }
            match *scenario {
                "will-supply twice" => assert_eq!(sent[0].bytes, sent[1].bytes),
                "will-supply restamped" => {
                    let stamp =
                        |at: usize| sent[at].message.as_ref().map(Message::timestamp).cloned().unwrap();
                    assert_ne!(stamp(0), stamp(1));
                }
                "will-supply wrong-party" => {
                    let message = sent[0].message.as_ref().unwrap();
                    assert_eq!(message.supplying_agency().unwrap().value, "NO-PARTY");
                }
                _ => {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_right_is_refused_with_a_reason() {
    let pair = Pair::start(Edition::V1_2, "will-supply").await;
    let conversation = pair.requester.send_request(NewRequest::loan("Lichens").id("same")).await.unwrap();
    let again = pair.requester.send_request(NewRequest::loan("Mosses").id("same")).await.unwrap_err();
    assert!(again.to_string().contains("same is already a request here"), "{again}");

    let details = simulator::scenario::Details {
        fault: Some(simulator::scenario::Fault::WrongId),
        ..Default::default()
    };
    let unknown = conversation.act_with(iso18626::Action::Renew, &details).await.unwrap_err();
    assert!(unknown.to_string().contains("has no request nobody-knows-this here"), "{unknown}");
}

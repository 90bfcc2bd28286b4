//! The intake takes a message from outside as it takes one from inside: one table of cases over every entrance.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use iso18626::{
    Action, AgencyId, BibliographicInfo, ConfirmationHeader, DateTime, Edition, Message, MessageInfo,
    MessageStatus, Open, ReadOptions, ReasonForMessage, Request, RequestConfirmation, RequestHeader,
    RequestType, RequestingAgencyMessage, RequestingAgencyMessageHeader, ServiceInfo, ServiceType, Status,
    StatusInfo, SupplyingAgencyMessage, SupplyingAgencyMessageHeader, WriteOptions,
};
use jiff::Timestamp;
use loan_model::{PeerId, ils::IlsAnswer};
use net::Seams;
use persistence::{
    Commit, EngineKind, IntakeLimits, MemoryDisk, Record, RequestId, Store, StoreConfig, SystemEntropy,
};
use registry::Registry;
use runtime::{
    committed::Listeners,
    copy_file::NoCopy,
    gate::IntakeGate,
    presented::Presented,
    proof::Prover,
    registry_view::RegistryView,
    requests::{
        CommandToRender, MessageToRender, NotificationToRender, RenderedCommand, RenderedMail,
        RenderedMessage, Renderer, Requests, Unwritable, lending_key, requester_key,
    },
    secrets::Secrets,
};

use super::{Entrance, Intake, Received, render};

const REGISTRY: &str = r#"
[broker]
name = "The broker"
symbols = ["ISIL:XX-BROKER"]

[[library]]
id = "north"
name = "North library"
symbols = ["ISIL:XX-NORTH"]
connection.url = "http://127.0.0.1:9/iso18626"

[[library]]
id = "hill"
name = "Hill library"
symbols = ["ISIL:XX-HILL"]
connection.kind = "manual"
connection.manual.mail_to = ["loans@hill.example"]
"#;

/// Renders messages, and nothing else.
struct MessagesOnly;

impl Renderer for MessagesOnly {
    fn message(&self, message: MessageToRender<'_>) -> Result<RenderedMessage, Unwritable> {
        render::message(message)
    }

    fn ils_command(&self, _: CommandToRender<'_>) -> Result<RenderedCommand, IlsAnswer> {
        panic!("no library here has an ILS")
    }

    fn notification(&self, _: NotificationToRender<'_>) -> Option<RenderedMail> {
        None
    }

    fn copy_address(&self, _: RequestId, _: u64, _: Timestamp) -> Result<String, NoCopy> {
        Err(NoCopy::Empty)
    }
}

fn intake() -> Intake {
    let seams = Seams::real();
    let config = StoreConfig { engine: EngineKind::Memory(MemoryDisk::new()), dir: PathBuf::new() };
    let store = Store::open(&config, Box::new(SystemEntropy)).unwrap();
    let registry = Registry::parse_toml(REGISTRY).unwrap();
    let view = Arc::new(RegistryView::new(registry, 1));
    let requests = Requests::new(
        store.clone(),
        Arc::clone(&view),
        seams.clone(),
        Arc::new(MessagesOnly),
        Listeners::default(),
    );
    let prover = Prover::new(Secrets { dir: PathBuf::new() }, Arc::clone(&seams.clock));
    Intake {
        requests: Arc::new(requests),
        store,
        view,
        seams,
        authenticator: Arc::new(prover),
        keep: IntakeLimits { count: 100, bytes: 1 << 20 },
        read: ReadOptions::default(),
        gate: Arc::new(IntakeGate::default()),
        in_flight: Intake::in_flight(),
        turns: super::circles::Turns::default(),
    }
}

/// By which way a message comes in.
#[derive(Clone, Copy, Debug)]
enum Way {
    Outside,
    FromLibrary,
    ToLibrary,
}

impl Way {
    const ALL: [Way; 3] = [Way::Outside, Way::FromLibrary, Way::ToLibrary];

    fn entrance(self) -> Entrance {
        match self {
            Way::Outside => Entrance::Outside(Presented::at(SocketAddr::from(([127, 0, 0, 1], 9)))),
            Way::FromLibrary => Entrance::FromLibrary,
            Way::ToLibrary => Entrance::ToLibrary(PeerId::new("hill")),
        }
    }

    /// Who writes, and to whom.
    fn symbols(self) -> (AgencyId, AgencyId) {
        let (from, to) = match self {
            Way::Outside => ("XX-NORTH", "XX-BROKER"),
            Way::FromLibrary => ("XX-HILL", "XX-BROKER"),
            Way::ToLibrary => ("XX-BROKER", "XX-HILL"),
        };
        let agency = |value: &str| AgencyId { id_type: Open::new("ISIL"), value: value.to_owned() };
        (agency(from), agency(to))
    }

    /// The key of a request that the writer makes under an id.
    fn key(self, id: &str) -> String {
        match self {
            Way::Outside => requester_key(&PeerId::new("north"), id),
            Way::FromLibrary => requester_key(&PeerId::new("hill"), id),
            Way::ToLibrary => lending_key(&PeerId::new("hill"), id),
        }
    }
}

fn at() -> DateTime {
    DateTime::from_lexical("2026-03-02T10:00:00Z")
}

fn request(way: Way, id: &str, title: &str, kind: RequestType, previous: Option<&str>) -> Message {
    let (from, to) = way.symbols();
    Message::Request(Request {
        header: RequestHeader {
            supplying_agency_id: Some(to),
            requesting_agency_id: from,
            multiple_item_request_id: Some(String::new()),
            timestamp: at(),
            requesting_agency_request_id: id.to_owned(),
            ..RequestHeader::default()
        },
        bibliographic_info: BibliographicInfo {
            title: Some(title.to_owned()),
            ..BibliographicInfo::default()
        },
        service_info: Some(ServiceInfo {
            request_type: Some(kind),
            service_type: ServiceType::Loan,
            requesting_agency_previous_request_id: previous.map(str::to_owned),
            ..ServiceInfo::default()
        }),
        ..Request::default()
    })
}

fn asks(way: Way) -> Message {
    request(way, "1", "The cloud atlas", RequestType::New, None)
}

fn action(way: Way, id: &str) -> Message {
    let (from, to) = way.symbols();
    Message::RequestingAgencyMessage(RequestingAgencyMessage {
        header: RequestingAgencyMessageHeader {
            supplying_agency_id: to,
            requesting_agency_id: from,
            multiple_item_request_id: Some(String::new()),
            timestamp: at(),
            requesting_agency_request_id: id.to_owned(),
            ..RequestingAgencyMessageHeader::default()
        },
        action: Action::StatusRequest,
        note: None,
    })
}

fn report(way: Way, id: &str) -> Message {
    let (from, to) = way.symbols();
    Message::SupplyingAgencyMessage(SupplyingAgencyMessage {
        header: SupplyingAgencyMessageHeader {
            supplying_agency_id: from,
            requesting_agency_id: to,
            multiple_item_request_id: Some(String::new()),
            timestamp: at(),
            requesting_agency_request_id: id.to_owned(),
            ..SupplyingAgencyMessageHeader::default()
        },
        message_info: MessageInfo {
            reason_for_message: ReasonForMessage::StatusChange,
            ..MessageInfo::default()
        },
        status_info: StatusInfo { status: Status::Unfilled, last_change: at(), ..StatusInfo::default() },
        ..SupplyingAgencyMessage::default()
    })
}

fn written(message: &Message) -> Vec<u8> {
    iso18626::write(message, &WriteOptions::new(Edition::V1_2)).unwrap().bytes
}

async fn send(intake: &Intake, way: Way, bytes: &[u8]) -> (u16, String) {
    let received = Received {
        bytes: bytes.to_vec().into(),
        content_type: "application/xml".to_owned(),
        entrance: way.entrance(),
        at: intake.seams.clock.now(),
        oddity: None,
    };
    let answer = intake.handle(received).await.unwrap_or_else(|answer| answer);
    let answer: net::http::Answer = answer.into();
    (answer.status.as_u16(), String::from_utf8(answer.body.to_vec()).unwrap())
}

/// How a message ends.
#[derive(Clone, Copy, Debug)]
enum Ends {
    /// It is confirmed.
    Taken,
    /// It is confirmed with an error that says this.
    Refused(&'static str),
    /// It gets this status and no confirmation.
    Status(u16),
}

type Make = fn(Way) -> Vec<u8>;

/// What was taken before, what comes, and how that ends.
const CASES: &[(&str, &[Make], Make, Ends)] = &[
    ("a new request", &[], |way| written(&asks(way)), Ends::Taken),
    ("an action on a request", &[|way| written(&asks(way))], |way| written(&action(way, "1")), Ends::Taken),
    (
        "another request under the same id",
        &[|way| written(&asks(way))],
        |way| written(&request(way, "1", "The bone clocks", RequestType::New, None)),
        Ends::Refused("already exists"),
    ),
    (
        "a reminder of nothing",
        &[],
        |way| written(&request(way, "1", "The cloud atlas", RequestType::Reminder, None)),
        Ends::Refused("is not the id of a request here"),
    ),
    (
        "a retry of nothing",
        &[],
        |way| written(&request(way, "2", "The cloud atlas", RequestType::Retry, Some("1"))),
        Ends::Refused("requestingAgencyPreviousRequestId"),
    ),
    (
        "an action on nothing",
        &[],
        |way| written(&action(way, "1")),
        Ends::Refused("is not the id of a request here"),
    ),
    (
        "a report on nothing",
        &[],
        |way| written(&report(way, "1")),
        Ends::Refused("is not the id of a request here"),
    ),
    ("no id", &[], |way| written(&action(way, "")), Ends::Refused("requestingAgencyRequestId")),
    (
        "a confirmation",
        &[],
        |way| {
            let header = ConfirmationHeader {
                timestamp_received: at(),
                message_status: MessageStatus::OK,
                requesting_agency_id: Some(way.symbols().0),
                ..ConfirmationHeader::default()
            };
            let confirmation = RequestConfirmation { confirmation_header: header, ..Default::default() };
            written(&Message::RequestConfirmation(confirmation))
        },
        Ends::Status(400),
    ),
    ("what is no message", &[], |_| b"<html/>".to_vec(), Ends::Status(400)),
    ("nothing", &[], |_| b" ".to_vec(), Ends::Status(400)),
];

#[tokio::test]
async fn a_message_is_taken_by_the_same_rules_at_every_entrance() {
    for way in Way::ALL {
        for (name, before, make, ends) in CASES {
            let intake = intake();
            for earlier in *before {
                let (status, body) = send(&intake, way, &earlier(way)).await;
                assert!(status == 200 && body.contains(">OK<"), "{way:?}, before {name}: {body}");
            }
            let (status, body) = send(&intake, way, &make(way)).await;
            let as_it_should = match ends {
                Ends::Taken => status == 200 && body.contains(">OK<"),
                Ends::Refused(why) => status == 200 && body.contains(">ERROR<") && body.contains(why),
                Ends::Status(wanted) => status == *wanted,
            };
            assert!(as_it_should, "{way:?}, {name}: {ends:?} was expected: {status} {body}");
            let kept = intake.store.list_intake(None, 10).await.unwrap().len();
            let nothing_to_keep = matches!(ends, Ends::Taken) || make(way) == b" ";
            assert_eq!(kept, usize::from(!nothing_to_keep), "{way:?}, {name}: what is not taken is kept");
        }
    }
}

#[tokio::test]
async fn a_repeat_gets_the_same_confirmation_at_every_entrance() {
    for way in Way::ALL {
        let intake = intake();
        let bytes = written(&asks(way));
        let first = send(&intake, way, &bytes).await;
        assert_eq!(first.0, 200, "{way:?}: {}", first.1);
        assert_eq!(send(&intake, way, &bytes).await, first, "{way:?}");
    }
}

#[tokio::test]
async fn a_retry_leads_to_the_request_it_names_at_every_entrance() {
    for way in Way::ALL {
        let intake = intake();
        assert_eq!(send(&intake, way, &written(&asks(way))).await.0, 200);
        let retry = request(way, "2", "The cloud atlas", RequestType::Retry, Some("1"));
        let (status, body) = send(&intake, way, &written(&retry)).await;
        assert_eq!(status, 200, "{way:?}: {body}");
        let first = intake.store.find_external(&way.key("1")).await.unwrap();
        let second = intake.store.find_external(&way.key("2")).await.unwrap();
        assert!(first.is_some() && first == second, "{way:?}: {first:?} and {second:?}: {body}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_message_is_answered_though_it_cannot_be_shown_with_its_request() {
    for way in Way::ALL {
        let intake = intake();
        assert_eq!(send(&intake, way, &written(&asks(way))).await.0, 200);
        let id = intake.store.find_external(&way.key("1")).await.unwrap().unwrap();
        let row = intake.store.request(id).await.unwrap().unwrap();
        let damage = Commit::new(id, row.version, Record::default(), b"{}".to_vec());
        intake.store.commit(damage).await.unwrap();
        let unknown = String::from_utf8(written(&action(way, "1"))).unwrap();
        let unknown = unknown.replace(">StatusRequest<", ">Sing<");
        let (status, body) = send(&intake, way, unknown.as_bytes()).await;
        assert!(status == 200 && body.contains(">ERROR<"), "{way:?}: {status} {body}");
        assert_eq!(intake.store.list_intake(None, 10).await.unwrap().len(), 1, "{way:?}: it is kept");
    }
}

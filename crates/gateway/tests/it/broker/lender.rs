//! Who really lends, behind another broker, and what becomes of it: told to a requester of each dialect in the form that it understands.

use iso18626::{
    Edition, Message, Open, ReasonForMessage, Request, ReturnInfo, Status, SupplyingAgencyMessage,
};

use super::{
    words::{BROKER, agency, report, request},
    world::World,
};

const A: &str = "ISIL:XX-NORTH";
/// The other broker.
const O: &str = "ISIL:XX-OTHER";
/// A library behind it, that the registry knows.
const BEHIND: &str = "ISIL:XX-BEHIND";
/// A library behind it, that no registry knows.
const STRANGER: &str = "ISIL:YY-STRANGER";
const T: &str = "2026-03-02T10:00:00Z";

/// North, of a dialect, and a library behind another broker.
async fn world(dialect: &str) -> World {
    let world = World::new(&[(A, Edition::V1_2), (O, Edition::V2021_2)]).await;
    let speaks = format!("id = \"north\"\nconnection.dialect = \"{dialect}\"");
    let file = world.registry(Some(1)).replace("id = \"north\"", &speaks);
    let file = file.replace("id = \"other\"", "id = \"other\"\nkind = \"broker\"");
    let behind =
        format!("id = \"behind\"\nname = \"Behind\"\nsymbols = [\"{BEHIND}\"]\nbehind = \"other\"\n");
    let file = format!("{file}\n[[library]]\n{behind}");
    world.apply(file).await;
    world
}

/// How the other broker names who lends.
#[derive(Clone, Copy, Debug)]
enum Names {
    Header,
    Note,
    ReturnAddress,
}

struct Told<'a> {
    world: &'a World,
    asked: Request,
    names: Names,
    minute: u32,
}

impl Told<'_> {
    /// The other broker says something of a library behind it.
    async fn says(&mut self, lender: &str, reason: ReasonForMessage, status: Status) {
        self.minute += 1;
        let at = format!("2026-03-02T12:{:02}:00Z", self.minute);
        let mut says = report(O, &self.asked, &at, reason, status.clone());
        match self.names {
            Names::Header => says.header.supplying_agency_id = agency(lender),
            Names::Note => says.message_info.note = Some(format!("Supplier: {lender}, a word")),
            Names::ReturnAddress => {
                let return_agency_id = Some(agency(lender));
                says.return_info = Some(ReturnInfo { return_agency_id, ..ReturnInfo::default() });
            }
        }
        says.message_info.reason_unfilled = (status == Status::Unfilled).then(|| Open::new("NotOnShelf"));
        self.world.say(1, &Message::SupplyingAgencyMessage(says)).await;
    }
}

/// What the requester hears, up to `Loaned`.
async fn heard(world: &World) -> Vec<SupplyingAgencyMessage> {
    let mut heard = Vec::new();
    loop {
        let told = world.peers[0].next_report().await;
        let is_lent = told.status_info.status == Status::Loaned;
        heard.push(told);
        if is_lent {
            return heard;
        }
    }
}

fn note(told: &SupplyingAgencyMessage) -> &str {
    told.message_info.note.as_deref().unwrap_or_default()
}

/// The dialect, whose symbol its header shows, how it hears of a new supplier, and the status of an interim no.
const DIALECTS: [(&str, Header, ReasonForMessage, Status); 6] = [
    ("plain", Header::Broker, ReasonForMessage::StatusChange, Status::ExpectToSupply),
    ("alma", Header::Broker, ReasonForMessage::Notification, Status::ExpectToSupply),
    ("illiad", Header::Broker, ReasonForMessage::Notification, Status::ExpectToSupply),
    ("reshare", Header::Lender, ReasonForMessage::StatusChange, Status::Unfilled),
    ("crosslink", Header::Broker, ReasonForMessage::StatusChange, Status::ExpectToSupply),
    ("koha", Header::Broker, ReasonForMessage::StatusChange, Status::ExpectToSupply),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Header {
    Broker,
    Lender,
}

/// One library behind the broker promises and takes it back, and the next one lends.
async fn goes_on(told: &mut Told<'_>) {
    use ReasonForMessage::{Notification, RequestResponse, StatusChange};
    told.says(STRANGER, Notification, Status::ExpectToSupply).await;
    told.says(STRANGER, RequestResponse, Status::WillSupply).await;
    told.says(STRANGER, Notification, Status::Unfilled).await;
    told.says(BEHIND, Notification, Status::ExpectToSupply).await;
    told.says(BEHIND, StatusChange, Status::Loaned).await;
}

#[tokio::test]
async fn each_dialect_hears_who_lends_behind_a_broker_and_a_no_there_as_a_no() {
    for (dialect, header, announced, no) in DIALECTS {
        for names in [Names::Header, Names::Note, Names::ReturnAddress] {
            let world = world(dialect).await;
            world.say(0, &Message::Request(request(A, "n-1", T, &[O]))).await;
            let asked = world.peers[1].next_request().await;
            goes_on(&mut Told { world: &world, asked, names, minute: 0 }).await;
            let heard = heard(&world).await;
            let way = format!("{dialect}, {names:?}");
            let said: Vec<_> = heard
                .iter()
                .map(|told| (told.message_info.reason_for_message.clone(), told.status_info.status.clone()))
                .collect();
            let first = |status| {
                let first = announced == ReasonForMessage::StatusChange;
                (if first { ReasonForMessage::RequestResponse } else { announced.clone() }, status)
            };
            let promised = match announced {
                ReasonForMessage::StatusChange => ReasonForMessage::StatusChange,
                _ => ReasonForMessage::RequestResponse,
            };
            let expected = [
                first(Status::ExpectToSupply),
                (announced.clone(), Status::ExpectToSupply),
                (promised, Status::WillSupply),
                (ReasonForMessage::Notification, no.clone()),
                (announced.clone(), Status::ExpectToSupply),
                (ReasonForMessage::StatusChange, Status::Loaned),
            ];
            assert_eq!(said, expected, "{way}");
            let lenders = [O, STRANGER, STRANGER, STRANGER, BEHIND, BEHIND];
            for (told, lender) in heard.iter().zip(lenders) {
                let shown = &told.header.supplying_agency_id.value;
                match header {
                    Header::Broker => {
                        assert_eq!(*shown, agency(BROKER).value, "{way}: {told:?}");
                        assert!(note(told).contains(lender), "{way}: {lender} in {}", note(told));
                    }
                    Header::Lender => assert_eq!(*shown, agency(lender).value, "{way}: {told:?}"),
                }
            }
            let no = &heard[3];
            assert!(note(no).contains(&format!("{STRANGER} (through ")), "{way}: {}", note(no));
            assert!(note(no).contains("does not supply"), "{way}: {}", note(no));
            let why = no.message_info.reason_unfilled.as_ref().map(|why| why.value.as_str());
            assert_eq!(why, Some("NotOnShelf"), "{way}");
            let back = heard[5].return_info.clone().unwrap_or_default();
            assert_eq!(back.return_agency_id.map(|id| id.value), Some(agency(BEHIND).value), "{way}");
            assert_eq!(back.name.as_deref(), Some("Behind"), "{way}: as the registry has it");
            assert_eq!(world.detail("n-1").await.line.phase, "on-loan", "{way}");
        }
    }
}

#[tokio::test]
async fn the_library_that_was_asked_is_the_lender_until_its_broker_names_another() {
    let world = world("plain").await;
    world.say(0, &Message::Request(request(A, "n-1", T, &[BEHIND]))).await;
    let asked = world.peers[1].next_request().await;
    let mut told = Told { world: &world, asked, names: Names::Header, minute: 0 };
    told.says(O, ReasonForMessage::RequestResponse, Status::WillSupply).await;
    told.says(BEHIND, ReasonForMessage::StatusChange, Status::Loaned).await;
    let heard = heard(&world).await;
    assert_eq!(heard.len(), 3, "nobody new is announced: {heard:?}");
    for told in &heard {
        assert_eq!(note(told), format!("Supplier: Behind, {BEHIND}"));
    }
}

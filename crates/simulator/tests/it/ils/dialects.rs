//! Each quirk of the table, seen on the wire. The `match` over the quirks has no way out: a new one needs its proof.

use simulator::ils::{
    Agreement, Dialect, IlsServer, Quirk, Service, Version,
    circulation::{HoldState, ItemStatus},
};

use super::support::{Ask, PIN, connect, post, read_bare, started, stocked};
use crate::support::clock;

use Version::{V1, V2};

#[tokio::test]
async fn every_quirk_shows_on_the_wire_of_those_who_have_it() {
    for &quirk in Quirk::ALL {
        for &dialect in Dialect::ALL {
            if dialect.has(quirk) {
                let ils = started(dialect).await;
                shows(quirk, &ils).await;
                ils.stop().await;
            }
        }
    }
}

async fn shows(quirk: Quirk, ils: &IlsServer) {
    let own = ils.dialect().own_version();
    let ask = |service| asking(ils, own, service);
    match quirk {
        Quirk::NoResponseHeader => {
            let answer = Ask::new(V2, "LookupUser").user("P1").of(ils).await;
            answer.says("<LookupUserResponse>").does_not_say("ResponseHeader");
            Ask::new(V1, "LookupUser").user("P1").of(ils).await.says("<ResponseHeader>");
        }
        Quirk::UnqualifiedVersion => {
            let answer = Ask::new(V2, "LookupItem").item("I1").of(ils).await;
            answer.says("<NCIPMessage version=\"").does_not_say(":version").does_not_say(":Scheme");
        }
        Quirk::PrefixedReplies => {
            let answer = ask("LookupUser").user("P1").of(ils).await;
            answer.says("<ns1:NCIPMessage ").says("ns1:version=").says("<ns1:UserIdentifierValue>P1</ns1:");
        }
        Quirk::EmptyAgencies => {
            let answer = Ask::new(V2, "CheckOutItem").user("LIB").item("I1").of(ils).await;
            answer.says("<ItemId><AgencyId/><ItemIdentifierValue>I1<");
        }
        Quirk::V1NamesInV2 => {
            Ask::new(V2, "CheckOutItem").user("LIB").item("I1").of(ils).await.says("<DateDue>");
            let answer = Ask::new(V2, "CheckInItem").item("I1").of(ils).await;
            answer.says("<UniqueItemId><ItemIdentifierValue>I1<").says("<ItemId><ItemIdentifierValue>I1<");
            let answer = Ask::new(V2, "DeleteItem").item("I1").of(ils).await;
            answer.says("<UniqueItemId><ItemIdentifierValue>I1<").does_not_say("<ItemId>");
        }
        Quirk::ItemFieldsUnderUser => {
            let answer = Ask::new(V2, "LookupItem").item("I1").of(ils).await;
            answer.says("<UserOptionalFields>").says("<CirculationStatus>Available On Shelf<");
            answer.does_not_say("ItemOptionalFields");
        }
        Quirk::FreeTextProblems => {
            let answer = Ask::new(V2, "LookupUser").user("NOBODY").of(ils).await;
            answer.says("<ProblemType>Unkown User</ProblemType>");
            let answer = Ask::new(V1, "LookupUser").user("NOBODY").of(ils).await;
            answer.says("<Value>Unkown User</Value>");
        }
        Quirk::LocalDates => {
            let answer = Ask::new(V2, "CheckOutItem").user("LIB").item("I1").of(ils).await;
            answer.says("<DateDue>2027-").does_not_say("Z</DateDue>");
            for (wished, is_read) in [("2027-06-20T12:00:00", true), ("2027-07-20T12:00:00Z", false)] {
                let ask = Ask::new(V2, "RenewItem").user("LIB").item("I1");
                let due = ask.raw(&format!("<DesiredDateDue>{wished}</DesiredDateDue>")).of(ils).await;
                let shown = format!("<DateDue>{}</DateDue>", wished.trim_end_matches('Z'));
                if is_read {
                    due.says(&shown)
                } else {
                    due.does_not_say(&shown)
                };
            }
        }
        Quirk::DateOnlyValidTo => {
            Ask::new(V2, "LookupUser").user("P1").of(ils).await.says("<ValidToDate>2031-05-06</ValidToDate>");
        }
        Quirk::ItWorks => {
            for message in ["no xml at all", &Ask::new(V2, "RecallItem").item("I1").xml()] {
                let answer = post(ils, "application/xml", message).await;
                assert_eq!(answer.status, 200);
                answer.says("It works!").does_not_say("Problem");
            }
        }
        Quirk::PickupFromToAgency => {
            let hold = |ask: Ask| ask.user("P1").record("1000001").item("I1").word("RequestType", "Hold");
            let ask = Ask { to: "BRANCH", ..Ask::new(V2, "RequestItem") };
            hold(ask).word("RequestScopeType", "Item").of(ils).await.says("RequestItemResponse");
            assert_eq!(ils.holdings().holds()[0].pickup.as_deref(), Some("BRANCH"));
        }
        Quirk::RefusesPrefix => {
            let plain = Ask::new(V2, "LookupUser").user("P1").xml();
            let prefixed = plain
                .replace("</", "</n:")
                .replace('<', "<n:")
                .replace("<n:/", "</")
                .replace("xmlns=", "xmlns:n=");
            post(ils, "application/xml", &plain).await.says("<LookupUserResponse>");
            post(ils, "application/xml", &prefixed).await.says("It works!");
        }
        Quirk::TakesForms => {
            let escaped: String = Ask::new(V2, "LookupUser")
                .user("P1")
                .xml()
                .bytes()
                .map(|byte| format!("%{byte:02X}"))
                .collect();
            for field in ["xml", "XForms%3AModel"] {
                let form = format!("a=b&{field}={escaped}");
                post(ils, "application/x-www-form-urlencoded", &form).await.says("<LookupUserResponse>");
            }
        }
        Quirk::OwnHoldIds => {
            let asked = hold(ils, V2).request("theirs");
            asked.of(ils).await.says("<RequestIdentifierValue>1001<").does_not_say("theirs");
            let cancel = |id: &str| {
                Ask::new(V2, "CancelRequestItem").user("LIB").request(id).word("RequestType", "Hold")
            };
            cancel("theirs").of(ils).await.says("Unknown Request");
            let nameless = Ask::new(V2, "CancelRequestItem").user("LIB").item("I1");
            nameless.word("RequestType", "Hold").of(ils).await.says("Unknown Request");
            assert_eq!(ils.holdings().holds().len(), 1);
            cancel("1001").of(ils).await.says("<RequestIdentifierValue>1001<").does_not_say("Problem");
            assert!(ils.holdings().holds().is_empty());
        }
        Quirk::HoldsByRecord => {
            let hold =
                |ask: Ask| ask.user("LIB").word("RequestType", "Hold").word("RequestScopeType", "Item");
            for &version in ils.dialect().versions() {
                let ask = || Ask::new(version, "RequestItem");
                hold(ask().item("I1")).of(ils).await.says("Unknown Record");
                hold(ask().record("9")).of(ils).await.says("Unknown Record");
                hold(ask().item("NONE").record("1000001")).of(ils).await.says("Unknown Item");
                assert_eq!(ils.holdings().holds(), []);
            }
            hold(Ask::new(V2, "RequestItem").record("1000001").item("I1")).of(ils).await.says("1001");
            assert_eq!(ils.holdings().holds()[0].item.as_deref(), Some("I1"));
            hold(Ask::new(V1, "RequestItem").record("1000002")).of(ils).await.does_not_say("Problem");
            assert_eq!(ils.holdings().holds()[1].item.as_deref(), Some("I2"));
        }
        Quirk::LessInV1 => {
            for service in ["LookupItem", "DeleteItem"] {
                let answer = Ask::new(V1, service).item("I1").of(ils).await;
                assert_eq!(answer.status, 200);
                answer.says("It works!").does_not_say("Problem");
                assert!(ils.holdings().item("I1").is_ok());
            }
            Ask::new(V2, "LookupItem").item("I1").of(ils).await.says("<LookupItemResponse>");
        }
        Quirk::FindsNothingInV1 => {
            let placed = hold(ils, V1).of(ils).await;
            let number = ils.holdings().holds()[0].number.to_string();
            placed.says(&format!("<RequestIdentifierValue>{number}<"));
            let cancel = Ask::new(V1, "CancelRequestItem").user("LIB").request(&number);
            cancel.word("RequestType", "Hold").of(ils).await.says("Unknown Request");
            assert_eq!(ils.holdings().holds().len(), 1);
            Ask::new(V1, "CheckOutItem").user("LIB").item("I1").of(ils).await.says("<DateDue>");
            Ask::new(V1, "RenewItem").user("LIB").item("I1").of(ils).await.says("Unkown User");
            assert_eq!(ils.holdings().loan("I1").unwrap().renewals, 0);
        }
        Quirk::BarcodeAsRequestId => {
            let answer = Ask::accept(V1, "r-1", "ILL-1", "P1").of(ils).await;
            answer.says("<RequestIdentifierValue>ILL-1<").does_not_say("UniqueItemId").does_not_say("r-1");
        }
        Quirk::MakesUpBarcodes => {
            Ask::accept(V2, "r-1", "I1", "P1").of(ils).await.says("<ItemIdentifierValue>I1-2<");
            let held = ils.holdings();
            assert_eq!(held.holds()[0].item.as_deref(), Some("I1-2"));
        }
        Quirk::RefusesNamespace => {
            let plain =
                Ask::new(V1, "LookupUser").user("P1").word("UserElementType", "Name Information").xml();
            let namespaced =
                plain.replace("<NCIPMessage ", "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\" ");
            post(ils, "application/xml", &plain).await.says("<Surname>Reader<");
            post(ils, "application/xml", &namespaced).await.does_not_say("Reader");
        }
        Quirk::StripsControlD => {
            let message = Ask::new(V1, "LookupUser").user("P1").xml() + "\u{4}";
            post(ils, "application/xml", &message).await.says("<LookupUserResponse>");
        }
        Quirk::FailureAsItemRequested => {
            let answer = Ask::new(V1, "CheckInItem").item("I1").of(ils).await;
            answer.says("<ItemRequestedResponse>").says("<ToAgencyId>").says("Item Not Checked Out");
            answer.does_not_say("Problem").does_not_say("CheckInItemResponse");
        }
        Quirk::ItemReceivedDeletes => {
            Ask::accept(V1, "r-1", "ILL-1", "P1").of(ils).await.says("<AcceptItemResponse>");
            Ask::new(V1, "ItemReceived").item("ILL-1").of(ils).await.says("<ItemReceivedResponse>");
            assert!(ils.holdings().item("ILL-1").is_err());
            Ask::new(V1, "ItemReceived").item("I1").of(ils).await;
            assert!(ils.holdings().item("I1").is_ok(), "what is the library's own stays");
        }
        Quirk::SettingsByFromAgency => {
            let mut options = stocked(ils.dialect());
            options.agreement = Agreement { agencies: vec!["RELAIS".to_owned()], ..Agreement::default() };
            let strict = IlsServer::start(options, clock()).await.unwrap();
            let known = Ask { from: "RELAIS", ..ask("LookupUser").user("P1") };
            known.of(&strict).await.says("LookupUserResponse");
            let answer = ask("LookupUser").user("P1").of(&strict).await;
            assert_eq!(answer.status, 500);
        }
        Quirk::BareProblem500 => {
            let answer = post(ils, "application/xml", "<NCIPMessage/>").await;
            assert_eq!(answer.status, 500);
            answer.says("<Problem><message>").does_not_say("xmlns");
            let answer = ask("LookupUser").user("NOBODY").of(ils).await;
            assert_eq!(answer.status, 200, "a problem of the service travels in its reply");
        }
        Quirk::ProfileRequired => {
            let accept = Ask { from: "HOME", ..Ask::accept(own, "r-1", "ILL-1", "P1") };
            accept.of(ils).await.says("Unauthorized Service For Agency");
            accept.clone().profile("Another").of(ils).await.says("Unauthorized Service For Agency");
            accept.profile(ils.dialect().profile()).of(ils).await.does_not_say("Problem");
            assert_eq!(ils.holdings().carried_out(Service::AcceptItem), 1);
        }
        Quirk::SameAgencies => {
            let ask = Ask { from: "ILLGATE", ..ask("CheckOutItem").user("LIB").item("I1") };
            ask.of(ils).await.says("Unauthorized Combination Of Element Values For Agency");
            Ask { from: "HOME", ..ask }.of(ils).await.says("<DateDue>");
        }
        Quirk::Secret => {
            let mut options = stocked(ils.dialect());
            options.agreement.secret = Some("sesame".to_owned());
            let strict = IlsServer::start(options, clock()).await.unwrap();
            ask("LookupUser").user("P1").of(&strict).await.says("Agency Authentication Failed");
            let known =
                ask("LookupUser").header("<FromAgencyAuthentication>sesame</FromAgencyAuthentication>");
            known.user("P1").of(&strict).await.does_not_say("Problem");
        }
        Quirk::BareRecordNumbers => {
            let hold = |record: &str| {
                let ask = ask("RequestItem").user("LIB").record(record).request("r-1");
                ask.word("RequestType", "Hold").word("RequestScopeType", "Title")
            };
            hold(".b10000019").of(ils).await.says("Unknown Item");
            hold("1000001").of(ils).await.does_not_say("Problem");
            assert_eq!(ils.holdings().holds()[0].item.as_deref(), Some("I1"));
        }
        Quirk::IgnoresDueDate => {
            let wish = "<DesiredDateDue>2027-06-01T00:00:00Z</DesiredDateDue>";
            let answer = ask("CheckOutItem").user("LIB").item("I1").raw(wish).of(ils).await;
            answer.says("<DateDue>2027-03-29T").does_not_say("2027-06-01");
        }
        Quirk::KeepsShippedHolds => {
            hold(ils, own).request("r-1").of(ils).await.does_not_say("Problem");
            ask("CheckOutItem").user("LIB").item("I1").of(ils).await.says("<DateDue>");
            let cancel = ask("CancelRequestItem").user("LIB").request("r-1").word("RequestType", "Hold");
            cancel.of(ils).await.says("Request Already Processed");
        }
        Quirk::HomeLocation => {
            let away = Ask { to: "BRANCH", ..ask("CheckOutItem").user("LIB").item("I1") };
            away.of(ils).await.says("<DateDue>");
            assert_eq!(ils.holdings().loan("I1").unwrap().location, "Main");
        }
        Quirk::OnlyWhatIsAsked => {
            let bare = asking(ils, own, "LookupUser").user("P1");
            bare.of(ils).await.does_not_say("Reader").does_not_say("Problem");
            let wanted = bare.word("UserElementType", "Name Information");
            wanted.of(ils).await.says("<Surname>Reader<").does_not_say("UserPrivilege");
        }
        Quirk::InternalPatronIds => {
            let answer = ask("LookupUser").user("P1").of(ils).await;
            answer.says("<UserIdentifierValue>70001<").does_not_say(">P1<");
            ask("LookupUser").user("70001").of(ils).await.says("<UserIdentifierValue>70001<");
        }
        Quirk::EndsWithNewline => {
            let mut stream = connect(ils.address()).await;
            for _ in 0..2 {
                let message = ask("LookupUser").user("P1").xml() + "\n";
                tokio::io::AsyncWriteExt::write_all(&mut stream, message.as_bytes()).await.unwrap();
                let answer = read_bare(&mut stream).await;
                assert!(answer.trim_end().ends_with("</NCIPMessage>") && answer.ends_with('\n'), "{answer}");
            }
        }
        Quirk::DoesRepeats => {
            for _ in 0..2 {
                Ask::accept(own, "r-1", "ILL-1", "P1").of(ils).await.does_not_say("Problem");
            }
            let doubles = ils.holdings().doubles();
            assert_eq!(doubles.len(), 1, "{doubles:?}");
        }
    }
}

/// A message with what the dialect insists on.
fn asking(ils: &IlsServer, version: Version, service: &'static str) -> Ask {
    let ask = Ask::new(version, service);
    let dialect = ils.dialect();
    let ask = if dialect.has(Quirk::SameAgencies) { Ask { from: "HOME", ..ask } } else { ask };
    if dialect.has(Quirk::ProfileRequired) { ask.profile(dialect.profile()) } else { ask }
}

fn hold(ils: &IlsServer, version: Version) -> Ask {
    let word = |words: &[&'static str], otherwise| words.first().copied().unwrap_or(otherwise);
    let ask = asking(ils, version, "RequestItem").user("LIB");
    // Version 1 has room for one of them.
    let ask = match (ils.dialect().has(Quirk::HoldsByRecord), version) {
        (true, V1) => ask.record("1000001"),
        (true, V2) => ask.record("1000001").item("I1"),
        (false, _) => ask.item("I1"),
    };
    let ask = ask.word("RequestType", word(ils.dialect().request_types(), "Hold"));
    ask.word("RequestScopeType", word(ils.dialect().request_scopes(), "Item"))
}

#[tokio::test]
async fn every_dialect_plays_both_sides_of_a_loan() {
    for &dialect in Dialect::ALL {
        for &version in dialect.versions() {
            let ils = started(dialect).await;
            let ask = |service| asking(&ils, version, service);
            let accept = Ask { service: "AcceptItem", ..Ask::accept(version, "r-1", "ILL-1", "P1") };
            let envelope = ask("AcceptItem");
            let accept = Ask { from: envelope.from, header: envelope.header, ..accept };
            accept.of(&ils).await.says("ILL-1").does_not_say("Problem");
            let status = |barcode: &str| {
                let held = ils.holdings();
                held.status(held.item(barcode).unwrap())
            };
            assert_eq!(status("ILL-1"), ItemStatus::AvailableForPickup, "{dialect} {version:?}");
            assert_eq!(ils.holdings().holds()[0].state, HoldState::OnShelf);
            ask("CheckOutItem").user("P1").item("ILL-1").of(&ils).await.says("DateDue>2027-03-29T");
            assert_eq!(status("ILL-1"), ItemStatus::OnLoan, "{dialect} {version:?}");
            ask("CheckInItem").item("ILL-1").of(&ils).await.does_not_say("Problem");
            assert_eq!(status("ILL-1"), ItemStatus::AvailableOnShelf, "{dialect} {version:?}");
            let zone = if dialect.has(Quirk::LocalDates) { "" } else { "Z" };
            let due = format!("<DesiredDateDue>2027-03-20T12:00:00{zone}</DesiredDateDue>");
            ask("CheckOutItem").user("LIB").item("I1").raw(&due).of(&ils).await.says("I1");
            let kept = ils.holdings().loan("I1").unwrap().due == "2027-03-20T12:00:00Z".parse().unwrap();
            assert_eq!(kept, !dialect.has(Quirk::IgnoresDueDate), "{dialect}");
            let again = ask("CheckInItem").item("I1");
            again.of(&ils).await.does_not_say("Problem");
            let refused = again.of(&ils).await;
            assert!(refused.body.to_lowercase().contains("not checked out"), "{dialect}: {}", refused.body);
            assert_eq!(ils.holdings().unsound(), Vec::<String>::new());
            ils.stop().await;
        }
    }
}

#[tokio::test]
async fn what_a_dialect_does_not_serve_is_not_done() {
    for &dialect in Dialect::ALL {
        let ils = started(dialect).await;
        let version = dialect.own_version();
        for &service in Service::ALL.iter().filter(|&service| !dialect.services().contains(service)) {
            if service != Service::LookupVersion {
                let before = ils.holdings();
                let answer = asking(&ils, version, service.as_str()).user("P1").item("I1").of(&ils).await;
                let said = ["Unsupported Service", "It works!", "problem processing"];
                assert!(
                    said.iter().any(|word| answer.body.contains(word)),
                    "{dialect}, {service}: {}",
                    answer.body
                );
                assert_eq!(ils.holdings(), before, "{dialect}, {service}");
            }
        }
        ils.stop().await;
    }
}

#[tokio::test]
async fn the_other_version_is_not_taken() {
    for &dialect in Dialect::ALL.iter().filter(|dialect| dialect.versions().len() == 1) {
        let ils = started(dialect).await;
        let other = if dialect.own_version() == V1 { V2 } else { V1 };
        let ask = asking(&ils, other, "CheckOutItem").user("LIB").item("I1");
        ask.of(&ils).await.does_not_say("<DateDue>").does_not_say(":DateDue>");
        assert_eq!(ils.holdings().loans().count(), 0, "{dialect}");
        ils.stop().await;
    }
}

#[tokio::test]
async fn a_pin_decides_and_is_never_shown() {
    for &dialect in Dialect::ALL.iter().filter(|dialect| dialect.services().contains(&Service::LookupUser)) {
        let ils = started(dialect).await;
        let ask = || asking(&ils, dialect.own_version(), "LookupUser").user("P1");
        ask().pin(PIN).of(&ils).await.does_not_say("Problem").does_not_say(PIN);
        let wrong = ask().pin("0000001").of(&ils).await;
        assert!(wrong.body.contains("User Authentication Failed"), "{dialect}: {}", wrong.body);
        wrong.does_not_say("0000001");
        ils.stop().await;
    }
}

#[tokio::test]
async fn a_blocked_patron_is_told_apart() {
    let ils = started(Dialect::Symphony).await;
    let lookup = |kind| Ask::new(V1, "LookupUser").user("BLOCKED").word("UserElementType", kind);
    lookup("Block Or Trap").of(&ils).await.says("<BlockOrTrap>").says("Block Check Out");
    lookup("User Privilege").of(&ils).await.says("<Value>Blocked</Value>");
    Ask::new(V1, "CheckOutItem").user("BLOCKED").item("I1").of(&ils).await.says("User Blocked");
}

//! What an ILS writes is valid by the official schema of its version, quirks apart.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use simulator::ils::{Dialect, IlsServer, Notices, Quirk, Service, Version};

use super::support::{Ask, http, started, stocked};
use crate::support::{SOON, clock};

/// The official schema of a version, where it and `xmllint` are there; says so where not.
fn schema(version: Version) -> Option<PathBuf> {
    let name = match version {
        Version::V1 => "ncip_v1_0.dtd",
        Version::V2 => "ncip_v2_02.xsd",
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards").join(name);
    let there =
        path.exists() && Command::new("xmllint").arg("--version").stderr(Stdio::null()).status().is_ok();
    if !there {
        assert!(std::env::var_os("ILLGATE_NO_SKIP").is_none(), "xmllint or {} is missing", path.display());
        eprintln!("skipped: xmllint or {} is missing", path.display());
        return None;
    }
    Some(path)
}

/// Holds a message to the schema.
fn check(message: &str, version: Version, what: &str) {
    let Some(schema) = schema(version) else { return };
    let flag = if version == Version::V1 { "--dtdvalid" } else { "--schema" };
    let mut lint = Command::new("xmllint")
        .args(["--noout", "--nonet", flag])
        .arg(&schema)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The DTD is given by path; the declaration in the message names one that is not here.
    let message: String = message.lines().filter(|line| !line.starts_with("<!DOCTYPE")).collect();
    lint.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    let output = lint.wait_with_output().unwrap();
    assert!(output.status.success(), "{what}: {}\n{message}", String::from_utf8_lossy(&output.stderr));
}

/// Every service of an ILS, done and refused.
async fn conversation(ils: &IlsServer, version: Version) -> Vec<(String, String)> {
    let dialect = ils.dialect();
    let ask = |service| {
        let ask = Ask::new(version, service);
        if dialect.has(Quirk::ProfileRequired) { ask.profile(dialect.profile()) } else { ask }
    };
    let envelope = ask("AcceptItem");
    let wanted =
        |ask: Ask, element: &str, words: &[&str]| words.iter().fold(ask, |ask, word| ask.word(element, word));
    let user = ["Name Information", "User Privilege", "Block Or Trap"];
    let item = [
        "Bibliographic Description",
        "Circulation Status",
        "Hold Queue Length",
        "Item Description",
        "Location",
        "Date Due",
    ];
    let hold = |ask: Ask| ask.word("RequestType", "Hold").word("RequestScopeType", "Title");
    let all = "<LoanedItemsDesired/><RequestedItemsDesired/><UserFiscalAccountDesired/>";
    let transactions = "<CurrentBorrowerDesired/><CurrentRequestersDesired/>";
    let money = match version {
        Version::V1 => "<CurrencyCode><Scheme>s</Scheme><Value>USD</Value></CurrencyCode>",
        Version::V2 => "<CurrencyCode>USD</CurrencyCode>",
    };
    let charge = format!(
        "<FiscalTransactionInformation><Amount>{money}<MonetaryValue>1250</MonetaryValue></Amount>\
         <FiscalTransactionDescription>late</FiscalTransactionDescription></FiscalTransactionInformation>"
    );
    let asked = [
        hold(ask("RequestItem").user("P1").record("1000001").request("r-1")),
        hold(ask("RequestItem").user("P1").record("NONE").request("r-2")),
        Ask { header: envelope.header.clone(), ..Ask::accept(version, "r-3", "ILL-3", "P1") },
        Ask { header: envelope.header.clone(), ..Ask::accept(version, "r-3", "ILL-3", "P1") },
        ask("CheckOutItem").user("P1").item("I2"),
        ask("CheckOutItem").user("BLOCKED").item("I1"),
        ask("RenewItem").user("P1").item("I2"),
        ask("CreateUserFiscalTransaction").user("P1").raw(&charge),
        wanted(ask("LookupUser").user("P1"), "UserElementType", &user).raw(all),
        wanted(ask("LookupUser").user("BLOCKED"), "UserElementType", &user),
        ask("LookupUser").user("NOBODY"),
        ask("RecallItem").item("I2"),
        wanted(ask("LookupItem").item("I2"), "ItemElementType", &item).raw(transactions),
        wanted(ask("LookupItem").item("ILL-3"), "ItemElementType", &item).raw(transactions),
        ask("CancelRecallItem").item("I2"),
        ask("UndoCheckOutItem").item("I2"),
        ask("CheckInItem").item("I2"),
        ask("CreateItem")
            .item("NEW-1")
            .raw("<BibliographicDescription><Title>New</Title></BibliographicDescription>"),
        ask("DeleteItem").item("NEW-1"),
        ask("CancelRequestItem").user("P1").request("r-1").word("RequestType", "Hold"),
        ask("ItemReceived").item("NONE"),
        ask("UpdateAgency"),
    ];
    let mut said = Vec::new();
    for ask in asked {
        // Version 1 knows no DeleteItem, so it has no element to refuse it with.
        if version == Version::V1 && ask.service == "DeleteItem" {
            continue;
        }
        said.push((format!("{dialect} {}", ask.service), ask.of(ils).await.body));
    }
    said
}

#[tokio::test]
async fn replies_are_valid_in_both_versions() {
    let clean = [
        (Dialect::Alma, Version::V1),
        (Dialect::Alma, Version::V2),
        (Dialect::Sierra, Version::V2),
        (Dialect::Symphony, Version::V1),
        (Dialect::Polaris, Version::V1),
        (Dialect::Voyager, Version::V1),
    ];
    for (dialect, version) in clean {
        let ils = started(dialect).await;
        for (what, message) in conversation(&ils, version).await {
            check(&message, version, &what);
        }
        assert!(ils.holdings().operations().len() >= 2, "{dialect} did nothing");
        ils.stop().await;
    }
    // FOLIO's are valid too, for all their prefixes.
    let ils = started(Dialect::Folio).await;
    for (what, message) in conversation(&ils, Version::V2).await {
        if !message.contains("problem processing") {
            check(&message, Version::V2, &what);
        }
    }
    ils.stop().await;
}

#[tokio::test]
async fn notices_are_valid_in_both_versions() {
    for (dialect, version) in [(Dialect::Symphony, Version::V1), (Dialect::Sierra, Version::V2)] {
        let listener = started(Dialect::Evergreen).await;
        let ils = IlsServer::start(stocked(dialect).notices(Notices::to(&listener.url(), "HOME")), clock())
            .await
            .unwrap();
        let desk = ils.desk();
        desk.check_out("I1", "P1").unwrap();
        desk.renew("I1").unwrap();
        desk.recall("I1").unwrap();
        desk.check_in("I1").unwrap();
        desk.receive("I1").unwrap();
        ils.change(|circulation| {
            let wish = simulator::ils::circulation::HoldWish {
                patron: "P1".to_owned(),
                wanted: simulator::ils::circulation::Wanted::Item("I2".to_owned()),
                request: None,
                pickup: None,
            };
            circulation.request(wish, simulator::ils::circulation::By::Desk, clock().now()).unwrap();
        });
        desk.cancel_hold("P1", "I2").unwrap();
        let all = |_: &_| ils.exchanges().len() == 6;
        ils.wait_until("six notices", SOON, all).await.unwrap();
        for exchange in ils.exchanges() {
            let message = String::from_utf8(exchange.message.to_vec()).unwrap();
            check(&message, version, &exchange.service);
        }
        ils.stop().await;
        listener.stop().await;
    }
}

#[tokio::test]
async fn versions_are_told_by_the_schema_made_for_it() {
    let ils = started(Dialect::Koha).await;
    let asked = "<NCIPVersionMessage version=\"v\"><LookupVersion><FromAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>A</Value>\
                 </UniqueAgencyId></FromAgencyId><ToAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>B</Value></UniqueAgencyId>\
                 </ToAgencyId></LookupVersion></NCIPVersionMessage>";
    let answer = http(&ils, "POST", "/ncip", "text/xml", asked).await.unwrap();
    answer
        .says("<VersionSupported>http://www.niso.org/schemas/ncip/v2_02")
        .says("ncip_v1_0.dtd</VersionSupported>");
    assert!(Dialect::Koha.services().contains(&Service::LookupVersion));
    ils.stop().await;
}

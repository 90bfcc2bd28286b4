//! Commands, settings, files to compare with, and the official schemas.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use dialects::ncip::{AttemptKind, Exchange, Fill, IlsSettings, Preset};
use jiff::Timestamp;
use loan_model::ils::{IlsAnswer, IlsCommand, IlsFacts, IlsUser, ItemDescription, Wanted};
use ncip::Version;

/// The card of a made-up patron.
pub(crate) const CARD: &str = "21234000567890";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-11-25T12:00:00Z")
}

pub(crate) fn fill() -> Fill {
    Fill { patron: Some(CARD.to_owned()), private: vec!["Quill".to_owned()] }
}

pub(crate) fn settings(preset: Preset) -> IlsSettings {
    let mut settings = IlsSettings::of(preset, "XX-BROKER", "XX-MILL");
    settings.time_zone = "America/Denver".to_owned();
    settings.pickup_location = Some("MAIN".to_owned());
    if preset == Preset::Alma {
        settings.application_profile = Some("ILL_PARTNER".to_owned());
    }
    settings
}

/// One of each command.
pub(crate) fn commands() -> Vec<(&'static str, IlsCommand)> {
    let request = "REQ-17".to_owned();
    let item = || "31234000123456".to_owned();
    let due = Some(at("2026-12-24T06:59:59Z"));
    let description = ItemDescription {
        title: Some("Dust & Bread".to_owned()),
        author: Some("A. Miller".to_owned()),
        call_number: Some("MIL 12".to_owned()),
        volume: Some("v. 2".to_owned()),
        standard_number: Some("9780000000002".to_owned()),
        format: None,
    };
    let library = || IlsUser::Library("ILL-LAKE".to_owned());
    vec![
        ("look up the patron", IlsCommand::LookupUser { user: IlsUser::Patron }),
        ("look up an item", IlsCommand::LookupItem { item: Wanted::Item(item()) }),
        ("look up a title", IlsCommand::LookupItem { item: Wanted::Title(".b10243641".to_owned()) }),
        (
            "hold an item for a library",
            IlsCommand::RequestItem {
                item: Wanted::Item(item()),
                record: Some(".b10243641".to_owned()),
                user: library(),
                request: request.clone(),
                pickup: None,
                need_before: due,
            },
        ),
        (
            "hold a title for a library",
            IlsCommand::RequestItem {
                item: Wanted::Title(".b10243641".to_owned()),
                record: None,
                user: library(),
                request: request.clone(),
                pickup: Some("ILL".to_owned()),
                need_before: None,
            },
        ),
        (
            "cancel a hold",
            IlsCommand::CancelRequestItem { request: request.clone(), item: Some(item()), user: library() },
        ),
        (
            "cancel a hold that the ILS gave a number",
            IlsCommand::CancelRequestItem { request: "1001".to_owned(), item: Some(item()), user: library() },
        ),
        (
            "cancel the patron's hold",
            IlsCommand::CancelRequestItem {
                request: request.clone(),
                item: Some(item()),
                user: IlsUser::Patron,
            },
        ),
        (
            "take an item in for the patron",
            IlsCommand::AcceptItem {
                request: request.clone(),
                item: item(),
                user: IlsUser::Patron,
                description: description.clone(),
                pickup: None,
                due,
            },
        ),
        (
            "check an item out to the patron",
            IlsCommand::CheckOutItem { item: item(), user: IlsUser::Patron, request: request.clone(), due },
        ),
        (
            "check an item out to a library",
            IlsCommand::CheckOutItem { item: item(), user: library(), request: request.clone(), due: None },
        ),
        ("check an item in", IlsCommand::CheckInItem { item: item() }),
        (
            "renew a loan",
            IlsCommand::RenewItem {
                item: item(),
                user: IlsUser::Patron,
                due,
                before: Some(at("2026-12-01T06:59:59Z")),
                renewals: None,
            },
        ),
        ("recall an item", IlsCommand::RecallItem { item: item(), due }),
        ("create an item", IlsCommand::CreateItem { item: item(), request, description }),
        ("delete an item", IlsCommand::DeleteItem { item: item() }),
        (
            "charge the patron",
            IlsCommand::CreateUserFiscalTransaction {
                user: IlsUser::Patron,
                amount: "12.50".to_owned(),
                currency: "USD".to_owned(),
                reason: "Interlibrary loan".to_owned(),
            },
        ),
    ]
}

/// The command of that name.
pub(crate) fn command(name: &str) -> IlsCommand {
    commands().into_iter().find(|(known, _)| *known == name).map(|(_, command)| command).expect(name)
}

/// What is made of a reply.
pub(crate) fn understood(preset: Preset, asked: AttemptKind, command: &IlsCommand, reply: &str) -> IlsAnswer {
    let (settings, fill) = (settings(preset), fill());
    let exchange = Exchange { settings: &settings, fill: &fill, asked, now: now() };
    dialects::ncip::understand(command, reply.as_bytes(), &exchange)
}

pub(crate) fn done(facts: IlsFacts) -> IlsAnswer {
    IlsAnswer::Done { facts: Box::new(facts) }
}

/// A file of the checkout.
fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Says what is missing, or fails where nothing may be skipped.
fn skip(what: &str) {
    assert!(env::var_os("ILLGATE_NO_SKIP").is_none_or(|value| value != "1"), "{what}");
    println!("skipped: {what}");
}

/// What the official schema of the version says against these messages: nothing, where they are valid.
pub(crate) fn invalid(version: Version, messages: &[(String, Vec<u8>)]) -> Vec<String> {
    let standards = checkout("../shared/standards");
    let schema = match version {
        Version::V1_0 | Version::V1_01 => standards.join("ncip_v1_0.dtd"),
        _ => standards.join("ncip_v2_02.xsd"),
    };
    if !schema.exists() {
        skip(&format!("{} is not there", schema.display()));
        return Vec::new();
    }
    if Command::new("xmllint").arg("--version").output().is_err() {
        skip("xmllint is not installed");
        return Vec::new();
    }
    let folder = env::temp_dir().join(format!("illgate-dialects-{}-{version}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut wrong = Vec::new();
    for (index, (name, bytes)) in messages.iter().enumerate() {
        let file = folder.join(format!("{index}.xml"));
        fs::write(&file, bytes).unwrap();
        let by = if schema.extension().is_some_and(|kind| kind == "dtd") { "--dtdvalid" } else { "--schema" };
        let output = Command::new("xmllint")
            .args(["--noout", "--nonet", by])
            .arg(&schema)
            .arg(&file)
            .output()
            .unwrap();
        if !output.status.success() {
            wrong.push(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    wrong
}

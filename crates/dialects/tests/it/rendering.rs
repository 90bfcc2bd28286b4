//! What each kind of ILS is sent: every command to every preset, as files to look at, valid by the official schemas.

use dialects::ncip::{
    CannotRender, Fill, IlsSettings, Namespace, PatronBy, Preset, Secrets, default_step, render, with_secrets,
};
use loan_model::{
    hosted::StepSetting,
    ils::{IlsAnswer, IlsCommand, IlsUser, Step},
};
use ncip::{Body, ReadOptions, Schemes, Version};

use testkit::same_as_checked_in;

use crate::support::{CARD, command, commands, fill, invalid, settings};

/// The folder of what is sent, a file for each preset.
const FOLDER: &str = "crates/dialects/tests/it/rendered";

#[test]
fn every_preset_is_sent_what_its_file_shows_and_it_is_valid() {
    for &preset in Preset::ALL {
        let settings = settings(preset);
        let mut page = String::new();
        let mut messages = Vec::new();
        for (name, command) in commands() {
            page.push_str(&format!("== {name}\n"));
            match render(&command, &fill(), &settings).and_then(|rendered| rendered.bytes()) {
                Ok(bytes) => {
                    let pretty = ncip::pretty(&bytes).unwrap();
                    page.push_str(pretty.trim_end());
                    page.push('\n');
                    messages.push((format!("{preset}: {name}"), bytes));
                }
                Err(why) => page.push_str(&format!("not sent: {why}\n")),
            }
            page.push('\n');
        }
        let wrong = invalid(settings.version, &messages);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        same_as_checked_in(&format!("{FOLDER}/{preset}.txt"), &page);
    }
}

/// Words that some ILSs want and no list has: FOLIO's and Sierra's, and profiles.
const OWN_WORDS: &[&str] = &["Page", "Title", "Version 2011", "ILL_PARTNER"];

#[test]
fn every_term_that_an_ils_is_sent_is_on_the_list_of_its_scheme() {
    for &preset in Preset::ALL {
        for schemes in [Schemes::Written, Schemes::LeftOut] {
            let settings = IlsSettings { schemes, ..settings(preset) };
            for (name, command) in commands() {
                let Ok(rendered) = render(&command, &fill(), &settings) else { continue };
                let text = String::from_utf8(rendered.bytes().unwrap()).unwrap();
                for (element, scheme, term) in terms(&text) {
                    let listed = ncip::schemes::lists(element, &term);
                    assert!(
                        listed || OWN_WORDS.contains(&term.as_str()),
                        "{preset}: {name}: {element} {term}"
                    );
                    let claims = settings.version.namespace().is_none() || schemes == Schemes::Written;
                    let expected = ncip::schemes::of_element(element).filter(|_| claims && listed);
                    assert_eq!(scheme.as_deref(), expected, "{preset}: {name}: {element} {term}");
                }
            }
        }
    }
}

/// Every element of a scheme in a message: name, scheme, term. Agencies are each system's own.
fn terms(text: &str) -> Vec<(&'static str, Option<String>, String)> {
    let mut found = Vec::new();
    for element in ncip::schemes::elements().filter(|name| !name.ends_with("AgencyId")) {
        for piece in text.split(&format!("<{element}")).skip(1) {
            let Some((tag, rest)) =
                piece.split_once('>').filter(|(tag, _)| tag.is_empty() || tag.starts_with(' '))
            else {
                continue;
            };
            let pair = rest.strip_prefix("<Scheme>").and_then(|pair| pair.split_once("</Scheme><Value>"));
            let (scheme, rest) = match pair {
                Some((scheme, rest)) => (Some(scheme), rest),
                None => (tag.split('"').nth(1), rest),
            };
            let term = rest.split('<').next().unwrap_or_default().to_owned();
            found.push((element, scheme.map(str::to_owned), term));
        }
    }
    found
}

#[test]
fn what_is_sent_is_read_as_it_was_meant() {
    for &preset in Preset::ALL {
        let settings = settings(preset);
        for (name, command) in commands() {
            let Ok(rendered) = render(&command, &fill(), &settings) else { continue };
            let reading = ncip::read(&rendered.bytes().unwrap(), &ReadOptions::default()).unwrap();
            assert!(reading.diagnostics.is_empty(), "{preset}: {name}: {:?}", reading.diagnostics);
            assert_eq!(reading.version, settings.version, "{preset}: {name}");
            assert_eq!(reading.message.body.service(), rendered.message.body.service(), "{preset}: {name}");
            let header = reading.message.body.initiation_header().unwrap();
            let to = match (preset.as_str(), name) {
                // Version 1 has no element for a pick-up location but the agency.
                (_, "hold a title for a library") if settings.version < Version::V2_0 => "ILL",
                (_, "hold an item for a library" | "take an item in for the patron")
                    if settings.version < Version::V2_0 =>
                {
                    "MAIN"
                }
                _ => "XX-MILL",
            };
            assert_eq!(header.to_agency_id.value, to, "{preset}: {name}");
            let from = if preset == Preset::Wms { "XX-MILL" } else { "XX-BROKER" };
            assert_eq!(header.from_agency_id.value, from, "{preset}: {name}");
        }
    }
}

/// What a step asks, as far as one command tells.
fn asked_by(step: Step) -> &'static str {
    match step {
        Step::CheckPatron => "look up the patron",
        Step::HoldForPatron => "take an item in for the patron",
        Step::PollItem | Step::CheckItem => "look up an item",
        Step::CheckOutToPatron => "check an item out to the patron",
        Step::RenewForPatron | Step::RenewForLibrary => "renew a loan",
        Step::RecallFromPatron | Step::RecallFromLibrary => "recall an item",
        Step::CheckInFromPatron | Step::CheckInFromLibrary => "check an item in",
        Step::CancelPatronHold => "cancel the patron's hold",
        Step::ReleaseHold => "cancel a hold that the ILS gave a number",
        Step::WithdrawItem => "delete an item",
        Step::ChargePatron => "charge the patron",
        Step::PlaceHold => "hold an item for a library",
        Step::CheckOutToLibrary => "check an item out to a library",
    }
}

#[test]
fn no_preset_is_asked_by_itself_what_it_can_not_be_asked() {
    for &preset in Preset::ALL {
        for &step in Step::ALL {
            let rendered = render(&command(asked_by(step)), &fill(), &settings(preset));
            match default_step(preset, preset.own_version(), step) {
                StepSetting::On => assert!(rendered.is_ok(), "{preset}: {step}: {rendered:?}"),
                StepSetting::Off => {
                    assert!(step == Step::ChargePatron || rendered.is_err(), "{preset}: {step}");
                }
            }
        }
        // Without these there is no lending and no borrowing by an ILS at all.
        for step in
            [Step::HoldForPatron, Step::CheckInFromPatron, Step::CheckOutToLibrary, Step::CheckInFromLibrary]
        {
            assert_eq!(default_step(preset, preset.own_version(), step), StepSetting::On, "{preset}: {step}");
        }
    }
}

#[test]
fn what_can_not_be_asked_is_an_answer_that_says_why() {
    let refused = |command: &IlsCommand, fill: &Fill, settings: &IlsSettings| {
        let why = render(command, fill, settings).unwrap_err();
        let IlsAnswer::Refused { problems } = why.answer() else { panic!("{why}") };
        (why.to_string(), problems[0].kind.to_string())
    };
    let (why, name) = refused(&command("look up the patron"), &Fill::default(), &settings(Preset::Koha));
    assert!(why.contains("patron") && name == "Needed Data Missing", "{why}");
    let (why, name) = refused(&command("look up an item"), &fill(), &settings(Preset::Folio));
    assert!(why.contains("FOLIO has no LookupItem") && name == "Unsupported Service", "{why}");
    let mut alma = settings(Preset::Alma);
    alma.application_profile = None;
    let (why, _) = refused(&command("check an item in"), &fill(), &alma);
    assert!(why.contains("application_profile"), "{why}");
    let charge = IlsCommand::CreateUserFiscalTransaction {
        user: IlsUser::Patron,
        amount: "much".to_owned(),
        currency: "USD".to_owned(),
        reason: "x".to_owned(),
    };
    assert_eq!(refused(&charge, &fill(), &settings(Preset::PlainV2)).1, "Invalid Amount");
}

#[test]
fn secrets_are_put_in_last_and_nothing_else_changes() {
    let secrets = Secrets { agency: Some("swordfish".to_owned()), system: Some("marlin".to_owned()) };
    assert!(!format!("{secrets:?}").contains("swordfish"));
    for &preset in Preset::ALL {
        let settings = settings(preset);
        for (name, command) in commands() {
            let Ok(rendered) = render(&command, &fill(), &settings) else { continue };
            let frozen = rendered.bytes().unwrap();
            assert_eq!(with_secrets(&frozen, &Secrets::default(), &settings).unwrap(), frozen);
            let sent = with_secrets(&frozen, &secrets, &settings).unwrap();
            let mut read = ncip::read(&sent, &ReadOptions::default()).unwrap().message;
            let header = read.body.initiation_header_mut().unwrap().as_mut().unwrap();
            let proofs = [header.from_agency_authentication.take(), header.from_system_authentication.take()];
            let proofs = proofs.map(|proof| proof.unwrap().expose().to_owned());
            assert_eq!(proofs, ["swordfish", "marlin"], "{preset}: {name}");
            assert_eq!(
                read,
                ncip::read(&frozen, &ReadOptions::default()).unwrap().message,
                "{preset}: {name}"
            );
        }
    }
}

#[test]
fn a_librarys_own_settings_go_before_the_presets() {
    let mut settings = settings(Preset::Koha);
    settings.version = Version::V1_0;
    settings.patron_by = PatronBy::AuthenticationInput;
    settings.request_type = "Page".to_owned();
    settings.user_elements = vec!["Block Or Trap".to_owned()];
    let user = render(&command("look up the patron"), &fill(), &settings).unwrap();
    let Body::LookupUser(user) = &user.message.body else { panic!("{user:?}") };
    assert_eq!(user.user_id, None);
    assert_eq!(user.authentication_inputs[0].authentication_input_data.expose(), CARD);
    assert_eq!(user.user_element_types.len(), 1);
    let hold = render(&command("hold an item for a library"), &fill(), &settings).unwrap();
    let bytes = String::from_utf8(hold.bytes().unwrap()).unwrap();
    assert!(bytes.contains("<Value>Page</Value>") && bytes.contains("ncip_v1_0.dtd"), "{bytes}");
}

/// An id of ours may be read as a number, which is another's hold: `17B` as 17.
#[test]
fn a_hold_is_cancelled_by_the_number_that_the_ils_gave_it_where_it_goes_by_no_other() {
    let named = |request: &str, item: Option<&str>| IlsCommand::CancelRequestItem {
        request: request.to_owned(),
        item: item.map(str::to_owned),
        user: IlsUser::Library("ILL-LAKE".to_owned()),
    };
    let patrons = || command("cancel the patron's hold");
    for (preset, command, by_request) in [
        (Preset::PlainV2, patrons(), true),
        (Preset::PlainV2, named("17B", None), true),
        (Preset::Koha, patrons(), false),
        // Ours, for the answer that told its own was lost; and its own.
        (Preset::Koha, named("17B", Some("31234")), false),
        (Preset::Koha, named("17B", None), false),
        (Preset::Koha, named("1001", Some("31234")), true),
        (Preset::Koha, named("1001", None), true),
    ] {
        let cancel = render(&command, &fill(), &settings(preset));
        if by_request {
            let message = cancel.unwrap().message;
            let Body::CancelRequestItem(cancel) = &message.body else { panic!("{message:?}") };
            assert!(cancel.request_id.is_some() && cancel.user_id.is_some(), "{preset}: {command:?}");
        } else {
            assert!(
                matches!(cancel, Err(CannotRender::NoHoldNumber(_))),
                "{preset}: {command:?}: {cancel:?}"
            );
        }
    }
}

/// Koha refuses a hold on a barcode alone.
#[test]
fn a_hold_is_placed_by_record_where_the_ils_wants_it_so() {
    for (preset, version, known, named) in [
        (Preset::PlainV2, Version::V2_02, true, Some((1, 0))),
        (Preset::PlainV2, Version::V2_02, false, Some((1, 0))),
        (Preset::PlainV1, Version::V1_0, true, Some((1, 0))),
        (Preset::Koha, Version::V2_02, true, Some((1, 1))),
        (Preset::Koha, Version::V1_0, true, Some((0, 1))),
        // It is not asked in vain, and staff are told why.
        (Preset::Koha, Version::V2_02, false, None),
        (Preset::Koha, Version::V1_0, false, None),
    ] {
        let mut command = command("hold an item for a library");
        let IlsCommand::RequestItem { record, .. } = &mut command else { panic!("{command:?}") };
        *record = known.then(|| "417".to_owned());
        let mut settings = settings(preset);
        settings.version = version;
        let rendered = render(&command, &fill(), &settings);
        let Some(named) = named else {
            assert!(matches!(rendered, Err(CannotRender::NoRecord(_))), "{preset} {version}: {rendered:?}");
            continue;
        };
        let rendered = rendered.unwrap();
        assert!(rendered.bytes().is_ok(), "{preset} {version}");
        let Body::RequestItem(hold) = &rendered.message.body else { panic!("{rendered:?}") };
        assert_eq!((hold.item_ids.len(), hold.bibliographic_ids.len()), named, "{preset} {version}");
    }
}

#[test]
fn an_ils_that_wants_no_namespace_gets_none() {
    let mut settings = settings(Preset::Koha);
    settings.namespace = Namespace::LeftOut;
    let rendered = render(&command("hold an item for a library"), &fill(), &settings).unwrap();
    let bytes = String::from_utf8(rendered.bytes().unwrap()).unwrap();
    assert!(!bytes.contains("xmlns") && bytes.contains("<NCIPMessage version="), "{bytes}");
    let read = ncip::read(bytes.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(read.message, ncip::convert(&rendered.message, Version::V2_02).0);
}

#[test]
fn the_patron_is_not_shown_and_must_be_known() {
    assert!(!format!("{:?}", fill()).contains(CARD));
    assert!(matches!(
        render(&command("look up the patron"), &Fill::default(), &settings(Preset::PlainV1)),
        Err(CannotRender::NoPatron)
    ));
}

//! The page about the presets, written from their table.

use loan_model::{hosted::StepSetting, ils::Step};
use ncip::Service;

use super::{
    basis::{Aspect, basis},
    preset::{
        AcceptedBarcode, Barcodes, FindsUsersBy, HoldIds, HoldsFor, Preset, RecordIds, Row, Sender,
        Withdrawal, default_step,
    },
    settings::{DateStyle, UserIds},
};

/// `schemas/ncip-presets.md`.
pub fn reference() -> String {
    let mut page = String::from(HEAD);
    for &preset in Preset::ALL {
        page.push_str(&format!("\n## `{preset}`: {}\n", preset.title()));
        for (index, row) in preset.rows().enumerate() {
            if index > 0 {
                page.push_str(&format!("\nWhere `version` is {} or one like it:\n", row.version));
            }
            page.push_str(&table(preset, row));
        }
    }
    page
}

const HEAD: &str = "# How kinds of ILS speak NCIP

Generated from the code; a test fails when it is stale.

What `preset` means in `[library.connection.ncip]` of the registry's file. Each of these can be said otherwise there, library by library;
`illgate peers apply` warns of what cannot work with the preset.

The last column says how sure it is. *known*: its code, its vendor or messages of such systems say so. *assumed*: nobody said so; it is what
most systems of that version take. *standard*: NCIP itself. Ask the library where it is assumed.
";

fn table(preset: Preset, row: &Row) -> String {
    let list = |words: Vec<&str>| match words.as_slice() {
        [] => "none".to_owned(),
        words => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
    };
    let off = Step::ALL.iter().filter(|step| default_step(preset, row.version, **step) == StepSetting::Off);
    let off: Vec<String> = off.map(|step| step.as_str().replace('-', "_")).collect();
    let mut lines = vec![
        ("version", format!("{}", row.version), Aspect::Version),
        (
            "services that it is asked",
            list(row.services.iter().map(|service| service.as_str()).collect()),
            Aspect::Services,
        ),
        ("steps that it is not asked", list(off.iter().map(String::as_str).collect()), Aspect::Services),
        ("`request_type`", format!("`{}`", row.request_type), Aspect::RequestType),
        (
            "`request_scope`",
            format!("`{}` of an item, `{}` of a title", row.item_scope, row.title_scope),
            Aspect::Scope,
        ),
        ("`accept_action`", format!("`{}`", row.accept_action), Aspect::Action),
        ("`user_elements`", list(row.user_elements.to_vec()), Aspect::UserElements),
        ("`item_elements`", list(row.item_elements.to_vec()), Aspect::ItemElements),
        ("`pickup_in`", format!("`{}`", row.pickup_in), Aspect::Pickup),
    ];
    if let Some(privilege) = row.standing_privilege {
        lines.push(("`standing_privilege`", format!("`{privilege}`"), Aspect::Standing));
    }
    if let Some(profile) = row.profile {
        lines.push(("`application_profile`", format!("`{profile}`"), Aspect::Profile));
    }
    if preset == Preset::Alma {
        let said = "must be said: the partner's code".to_owned();
        lines.push(("`application_profile`", said, Aspect::Profile));
    }
    if row.sender == Sender::SameAsReceiver {
        lines.push(("sender", "`from_agency` is `to_agency`".to_owned(), Aspect::Sender));
    }
    if row.record_ids == RecordIds::Bare {
        lines.push(("record ids", "without `.b` and check digit".to_owned(), Aspect::Records));
    }
    if row.withdrawal == Withdrawal::ItemReceived {
        lines.push(("temporary items", "removed by ItemReceived".to_owned(), Aspect::Withdrawal));
    }
    if row.accepted_barcode == AcceptedBarcode::InRequestId {
        let said = "told as the id of the request, in the answer to AcceptItem".to_owned();
        lines.push(("barcodes of temporary items", said, Aspect::Barcode));
    }
    if row.barcodes == Barcodes::MayBeItsOwn {
        let said = "another than was asked for, where that is taken or the ILS is set up so".to_owned();
        lines.push(("barcodes of temporary items", said, Aspect::Barcode));
    }
    if row.dates == DateStyle::Local {
        let said = "`local`: in the library's time zone, without saying so".to_owned();
        lines.push(("`dates`", said, Aspect::Dates));
    }
    if row.user_ids == UserIds::ItsOwn {
        lines.push(("`user_ids`", format!("`{}`", row.user_ids), Aspect::UserIds));
    }
    if row.finds_users_by == FindsUsersBy::IdAlone {
        lines.push(("`patron_by`", "`user-id` only".to_owned(), Aspect::Users));
    }
    if row.holds_for == HoldsFor::ItsRecord {
        let said = "placed by record id, with the barcode beside it in NCIP 2: it refuses a barcode alone"
            .to_owned();
        lines.push(("holds on items", said, Aspect::Holds));
    }
    if row.hold_ids == HoldIds::OwnNumbers {
        let said = if row.services.contains(&Service::CancelRequestItem) {
            "cancelled by a number of its own alone, which it tells of holds that are asked for; one that comes with a temporary item goes with that"
        } else {
            "known by a number of its own, and cancelled by hand"
        };
        lines.push(("holds", said.to_owned(), Aspect::Holds));
    }
    for (service, problem) in row.tolerated {
        lines.push(("means that it is done", format!("`{problem}` of {service}"), Aspect::Problems));
    }
    let rows: String = lines
        .iter()
        .map(|(key, value, aspect)| {
            format!("| {key} | {value} | {} |\n", basis(preset, row, *aspect).as_str())
        })
        .collect();
    format!("\n| | | |\n|---|---|---|\n{rows}")
}

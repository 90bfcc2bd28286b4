//! The page about the presets, written from their table.

use loan_model::{hosted::StepSetting, ils::Step};

use super::preset::{HoldIds, Preset, RecordIds, Sender, Withdrawal, default_step};

/// `schemas/ncip-presets.md`.
pub fn reference() -> String {
    let mut page = String::from(HEAD);
    for &preset in Preset::ALL {
        page.push_str(&section(preset));
    }
    page
}

const HEAD: &str = "# How kinds of ILS speak NCIP

Generated from the code; a test fails when it is stale.

What `preset` means in `[library.connection.ncip]` of the registry's file. Each of these can be said otherwise there, library by library.
";

fn section(preset: Preset) -> String {
    let row = preset.row();
    let list = |words: Vec<&str>| match words.as_slice() {
        [] => "none".to_owned(),
        words => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
    };
    let off = Step::ALL.iter().filter(|step| default_step(preset, **step) == StepSetting::Off);
    let off: Vec<String> = off.map(|step| step.as_str().replace('-', "_")).collect();
    let mut lines = vec![
        ("version", format!("{}", row.version)),
        ("services that it is asked", list(row.services.iter().map(|service| service.as_str()).collect())),
        ("steps that it is not asked", list(off.iter().map(String::as_str).collect())),
        ("`request_type`", format!("`{}`", row.request_type)),
        ("`request_scope`", format!("`{}` of an item, `{}` of a title", row.item_scope, row.title_scope)),
        ("`accept_action`", format!("`{}`", row.accept_action)),
        ("`user_elements`", list(row.user_elements.to_vec())),
        ("`item_elements`", list(row.item_elements.to_vec())),
        ("`pickup_in`", format!("`{}`", row.pickup_in)),
    ];
    if let Some(profile) = row.profile {
        lines.push(("`application_profile`", format!("`{profile}`")));
    }
    if preset == Preset::Alma {
        lines.push(("`application_profile`", "must be said: the partner's code".to_owned()));
    }
    if row.sender == Sender::SameAsReceiver {
        lines.push(("sender", "`from_agency` is `to_agency`".to_owned()));
    }
    if row.record_ids == RecordIds::Bare {
        lines.push(("record ids", "without `.b` and check digit".to_owned()));
    }
    if row.withdrawal == Withdrawal::ItemReceived {
        lines.push(("temporary items", "removed by ItemReceived".to_owned()));
    }
    if row.hold_ids == HoldIds::OwnNumbers {
        lines.push(("holds on temporary items", "cancelled by item and patron".to_owned()));
    }
    for (service, problem) in row.tolerated {
        lines.push(("means that it is done", format!("`{problem}` of {service}")));
    }
    let rows: String = lines.iter().map(|(key, value)| format!("| {key} | {value} |\n")).collect();
    format!("\n## `{preset}`: {}\n\n| | |\n|---|---|\n{rows}", preset.title())
}

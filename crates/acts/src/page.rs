//! The table of acts as a page. Checked in as `schemas/acts.md`.

use std::fmt::Write as _;

use loan_model::MachineKind;

use super::{ActKind, Count, FieldInfo, Need};

/// The page, as Markdown.
pub fn acts_page() -> String {
    let mut out = String::from(
        "# What staff can do\n\n\
         Generated from the table of acts. What can be done to a request now says `illgate requests acts REQUEST`, or\n\
         `GET /api/v1/requests/{id}/acts`. An act is done with `illgate requests act REQUEST ACT`, its fields given as\n\
         `--field NAME=VALUE` or `--data JSON`; or with `POST /api/v1/requests/{id}/act`, its fields given in `with`. A field that\n\
         the act does not have is refused, and so is a value that the field does not take. The reason of an act (`--reason`) is\n\
         kept with the request; it is not a field.\n\n\
         A volume is named by a barcode (the lender's, or the borrower's own for the temporary item) or by its number, such as\n\
         `vol-1`. A day ends at midnight where the library is.\n",
    );
    for machine in MachineKind::ALL {
        let links: Vec<String> = ActKind::of(*machine).map(|kind| format!("[{kind}](#{kind})")).collect();
        let _ = write!(out, "\n{}: {}.\n", machine.as_str(), links.join(", "));
    }
    for kind in ActKind::ALL {
        act(&mut out, *kind);
    }
    out
}

fn act(out: &mut String, kind: ActKind) {
    let info = kind.info();
    let machines: Vec<&str> = info.machines.iter().map(|machine| machine.as_str()).collect();
    let _ = write!(out, "\n## {kind}\n\n{} ({})\n", info.does, machines.join(", "));
    if info.fields().next().is_none() {
        return;
    }
    out.push_str("\n| Field | Takes | Required | What |\n|---|---|---|---|\n");
    for field in info.fields() {
        let required = match field.need {
            Need::Required => "yes",
            Need::Optional => "",
        };
        let _ = writeln!(out, "| {} | {} | {required} | {} |", field.name, takes(field), field.about);
    }
    let _ = write!(out, "\nExample: `{}`\n", info.example().json());
}

fn takes(field: &FieldInfo) -> String {
    match field.count {
        Count::One => field.takes.to_string(),
        Count::Many => format!("a list; each {}", field.takes),
    }
}

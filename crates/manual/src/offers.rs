//! Which acts a mail offers by link, and what their links and forms say to the staff of a library without a system. Which fields an act has
//! says the table of acts. Must never decide what is allowed.

use acts::{ActKind, FieldInfo};

/// The acts that a mail offers, in this order, each with the words of its link.
const OFFERED: &[(ActKind, &str)] = &[
    (ActKind::WillSupply, "We have it and will send it"),
    (ActKind::Unfilled, "We cannot supply it"),
    (ActKind::Ship, "We have sent it"),
    (ActKind::Returned, "It has come back to us"),
    (ActKind::Receive, "We have received it"),
    (ActKind::ShipBack, "We have sent it back"),
    (ActKind::AnswerCancel, "Answer whether it can still be cancelled"),
    (ActKind::AnswerRenewal, "Answer whether they may keep it longer"),
    (ActKind::DeliverCopy, "We send the copy as a file"),
    (ActKind::AgreeCondition, "We agree to the condition"),
    (ActKind::DeclineCondition, "We decline the condition"),
    (ActKind::CopyReceived, "We have received the copy"),
    (ActKind::Renew, "We would like to keep it longer"),
    (ActKind::Cancel, "We do not want it any more"),
];

/// What forms call the codes that they let choose.
const CODES: &[(&str, &str)] = &[
    ("NotOnShelf", "It is not on the shelf"),
    ("NotHeld", "We do not have it"),
    ("NonCirculating", "It does not leave the house"),
    ("NotAvailableForILL", "It is not lent to other libraries"),
    ("PoorCondition", "It is in too poor a condition"),
    ("PolicyProblem", "Our rules do not allow it"),
    ("yes", "Yes"),
    ("no", "No"),
];

/// Every act that a mail can offer.
pub fn all() -> impl Iterator<Item = ActKind> {
    OFFERED.iter().map(|(kind, _)| *kind)
}

/// Those of the allowed acts that a mail offers; the rest is for staff at the gateway.
pub fn offered(allowed: &[ActKind]) -> Vec<ActKind> {
    all().filter(|kind| allowed.contains(kind)).collect()
}

/// What the act's link says.
pub fn says(act: ActKind) -> &'static str {
    let offered = OFFERED.iter().find(|(kind, _)| *kind == act);
    offered.map_or(act.info().does, |(_, says)| says)
}

/// What a form calls a field.
pub fn label(field: &FieldInfo) -> &'static str {
    match field.name {
        "volumes" => "Barcodes, one a line",
        "instead-of" => "Barcodes scanned wrongly before, one a line",
        "due" => "Due back",
        "reason" => "Why it cannot be supplied",
        "answer" => "Your answer",
        "url" => "Where it can be fetched",
        other => other,
    }
}

/// What a form says below the name of a field.
pub fn hint(act: ActKind, field: &FieldInfo) -> &'static str {
    match (field.name, act) {
        ("volumes", ActKind::Ship) => {
            "The barcode of each piece in the parcel. Leave it empty if they have none."
        }
        ("volumes", _) => "Leave it empty if everything is there.",
        ("instead-of", _) => "Only if another piece was scanned for this request by mistake: it stays.",
        ("due", _) => "Leave it empty for your library's usual loan period.",
        _ => field.about,
    }
}

/// What a form calls a code.
pub fn code(code: &'static str) -> &'static str {
    CODES.iter().find(|(name, _)| *name == code).map_or(code, |(_, says)| says)
}

#[cfg(test)]
mod tests {
    use acts::Takes;

    use super::*;

    #[test]
    fn a_mail_offers_what_can_be_told_by_link_and_nothing_else() {
        let allowed = [ActKind::Renew, ActKind::Close, ActKind::WillSupply, ActKind::Unfilled, ActKind::Note];
        assert_eq!(offered(&allowed), [ActKind::WillSupply, ActKind::Unfilled, ActKind::Renew]);
    }

    #[test]
    fn every_code_that_a_form_lets_choose_has_words() {
        for kind in all() {
            for field in kind.info().fields() {
                for name in field.takes.codes() {
                    assert_ne!(code(name), *name, "{kind}");
                }
                let has_input =
                    matches!(field.takes, Takes::Text | Takes::Volume | Takes::DayOrTime | Takes::Code(_));
                assert!(has_input, "{kind}: a form has no input for {}", field.name);
                // The form has a field of this name for the staff's own words.
                assert_ne!(field.name, "note", "{kind}");
            }
        }
    }
}

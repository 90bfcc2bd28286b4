//! Nothing is done twice: what is asked before a command is repeated, and what its repeat may be answered.

use dialects::ncip::{AttemptKind, Preset, Probe, already_done, repeat_probe};
use loan_model::ils::{CirculationStatus, IlsAnswer, IlsCommand, IlsFacts, Wanted};

use crate::support::{at, command, commands, done, settings, understood};

#[test]
fn every_command_has_its_way_of_being_repeated() {
    for &preset in Preset::ALL {
        let settings = settings(preset);
        let looks =
            dialects::ncip::render(&command("look up an item"), &crate::support::fill(), &settings).is_ok();
        for (name, command) in commands() {
            let probe = repeat_probe(&command, &settings);
            let expected = match &command {
                IlsCommand::AcceptItem { item, .. }
                | IlsCommand::CheckOutItem { item, .. }
                | IlsCommand::CreateItem { item, .. }
                | IlsCommand::RenewItem { item, .. }
                | IlsCommand::RequestItem { item: Wanted::Item(item), .. }
                    if looks =>
                {
                    Probe::Ask(IlsCommand::LookupItem { item: Wanted::Item(item.clone()) })
                }
                IlsCommand::CreateUserFiscalTransaction { .. } => Probe::Leave,
                _ => Probe::Tolerate,
            };
            assert_eq!(probe, expected, "{preset}: {name}");
        }
    }
}

#[test]
fn what_the_ils_tells_of_the_item_shows_whether_it_was_done() {
    let status = |status| IlsFacts { status: Some(status), ..IlsFacts::default() };
    let due = |due: &str| IlsFacts { due: Some(at(due)), ..status(CirculationStatus::OnLoan) };
    for (name, facts, expected) in [
        ("take an item in for the patron", status(CirculationStatus::OnHold), true),
        ("take an item in for the patron", status(CirculationStatus::Available), true),
        ("take an item in for the patron", IlsFacts::default(), true),
        ("take an item in for the patron", status(CirculationStatus::OnLoan), false),
        (
            "take an item in for the patron",
            IlsFacts { holds: Some(0), ..status(CirculationStatus::Available) },
            false,
        ),
        ("hold an item for a library", IlsFacts { holds: Some(1), ..IlsFacts::default() }, true),
        ("hold an item for a library", status(CirculationStatus::OnHold), true),
        (
            "hold an item for a library",
            IlsFacts { holds: Some(0), ..status(CirculationStatus::Available) },
            false,
        ),
        ("hold an item for a library", status(CirculationStatus::Available), false),
        ("create an item", status(CirculationStatus::Available), true),
        ("check an item out to the patron", status(CirculationStatus::OnLoan), true),
        ("check an item out to the patron", status(CirculationStatus::OnHold), false),
        ("check an item out to the patron", IlsFacts::default(), false),
        ("renew a loan", due("2026-12-24T06:59:59Z"), true),
        ("renew a loan", due("2026-12-01T06:59:59Z"), false),
        ("renew a loan", IlsFacts::default(), false),
        ("delete an item", status(CirculationStatus::Available), false),
        ("check an item in", status(CirculationStatus::Available), false),
    ] {
        assert_eq!(already_done(&command(name), &facts), expected, "{name}: {facts:?}");
    }
}

/// A reply of version 2 with one problem.
fn problem(service: &str, kind: &str) -> String {
    format!(
        "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\" xmlns:ncip=\"http://www.niso.org/2008/ncip\" \
         ncip:version=\"http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd\"><{service}Response><Problem>\
         <ProblemType>{kind}</ProblemType><ProblemElement>ItemIdentifierValue</ProblemElement></Problem>\
         </{service}Response></NCIPMessage>"
    )
}

/// Each problem that means that the work is done, always or where it may have been done before.
#[test]
fn some_problems_mean_that_it_is_done() {
    let (never, repeated, always) = ([false, false], [false, true], [true, true]);
    for (name, service, kind, expected) in [
        ("check an item in", "CheckInItem", "Item Not Checked Out", always),
        ("check an item in", "CheckInItem", "9022", always),
        ("check an item in", "CheckInItem", "Not On Loan", always),
        ("check an item in", "CheckInItem", "Unknown Item", always),
        ("check an item in", "CheckInItem", "Unknown Agency", never),
        ("delete an item", "DeleteItem", "Unknown Item", always),
        ("take an item in for the patron", "AcceptItem", "Duplicate Item", repeated),
        ("take an item in for the patron", "AcceptItem", "Duplicate Request", repeated),
        ("take an item in for the patron", "AcceptItem", "Cannot Accept Item", repeated),
        ("take an item in for the patron", "AcceptItem", "Barcode is in use", repeated),
        ("take an item in for the patron", "AcceptItem", "Unknown User", never),
        ("hold an item for a library", "RequestItem", "Duplicate Request", repeated),
        ("hold an item for a library", "RequestItem", "Unknown Item", never),
        ("cancel a hold", "CancelRequestItem", "Unknown Request", repeated),
        ("cancel a hold", "CancelRequestItem", "Request Already Processed", repeated),
        ("cancel the patron's hold", "CancelRequestItem", "Unknown Request", always),
        ("cancel the patron's hold", "CancelRequestItem", "Request Already Processed", always),
        ("cancel the patron's hold", "CancelRequestItem", "Unknown User", never),
        ("check an item out to the patron", "CheckOutItem", "Item Already Checked Out", repeated),
        ("check an item out to the patron", "CheckOutItem", "Item is checked out", repeated),
        ("check an item out to the patron", "CheckOutItem", "Unknown Item", never),
        ("renew a loan", "RenewItem", "Item Not Checked Out", never),
        ("look up an item", "LookupItem", "Unknown Item", never),
    ] {
        let command = command(name);
        for (asked, expected) in [(AttemptKind::First, expected[0]), (AttemptKind::Repeated, expected[1])] {
            for preset in [Preset::PlainV2, Preset::Koha] {
                let answer = understood(preset, asked, &command, &problem(service, kind));
                if expected {
                    assert_eq!(answer, done(IlsFacts::default()), "{preset}: {name}: {kind}: {asked:?}");
                } else {
                    assert!(
                        matches!(answer, IlsAnswer::Refused { .. }),
                        "{preset}: {name}: {kind}: {asked:?}: {answer:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_library_may_tolerate_more() {
    let reply = problem("CheckInItem", "Item belongs elsewhere");
    let mut settings = settings(Preset::Koha);
    let fill = crate::support::fill();
    let command = command("check an item in");
    let answer = |settings: &dialects::ncip::IlsSettings| {
        let exchange = dialects::ncip::Exchange {
            settings,
            fill: &fill,
            asked: AttemptKind::First,
            now: crate::support::now(),
        };
        dialects::ncip::understand(&command, reply.as_bytes(), &exchange)
    };
    assert!(matches!(answer(&settings), IlsAnswer::Refused { .. }));
    settings.tolerated.push(dialects::ncip::Tolerated {
        service: ncip::Service::CheckInItem,
        problem: "item belongs elsewhere".to_owned(),
    });
    assert_eq!(answer(&settings), done(IlsFacts::default()));
}

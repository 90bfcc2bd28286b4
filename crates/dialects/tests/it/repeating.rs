//! Nothing is done twice: what is asked before a command is repeated, and what its repeat may be answered.

use dialects::ncip::{AttemptKind, Found, Preset, Probe, found, repeat_probe};
use loan_model::ils::{
    CirculationStatus, IlsAnswer, IlsCommand, IlsFacts, IlsProblem, IlsProblemKind, MayBeTwice, Wanted,
};

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
                IlsCommand::RenewItem { .. } | IlsCommand::CreateUserFiscalTransaction { .. } => Probe::Leave,
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
        ("delete an item", status(CirculationStatus::Available), false),
        ("check an item in", status(CirculationStatus::Available), false),
    ] {
        let shown = if expected { Found::Done } else { Found::NotDone };
        let answer = done(facts);
        assert_eq!(found(&command(name), &answer, &settings(Preset::PlainV2)), shown, "{name}: {answer:?}");
    }
}

/// By the date that it had, the one that is asked for, and the one that the ILS shows.
#[test]
fn a_renewal_is_done_where_the_date_has_moved_on_though_not_so_far_as_was_asked() {
    let before = Some("2026-12-01T06:59:59Z");
    for (before, shown, expected) in [
        (before, Some("2026-12-24T06:59:59Z"), Found::Done),
        (before, Some("2027-01-24T06:59:59Z"), Found::Done),
        // It goes by its own rules.
        (before, Some("2026-12-15T06:59:59Z"), Found::Done),
        (before, Some("2026-12-02T06:59:59Z"), Found::Done),
        // The same day, told in another form.
        (before, Some("2026-12-01T06:59:59Z"), Found::NotDone),
        (before, Some("2026-11-30T18:00:00Z"), Found::NotDone),
        // It is not the loan that is known here, or nothing is known of it.
        (before, Some("2026-11-20T06:59:59Z"), Found::ForStaff),
        (before, None, Found::ForStaff),
        (None, Some("2026-12-15T06:59:59Z"), Found::ForStaff),
        (None, Some("2026-12-24T06:59:59Z"), Found::Done),
    ] {
        let mut renew = command("renew a loan");
        let IlsCommand::RenewItem { before: known, .. } = &mut renew else { panic!("{renew:?}") };
        *known = before.map(at);
        let facts = IlsFacts { due: shown.map(at), ..IlsFacts::default() };
        let found = found(&renew, &done(facts), &settings(Preset::PlainV2));
        assert_eq!(found, expected, "{before:?}, {shown:?}");
    }
}

/// What the ILS answers about the item without telling of it.
#[test]
fn what_shows_nothing_is_unclear() {
    let refused = |kinds: &[IlsProblemKind]| IlsAnswer::Refused {
        problems: kinds.iter().map(|kind| IlsProblem { kind: kind.clone(), detail: None }).collect(),
    };
    let unknown = || refused(&[IlsProblemKind::UnknownItem]);
    let other = IlsProblemKind::Other("Unauthorized Service For Agency".to_owned());
    for (preset, name, answer, shown) in [
        (Preset::PlainV2, "take an item in for the patron", unknown(), Found::NotDone),
        (Preset::PlainV2, "check an item out to a library", unknown(), Found::NotDone),
        // It may have got a barcode of the ILS's own.
        (Preset::Koha, "take an item in for the patron", unknown(), Found::Unclear),
        (Preset::Koha, "check an item out to a library", unknown(), Found::NotDone),
        (
            Preset::PlainV2,
            "take an item in for the patron",
            refused(&[IlsProblemKind::UnsupportedService]),
            Found::Unclear,
        ),
        (
            Preset::PlainV2,
            "check an item out to a library",
            refused(std::slice::from_ref(&other)),
            Found::Unclear,
        ),
        (
            Preset::PlainV2,
            "hold an item for a library",
            refused(&[IlsProblemKind::UnknownItem, other.clone()]),
            Found::Unclear,
        ),
        // A renewal would be done twice.
        (Preset::PlainV2, "renew a loan", done(IlsFacts::default()), Found::ForStaff),
        (Preset::PlainV2, "renew a loan", refused(&[IlsProblemKind::UnsupportedService]), Found::ForStaff),
        (Preset::PlainV2, "renew a loan", refused(&[other]), Found::ForStaff),
    ] {
        assert_eq!(found(&command(name), &answer, &settings(preset)), shown, "{preset}: {name}: {answer:?}");
    }
}

#[test]
fn what_is_done_when_it_is_sent_again_may_be_there_twice() {
    let reply = |body: &str| {
        format!(
            "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\" xmlns:ncip=\"http://www.niso.org/2008/ncip\" \
             ncip:version=\"http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd\">{body}</NCIPMessage>"
        )
    };
    let request = "<RequestId><RequestIdentifierValue>REQ-17</RequestIdentifierValue></RequestId>";
    let item = "<ItemId><ItemIdentifierValue>31234000123456</ItemIdentifierValue></ItemId>";
    for (name, service, said, may_be) in [
        ("take an item in for the patron", "AcceptItem", request, Some(MayBeTwice::Item)),
        ("hold a title for a library", "RequestItem", request, Some(MayBeTwice::Hold)),
        ("create an item", "CreateItem", item, Some(MayBeTwice::Item)),
        ("renew a loan", "RenewItem", item, None),
        ("check an item in", "CheckInItem", item, None),
        ("delete an item", "DeleteItem", item, None),
    ] {
        let reply = reply(&format!("<{service}Response>{said}</{service}Response>"));
        for (asked, expected) in [(AttemptKind::First, None), (AttemptKind::Repeated, may_be)] {
            let answer = understood(Preset::PlainV2, asked, &command(name), &reply);
            let IlsAnswer::Done { facts } = answer else { panic!("{name}: {answer:?}") };
            assert_eq!(facts.twice, expected, "{name}: {asked:?}");
        }
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
                    let IlsAnswer::Done { facts } = answer else { panic!("{preset}: {name}: {answer:?}") };
                    let said: String =
                        facts.tolerated.iter().map(|it| format!("{} {:?}", it.kind, it.detail)).collect();
                    assert!(said.contains(kind), "in its own words: {preset}: {name}: {kind}: {said}");
                    assert_eq!(
                        *facts,
                        IlsFacts { tolerated: facts.tolerated.clone(), ..IlsFacts::default() }
                    );
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
    assert!(matches!(answer(&settings), IlsAnswer::Done { facts } if facts.tolerated.len() == 1));
}

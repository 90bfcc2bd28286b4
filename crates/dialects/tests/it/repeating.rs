//! Nothing is done twice: what is asked before a command is repeated, and what its repeat may be answered.

use dialects::ncip::{AttemptKind, Look, Preset, Probe, Question, repeat_probe};
use loan_model::ils::{IlsAnswer, IlsCommand, IlsFacts, MayBeTwice, Wanted};

use crate::{
    looking::told,
    support::{command, commands, now, settings, understood},
};

#[test]
fn every_command_has_its_way_of_being_repeated() {
    for &preset in Preset::ALL {
        let settings = settings(preset);
        for (name, command) in commands() {
            let wanted: &[Question] = match &command {
                IlsCommand::RequestItem { item: Wanted::Item(_), .. } => {
                    &[Question::Request, Question::User, Question::Item]
                }
                IlsCommand::RequestItem { .. } => &[Question::Request, Question::User],
                IlsCommand::AcceptItem { .. } => &[Question::Request, Question::Item, Question::User],
                IlsCommand::CheckOutItem { .. } | IlsCommand::RenewItem { .. } => {
                    &[Question::Item, Question::User]
                }
                IlsCommand::CreateItem { .. } => &[Question::Item],
                _ => &[],
            };
            // What can be written is asked, and nothing else.
            let fill = crate::support::fill();
            let look = Look::new(&command, &fill, &settings, now());
            let can: Vec<Question> =
                wanted.iter().copied().filter(|question| look.render(*question).is_ok()).collect();
            let expected = match &command {
                IlsCommand::CreateUserFiscalTransaction { .. } => Probe::Leave,
                IlsCommand::RenewItem { .. } if can.is_empty() => Probe::Leave,
                _ if can.is_empty() => Probe::Tolerate,
                _ => Probe::Ask(can),
            };
            assert_eq!(repeat_probe(&command, &settings), expected, "{preset}: {name}");
        }
    }
}

#[test]
fn what_is_done_when_it_is_sent_again_may_be_there_twice() {
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
        let reply = told(service, said);
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

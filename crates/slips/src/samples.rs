//! Slips that the tests are about.

use jiff::civil::date;

use super::{Courier, ItemFacts, PatronToken, RequestCode, Slip, SlipKind, SlipVolume, Stop};

/// The id of the n-th request.
fn request(n: u128) -> RequestCode {
    RequestCode::new(format!("req_{n:026}"))
}

/// A loan of two volumes, with all that a slip can say.
pub(crate) fn full() -> Slip {
    let mut slip =
        Slip::new(SlipKind::Routing, RequestCode::new("req_01m3250v00000001fet3x52680"), "0000000042");
    slip.item = ItemFacts {
        title: Some("Tides & <currents>: a \"handbook\"".to_owned()),
        author: Some("Ødegård, Åse".to_owned()),
        edition: Some("2nd".to_owned()),
        published: Some("Harbour Press, 1998".to_owned()),
        numbers: vec![("ISBN".to_owned(), "9780000000002".to_owned())],
        call_number: Some("551.46 ODE".to_owned()),
        location: Some("Stacks, level 2".to_owned()),
        service: Some("Loan".to_owned()),
        ..ItemFacts::default()
    };
    slip.volumes = ["31183000000017", "31183000000025"]
        .iter()
        .zip(1..)
        .map(|(barcode, n)| SlipVolume { name: format!("vol. {n}"), barcode: Some((*barcode).to_owned()) })
        .collect();
    slip.from = Stop {
        name: "Hill Library".to_owned(),
        symbol: Some("LOCAL:HILL".to_owned()),
        address: vec!["1 Mill Street".to_owned(), "Hilltown".to_owned()],
        courier: Some(Courier { name: None, code: "C214".to_owned(), through: None }),
    };
    slip.to = Stop {
        name: "Valley Library".to_owned(),
        symbol: Some("LOCAL:VALLEY".to_owned()),
        address: vec!["2 River Road".to_owned()],
        courier: Some(Courier {
            name: Some("North".to_owned()),
            code: "C087".to_owned(),
            through: Some("C085 Ferry Library".to_owned()),
        }),
    };
    slip.patron = PatronToken::new("p-7f3a9");
    slip.due = Some(date(2027, 1, 15));
    slip.needed_by = Some(date(2026, 12, 20));
    slip.notes = vec!["In library use only".to_owned()];
    slip
}

/// One that stands elsewhere on the shelves.
pub(crate) fn other(n: u128, location: &str, call_number: &str) -> Slip {
    let mut slip = Slip::new(SlipKind::Pull, request(n), format!("{n:010}"));
    slip.item.title = Some(format!("Book {n}"));
    slip.item.location = Some(location.to_owned());
    slip.item.call_number = Some(call_number.to_owned());
    slip.to.name = "Valley Library".to_owned();
    slip
}

//! What only the user or the agency should know is written on the wire and nowhere else.

use ncip::Message;
use xml::View;

use crate::walk::{SECRET, each, every_message, proves};

#[test]
fn whatever_proves_who_somebody_is_is_a_secret_in_every_message() {
    let mut found = 0;
    for body in every_message("text") {
        each(&body, "", &mut |path, row, view| {
            let secret = matches!(view, View::Secret(_));
            found += usize::from(secret);
            assert_eq!(secret, proves(row), "{path}");
        });
        let message = Message { body };
        assert!(!format!("{message:?}").contains(SECRET), "{}", message.body.element());
        let shown = serde_json::to_string(&message.shown()).unwrap();
        assert!(!shown.contains(SECRET) && shown.contains("text"), "{shown}");
    }
    assert!(found > 100, "{found}");
}

#[test]
fn two_messages_that_differ_in_a_secret_alone_are_told_apart() {
    let agency = |password: &str| {
        let header = ncip::InitiationHeader {
            from_agency_authentication: Some(password.into()),
            ..ncip::InitiationHeader::new("A", "B")
        };
        Message::from(ncip::LookupUser { initiation_header: Some(header), ..ncip::LookupUser::default() })
    };
    assert_eq!(agency("one").canonical(), agency("one").canonical());
    assert_ne!(agency("one").canonical(), agency("two").canonical());
}

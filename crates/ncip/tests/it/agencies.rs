//! Every agency that a message names is found, and nothing else is.

use std::collections::BTreeSet;

use ncip::VisitAgencies;
use xml::View;

use crate::walk::{each, every_message, is_term, names_agency};

#[test]
fn every_place_of_every_message_where_an_agency_may_be_is_renamed_and_restored() {
    let mut places = BTreeSet::new();
    for original in every_message("theirs") {
        let mut message = original.clone();
        message.visit_agencies(&mut |agency| agency.value = "ours".to_owned());
        each(&message, "", &mut |path, row, view| {
            let View::Leaf(leaf) = view else { return };
            let agency = names_agency(row);
            assert!(!agency || is_term(row.content), "{path}");
            assert_eq!(leaf.text() == "ours", agency, "{path}");
            if agency {
                places.insert(path.to_owned());
            }
        });
        message.visit_agencies(&mut |agency| agency.value = "theirs".to_owned());
        assert_eq!(message, original);
    }
    for place in [
        "LookupUser/initiation_header/from_agency_id",
        "LookupUser/initiation_header/on_behalf_of_agency",
        "RequestItemResponse/request_id/agency_id",
        "RequestItem/bibliographic_ids/bibliographic_record_id/agency_id",
        "LookupUserResponse/user_optional_fields/user_privileges/agency_id",
        "LookupVersionResponse/to_agency_id",
    ] {
        assert!(places.contains(&format!("/{place}")), "{place} of {places:#?}");
    }
}

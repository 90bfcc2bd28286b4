//! Whether a request says what it asks for. Nobody must be asked for nothing.

use crate::Request;

/// What a request must say one of, for those who are told that it is missing.
pub const DESCRIPTION: &str = "a title, an author, an ISBN or ISSN, or a record's id";

/// The code of the number of one item, which is known at its library alone.
const BARCODE: &str = "barcode";

impl Request {
    /// Whether it says what is wanted: by what it is called, by a number of the title, or by one that a named supplier gave it.
    pub fn says_what_is_wanted(&self) -> bool {
        let info = &self.bibliographic_info;
        let said = |text: &str| !text.trim().is_empty();
        let texts = [
            &info.title,
            &info.author,
            &info.title_of_component,
            &info.author_of_component,
            &info.subtitle,
            &info.series_title,
            &info.supplier_unique_record_id,
        ];
        let is_barcode = |code: &str| code.trim().eq_ignore_ascii_case(BARCODE);
        let names_supplier = || {
            let mut codes = self.supplier_info.iter().filter_map(|supplier| supplier.supplier_code.as_ref());
            codes.any(|code| said(&code.value))
        };
        let records =
            self.supplier_info.iter().filter_map(|supplier| supplier.bibliographic_record_id.as_ref());
        let mut records = records.chain(&info.bibliographic_record_id);
        texts.into_iter().flatten().any(|text| said(text))
            || info.bibliographic_item_id.iter().any(|number| {
                said(&number.identifier) && (!is_barcode(&number.code.value) || names_supplier())
            })
            || records.any(|record| said(&record.identifier))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AgencyId, BibliographicItemId, BibliographicRecordId, Open, SupplierInfo};

    #[test]
    fn a_request_must_say_what_it_asks_for() {
        let number = |code: &str, identifier: &str| BibliographicItemId {
            code: Open::new(code),
            identifier: identifier.to_owned(),
        };
        let record = |identifier: &str| BibliographicRecordId {
            code: Open::new("OCLC"),
            identifier: identifier.to_owned(),
        };
        let supplier = || SupplierInfo {
            supplier_code: Some(AgencyId { id_type: Open::new("ISIL"), value: "XX-WEST".to_owned() }),
            ..SupplierInfo::default()
        };
        type Change<'a> = &'a dyn Fn(&mut Request);
        let rows: &[(&str, bool, Change<'_>)] = &[
            ("nothing", false, &|_| {}),
            ("blanks", false, &|it| it.bibliographic_info.title = Some(" \n".to_owned())),
            ("volume alone", false, &|it| it.bibliographic_info.volume = vec!["2".to_owned()]),
            ("pages alone", false, &|it| it.bibliographic_info.pages_requested = Some("1-2".to_owned())),
            ("title", true, &|it| it.bibliographic_info.title = Some("Dune".to_owned())),
            ("author", true, &|it| it.bibliographic_info.author = Some("Herbert".to_owned())),
            ("article", true, &|it| it.bibliographic_info.title_of_component = Some("On sand".to_owned())),
            ("record there", true, &|it| {
                it.bibliographic_info.supplier_unique_record_id = Some("b1".to_owned())
            }),
            ("ISBN", true, &|it| it.bibliographic_info.bibliographic_item_id = vec![number("ISBN", "1")]),
            ("no ISBN", false, &|it| it.bibliographic_info.bibliographic_item_id = vec![number("ISBN", " ")]),
            ("record", true, &|it| it.bibliographic_info.bibliographic_record_id = vec![record("1")]),
            ("no record", false, &|it| it.bibliographic_info.bibliographic_record_id = vec![record("")]),
            ("barcode", false, &|it| {
                it.bibliographic_info.bibliographic_item_id = vec![number("Barcode", "1")]
            }),
            ("barcode of a library", true, &|it| {
                it.bibliographic_info.bibliographic_item_id = vec![number("Barcode", "1")];
                it.supplier_info = vec![supplier()];
            }),
            ("supplier alone", false, &|it| it.supplier_info = vec![supplier()]),
            ("supplier's record", true, &|it| {
                it.supplier_info =
                    vec![SupplierInfo { bibliographic_record_id: Some(record("1")), ..supplier() }];
            }),
        ];
        for (what, says, change) in rows {
            let mut request = Request::default();
            change(&mut request);
            assert_eq!(request.says_what_is_wanted(), *says, "{what}");
        }
    }
}

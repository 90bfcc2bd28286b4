//! Single elements of a message, made of what the machines know: descriptions, record ids, sums. Must never know a setting.

use loan_model::ils::ItemDescription;
use ncip::{
    Amount, BibliographicDescription, BibliographicItemId, Flag, HoldingsInformation, ItemOptionalFields,
    SchemeValue,
};

use super::cannot_render::CannotRender;

/// Words as terms without a scheme.
pub(super) fn terms(words: &[String]) -> Vec<SchemeValue> {
    words.iter().map(|word| SchemeValue::bare(word.as_str())).collect()
}

/// `.b10243641` without the dot, the letter and the check digit.
pub(super) fn bare_record_id(id: &str) -> &str {
    let digits = id.trim_start_matches('.');
    match digits.strip_prefix(['b', 'B']) {
        // Seven digits have no check digit; it may be an x.
        Some(digits) if digits.len() > 7 && digits.is_ascii() => &digits[..digits.len() - 1],
        Some(digits) => digits,
        None => id,
    }
}

/// What is said of an item, where anything is.
pub(super) fn optional_fields(item: &ItemDescription) -> Option<ItemOptionalFields> {
    let number = item.standard_number.as_ref().map(|number| BibliographicItemId {
        bibliographic_item_identifier: number.clone(),
        bibliographic_item_identifier_code: Some(standard_number_code(number).into()),
        ..BibliographicItemId::default()
    });
    let described = BibliographicDescription {
        title: item.title.clone(),
        author: item.author.clone(),
        bibliographic_item_ids: number.into_iter().collect(),
        ..BibliographicDescription::default()
    };
    let volume = item.volume.as_ref().map(|volume| HoldingsInformation {
        unstructured_holdings_data: Some(volume.clone()),
        ..HoldingsInformation::default()
    });
    let copy = ncip::ItemDescription {
        call_number: item.call_number.clone(),
        holdings_information: volume,
        ..ncip::ItemDescription::default()
    };
    let said = |fields: &ItemOptionalFields| *fields != ItemOptionalFields::default();
    let fields = ItemOptionalFields {
        bibliographic_description: (described != BibliographicDescription::default()).then_some(described),
        item_description: (copy != ncip::ItemDescription::default()).then_some(copy),
        sensitization_flag: Flag::Unset,
        ..ItemOptionalFields::default()
    };
    Some(fields).filter(said)
}

fn standard_number_code(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_alphanumeric).count();
    let known = iso18626::BibliographicItemId::recognised(None, number).map(|number| number.code.value);
    known.unwrap_or_else(|| if digits == 8 { "ISSN" } else { "ISBN" }.to_owned())
}

/// `12.50` in the currency's smallest unit.
pub(super) fn money(amount: &str, currency: &str) -> Result<Amount, CannotRender> {
    let bad = || CannotRender::BadAmount(amount.to_owned());
    let places = match currency.to_ascii_uppercase().as_str() {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "XAF" | "XOF" | "XPF" | "UGX" | "RWF" | "PYG" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    };
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (used, rest) = fraction.split_at_checked(places).unwrap_or((fraction, ""));
    if whole.is_empty() || !digits(whole) || !digits(fraction) || rest.bytes().any(|b| b != b'0') {
        return Err(bad());
    }
    let minor: i64 = format!("{whole}{used:0<places$}").parse().map_err(|_| bad())?;
    Ok(Amount::new(currency, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_ids_without_decoration() {
        for (id, bare) in [
            (".b10243641", "1024364"),
            ("b10243641", "1024364"),
            (".b1024364x", "1024364"),
            ("b1024364", "1024364"),
            ("1024364", "1024364"),
            ("", ""),
        ] {
            assert_eq!(bare_record_id(id), bare, "{id}");
        }
    }

    #[test]
    fn amounts_in_the_smallest_unit() {
        for (amount, currency, minor) in [
            ("12.50", "USD", Some("1250")),
            ("12.5", "USD", Some("1250")),
            ("12", "EUR", Some("1200")),
            ("0.05", "USD", Some("5")),
            ("12.500", "USD", Some("1250")),
            ("12.505", "USD", None),
            ("300", "JPY", Some("300")),
            ("300.5", "JPY", None),
            ("1.25", "KWD", Some("1250")),
            ("", "USD", None),
            ("-1", "USD", None),
            ("1,50", "USD", None),
        ] {
            let read = money(amount, currency).ok();
            assert_eq!(read.as_ref().map(|it| it.monetary_value.as_str()), minor, "{amount} {currency}");
        }
    }
}

//! What was told by a link, in the words of the tables of hosted libraries: the tagged JSON of what staff can do. Pure. Must never decide
//! whether it is allowed.

use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use serde_json::{Value, json};
use state_machine::hosted::{Summary, VolumeNo};

use super::{Act, ActFailed, ItemBarcode};

impl Act {
    /// The act as the table of the request has it. Dates end with the day at the library; pieces are told by their barcodes.
    ///
    /// # Errors
    /// When a barcode is none of the request's pieces, or a date is out of the calendar.
    pub fn for_table(&self, summary: &Summary, zone: &TimeZone) -> Result<Value, ActFailed> {
        let mut value = match self {
            Act::WillSupply => json!({}),
            Act::CannotSupply { reason } => json!({ "reason": reason.value }),
            Act::Ship { items, due } => with_due(json!({ "volumes": scans(items) }), *due, zone)?,
            Act::CheckIn { items } | Act::Receive { items } => json!({ "volumes": scans(items) }),
            Act::ShipBack { items } => {
                let numbers: Result<Vec<VolumeNo>, ActFailed> =
                    items.iter().map(|item| number(item, summary)).collect();
                json!({ "volumes": numbers? })
            }
            Act::AnswerCancel { answer } => json!({ "answer": answer }),
            Act::AnswerRenewal { answer, due } => with_due(json!({ "answer": answer }), *due, zone)?,
            Act::DeliverCopy | Act::Other { .. } => json!({}),
        };
        value["action"] = json!(self.kind().as_str());
        Ok(value)
    }
}

fn scans(items: &[ItemBarcode]) -> Vec<Value> {
    items.iter().map(|item| json!({ "barcode": item.as_str() })).collect()
}

fn with_due(mut value: Value, due: Option<Date>, zone: &TimeZone) -> Result<Value, ActFailed> {
    if let Some(due) = due {
        let end = zone.to_timestamp(due.to_datetime(Time::constant(23, 59, 59, 0)));
        let end = end.map_err(|_| ActFailed::Unfit { why: format!("{due} is out of the calendar") })?;
        value["due"] = json!(end);
    }
    Ok(value)
}

/// The piece that has the barcode: the lender's or the borrower's own.
fn number(item: &ItemBarcode, summary: &Summary) -> Result<VolumeNo, ActFailed> {
    let has = |barcode: &Option<String>| barcode.as_deref() == Some(item.as_str());
    let found = summary.volumes.iter().find(|volume| has(&volume.barcode) || has(&volume.local));
    let unfit = || ActFailed::Unfit {
        why: format!("the barcode {} is none of this request's: write those on the slip", item.as_str()),
    };
    found.map(|volume| volume.volume).ok_or_else(unfit)
}

#[cfg(test)]
mod tests {
    use iso18626::ReasonUnfilled;
    use jiff::civil::date;
    use serde_json::from_value;
    use state_machine::{
        borrowing,
        hosted::{Over, VolumeSummary},
    };

    use super::*;
    use crate::manual::{ActKind, YesNo};

    fn summary() -> Summary {
        let volume = |n, barcode: &str, local: &str| VolumeSummary {
            volume: VolumeNo(n),
            state: "on-shelf".to_owned(),
            barcode: Some(barcode.to_owned()),
            local: Some(local.to_owned()),
            due: None,
        };
        Summary {
            phase: "received".to_owned(),
            over: Over::Open,
            title: None,
            symbol: None,
            partner: None,
            id: "x".to_owned(),
            volumes: vec![volume(1, "31183", "T1"), volume(2, "31184", "T2")],
            waits: Vec::new(),
            asked: Vec::new(),
            incidents: Vec::new(),
            due: None,
        }
    }

    fn items(texts: &[&str]) -> Vec<ItemBarcode> {
        texts.iter().map(|text| ItemBarcode::new(text).unwrap()).collect()
    }

    fn told(act: &Act) -> Value {
        act.for_table(&summary(), &TimeZone::get("America/Denver").unwrap()).unwrap()
    }

    #[test]
    fn a_borrowers_acts_are_those_of_its_table() {
        let receive = told(&Act::Receive { items: items(&["31183"]) });
        let arriving = borrowing::Arriving { barcode: Some("31183".to_owned()) };
        assert_eq!(
            from_value::<borrowing::Act>(receive).unwrap(),
            borrowing::Act::Receive { volumes: vec![arriving] }
        );
        let back = told(&Act::ShipBack { items: items(&["T2", "31183"]) });
        let volumes = vec![VolumeNo(2), VolumeNo(1)];
        assert_eq!(from_value::<borrowing::Act>(back).unwrap(), borrowing::Act::ShipBack { volumes });
        for (name, act) in [
            ("renew", borrowing::Act::Renew),
            ("cancel", borrowing::Act::Cancel),
            ("agree-condition", borrowing::Act::AgreeCondition),
            ("decline-condition", borrowing::Act::DeclineCondition),
            ("copy-received", borrowing::Act::CopyReceived { url: None }),
        ] {
            let value = told(&Act::Other { name: name.to_owned() });
            assert_eq!(from_value::<borrowing::Act>(value).unwrap(), act, "{name}");
            assert!(ActKind::offered(&[name]).len() == 1, "{name}");
        }
    }

    #[test]
    fn a_lenders_acts_are_written_as_its_table_has_them() {
        let due = Some(date(2027, 1, 15));
        for (act, value) in [
            (Act::WillSupply, json!({ "action": "will-supply" })),
            (
                Act::CannotSupply { reason: ReasonUnfilled::NotOnShelf.into() },
                json!({ "action": "unfilled", "reason": "NotOnShelf" }),
            ),
            (
                Act::Ship { items: items(&["1"]), due },
                json!({ "action": "ship", "volumes": [{ "barcode": "1" }], "due": "2027-01-16T06:59:59Z" }),
            ),
            (Act::CheckIn { items: Vec::new() }, json!({ "action": "returned", "volumes": [] })),
            (Act::AnswerCancel { answer: YesNo::No }, json!({ "action": "answer-cancel", "answer": "no" })),
            (
                Act::AnswerRenewal { answer: YesNo::Yes, due: None },
                json!({ "action": "answer-renewal", "answer": "yes" }),
            ),
        ] {
            assert_eq!(told(&act), value);
        }
    }

    #[test]
    fn a_barcode_of_something_else_is_not_taken() {
        let act = Act::ShipBack { items: items(&["999"]) };
        let why = act.for_table(&summary(), &TimeZone::UTC).unwrap_err();
        assert!(matches!(why, ActFailed::Unfit { why } if why.contains("999")));
    }
}

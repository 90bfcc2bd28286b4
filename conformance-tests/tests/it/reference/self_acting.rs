//! A supplier without staff: what it does about a request is said by a marker in it, `does: WillSupply Loaned Renew=N`.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use conformance_tests::edition::Edition;
use conformance_tests::tree::Element;
use serde_json::{Value, json};

use super::server::Subject;
use super::supplier::Supplier;
use super::{Error, Fault};

/// How its markers begin.
pub(crate) const MARK: &str = "does: ";

pub(crate) struct SelfActing {
    supplier: Arc<Supplier>,
    plans: Mutex<HashMap<String, VecDeque<String>>>,
}

impl SelfActing {
    pub(crate) fn new(supplier: Supplier) -> SelfActing {
        SelfActing { supplier: Arc::new(supplier), plans: Mutex::default() }
    }

    /// What it does next about a request, now that this was asked of it.
    fn next(&self, message: &Element, action: Option<&str>) -> Vec<Value> {
        let text = |path: &str| message.text_at(path).unwrap_or_default();
        let id = text("header/requestingAgencyRequestId");
        let requester = format!(
            "{}:{}",
            text("header/requestingAgencyId/agencyIdType"),
            text("header/requestingAgencyId/agencyIdValue")
        );
        let mut plans = self.plans.lock().expect("no one panicked in there");
        let plan = plans.entry(id.to_owned()).or_default();
        if let Some(does) = text("bibliographicInfo/supplierUniqueRecordId").strip_prefix(MARK) {
            plan.extend(does.split_whitespace().map(str::to_owned));
        }
        let mut orders = Vec::new();
        while let Some(word) = plan.front() {
            let (what, with) = word.split_once('=').unwrap_or((word, ""));
            let awaits = match what {
                "LoanCompleted" => Some("ShippedReturn"),
                "Renew" | "Cancel" => Some(what),
                _ => None,
            };
            if awaits.is_some() && awaits != action {
                break;
            }
            let mut order = match what {
                "Renew" | "Cancel" => json!({ "do": "answer", "action": what, "answer": with }),
                _ => {
                    json!({ "do": "status", "status": what, "condition": Some(with).filter(|with| !with.is_empty()) })
                }
            };
            order["request_id"] = json!(id);
            order["requester"] = json!(requester);
            order["due"] = json!("2037-05-29T21:59:00Z");
            order["reason"] = json!(if what == "Unfilled" { "NotOnShelf" } else { "CostExceedsMaxCost" });
            if what == "RetryPossible" {
                (order["currency"], order["amount"]) = (json!("EUR"), json!("25.00"));
            }
            orders.push(order);
            plan.pop_front();
        }
        orders
    }
}

impl Subject for SelfActing {
    fn take(&self, message: &Element, edition: Edition) -> Result<(), Error> {
        self.supplier.take(message, edition)?;
        let action = message.text_at("action");
        let orders = self.next(message, action);
        let supplier = Arc::clone(&self.supplier);
        // After the confirmation: who acts within it would wait for itself.
        tokio::spawn(async move {
            for order in orders {
                supplier.staff(&order).expect("the request is known");
            }
        });
        Ok(())
    }

    fn turn(&self) -> &Mutex<()> {
        self.supplier.turn()
    }

    fn fault(&self) -> Option<Fault> {
        self.supplier.fault()
    }

    fn remembered(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.supplier.remembered(bytes)
    }

    fn remember(&self, bytes: &[u8], answer: Vec<u8>) -> Vec<u8> {
        self.supplier.remember(bytes, answer)
    }
}

//! What always holds of an ILS, whatever was done to it: said in words where it does not.

use std::collections::BTreeSet;

use super::{Circulation, HoldState};

impl Circulation {
    /// What does not hold that always should; nothing, as long as the ILS is sound.
    pub fn unsound(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (barcode, loan) in &self.loans {
            if *barcode != loan.item || !self.items.contains_key(&loan.item) {
                wrong.push(format!("a loan of {}, which is no item", loan.item));
            }
            if !self.patrons.contains_key(&loan.patron) {
                wrong.push(format!("a loan of {} to {}, who is no patron", loan.item, loan.patron));
            }
            if loan.due < loan.lent {
                wrong.push(format!("the loan of {} is due before it was lent", loan.item));
            }
        }
        let mut numbers = BTreeSet::new();
        let mut shelved = BTreeSet::new();
        for hold in &self.holds {
            if !numbers.insert(hold.number) {
                wrong.push(format!("two holds with number {}", hold.number));
            }
            if !self.patrons.contains_key(&hold.patron) {
                wrong.push(format!("hold {} of {}, who is no patron", hold.number, hold.patron));
            }
            let item = hold.item.as_ref();
            if let Some(item) = item.filter(|&item| !self.items.contains_key(item)) {
                wrong.push(format!("hold {} on {item}, which is no item", hold.number));
            }
            match (hold.state, item) {
                (HoldState::Waiting, _) => {}
                (HoldState::OnShelf, None) => {
                    wrong.push(format!("hold {} on the shelf with nothing", hold.number))
                }
                (HoldState::OnShelf, Some(item)) => {
                    if !shelved.insert(item.clone()) {
                        wrong.push(format!("{item} on the hold shelf for two"));
                    }
                    if self.loans.contains_key(item) {
                        wrong.push(format!("{item} on the hold shelf and on loan"));
                    }
                }
            }
        }
        wrong
    }
}

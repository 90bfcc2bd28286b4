//! What was told by a link, in the words of the tables of hosted libraries: the tagged JSON of what staff can do. Pure. Must never decide
//! whether it is allowed.

use jiff::civil::Date;
use state_machine::acts::{self, Fields};

use super::{Act, ActFailed, ItemBarcode, YesNo};

impl Act {
    /// The act as the table of the request has it.
    ///
    /// # Errors
    /// When the act's fields do not fit.
    pub fn for_table(&self) -> Result<acts::Act, ActFailed> {
        let mut fields = Fields::default();
        match self {
            Act::CannotSupply { reason } => fields.set("reason", reason.value.as_str()),
            Act::Ship { items, due } => {
                volumes(&mut fields, items);
                until(&mut fields, *due);
            }
            Act::CheckIn { items } | Act::Receive { items } | Act::ShipBack { items } => {
                volumes(&mut fields, items);
            }
            Act::AnswerCancel { answer } => said(&mut fields, *answer),
            Act::AnswerRenewal { answer, due } => {
                said(&mut fields, *answer);
                until(&mut fields, *due);
            }
            Act::WillSupply | Act::DeliverCopy | Act::Other { .. } => {}
        }
        let unfit = |why: String| ActFailed::Unfit { why };
        let kind = self.kind().as_str().parse::<acts::ActKind>().map_err(|why| unfit(why.to_string()))?;
        acts::Act::new(kind, fields).map_err(|why| unfit(why.problem()))
    }
}

fn volumes(fields: &mut Fields, items: &[ItemBarcode]) {
    if !items.is_empty() {
        fields.set("volumes", items.iter().map(|item| item.as_str().to_owned()).collect::<Vec<_>>());
    }
}

fn until(fields: &mut Fields, due: Option<Date>) {
    if let Some(due) = due {
        fields.set("due", due.to_string());
    }
}

fn said(fields: &mut Fields, answer: YesNo) {
    fields.set("answer", if answer == YesNo::Yes { "yes" } else { "no" });
}

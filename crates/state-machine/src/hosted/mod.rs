//! What the two machines of a hosted library share: [`crate::borrowing`], its side as a requester, and [`crate::lending`], its side as a
//! supplier. A hosted library has no ISO 18626 of its own: an ILS that speaks NCIP, or staff with no system at all.
//!
//! What a machine wants of the ILS is a value, an [`IlsCommand`](loan_model::ils::IlsCommand); what came of it an
//! [`IlsAnswer`](loan_model::ils::IlsAnswer). Must never know how a command travels, nor who the patron is.

mod calls;
mod machine;
mod view;

use decision_model::hosted as input;
pub(crate) use loan_model::ledger::{IlsCalls, why};
pub use loan_model::{
    ledger::{CallEvent, StepStands},
    summary::{Over, Summary, VolumeSummary},
};

pub(crate) use self::{
    calls::{CallsIls, STEP_FAILED},
    view::{View, named_step},
};
pub use self::{
    input::{Context, Input, Origin},
    machine::Machine,
};

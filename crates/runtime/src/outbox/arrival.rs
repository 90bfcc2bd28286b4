//! Whether what is in a lane may have arrived: the one place that draws this conclusion from what the store keeps of the attempts.
//! Must never guess: what is not known to be impossible may have happened.

use loan_model::MayHaveArrived;
use persistence::{LaneEntry, Written};

/// Whether any attempt so far may have arrived.
pub(crate) fn of_entry(entry: &LaneEntry) -> MayHaveArrived {
    match entry.written {
        Written::Nothing => MayHaveArrived::No,
        Written::Perhaps => MayHaveArrived::Yes,
    }
}

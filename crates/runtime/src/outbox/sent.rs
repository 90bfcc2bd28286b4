//! What a post that was not answered tells of its message: the one place that draws this conclusion, for every transport over HTTP.
//! Must never guess: what is not known to be impossible may have happened.

use loan_model::MayHaveArrived;
use net::http::Sent;

/// Whether the message may have arrived.
pub fn may_have_arrived(sent: Sent) -> MayHaveArrived {
    match sent {
        Sent::Nothing => MayHaveArrived::No,
        Sent::Something => MayHaveArrived::Yes,
    }
}

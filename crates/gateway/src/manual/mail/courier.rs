//! The carrier of mails as the outbox knows couriers: its plan, its pauses and its circuit hold for mails as for messages.

use net::BoxFuture;
use persistence::Arrival;

use super::{Carrier, Posted};
use crate::outbox::{Carried, Courier, Outcome, Parcel};

impl Courier for Carrier {
    fn carry(&self, parcel: Parcel) -> BoxFuture<'_, Carried> {
        Box::pin(async move {
            match self.bring(&parcel.entry, &parcel.content_type, &parcel.bytes).await {
                Posted::Taken => Carried::Told { outcome: Outcome::Confirmed, exchange: None },
                // Trying again is of no use: staff must mend the address or the settings first.
                Posted::Refused { why } => Carried::Told {
                    outcome: Outcome::Undeliverable { why, arrival: Arrival::Impossible },
                    exchange: None,
                },
                Posted::Failed { why, arrival } => Carried::NoAnswer { why, rest: None, arrival },
            }
        })
    }
}

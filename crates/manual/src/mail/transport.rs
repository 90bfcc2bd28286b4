//! Mail as the outbox's transport: its plan, its pauses and its circuit hold for mails as for messages.

use net::BoxFuture;
use runtime::outbox::{Attempt, Delivery, Outcome, Transport};
use state_machine::MayHaveArrived;

use super::{Carrier, Posted};

impl Transport for Carrier {
    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Attempt> {
        Box::pin(async move {
            match self.bring(&delivery.entry, &delivery.content_type, &delivery.bytes).await {
                Posted::Taken => Attempt::Answered { outcome: Outcome::Confirmed, exchange: None },
                // Trying again is of no use: staff must mend the address or the settings first.
                Posted::Refused { why } => Attempt::Answered {
                    outcome: Outcome::Undeliverable { why, may_have_arrived: MayHaveArrived::No },
                    exchange: None,
                },
                Posted::Failed { why, may_have_arrived } => {
                    Attempt::NoAnswer { why, rest: None, may_have_arrived }
                }
            }
        })
    }
}

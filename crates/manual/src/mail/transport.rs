//! Mail as the outbox's transport: its plan, its pauses and its circuit hold for mails as for messages.

use loan_model::MayHaveArrived;
use net::BoxFuture;
use runtime::outbox::{Attempt, Blames, Delivery, Outcome, Transport};

use super::{MailTransport, SendOutcome};

impl Transport for MailTransport {
    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Attempt> {
        Box::pin(async move {
            match self.deliver_mail(&delivery.entry, &delivery.content_type, &delivery.bytes).await {
                SendOutcome::Taken => Attempt::Answered { outcome: Outcome::Confirmed, exchange: None },
                // Trying again is of no use: staff must mend the address or the settings first.
                SendOutcome::Refused { why } => Attempt::Answered {
                    outcome: Outcome::Undeliverable { why, may_have_arrived: MayHaveArrived::No },
                    exchange: None,
                },
                SendOutcome::Failed { why, may_have_arrived } => {
                    Attempt::NoAnswer { why, rest: None, may_have_arrived, blames: Blames::Peer }
                }
            }
        })
    }
}

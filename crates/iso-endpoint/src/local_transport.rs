//! Messages that stay inside this gateway: a hosted library's machine and the broker write to each other through the same intake as
//! other peers, in process. The sender is known, not claimed; a repeat is known by the same keys, so that nothing is done twice.
//! Must never take a message for another library than its lane leads to.

use std::{fmt, sync::Arc};

use iso18626::{NamespaceRule, ReadOptions};
use loan_model::MayHaveArrived;
use net::{BoxFuture, Exchange, http};
use runtime::{
    destination::Destination,
    gate::IntakeState,
    input_span::{InputKind, InputSpan},
    outbox::{Attempt, Blames, Delivery, Transport},
};

use super::{Answer, Entrance, Intake, Received, confirmation::Sent, http_transport::classify_answer};

/// Carries messages to the machines of this gateway.
pub struct LocalTransport(pub Arc<Intake>);

impl fmt::Debug for LocalTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalTransport")
    }
}

impl Transport for LocalTransport {
    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Attempt> {
        Box::pin(async move {
            let entrance = match Destination::of(&delivery.entry.lane.peer) {
                Destination::Broker => Entrance::FromLibrary,
                Destination::Library(library) => Entrance::ToLibrary(library),
                Destination::Ils(_) | Destination::Staff(_) => {
                    return Attempt::NoAnswer {
                        why: "no message goes there".to_owned(),
                        rest: None,
                        may_have_arrived: MayHaveArrived::No,
                        blames: Blames::Peer,
                    };
                }
            };
            let at = self.0.seams.clock.now();
            let sent = Sent::of(&delivery.bytes);
            let received = Received {
                bytes: delivery.bytes.into(),
                content_type: delivery.content_type,
                entrance,
                at,
                oddity: None,
            };
            let answer = match self.0.gate.state() {
                IntakeState::Draining => Answer::later("the gateway is going down"),
                IntakeState::Open | IntakeState::NoSpace => {
                    let handling = InputSpan::new(InputKind::InsideMessage).run(self.0.handle(received));
                    // It ends here: what comes back is the answer.
                    let handled = Exchange::default().run(handling).await;
                    handled.unwrap_or_else(|answer| answer)
                }
            };
            let options = ReadOptions { namespace: NamespaceRule::Required, ..ReadOptions::default() };
            let answer: http::Answer = answer.into();
            classify_answer(answer, sent.as_ref(), &options, (&delivery.entry.lane, delivery.earlier))
        })
    }
}

//! Sending: one message of a request after the other, each until it is confirmed, always the same bytes.

use std::{sync::Arc, time::Duration};

use iso18626::{ErrorData, Message, MessageStatus, NamespaceRule, ReadOptions, Status};
use tokio::sync::{mpsc, oneshot};

use crate::{
    core::{Core, Destination},
    flow::{Direction, FlowEntry, Outcome, says},
    real_time::sleep,
    scenario::{Fault, Repeat},
    symbol::symbol,
    wording,
};

/// The first pause before a message is sent again; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A message that was confirmed with OK.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The message.
    pub message: Message,
    /// Its bytes, the same in every attempt.
    pub bytes: Arc<[u8]>,
    /// The confirmation.
    pub confirmation: Message,
    /// How many attempts it took.
    pub attempts: u32,
}

/// A message that was not taken.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SendFailure {
    /// The far side answered ERROR.
    #[error("refused: {}", errors_in_words(errors))]
    Refused {
        /// What it found wrong.
        errors: Vec<ErrorData>,
        /// The confirmation.
        confirmation: Box<Message>,
    },
    /// No confirmation came as long as it was tried.
    #[error("not confirmed in {attempts} attempts: {last}")]
    Unconfirmed {
        /// How often it was tried.
        attempts: u32,
        /// What came instead, the last time.
        last: String,
    },
    /// The message has no valid form in this library's edition.
    #[error("cannot be written: {0}")]
    Unwritable(#[from] iso18626::WriteError),
    /// The library was stopped first.
    #[error("the library was stopped")]
    Stopped,
}

/// A message to be sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) message: Message,
    pub(crate) repeat: Repeat,
    pub(crate) fault: Option<Fault>,
    pub(crate) last_heard: Option<Status>,
}

impl Outgoing {
    pub(crate) fn plain(message: Message) -> Self {
        Outgoing { message, repeat: Repeat::Once, fault: None, last_heard: None }
    }
}

type Waiting = (Outgoing, oneshot::Sender<Result<Delivered, SendFailure>>);

/// The messages of one request, in the order they were given.
#[derive(Debug)]
pub(crate) struct Lane(mpsc::UnboundedSender<Waiting>);

impl Lane {
    /// A lane that sends until the library stops.
    pub(crate) fn open(core: Arc<Core>) -> Self {
        let (sender, mut waiting) = mpsc::unbounded_channel::<Waiting>();
        let mut stopped = core.stopped.clone();
        tokio::spawn(async move {
            let sending = async {
                while let Some((outgoing, done)) = waiting.recv().await {
                    // Whether somebody still waits for the outcome is theirs to know.
                    let _ = done.send(core.deliver(outgoing).await);
                }
            };
            tokio::select! { _ = stopped.changed() => {}, () = sending => {} }
        });
        Lane(sender)
    }

    /// Puts a message at the end of the lane; what is returned waits for its confirmation.
    pub(crate) fn push(
        &self,
        outgoing: Outgoing,
    ) -> impl Future<Output = Result<Delivered, SendFailure>> + Send + use<> {
        let (done, outcome) = oneshot::channel();
        let sent = self.0.send((outgoing, done));
        async move {
            match sent {
                Ok(()) => outcome.await.unwrap_or(Err(SendFailure::Stopped)),
                Err(_) => Err(SendFailure::Stopped),
            }
        }
    }
}

impl Core {
    async fn deliver(&self, outgoing: Outgoing) -> Result<Delivered, SendFailure> {
        let Outgoing { message, repeat, fault, last_heard } = outgoing;
        let mut bytes: Arc<[u8]> = self.write(&message, last_heard.clone())?.into();
        if let Some(fault) = fault {
            bytes = wording::spoil(&bytes, fault).into();
        }
        let first = self.until_confirmed(&message, &bytes, fault.is_none()).await;
        match repeat {
            Repeat::Once => first,
            Repeat::Twice => {
                self.until_confirmed(&message, &bytes, fault.is_none()).await?;
                first
            }
            Repeat::Restamped => {
                let again = wording::restamped(&message, self.stamps.next());
                let bytes: Arc<[u8]> = self.write(&again, last_heard)?.into();
                self.until_confirmed(&again, &bytes, true).await?;
                first
            }
        }
    }

    /// Sends the same bytes until they are confirmed or patience ends; a spoilt message is sent once.
    async fn until_confirmed(
        &self,
        message: &Message,
        bytes: &Arc<[u8]>,
        sound: bool,
    ) -> Result<Delivered, SendFailure> {
        let mut pause = FIRST_PAUSE;
        let mut waited = Duration::ZERO;
        for attempts in 1.. {
            let (outcome, answer) = self.attempt(bytes).await;
            let logged = outcome_of(&outcome);
            self.flow.push(FlowEntry {
                number: 0,
                at: self.stamps.now(),
                library: self.symbol(),
                direction: Direction::Out,
                peer: self.peer(message),
                kind: message.kind().to_string(),
                request: message.requesting_agency_request_id().map(str::to_owned),
                says: says(message),
                attempt: attempts,
                outcome: logged,
                xml: wording::shown(self, message),
                message: Some(message.clone()),
                bytes: bytes.clone(),
                answer: answer.into(),
            });
            match outcome {
                Ok(confirmation) => {
                    return match errors_of(&confirmation) {
                        Some(errors) => Err(SendFailure::Refused {
                            errors: errors.to_vec(),
                            confirmation: Box::new(confirmation),
                        }),
                        None => Ok(Delivered {
                            message: message.clone(),
                            bytes: bytes.clone(),
                            confirmation,
                            attempts,
                        }),
                    };
                }
                Err(last) if !sound || waited >= self.config.patience => {
                    return Err(SendFailure::Unconfirmed { attempts, last });
                }
                Err(_) => sleep(pause).await,
            }
            waited += pause;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Err(SendFailure::Stopped)
    }

    /// One attempt: a confirmation, or why there is none; and the bytes that came back.
    async fn attempt(&self, bytes: &[u8]) -> (Result<Message, String>, Vec<u8>) {
        self.far().post(bytes, self.config.attempt).await
    }

    /// Who is written to: the party that the message names.
    fn peer(&self, message: &Message) -> String {
        let named = match message {
            Message::SupplyingAgencyMessage(_) => message.requesting_agency(),
            _ => message.supplying_agency(),
        };
        named.map(symbol).unwrap_or_else(|| self.far().url.to_string())
    }
}

impl Destination {
    /// Posts a message: the confirmation, or why there is none; and the bytes that came back.
    pub(crate) async fn post(&self, bytes: &[u8], limit: Duration) -> (Result<Message, String>, Vec<u8>) {
        let answer = match self.client.post(&self.url, bytes, limit).await {
            Ok(answer) => answer,
            Err(why) => return (Err(why), Vec::new()),
        };
        let options = ReadOptions { namespace: NamespaceRule::MayBeMissing, ..ReadOptions::default() };
        let read = match iso18626::read(&answer.body, &options) {
            Ok(reading) if message_status(&reading.message).is_some() => Ok(reading.message),
            Ok(reading) => Err(format!("HTTP {} with a {}", answer.status, reading.message.kind())),
            Err(_) => {
                let text = String::from_utf8_lossy(&answer.body);
                let begin: String = text.trim().chars().take(120).collect();
                Err(format!("HTTP {}: {begin}", answer.status))
            }
        };
        (read, answer.body.to_vec())
    }
}

/// What became of a message by what came back.
pub(crate) fn outcome_of(answer: &Result<Message, String>) -> Outcome {
    match answer {
        Ok(confirmation) => match errors_of(confirmation) {
            None => Outcome::Confirmed,
            Some(errors) => Outcome::Refused(errors_in_words(errors)),
        },
        Err(why) => Outcome::Failed(why.clone()),
    }
}

fn message_status(message: &Message) -> Option<&MessageStatus> {
    match message {
        Message::RequestConfirmation(c) => Some(&c.confirmation_header.message_status),
        Message::SupplyingAgencyMessageConfirmation(c) => Some(&c.confirmation_header.message_status),
        Message::RequestingAgencyMessageConfirmation(c) => Some(&c.confirmation_header.message_status),
        _ => None,
    }
}

/// What an ERROR confirmation found wrong; nothing where the message was taken.
fn errors_of(confirmation: &Message) -> Option<&[ErrorData]> {
    if message_status(confirmation) == Some(&MessageStatus::OK) {
        return None;
    }
    match confirmation {
        Message::RequestConfirmation(c) => Some(&c.error_data),
        Message::SupplyingAgencyMessageConfirmation(c) => Some(&c.error_data),
        Message::RequestingAgencyMessageConfirmation(c) => Some(&c.error_data),
        _ => Some(&[]),
    }
}

pub(crate) fn errors_in_words(errors: &[ErrorData]) -> String {
    let worded = errors.iter().map(|error| match &error.error_value {
        Some(value) => format!("{}: {value}", error.error_type),
        None => error.error_type.to_string(),
    });
    let worded = worded.collect::<Vec<_>>().join("; ");
    if worded.is_empty() { "no reason given".to_owned() } else { worded }
}

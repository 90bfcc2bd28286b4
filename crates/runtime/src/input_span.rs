//! The span in which an input is handled, so that every line that is logged meanwhile says which request, peer and message it is about. Each
//! entrance runs its inputs in one; what is not known at the entrance is told as soon as it is. Must never hold what a message says: patron
//! data could be in it.

use std::{
    cell::{Cell, RefCell},
    fmt::Display,
};

use persistence::RequestId;
use tracing::{Instrument, Span, field::Empty};

/// Where an input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    /// A message of another library.
    Message,
    /// A message from one machine of this gateway to another.
    InsideMessage,
    /// An NCIP message of a library's system.
    Ncip,
    /// What a patron asks for, told by the API.
    PatronRequest,
    /// An act of staff, told by the API or the command line.
    Staff,
    /// What somebody does by a link: an act of staff, or fetching a copy.
    Link,
    /// A timer that is due.
    Timer,
    /// A message or a mail that is sent, and what becomes of it.
    Delivery,
    /// What an ILS is asked, and what it answers.
    IlsCall,
}

impl InputKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Message,
        Self::InsideMessage,
        Self::Ncip,
        Self::PatronRequest,
        Self::Staff,
        Self::Link,
        Self::Timer,
        Self::Delivery,
        Self::IlsCall,
    ];

    /// Its word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::InsideMessage => "inside-message",
            Self::Ncip => "ncip",
            Self::PatronRequest => "patron-request",
            Self::Staff => "staff",
            Self::Link => "link",
            Self::Timer => "timer",
            Self::Delivery => "delivery",
            Self::IlsCall => "ils-call",
        }
    }
}

/// An input that is about to be handled.
#[derive(Debug)]
pub struct InputSpan {
    span: Span,
    known: Known,
}

/// What the span says already: the form of the log that is text would say a thing twice if it were told twice.
#[derive(Debug, Default)]
struct Known {
    request: Cell<Option<RequestId>>,
    peer: RefCell<Option<String>>,
    message: RefCell<Option<String>>,
}

tokio::task_local! {
    static KNOWN: Known;
}

impl InputSpan {
    /// An input of this kind, of which nothing else is known. It is an input of its own, also where another one led to it.
    pub fn new(kind: InputKind) -> Self {
        // At the level of an error, since a log of errors alone must say it too.
        let span = tracing::error_span!(
            parent: None,
            "input",
            kind = kind.as_str(),
            request = Empty,
            peer = Empty,
            message = Empty,
        );
        Self { span, known: Known::default() }
    }

    /// The same, about this request.
    #[must_use]
    pub fn request(self, request: RequestId) -> Self {
        self.known.request(&self.span, request);
        self
    }

    /// The same, from this peer or to it.
    #[must_use]
    pub fn peer(self, peer: impl Display) -> Self {
        self.known.peer(&self.span, &peer);
        self
    }

    /// The same, with this message: its id where it has one, else its kind.
    #[must_use]
    pub fn message(self, message: impl Display) -> Self {
        self.known.message(&self.span, &message);
        self
    }

    /// The span itself, for what is said of the input when it has been handled.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Handles the input.
    pub async fn run<T>(self, handling: impl Future<Output = T>) -> T {
        KNOWN.scope(self.known, handling).instrument(self.span).await
    }
}

impl Known {
    fn request(&self, span: &Span, request: RequestId) {
        if self.request.replace(Some(request)) != Some(request) {
            span.record("request", tracing::field::display(request));
        }
    }

    fn peer(&self, span: &Span, peer: &dyn Display) {
        told(&self.peer, span, "peer", peer);
    }

    fn message(&self, span: &Span, message: &dyn Display) {
        told(&self.message, span, "message", message);
    }
}

fn told(known: &RefCell<Option<String>>, span: &Span, field: &str, value: &dyn Display) {
    let value = value.to_string();
    if known.borrow().as_ref() != Some(&value) {
        span.record(field, value.as_str());
        known.replace(Some(value));
    }
}

/// Tells which request the input that is being handled is about. Outside of one, nobody is told.
pub fn tell_request(request: RequestId) {
    let _ = KNOWN.try_with(|known| known.request(&Span::current(), request));
}

/// Tells who sent it.
pub fn tell_peer(peer: &dyn Display) {
    let _ = KNOWN.try_with(|known| known.peer(&Span::current(), peer));
}

/// Tells which message it is: its id where it has one, else its kind. Never what the message says.
pub fn tell_message(message: &dyn Display) {
    let _ = KNOWN.try_with(|known| known.message(&Span::current(), message));
}

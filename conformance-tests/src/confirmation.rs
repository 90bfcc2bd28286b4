//! The subject's answer to a message.

use std::fmt;

use crate::case::CaseEnd;
use crate::http::Answer;
use crate::tree::Element;

/// The subject's answer to a message, as far as it could be read.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// The HTTP status.
    pub http: u16,
    /// The Content-Type.
    pub content_type: String,
    /// The body.
    pub bytes: Vec<u8>,
    /// The confirmation element, if the body is an ISO 18626 confirmation.
    pub element: Option<Element>,
}

impl Confirmation {
    pub(crate) fn new(answer: Answer) -> Confirmation {
        let tree = Element::parse(&answer.body).ok();
        let element =
            tree.filter(|tree| tree.name == "ISO18626Message").and_then(|mut tree| tree.children.pop());
        Confirmation {
            http: answer.status,
            content_type: answer.content_type.unwrap_or_default(),
            element: element.filter(|element| element.name.ends_with("Confirmation")),
            bytes: answer.body,
        }
    }

    /// The text at a path below the confirmation.
    #[must_use]
    pub fn text(&self, path: &str) -> &str {
        self.element.as_ref().and_then(|element| element.text_at(path)).unwrap_or_default()
    }

    /// Whether it is a confirmation with status OK.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.text("confirmationHeader/messageStatus") == "OK"
    }

    /// Whether it is a confirmation with status ERROR.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.text("confirmationHeader/messageStatus") == "ERROR"
    }

    /// The first error type.
    #[must_use]
    pub fn error_type(&self) -> &str {
        self.text("errorData/errorType")
    }

    /// In a few words, for people.
    #[must_use]
    pub fn summary(&self) -> String {
        match &self.element {
            Some(_) if self.is_error() => {
                format!(
                    "HTTP {}, ERROR {} {:?}",
                    self.http,
                    self.error_type(),
                    self.text("errorData/errorValue")
                )
            }
            Some(_) => format!("HTTP {}, {}", self.http, self.text("confirmationHeader/messageStatus")),
            None => format!("HTTP {} without a confirmation", self.http),
        }
    }

    /// Fails the case unless it is OK.
    ///
    /// # Errors
    /// The failure.
    pub fn ok(self, what: impl fmt::Display) -> Result<Confirmation, CaseEnd> {
        if self.is_ok() {
            return Ok(self);
        }
        Err(CaseEnd::fail(
            format!("{what}: a confirmation with messageStatus OK"),
            self.summary(),
            &self.bytes,
        ))
    }

    /// Fails the case unless it is an ERROR, or an HTTP refusal.
    ///
    /// # Errors
    /// The failure.
    pub fn refused(self, what: impl fmt::Display) -> Result<Confirmation, CaseEnd> {
        if self.is_error() || (self.element.is_none() && (400..500).contains(&self.http)) {
            return Ok(self);
        }
        let expected = format!("{what}: a confirmation with messageStatus ERROR, or an HTTP 4xx");
        Err(CaseEnd::fail(expected, self.summary(), &self.bytes))
    }
}

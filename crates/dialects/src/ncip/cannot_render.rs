//! Why a command can't be put to an ILS, for its staff and for the machine.

use loan_model::ils::{IlsAnswer, IlsProblem};
use ncip::{Version, WriteError};

use super::words;

/// Why a command can't be put to an ILS. Sending it again is of no use: the settings must change, or it is done by hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotRender {
    /// It is about the patron, and there is none.
    #[error("who the patron is is not known any more")]
    NoPatron,
    /// The ILS has no such service.
    #[error("{preset} has no {service} in NCIP {version}: switch the step off, or do it by hand")]
    NotServed {
        /// How people call the kind of ILS.
        preset: &'static str,
        /// The version in which it is spoken to.
        version: Version,
        /// The service.
        service: String,
    },
    /// A hold by its barcode, where holds are placed by record.
    #[error(
        "{0} places holds by record id, and the request names a barcode alone: place the hold by hand, or go on without it"
    )]
    NoRecord(&'static str),
    /// A hold of which the ILS's number is not known.
    #[error(
        "{0} cancels a hold by its own number alone, and has not told which number this one has: cancel it by hand"
    )]
    NoHoldNumber(&'static str),
    /// The ILS wants a profile.
    #[error(
        "this kind of ILS wants an application profile: set `application_profile` in the library's NCIP settings"
    )]
    NoProfile,
    /// A question that has nothing to ask about.
    #[error("there is nothing to ask about")]
    NothingToAskAbout,
    /// An amount that is none.
    #[error("`{0}` is not an amount of money")]
    BadAmount(String),
    /// The version has no way to say it.
    #[error("it can't be written: {0}")]
    Unwritable(#[from] WriteError),
}

impl CannotRender {
    /// The same as an answer: nobody did it, and nobody will.
    pub fn answer(&self) -> IlsAnswer {
        let name = match self {
            CannotRender::NoPatron
            | CannotRender::NoRecord(_)
            | CannotRender::NoHoldNumber(_)
            | CannotRender::NothingToAskAbout
            | CannotRender::NoProfile => "Needed Data Missing",
            CannotRender::NotServed { .. } => "Unsupported Service",
            CannotRender::BadAmount(_) => "Invalid Amount",
            CannotRender::Unwritable(_) => "Element Rule Violated",
        };
        let problem = IlsProblem { kind: words::problem_kind(name), detail: Some(self.to_string()) };
        IlsAnswer::Refused { problems: vec![problem] }
    }
}

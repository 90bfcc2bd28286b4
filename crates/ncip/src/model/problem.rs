//! What went wrong, as a reply says it.

use crate::model::{Ext, SchemeValue};
use crate::schemes;

element! {
    /// Something that went wrong. Version 1 has two forms of it: processing errors, and messaging errors where the
    /// message itself was at fault.
    pub struct Problem (twin is_messaging) {      // 1                             2                               messaging error, 1
        problem_type: SchemeValue                  => (ProcessingErrorType one)     (ProblemType one)               (MessagingErrorType one);
        problem_detail: Option<String>             => (drop)                        (ProblemDetail opt)             (drop);
        problem_element: Option<String>            => (ElementName one wrapped ProcessingErrorElement nests)
                                                                                    (ProblemElement opt)
                                                                                                                    (ElementName one wrapped MessagingErrorElement nests);
        problem_value: Option<String>              => (ProcessingErrorValue opt wrapped ProcessingErrorElement)
                                                                                    (ProblemValue opt)
                                                                                                                    (MessagingErrorValue opt wrapped MessagingErrorElement);
        ext: Option<Ext>                           => (drop)                        (Ext opt)                       (drop);
    }
}

impl Problem {
    /// A problem of a kind that the standard lists.
    pub fn new(kind: ProblemKind) -> Self {
        Problem {
            problem_type: SchemeValue {
                scheme: kind.scheme().map(str::to_owned),
                value: kind.as_str().to_owned(),
            },
            ..Problem::default()
        }
    }

    /// A problem as one service has it: its type comes from the scheme of that service.
    pub fn of_service(kind: ProblemKind, service: &crate::Service) -> Self {
        let mut problem = Problem::new(kind);
        problem.problem_type.scheme.get_or_insert_with(|| schemes::processing_errors(service));
        problem
    }

    /// The same problem with the element at fault.
    pub fn element(mut self, element: impl Into<String>) -> Self {
        self.problem_element = Some(element.into());
        self
    }

    /// The same problem with the value at fault.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.problem_value = Some(value.into());
        self
    }

    /// The same problem with something to say to people.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.problem_detail = Some(detail.into());
        self
    }

    /// Whether nothing stands in it.
    pub fn says_nothing(&self) -> bool {
        let texts = [&self.problem_detail, &self.problem_element, &self.problem_value];
        is_blank(&self.problem_type.value) && texts.into_iter().flatten().all(|text| is_blank(text))
    }

    /// Whether it says what the other says, where a problem can be read in more than one way.
    pub(crate) fn is_the_same_as(&self, other: &Problem) -> bool {
        let said = if is_blank(&self.problem_type.value) {
            self.problem_detail.as_deref().unwrap_or_default()
        } else {
            &self.problem_type.value
        };
        let said = if is_blank(said) { self.problem_value.as_deref().unwrap_or_default() } else { said };
        let same_detail = match (&self.problem_detail, &other.problem_detail) {
            (Some(one), Some(other)) => one.trim() == other.trim(),
            _ => true,
        };
        said.trim() == other.problem_type.value.trim() && same_detail
    }

    /// The kind, if the standard lists it, however it is spelled.
    pub fn known(&self) -> Option<ProblemKind> {
        ProblemKind::of(&self.problem_type.value)
    }

    /// Whether the message itself was at fault.
    pub fn is_messaging(&self) -> bool {
        match &self.problem_type.scheme {
            Some(scheme) if scheme.contains("messagingerror") => true,
            Some(scheme) if scheme.contains("processingerror") => false,
            _ => self.known().is_some_and(|kind| kind.is_messaging()),
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Declares the problems that the standard lists.
macro_rules! problem_kinds {
    ($( $(#[$meta:meta])* $variant:ident $group:ident $value:literal; )*) => {
        /// The kinds of problems that the standard lists, and which services share.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ProblemKind {
            $( #[doc = concat!("`", $value, "`.")] $variant, )*
        }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &[ProblemKind] = &[$( ProblemKind::$variant, )*];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( ProblemKind::$variant => $value, )*
                }
            }

            const fn group(self) -> Group {
                match self {
                    $( ProblemKind::$variant => Group::$group, )*
                }
            }
        }
    };
}

/// Whose list a kind is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    /// The messaging errors.
    Messaging,
    /// The processing errors of every service.
    General,
    /// The processing errors of some services.
    Service,
}

problem_kinds! {
    InvalidMessageSyntaxError Messaging "Invalid Message Syntax Error";
    ProtocolError Messaging "Protocol Error";
    UnknownElement Messaging "Unknown Element";
    UnknownScheme Messaging "Unknown Scheme";
    UnknownService Messaging "Unknown Service";
    UnknownValueFromKnownScheme Messaging "Unknown Value From Known Scheme";
    AgencyAuthenticationFailed General "Agency Authentication Failed";
    InvalidAmount General "Invalid Amount";
    InvalidDate General "Invalid Date";
    NeededDataMissing General "Needed Data Missing";
    SystemAuthenticationFailed General "System Authentication Failed";
    TemporaryProcessingFailure General "Temporary Processing Failure";
    UnauthorizedCombinationForAgency General "Unauthorized Combination Of Element Values For Agency";
    UnauthorizedCombinationForSystem General "Unauthorized Combination Of Element Values For System";
    UnauthorizedServiceForAgency General "Unauthorized Service For Agency";
    UnauthorizedServiceForSystem General "Unauthorized Service For System";
    UnknownAgency General "Unknown Agency";
    UnknownSystem General "Unknown System";
    UnsupportedService General "Unsupported Service";
    UnknownUser Service "Unknown User";
    UnknownItem Service "Unknown Item";
    UnknownRequest Service "Unknown Request";
    UserAuthenticationFailed Service "User Authentication Failed";
    UserBlocked Service "User Blocked";
    UserIneligibleToCheckOutThisItem Service "User Ineligible To Check Out This Item";
    UserIneligibleToRequestThisItem Service "User Ineligible To Request This Item";
    UserIneligibleToRenewThisItem Service "User Ineligible To Renew This Item";
    ItemDoesNotCirculate Service "Item Does Not Circulate";
    DuplicateRequest Service "Duplicate Request";
    DuplicateItem Service "Duplicate Item";
    DuplicateUser Service "Duplicate User";
    RequestAlreadyProcessed Service "Request Already Processed";
    ItemNotCheckedOut Service "Item Not Checked Out";
    ItemNotCheckedOutToThisUser Service "Item Not Checked Out To This User";
    ItemAlreadyCheckedOut Service "Item Already Checked Out";
    ItemNotRenewable Service "Item Not Renewable";
    MaximumRenewalsExceeded Service "Maximum Renewals Exceeded";
    MaximumCheckOutsExceeded Service "Maximum Check Outs Exceeded";
    MaximumRequestsExceeded Service "Maximum Requests Exceeded";
    CannotAcceptItem Service "Cannot Accept Item";
    ElementRuleViolated Service "Element Rule Violated";
}

impl ProblemKind {
    /// The kind of a name, by its letters alone: case and what separates the words do not count.
    pub fn of(name: &str) -> Option<ProblemKind> {
        let letters = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
        };
        let name = letters(name);
        ProblemKind::ALL.iter().copied().find(|kind| letters(kind.as_str()) == name)
    }

    /// Whether the message itself was at fault.
    pub fn is_messaging(self) -> bool {
        self.group() == Group::Messaging
    }

    /// The scheme that lists it; `None` where each service has its own.
    pub fn scheme(self) -> Option<&'static str> {
        match self.group() {
            Group::Messaging => Some(schemes::MESSAGING_ERRORS),
            Group::General => Some(schemes::GENERAL_PROCESSING_ERRORS),
            Group::Service => None,
        }
    }
}

impl std::fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

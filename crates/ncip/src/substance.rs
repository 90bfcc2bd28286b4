//! What an answer must say to be one: a table of the services. Much that the standard demands is missing in answers of real systems and goes
//! without saying; what stands here does not. Must never know who answers.

use crate::Body;
use crate::model::{
    AgencyId, BibInformation, DateTime, FiscalTransactionReferenceId, Flag, ItemId, ItemOptionalFields,
    ItemTransaction, NameInformation, Pending, RequestId, UserId,
};

/// Whether a value says anything.
trait Says {
    fn says(&self) -> bool;
}

impl<T: Says> Says for Option<T> {
    fn says(&self) -> bool {
        self.as_ref().is_some_and(Says::says)
    }
}

impl<T: Says> Says for Vec<T> {
    fn says(&self) -> bool {
        self.iter().any(Says::says)
    }
}

macro_rules! says {
    ($($type:ty: |$value:ident| $says:expr;)*) => {
        $(
            impl Says for $type {
                fn says(&self) -> bool {
                    let $value = self;
                    $says
                }
            }
        )*
    };
}

says! {
    String: |text| !text.trim().is_empty();
    ItemId: |id| id.item_identifier_value.says();
    UserId: |id| id.user_identifier_value.says();
    RequestId: |id| id.request_identifier_value.says();
    AgencyId: |id| id.value.says();
    DateTime: |date| !date.as_str().trim().is_empty();
    Flag: |flag| *flag != Flag::default();
    ItemOptionalFields: |fields| *fields != ItemOptionalFields::default();
    ItemTransaction: |transaction| *transaction != ItemTransaction::default();
    FiscalTransactionReferenceId: |id| *id != FiscalTransactionReferenceId::default();
    BibInformation: |title| *title != BibInformation::default();
    NameInformation: |name| *name != NameInformation::default();
    Pending: |_pending| true;
}

/// Declares what each answer must say: of the fields in a pair of braces, one.
macro_rules! substance {
    ($( $response:ident: $( $what:literal { $( $field:ident $(. $inner:ident)? )+ } )+; )*) => {
        /// Each answer and what it must say, in words.
        pub const SUBSTANCE: &[(&str, &[&str])] = &[$( (stringify!($response), &[$( $what ),+]), )*];

        fn missing(body: &Body) -> Option<&'static str> {
            match body {
                $(
                    Body::$response(answer) => {
                        $(
                            if !( $( substance!(@says answer, $field $(. $inner)?) )||+ ) {
                                return Some($what);
                            }
                        )+
                        None
                    }
                )*
                _ => None,
            }
        }
    };
    (@says $answer:ident, $field:ident) => { $answer.$field.says() };
    (@says $answer:ident, $field:ident . $inner:ident) => {
        $answer.$field.as_ref().is_some_and(|inner| inner.$inner.says())
    };
}

substance! {
    LookupAgencyResponse: "the agency" { agency_id };
    LookupItemResponse:
        "the item" { item_id request_id }
        "what was asked of the item" { item_optional_fields item_transaction hold_pickup_date date_recalled };
    LookupItemSetResponse: "a title" { bib_information };
    LookupRequestResponse: "the request" { request_id item_id };
    // Some leave the id empty and say who it is.
    LookupUserResponse: "the user" { user_id user_optional_fields.name_information };
    AuthenticateUserResponse: "the user" { user_id };
    LookupVersionResponse: "a version" { versions_supported };
    AcceptItemResponse: "the request" { request_id item_id };
    CancelRecallItemResponse: "the item" { item_id };
    CancelRequestItemResponse: "the request" { request_id item_id };
    CheckInItemResponse: "the item" { item_id };
    CheckOutItemResponse:
        "the item" { item_id }
        "until when it is lent" {
            date_due indeterminate_loan_period_flag non_returnable_flag item_optional_fields.date_due
        };
    CreateAgencyResponse: "the agency" { agency_id };
    CreateItemResponse: "the item" { item_id };
    CreateUserResponse: "the user" { user_id };
    CreateUserFiscalTransactionResponse: "the user" { user_id fiscal_transaction_reference_id };
    DeleteItemResponse: "the item" { item_id };
    DeleteUserResponse: "the user" { user_id };
    RecallItemResponse: "the item" { item_id };
    RenewItemResponse: "the item" { item_id pending };
    ReportCirculationStatusChangeResponse: "the item" { item_id };
    // Where a title was asked for, some leave the item's own name empty.
    RequestItemResponse: "the request" { request_id item_id item_id.agency_id };
    SendUserNoticeResponse: "the user" { user_id };
    UndoCheckOutItemResponse: "the item" { item_id };
    UpdateAgencyResponse: "the agency" { agency_id };
    UpdateCirculationStatusResponse: "the item" { item_id };
    UpdateItemResponse: "the item" { item_id };
    UpdateRequestItemResponse: "the request" { item_id };
    UpdateUserResponse: "the user" { user_id };
}

impl Body {
    /// What an answer lacks without which it is none; nothing where it says what it must, or tells of problems instead. An answer to a
    /// notification need say nothing.
    pub fn lacks(&self, question: Option<&Body>) -> Option<&'static str> {
        let asks_nothing = match question {
            Some(Body::LookupItem(asked)) => {
                asked.item_element_types.is_empty()
                    && !asked.current_borrower_desired.says()
                    && !asked.current_requesters_desired.says()
            }
            _ => false,
        };
        match self {
            _ if !self.problems().is_empty() => None,
            Body::LookupItemResponse(answer) if asks_nothing => {
                (!answer.item_id.says() && !answer.request_id.says()).then_some("the item")
            }
            _ => missing(self),
        }
    }
}

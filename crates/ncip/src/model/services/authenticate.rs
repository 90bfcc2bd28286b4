//! Who a user is. Version 1 alone has it; version 2 has `LookupUser` say it.

use crate::model::{AuthenticationInput, InitiationHeader, Problem, ResponseHeader, UserId};

element! {
    /// Asks who a user is, by what the user gives.
    pub struct AuthenticateUser {
        initiation_header: Option<InitiationHeader>     => (InitiationHeader one) (drop);
        authentication_inputs: Vec<AuthenticationInput> => (AuthenticationInput some) (drop);
    }
}

element! {
    /// The answer to [`AuthenticateUser`].
    pub struct AuthenticateUserResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (drop);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (drop);
        user_id: Option<UserId>                 => (UniqueUserId one) (drop);
    }
    rules {
        ALL sides [user_id] [problems];
    }
}

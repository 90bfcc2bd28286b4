//! Whom a message is about, where it can say so in two ways: by an id, or by what the user gives to be known. An id that says nothing must
//! never hide the other.

use crate::{Body, UserId};

impl UserId {
    /// Whether it names nobody.
    pub fn is_blank(&self) -> bool {
        self.user_identifier_value.trim().is_empty()
    }
}

impl Body {
    /// Whether an id is there that names nobody, beside what the user gives to be known.
    pub(crate) fn has_blank_user(&self) -> bool {
        !self.authentication_inputs().is_empty() && self.user_id().is_some_and(UserId::is_blank)
    }

    /// Leaves out an id that names nobody where the message says otherwise who the user is.
    pub fn drop_blank_user(&mut self) {
        if self.has_blank_user() {
            self.clear_user_id();
        }
    }
}

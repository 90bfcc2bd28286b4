//! Values that only a message's sender and receiver should know: passwords, PINs, barcodes by which somebody is known. A secret must never get
//! a form that is shown: it has no `Serialize` and no `Display`, and its `Debug` leaves the value out.

use std::fmt;

use crate::schema::Content;
use crate::{Single, Slot, View};

/// A value that is written on the wire and nowhere else. [`Secret::expose`] is the only way to it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Secret(secret.into())
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Secret::new(secret)
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Secret(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Single for Secret {
    const CONTENT: Content = Content::Secret;

    fn slot(&mut self) -> Slot<'_> {
        Slot::Secret(self)
    }

    fn view(&self) -> View<'_> {
        View::Secret(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Has two implementations for a type that is `Serialize` or `Display`, so that naming the method is an error there.
    trait NotShown<Marker> {
        fn checked() {}
    }

    struct BySerialize;
    struct ByDisplay;

    impl<T> NotShown<()> for T {}
    impl<T: serde::Serialize> NotShown<BySerialize> for T {}
    impl<T: fmt::Display> NotShown<ByDisplay> for T {}

    #[test]
    fn a_secret_has_no_form_that_is_shown() {
        <Secret as NotShown<_>>::checked();
        assert_eq!(format!("{:?}", Secret::new("1234")), "Secret(..)");
    }
}

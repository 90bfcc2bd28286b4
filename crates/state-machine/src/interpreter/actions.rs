//! Declares what a row can do: each action once, with what it means, for the code and for the generated pages.

/// Something that can be explained in a generated page.
pub(crate) trait Described {
    /// Its name, and what it means.
    fn meaning(&self) -> (String, &'static str);
}

/// Declares the actions of a table. Those of the second block hold an action of another set, which is what they mean.
macro_rules! actions {
    (
        $(#[$meta:meta])*
        $name:ident { $( $(#[doc = $doc:literal])+ $variant:ident $(($($of:ty),+))?; )* }
        $( within { $( $(#[doc = $nested_doc:literal])+ $nested:ident($nested_of:ty); )* } )?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) enum $name {
            $( $(#[doc = $doc])+ $variant $(($($of),+))?, )*
            $($( $(#[doc = $nested_doc])+ $nested($nested_of), )*)?
        }

        impl $crate::interpreter::Described for $name {
            fn meaning(&self) -> (String, &'static str) {
                match self {
                    $( Self::$variant { .. } => (stringify!($variant).to_owned(), concat!($($doc),+).trim()), )*
                    $($( Self::$nested(inner) => {
                        let (name, meaning) = inner.meaning();
                        (format!("{}({name})", stringify!($nested)), meaning)
                    } )*)?
                }
            }
        }
    };
}
pub(crate) use actions;

//! Declares what can happen to a request or a part of it: one name each, so that a table can have a row for it.

/// Declares the triggers of a table, each with its words.
macro_rules! triggers {
    ($(#[$meta:meta])* $name:ident { $( $variant:ident $words:literal; )* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum $name {
            $( #[doc = $words] $variant, )*
        }

        impl $name {
            /// Every trigger.
            #[cfg(test)]
            pub(crate) const ALL: &[$name] = &[$( $name::$variant, )*];
        }

        impl $crate::interpreter::Words for $name {
            fn words(self) -> &'static str {
                match self { $( $name::$variant => $words, )* }
            }
        }
    };
}
pub(crate) use triggers;

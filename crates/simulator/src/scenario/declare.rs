//! The macro that declares the words of the scenario language.

/// One declared word: what a person writes, how it is used, what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as it is written.
    pub word: &'static str,
    /// What may follow it, such as `[REASON]`.
    pub takes: &'static str,
    /// What it means, in a sentence.
    pub means: &'static str,
    /// A scenario that uses it.
    pub example: &'static str,
}

/// Words are compared without letter case, hyphens and underscores, so `ShippedReturn` is `shipped-return`.
pub(super) fn same_word(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        text.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect::<String>()
    };
    letters(one) == letters(other)
}

/// Declares a list of words: an enum, and the table that the parser and the documentation read.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $variant:ident = $word:literal ($takes:literal) $means:literal, for example $example:literal; )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $( #[doc = concat!("`", $word, "`: ", $means)] $variant, )*
        }

        impl $name {
            /// Every word, in the order of the documentation.
            pub const ALL: &'static [$name] = &[$( $name::$variant, )*];

            /// How the word is declared.
            pub fn declared(self) -> $crate::scenario::Word {
                match self {
                    $( $name::$variant => $crate::scenario::Word {
                        word: $word, takes: $takes, means: $means, example: $example,
                    }, )*
                }
            }

            /// The word that `text` means.
            pub fn named(text: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|word| $crate::scenario::declare::same_word(word.declared().word, text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.declared().word)
            }
        }
    };
}

//! Values that are one of a few words, each declared once: the enum, how its variants are written, and what each of them means.

/// A value that is written as one of a few words.
pub trait Keyword: Copy + Eq + 'static {
    /// Every value. The first is the default.
    const ROWS: &'static [KeywordRow<Self>];
}

/// A value, its word and its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeywordRow<T> {
    /// The value.
    pub value: T,
    /// How it is written.
    pub word: &'static str,
    /// What it means, for a page of reference.
    pub meaning: &'static str,
}

/// Declares an enum whose variants are written as words: one row a variant. The first is the default.
macro_rules! keywords {
    (
        $(#[doc = $doc:literal])+
        pub enum $name:ident {
            $first_word:literal => $first:ident $first_meaning:literal,
            $( $word:literal => $variant:ident $meaning:literal, )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            #[default]
            #[doc = $first_meaning]
            $first,
            $( #[doc = $meaning] $variant, )+
        }

        impl $name {
            /// Every value.
            pub const ALL: &[$name] = &[$name::$first, $( $name::$variant, )+];

            /// How it is written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $name::$first => $first_word,
                    $( $name::$variant => $word, )+
                }
            }

            /// What it means, for a page of reference.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $name::$first => $first_meaning,
                    $( $name::$variant => $meaning, )+
                }
            }
        }

        impl $crate::Keyword for $name {
            const ROWS: &'static [$crate::KeywordRow<Self>] = &[
                $crate::KeywordRow { value: $name::$first, word: $first_word, meaning: $first_meaning },
                $( $crate::KeywordRow { value: $name::$variant, word: $word, meaning: $meaning }, )+
            ];
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(crate) use keywords;

#[cfg(test)]
mod tests {
    use super::Keyword;
    use crate::ncip::PickupIn;

    #[test]
    fn each_value_has_its_word_and_its_meaning_once() {
        assert_eq!((PickupIn::default(), PickupIn::ROWS.len()), (PickupIn::Element, PickupIn::ALL.len()));
        for (row, &value) in std::iter::zip(PickupIn::ROWS, PickupIn::ALL) {
            assert_eq!((row.value, row.word, row.meaning), (value, value.as_str(), value.meaning()));
        }
        assert_eq!(format!("{:>10}", PickupIn::ToAgency), " to-agency");
    }
}

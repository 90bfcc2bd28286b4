//! Values that are one of a few words.

/// Says how the variants of an enum are written in the file. The first is the usual one.
macro_rules! words {
    ($type:ty { $first:literal => $fv:ident $fabout:literal, $( $word:literal => $variant:ident $about:literal, )* }) => {
        impl $crate::binding::Field for $type {
            fn shape() -> $crate::binding::Shape {
                $crate::binding::Shape::Words(&[($first, $fabout), $( ($word, $about), )*])
            }

            fn read(
                node: &$crate::binding::Node<'_>,
                at: &str,
                reader: &mut $crate::binding::Reader<'_>,
            ) -> Option<Self> {
                match node.get_ref().as_str() {
                    Some($first) => return Some(<$type>::$fv),
                    $( Some($word) => return Some(<$type>::$variant), )*
                    _ => {}
                }
                $crate::binding::not_a_word(node, at, &[$first, $($word),*], reader);
                None
            }

            fn blank() -> Self {
                <$type>::$fv
            }

            #[cfg(test)]
            fn random(dice: &mut $crate::binding::Dice) -> Self {
                *dice.pick(&[<$type>::$fv, $( <$type>::$variant, )*])
            }

            fn inline(&self) -> String {
                $crate::binding::quoted(match self {
                    <$type>::$fv => $first,
                    $( <$type>::$variant => $word, )*
                })
            }
        }
    };
}
pub(crate) use words;

use super::{Node, Reader, table::distance};

/// Says which words may stand here.
pub(crate) fn not_a_word(node: &Node<'_>, at: &str, words: &[&str], reader: &mut Reader<'_>) {
    let all: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let all = all.join(", ");
    let sentence = match node.get_ref().as_str() {
        Some(found) => match words.iter().map(|word| (distance(found, word), word)).min() {
            Some((distance, word)) if distance <= 1 + found.len() / 4 => {
                format!("`{found}` is not among {all}; did you mean \"{word}\"?")
            }
            _ => format!("`{found}` is not among {all}"),
        },
        None => format!("must be one of {all}"),
    };
    reader.wrong(node.span().start, at, sentence);
}

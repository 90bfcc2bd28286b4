//! Values that are one of a few words.

use dialects::KeywordRow;

use super::{Node, Reader, Shape, quoted, table::distance};

/// Says how the variants of an enum are written in the file, or that they are written as its own [`dialects::Keyword`] has it. The first is
/// the default.
macro_rules! words {
    ($($type:ty),+) => { $(
        $crate::binding::words! {
            @field $type, <$type as dialects::Keyword>::ROWS, |value: $type| value.as_str()
        }
    )+ };
    ($type:ty { $( $word:literal => $variant:ident $meaning:literal, )+ }) => {
        $crate::binding::words! {
            @field $type,
            &[$( dialects::KeywordRow { value: <$type>::$variant, word: $word, meaning: $meaning }, )+],
            |value: $type| match value { $( <$type>::$variant => $word, )+ }
        }
    };
    (@field $type:ty, $rows:expr, $as_str:expr) => {
        impl $crate::binding::Field for $type {
            fn shape() -> $crate::binding::Shape {
                $crate::binding::shape_of_words($rows)
            }

            fn read(
                node: &$crate::binding::Node<'_>,
                at: &str,
                reader: &mut $crate::binding::Reader<'_>,
            ) -> Option<Self> {
                $crate::binding::read_word($rows, node, at, reader)
            }

            fn blank() -> Self {
                let rows: &[dialects::KeywordRow<$type>] = $rows;
                rows[0].value
            }

            #[cfg(test)]
            fn random(rng: &mut $crate::binding::TestRng) -> Self {
                rng.pick($rows).value
            }

            fn inline(&self) -> String {
                $crate::binding::quoted(($as_str)(*self))
            }
        }
    };
}
pub(crate) use words;

/// The words, for the reference.
pub(crate) fn shape_of_words<T>(rows: &[KeywordRow<T>]) -> Shape {
    Shape::Words(rows.iter().map(|row| (row.word, row.meaning)).collect())
}

/// The value whose word stands here; else a problem that says which words may stand here.
pub(crate) fn read_word<T: Copy>(
    rows: &[KeywordRow<T>],
    node: &Node<'_>,
    at: &str,
    reader: &mut Reader<'_>,
) -> Option<T> {
    let found = node.get_ref().as_str();
    if let Some(row) = rows.iter().find(|row| Some(row.word) == found) {
        return Some(row.value);
    }
    let all: Vec<_> = rows.iter().map(|row| quoted(row.word)).collect();
    let all = all.join(", ");
    let sentence = match found {
        Some(found) => match rows.iter().map(|row| (distance(found, row.word), row.word)).min() {
            Some((distance, word)) if distance <= 1 + found.len() / 4 => {
                format!("`{found}` is not among {all}; did you mean \"{word}\"?")
            }
            _ => format!("`{found}` is not among {all}"),
        },
        None => format!("must be one of {all}"),
    };
    reader.wrong(node.span().start, at, sentence);
    None
}

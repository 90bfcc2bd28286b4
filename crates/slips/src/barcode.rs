//! The barcode of a slip: Code 128, as bars of so many modules. Must never fail: what the code cannot say is left out, and the text stands
//! below it anyway.

use barcoders::sym::code128::Code128;

/// A bar: where it begins and how wide it is, in modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) from: u32,
    pub(super) wide: u32,
}

/// A barcode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Barcode {
    pub(super) bars: Vec<Bar>,
    /// How many modules it is wide, the quiet zones apart.
    pub(super) modules: u32,
}

/// What begins a text in character set B, as the encoder wants it.
const SET_B: char = '\u{181}';

/// How many modules stay white on each side.
pub(super) const QUIET: u32 = 10;

impl Barcode {
    /// The barcode of a text. One with characters outside ASCII's printable ones has no bars.
    pub(super) fn of(text: &str) -> Self {
        let printable = !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let encoded = printable.then(|| Code128::new(format!("{SET_B}{text}")));
        let Some(Ok(code)) = encoded else { return Self::default() };
        let modules = code.encode();
        let mut bars: Vec<Bar> = Vec::new();
        for (at, &module) in (0u32..).zip(&modules) {
            match bars.last_mut() {
                _ if module == 0 => {}
                Some(bar) if bar.from + bar.wide == at => bar.wide += 1,
                _ => bars.push(Bar { from: at, wide: 1 }),
            }
        }
        Self { bars, modules: u32::try_from(modules.len()).unwrap_or(0) }
    }
}

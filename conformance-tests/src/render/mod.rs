//! A report in the forms that people and build servers read. Each is written from the report's data alone, so all say the same.

mod html;
mod junit;
mod marked;
mod terminal;

pub use html::html;
pub use junit::junit;
pub use terminal::{line, terminal};

/// Text for XML and HTML.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\t' | '\n' | ' '.. => out.push(character),
            // What XML forbids is shown, not written.
            other => out += &format!("\\u{{{:x}}}", u32::from(other)),
        }
    }
    out
}

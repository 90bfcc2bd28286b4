//! Writing the canonical form: one order, one spelling, no comments.

use super::Field;

/// Lines longer than this are broken where they can be.
const WIDTH: usize = 100;

/// Writes tables of a file, one after another.
#[derive(Default)]
pub(crate) struct Writer {
    out: String,
    path: Vec<String>,
}

impl Writer {
    /// `key = value`, the value being TOML already.
    pub(crate) fn pair(&mut self, key: &str, value: &str) {
        self.out.push_str(&format!("{key} = {value}\n"));
    }

    /// A list: on one line where it fits and is plain, else one line for each element.
    pub(crate) fn list(&mut self, key: &str, elements: &[String]) {
        let line = format!("[{}]", elements.join(", "));
        let plain = !elements.iter().any(|element| element.starts_with('{'));
        if plain && key.len() + line.len() + 3 <= WIDTH {
            return self.pair(key, &line);
        }
        let lines: String = elements.iter().map(|element| format!("    {element},\n")).collect();
        self.pair(key, &format!("[\n{lines}]"));
    }

    /// `[path.key]` and what is in it.
    pub(crate) fn section(&mut self, key: &str, fill: impl FnOnce(&mut Writer)) {
        self.headed("[", "]", key, fill);
    }

    /// `[[path.key]]` and what is in it, one of several.
    pub(crate) fn element(&mut self, key: &str, fill: impl FnOnce(&mut Writer)) {
        self.headed("[[", "]]", key, fill);
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    fn headed(&mut self, open: &str, close: &str, key: &str, fill: impl FnOnce(&mut Writer)) {
        self.path.push(key.to_owned());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.push_str(&format!("{open}{}{close}\n", self.path.join(".")));
        fill(self);
        self.path.pop();
    }
}

/// A text as a TOML string.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The elements of a list, each on one line.
pub(crate) fn inline_all<T: Field>(elements: &[T]) -> Vec<String> {
    elements.iter().map(Field::inline).collect()
}

//! The reference page of the file, written from its declaration.

use dialects::iso18626::Dialect;

use crate::{
    binding::{Field, FieldDoc, Layout, Need, Shape, TableDoc},
    file::File,
};

/// `schemas/registry.md`.
pub fn reference() -> String {
    let mut page = String::from(HEAD);
    let Shape::Table(_, doc) = File::shape() else { return page };
    table("", false, &doc(), &mut page);
    dialects(&mut page);
    page
}

const HEAD: &str = "# The registry's file

Generated from the code; a test fails when it is stale.

Everything about libraries is in one TOML file. `illgate peers apply FILE` shows the difference and applies it whole or not at all;
`illgate peers export` gives it back in canonical form. A key that is not listed here is an error. Secrets never stand in it.

";

fn table(path: &str, repeated: bool, doc: &TableDoc, page: &mut String) {
    let title = match (path, repeated) {
        ("", _) => "The whole file".to_owned(),
        (path, true) => format!("`[[{path}]]`"),
        (path, false) => format!("`[{path}]`"),
    };
    page.push_str(&format!("## {title}\n\n{}\n\n", prose(doc.about)));
    page.push_str("| key | value | | meaning |\n|---|---|---|---|\n");
    for field in &doc.fields {
        page.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            field.key,
            value(&field.shape, path, field.key),
            need(field),
            prose(field.about)
        ));
    }
    page.push('\n');
    for field in &doc.fields {
        if let Some((repeated, inner)) = section(&field.shape) {
            table(&inner_path(path, field.key), repeated, &inner(), page);
        }
    }
}

fn section(shape: &Shape) -> Option<(bool, fn() -> TableDoc)> {
    match shape {
        Shape::Table(Layout::Section, doc) => Some((false, *doc)),
        Shape::List(of) => section(of).map(|(_, doc)| (true, doc)),
        _ => None,
    }
}

fn inner_path(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn value(shape: &Shape, path: &str, key: &str) -> String {
    match shape {
        Shape::Value(what) => (*what).to_owned(),
        Shape::Words(words) => {
            let words: Vec<_> = words.iter().map(|(word, about)| format!("`\"{word}\"`: {about}")).collect();
            words.join("; ")
        }
        Shape::List(of) if section(of).is_some() => format!("any number of `[[{}]]`", inner_path(path, key)),
        Shape::List(of) => format!("a list of: {}", value(of, path, key)),
        Shape::Table(Layout::Section, _) => format!("table `[{}]`", inner_path(path, key)),
        Shape::Table(Layout::Inline, doc) => {
            let fields = doc().fields;
            let fields: Vec<_> = fields
                .iter()
                .map(|field| {
                    let maybe = if field.need == Need::Required { "" } else { " (may be left out)" };
                    format!(
                        "`{}` = {}{maybe}: {}",
                        field.key,
                        value(&field.shape, path, key),
                        prose(field.about)
                    )
                })
                .collect();
            format!("`{{ ... }}` with {}", fields.join(" "))
        }
    }
}

fn need(field: &FieldDoc) -> String {
    match field.need {
        Need::Required => "required".to_owned(),
        Need::Optional => String::new(),
        Need::Default => format!("usually `{}`", field.default),
    }
}

/// A doc comment as one line of Markdown.
fn prose(lines: &[&str]) -> String {
    let words: Vec<_> = lines.iter().map(|line| line.trim()).collect();
    words.join(" ").replace('|', "\\|")
}

fn dialects(page: &mut String) {
    page.push_str(
        "## Dialects\n\nWhat a connection's `dialect` means where the connection itself says nothing.\n\n",
    );
    page.push_str("| dialect | edition | face | supplier_face | expect_to_supply | interim_unfilled | cancel_to_supplier | timestamp_echo | namespace | schemes | note_labels | timestamps | resends |\n");
    page.push_str("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for dialect in Dialect::ALL {
        let cells = [
            dialect.name.inline(),
            dialect.edition.inline(),
            dialect.face.inline(),
            dialect.supplier_face.inline(),
            dialect.expect_to_supply.inline(),
            dialect.interim_unfilled.inline(),
            dialect.cancel_to_supplier.inline(),
            dialect.timestamp_echo.inline(),
            dialect.namespace.inline(),
            dialect.schemes.inline(),
            dialect.note_labels.inline(),
            dialect.timestamps.inline(),
            dialect.resends.inline(),
        ];
        let cells: Vec<_> = cells.iter().map(|cell| cell.trim_matches('"').to_owned()).collect();
        page.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

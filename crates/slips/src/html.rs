//! A slip as a page: one file without references to others, printed on A5 or larger. Must never let a text in as markup.

use std::fmt::Write;

use super::{
    PullList, Slip, Stop,
    barcode::{Barcode, QUIET},
    lines::{self, Line},
};

/// How high a barcode is, in modules.
const HIGH: u32 = 60;

/// What all pages look like.
const STYLE: &str = "\
body{font:12pt/1.35 system-ui,sans-serif;color:#000;background:#fff;margin:1.5rem;max-width:48rem}\
h1{font-size:1.3rem;margin:0 0 .6rem}\
section{border:1px solid #000;padding:1rem;margin:0 0 1.5rem;break-inside:avoid;overflow-wrap:anywhere}\
dl{display:grid;grid-template-columns:9rem 1fr;gap:.15rem .8rem;margin:.8rem 0}\
dt{font-weight:600}dd{margin:0}\
.sides{display:flex;gap:2rem}.sides>div{flex:1}\
section h2{font-size:1.3rem;margin:0 0 .6rem}.sides p{margin:.2rem 0}address{font-style:normal}\
.stop{font-size:2rem;font-weight:700}\
figure{margin:.6rem 0 0}figcaption{font-family:monospace}\
svg{max-width:100%;height:auto}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:.3rem;text-align:left;vertical-align:top}\
@media print{body{margin:0}section{break-before:page;border:0}section:first-of-type{break-before:auto}\
.list~section:first-of-type{break-before:page}}";

/// The whole page.
pub(super) fn page(title: &str, list: Option<&PullList>, slips: &[Slip]) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escaped(title)
    );
    if let Some(list) = list {
        page += &table(list);
    }
    for slip in slips {
        page += &section(slip, if list.is_some() { Heading::Part } else { Heading::Page });
    }
    page + "</main>\n</body>\n</html>\n"
}

/// Which heading a slip has: it is the page's own, or one of several things on it.
#[derive(Clone, Copy)]
pub enum Heading {
    /// The page's.
    Page,
    /// One of several.
    Part,
}

/// One slip.
pub fn section(slip: &Slip, heading: Heading) -> String {
    let (from, to) = lines::sides(slip.kind);
    let h = match heading {
        Heading::Page => "h1",
        Heading::Part => "h2",
    };
    let mut out = format!("<section>\n<{h}>{}</{h}>\n", slip.kind.title());
    out += &format!("<div class=\"sides\">\n{}{}</div>\n", side(from, &slip.from), side(to, &slip.to));
    out += &definitions(&lines::item(slip));
    out += &definitions(&lines::request(slip));
    out += &figure(&slip.barcode());
    out + "</section>\n"
}

/// A text that is text only, in content and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            letter if letter.is_control() && letter != '\n' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

fn table(list: &PullList) -> String {
    let mut out = format!(
        "<div class=\"list\">\n<h1>Pull list of {}</h1>\n<p>{}, {} to pull</p>\n<table>\n<thead><tr><th \
         scope=\"col\">Location</th><th scope=\"col\">Call number</th><th scope=\"col\">Title</th><th \
         scope=\"col\">Wanted by</th><th scope=\"col\">Request</th></tr></thead>\n<tbody>\n",
        escaped(&list.library),
        list.made.strftime("%Y-%m-%d %H:%M"),
        list.slips().len()
    );
    for slip in list.slips() {
        let cells = [
            slip.item.location.as_deref(),
            slip.item.call_number.as_deref(),
            slip.item.title.as_deref(),
            Some(slip.to.name.as_str()),
            Some(slip.reference.as_str()),
        ];
        out += "<tr>";
        for cell in cells {
            let _ = write!(out, "<td>{}</td>", escaped(cell.unwrap_or_default()));
        }
        out += "</tr>\n";
    }
    out + "</tbody>\n</table>\n</div>\n"
}

fn side(name: &str, stop: &Stop) -> String {
    let address: Vec<String> = lines::stop(stop).iter().map(|line| escaped(line)).collect();
    let mut out =
        format!("<div>\n<p><strong>{name}</strong></p>\n<address>{}</address>\n", address.join("<br>"));
    if let Some(courier) = &stop.courier {
        let (code, through) = lines::courier(courier);
        let _ = write!(out, "<p><span class=\"stop\">{}</span>", escaped(&code));
        if let Some(through) = through {
            let _ = write!(out, " {}", escaped(&through));
        }
        out += "</p>\n";
    }
    out + "</div>\n"
}

fn definitions(lines: &[Line]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut out = "<dl>\n".to_owned();
    for line in lines {
        let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", line.name, escaped(&line.says));
    }
    out + "</dl>\n"
}

fn figure(text: &str) -> String {
    let barcode = Barcode::of(text);
    let wide = barcode.modules + 2 * QUIET;
    let mut path = String::new();
    for bar in &barcode.bars {
        let _ = write!(path, "M{} 0h{}v{HIGH}h-{}z", bar.from + QUIET, bar.wide, bar.wide);
    }
    let text = escaped(text);
    format!(
        "<figure>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {HIGH}\" width=\"{}\" height=\"{}\" \
         role=\"img\" aria-label=\"Barcode of {text}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>\n\
         <figcaption>{text}</figcaption>\n</figure>\n",
        wide, HIGH
    )
}

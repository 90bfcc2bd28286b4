//! What slips say, in both forms. The barcode is read by a decoder with a table of its own, the PDF by a reader of its own.

use jiff::civil::date;

use super::{
    PatronToken, PullList, RequestCode, Slip, SlipKind,
    samples::{full, other},
};

#[test]
fn a_routing_slip_says_all_that_it_is_given_as_text_and_never_as_markup() {
    let html = full().html();
    for says in [
        "Routing slip",
        "Tides &amp; &lt;currents&gt;: a &quot;handbook&quot;",
        "Ødegård, Åse",
        "551.46 ODE",
        "Stacks, level 2",
        "vol. 2 [31183000000025]",
        "C214",
        "North C087",
        "through C085 Ferry Library",
        "2027-01-15",
        "p-7f3a9",
        "In library use only",
        "0000000042",
    ] {
        assert!(html.contains(says), "{says}\n{html}");
    }
    assert!(!html.contains("<currents>"));
    for reference in ["http://", "https://", "<script", "<link", "src="] {
        let found = html.replace("http://www.w3.org/2000/svg", "").contains(reference);
        assert!(!found, "the page refers to others: {reference}");
    }
    insta::assert_snapshot!("routing_slip", html);
}

#[test]
fn the_pdf_says_what_the_page_says() {
    let pdf = Pdf::read(&full().pdf());
    assert_eq!(pdf.pages.len(), 1);
    let text = pdf.pages[0].text.join("\n");
    for says in [
        "Tides & <currents>: a \"handbook\"",
        "Ødegård, Åse",
        "551.46 ODE",
        "vol. 1 [31183000000017]",
        "North C087",
        "through C085 Ferry Library",
        "2027-01-15",
        "p-7f3a9",
    ] {
        assert!(text.contains(says), "{says}\n{text}");
    }
    for (left, foot, wide, high) in &pdf.pages[0].boxes {
        assert!(*left >= 48.0 && left + wide <= 595.0 - 48.0 && *foot >= 48.0 && foot + high <= 792.0);
    }
    assert_eq!(full().pdf(), full().pdf());
}

#[test]
fn both_barcodes_are_read_back_as_the_requests_id() {
    for slip in [full(), Slip::new(SlipKind::Pull, RequestCode::new("req_7zzzzzzzzzzzzzzzzzzzzzzzzz"), "x")] {
        let wanted = slip.request.as_str().replace("req_", "");
        assert_eq!(slip.barcode(), wanted);

        let html = slip.html();
        let path = html.split("<path d=\"").nth(1).unwrap().split('"').next().unwrap();
        let bars = path.split('M').filter(|bar| !bar.is_empty()).map(|bar| {
            let (from, rest) = bar.split_once(" 0h").unwrap();
            (from.parse().unwrap(), rest.split('v').next().unwrap().parse().unwrap())
        });
        assert_eq!(decoded(bars.collect()), wanted);

        let pdf = Pdf::read(&slip.pdf());
        let bars = pdf.pages[0].boxes.iter().map(|(left, _, wide, _)| (left / 0.9, wide / 0.9));
        assert_eq!(decoded(bars.collect()), wanted);
    }
}

#[test]
fn a_slip_with_much_to_say_goes_on_over_more_pages_and_loses_nothing() {
    let mut slip = full();
    slip.notes = (0..120).map(|n| format!("note {n} {}", "and more words ".repeat(12))).collect();
    let pdf = Pdf::read(&slip.pdf());
    assert!(pdf.pages.len() > 2);
    let text: String = pdf.pages.iter().flat_map(|page| page.text.clone()).collect::<Vec<_>>().join(" ");
    assert!((0..120).all(|n| text.contains(&format!("note {n} "))));
    assert!(!pdf.pages.last().unwrap().boxes.is_empty());
}

#[test]
fn a_pull_list_is_in_the_order_of_the_shelves_and_has_a_sheet_for_each_slip() {
    let made = date(2026, 11, 25).at(8, 0, 0, 0);
    let slips = vec![other(1, "Stacks", "900"), other(2, "Annex", "100"), other(3, "Stacks", "150")];
    let list = PullList::new("Hill Library", made, slips);
    let order: Vec<_> = list.slips().iter().map(|slip| slip.reference.as_str()).collect();
    assert_eq!(order, ["0000000002", "0000000003", "0000000001"]);

    let pdf = Pdf::read(&list.pdf());
    assert_eq!(pdf.pages.len(), 4);
    assert!(pdf.pages[0].text.iter().any(|text| text == "Pull list of Hill Library"));
    assert!(pdf.pages[0].text.iter().any(|text| text == "2026-11-25 08:00, 3 to pull"));
    for (page, n) in pdf.pages[1..].iter().zip(["Book 2", "Book 3", "Book 1"]) {
        assert!(page.text.iter().any(|text| text == n));
        assert!(!page.boxes.is_empty());
    }
    let html = list.html();
    assert_eq!(html.matches("<section>").count(), 3);
    assert_eq!(html.matches("<tr>").count(), 4);
    assert!(PullList::new("Hill Library", made, Vec::new()).html().contains("0 to pull"));
}

#[test]
fn no_name_passes_for_a_patrons_token() {
    for name in ["Ann Smith", "Smith, A", "Smith", "ann@example.org", "", "Åse1"] {
        assert_eq!(PatronToken::new(name), None, "{name}");
    }
    assert_eq!(PatronToken::new("p-7f3a9").unwrap().as_str(), "p-7f3a9");
}

/// The widths of bars and spaces of each of Code 128's symbols, as the standard lists them.
const SYMBOLS: &str = "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 \
    122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 \
    322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 \
    113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 \
    221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 \
    413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 \
    111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232";

/// What bars say (where each begins and how wide it is, in modules), if they are a barcode in Code 128 that begins in set B.
fn decoded(bars: Vec<(f64, f64)>) -> String {
    assert!(bars.len() > 8, "no barcode");
    let mut widths = String::new();
    for (n, (from, wide)) in bars.iter().enumerate() {
        widths += &format!("{:.0}", wide);
        if let Some((next, _)) = bars.get(n + 1) {
            widths += &format!("{:.0}", next - (from + wide));
        }
    }
    assert!(widths.ends_with("2331112"), "it does not end with the stop symbol: {widths}");
    widths.truncate(widths.len() - 7);
    let symbols: Vec<&str> = SYMBOLS.split_whitespace().collect();
    let values: Vec<usize> = widths
        .as_bytes()
        .chunks(6)
        .map(|chunk| symbols.iter().position(|symbol| symbol.as_bytes() == chunk).expect("a symbol"))
        .collect();
    let (check, said) = values.split_last().unwrap();
    assert_eq!(said[0], 104, "it begins in set B");
    let sum: usize = said[0] + said.iter().enumerate().map(|(place, value)| place * value).sum::<usize>();
    assert_eq!(sum % 103, *check, "its check symbol");
    said[1..].iter().map(|&value| char::from(u8::try_from(value).unwrap() + b' ')).collect()
}

/// A PDF file as a reader finds it: from the end, over the cross-reference table.
struct Pdf {
    pages: Vec<Page>,
}

struct Page {
    text: Vec<String>,
    /// Filled rectangles: left, lower edge, width, height.
    boxes: Vec<(f64, f64, f64, f64)>,
}

impl Pdf {
    fn read(bytes: &[u8]) -> Self {
        // One character a byte, so that places are the file's.
        let file: String = bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
        let file: Vec<char> = file.chars().collect();
        let text: String = file.iter().collect();
        assert!(text.starts_with("%PDF-1.4") && text.trim_end().ends_with("%%EOF"));
        let start: usize =
            text.rsplit("startxref").next().unwrap().split_whitespace().next().unwrap().parse().unwrap();
        let from = |at: usize| file[at..].iter().collect::<String>();
        let table = from(start);
        assert!(table.starts_with("xref"));
        let count: usize = table.lines().nth(1).unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let object = |n: usize| {
            let row = table.lines().nth(2 + n).unwrap();
            let object = from(row[..10].parse().unwrap());
            assert!(object.starts_with(&format!("{n} 0 obj")), "object {n} is not where the table says");
            object.split("endobj").next().unwrap().to_owned()
        };
        assert!(count > 5);
        let root = reference(&table[table.find("trailer").unwrap()..], "/Root");
        let tree = object(reference(&object(root), "/Pages"));
        let kids = tree.split('[').nth(1).unwrap().split(']').next().unwrap();
        let numbers: Vec<&str> = kids.split_whitespace().collect();
        let pages: Vec<Page> = numbers
            .chunks(3)
            .map(|kid| Page::read(&object(reference(&object(kid[0].parse().unwrap()), "/Contents"))))
            .collect();
        let told: usize =
            tree.split("/Count").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
        assert_eq!(told, pages.len());
        Self { pages }
    }
}

impl Page {
    fn read(object: &str) -> Self {
        let length: usize =
            object.split("/Length").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
        let stream = object.split("stream\n").nth(1).unwrap();
        let stream: String = stream.chars().take(length).collect();
        let mut page = Page { text: Vec::new(), boxes: Vec::new() };
        for line in stream.lines() {
            if let Some(shown) = line.strip_suffix(" Tj") {
                page.text.push(shown_text(shown));
            } else if let Some(numbers) = line.strip_suffix(" re") {
                let n: Vec<f64> = numbers.split_whitespace().map(|number| number.parse().unwrap()).collect();
                page.boxes.push((n[0], n[1], n[2], n[3]));
            }
        }
        page
    }
}

fn reference(object: &str, key: &str) -> usize {
    let rest = object.split(key).find(|part| part.starts_with(' ') && !part.trim_start().starts_with('['));
    rest.expect(key).split_whitespace().next().unwrap().parse().expect(key)
}

/// A string of the file: in parentheses, or as hexadecimal digits.
fn shown_text(shown: &str) -> String {
    if let Some(hex) = shown.strip_prefix('<') {
        let digits = hex.trim_end_matches('>').as_bytes();
        return digits
            .chunks(2)
            .map(|pair| char::from(u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()))
            .collect();
    }
    let inside = shown.strip_prefix('(').and_then(|text| text.strip_suffix(')')).expect(shown);
    let mut out = String::new();
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        out.push(if letter == '\\' { letters.next().unwrap() } else { letter });
    }
    out
}

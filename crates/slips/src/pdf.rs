//! A slip as PDF: text in the fonts that every reader has, the barcode as filled rectangles. A page is as wide as A4 and as high as Letter,
//! so that it prints on both. The same slip gives the same bytes.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::{
    PullList, Slip, Stop,
    barcode::Barcode,
    lines::{self, Line},
    text::{Font, encoded, wrapped},
};

/// Width and height of a page, and what is left free around it, in points.
const WIDE: f32 = 595.0;
const HIGH: f32 = 792.0;
const MARGIN: f32 = 48.0;
/// How far the text is from the left margin in a named line.
const INDENT: f32 = 100.0;
/// The width of a barcode's module, and its height: a hand scanner reads it at arm's length.
const MODULE: f32 = 0.9;
const BARS: f32 = 44.0;
/// From one line to the next, in sizes of the text.
const LEADING: f32 = 1.3;

const PLAIN: Name<'static> = Name(b"Plain");
const BOLD: Name<'static> = Name(b"Bold");

/// The whole file.
pub(super) fn file(title: &str, list: Option<&PullList>, slips: &[Slip]) -> Vec<u8> {
    let mut sheets = Sheets::default();
    if let Some(list) = list {
        overview(&mut sheets, list);
    }
    for slip in slips {
        sheets.turn();
        one(&mut sheets, slip);
    }
    written(title, sheets.done())
}

/// The list itself: one entry a slip.
fn overview(sheets: &mut Sheets, list: &PullList) {
    sheets.text(&format!("Pull list of {}", list.library), Font::Bold, 16.0);
    let made = list.made.strftime("%Y-%m-%d %H:%M");
    sheets.text(&format!("{made}, {} to pull", list.slips().len()), Font::Plain, 10.0);
    for slip in list.slips() {
        sheets.rule();
        let item = &slip.item;
        let shelf = [item.location.as_deref(), item.call_number.as_deref()];
        let shelf: Vec<&str> = shelf.into_iter().flatten().collect();
        sheets.text(&shelf.join("   "), Font::Bold, 11.0);
        sheets.text(item.title.as_deref().unwrap_or_default(), Font::Plain, 11.0);
        sheets.text(&format!("{}   for {}", slip.reference, slip.to.name), Font::Plain, 9.0);
    }
}

/// One slip.
fn one(sheets: &mut Sheets, slip: &Slip) {
    sheets.text(slip.kind.title(), Font::Bold, 16.0);
    let (from, to) = lines::sides(slip.kind);
    side(sheets, to, &slip.to);
    side(sheets, from, &slip.from);
    sheets.rule();
    for line in lines::item(slip).iter().chain(&lines::request(slip)) {
        sheets.named(line);
    }
    sheets.rule();
    sheets.barcode(&slip.barcode());
}

fn side(sheets: &mut Sheets, name: &'static str, stop: &Stop) {
    sheets.rule();
    for (n, says) in lines::stop(stop).into_iter().enumerate() {
        sheets.named(&Line { name: if n == 0 { name } else { "" }, says });
    }
    if let Some(courier) = &stop.courier {
        let (code, through) = lines::courier(courier);
        sheets.text(&code, Font::Bold, 24.0);
        if let Some(through) = through {
            sheets.text(&through, Font::Plain, 11.0);
        }
    }
}

/// Pages that are being filled, from the top down.
struct Sheets {
    done: Vec<Content>,
    page: Content,
    /// How high the next line may reach.
    top: f32,
}

impl Default for Sheets {
    fn default() -> Self {
        Self { done: Vec::new(), page: Content::new(), top: HIGH - MARGIN }
    }
}

impl Sheets {
    /// Goes on with a new page, unless this one is empty.
    fn turn(&mut self) {
        if self.top < HIGH - MARGIN {
            self.done.push(std::mem::replace(&mut self.page, Content::new()));
            self.top = HIGH - MARGIN;
        }
    }

    fn done(mut self) -> Vec<Content> {
        self.done.push(self.page);
        self.done
    }

    /// Room for so much; on a new page if need be. Gives its lower edge.
    fn room(&mut self, high: f32) -> f32 {
        if self.top - high < MARGIN {
            self.turn();
        }
        self.top -= high;
        self.top
    }

    fn text(&mut self, text: &str, font: Font, size: f32) {
        if !text.trim().is_empty() {
            self.column(text, font, size, MARGIN);
        }
    }

    fn column(&mut self, text: &str, font: Font, size: f32, left: f32) {
        for line in wrapped(text, font, size, WIDE - MARGIN - left) {
            let base = self.room(size * LEADING) + size * (LEADING - 1.0);
            self.put(&line, font, size, left, base);
        }
    }

    /// A line with its name before it.
    fn named(&mut self, line: &Line) {
        const SIZE: f32 = 11.0;
        // The name is printed beside the first line, at the height that line has.
        if self.top - SIZE * LEADING < MARGIN {
            self.turn();
        }
        let base = self.top - SIZE * LEADING + SIZE * (LEADING - 1.0);
        self.put(line.name, Font::Bold, SIZE - 2.0, MARGIN, base);
        self.column(&line.says, Font::Plain, SIZE, MARGIN + INDENT);
    }

    fn put(&mut self, text: &str, font: Font, size: f32, left: f32, base: f32) {
        if text.is_empty() {
            return;
        }
        let name = if font == Font::Bold { BOLD } else { PLAIN };
        self.page.begin_text();
        self.page.set_font(name, size);
        self.page.next_line(left, base);
        self.page.show(Str(&encoded(text)));
        self.page.end_text();
    }

    fn rule(&mut self) {
        let at = self.room(10.0) + 4.0;
        self.page.set_line_width(0.5);
        self.page.move_to(MARGIN, at);
        self.page.line_to(WIDE - MARGIN, at);
        self.page.stroke();
    }

    fn barcode(&mut self, text: &str) {
        let barcode = Barcode::of(text);
        let foot = self.room(BARS + 14.0);
        for bar in &barcode.bars {
            let left = MARGIN + bar.from as f32 * MODULE;
            self.page.rect(left, foot + 14.0, bar.wide as f32 * MODULE, BARS);
        }
        if !barcode.bars.is_empty() {
            self.page.fill_nonzero();
        }
        self.put(text, Font::Plain, 10.0, MARGIN, foot + 2.0);
    }
}

fn written(title: &str, pages: Vec<Content>) -> Vec<u8> {
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        Ref::new(next)
    };
    let (catalog, tree, info, plain, bold) = (fresh(), fresh(), fresh(), fresh(), fresh());
    let ids: Vec<(Ref, Ref)> = pages.iter().map(|_| (fresh(), fresh())).collect();

    let mut pdf = Pdf::new();
    pdf.set_version(1, 4);
    pdf.catalog(catalog).pages(tree);
    pdf.document_info(info).title(TextStr(title)).producer(TextStr("illgate"));
    let count = i32::try_from(ids.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(page, _)| *page)).count(count);
    for (id, base) in [(plain, Name(b"Helvetica")), (bold, Name(b"Helvetica-Bold"))] {
        pdf.type1_font(id).base_font(base).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (content, (page, stream)) in pages.into_iter().zip(ids) {
        let mut written = pdf.page(page);
        written.media_box(Rect::new(0.0, 0.0, WIDE, HIGH)).parent(tree).contents(stream);
        let mut resources = written.resources();
        resources.fonts().pair(PLAIN, plain).pair(BOLD, bold);
        resources.finish();
        written.finish();
        pdf.stream(stream, &content.finish());
    }
    pdf.finish()
}

//! The many ways of XML in which a message may be written.

use super::message::{arrives, sent_as, titled, tolerated};
use crate::case::{CaseEnd, Role, Source};
use crate::catalogue::cases;
use crate::leg::will_supply;

const BROKER: &[Role] = &[Role::Broker];
const ASKED: &[Role] = &[Role::Broker, Role::Supplier];
const XML: Source = Source::Web("XML 1.0");

cases! { "Messages";

M13 "A byte order mark before the XML is passed over" {
    roles: ASKED, source: XML,
    sends: "a request in UTF-8 with a byte order mark",
    expects: "OK",
    why: "some libraries write one",
} |s| {
    let order = s.some_order()?;
    let title = order.request.title.clone();
    let body = ["\u{FEFF}".as_bytes(), order.xml().as_bytes()].concat();
    sent_as(&s, order, body, &title).await?;
}

M15 "UTF-16, declared, is understood" {
    roles: ASKED, source: Source::Web("XML 1.0, 4.3.3: every processor must read UTF-16"),
    sends: "a request in UTF-16 with a byte order mark",
    expects: "OK",
    why: "every XML processor must",
} |s| {
    let order = s.some_order()?;
    let text = order.xml().replace("UTF-8", "UTF-16");
    let body = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    tolerated(&s, order, body, "a message in UTF-16").await?;
}

M16 "Latin-1, declared, is understood" {
    roles: ASKED, source: XML,
    sends: "a request in ISO-8859-1 with an accented title",
    expects: "OK; at a broker, the right letters at the supplier",
    why: "old systems write it",
} |s| {
    let (order, title) = titled(&s, "Köln, façade, Ærø")?;
    let text = order.xml().replace("UTF-8", "ISO-8859-1");
    let body: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
    let answer = s.post(order.requester, body).await?;
    if !answer.is_ok() {
        answer.refused("Latin-1")?;
        s.note("a message in Latin-1 is refused");
        return Ok(());
    }
    let mut loan = order.sent(answer);
    loan.request.title = title;
    arrives(&s, &loan).await?;
}

M17 "CDATA, references and entities mean what they mean" {
    roles: ASKED, source: XML,
    sends: "a title written with CDATA, &amp;, &#233; and &#x1F4DA;",
    expects: "OK; at a broker, the same text at the supplier",
    why: "they are all the same to XML",
} |s| {
    let (order, title) = titled(&s, "MARK")?;
    let written = "A &amp; B<![CDATA[ <C> & ]]>D&#233;&#x1F4DA; &quot;E&quot;";
    let body = order.xml().replace("MARK</title>", &format!("{written}</title>"));
    let wanted = title.replace("MARK", "A & B <C> & Dé\u{1F4DA} \"E\"");
    sent_as(&s, order, body.into_bytes(), &wanted).await?;
}

M18 "Any prefix will do for the namespace" {
    roles: ASKED, source: Source::Web("Namespaces in XML 1.0"),
    sends: "a request whose every element has a prefix",
    expects: "OK",
    why: "only the namespace counts",
} |s| {
    let order = s.some_order()?;
    let title = order.request.title.clone();
    let xml = order.xml().replace("xmlns=", "xmlns:q=").replace("</", "\u{1}").replace("<?", "\u{2}");
    let xml = xml.replace('<', "<q:").replace('\u{1}', "</q:").replace('\u{2}', "<?");
    sent_as(&s, order, xml.into_bytes(), &title).await?;
}

M19 "Comments and processing instructions are passed over" {
    roles: ASKED, source: XML,
    sends: "a request with comments between and inside of elements",
    expects: "OK",
    why: "they carry no meaning",
} |s| {
    let order = s.some_order()?;
    let title = order.request.title.clone();
    let body = order.xml().replace("<header>", "<!-- one --><?two three?><header><!-- four -->");
    let body = body.replace("</title>", "<!-- five --></title>");
    sent_as(&s, order, body.into_bytes(), &title).await?;
}

M20 "Every script arrives as it was written" {
    roles: BROKER, source: XML,
    sends: "titles in Arabic, Chinese, with combining marks and beyond the basic plane",
    expects: "the same text at the supplier and in notes to the requester",
    why: "libraries hold the world's books",
} |s| {
    let [supplier] = s.suppliers()?;
    let (order, title) = titled(&s, "كتاب الف ليلة / 紅樓夢 / cafe\u{301} / \u{20000}\u{1F4D6}")?;
    let mut loan = order.send().await?;
    loan.request.title = title;
    let note = "Łódź — 本 \u{1F4D6}";
    loan.asked(supplier).await?.say(will_supply().noting(note)).await?;
    let arrival = loan.hears("WillSupply").await?;
    if !arrival.text("messageInfo/note").contains(note) {
        return Err(CaseEnd::fail(format!("a note with {note:?}"), arrival.text("messageInfo/note"), &arrival.bytes));
    }
}

M22 "White space between elements is passed over" {
    roles: ASKED, source: XML,
    sends: "a request that is indented with tabs and blank lines",
    expects: "OK",
    why: "people and tools indent",
} |s| {
    let order = s.some_order()?;
    let title = order.request.title.clone();
    let body = order.xml().replace("><", ">\r\n\t <");
    sent_as(&s, order, body.into_bytes(), &title).await?;
}

M23 "An element that nobody knows does no harm" {
    roles: ASKED, source: Source::Practice("the schema refuses it; practice passes it over"),
    sends: "a request with an unknown element",
    expects: "a confirmation: OK, or ERROR with UnrecognisedDataElement",
    why: "vendors extend messages, and editions grow",
} |s| {
    let order = s.some_order()?;
    let body = order.xml().replace("</bibliographicInfo>", "<shelfMark>Q 12</shelfMark></bibliographicInfo>");
    tolerated(&s, order, body.into_bytes(), "a message with an unknown element").await?;
}
}

//! The page of whoever is simulated: its flow log as one self-contained HTML page, newest first.

use crate::flow::{Direction, FlowEntry, FlowLog, Outcome};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c1c1c;background:#fff}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #ddd}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f5f5f2;padding:.6rem;margin:.4rem 0}\
.good{color:#14602b}.bad{color:#a1260d}dt{font-weight:600;float:left;clear:left;width:9rem}dd{margin-left:9rem}";

/// What stands above the log.
pub(crate) struct Head {
    /// The name.
    pub(crate) title: String,
    /// What else is said, each with its name.
    pub(crate) facts: Vec<(&'static str, String)>,
}

/// The page.
pub(crate) fn page(head: &Head, flow: &FlowLog) -> String {
    let name = escaped(&head.title);
    let facts = head.facts.iter().map(|(name, text)| format!("<dt>{name}</dt><dd>{}</dd>", escaped(text)));
    let facts: String = facts.collect();
    let rows: String = flow.entries().iter().rev().map(row).collect();
    let rows = if rows.is_empty() { "<tr><td colspan=\"6\">Nothing yet.</td></tr>".to_owned() } else { rows };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}</title>\
         <meta http-equiv=\"refresh\" content=\"5\"><style>{STYLE}</style></head><body><h1>{name}</h1>\
         <dl>{facts}<dt>As JSON</dt><dd><a href=\"/log\">/log</a></dd></dl>\
         <table><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">Way</th><th scope=\"col\">Other side</th>\
         <th scope=\"col\">Request</th><th scope=\"col\">Message</th><th scope=\"col\">Outcome</th></tr></thead>\
         <tbody>{rows}</tbody></table></body></html>\n"
    )
}

fn row(entry: &FlowEntry) -> String {
    let way = match entry.direction {
        Direction::In => "in",
        Direction::Out => "out",
    };
    let (class, outcome) = match &entry.outcome {
        Outcome::Confirmed => ("good", "OK".to_owned()),
        Outcome::Repeated => ("good", "OK, a repeat".to_owned()),
        Outcome::Refused(why) => ("bad", format!("ERROR: {why}")),
        Outcome::Failed(why) => ("bad", format!("no confirmation (attempt {}): {why}", entry.attempt)),
        Outcome::Faulted(what) => ("bad", format!("answered wrongly: {what}")),
    };
    format!(
        "<tr><td>{}</td><td>{way}</td><td>{}</td><td>{}</td><td><details><summary>{} {}</summary><pre>{}</pre>\
         </details></td><td class=\"{class}\">{}</td></tr>",
        entry.at.strftime("%F %T"),
        escaped(&entry.peer),
        escaped(entry.request.as_deref().unwrap_or_default()),
        escaped(&entry.kind),
        escaped(&entry.says),
        escaped(&entry.xml),
        escaped(&outcome),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_peers_send_stays_text() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}

//! An ILS's page: what it holds and what was asked of it, as one self-contained HTML page.

use super::{server::Shared, wire::escaped};
use crate::{flow::Direction, real_time::lock};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c1c1c;background:#fff}\
table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ddd}\
.bad{color:#a1260d}dt{font-weight:600;float:left;clear:left;width:9rem}dd{margin-left:9rem}";

/// The page.
pub(crate) fn page(shared: &Shared) -> String {
    let circulation = lock(&shared.system).circulation.clone();
    let date = |at: jiff::Timestamp| at.strftime("%F %H:%M").to_string();
    let patrons = circulation.patrons().map(|patron| {
        let name = [patron.given_name.as_deref().unwrap_or_default(), &patron.surname].join(" ");
        vec![patron.barcode.clone(), name, format!("{:?}", patron.standing)]
    });
    let items = circulation.items().map(|item| {
        let origin = if item.is_temporary() { "temporary" } else { "" };
        vec![
            item.barcode.clone(),
            item.title.clone(),
            item.call_number.clone().unwrap_or_default(),
            circulation.status(item).name().to_owned(),
            origin.to_owned(),
        ]
    });
    let holds = circulation.holds().iter().map(|hold| {
        vec![
            hold.number.to_string(),
            hold.request.clone().unwrap_or_default(),
            hold.patron.clone(),
            hold.item.clone().unwrap_or_default(),
            hold.pickup.clone().unwrap_or_default(),
            format!("{:?}", hold.state),
        ]
    });
    let loans = circulation.loans().map(|loan| {
        vec![
            loan.item.clone(),
            loan.patron.clone(),
            date(loan.lent),
            date(loan.due),
            loan.renewals.to_string(),
        ]
    });
    let exchanges = shared.exchanges();
    let exchanges = exchanges.iter().rev().take(200).map(|exchange| {
        let direction = match exchange.direction {
            Direction::In => "in",
            Direction::Out => "out",
        };
        vec![date(exchange.at), direction.to_owned(), exchange.service.clone(), exchange.outcome.clone()]
    });
    let doubles: String = circulation
        .doubles()
        .iter()
        .map(|double| format!("<p class=\"bad\">{}</p>", escaped(&double.to_string())))
        .collect();
    let name = escaped(&shared.name);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}</title>\
         <meta http-equiv=\"refresh\" content=\"5\"><style>{STYLE}</style></head><body><h1>{name}</h1>\
         <dl><dt>Agency</dt><dd>{}</dd><dt>Dialect</dt><dd>{}</dd><dt>Messages to</dt><dd>{}</dd>\
         <dt>As JSON</dt><dd><a href=\"/ils/holdings\">/ils/holdings</a></dd></dl>{doubles}{}{}{}{}{}</body></html>\n",
        escaped(&shared.agency),
        escaped(shared.dialect.title()),
        escaped(&shared.url()),
        table("Loans", &["Item", "Patron", "Lent", "Due", "Renewals"], loans),
        table("Holds", &["Number", "Request", "Patron", "Item", "Pickup", "State"], holds),
        table("Items", &["Barcode", "Title", "Call number", "Status", ""], items),
        table("Patrons", &["Card", "Name", "Standing"], patrons),
        table("Messages", &["Time", "Direction", "Service", "Outcome"], exchanges),
    )
}

fn table(title: &str, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let rows: String = rows
        .map(|cells| {
            let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
            format!("<tr>{cells}</tr>")
        })
        .collect();
    format!("<h2>{title}</h2><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
}

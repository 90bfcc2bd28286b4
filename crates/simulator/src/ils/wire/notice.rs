//! Notices: what an ILS tells of its own accord when something happened at its desk.

use jiff::Timestamp;

use super::{node::Node, writer::Writer};
use crate::ils::{
    circulation::{Hold, Loan},
    service::Service,
};

/// Something that happened at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A thing was lent.
    CheckedOut(Loan),
    /// A thing came back.
    CheckedIn(Loan),
    /// A loan became longer.
    Renewed(Loan),
    /// A loan became shorter.
    Recalled(Loan),
    /// A hold was given up.
    RequestCancelled(Hold),
    /// A thing arrived.
    Received { item: String, request: Option<String>, at: Timestamp },
}

impl Notice {
    /// The service that tells it.
    pub(crate) fn service(&self) -> Service {
        match self {
            Notice::CheckedOut(_) => Service::ItemCheckedOut,
            Notice::CheckedIn(_) => Service::ItemCheckedIn,
            Notice::Renewed(_) => Service::ItemRenewed,
            Notice::Recalled(_) => Service::ItemRecalled,
            Notice::RequestCancelled(_) => Service::ItemRequestCancelled,
            Notice::Received { .. } => Service::ItemReceived,
        }
    }
}

/// The notice as a message to the agency `to`.
pub(crate) fn notice(writer: &Writer<'_>, to: &str, notice: &Notice) -> Vec<u8> {
    let from = Node::of("FromAgencyId", [writer.agency(writer.agency)]);
    let header = Node::of("InitiationHeader", [from, Node::of("ToAgencyId", [writer.agency(to)])]);
    let body: Vec<Node> = match notice {
        Notice::CheckedOut(loan) => {
            let mut nodes = vec![writer.user_id(&loan.patron), writer.item_id(&loan.item)];
            nodes.extend(loan.request.as_ref().map(|request| writer.request_id(request)));
            nodes.push(writer.date("DateDue", loan.due));
            nodes
        }
        Notice::CheckedIn(loan) => vec![writer.user_id(&loan.patron), writer.item_id(&loan.item)],
        Notice::Renewed(loan) => vec![
            writer.user_id(&loan.patron),
            writer.item_id(&loan.item),
            writer.date("DateDue", loan.due),
            Node::text("RenewalCount", &loan.renewals.to_string()),
        ],
        Notice::Recalled(loan) => {
            vec![writer.user_id(&loan.patron), writer.item_id(&loan.item), writer.date("DateDue", loan.due)]
        }
        Notice::RequestCancelled(hold) => {
            let request = hold.request.clone().unwrap_or_else(|| hold.number.to_string());
            let mut nodes = vec![writer.user_id(&hold.patron), writer.request_id(&request)];
            nodes.extend(hold.item.as_ref().map(|item| writer.item_id(item)));
            nodes.push(writer.word("RequestType", "imp1/schemes/requesttype/requesttype.scm", "Hold"));
            nodes
        }
        Notice::Received { item, request, at } => {
            let mut nodes = vec![writer.item_id(item)];
            nodes.extend(request.as_ref().map(|request| writer.request_id(request)));
            nodes.push(writer.date("DateReceived", *at));
            nodes
        }
    };
    writer.envelope(&Node::of(notice.service().as_str(), [header]).with(body))
}

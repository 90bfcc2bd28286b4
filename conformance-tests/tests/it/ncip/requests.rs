//! The reference router's own services: requests and notices.

use std::sync::PoisonError;

use conformance_tests::ncip::Version;
use conformance_tests::ncip::messages as write;

use super::faults::Fault;
use super::reference::{Answer, Question, Router};

/// A request that was taken.
#[derive(Clone)]
pub(crate) struct Kept {
    id: String,
    agency: String,
    user: String,
}

pub(crate) fn answer(router: &Router, asked: &Question<'_>) -> Answer {
    let v = asked.version;
    let value = |name: &str| asked.read.anywhere(name).unwrap_or_default().trim().to_owned();
    let (user, id) = (value("UserIdentifierValue"), value("RequestIdentifierValue"));
    let header = router.response_header(asked, v);
    let ids = |kept: &Kept| {
        format!(
            "{}{}",
            write::request(v, &router.members.agency, &kept.id),
            write::user(v, &asked.from, &kept.user)
        )
    };
    match asked.service.as_str() {
        "RequestItem" if asked.read.code("RequestType").is_none() => {
            router.refuse(asked, &[("Needed Data Missing", "RequestType")])
        }
        "RequestItem" => {
            let mut requests = router.requests.lock().unwrap_or_else(PoisonError::into_inner);
            let next = format!("R{}", requests.len());
            let fresh = Kept { id: next.clone(), agency: asked.from.clone(), user };
            let key = if router.is(Fault::DoubleRequest) { next } else { format!("{}/{id}", asked.from) };
            let kept = requests.entry(key).or_insert(fresh).clone();
            let word = if router.is(Fault::OwnWords) { "Lending" } else { "Loan" };
            let kind = write::code(v, "RequestType", "requesttype", word);
            let scope = write::code(v, "RequestScopeType", "requestscopetype", "Item");
            let content = format!("{header}{}{kind}{scope}", ids(&kept));
            router.said(write::envelope(v, &write::element("RequestItemResponse", &content)), false)
        }
        "LookupRequest" | "CancelRequestItem" => {
            let requests = router.requests.lock().unwrap_or_else(PoisonError::into_inner);
            let own = |kept: &&Kept| kept.id == id && kept.agency == asked.from;
            match requests.values().find(own) {
                Some(kept) if user.is_empty() || kept.user == user => {
                    let content = format!("{header}{}", ids(kept));
                    let body = write::element(&format!("{}Response", asked.service), &content);
                    router.said(write::envelope(v, &body), false)
                }
                Some(_) | None => router.refuse(asked, &[("Unknown Request", "RequestId")]),
            }
        }
        "LookupAgency" => match asked
            .read
            .body()
            .and_then(|body| body.text_at("UniqueAgencyId/Value").or_else(|| body.text_at("AgencyId")))
        {
            Some(agency) if agency == router.members.agency => {
                let content = format!("{header}{}", write::agency(v, agency));
                router.said(write::envelope(v, &write::element("LookupAgencyResponse", &content)), false)
            }
            _ => router.refuse(asked, &[("Unknown Agency", "AgencyId")]),
        },
        "AcceptItem" => {
            let mut items = router.items.lock().unwrap_or_else(PoisonError::into_inner);
            let mut item = value("ItemIdentifierValue");
            if router.is(Fault::DoubleItem) && items.contains_key(&item) {
                item = format!("{item}-2");
            }
            items.entry(item.clone()).or_default();
            let content =
                write::request(v, &asked.from, &id) + &write::item(v, &router.members.agency, &item);
            let body = write::element("AcceptItemResponse", &format!("{header}{content}"));
            router.said(write::envelope(v, &body), false)
        }
        "CheckOutItem" => {
            let mut items = router.items.lock().unwrap_or_else(PoisonError::into_inner);
            let item = value("ItemIdentifierValue");
            let Some(lent) = items.get_mut(&item) else {
                return router.refuse(asked, &[("Unknown Item", "ItemId")]);
            };
            let again = lent.is_some() && router.is(Fault::LendsAgain);
            let due = if again { "2037-06-30T21:59:00Z" } else { "2037-05-29T21:59:00Z" };
            *lent = Some(due.to_owned());
            let content = format!(
                "{}{}<DateDue>{due}</DateDue>",
                write::item(v, &router.members.agency, &item),
                write::user(v, &router.members.agency, &user)
            );
            let body = write::element("CheckOutItemResponse", &format!("{header}{content}"));
            router.said(write::envelope(v, &body), false)
        }
        "ItemReceived" | "ItemCheckedIn" => {
            let error = "<MessagingError><MessagingErrorType><Scheme>http://www.niso.org/ncip/v1_0/schemes/messagingerrortype/messagingerrortype.scm</Scheme>\
                         <Value>Unknown Item</Value></MessagingErrorType><MessagingErrorElement><ElementName>ItemId</ElementName></MessagingErrorElement></MessagingError>";
            match v {
                Version::V1 => router.said(write::refused(v, &asked.service, &header, error), true),
                Version::V2 => router.refuse(asked, &[("Unknown Item", "ItemId")]),
            }
        }
        _ => router.refuse(asked, &[("Unsupported Service", "NCIPMessage")]),
    }
}

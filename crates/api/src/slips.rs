//! Slips and pull lists of hosted libraries, to be printed. What they say is `slips`'; must never show a request to another library than its own.

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use errors::slug;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use loan_model::PeerId;
use manual::{NoSlip, slip_now, zone};
use persistence::Listing;
use runtime::requests::{OPEN, State as Machine, read_stored};
use serde::Deserialize;
use slips::{PullList, Slip, SlipKind};
use state_machine::lending::Phase;

use super::{
    Api, Shared,
    model::{self, PullItem},
    problem::Failure,
    registry::library,
    requests::find,
};

/// How many requests of a library are read at a time.
const PAGE: usize = 500;

/// Which slip, in which form.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    kind: Option<String>,
    format: Option<String>,
}

/// What a slip is printed from.
#[derive(Debug, Clone, Copy)]
enum Format {
    Html,
    Pdf,
}

/// A request's slip.
pub(super) async fn slip(
    State(api): Shared,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, Failure> {
    let kind = which.kind.as_deref().map(slip_kind).transpose()?;
    let format = which.format.as_deref().map_or(Ok(Format::Html), format)?;
    let stored = find(&api, &id).await?;
    let kept = read_stored(&stored).map_err(Failure::bug)?;
    let Some(library) = &kept.meta.library else { return Err(NoSlip::OfBroker.into()) };
    let slip = slip_now(stored.request, &kept.state, library, &api.view.snapshot(), kind)?;
    Ok(match format {
        Format::Html => page(slip.html()),
        Format::Pdf => pdf(slip.pdf()),
    })
}

/// What a library is to fetch from its shelves: as JSON, or to be printed with the slips.
pub(super) async fn pull_list(
    State(api): Shared,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, Failure> {
    let format = match which.format.as_deref() {
        None | Some("json") => None,
        Some(other) => Some(format(other)?),
    };
    let snapshot = api.view.snapshot();
    let library = library(&snapshot, &id)?;
    if snapshot.hosted(&library.id).is_none() {
        let detail = format!("{} has a system of its own: its requests are not run here", library.name);
        return Err(Failure::new(slug!("peer.not-hosted"), detail));
    }
    let (slips, damaged) = to_pull(&api, &library.id).await?;
    let made = zone(&snapshot, &library.id).to_datetime(api.seams.clock.now());
    let list = PullList::new(library.name.clone(), made, slips);
    Ok(match format {
        None => {
            let items = list.slips().iter().map(item).collect();
            let (library, name) = (library.id.to_string(), library.name.clone());
            Json(model::PullList { library, name, made, items, damaged }).into_response()
        }
        Some(Format::Html) => page(list.html()),
        Some(Format::Pdf) => pdf(list.pdf()),
    })
}

/// The slips of what is to be pulled, and why others cannot be had.
async fn to_pull(api: &Api, library: &PeerId) -> Result<(Vec<Slip>, Vec<String>), Failure> {
    let snapshot = api.view.snapshot();
    let listing = Listing::Worklist { list: OPEN.to_owned(), library: library.to_string() };
    let (mut slips, mut damaged) = (Vec::new(), Vec::new());
    let mut cursor = None;
    loop {
        let (page, next) = api.store.list(listing.clone(), cursor, PAGE).await?;
        for stored in page {
            let read =
                stored.map_err(|why| why.to_string()).and_then(|it| Ok((it.request, read_stored(&it)?)));
            match read {
                Ok((request, kept)) if is_to_pull(&kept.state) => {
                    let kind = Some(SlipKind::Pull);
                    slips.push(slip_now(request, &kept.state, library, &snapshot, kind)?);
                }
                Ok(_) => {}
                Err(why) => damaged.push(why),
            }
        }
        cursor = next;
        if cursor.is_none() {
            return Ok((slips, damaged));
        }
    }
}

/// Whether somebody must go to the shelf: it is not answered, or it is promised and nothing of it has been pulled.
fn is_to_pull(state: &Machine) -> bool {
    match state {
        Machine::Brokering(_) | Machine::Borrowing(_) => false,
        Machine::Lending(state) => match state.phase() {
            Phase::OnPullList => true,
            Phase::WillSupply => state.volume_states().next().is_none(),
            _ => false,
        },
    }
}

fn item(slip: &Slip) -> PullItem {
    let told = slip.item.clone();
    PullItem {
        request: slip.request.as_str().to_owned(),
        reference: slip.reference.clone(),
        location: told.location,
        call_number: told.call_number,
        title: told.title,
        author: told.author,
        extent: told.extent,
        service: told.service,
        wanted_by: slip.to.name.clone(),
        needed_by: slip.needed_by,
    }
}

fn slip_kind(text: &str) -> Result<SlipKind, Failure> {
    let kinds = SlipKind::ALL;
    kinds.iter().copied().find(|kind| kind.as_str() == text).ok_or_else(|| {
        let all = kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        Failure::bad(format!("`{text}` is no kind of slip: there are {all}"))
    })
}

fn format(text: &str) -> Result<Format, Failure> {
    match text {
        "html" => Ok(Format::Html),
        "pdf" => Ok(Format::Pdf),
        _ => Err(Failure::bad(format!("`{text}` is no form of it: say html or pdf"))),
    }
}

fn page(html: String) -> Response {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    let mut response = typed(html.into_bytes(), "text/html; charset=utf-8");
    let name = HeaderName::from_static("content-security-policy");
    response.headers_mut().insert(name, HeaderValue::from_static(policy));
    response
}

fn pdf(bytes: Vec<u8>) -> Response {
    typed(bytes, "application/pdf")
}

fn typed(bytes: Vec<u8>, kind: &'static str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

impl From<NoSlip> for Failure {
    fn from(why: NoSlip) -> Self {
        Self::new(slug!("slip.none"), why.to_string())
    }
}

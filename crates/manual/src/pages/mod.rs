//! The pages behind the links: a GET shows what is about to be done and changes nothing, for mail scanners follow links; the POST of its form
//! does it, once. No script, nothing from elsewhere. Must never log a token.

mod form;
mod multipart;
mod view;

use std::{collections::BTreeMap, sync::Arc};

use acts::ActKind;
use axum::{
    Form, Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State},
    response::Response,
    routing::get,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY},
};
use net::Clock;
use runtime::{
    copy_file::{CopyFile, NoCopy},
    input_span::{self, InputKind, InputSpan},
};

use self::view::Page;
use super::{ActFailed, Acts, Link, LinkFault, Links, StaffCommand};

/// Where the pages are.
pub const PATH: &str = "/link";
/// The most bytes that a form may have.
const FORM_BYTES: usize = 64 << 10;

/// What the pages work with.
#[derive(Clone)]
pub struct Pages {
    /// Who knows links.
    pub links: Arc<Links>,
    /// Who acts.
    pub acts: Arc<dyn Acts>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How large a file may be that is handed over.
    pub most_bytes: u64,
}

/// The paths of the pages.
pub fn router(pages: Pages) -> Router {
    Router::new()
        .route(&format!("{PATH}/{{token}}"), get(show).post(act))
        // Each form is bounded where it is read.
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::new(pages))
}

type Shared = State<Arc<Pages>>;
/// What was filled in, by the names of the form's fields.
type Filling = BTreeMap<String, String>;

/// Shows what the link would do.
async fn show(State(pages): Shared, Path(token): Path<String>) -> Response {
    let page = match pages.opened(&token).await {
        Ok(opened) => view::form(&opened.link, opened.slip(), &Filling::new(), None),
        Err(page) => *page,
    };
    respond(page)
}

/// Does it. The form is read only where the link is good.
async fn act(State(pages): Shared, Path(token): Path<String>, request: Request) -> Response {
    InputSpan::new(InputKind::Link).run(follow(&pages, &token, request)).await
}

async fn follow(pages: &Pages, token: &str, request: Request) -> Response {
    let page = match pages.opened(token).await {
        Err(page) => *page,
        Ok(opened) => match pages.filled(opened.link.act, request).await {
            Ok(filled) => pages.done(opened, filled).await,
            Err(why) => view::form(&opened.link, opened.slip(), &Filling::new(), Some(&why)),
        },
    };
    respond(page)
}

/// What was filled in.
struct Filled {
    fields: Filling,
    file: Option<CopyFile>,
}

/// A link that is good now.
struct Opened {
    link: Link,
    allowed: super::Allowed,
}

impl Opened {
    fn slip(&self) -> Option<&slips::Slip> {
        self.allowed.slip.as_deref()
    }
}

impl Pages {
    /// The link, if it is good and its act is allowed now; else the page that says why not.
    async fn opened(&self, token: &str) -> Result<Opened, Box<Page>> {
        let link = self.links.read(token, self.clock.now()).map_err(|fault| {
            Box::new(match fault {
                LinkFault::NotOurs => view::not_ours(),
                LinkFault::Expired { link } => view::expired(&link),
            })
        })?;
        input_span::tell_request(link.request);
        input_span::tell_peer(&link.library);
        let (request, library) = (link.request, link.library.clone());
        let failed = |why| Box::new(view::failed(&link, why));
        if self.acts.was_done(request, link.once()).await.map_err(failed)? {
            return Err(Box::new(view::used(&link)));
        }
        let allowed = self.acts.allowed(request, library).await.map_err(failed)?;
        if !allowed.acts.contains(&link.act) {
            return Err(Box::new(view::not_now(&link, &allowed)));
        }
        Ok(Opened { link, allowed })
    }

    /// Reads a form; else says what is wrong with it.
    async fn filled(&self, act: ActKind, request: Request) -> Result<Filled, String> {
        let broken = || "the form did not arrive whole".to_owned();
        let (head, body) = request.into_parts();
        let most = match form::asks_file(act) {
            true => usize::try_from(self.most_bytes).unwrap_or(usize::MAX).saturating_add(FORM_BYTES),
            false => FORM_BYTES,
        };
        let bytes = Limited::new(body, most).collect().await;
        let bytes = bytes.map_err(|why| match why.is::<LengthLimitError>() && form::asks_file(act) {
            true => NoCopy::TooLarge { most: self.most_bytes }.to_string(),
            false => broken(),
        })?;
        let bytes = bytes.to_bytes();
        if !form::asks_file(act) {
            let form = Request::from_parts(head, Body::from(bytes));
            let Form(fields) = Form::from_request(form, &()).await.map_err(|_| broken())?;
            return Ok(Filled { fields, file: None });
        }
        let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let parts = multipart::read(kind, &bytes).ok_or_else(broken)?;
        let file = parts.file.ok_or_else(|| "choose the file".to_owned())?;
        let file = CopyFile::new(file, self.most_bytes).map_err(|why| why.to_string())?;
        Ok(Filled { fields: parts.fields, file: Some(file) })
    }

    async fn done(&self, opened: Opened, filled: Filled) -> Page {
        let Filled { fields, file } = filled;
        let fields = &fields;
        let data = match form::read(opened.link.act, fields) {
            Ok(data) => data,
            Err(why) => return view::form(&opened.link, opened.slip(), fields, Some(&why)),
        };
        let link = &opened.link;
        let command = StaffCommand {
            request: link.request,
            library: link.library.clone(),
            act: data.act,
            by: format!("{} by link", link.library),
            reason: data.note,
            once: Some(link.once()),
            file,
        };
        match self.acts.act(command).await {
            Ok(done) => {
                tracing::info!(act = %link.act, "done by link");
                view::done(link, opened.slip(), &done)
            }
            Err(ActFailed::Unfit { why }) => view::form(link, opened.slip(), fields, Some(&why)),
            Err(why) => view::failed(link, why),
        }
    }
}

fn respond(page: Page) -> Response {
    let mut response = Response::new(Body::from(page.html));
    *response.status_mut() = page.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for (name, value) in [
        ("content-security-policy", view::policy()),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if page.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(hyper::header::RETRY_AFTER, HeaderValue::from_static("30"));
    }
    response
}

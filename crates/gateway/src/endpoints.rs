//! Which part of the gateway answers a path. Must never look into a body, and never hand on or show a secret that stands in a path.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body};
use hyper::{Request, Response, StatusCode};
use ils::Ncip;
use iso_endpoint::Intake;
use manual::{copies::CopySettings, pages};
use net::{
    BoxFuture, Certificate, ServerLimits,
    http::{Handler, Locality, RequestBody, Source},
};
use runtime::presented::Credential;
use tower_service::Service;

use crate::{ISO18626, NCIP, TrustedProxies};

/// Says where messages go: a path with a slash too many is what a new peer's settings often have.
pub(crate) async fn not_found() -> (StatusCode, String) {
    let why = format!(
        "nothing is here: ISO 18626 messages are posted to {ISO18626}\nand NCIP messages are posted to {NCIP}\n"
    );
    (StatusCode::NOT_FOUND, why)
}

/// What serves the requests behind the server.
pub(crate) struct Endpoints {
    pub(crate) intake: Arc<Intake>,
    pub(crate) ncip: Arc<Ncip>,
    pub(crate) copying: CopySettings,
    pub(crate) proxies: TrustedProxies,
    pub(crate) router: Router,
}

impl Handler for Endpoints {
    type Body = Body;

    /// Files come where copies are handed over, and nowhere else.
    fn allowance(&self, path: &str, limits: &ServerLimits) -> (u64, Duration) {
        let by_api = path.starts_with(api::model::BASE) && path.ends_with("/copy");
        if by_api || path.starts_with(pages::PATH) {
            // The rest of a form, besides the file.
            let bytes = self.copying.most_bytes.saturating_add(64 << 10).max(limits.body_bytes);
            return (bytes, self.copying.timeout.max(limits.body_time));
        }
        (limits.body_bytes, limits.body_time)
    }

    fn handle(&self, mut request: Request<RequestBody>) -> BoxFuture<'static, Response<Body>> {
        self.name_client(&mut request);
        if let Some(found) = MessagePath::of(request.uri().path()) {
            // The secret is taken out of what is handed on: nobody may show it by showing the path.
            if let Some(secret) = found.secret {
                request.extensions_mut().insert(secret);
                *request.uri_mut() = hyper::Uri::from_static(found.endpoint);
            }
            if found.endpoint == ISO18626 {
                let intake = Arc::clone(&self.intake);
                return Box::pin(async move { intake.receive(request).await });
            }
            let ncip = Arc::clone(&self.ncip);
            return Box::pin(async move { ncip.receive(request).await });
        }
        let mut router = self.router.clone();
        Box::pin(async move {
            match router.call(request.map(Body::new)).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        })
    }
}

impl Endpoints {
    /// Lets the request come from whom a trusted proxy speaks for, and says whether that is a program on this machine. Who it is that a
    /// trusted proxy does not name has no address: the proxy's own would prove what it must not.
    fn name_client(&self, request: &mut Request<RequestBody>) {
        let TrustedProxies { addresses, header } = &self.proxies;
        let Some(Source(source)) = request.extensions().get::<Source>().copied() else { return };
        let is_trusted = |address| addresses.iter().any(|range| range.contains(address));
        // The operator's own programs call from where a proxy on this machine calls from, and have no header of its.
        let locality = Locality::of_call(source, request.headers());
        request.extensions_mut().insert(locality);
        if is_trusted(source.ip()) && locality == Locality::Elsewhere {
            let client = header.client(source, request.headers(), is_trusted);
            let nobody = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
            // What the proxy shows proves the proxy, and nobody that it speaks for.
            request.extensions_mut().remove::<Arc<Certificate>>();
            request.extensions_mut().insert(Source(if is_trusted(client.ip()) { nobody } else { client }));
        }
    }
}

/// A path that messages are posted to.
struct MessagePath {
    endpoint: &'static str,
    /// What stands behind `/in/`, by which the sender proves who it is.
    secret: Option<Credential>,
}

impl MessagePath {
    fn of(path: &str) -> Option<Self> {
        [ISO18626, NCIP].into_iter().find_map(|endpoint| {
            let rest = path.strip_prefix(endpoint)?;
            let secret = rest.strip_prefix("/in/");
            // A system may add a slash to whatever staff enter.
            let secret =
                secret.map(|secret| secret.trim_end_matches('/')).filter(|secret| !secret.is_empty());
            let found = rest.is_empty() || secret.is_some();
            found.then(|| MessagePath { endpoint, secret: secret.map(Credential::new) })
        })
    }
}

//! Copies that a hosted supplier hands over as a file: kept sealed with the request, and fetched by anyone who has the link that its
//! requester was told. Must never keep a file anywhere else, nor log who fetches it.

mod link;
mod page;

use std::{fmt, sync::Arc, time::Duration};

use errors::slug;
use hyper::Uri;
use jiff::{SignedDuration, Timestamp};
use net::Clock;
use persistence::{Body, Opened, RequestId, Role};
use tokio::sync::Semaphore;

pub use self::{link::CopyLink, page::router};
use crate::Links;
use runtime::copy_file::{CopyFile, NoCopy};
use runtime::input_span;
use runtime::requests::Requests;

/// Where copies are fetched.
pub const PATH: &str = "/copy";
/// How many are fetched at once: each is held in memory until it has been sent.
const FETCHES: usize = 16;

/// How copies are taken and given.
#[derive(Clone, Debug)]
pub struct CopySettings {
    /// How large a file may be.
    pub most_bytes: u64,
    /// How long it may take to come in.
    pub timeout: Duration,
    /// How long the link to it works.
    pub link: Duration,
    /// Where this gateway is reached from outside: `https://ill.example.org`. No files are taken, where nothing is said.
    pub base: Option<Uri>,
}

impl Default for CopySettings {
    fn default() -> Self {
        Self {
            most_bytes: 32 << 20,
            timeout: Duration::from_secs(300),
            link: Duration::from_secs(30 * 86_400),
            base: None,
        }
    }
}

/// Who makes the links to copies.
#[derive(Clone)]
pub struct CopyLinks {
    /// How copies are taken and given.
    pub settings: CopySettings,
    /// Signs the links.
    pub links: Arc<Links>,
}

impl CopyLinks {
    /// The address of the file that a step of a request keeps.
    pub fn address(&self, request: RequestId, step: u64, now: Timestamp) -> Result<String, NoCopy> {
        let base = self.settings.base.as_ref().ok_or(NoCopy::NoAddress)?;
        let lasts = SignedDuration::try_from(self.settings.link).unwrap_or(SignedDuration::MAX);
        let expires = now.checked_add(lasts).unwrap_or(Timestamp::MAX);
        let token = CopyLink { request, step, expires }.issue(&self.links);
        Ok(format!("{}{PATH}/{token}", base.to_string().trim_end_matches('/')))
    }
}

impl fmt::Debug for CopyLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyLinks").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Who gives copies to those who have a link.
pub struct Copies {
    /// The commit loop.
    pub requests: Arc<Requests>,
    /// Signs the links.
    pub links: Arc<Links>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    seats: Arc<Semaphore>,
}

/// Why a copy is not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum NotGiven {
    #[error("this link was not sent from here, or it was changed or cut on its way")]
    NotOurs,
    #[error("this link worked until {}; ask your library for the copy", .0.strftime("%Y-%m-%d %H:%M UTC"))]
    Expired(Timestamp),
    #[error("this copy is not kept any more")]
    Gone,
    #[error("it cannot be fetched just now: try again in a minute")]
    NotNow,
}

/// A copy on its way out.
struct Given {
    request: RequestId,
    body: Body,
    seat: tokio::sync::OwnedSemaphorePermit,
}

impl Copies {
    /// Gives copies that the commit loop keeps.
    pub fn new(requests: Arc<Requests>, links: Arc<Links>, clock: Arc<dyn Clock>) -> Self {
        Self { requests, links, clock, seats: Arc::new(Semaphore::new(FETCHES)) }
    }

    /// The copy that a link is for.
    async fn give(&self, token: &str) -> Result<Given, NotGiven> {
        let link = CopyLink::read(&self.links, token).ok_or(NotGiven::NotOurs)?;
        let CopyLink { request, step, expires } = link;
        input_span::tell_request(request);
        if expires <= self.clock.now() {
            return Err(NotGiven::Expired(expires));
        }
        let seat = Arc::clone(&self.seats).try_acquire_owned().map_err(|_| NotGiven::NotNow)?;
        let steps = self.requests.store().records(request, step, 1).await.map_err(|why| {
            tracing::warn!(slug = %slug!("store.failed"), %why, "a copy cannot be read");
            NotGiven::NotNow
        })?;
        let kept = steps.into_iter().filter(|found| found.number == step).flat_map(|found| found.bodies);
        let Some(Opened::Plain(bytes)) =
            kept.into_iter().find(|body| body.role == Role::In).map(|body| body.plaintext)
        else {
            return Err(NotGiven::Gone);
        };
        let file = CopyFile::new(bytes, u64::MAX).map_err(|_| NotGiven::Gone)?;
        tracing::info!(step, bytes = file.size(), "a copy is fetched");
        self.requests.copy_fetched(request, step).await;
        Ok(Given { request, body: file.body(), seat })
    }
}

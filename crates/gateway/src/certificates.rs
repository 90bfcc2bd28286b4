//! The certificates that the gateway shows: read anew while it runs, and watched so that none ends unseen. Must never read one while a caller
//! waits, nor say the same twice.

use std::{sync::Arc, time::Duration};

use api::model::{NCIP_CERTIFICATE, SERVER_CERTIFICATE};
use errors::{Slug, slug};
use jiff::{SignedDuration, Timestamp};
use net::{BadCertificate, CertificateFiles, Clock, Look, ServerTls, ServerTlsSettings};
use runtime::library_incidents::LibraryIncidents;

use crate::GatewayConfig;

/// The key that names the lists of certificates that were taken back.
const CLIENT_REVOCATIONS: &str = "server.client_revocations";

/// The certificates that the gateway shows.
#[derive(Clone)]
pub(crate) struct Certificates {
    pub(crate) http: Option<Arc<ServerTls>>,
    pub(crate) ncip: Option<Arc<ServerTls>>,
}

impl Certificates {
    /// Reads them.
    pub(crate) fn open(config: &GatewayConfig) -> Result<Self, BadCertificate> {
        let open = |named_by, files: &CertificateFiles| {
            let (files, versions, clients) = (files.clone(), config.tls_versions, config.clients.clone());
            ServerTls::open(ServerTlsSettings { named_by, files, versions, clients }).map(Arc::new)
        };
        let http = config.certificate.as_ref().map(|files| open(SERVER_CERTIFICATE, files)).transpose()?;
        let ncip = match &config.ncip_certificate {
            // One certificate is watched once.
            same if same == &config.certificate => http.clone(),
            other => other.as_ref().map(|files| open(NCIP_CERTIFICATE, files)).transpose()?,
        };
        Ok(Self { http, ncip })
    }

    /// Each of them, once.
    pub(crate) fn all(&self) -> Vec<Arc<ServerTls>> {
        let same = |one: &Arc<ServerTls>| self.http.as_ref().is_some_and(|http| Arc::ptr_eq(http, one));
        let ncip = self.ncip.iter().filter(|one| !same(one));
        self.http.iter().chain(ncip).cloned().collect()
    }

    /// What is to be said of when they end, in a sentence each.
    pub(crate) fn ending(&self, now: Timestamp) -> Vec<String> {
        let all = self.all();
        let certificates = all.iter().filter_map(|tls| ends(tls, now)).map(|(_, text)| text);
        let lists = all.iter().filter_map(|tls| lists_over(tls, now)).take(1);
        certificates.chain(lists).collect()
    }
}

/// How near the end of a certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Month,
    Week,
    Day,
    Over,
}

impl Step {
    /// That of a certificate that is valid for so long; none while the end is far.
    fn of(left: SignedDuration) -> Option<Self> {
        let within = |days: i64| left <= SignedDuration::from_hours(24 * days);
        match () {
            () if within(0) => Some(Self::Over),
            () if within(1) => Some(Self::Day),
            () if within(7) => Some(Self::Week),
            () if within(30) => Some(Self::Month),
            () => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Month => "30 days",
            Self::Week => "7 days",
            Self::Day => "1 day",
            Self::Over => "over",
        }
    }
}

fn ends(tls: &ServerTls, now: Timestamp) -> Option<(Step, String)> {
    let end = tls.shown().borrow().ends;
    let step = Step::of(end.duration_since(now))?;
    let (file, key) = (tls.file().display(), tls.named_by());
    let text = match step {
        Step::Over => format!("The certificate in {file} ({key}) has ended at {end}: callers refuse it."),
        within => format!(
            "The certificate in {file} ({key}) ends within {}, at {end}. Callers refuse it from then on.",
            within.as_str()
        ),
    };
    Some((step, text))
}

/// What is to be said of lists of certificates that were taken back, once one is over.
fn lists_over(tls: &ServerTls, now: Timestamp) -> Option<String> {
    let end = tls.shown().borrow().lists_end.filter(|end| *end <= now)?;
    let file = tls.revocations_file()?.display();
    Some(format!(
        "A list of revoked certificates in {file} ({CLIENT_REVOCATIONS}) is over since {end}: no certificate of its authority is taken from callers."
    ))
}

/// Looks at the files again and again.
pub(crate) struct CertificateWatch {
    pub(crate) incidents: Arc<LibraryIncidents>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pause: Duration,
}

/// A certificate, and what was said of it.
struct Watched {
    tls: Arc<ServerTls>,
    /// Why the files could not be used at the last look: a pair may be half written then.
    bad: Option<String>,
    bad_said: Said,
    end_said: Said,
    lists_said: Said,
}

/// What was said last: nothing yet, that all is well, or what tells one state from another.
type Said = Option<Option<String>>;

impl CertificateWatch {
    /// Watches these to the end of the process.
    pub(crate) async fn run(self, certificates: Certificates) {
        let watched = |tls| Watched { tls, bad: None, bad_said: None, end_said: None, lists_said: None };
        let mut all: Vec<Watched> = certificates.all().into_iter().map(watched).collect();
        while !all.is_empty() {
            for one in &mut all {
                self.look(one).await;
            }
            self.clock.sleep(self.pause).await;
        }
    }

    async fn look(&self, it: &mut Watched) {
        let before = std::mem::take(&mut it.bad);
        match it.tls.look() {
            Look::Same => {}
            Look::New => {
                let ends = it.tls.shown().borrow().ends;
                tracing::info!(file = %it.tls.file().display(), %ends, "a new certificate is shown from now on");
            }
            Look::Bad(why) => it.bad = Some(format!("{why}. The certificate from before is shown on.")),
        }
        let about = it.tls.named_by();
        if it.bad.is_none() || it.bad == before {
            let due = it.bad.clone().map(|why| (why.clone(), why));
            self.say(about, slug!("server.certificate"), &mut it.bad_said, due).await;
        }
        let due = ends(&it.tls, self.clock.now()).map(|(step, text)| (step.as_str().to_owned(), text));
        self.say(about, slug!("server.certificate-ends"), &mut it.end_said, due).await;
        if it.tls.revocations_file().is_some() {
            let due = lists_over(&it.tls, self.clock.now()).map(|text| (String::new(), text));
            self.say(CLIENT_REVOCATIONS, slug!("server.revocations-over"), &mut it.lists_said, due).await;
        }
    }

    /// Says what is due, unless it was said; what was said before it no longer stands then.
    async fn say(&self, about: &'static str, slug: Slug, said: &mut Said, due: Option<(String, String)>) {
        let kind = due.as_ref().map(|(kind, _)| kind.clone());
        if said.as_ref() == Some(&kind) {
            return;
        }
        // What stood before a restart, and is due still, was said.
        let first = said.replace(kind).is_none();
        if !first || due.is_none() {
            self.incidents.settle(about, slug).await;
        }
        if let Some((kind, text)) = due {
            self.incidents.raise_of_setting(about, slug, &kind, text).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_begins_so_many_days_before_the_end() {
        let day = 24 * 3600;
        for (seconds, step) in [
            (31 * day, None),
            (30 * day + 1, None),
            (30 * day, Some(Step::Month)),
            (7 * day + 1, Some(Step::Month)),
            (7 * day, Some(Step::Week)),
            (day, Some(Step::Day)),
            (1, Some(Step::Day)),
            (0, Some(Step::Over)),
            (-day, Some(Step::Over)),
        ] {
            assert_eq!(Step::of(SignedDuration::from_secs(seconds)), step, "{seconds}");
        }
    }
}

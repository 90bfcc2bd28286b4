//! The settings of the process. What belongs to a library is in the registry, never here.

use std::{fmt, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use errors::ErrorPage;
use ils::HostedInputs;
use iso18626::ReadOptions;
use manual::{copies::CopySettings, mail::MailSettings};
use net::{
    CertificateFiles, ClientAuthorities, ServerLimits, SteppedClock, Tls, TlsVersions, http::ForwardedHeader,
};
use persistence::{EngineKind, IntakeLimits, Retention};
use registry::AddressRange;
use runtime::presented::Authenticator;

/// A day.
const DAY: Duration = Duration::from_secs(86_400);

/// The settings of a gateway.
#[derive(Clone)]
pub struct GatewayConfig {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The certificate that is shown there; without one, what is spoken there travels in clear.
    pub certificate: Option<CertificateFiles>,
    /// Whose certificates callers may show, if any.
    pub clients: Option<ClientAuthorities>,
    /// Which versions of TLS are spoken with callers.
    pub tls_versions: TlsVersions,
    /// How often the certificates' files are looked at.
    pub certificate_check: Duration,
    /// Where NCIP is spoken without HTTP, if it is.
    pub ncip_listen: Option<SocketAddr>,
    /// The certificate that is shown there; without one, what is spoken there travels in clear.
    pub ncip_certificate: Option<CertificateFiles>,
    /// Who keeps the requests of hosted libraries; the gateway itself where nobody is named.
    pub hosted_inputs: Option<Arc<dyn HostedInputs>>,
    /// The folder of the store, its keyring, the API's token and the secrets that the registry names.
    pub data_dir: PathBuf,
    /// The store's engine.
    pub engine: EngineKind,
    /// What a caller may take.
    pub server: ServerLimits,
    /// Proxies in front of the gateway, which say whom they speak for.
    pub proxies: TrustedProxies,
    /// What a message may be at most. (Whether its namespace may be missing is each library's setting.)
    pub read: ReadOptions,
    /// How much is kept of each source that could not be attributed to a request.
    pub keep_intake: IntakeLimits,
    /// With less free space than this, messages are answered 503 while what is on its way goes on.
    pub free_space_floor: u64,
    /// How often the free space is looked at.
    pub space_check: Duration,
    /// Who knows the free space; the store where nobody is named.
    pub free_space: Option<Arc<dyn runtime::gate::FreeSpace>>,
    /// How long a stop waits for what is being done.
    pub drain: Duration,
    /// How long things are kept when staff prune.
    pub retention: Retention,
    /// The clock that the API may advance. It must be the one of the seams.
    pub stepped: Option<SteppedClock>,
    /// Who proves that a message comes from whom it says; the registry's proofs where nobody is named.
    pub authenticator: Option<Arc<dyn Authenticator>>,
    /// Whose certificates are believed.
    pub tls: Tls,
    /// How mail leaves the house. Libraries without a system are told nothing, where nothing is said.
    pub mail: Option<MailSettings>,
    /// How copies are taken as files, and given.
    pub copies: CopySettings,
    /// The pages of the errors, as the API shows them.
    pub error_pages: &'static [ErrorPage],
}

/// Proxies in front of the gateway. What anybody else says of whom he speaks for is not looked at.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    /// Their addresses.
    pub addresses: Vec<AddressRange>,
    /// Where they name their clients.
    pub header: ForwardedHeader,
}

impl GatewayConfig {
    /// The usual settings.
    pub fn new(listen: SocketAddr, data_dir: impl Into<PathBuf>, engine: EngineKind) -> Self {
        Self {
            listen,
            certificate: None,
            clients: None,
            tls_versions: TlsVersions::default(),
            certificate_check: Duration::from_secs(30),
            ncip_listen: None,
            ncip_certificate: None,
            hosted_inputs: None,
            data_dir: data_dir.into(),
            engine,
            server: ServerLimits::default(),
            proxies: TrustedProxies::default(),
            read: ReadOptions::default(),
            keep_intake: IntakeLimits { count: 1000, bytes: 16 << 20 },
            free_space_floor: 256 << 20,
            space_check: Duration::from_secs(5),
            free_space: None,
            drain: Duration::from_secs(20),
            retention: Retention {
                raw_after: Some(90 * DAY),
                events_after: None,
                intake_after: Some(30 * DAY),
            },
            stepped: None,
            authenticator: None,
            tls: Tls::system(),
            mail: None,
            copies: CopySettings::default(),
            error_pages: &[],
        }
    }

    /// Where the store's files lie.
    pub fn store_dir(&self) -> PathBuf {
        self.data_dir.join("store")
    }

    /// Where the secrets lie that the registry names as files.
    pub fn secrets_dir(&self) -> PathBuf {
        self.data_dir.join("secrets")
    }
}

impl fmt::Debug for GatewayConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayConfig")
            .field("listen", &self.listen)
            .field("data_dir", &self.data_dir)
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

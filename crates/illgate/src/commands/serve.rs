//! `illgate serve`: starts the gateway, tells where it listens, and stops it in order. Wiring only.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use clap::Args;
use errors::slug;
use gateway::{Gateway, GatewayConfig, StartError, TrustedProxies};
use jiff::SignedDuration;
use net::{
    CertificateFiles, ClientAuthorities, Clock, RealClock, Seams, Shown, SteppedClock, TlsVersions,
    http::ForwardedHeader,
};
use persistence::IntakeLimits;
use tokio::sync::watch;
use tracing_subscriber::{Layer, layer::SubscriberExt, util::SubscriberInitExt};

use super::{
    store::{retention, store_config},
    wait,
};
use crate::{
    client::Told,
    config::{Config, FileAt, ForwardedBy, LogFormat, TlsFrom, load, mail},
    context::Context,
    error_pages::PAGES,
    exit::{Exit, Failure, STORE_TAKEN},
    output::{Colour, say},
    stop,
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate serve
  illgate serve --config /etc/illgate.toml
  ILLGATE_LOG__LEVEL=info,gateway=debug illgate serve

SIGTERM and SIGINT stop it in order: it takes no more, lets what is being done end, and closes the store.
What was not sent by then is sent after the next start.";

/// How to serve.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// Run on a clock that the API may advance, ahead by so many seconds (for the demonstration and tests)
    #[arg(long, hide = true, value_name = "SECONDS")]
    stepped_clock: Option<u32>,
    /// Stop when standard input is closed: the process that started it has ended
    #[arg(long, hide = true)]
    stop_with_stdin: bool,
}

pub(crate) fn run(context: &Context, command: &Command) -> Result<Exit, Failure> {
    let config = load(context.global.config.as_deref())?.config;
    start_log(&config);
    wait(serve(command, &config))
}

async fn serve(command: &Command, config: &Config) -> Result<Exit, Failure> {
    let mut signals = stop::Signals::listen()?;
    let stepped = command.stepped_clock.map(|ahead| {
        let clock = SteppedClock::running(Arc::new(RealClock));
        clock.advance(SignedDuration::from_secs(ahead.into()));
        clock
    });
    let mut seams = Seams::real();
    if let Some(clock) = &stepped {
        seams.clock = Arc::new(clock.clone()) as Arc<dyn Clock>;
    }
    let mut wanted = gateway_config(config, stepped);
    wanted.mail = mail::with_password(&config.mail)?;
    let running = Gateway::start(wanted, seams).await.map_err(not_started)?;
    let mut certificate = running.certificate();
    let told = tell(config, running.addr(), certificate.as_mut())?;
    let ip = running.addr().ip();
    if !ip.is_loopback() && !ip.is_unspecified() {
        tracing::warn!(slug = %slug!("api.remote"), listen = %ip, "the commands on this machine are not let in where only an outside address is listened on: listen on 0.0.0.0 or [::], or use a proxy on this machine");
    }
    if config.log.format == LogFormat::Text {
        say(format!("illgate listens on {}; its data is in {}", told.url(), config.data.dir.display()));
        if let Some(address) = running.ncip_addr() {
            let how = if config.ncip.certificate.0.is_some() { ", over TLS" } else { "" };
            say(format!("NCIP without HTTP is spoken on {address}{how}"));
        }
    }
    let orphaned = async {
        match command.stop_with_stdin {
            true => stop::orphaned().await,
            false => std::future::pending().await,
        }
    };
    // What shows another certificate tells the commands which it is.
    let told_anew = async {
        while let Some(shown) = &mut certificate
            && shown.changed().await.is_ok()
        {
            if let Err(why) = tell(config, running.addr(), Some(shown)) {
                tracing::error!(slug = %slug!("data.unusable"), %why, "the commands cannot be told of the new certificate");
            }
        }
        std::future::pending::<Infallible>().await
    };
    let why = tokio::select! {
        why = signals.asked() => why,
        why = orphaned => why,
        never = told_anew => match never {},
        reason = running.stopped() => {
            tracing::error!(slug = %slug!("store.stopped"), %reason, "the store has failed");
            return Err(Failure::new(slug!("store.stopped"), format!("the store has stopped: {reason}"))
                .hint("nothing acknowledged is lost; mend the cause, run `illgate store check`, and start again"));
        }
    };
    tracing::info!(%why, "stopping");
    let cut = running.shut_down().await;
    if config.log.format == LogFormat::Text {
        say(format!(
            "stopped ({why}); {} connections and {} deliveries were cut off",
            cut.connections, cut.deliveries
        ));
    }
    Ok(Exit::Ok)
}

/// The gateway's settings, from the configuration's.
fn gateway_config(config: &Config, stepped: Option<SteppedClock>) -> GatewayConfig {
    let engine = store_config(config).engine;
    let mut wanted = GatewayConfig::new(config.server.listen, &config.data.dir, engine);
    wanted.error_pages = PAGES;
    wanted.ncip_listen = config.ncip.listen.0;
    let server = &config.server;
    wanted.certificate = certificate(&server.certificate, &server.key);
    wanted.ncip_certificate = certificate(&config.ncip.certificate, &config.ncip.key);
    let (authorities, revocations) =
        (server.client_authorities.0.clone(), server.client_revocations.0.clone());
    wanted.clients = authorities.map(|authorities| ClientAuthorities { authorities, revocations });
    wanted.tls_versions = match server.tls_from {
        TlsFrom::Tls12 => TlsVersions::From12,
        TlsFrom::Tls13 => TlsVersions::From13,
    };
    wanted.proxies = TrustedProxies {
        addresses: server.trusted_proxies.0.clone(),
        header: match server.forwarded_header {
            ForwardedBy::XForwardedFor => ForwardedHeader::XForwardedFor,
            ForwardedBy::Forwarded => ForwardedHeader::Forwarded,
        },
    };
    wanted.server.connections = size(server.connections);
    wanted.server.header_time = server.header_timeout.0;
    wanted.server.body_time = server.body_timeout.0;
    wanted.server.body_bytes = config.limits.message.0;
    wanted.server.per_source = size(server.connections_per_source);
    wanted.read.limits.max_bytes = usize::try_from(config.limits.message.0).unwrap_or(usize::MAX);
    wanted.read.limits.max_depth = size(config.limits.depth);
    wanted.read.limits.max_elements = size(config.limits.elements);
    wanted.keep_intake = IntakeLimits { count: config.intake.count.into(), bytes: config.intake.bytes.0 };
    wanted.free_space_floor = config.store.free_space_floor.0;
    wanted.drain = server.drain_timeout.0;
    wanted.retention = retention(config);
    wanted.copies.most_bytes = config.copies.size.0;
    wanted.copies.link = config.copies.link.0;
    wanted.copies.base = config.copies.links.0.clone();
    wanted.stepped = stepped;
    wanted
}

fn certificate(certificate: &FileAt, key: &FileAt) -> Option<CertificateFiles> {
    let both = certificate.0.clone().zip(key.0.clone());
    both.map(|(certificate, key)| CertificateFiles { certificate, key })
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn not_started(error: StartError) -> Failure {
    let slug = match &error {
        StartError::Store(_) => slug!("store.unusable"),
        StartError::Data { .. } => slug!("data.unusable"),
        StartError::Registry { .. } => slug!("registry.unreadable"),
        StartError::Certificate(_) => slug!("server.certificate"),
        StartError::Listen { .. } => slug!("server.cannot-listen"),
    };
    let failure = Failure::new(slug, error.to_string());
    if matches!(error, StartError::Store(_)) { failure.hint(STORE_TAKEN) } else { failure }
}

/// Tells the commands on this machine where the gateway listens, and what it shows there.
fn tell(
    config: &Config,
    address: SocketAddr,
    shown: Option<&mut watch::Receiver<Shown>>,
) -> Result<Told, Failure> {
    let certificate = shown.map(|shown| shown.borrow_and_update().certificate.fingerprint);
    let told = Told { address, certificate };
    told.write(&config.data.dir).map_err(|why| Failure::file(&config.data.dir, &why))?;
    Ok(told)
}

/// Logs to standard error, in the form and from the level that the configuration says.
fn start_log(config: &Config) {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match config.log.format {
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
        LogFormat::Text => lines.with_ansi(Colour::of(&std::io::stderr()) == Colour::Ansi).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(config.log.level.targets().clone())).init();
}

//! The gateway in a process of its own: started, killed, started again. It stops by itself when this process is gone.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use errors::slug;
use net::{Clock, RealClock};
use tokio::process::{Child, Command};

use crate::{
    client::{Client, Told},
    exit::Failure,
};

/// How long a start may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often it is looked whether the start is over.
const GLANCE: Duration = Duration::from_millis(10);

/// A running gateway.
pub(crate) struct Gateway {
    child: Child,
    told: Told,
}

/// How a gateway is started.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    /// The folder of its configuration and data.
    pub(crate) folder: PathBuf,
    /// The address it had before, if it had one.
    pub(crate) address: Option<SocketAddr>,
    /// How many seconds its clock is ahead.
    pub(crate) ahead: u64,
}

impl Start {
    /// A gateway that has never run: its configuration, with `more` at its end, is written into this folder.
    pub(crate) fn fresh(folder: &Path, engine: &str, more: &str) -> Result<Self, Failure> {
        let start = Self { folder: folder.to_owned(), address: None, ahead: 0 };
        let config = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n\n[data]\ndir = \"data\"\n\n\
             [store]\nengine = \"{engine}\"\nfree_space_floor = \"1 MiB\"\n{more}"
        );
        std::fs::write(start.config(), config).map_err(|why| Failure::file(&start.config(), &why))?;
        Ok(start)
    }

    /// The configuration's file.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.join("illgate.toml")
    }

    /// The gateway's data.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The gateway's log.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("gateway.log")
    }
}

impl Gateway {
    /// Starts it and waits until its API answers.
    pub(crate) async fn start(start: &Start) -> Result<Self, Failure> {
        Told::forget(&start.data()).map_err(|why| Failure::file(&start.data(), &why))?;
        let mut child = spawn(start)?;
        let began = RealClock.monotonic();
        loop {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(failed(start, &format!("it ended at once ({status})")));
            }
            if let Some(told) = answering(&start.data()).await {
                return Ok(Self { child, told });
            }
            if RealClock.monotonic() - began > TIMEOUT {
                return Err(failed(start, &format!("it does not answer within {} s", TIMEOUT.as_secs())));
            }
            RealClock.sleep(GLANCE).await;
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.told.address
    }

    /// Where it listens, and what it shows there.
    pub(crate) fn told(&self) -> Told {
        self.told
    }

    /// Kills it with SIGKILL, as a power cut would.
    pub(crate) async fn kill(mut self) -> Result<(), Failure> {
        let killed = self.child.kill().await;
        killed.map_err(|why| {
            Failure::new(slug!("child.unkillable"), format!("the gateway cannot be killed: {why}"))
        })
    }
}

fn spawn(start: &Start) -> Result<Child, Failure> {
    let failed = |why: std::io::Error| failed(start, &why.to_string());
    let program = std::env::current_exe().map_err(failed)?;
    let log = std::fs::OpenOptions::new().create(true).append(true).open(start.log()).map_err(failed)?;
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ILLGATE_")) {
        command.env_remove(name);
    }
    if let Some(address) = start.address {
        command.env("ILLGATE_SERVER__LISTEN", address.to_string());
    }
    command
        .arg("serve")
        .arg("--config")
        .arg(start.config())
        .args(["--stop-with-stdin", "--stepped-clock", &start.ahead.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)
}

async fn answering(data: &Path) -> Option<Told> {
    let told = Told::read(data)?;
    let client = Client::at(told, data).ok()?;
    client.answers().await.then_some(told)
}

fn failed(start: &Start, why: &str) -> Failure {
    let log = std::fs::read_to_string(start.log()).unwrap_or_default();
    Failure::new(slug!("child.no-gateway"), format!("the gateway did not start: {why}"))
        .details(log.lines().map(str::to_owned).collect())
}

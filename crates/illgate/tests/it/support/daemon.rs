//! A gateway in a process of its own, on a free port of loopback: started, asked, killed, started again.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use super::{TIMEOUT, http, wait_for};
use crate::program::illgate;

/// A running gateway. Killed when dropped.
pub(crate) struct Daemon {
    child: Child,
    dir: PathBuf,
    address: SocketAddr,
}

impl Daemon {
    /// Starts one on the store in `dir`, and waits until it is ready.
    pub(crate) fn start(dir: &Path, engine: &str) -> Self {
        Self::start_at(dir, engine, "127.0.0.1:0".parse().expect("an address"))
    }

    /// The same, at this address.
    pub(crate) fn start_at(dir: &Path, engine: &str, listen: SocketAddr) -> Self {
        let told = dir.join("api-address");
        let _ = std::fs::remove_file(&told);
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(dir.join("../illgate.log"))
            .expect("the log beside the store");
        let mut child = program(dir, &["serve"])
            .env("ILLGATE_STORE__ENGINE", engine)
            .env("ILLGATE_SERVER__LISTEN", listen.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("illgate starts");
        let address = wait_for(
            || "the gateway's address".to_owned(),
            TIMEOUT,
            || {
                if let Ok(Some(status)) = child.try_wait() {
                    panic!("illgate serve ended at once: {status}; {}", read_log(dir));
                }
                std::fs::read_to_string(&told).ok()?.trim().parse::<SocketAddr>().ok()
            },
        );
        wait_for(
            || "a ready gateway".to_owned(),
            TIMEOUT,
            || {
                let answer = http::exchange(address, "GET", "/health/ready", &[], b"").ok()?;
                (answer.status == 200).then_some(())
            },
        );
        Self { child, dir: dir.to_owned(), address }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Applies a registry file, which must be taken.
    pub(crate) fn apply(&self, registry: &str) {
        let file = self.dir.join("../peers.toml");
        std::fs::write(&file, registry).expect("the registry file");
        let output = self.command(&["peers", "apply", &file.display().to_string()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs a command of the same program against it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        program(&self.dir, arguments).output().expect("illgate runs")
    }

    /// Runs a command that must succeed; gives what it printed as JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.command(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("the command prints JSON")
    }

    /// Kills it with SIGKILL, as a power cut would, at an instant that the test chooses.
    #[expect(clippy::disallowed_methods, reason = "the instant is the point: any is as good as another")]
    pub(crate) fn kill_after(self, instant: std::time::Duration) {
        std::thread::sleep(instant);
        self.kill();
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the process can be killed");
        self.child.wait().expect("the process ends");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, with its things in `dir`.
fn program(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = illgate(dir, arguments);
    command.env("ILLGATE_DATA__DIR", dir);
    command
}

fn read_log(dir: &Path) -> String {
    std::fs::read_to_string(dir.join("../illgate.log")).unwrap_or_default()
}

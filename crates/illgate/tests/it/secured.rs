//! `illgate serve` with a certificate, and the commands of its machine.

use std::{path::Path, process::Stdio};

use serde_json::Value;
use testkit::Identity;

use crate::{
    program::{Ran, folder, illgate, run},
    support::{TIMEOUT, wait_for},
};

/// A command beside a gateway with a certificate.
fn command(dir: &Path, args: &[&str]) -> std::process::Command {
    let mut command = illgate(dir, args);
    command
        .env("ILLGATE_SERVER__LISTEN", "127.0.0.1:0")
        .env("ILLGATE_SERVER__CERTIFICATE", dir.join("c.pem"))
        .env("ILLGATE_SERVER__KEY", dir.join("k.pem"));
    command
}

fn write(dir: &Path, identity: &Identity) {
    let (certificate, key) = identity.pem();
    std::fs::write(dir.join("c.pem"), certificate).expect("written");
    std::fs::write(dir.join("k.pem"), key).expect("written");
}

fn ask(dir: &Path, args: &[&str]) -> Ran {
    run(&mut command(dir, args))
}

#[test]
fn the_commands_reach_a_gateway_that_speaks_tls() {
    let dir = folder();
    write(dir.path(), &Identity::new());
    let mut gateway = command(dir.path(), &["serve"]).stderr(Stdio::null()).spawn().expect("illgate starts");
    wait_for(|| "the gateway".to_owned(), TIMEOUT, || (ask(dir.path(), &["status"]).code == 0).then_some(()));
    let status = ask(dir.path(), &["status"]).out;
    assert!(status.contains("https://127.0.0.1:") && status.contains("(server.certificate)"), "{status}");
    let json: Value = serde_json::from_str(&ask(dir.path(), &["status", "--json"]).out).expect("JSON");
    assert_eq!(json["certificates"][0]["named_by"], "server.certificate");

    // They trust what the gateway says it shows, and nothing else.
    let told = dir.path().join("illgate-data/api-address");
    let text = std::fs::read_to_string(&told).expect("it tells");
    let (address, _) = text.split_once('\n').expect("two lines");
    std::fs::write(&told, format!("{address}\n{}\n", "00".repeat(32))).expect("written");
    let refused = ask(dir.path(), &["status"]);
    assert!(refused.code != 0 && refused.err.contains("certificate"), "{}", refused.err);
    gateway.kill().expect("it is killed");
    gateway.wait().expect("it ends");
}

#[test]
fn a_start_without_a_usable_certificate_says_which_file_and_what_to_do() {
    let dir = folder();
    let missing = ask(dir.path(), &["serve"]);
    assert_ne!(missing.code, 0);
    assert!(missing.err.contains("server.certificate") && missing.err.contains("c.pem"), "{}", missing.err);
    let half = run(command(dir.path(), &["serve"]).env_remove("ILLGATE_SERVER__KEY"));
    assert!(half.err.contains("there is a certificate and no key"), "{}", half.err);
}

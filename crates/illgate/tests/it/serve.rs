//! `illgate serve` and the commands that talk with it, as an operator uses them.

use std::{
    io::Read,
    net::SocketAddr,
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use serde_json::Value;
use simulator::{FarSide, Library, LibraryConfig, NewRequest, SimClock};

use crate::{
    program::{Ran, folder, illgate, run},
    support::{TIMEOUT, http::exchange, wait_for},
};

/// A running gateway with its data in a folder; killed when dropped.
struct Served<'a> {
    child: Child,
    dir: &'a Path,
}

impl<'a> Served<'a> {
    fn start(dir: &'a Path) -> Self {
        Self::start_with(dir, &[])
    }

    fn start_with(dir: &'a Path, variables: &[(&str, &str)]) -> Self {
        let told = dir.join("illgate-data/api-address");
        let _absent = std::fs::remove_file(&told);
        let mut command = illgate(dir, &["serve"]);
        command.env("ILLGATE_SERVER__LISTEN", "127.0.0.1:0").stderr(Stdio::piped());
        command.envs(variables.iter().copied());
        let mut served = Self { child: command.spawn().expect("illgate starts"), dir };
        wait_for(
            || "the gateway".to_owned(),
            TIMEOUT,
            || {
                if let Ok(Some(status)) = served.child.try_wait() {
                    panic!("illgate serve ended ({status}): {}", served.said());
                }
                (told.exists() && served.run(&["status"]).code == 0).then_some(())
            },
        );
        served
    }

    fn address(&self) -> SocketAddr {
        let told = std::fs::read_to_string(self.dir.join("illgate-data/api-address"));
        told.ok().and_then(|text| text.trim().parse().ok()).expect("it tells where it listens")
    }

    fn run(&self, args: &[&str]) -> Ran {
        run(&mut illgate(self.dir, args))
    }

    fn json(&self, args: &[&str]) -> Value {
        let ran = self.run(&[args, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        serde_json::from_str(&ran.out).expect("JSON on standard output")
    }

    /// Asks it to stop; gives its exit code and what it said.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        let asked = std::process::Command::new("kill").args([signal, &pid]).status();
        assert!(asked.is_ok_and(|status| status.success()), "kill runs");
        let status = self.child.wait().expect("it ends");
        (status.code(), self.said())
    }

    fn said(&mut self) -> String {
        let mut said = String::new();
        if let Some(mut err) = self.child.stderr.take() {
            let _cut = err.read_to_string(&mut said);
        }
        said
    }
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn registry(requester: &Library, supplier_url: &str) -> String {
    format!(
        "[broker]\nname = \"Broker\"\nsymbols = [\"ISIL:XX-B\"]\n\n\
         [[library]]\nid = \"north\"\nname = \"North\"\nsymbols = [\"ISIL:XX-NORTH\"]\nconnection.url = \"{}\"\n\n\
         [[library]]\nid = \"south\"\nname = \"South\"\nsymbols = [\"ISIL:XX-SOUTH\"]\nconnection.url = \"{supplier_url}\"\n\
         connection.retry.first = \"10m\"\n",
        requester.url()
    )
}

async fn library(symbol: &str, served: &Served<'_>) -> Library {
    let far = FarSide::new(format!("http://{}/iso18626", served.address()), "ISIL:XX-B");
    Library::start(LibraryConfig::new(symbol, symbol, far), SimClock::real()).await.expect("it listens")
}

#[test]
fn it_serves_until_it_is_told_to_stop_and_says_why() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder();
    for signal in ["-TERM", "-INT"] {
        let served = Served::start(dir.path());
        let status = served.json(&["status"]);
        assert_eq!((&status["engine"], &status["intake"]), (&"redb".into(), &"open".into()));
        let token = std::fs::metadata(dir.path().join("illgate-data/api-token")).expect("the token is there");
        assert_eq!(token.permissions().mode() & 0o777, 0o600);
        let (code, said) = served.stop(signal);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&format!("stopped (SIG{})", &signal[1..])), "{said}");
    }
    assert_eq!(run(&mut illgate(dir.path(), &["status"])).code, 3);
}

#[test]
fn a_log_for_machines_is_json_line_by_line() {
    let dir = folder();
    let served = Served::start_with(dir.path(), &[("ILLGATE_LOG__FORMAT", "json")]);
    let (code, said) = served.stop("-TERM");
    assert_eq!(code, Some(0), "{said}");
    let lines: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
        .collect();
    assert!(lines.iter().any(|line| line["why"] == "SIGTERM"), "{said}");
}

#[test]
fn what_it_cannot_have_it_names_and_ends() {
    let dir = folder();
    let served = Served::start(dir.path());
    let second = run(illgate(dir.path(), &["serve"]).env("ILLGATE_SERVER__LISTEN", "127.0.0.1:0"));
    assert_eq!(second.code, 4, "{}", second.err);
    assert!(second.err.contains("illgate-data/store") && second.err.contains("stop that"), "{}", second.err);

    let other = folder();
    let taken = served.address().to_string();
    let same_port = run(illgate(other.path(), &["serve"]).env("ILLGATE_SERVER__LISTEN", &taken));
    assert_eq!(same_port.code, 4, "{}", same_port.err);
    assert!(same_port.err.contains(&taken), "{}", same_port.err);

    let open = run(illgate(other.path(), &["serve"]).env("ILLGATE_SERVER__LISTEN", "0.0.0.0:0"));
    assert_eq!(open.code, 4, "{}", open.err);
    assert!(open.err.contains("plain-http"), "{}", open.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_applies_a_registry_whole_or_not_at_all() {
    let dir = folder();
    let served = Served::start(dir.path());
    let north = library("ISIL:XX-NORTH", &served).await;
    let file = dir.path().join("libraries.toml");
    let path = file.to_str().expect("a plain path");
    std::fs::write(&file, registry(&north, "http://127.0.0.1:9/iso18626")).expect("written");

    let dry = served.json(&["peers", "apply", path, "--dry-run"]);
    assert_eq!((&dry["applied"], &dry["version"]), (&false.into(), &1.into()));
    assert_eq!(served.json(&["peers", "list"])["peers"].as_array().map(Vec::len), Some(0));
    let applied = served.json(&["peers", "apply", path]);
    assert_eq!((&applied["applied"], &applied["version"]), (&true.into(), &1.into()));
    assert_eq!(served.json(&["peers", "show", "south"])["symbols"][0], "ISIL:XX-SOUTH");

    let exported = served.run(&["peers", "export"]).out;
    std::fs::write(&file, &exported).expect("written");
    assert!(served.run(&["peers", "apply", path]).out.contains("nothing changes"));

    std::fs::write(&file, exported.replace("South", "Southern").replace("based_on = 1", "based_on = 7"))
        .expect("written");
    let stale = served.run(&["peers", "apply", path]);
    assert_eq!(stale.code, 2, "{}", stale.err);

    std::fs::write(&file, exported.replace("name =", "nmae =")).expect("written");
    let bad = served.run(&["peers", "apply", path]);
    assert_eq!((bad.code, bad.out.as_str()), (4, ""));
    assert!(bad.err.matches("nmae").count() >= 3, "every error at once: {}", bad.err);
    assert_eq!(served.json(&["status"])["registry_version"], 1);

    let unknown = served.run(&["peers", "show", "nobody"]);
    assert_eq!(unknown.code, 2, "{}", unknown.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_finds_the_stuck_request_and_moves_it() {
    let dir = folder();
    let served = Served::start(dir.path());
    let north = library("ISIL:XX-NORTH", &served).await;
    let file = dir.path().join("libraries.toml");
    // Nothing listens there: the request cannot be delivered.
    std::fs::write(&file, registry(&north, "http://127.0.0.1:9/iso18626")).expect("written");
    served.json(&["peers", "apply", file.to_str().expect("a plain path")]);
    let talk = north.send_request(NewRequest::loan("Stuck Between Shelves")).await.expect("it is taken");
    let id = talk.id();

    let line = wait_for(
        || "an attempt".to_owned(),
        TIMEOUT,
        || {
            let queue = served.json(&["queue", "list", "--peer", "south"]);
            let line = queue["messages"].get(0)?.clone();
            line["last_error"].is_string().then_some(line)
        },
    );
    let message = line["message"].as_str().expect("it has an id");
    assert_eq!(served.json(&["queue", "show", message])["kind"], "request");
    let shown = served.run(&["requests", "show", &id]);
    assert!(
        shown.out.contains("Stuck Between Shelves") && shown.out.contains("──▶ request  [south]"),
        "{}",
        shown.out
    );
    assert!(
        shown.out.contains("Waiting to be sent or confirmed") && shown.out.contains("Awaited"),
        "{}",
        shown.out
    );

    let explained = served.run(&["route", "explain", &id]);
    let row = explained.out.lines().find(|row| row.contains("ISIL:XX-SOUTH")).unwrap_or_default();
    assert!(row.starts_with('1') && row.contains("sending"), "{}", explained.out);

    let south = library("ISIL:XX-SOUTH", &served).await;
    let mended = std::fs::read_to_string(&file)
        .expect("it is there")
        .replace("http://127.0.0.1:9/iso18626", &south.url());
    std::fs::write(&file, format!("based_on = 1\n{mended}")).expect("written");
    served.json(&["peers", "apply", file.to_str().expect("a plain path")]);
    let resent = served.json(&["queue", "resend", message, "--reason", "their server has moved"]);
    assert_eq!(resent["request"]["requester"], "north");
    talk.wait_for_status(iso18626::Status::Loaned, Duration::from_secs(10)).await.expect("the loan runs");
    let sent = south.flow().entries().into_iter().find(|entry| entry.kind == "request").expect("it arrived");
    let bytes = served.run(&["requests", "show", &id, "--message", message]);
    assert_eq!(bytes.out.as_bytes(), &*sent.bytes, "a resend is byte for byte the same");

    talk.received().await.expect("it is taken");
    talk.shipped_return().await.expect("it is taken");
    let watched = served.run(&["requests", "watch", &id, "--after", "0"]);
    assert_eq!(watched.code, 0, "{}", watched.err);
    assert!(watched.out.contains("◀── Loaned (StatusChange)  [south]"), "{}", watched.out);
    assert!(
        watched.out.trim_end().ends_with('│') && watched.out.contains("✓ LoanCompleted taken"),
        "{}",
        watched.out
    );

    let page = served.json(&["requests", "list", "--peer", "south"]);
    assert_eq!(page["requests"][0]["told"], "LoanCompleted");
    let unknown = served.run(&["requests", "show", "no-such-request"]);
    assert_eq!(unknown.code, 2, "{}", unknown.err);
    let refused = served.run(&["requests", "act", &id, "next-supplier", "--reason", "why not"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    let gone = served.run(&["queue", "resend", message, "--reason", "once more"]);
    assert!(gone.code == 2 && gone.err.contains("--request"), "{}", gone.err);
    let ours = page["requests"][0]["id"].as_str().expect("it has an id");
    let again = served.json(&["queue", "resend", message, "--request", ours, "--reason", "once more"]);
    assert!(again["message"].as_str().is_some_and(|sent| sent != message), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_and_was_not_taken_is_kept_and_shown() {
    let dir = folder();
    let served = Served::start(dir.path());
    let stranger = library("ISIL:XX-STRANGER", &served).await;
    assert!(stranger.send_request(NewRequest::loan("From nowhere")).await.is_err());
    let page = served.json(&["intake", "list"]);
    let id = page["entries"][0]["id"].as_str().expect("it is listed");
    let shown = served.run(&["intake", "show", id]);
    assert!(shown.code == 0 && shown.out.contains("From nowhere"), "{}{}", shown.out, shown.err);
    assert_eq!(served.run(&["intake", "show", "int_00000000000000000000000000"]).code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_library_writes_otherwise_than_it_should_is_shown_with_it() {
    let dir = folder();
    let served = Served::start(dir.path());
    let north = library("ISIL:XX-NORTH", &served).await;
    let file = dir.path().join("libraries.toml");
    let written = registry(&north, "http://127.0.0.1:9/iso18626").replace(
        "\n\n[[library]]\nid = \"south\"",
        "\nconnection.edition = \"2021-2\"\n\n[[library]]\nid = \"south\"",
    );
    std::fs::write(&file, written).expect("written");
    served.json(&["peers", "apply", file.to_str().expect("a plain path")]);
    let well = served.run(&["peers", "show", "north"]).out;
    assert!(!well.contains("warnings") && !well.contains("incident"), "{well}");

    let request =
        include_str!("data/request-1.2.xml").replace("ZZ-BROKER", "XX-B").replace("ZZ-NC", "XX-NORTH");
    for (number, kind) in
        ["application/octet-stream", "text/plain", "application/xml"].into_iter().enumerate()
    {
        let body = request.replace("NC-2026-0041", &format!("north-{number}"));
        let answer =
            exchange(served.address(), "POST", "/iso18626", &[("Content-Type", kind)], body.as_bytes());
        let answer = answer.expect("it answers");
        assert!(answer.text().contains("<messageStatus>OK</messageStatus>"), "{kind}: {}", answer.text());
    }
    let shown = served.run(&["peers", "show", "north"]).out;
    assert!(shown.contains("warnings     content type: 2\n"), "{shown}");
    assert!(shown.contains("incident     peer.edition: It writes edition 1.2"), "{shown}");
    let detail = served.json(&["peers", "show", "north"]);
    assert_eq!(detail["warnings"][0]["value"], 2);
    assert_eq!(detail["incidents"][0]["slug"], "peer.edition");
    let status = served.run(&["status"]).out;
    assert!(!status.contains("peer-warning"), "a library's own are not among the gateway's: {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_store_is_backed_up_and_restored_on_another_engine() {
    let dir = folder();
    let served = Served::start(dir.path());
    let north = library("ISIL:XX-NORTH", &served).await;
    let file = dir.path().join("libraries.toml");
    std::fs::write(&file, registry(&north, "http://127.0.0.1:9/iso18626")).expect("written");
    served.json(&["peers", "apply", file.to_str().expect("a plain path")]);
    let talk = north.send_request(NewRequest::loan("Kept in Two Places")).await.expect("it is taken");

    let backed_up = served.json(&["store", "backup", "backup.jsonl", "--keyring", "keyring.copy"]);
    assert!(backed_up["rows"].as_u64().is_some_and(|rows| rows > 5), "{backed_up}");
    assert!(dir.path().join("keyring.copy").exists());
    assert_eq!(served.run(&["store", "backup", "backup.jsonl"]).code, 2, "a backup is never overwritten");
    let exported = served.run(&["store", "export"]);
    assert_eq!(exported.out.lines().count() as u64, exported_rows(&exported.out) + 2);
    assert_eq!(served.run(&["store", "prune"]).code, 0);
    let locked = served.run(&["store", "check"]);
    assert_eq!(locked.code, 4, "{}", locked.err);
    let (code, _) = served.stop("-TERM");
    assert_eq!(code, Some(0));
    assert_eq!(run(&mut illgate(dir.path(), &["store", "check"])).code, 0);

    let other = folder();
    let backup = dir.path().join("backup.jsonl");
    let on_sled = |args: &[&str]| run(illgate(other.path(), args).env("ILLGATE_STORE__ENGINE", "sled"));
    let restored = on_sled(&["store", "restore", backup.to_str().expect("a plain path")]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    let again = on_sled(&["store", "restore", backup.to_str().expect("a plain path")]);
    assert_eq!(again.code, 2, "a store is never overwritten: {}", again.err);
    let checked = on_sled(&["store", "check", "--json"]);
    let checked: Value = serde_json::from_str(&checked.out).expect("JSON on standard output");
    assert_eq!((&checked["ok"], &checked["requests"]), (&true.into(), &1.into()));
    let exported = on_sled(&["store", "export"]);
    assert!(exported.out.contains("\"row\""), "{}", exported.err);
    drop(talk);
}

/// How many rows an export says that it has.
fn exported_rows(text: &str) -> u64 {
    let last: Value = text
        .lines()
        .last()
        .and_then(|line| serde_json::from_str(line).ok())
        .expect("an export has a last line");
    last["end"]["rows"].as_u64().expect("it counts its rows")
}

#[test]
fn it_stops_with_whoever_started_it() {
    let dir = folder();
    let mut command = illgate(dir.path(), &["serve", "--stop-with-stdin"]);
    command.env("ILLGATE_SERVER__LISTEN", "127.0.0.1:0").stdin(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("illgate starts");
    wait_for(
        || "the gateway".to_owned(),
        TIMEOUT,
        || dir.path().join("illgate-data/api-address").exists().then_some(()),
    );
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success());
}

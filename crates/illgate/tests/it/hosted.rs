//! Hosted libraries as their staff see them from the command line.

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    program::folder,
    support::{TIMEOUT, daemon::Daemon, free_address, http, wait_for},
};

/// Where links to copies begin.
const LINKS: &str = "https://ill.example.org";

const REGISTRY: &str = r#"
[broker]
name = "Broker"
symbols = ["ISIL:XX-B"]

[defaults.hosted]
undo_window = "0s"

[[library]]
id = "north"
name = "North Library"
symbols = ["ISIL:XX-NORTH"]
connection.kind = "manual"
connection.manual.mail_to = ["ill@north.example.org"]

[[library]]
id = "south"
name = "South Library"
symbols = ["ISIL:XX-SOUTH"]
connection.kind = "manual"
connection.manual.mail_to = ["ill@south.example.org"]
"#;

/// A gateway that hosts both sides of a loan: the borrower's request and the lender's.
struct Hosted {
    dir: TempDir,
    gateway: Daemon,
    borrowing: String,
    lending: String,
}

impl Hosted {
    fn start() -> Self {
        Self::asking("Loan")
    }

    /// The same, for a service of one's choice.
    fn asking(service: &str) -> Self {
        let dir = folder();
        let data = dir.path().join("data");
        std::fs::create_dir(&data).expect("a new folder");
        std::fs::write(data.join("illgate.toml"), format!("[copies]\nlinks = \"{LINKS}\"\n"))
            .expect("the configuration");
        let gateway = Daemon::start(&data, "redb");
        gateway.apply(REGISTRY);
        let wish = ["--patron", "21234000", "--title", "The Book of Tides", "--service", service];
        let done = gateway.json(&[["requests", "ask", "north"].as_slice(), &wish].concat());
        let borrowing = text(&done["request"]["id"]);
        gateway.json(&["requests", "act", &borrowing, "send"]);
        let lending = wait_for(
            || "the lender's side".to_owned(),
            TIMEOUT,
            || {
                let of_lender = ["--machine", "lending", "--library", "south", "--phase", "on-pull-list"];
                let page = gateway.json(&[["requests", "list"].as_slice(), &of_lender].concat());
                page["requests"].as_array()?.first().map(|line| text(&line["id"]))
            },
        );
        Self { dir, gateway, borrowing, lending }
    }

    /// What a command prints; it must succeed.
    fn prints(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.gateway.command(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// How a command fails: its exit code, and what it says.
    fn fails(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.gateway.command(arguments);
        assert!(!output.status.success(), "{arguments:?} succeeded");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[test]
fn staff_print_slips_and_the_pull_list() {
    let hosted = Hosted::start();
    let lending = hosted.lending.as_str();
    let page = String::from_utf8(hosted.prints(&["requests", "slip", lending])).expect("UTF-8");
    assert!(page.contains("<h1>Pull slip</h1>") && page.contains("The Book of Tides"), "{page}");
    let file = hosted.dir.path().join("slip.pdf");
    let name = file.display().to_string();
    hosted.prints(&["requests", "slip", lending, "--kind", "routing", "-o", &name]);
    assert!(std::fs::read(&file).expect("it is written").starts_with(b"%PDF-1."));
    assert!(hosted.prints(&["requests", "pull-list", "south", "--format", "pdf"]).starts_with(b"%PDF-1."));

    let table = String::from_utf8(hosted.prints(&["requests", "pull-list", "south"])).expect("UTF-8");
    assert!(table.contains("The Book of Tides") && table.contains(lending), "{table}");
    let list = hosted.gateway.json(&["requests", "pull-list", "south"]);
    assert_eq!(list["items"][0]["request"], lending);

    let (code, said) = hosted.fails(&["requests", "slip", &hosted.borrowing, "--kind", "routing"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("it has return"), "{said}");
}

#[test]
fn requests_are_found_by_machine_phase_and_library() {
    let hosted = Hosted::start();
    let ids = |arguments: &[&str]| -> Vec<String> {
        let page = hosted.gateway.json(&[["requests", "list"].as_slice(), arguments].concat());
        page["requests"].as_array().expect("a list").iter().map(|line| text(&line["id"])).collect()
    };
    assert_eq!(ids(&[]).len(), 3, "borrower, broker, lender");
    assert_eq!(ids(&["--machine", "borrowing"]), [hosted.borrowing.as_str()]);
    assert_eq!(ids(&["--library", "south"]), [hosted.lending.as_str()]);
    assert_eq!(ids(&["--library", "ISIL:XX-SOUTH", "--phase", "on-pull-list"]), [hosted.lending.as_str()]);
    assert_eq!(ids(&["--phase", "asking"]).len(), 1);
    assert_eq!(ids(&["--machine", "lending", "--phase", "completed"]), [""; 0]);
    // On either side, by whichever of its names the record has.
    assert_eq!(ids(&["--peer", "south", "--machine", "brokering"]).len(), 1);
    assert!(ids(&["--peer", "north"]).contains(&hosted.lending));

    let (code, said) =
        hosted.fails(&["requests", "list", "--machine", "brokering", "--phase", "on-pull-list"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("locating, asking"), "{said}");
    let (code, said) = hosted.fails(&["requests", "list", "--phase", "pull-list"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("on-pull-list") && said.contains("being-checked"), "{said}");
    let (code, said) = hosted.fails(&["requests", "list", "--library", "west"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("no library"), "{said}");
}

#[test]
fn a_hosted_request_is_watched_until_it_is_over() {
    let hosted = Hosted::start();
    hosted.prints(&["requests", "act", &hosted.lending, "unfilled", "--field", "reason=NotOnShelf"]);
    let seen = String::from_utf8(hosted.prints(&["requests", "watch", &hosted.borrowing, "--after", "0"]));
    assert!(seen.expect("UTF-8").contains("unfilled"));
}

#[test]
fn what_staff_may_do_is_listed_and_a_wrong_act_is_refused_with_an_example() {
    let hosted = Hosted::start();
    let said = String::from_utf8(hosted.prints(&["requests", "acts", &hosted.lending])).expect("UTF-8");
    assert!(said.contains("reason, required: one of NonCirculating, NotAvailableForILL, NotHeld"), "{said}");
    assert!(said.contains(r#"unfilled --data '{"reason":"NotOnShelf"}'"#), "{said}");
    assert!(!said.contains("next-supplier"), "{said}");
    for given in
        [&["--reason", "NotOnShelf"][..], &["--field", "reason=unfilled"], &["--data", r#"{"why":"x"}"#]]
    {
        let (code, said) = hosted.fails(&[&["requests", "act", &hosted.lending, "unfilled"], given].concat());
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(r#"`--data '{"reason":"NotOnShelf"}'`"#), "{said}");
    }
}

#[test]
fn a_copy_is_handed_over_as_a_file_and_fetched_by_its_link() {
    let hosted = Hosted::asking("Copy");
    let at = |name: &str| hosted.dir.path().join(name).display().to_string();
    std::fs::write(at("scan.pdf"), b"%PDF-1.7 on currents").expect("a file");
    std::fs::write(at("scan.html"), b"<html>on currents").expect("a file");
    let (code, said) = hosted.fails(&["requests", "upload", &hosted.lending, &at("scan.html")]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("application/pdf"), "{said}");
    let (code, said) = hosted.fails(&["requests", "upload", &hosted.lending, &at("none.pdf")]);
    assert_eq!(code, Some(3), "{said}");

    let done = hosted.gateway.json(&["requests", "upload", &hosted.lending, &at("scan.pdf")]);
    assert_eq!(done["request"]["phase"], "completed");
    let url = wait_for(
        || "the requester to be told".to_owned(),
        TIMEOUT,
        || hosted.gateway.json(&["requests", "show", &hosted.borrowing])["copy"].as_str().map(str::to_owned),
    );
    let path = url.strip_prefix(LINKS).expect("a link of ours");
    let fetched = http::exchange(hosted.gateway.address(), "GET", path, &[], b"").expect("an answer");
    assert_eq!((fetched.status, fetched.body.as_slice()), (200, b"%PDF-1.7 on currents".as_slice()));
}

#[test]
fn an_operator_sees_which_ils_does_not_answer() {
    let dir = folder();
    let gateway = Daemon::start(dir.path(), "redb");
    let nobody = free_address();
    let north = format!(
        "[library.connection]\nkind = \"ncip\"\nncip = {{ url = \"http://{nobody}/ncip\", preset = \"koha\" }}\n"
    );
    let manual = "connection.kind = \"manual\"\nconnection.manual.mail_to = [\"ill@north.example.org\"]\n";
    gateway.apply(&REGISTRY.replace(manual, &north));
    gateway.json(&["requests", "ask", "north", "--patron", "21234000", "--title", "The Book of Tides"]);
    let shown = wait_for(
        || "the ILS's queue".to_owned(),
        TIMEOUT,
        || {
            let shown = gateway.json(&["peers", "show", "north"]);
            (shown["queue"]["queued"] == 1 && shown["queue"]["last_error"].is_string()).then_some(shown)
        },
    );
    assert_eq!(shown["speaks"], "NCIP 2.02 (koha)");
    assert_eq!(shown["url"], format!("http://{nobody}/ncip"));
    let other = gateway.json(&["peers", "show", "south"]);
    let (speaks, to, queued) = (&other["speaks"], &other["url"], &other["queue"]["queued"]);
    assert_eq!((speaks, to), (&Value::from("mail"), &Value::from("ill@south.example.org")));
    assert_eq!(queued, 0);
}

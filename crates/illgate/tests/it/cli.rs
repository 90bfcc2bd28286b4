//! The command line: exit codes, what goes where, the configuration's errors.

use api::model::{BASE, TOKEN_FILE};

use crate::{
    program::{folder, illgate, run},
    support::{daemon::Daemon, http},
};

const BAD: &str = "\
[server]
listen = \"0.0.0.0:18626\"
listn = \"127.0.0.1:1\"
connections = 0

[sever]
port = 1

[store]
engine = \"leveldb\"

[log]
level = 3
format = \"xml\"
";

#[test]
fn every_error_of_a_configuration_is_told_at_once() {
    let dir = folder();
    std::fs::write(dir.path().join("illgate.toml"), BAD).expect("written");
    let check = run(illgate(dir.path(), &["config", "check"])
        .env("ILLGATE_LOG__LEVL", "x")
        .env("ILLGATE_DATA__DIR", ""));
    assert_eq!((check.code, check.out.as_str()), (4, ""));
    testkit::same_as_checked_in("crates/illgate/tests/it/snapshots/config-errors.txt", &check.err);

    let json = run(illgate(dir.path(), &["config", "check", "--json"]).env("ILLGATE_LOG__LEVL", "x"));
    let told: serde_json::Value = serde_json::from_str(&json.err).expect("JSON on standard error");
    assert_eq!(told["error"]["slug"], "config.invalid");
    assert_eq!(told["error"]["details"].as_array().map(Vec::len), Some(8));
}

#[test]
fn a_configuration_that_is_no_toml_is_told_by_line() {
    let dir = folder();
    std::fs::write(dir.path().join("x.toml"), "[log]\nlevel = \n").expect("written");
    let check = run(&mut illgate(dir.path(), &["config", "check", "--config", "x.toml"]));
    assert_eq!(check.code, 4);
    assert!(check.err.contains("x.toml:2:"), "{}", check.err);
}

#[test]
fn an_error_is_shown_with_its_name_and_explained() {
    let dir = folder();
    let failed = run(&mut illgate(dir.path(), &["requests", "list"]));
    assert!(
        failed.err.starts_with("error: ") && failed.err.contains(" [api.unreachable]\n"),
        "{}",
        failed.err
    );
    let page = run(&mut illgate(dir.path(), &["explain", "api.unreachable"]));
    assert_eq!(page.code, 0, "{}", page.err);
    assert!(page.out.contains("What to do: Start it with `illgate serve`"), "{}", page.out);
    let all = run(&mut illgate(dir.path(), &["explain", "--json"]));
    let all: Vec<serde_json::Value> = serde_json::from_str(&all.out).expect("JSON on standard output");
    assert!(all.iter().any(|page| page["slug"] == "ils.step-failed" && page["remedy"].is_string()));
    let unknown = run(&mut illgate(dir.path(), &["explain", "api.unreachble"]));
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("api.unreachable"), "{}", unknown.err);
}

#[test]
fn a_value_says_where_it_came_from() {
    let dir = folder();
    std::fs::write(dir.path().join("illgate.toml"), "[log]\nformat = \"json\"\n").expect("written");
    let show =
        run(illgate(dir.path(), &["config", "show", "--json"]).env("ILLGATE_SERVER__LISTEN", "[::1]:9"));
    let values: Vec<serde_json::Value> = serde_json::from_str(&show.out).expect("JSON on standard output");
    let of = |key: &str| {
        values
            .iter()
            .find(|value| value["key"] == key)
            .map(|value| (value["value"].clone(), value["from"].clone()))
    };
    assert_eq!(of("log.format"), Some(("json".into(), serde_json::json!({ "line": 2 }))));
    assert_eq!(
        of("server.listen"),
        Some(("[::1]:9".into(), serde_json::json!({ "variable": "ILLGATE_SERVER__LISTEN" })))
    );
    assert_eq!(of("store.engine"), Some(("redb".into(), "default".into())));
}

#[test]
fn commands_without_a_gateway_say_how_to_start_one() {
    let dir = folder();
    for args in
        [&["status"][..], &["requests", "list"], &["queue", "list"], &["peers", "list"], &["intake", "list"]]
    {
        let ran = run(&mut illgate(dir.path(), args));
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{args:?}");
        assert!(
            ran.err.contains("no gateway is running here") && ran.err.contains("illgate serve"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_stale_token_is_not_a_gateway() {
    let dir = folder();
    std::fs::create_dir(dir.path().join("illgate-data")).expect("made");
    std::fs::write(dir.path().join("illgate-data/api-token"), "left over").expect("written");
    std::fs::write(dir.path().join("illgate-data/api-address"), "127.0.0.1:1").expect("written");
    let ran = run(&mut illgate(dir.path(), &["status"]));
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("127.0.0.1:1"), "{}", ran.err);
}

#[test]
fn the_api_shows_the_same_pages_of_errors_as_the_command() {
    let dir = folder();
    let store = dir.path().join("store");
    std::fs::create_dir(&store).expect("the folder of the store");
    let daemon = Daemon::start(&store, "redb");
    let token = std::fs::read_to_string(store.join(TOKEN_FILE)).expect("the token");
    let bearer = format!("Bearer {}", token.trim());
    let answer = http::exchange(
        daemon.address(),
        "GET",
        &format!("{BASE}/errors"),
        &[("Authorization", bearer.as_str())],
        b"",
    )
    .expect("an answer");
    let shown: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
    let explained = run(&mut illgate(dir.path(), &["explain", "--json"]));
    let explained: serde_json::Value = serde_json::from_str(&explained.out).expect("JSON");
    assert_eq!(shown, explained);
}

#[test]
fn mistakes_on_the_command_line_are_usage_errors() {
    let dir = folder();
    for args in [
        &["reqests"][..],
        &["requests", "show"],
        &["requests", "list", "--phase", "onloan"],
        &["requests", "act", "req_1", "dance", "--reason", "why not"],
        &["message", "convert", "x.xml"],
        &["store", "backup"],
    ] {
        let ran = run(&mut illgate(dir.path(), args));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
    }
    assert_eq!(run(&mut illgate(dir.path(), &["--version"])).code, 0);
    assert!(run(&mut illgate(dir.path(), &["completions", "bash"])).out.contains("_illgate"));
}

#[test]
fn the_store_is_looked_after_only_where_there_is_one() {
    let dir = folder();
    let ran = run(&mut illgate(dir.path(), &["store", "check"]));
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("there is no store at"), "{}", ran.err);
    assert!(!dir.path().join("illgate-data").exists(), "a check must not make a store");
}

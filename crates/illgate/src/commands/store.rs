//! `illgate store`: care of what is kept. Works on the data folder itself; where a gateway runs on it, through that gateway.

use std::{
    io::BufReader,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Subcommand};
use errors::slug;
use net::{Clock, RealClock};
use persistence::{CheckReport, EngineKind, MemoryDisk, Retention, Store, StoreConfig, SystemEntropy};
use runtime::stored_time::unix_millis;
use serde_json::json;

use super::wait;
use crate::{
    client::Client,
    config::{Config, Engine, Keep, load},
    context::Context,
    exit::{Exit, Failure},
    output::{Form, Tone, say},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate store backup /backup/illgate.jsonl --keyring /vault/illgate.keyring
  illgate store restore /backup/illgate.jsonl
  illgate store export > everything.jsonl
  illgate store prune --dry-run

`backup`, `export` and `prune` also work while the gateway runs; the others want it stopped.
The keyring holds what opens patron data. It is in no backup: keep its copies apart, and for fewer days.";

/// What to do with the store.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read everything, verify every checksum and follow every pointer
    Check,
    /// Write a backup into a new file
    Backup(Backup),
    /// Read a backup into an empty data folder
    Restore(From),
    /// Write everything as JSON lines
    Export(Export),
    /// Read an export into an empty data folder, whatever engine wrote it
    Import(From),
    /// Forget what the configuration's [retention] says
    Prune(Prune),
}

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The new file
    #[arg(value_name = "FILE")]
    to: PathBuf,
    /// Also copy the keyring into this new file
    #[arg(long, value_name = "FILE")]
    keyring: Option<PathBuf>,
}

/// From where.
#[derive(Debug, Args)]
pub(crate) struct From {
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    from: PathBuf,
}

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The new file; `-` is standard output
    #[arg(value_name = "FILE", default_value = "-")]
    to: PathBuf,
}

/// Whether to.
#[derive(Debug, Args)]
pub(crate) struct Prune {
    /// Only say what the policy is
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let config = load(context.global.config.as_deref())?.config;
    match command {
        Command::Check => wait(check(context, &config)),
        Command::Backup(backup) => wait(self::backup(context, &config, &backup)),
        Command::Restore(from) | Command::Import(from) => import(context, &config, &from.from),
        Command::Export(export) => wait(self::export(&config, &export.to)),
        Command::Prune(prune) => wait(self::prune(context, &config, &prune)),
    }
}

/// How the store of this configuration is kept.
pub(crate) fn store_config(config: &Config) -> StoreConfig {
    let engine = match config.store.engine {
        Engine::Redb => EngineKind::Redb,
        Engine::Sled => EngineKind::Sled,
        Engine::Memory => EngineKind::Memory(MemoryDisk::new()),
    };
    StoreConfig { engine, dir: store_dir(config) }
}

/// The folder of the store.
pub(crate) fn store_dir(config: &Config) -> PathBuf {
    config.data.dir.join("store")
}

/// How long things are kept.
pub(crate) fn retention(config: &Config) -> Retention {
    let after = |keep: Keep| match keep {
        Keep::For(span) => Some(span.0),
        Keep::Forever => None,
    };
    let policy = &config.retention;
    Retention {
        raw_after: after(policy.raw),
        events_after: after(policy.events),
        intake_after: after(policy.intake),
    }
}

/// The gateway that runs on this data folder, if one does.
async fn running(config: &Config) -> Option<Client> {
    let client = Client::of(config).ok()?;
    client.answers().await.then(|| client.patient())
}

fn open(config: &Config) -> Result<Store, Failure> {
    let dir = store_dir(config);
    if config.store.engine == Engine::Memory {
        return Err(Failure::new(slug!("store.memory"), "a store in memory is gone with its process"));
    }
    if !dir.exists() {
        return Err(Failure::new(slug!("store.absent"), format!("there is no store at {}", dir.display()))
            .hint("is this the right configuration? `illgate config show` tells the data folder"));
    }
    let opened = Store::open(&store_config(config), Box::new(SystemEntropy));
    Ok(opened?)
}

async fn check(context: &Context, config: &Config) -> Result<Exit, Failure> {
    let report = open(config)?.check().await?;
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    let found = json!({ "ok": problems.is_empty(), "rows": report.rows, "requests": report.requests,
        "erased": report.erased, "problems": problems });
    context.output.value(&found, |_, colour| {
        let CheckReport { rows, requests, erased, .. } = report;
        let verdict = match problems.len() {
            0 => colour.paint(Tone::Good, "ok"),
            many => colour.paint(Tone::Bad, format!("{many} damaged")),
        };
        let lines: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
        format!("{lines}{rows} rows, {requests} requests, {erased} records with erased bytes: {verdict}\n")
    })?;
    Ok(if problems.is_empty() { Exit::Ok } else { Exit::Finding })
}

async fn backup(context: &Context, config: &Config, backup: &Backup) -> Result<Exit, Failure> {
    let to = std::path::absolute(&backup.to).map_err(|why| Failure::file(&backup.to, &why))?;
    let keyring = match &backup.keyring {
        Some(path) => Some(std::path::absolute(path).map_err(|why| Failure::file(path, &why))?),
        None => None,
    };
    let done = match running(config).await {
        Some(gateway) => {
            let ask = json!({ "path": to, "keyring": keyring });
            gateway.post::<serde_json::Value>("store/backup", &ask).await?
        }
        None => {
            let store = open(config)?;
            let rows = store.backup(&to).await?;
            if let Some(keyring) = &keyring {
                store.backup_keyring(keyring).await?;
            }
            json!({ "rows": rows })
        }
    };
    let rows = done.get("rows").and_then(serde_json::Value::as_u64).unwrap_or(0);
    let told = json!({ "file": to, "keyring": keyring, "rows": rows });
    context.output.value(&told, |_, _| format!("{rows} rows in {}", to.display()))?;
    Ok(Exit::Ok)
}

async fn export(config: &Config, to: &Path) -> Result<Exit, Failure> {
    let gateway = running(config).await;
    let standard = to == Path::new("-");
    if gateway.is_none() && !standard {
        let rows = open(config)?.backup(to).await?;
        say(format!("{rows} rows in {}", to.display()));
        return Ok(Exit::Ok);
    }
    match gateway {
        Some(gateway) => {
            if standard {
                gateway.copy("store/export", &mut std::io::stdout()).await?;
            } else {
                let mut file = new_private(to).map_err(|why| Failure::file(to, &why))?;
                gateway.copy("store/export", &mut file).await?;
                file.sync_all().map_err(|why| Failure::file(to, &why))?;
                say(format!("everything is in {}", to.display()));
            }
        }
        None => {
            open(config)?.export(std::io::stdout()).await?;
        }
    }
    Ok(Exit::Ok)
}

/// A new file, readable by its owner only.
fn new_private(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn import(context: &Context, config: &Config, from: &Path) -> Result<Exit, Failure> {
    if config.store.engine == Engine::Memory {
        return Err(Failure::new(slug!("store.memory"), "a store in memory is gone with its process"));
    }
    let to = store_config(config);
    std::fs::create_dir_all(&config.data.dir).map_err(|why| Failure::file(&config.data.dir, &why))?;
    let rows = match from == Path::new("-") {
        true => persistence::import(&to, BufReader::new(std::io::stdin()), "standard input")?,
        false => persistence::restore(&to, from)?,
    };
    let told = json!({ "rows": rows, "dir": to.dir });
    context.output.value(&told, |_, _| format!("{rows} rows in {}", to.dir.display()))?;
    if context.output.form == Form::Text {
        say(
            "sealed bodies can be read again once the keyring is back: put its copy at keyring/slots in that folder",
        );
    }
    Ok(Exit::Ok)
}

async fn prune(context: &Context, config: &Config, prune: &Prune) -> Result<Exit, Failure> {
    let policy = retention(config);
    let days = |after: Option<Duration>| {
        after.map_or("forever".to_owned(), |after| format!("{} days", after.as_secs() / 86_400))
    };
    if prune.dry_run {
        let told = json!({ "raw": days(policy.raw_after), "events": days(policy.events_after),
            "intake": days(policy.intake_after) });
        context.output.value(&told, |_, _| {
            format!(
                "bytes of messages: {} after closing\neverything of a request: {} after closing\nintake: {}\n",
                days(policy.raw_after),
                days(policy.events_after),
                days(policy.intake_after)
            )
        })?;
        return Ok(Exit::Ok);
    }
    let told = match running(config).await {
        Some(gateway) => gateway.post::<serde_json::Value>("store/prune", &json!({})).await?,
        None => {
            let pruned = open(config)?.prune(policy, unix_millis(RealClock.now())).await?;
            json!({ "raw": pruned.raw, "events": pruned.events, "intake": pruned.intake })
        }
    };
    let count = |name: &str| told.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    context.output.value(&told, |_, _| {
        format!(
            "{} requests lost their bytes, {} their records; {} intake entries went",
            count("raw"),
            count("events"),
            count("intake")
        )
    })?;
    Ok(Exit::Ok)
}

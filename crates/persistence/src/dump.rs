//! The whole store as JSON lines: backup and export are one format, read back into any engine. Sealed bytes stay sealed: a data key
//! must never get in here.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreConfig,
    engine::{Batch, Engine, EngineError},
    error::StoreError,
    frame, keys,
    reads::unhex,
    runner::Base,
    store::{make_private, schema_key, system},
};

/// How many rows are written in one batch when a dump is read.
const ROWS: usize = 500;

/// A line of a dump.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Line {
    /// The first: what wrote it.
    Illgate { schema: u8 },
    /// A row.
    Row { table: String, key: String, value: String },
    /// The last: how many rows there are, and the checksum of all keys and values.
    End { rows: u64, crc: u32 },
}

impl Store {
    /// Writes everything, as of one moment, as JSON lines; tells how many rows. The keyring is left out.
    /// On sled, commits wait until it is done.
    ///
    /// # Errors
    /// When the writer fails or the store has stopped.
    pub async fn export<W: Write + Send + 'static>(&self, to: W) -> Result<u64, StoreError> {
        self.runner().read(move |base| export(base, BufWriter::new(to)).map(|(rows, _)| rows)).await
    }

    /// Writes a backup into a new file; tells how many rows. The keyring is left out: it has its own.
    ///
    /// # Errors
    /// When the file exists or cannot be written, or the store has stopped.
    pub async fn backup(&self, to: &Path) -> Result<u64, StoreError> {
        let path = to.to_owned();
        self.runner()
            .read(move |base| {
                let failed = |why: std::io::Error| dump_error(&path.display().to_string(), why);
                let file = OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(&path)
                    .map_err(failed)?;
                let (rows, out) = export(base, BufWriter::new(file))?;
                let file = out.into_inner().map_err(|why| failed(why.into_error()))?;
                file.sync_all().map_err(failed)?;
                Ok(rows)
            })
            .await
    }

    /// Copies the keyring into a new file, readable by its owner only. It is to be kept apart from the store's backups.
    /// To restore it, put it in the place of `keyring/slots`; what was erased since goes again when the store is opened.
    ///
    /// # Errors
    /// When the file exists or cannot be written, or the store has stopped.
    pub async fn backup_keyring(&self, to: &Path) -> Result<(), StoreError> {
        let path = to.to_owned();
        self.runner()
            .alone(move |base| {
                let failed = |why: std::io::Error| dump_error(&path.display().to_string(), why);
                let mut file = OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(&path)
                    .map_err(failed)?;
                file.write_all(&base.keyring.image()).map_err(failed)?;
                file.sync_all().map_err(failed)
            })
            .await
    }
}

/// Reads a backup or an export into a folder (or a memory disk) that holds no store yet; tells how many rows. Blocks.
/// What is incomplete or damaged is refused, and the folder can then not be opened as a store.
///
/// # Errors
/// When a store is there already, a line is damaged, or the engine fails.
pub fn restore(config: &StoreConfig, from: &Path) -> Result<u64, StoreError> {
    let name = from.display().to_string();
    let file = File::open(from).map_err(|why| dump_error(&name, why))?;
    import(config, BufReader::new(file), &name)
}

/// As `restore`, from any reader; `name` says in errors what is read.
///
/// # Errors
/// As `restore`.
pub fn import(config: &StoreConfig, from: impl BufRead, name: &str) -> Result<u64, StoreError> {
    if !matches!(config.engine, crate::EngineKind::Memory(_)) {
        make_private(&config.dir).map_err(system("making the store's folder"))?;
    }
    let engine = Engine::open(&config.engine, &config.dir)?;
    let everything = crate::engine::Span { from: vec![0], to: vec![u8::MAX] };
    if !engine.scan(&everything, 1, crate::engine::Direction::Up)?.is_empty() {
        return Err(dump_error(
            &config.dir.display().to_string(),
            "there is a store already: restore into an empty folder",
        ));
    }
    let (mut batch, mut schema) = (Batch::default(), None);
    let (mut rows, mut crc, mut ended) = (0u64, crc32fast::Hasher::new(), None);
    for (number, line) in (1u64..).zip(from.lines()) {
        let bad = |why: &dyn std::fmt::Display| dump_error(&format!("{name}, line {number}"), why);
        let line = line.map_err(|why| bad(&why))?;
        if ended.is_some() {
            return Err(bad(&"there is more after the end"));
        }
        match serde_json::from_str(&line).map_err(|why| bad(&why))? {
            Line::Illgate { schema: found } if number == 1 => {
                if found > frame::SCHEMA {
                    return Err(StoreError::Newer { found, known: frame::SCHEMA });
                }
            }
            _ if number == 1 => return Err(bad(&"it does not begin as an export of a store")),
            Line::Illgate { .. } => return Err(bad(&"a second beginning")),
            Line::Row { table, key, value } => {
                let key = unhex(&key).ok_or_else(|| bad(&"the key is not hexadecimal"))?;
                let value = STANDARD.decode(value).map_err(|why| bad(&why))?;
                if keys::table(&key) != table || keys::table_byte(&table).is_none() {
                    return Err(bad(&format!("the key is not of table `{table}`")));
                }
                add(&mut crc, &key, &value);
                rows += 1;
                if key == schema_key() {
                    schema = Some(value);
                } else {
                    batch.puts.push((key, value));
                }
            }
            Line::End { rows, crc } => ended = Some((rows, crc)),
        }
        if batch.puts.len() == ROWS {
            engine.write(&[std::mem::take(&mut batch)])?;
        }
    }
    let crc = crc.finalize();
    match (ended, schema) {
        (Some(end), Some(schema)) if end == (rows, crc) => batch.puts.push((schema_key(), schema)),
        (None, _) => return Err(dump_error(name, "it is cut short: its end is missing")),
        _ => return Err(dump_error(name, "its rows are not those that were written: the checksum differs")),
    }
    engine.write(&[batch])?;
    Ok(rows)
}

fn export<W: Write>(base: &Base, mut out: W) -> Result<(u64, W), StoreError> {
    let (mut rows, mut crc) = (0, crc32fast::Hasher::new());
    write_line(&mut out, &Line::Illgate { schema: frame::SCHEMA })?;
    base.engine.walk(&mut |key, value| {
        add(&mut crc, key, value);
        rows += 1;
        let line = Line::Row {
            table: keys::table(key).to_owned(),
            key: keys::hex(key),
            value: STANDARD.encode(value),
        };
        write_line(&mut out, &line).map_err(|why| EngineError { engine: "export", why: why.to_string() })
    })?;
    write_line(&mut out, &Line::End { rows, crc: crc.finalize() })?;
    out.flush().map_err(|why| dump_error("export", why))?;
    Ok((rows, out))
}

fn write_line(out: &mut impl Write, line: &Line) -> Result<(), StoreError> {
    serde_json::to_writer(&mut *out, line).map_err(|why| dump_error("export", why))?;
    out.write_all(b"\n").map_err(|why| dump_error("export", why))
}

fn add(crc: &mut crc32fast::Hasher, key: &[u8], value: &[u8]) {
    for part in [key, value] {
        crc.update(&(part.len() as u64).to_be_bytes());
        crc.update(part);
    }
}

fn dump_error(at: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Dump { at: at.to_owned(), why: why.to_string() }
}

//! What was received and could not be attributed to a request: kept sealed under the day's key, bounded per source, overflow counted.
//! Must never let one source fill the store.

use serde::{Deserialize, Serialize};

use crate::{
    Body, IntakeId, Opened, Store, UnixMillis,
    corrupt::Corrupt,
    engine::{Assert, Batch, Direction, Outcome, Span},
    error::StoreError,
    frame,
    keyring::{Owner, SlotId},
    keys::{self, DAY, INTAKE, Key, Parts, SOURCE},
    runner::Base,
    store::{put, system},
};

/// How often a write is tried again when another node was faster.
const TRIES: usize = 5;

/// Something received that is to be kept.
#[derive(Debug, Clone)]
pub struct IntakeEntry {
    /// Its identifier; tells when it came.
    pub id: IntakeId,
    /// The sender, as far as is known (a peer, an address).
    pub source: String,
    /// Why it could not be attributed, without patron data.
    pub reason: String,
    /// The bytes.
    pub body: Body,
}

/// How much is kept of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntakeLimits {
    /// How many entries.
    pub count: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntakeOutcome {
    /// It is kept.
    Kept,
    /// The source was at its limit: the entry was counted, no more.
    Overflowed,
}

/// What is kept of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeSource {
    /// The source.
    #[serde(skip)]
    pub source: String,
    /// How many entries are kept.
    pub count: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many entries were counted only.
    pub overflow: u64,
}

/// A kept entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// Its identifier.
    pub id: IntakeId,
    /// The sender.
    pub source: String,
    /// Why it could not be attributed.
    pub reason: String,
    /// The media type of the bytes.
    pub content_type: String,
    /// The bytes, if their day's key is still there.
    pub plaintext: Opened,
    /// The redacted form.
    pub redacted: Option<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    source: String,
    reason: String,
    content_type: String,
    size: u64,
    slot: SlotId,
}

impl Store {
    /// Keeps something received, within the limits of its source. Durable when it resolves.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn keep_intake(
        &self,
        entry: IntakeEntry,
        limits: IntakeLimits,
    ) -> Result<IntakeOutcome, StoreError> {
        let mut days = self.days().lock().await;
        let day = entry.id.made_at().day();
        for _ in 0..TRIES {
            let key = source_key(&entry.source);
            let (version, source, slot) = self.runner().read(move |base| before(base, &key, day)).await?;
            let known = days.get(&day).copied().or(slot);
            let mut batch = Batch::default();
            let slot = match known {
                Some(slot) => slot,
                None => self.make_day(day, &mut batch)?,
            };
            let outcome = self.add_intake(&mut batch, &entry, (version, source), limits, slot)?;
            if self.runner().write(batch).await? == Outcome::Done {
                days.insert(day, slot);
                return Ok(outcome);
            }
            if known.is_none() {
                self.runner().base().keyring.release(slot, day_owner(day));
            }
        }
        Err(StoreError::Conflict { what: format!("intake of {}", entry.source) })
    }

    /// Up to `limit` entries, newest first, older than `before` where it is given. A damaged entry is listed as its error.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn list_intake(
        &self,
        before: Option<IntakeId>,
        limit: usize,
    ) -> Result<Vec<Result<Intake, Corrupt>>, StoreError> {
        self.runner()
            .read(move |base| {
                let mut span = Span::prefix(vec![INTAKE]);
                if let Some(id) = before {
                    span.to = intake_key(id);
                }
                let pairs = base.engine.scan(&span, limit, Direction::Down)?;
                Ok(pairs.iter().map(|(key, value)| open(base, key, value)).collect())
            })
            .await
    }

    /// One entry.
    ///
    /// # Errors
    /// `Corrupt` when it is damaged; else when the store has stopped.
    pub async fn intake(&self, id: IntakeId) -> Result<Option<Intake>, StoreError> {
        self.runner()
            .read(move |base| {
                let key = intake_key(id);
                match base.engine.get(&key)? {
                    Some(value) => Ok(Some(open(base, &key, &value)?)),
                    None => Ok(None),
                }
            })
            .await
    }

    /// What is kept of each source, overflow included.
    ///
    /// # Errors
    /// When a row is damaged or the store has stopped.
    pub async fn intake_sources(&self) -> Result<Vec<IntakeSource>, StoreError> {
        self.runner()
            .read(|base| {
                let pairs = base.engine.scan(&Span::prefix(vec![SOURCE]), usize::MAX, Direction::Up)?;
                Ok(pairs
                    .iter()
                    .map(|(key, value)| read_source(key, value).map(|(_, source)| source))
                    .collect::<Result<_, _>>()?)
            })
            .await
    }

    /// Makes the day's key: before the batch that uses it is written, the keyring is.
    fn make_day(&self, day: u64, batch: &mut Batch) -> Result<SlotId, StoreError> {
        let slot =
            self.runner().base().keyring.make(day_owner(day)).map_err(system("making the day's key"))?;
        let key = day_key(day);
        batch.asserts.push(Assert::Absent(key.clone()));
        put(batch, key, 0, &frame::pack(&slot, &[]));
        Ok(slot)
    }

    fn add_intake(
        &self,
        batch: &mut Batch,
        entry: &IntakeEntry,
        (version, mut source): (u64, IntakeSource),
        limits: IntakeLimits,
        slot: SlotId,
    ) -> Result<IntakeOutcome, StoreError> {
        let size = entry.body.plaintext.len() as u64;
        let outcome = if source.count < limits.count && source.bytes.saturating_add(size) <= limits.bytes {
            source.count += 1;
            source.bytes += size;
            let owner = day_owner(entry.id.made_at().day());
            let sealed = self.runner().base().keyring.seal(slot, owner, &entry.body.plaintext);
            let sealed = sealed.map_err(system("sealing intake"))?.unwrap_or_default();
            let head = Head {
                source: entry.source.clone(),
                reason: entry.reason.clone(),
                content_type: entry.body.content_type.clone(),
                size,
                slot,
            };
            let blobs: Vec<&[u8]> =
                std::iter::once(&sealed).chain(&entry.body.redacted).map(Vec::as_slice).collect();
            put(batch, intake_key(entry.id), 0, &frame::pack(&head, &blobs));
            IntakeOutcome::Kept
        } else {
            source.overflow += 1;
            IntakeOutcome::Overflowed
        };
        put_source(batch, &entry.source, version, &source);
        Ok(outcome)
    }
}

/// The source's row and the day's key, as they are.
fn before(base: &Base, source: &[u8], day: u64) -> Result<(u64, IntakeSource, Option<SlotId>), StoreError> {
    let (version, source) = match base.engine.get(source)? {
        Some(value) => read_source(source, &value)?,
        None => (0, IntakeSource::default()),
    };
    Ok((version, source, day_slot(base, day)?))
}

fn day_slot(base: &Base, day: u64) -> Result<Option<SlotId>, StoreError> {
    let key = day_key(day);
    match base.engine.get(&key)? {
        Some(value) => Ok(Some(frame::unpack(&key, &frame::read(&key, &value)?.payload)?.0)),
        None => Ok(None),
    }
}

/// Forgets the oldest entries from before `until`, and the keys of the days that are over; tells how many entries went.
pub(crate) fn prune(base: &Base, until: UnixMillis, limit: usize) -> Result<u64, StoreError> {
    let span = Span { from: vec![INTAKE], to: intake_key(IntakeId::new(until, 0)) };
    let pairs = base.engine.scan(&span, limit, Direction::Up)?;
    let mut gone = 0;
    for (key, value) in &pairs {
        let mut batch = Batch { deletes: vec![key.clone()], ..Batch::default() };
        if let Ok((head, _)) =
            frame::read(key, value).and_then(|framed| frame::unpack::<Head>(key, &framed.payload))
        {
            let row = source_key(&head.source);
            if let Some(value) = base.engine.get(&row)? {
                let (version, mut source) = read_source(&row, &value)?;
                source.count = source.count.saturating_sub(1);
                source.bytes = source.bytes.saturating_sub(head.size);
                put_source(&mut batch, &head.source, version, &source);
            }
        }
        base.engine.write(&[batch]).map_err(|why| base.health.stop(&why.to_string()))?;
        gone += 1;
    }
    if pairs.len() < limit {
        let span = Span { from: vec![DAY], to: day_key(until.day()) };
        for (key, value) in base.engine.scan(&span, usize::MAX, Direction::Up)? {
            let slot: SlotId = frame::unpack(&key, &frame::read(&key, &value)?.payload)?.0;
            let day = Parts::new(&key).number()?;
            let destroyed = base.keyring.destroy(slot, day_owner(day));
            destroyed.map_err(|why| base.health.stop(&format!("the keyring cannot be written: {why}")))?;
            let batch = Batch { deletes: vec![key], ..Batch::default() };
            base.engine.write(&[batch]).map_err(|why| base.health.stop(&why.to_string()))?;
        }
    }
    Ok(gone)
}

fn put_source(batch: &mut Batch, name: &str, version: u64, source: &IntakeSource) {
    let key = source_key(name);
    batch.asserts.push(match version {
        0 => Assert::Absent(key.clone()),
        version => Assert::At(key.clone(), version),
    });
    put(batch, key, version + 1, &frame::pack(source, &[]));
}

fn read_source(key: &[u8], value: &[u8]) -> Result<(u64, IntakeSource), Corrupt> {
    let framed = frame::read(key, value)?;
    let (mut source, _): (IntakeSource, _) = frame::unpack(key, &framed.payload)?;
    source.source = Parts::new(key).rest();
    Ok((framed.version, source))
}

fn open(base: &Base, key: &[u8], value: &[u8]) -> Result<Intake, Corrupt> {
    let framed = frame::read(key, value)?;
    let (head, blobs): (Head, _) = frame::unpack(key, &framed.payload)?;
    let id = IntakeId::from_bytes(Parts::new(key).id()?);
    let mut blobs = blobs.into_iter();
    let sealed = blobs.next().unwrap_or_default();
    let plaintext = base
        .keyring
        .open_sealed(head.slot, day_owner(id.made_at().day()), &sealed)
        .map_err(|why| keys::corrupt(key, &why))?;
    Ok(Intake {
        id,
        source: head.source,
        reason: head.reason,
        content_type: head.content_type,
        plaintext: plaintext.map_or(Opened::Erased, Opened::Plain),
        redacted: blobs.next(),
    })
}

fn intake_key(id: IntakeId) -> Vec<u8> {
    Key::new(INTAKE).raw(&id.to_bytes()).done()
}

fn source_key(source: &str) -> Vec<u8> {
    Key::new(SOURCE).raw(source.as_bytes()).done()
}

fn day_key(day: u64) -> Vec<u8> {
    Key::new(DAY).number(day).done()
}

/// A day as the owner of a key; no request id begins so before the year 5400.
fn day_owner(day: u64) -> Owner {
    let mut owner = [0; 16];
    owner[..3].copy_from_slice(b"day");
    owner[8..].copy_from_slice(&day.to_be_bytes());
    owner
}

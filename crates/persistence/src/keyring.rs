//! The data keys: one file of fixed slots beside the store, readable by its owner only. Erasing overwrites the slot, so that no
//! copy is left in a free page; what was erased stays in a ledger. Must never write a key anywhere else, nor print one.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hmac,
};

use crate::{engine::MemoryDisk, entropy::Entropy};

/// The folder of the keyring, beside the store's files.
pub(crate) const FOLDER: &str = "keyring";
const SLOT: usize = 64;
const NONCE: usize = 12;
const FREE: [u8; SLOT] = [0; SLOT];

/// Whose key it is: a request, or a day of intake.
pub(crate) type Owner = [u8; 16];

/// Where a data key lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct SlotId(pub(crate) u32);

#[derive(Clone, Copy)]
enum Slot {
    Free,
    Damaged,
    Live { owner: Owner, key: [u8; 32] },
}

enum Backing {
    Files { slots: File, erased: File },
    Memory(MemoryDisk),
}

struct Ring {
    slots: Vec<Slot>,
    free: Vec<u32>,
    unwritten: Vec<u32>,
}

pub(crate) struct Keyring {
    ring: Mutex<Ring>,
    backing: Backing,
    entropy: Box<dyn Entropy>,
}

impl Keyring {
    pub(crate) fn open(
        dir: &Path,
        memory: Option<&MemoryDisk>,
        entropy: Box<dyn Entropy>,
    ) -> io::Result<Self> {
        let (backing, bytes, erased) = match memory {
            Some(disk) => {
                let (slots, erased) = disk.keyring(|slots, erased| (slots.clone(), erased.clone()));
                (Backing::Memory(disk.clone()), slots, erased)
            }
            None => {
                let folder = dir.join(FOLDER);
                if !folder.exists() {
                    std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
                    File::open(dir)?.sync_all()?;
                }
                let mut slots = private(OpenOptions::new().read(true).write(true), &folder.join("slots"))?;
                let mut erased = private(OpenOptions::new().read(true).append(true), &folder.join("erased"))?;
                File::open(&folder)?.sync_all()?;
                let (mut bytes, mut ledger) = (Vec::new(), Vec::new());
                slots.read_to_end(&mut bytes)?;
                erased.read_to_end(&mut ledger)?;
                // An entry that a crash cut short was not acted on; the next one must not follow half of it.
                erased.set_len((ledger.len() / 16 * 16) as u64)?;
                (Backing::Files { slots, erased }, bytes, ledger)
            }
        };
        let slots: Vec<Slot> = bytes.chunks(SLOT).map(read_slot).collect();
        let free =
            (0u32..).zip(&slots).filter(|(_, slot)| matches!(slot, Slot::Free)).map(|(at, _)| at).collect();
        let ring = Ring { slots, free, unwritten: Vec::new() };
        let keyring = Self { ring: Mutex::new(ring), backing, entropy };
        keyring.apply_ledger(&erased)?;
        Ok(keyring)
    }

    /// Makes a key. It lies on disk only after `flush`.
    pub(crate) fn make(&self, owner: Owner) -> io::Result<SlotId> {
        let mut key = [0; 32];
        self.entropy.fill(&mut key)?;
        let ring = &mut *self.ring();
        let at = match ring.free.pop() {
            Some(at) => at,
            None => {
                ring.slots.push(Slot::Free);
                u32::try_from(ring.slots.len() - 1).map_err(io::Error::other)?
            }
        };
        ring.slots[at as usize] = Slot::Live { owner, key };
        ring.unwritten.push(at);
        Ok(SlotId(at))
    }

    /// Gives back a key that nothing was kept under.
    pub(crate) fn release(&self, slot: SlotId, owner: Owner) {
        let ring = &mut *self.ring();
        if ring.free_slot(slot, owner) {
            ring.unwritten.push(slot.0);
        }
    }

    /// Writes what was made since the last time; durable when it returns.
    pub(crate) fn flush(&self) -> io::Result<()> {
        let ring = &mut *self.ring();
        if ring.unwritten.is_empty() {
            return Ok(());
        }
        for at in std::mem::take(&mut ring.unwritten) {
            self.write_slot(at, &ring.slots[at as usize])?;
        }
        self.sync()
    }

    /// Destroys a key for good: ledger first, then the slot itself.
    pub(crate) fn destroy(&self, slot: SlotId, owner: Owner) -> io::Result<()> {
        match &self.backing {
            Backing::Files { erased, .. } => {
                (&*erased).write_all(&owner)?;
                erased.sync_data()?;
            }
            Backing::Memory(disk) => disk.keyring(|_, erased| erased.extend_from_slice(&owner)),
        }
        let ring = &mut *self.ring();
        if ring.free_slot(slot, owner) {
            self.write_slot(slot.0, &Slot::Free)?;
            self.sync()?;
        }
        Ok(())
    }

    /// Every key, as the file has them: for the keyring's own backup.
    pub(crate) fn image(&self) -> Vec<u8> {
        self.ring().slots.iter().flat_map(write_slot).collect()
    }

    /// Seals under a key; `None` where the key has been destroyed.
    pub(crate) fn seal(&self, slot: SlotId, owner: Owner, plain: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let Some(key) = self.key(slot, owner).map_err(io::Error::other)? else { return Ok(None) };
        let mut nonce = [0; NONCE];
        self.entropy.fill(&mut nonce)?;
        let mut body = lz4_flex::compress_prepend_size(plain);
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner), &mut body)
            .map_err(|_| io::Error::other("a body could not be sealed"))?;
        Ok(Some([nonce.as_slice(), &body].concat()))
    }

    /// Opens what was sealed; `None` where the key has been destroyed.
    pub(crate) fn open_sealed(
        &self,
        slot: SlotId,
        owner: Owner,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, String> {
        let Some(key) = self.key(slot, owner)? else { return Ok(None) };
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or("a sealed body is cut short")?;
        let mut body = body.to_vec();
        let plain = key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(owner), &mut body)
            .map_err(|_| "a sealed body does not open under its key")?;
        lz4_flex::decompress_size_prepended(plain).map(Some).map_err(|why| why.to_string())
    }

    /// A digest that nobody can make again without the key; `None` where the key has been destroyed.
    pub(crate) fn digest(&self, slot: SlotId, owner: Owner, what: &[u8]) -> Result<Option<[u8; 32]>, String> {
        let key = match self.ring().slots.get(slot.0 as usize) {
            Some(Slot::Live { owner: found, key }) if *found == owner => {
                hmac::Key::new(hmac::HMAC_SHA256, key)
            }
            Some(Slot::Damaged) => return Err("its key is damaged: restore the keyring".to_owned()),
            _ => return Ok(None),
        };
        let mut digest = [0; 32];
        digest.copy_from_slice(hmac::sign(&key, what).as_ref());
        Ok(Some(digest))
    }

    /// The key, unless it was destroyed (its slot is free, someone else's, or not there).
    fn key(&self, slot: SlotId, owner: Owner) -> Result<Option<LessSafeKey>, String> {
        match self.ring().slots.get(slot.0 as usize) {
            Some(Slot::Live { owner: found, key }) if *found == owner => {
                let key =
                    UnboundKey::new(&AES_256_GCM, key).map_err(|_| "its data key has a wrong length")?;
                Ok(Some(LessSafeKey::new(key)))
            }
            Some(Slot::Damaged) => Err("its data key is damaged: restore the keyring".to_owned()),
            _ => Ok(None),
        }
    }

    fn apply_ledger(&self, erased: &[u8]) -> io::Result<()> {
        let gone: std::collections::HashSet<&[u8]> = erased.chunks_exact(16).collect();
        let ring = &mut *self.ring();
        let mut changed = Vec::new();
        for (at, slot) in (0u32..).zip(&ring.slots) {
            match slot {
                Slot::Live { owner, .. } if gone.contains(owner.as_slice()) => {
                    changed.push((SlotId(at), *owner))
                }
                _ => {}
            }
        }
        for (slot, owner) in &changed {
            ring.free_slot(*slot, *owner);
            self.write_slot(slot.0, &Slot::Free)?;
        }
        if changed.is_empty() { Ok(()) } else { self.sync() }
    }

    fn write_slot(&self, at: u32, slot: &Slot) -> io::Result<()> {
        let start = at as usize * SLOT;
        match &self.backing {
            Backing::Files { slots, .. } => slots.write_all_at(&write_slot(slot), start as u64),
            Backing::Memory(disk) => {
                disk.keyring(|slots, _| {
                    slots.resize(slots.len().max(start + SLOT), 0);
                    slots[start..start + SLOT].copy_from_slice(&write_slot(slot));
                });
                Ok(())
            }
        }
    }

    fn sync(&self) -> io::Result<()> {
        match &self.backing {
            Backing::Files { slots, .. } => slots.sync_data(),
            Backing::Memory(_) => Ok(()),
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn free_slot(&mut self, slot: SlotId, owner: Owner) -> bool {
        let Some(held) = self.slots.get_mut(slot.0 as usize) else { return false };
        let found = matches!(held, Slot::Live { owner: found, .. } if *found == owner);
        if found {
            *held = Slot::Free;
            self.free.push(slot.0);
        }
        found
    }
}

fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.create(true).truncate(false).mode(0o600).open(path)
}

fn write_slot(slot: &Slot) -> [u8; SLOT] {
    let (owner, key) = match slot {
        Slot::Live { owner, key } => (owner, key),
        Slot::Free => return FREE,
        // In a copy of the keyring it stays what it is.
        Slot::Damaged => return [u8::MAX; SLOT],
    };
    let mut out = FREE;
    out[0] = 1;
    out[1..17].copy_from_slice(owner);
    out[17..49].copy_from_slice(key);
    let crc = crc32fast::hash(&out[..49]);
    out[49..53].copy_from_slice(&crc.to_be_bytes());
    out
}

fn read_slot(bytes: &[u8]) -> Slot {
    if bytes == FREE {
        return Slot::Free;
    }
    if bytes.len() != SLOT || crc32fast::hash(&bytes[..49]).to_be_bytes() != bytes[49..53] {
        return Slot::Damaged;
    }
    let (mut owner, mut key) = ([0; 16], [0; 32]);
    owner.copy_from_slice(&bytes[1..17]);
    key.copy_from_slice(&bytes[17..49]);
    Slot::Live { owner, key }
}

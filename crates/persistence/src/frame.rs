//! How a value lies in an engine: `version, schema, flags, crc, payload`, the payload compressed where that helps.
//! A checksum covers the key too, so that a value in the wrong place is found. Must never return an unchecked byte.

use serde::{Serialize, de::DeserializeOwned};

use crate::{corrupt::Corrupt, keys};

/// The schema this release writes, and the newest it reads.
pub(crate) const SCHEMA: u8 = 1;
const HEAD: usize = 14;
const LZ4: u8 = 1;
/// Below this a value is not worth compressing.
const WORTH: usize = 96;

/// A value whose checksum held.
#[derive(Debug)]
pub(crate) struct Framed {
    pub(crate) version: u64,
    pub(crate) payload: Vec<u8>,
}

pub(crate) fn write(key: &[u8], version: u64, payload: &[u8]) -> Vec<u8> {
    let packed = (payload.len() > WORTH).then(|| lz4_flex::compress_prepend_size(payload));
    let (flags, body) = match &packed {
        Some(packed) if packed.len() < payload.len() => (LZ4, packed.as_slice()),
        _ => (0, payload),
    };
    let mut out = Vec::with_capacity(HEAD + body.len());
    out.extend_from_slice(&version.to_be_bytes());
    out.extend_from_slice(&[SCHEMA, flags]);
    let crc = checksum(key, &out, body);
    out.extend_from_slice(&crc.to_be_bytes());
    out.extend_from_slice(body);
    out
}

pub(crate) fn read(key: &[u8], value: &[u8]) -> Result<Framed, Corrupt> {
    let Some((head, body)) = value.split_at_checked(HEAD) else {
        return Err(keys::corrupt(key, "it is cut short"));
    };
    let (said, crc) = head.split_at(HEAD - 4);
    if checksum(key, said, body).to_be_bytes() != crc {
        return Err(keys::corrupt(key, "its checksum is wrong"));
    }
    if said[8] > SCHEMA {
        return Err(keys::corrupt(key, "it was written by a newer release"));
    }
    let payload = match said[9] {
        LZ4 => {
            lz4_flex::decompress_size_prepended(body).map_err(|why| keys::corrupt(key, &why.to_string()))?
        }
        _ => body.to_vec(),
    };
    let mut version = [0; 8];
    version.copy_from_slice(&said[..8]);
    Ok(Framed { version: u64::from_be_bytes(version), payload })
}

/// A head in JSON, then byte strings, each after its length.
pub(crate) fn pack<T: Serialize>(head: &T, blobs: &[&[u8]]) -> Vec<u8> {
    let head = serde_json::to_vec(head)
        .expect("the heads are plain structs with string keys, which JSON can always hold");
    let mut out = Vec::with_capacity(head.len() + blobs.iter().map(|blob| blob.len() + 4).sum::<usize>() + 4);
    for part in std::iter::once(&head.as_slice()).chain(blobs) {
        let length = u32::try_from(part.len()).expect("limits on messages keep a part far below 4 GB");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

pub(crate) fn unpack<T: DeserializeOwned>(key: &[u8], payload: &[u8]) -> Result<(T, Vec<Vec<u8>>), Corrupt> {
    let mut parts = Vec::new();
    let mut rest = payload;
    while !rest.is_empty() {
        let part = rest
            .split_first_chunk::<4>()
            .and_then(|(length, after)| after.split_at_checked(u32::from_be_bytes(*length) as usize));
        let Some((part, after)) = part else {
            return Err(keys::corrupt(key, "its parts do not add up"));
        };
        parts.push(part.to_vec());
        rest = after;
    }
    if parts.is_empty() {
        return Err(keys::corrupt(key, "it is empty"));
    }
    let head =
        serde_json::from_slice(&parts.remove(0)).map_err(|why| keys::corrupt(key, &why.to_string()))?;
    Ok((head, parts))
}

fn checksum(key: &[u8], head: &[u8], body: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&(key.len() as u32).to_be_bytes());
    sum.update(key);
    sum.update(head);
    sum.update(body);
    sum.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_is_found() {
        let value = write(b"rkey", 7, &[b'a'; 300]);
        assert_eq!(
            read(b"rkey", &value).map(|framed| (framed.version, framed.payload)),
            Ok((7, vec![b'a'; 300]))
        );
        assert!(read(b"rkez", &value).is_err());
        for bit in 0..value.len() * 8 {
            let mut bad = value.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(read(b"rkey", &bad).is_err(), "bit {bit}");
        }
        for cut in 0..value.len() {
            assert!(read(b"rkey", &value[..cut]).is_err(), "cut at {cut}");
        }
    }
}

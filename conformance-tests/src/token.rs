//! A case's token: it is part of the ids, titles and barcodes that the case chooses, and so says which case a message belongs to. Cases
//! share parties and run side by side by it.
//!
//! A subject's own ids can look like a token by chance; a token counts only where its case is enrolled.

use std::fmt::Display;

/// How a token begins. What follows are eight more characters.
const MARK: &str = "ct0";
const LENGTH: usize = 11;

/// A case's token, made of a seed, so that a run with the same seed writes the same ids. `manner` is the edition or the wire.
pub(crate) fn token(seed: u64, case: &str, manner: impl Display) -> String {
    let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
    for byte in case.bytes().chain(manner.to_string().bytes()) {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let mut token = MARK.to_owned();
    for _ in MARK.len()..LENGTH {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        token.push(char::from(b"abcdefghijklmnopqrstuvwxyz234567"[(mixed >> 59) as usize & 31]));
    }
    token
}

/// Whatever in a text may be a token, in order.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(MARK).filter_map(|(place, _)| text.get(place..place + LENGTH))
}

#[cfg(test)]
mod tests {
    use super::{token, tokens};

    #[test]
    fn a_token_is_found_behind_an_id_that_looks_like_one() {
        let token = token(7, "NF03", "ncip-2.02/tcp");
        let text = format!("req_01m8qc7n2ct0g4apvvgbyhh00 00{token}aB");
        assert_eq!(tokens(&text).collect::<Vec<_>>(), ["ct0g4apvvgb", &token]);
    }
}

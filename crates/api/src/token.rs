//! The token of the loopback API: a file that only its owner can read. Must never be logged.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use net::Random;

use super::model::TOKEN_FILE;

/// The shortest token that is believed to be one.
const SHORTEST: usize = 32;

/// The token.
pub struct Token(String);

impl Token {
    /// Reads the token, making one where there is none.
    pub fn open(dir: &Path, random: &dyn Random) -> io::Result<Self> {
        let path = dir.join(TOKEN_FILE);
        match fs::read_to_string(&path) {
            Ok(text) if text.trim().len() >= SHORTEST => {
                // A copy of the folder may have been opened to others.
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
                return Ok(Self(text.trim().to_owned()));
            }
            Ok(_) => fs::remove_file(&path)?,
            Err(why) if why.kind() == io::ErrorKind::NotFound => {}
            Err(why) => return Err(why),
        }
        let token = format!("{:032x}{:032x}", random.next_u128(), random.next_u128());
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(format!("{token}\n").as_bytes())?;
        file.sync_all()?;
        Ok(Self(token))
    }

    /// Whether an `Authorization` header carries it.
    pub fn is_bearer(&self, header: &str) -> bool {
        let Some((scheme, told)) = header.split_once(' ') else { return false };
        scheme.eq_ignore_ascii_case("bearer")
            && aws_lc_rs::constant_time::verify_slices_are_equal(told.trim().as_bytes(), self.0.as_bytes())
                .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use net::SystemRandom;

    #[test]
    fn a_token_is_made_once_is_private_and_is_asked_for_to_the_letter() {
        let dir = tempfile::tempdir().unwrap();
        let token = Token::open(dir.path(), &SystemRandom).unwrap();
        let path = dir.path().join(TOKEN_FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Token::open(dir.path(), &SystemRandom).unwrap().0, token.0);
        assert!(token.is_bearer(&format!("Bearer {}", token.0)));
        for bad in ["", "Bearer", "Bearer ", "Basic abc", &token.0, &format!("Bearer {}x", token.0)] {
            assert!(!token.is_bearer(bad), "{bad}");
        }
    }
}

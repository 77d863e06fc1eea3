//! The secret that lets a client in.

use std::fmt;
use std::path::Path;

use uuid::Uuid;

use crate::plain_file;
use crate::session::{Error, Result};
use crate::words::diagnostic::Diagnostic;

/// No token is longer, in bytes.
const LONGEST: u64 = 4096;

/// Nobody guesses a token of so many characters.
const SHORTEST: usize = 16;

/// The name of the cookie that a browser gets for the token; the port keeps servers of one machine apart.
pub(super) fn cookie_name(port: u16) -> String {
    format!("dgx-pixels-{port}")
}

/// A secret. It is never shown, and compared in constant time by its digest.
#[derive(Clone)]
pub struct Token(blake3::Hash);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    /// The token in a file, which is made with a random one if it does not exist.
    ///
    /// # Errors
    /// `token-file`: the file can be read by others, or its text is no token.
    pub(super) fn of_file(path: &Path) -> Result<Self> {
        let shown = path.display();
        let bad = |message: String, hint: &str| Error::Usage(Diagnostic::error("token-file", message).hint(hint));
        if path.symlink_metadata().is_err() {
            make(path).map_err(|error| bad(format!("`{shown}` cannot be written: {error}"), "choose another file"))?;
        }
        require_private(path)?;
        let text = plain_file::read_text(path, LONGEST)
            .map_err(|error| bad(format!("`{shown}` cannot be read: {error}"), "name a file of this user"))?;
        let text = text.trim();
        if text.len() < SHORTEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("the text of `{shown}` is no token");
            return Err(bad(
                message,
                "a token has 16 characters or more, without spaces; remove the file for a new one",
            ));
        }
        Ok(Self::new(text))
    }

    fn new(text: &str) -> Self {
        Self(blake3::hash(text.as_bytes()))
    }

    /// Whether a text is the token.
    pub(super) fn is(&self, text: &str) -> bool {
        // The comparison of two hashes takes the same time wherever they differ.
        blake3::hash(text.as_bytes()) == self.0
    }

    /// What a browser keeps after a login in place of the token.
    pub(super) fn cookie(&self) -> String {
        blake3::derive_key("dgx-pixels login cookie 1", self.0.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Whether a text is the cookie of a login.
    pub(super) fn is_cookie(&self, text: &str) -> bool {
        blake3::hash(text.as_bytes()) == blake3::hash(self.cookie().as_bytes())
    }
}

fn make(path: &Path) -> std::io::Result<()> {
    let text = format!("{}{}\n", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let unfinished = plain_file::create_private(path)?;
    std::io::Write::write_all(&mut &unfinished, text.as_bytes())
}

/// A token that others can read lets them in.
#[cfg(unix)]
fn require_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = path.metadata().map(|found| found.permissions().mode());
    if mode.is_ok_and(|mode| mode & 0o077 != 0) {
        let message = format!("`{}` can be read by other users", path.display());
        let hint = format!("run `chmod 600 {}`", path.display());
        return Err(Error::usage("token-file", message, hint));
    }
    Ok(())
}

#[cfg(not(unix))]
fn require_private(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_is_the_token() {
        let token = Token::new("0123456789abcdef");
        assert!(token.is("0123456789abcdef") && !token.is("0123456789abcdeF") && !token.is(""));
        assert!(token.is_cookie(&token.cookie()) && !token.is_cookie("0123456789abcdef"));
        assert_eq!(format!("{token:?}"), "Token(..)");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_made_for_its_owner_alone_and_one_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        Token::of_file(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(Token::of_file(&path).unwrap().is(text.trim()));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Token::of_file(&path).is_err());
    }
}

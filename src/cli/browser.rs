//! Opens a page in the user's browser.

use std::process::{Command, Stdio};

use super::style;

/// The program that opens addresses; `BROWSER` names another one.
const OPENER: &[&str] = if cfg!(target_os = "macos") {
    &["open"]
} else if cfg!(windows) {
    &["rundll32", "url.dll,FileProtocolHandler"]
} else {
    &["xdg-open"]
};

/// Opens an address or a page on disk. A machine without a browser only gets a warning with the address.
pub(super) fn open(url: &str) {
    let own = std::env::var("BROWSER").ok().filter(|browser| !browser.is_empty());
    let words: Vec<&str> = own.as_deref().map_or_else(|| OPENER.to_vec(), |browser| vec![browser]);
    let Some((program, arguments)) = words.split_first() else { return };
    let nothing = Stdio::null;
    let started =
        Command::new(program).args(arguments).arg(url).stdin(nothing()).stdout(nothing()).stderr(nothing()).spawn();
    if let Err(error) = started {
        style::warning(&format!("`{program}` cannot be started: {error}"), Some(&format!("open {url}")));
    }
}

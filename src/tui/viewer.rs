//! The program with which this system opens images.

use std::path::Path;
use std::process::{Command, Stdio};

use super::effect::Tried;
use crate::threads;
use crate::words::diagnostic::Diagnostic;

/// Opens a file with it.
pub(super) fn view(path: &Path) -> Tried<String> {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        Ok(mut child) => {
            // It lives as long as the user looks.
            _ = threads::spawn("viewer", move || _ = child.wait());
            Ok("opened in the image viewer".to_owned())
        }
        Err(error) => Err(vec![Diagnostic::error("no-viewer", format!("`{program}` cannot be started: {error}"))]),
    }
}

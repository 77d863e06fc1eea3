//! `schema`, `completions` and `man`: files for editors, shells and manuals.

use std::path::Path;

use super::args;
use super::{Exit, style};
use crate::session;
use crate::words::file_error::{Access, FileResult};

/// Prints the JSON schema of pixels.toml.
pub(super) fn schema() -> session::Result<Exit> {
    style::json(&format!("{:#}", session::schema()));
    Ok(Exit::Success)
}

/// Prints a completion script.
pub(super) fn completions(shell: clap_complete::Shell) -> session::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), PROGRAM, &mut script);
    let script = String::from_utf8_lossy(&script);
    style::out(one_name_for_each_state(&script).trim_end());
    Ok(Exit::Success)
}

const PROGRAM: &str = "dgx-pixels";

/// clap_complete writes the `-` of the program's name in two ways into a bash script: where it enters the state of a
/// subcommand and where it lists what the state completes. They never meet, and nothing is completed after the first
/// word. Other shells' scripts hold neither.
fn one_name_for_each_state(script: &str) -> String {
    script.replace(&PROGRAM.replace('-', "__subcmd__"), &PROGRAM.replace('-', "__"))
}

/// Writes a man page for every subcommand into a folder, or the main one to stdout.
pub(super) fn man(out: Option<&Path>) -> session::Result<Exit> {
    match out {
        Some(folder) => {
            std::fs::create_dir_all(folder).accessing(Access::CreateFolder, folder)?;
            clap_mangen::generate_to(args::command(), folder).writing(folder)?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(args::command()).render(&mut page).writing("stdout")?;
            style::out(String::from_utf8_lossy(&page).trim_end());
        }
    }
    Ok(Exit::Success)
}

//! `dgx-pixels show`: assets in the terminal.

use std::io::stdout;

use anstream::{AutoStream, ColorChoice};

use super::args::{Global, Show};
use super::style::{self, NAME, paint};
use super::{Exit, blocks, project};
use crate::session::{self, Operation};

/// The columns where there is no terminal.
const COLUMNS: usize = 80;

/// Prints the frames of what the target names, in colour where the terminal takes it.
pub(super) fn run(global: &Global, args: &Show) -> session::Result<Exit> {
    let show = |operation: &Operation| session::show(operation, &args.target, args.candidate);
    let shown = project::operate(global, &args.profile, show)?;
    let columns = args.width.map(usize::from).or_else(columns).unwrap_or(COLUMNS).max(1);
    let colored = AutoStream::choice(&stdout()) != ColorChoice::Never;
    for (at, item) in shown.iter().enumerate() {
        if at > 0 {
            style::out("");
        }
        style::out(&paint(NAME, &item.name));
        blocks::lines(&item.frames, columns, colored).iter().for_each(|line| style::out(line));
    }
    Ok(Exit::Success)
}

fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(stdout()).map(|(width, _)| usize::from(width.0))
}

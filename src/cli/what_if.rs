//! `dgx-pixels what-if`: art direction before anything is written.

use super::args::{Global, MessageFormat, WhatIf as Arguments};
use super::style::{self, DIM, NAME, WARNING, paint};
use super::{Exit, project, report};
use crate::session::{self, Compared, Existing, Operation, Seen, WhatIf};
use crate::words::text::{count, printable};

/// Compares the assets as they are with what a changed recipe makes of them.
pub(super) fn run(global: &Global, args: &Arguments) -> session::Result<Exit> {
    let (changes, targets): (Vec<String>, Vec<String>) =
        args.words.iter().cloned().partition(|word| word.contains('='));
    if changes.is_empty() {
        let hint = "name one, such as `palette=pico-8` or `size=24`; targets follow";
        return Err(session::Error::usage("bad-value", "there is no change to look at", hint));
    }
    let sheet = args.sheet.as_deref().map(|sheet| (sheet, Existing::replace_if(args.force)));
    let run = |operation: &Operation| session::what_if(operation, &changes, &targets, sheet);
    let compared = project::operate(global, &args.profile, run)?;
    if args.json && global.message_format != MessageFormat::Json {
        report::pretty(&compared);
    } else {
        report::result(global, "what-if", &compared, print);
    }
    if let Some(sheet) = args.sheet.as_ref().filter(|_| !global.quiet) {
        style::say(&format!("drew {}", printable(&sheet.to_string_lossy())));
    }
    Ok(Exit::Success)
}

fn print(compared: &WhatIf) {
    compared.items.iter().filter(|item| item.changed || item.error.is_some()).for_each(print_item);
    let changed = compared.items.iter().filter(|item| item.changed).count();
    let all = count(compared.items.len(), "asset", "assets");
    style::out(&paint(DIM, &format!("{changed} of {all} would change; nothing was written")));
}

fn print_item(item: &Compared) {
    let name = paint(NAME, &format!("{} {}", item.kind, item.name));
    let line = match (&item.error, &item.before, &item.after) {
        (Some(why), ..) => format!("{name} {}", paint(WARNING, &format!("would have no image: {}", why.message))),
        (None, Some(before), Some(after)) => format!("{name}{}", differences(before, after)),
        (None, _, after) => format!("{name}{}", after.as_ref().map(|seen| size(seen.size)).unwrap_or_default()),
    };
    style::out(&line);
}

fn differences(before: &Seen, after: &Seen) -> String {
    let mut text = match before.size == after.size {
        true => format!("  {}", size(after.size)),
        false => format!("  {} -> {}", size(before.size), size(after.size)),
    };
    text += &match before.colors == after.colors {
        true => format!("  {}", count(after.colors, "colour", "colours")),
        false => format!("  {} -> {}", before.colors, count(after.colors, "colour", "colours")),
    };
    if before.verdict != after.verdict {
        let [before, after] = [&before.verdict, &after.verdict].map(|verdict| printable(&verdict.to_string()));
        text += &format!("  {}", paint(WARNING, &format!("{before} -> {after}")));
    }
    text
}

fn size([width, height]: [u32; 2]) -> String {
    format!("{width}x{height}")
}

//! `dgx-pixels check`.

use super::args::{Check, Global};
use super::{Exit, annotate, project, report, style};
use crate::session::{self, Checked, Look};
use crate::words::text::printable;

/// Checks that everything is up to date.
pub(super) fn run(global: &Global, args: &Check) -> session::Result<Exit> {
    let look = if args.outputs { Look::Outputs } else { Look::Lock };
    let checked = project::operate(global, &args.profile, |operation| session::check(operation, &args.targets, look))?;
    annotate::checked(global, &args.profile, &checked);
    report::result(global, "checked", &checked, |checked| print(global, checked));
    report::ended();
    Ok(checked.exit)
}

fn print(global: &Global, checked: &Checked) {
    for (stale, found) in checked.stale.iter().filter_map(|stale| Some((stale, stale.diagnostic.as_ref()?))) {
        style::error(&format!("{}: {}", stale.name, found.message), found.hint.as_deref());
    }
    for stale in &checked.stale {
        style::out(&format!("{}: {}", style::paint(style::NAME, &stale.name), stale.why));
    }
    for gated in &checked.gated {
        let message = printable(&format!("{} failed a gate: {}", gated.name, gated.verdict));
        style::warning(&message, Some(&report::after_gate(&gated.name)));
    }
    if global.quiet {
        return;
    }
    match checked.stale.len() {
        0 => style::say(&format!("{} up to date", style::count(checked.assets, "asset", "assets"))),
        stale => {
            let shared = checked.stale.iter().filter(|stale| stale.is_shared).count();
            let parts = [(stale - shared, "asset", "assets"), (shared, "shared file", "shared files")];
            let parts = parts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| style::count(n, one, many));
            let (names, are) = (parts.collect::<Vec<_>>().join(" and "), if stale == 1 { "is" } else { "are" });
            style::say(&format!("{names} {are} not up to date; run `dgx-pixels build`"));
        }
    }
}

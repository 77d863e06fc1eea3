//! `dgx-pixels candidates`: what there is to choose from.

use super::args::{Candidates as Arguments, Global, MessageFormat};
use super::style::{self, DIM, GOOD, NAME, WARNING, paint};
use super::{Exit, project, report};
use crate::session::{self, Candidates, Existing, Operation, ShownCandidate};
use crate::words::lock::By;
use crate::words::text::printable;

/// Prints the candidates of every slot that the target means.
pub(super) fn run(global: &Global, args: &Arguments) -> session::Result<Exit> {
    let run = |operation: &Operation| match &args.sheet {
        None => session::candidates(operation, &args.target),
        Some(sheet) => session::candidates_sheet(operation, &args.target, sheet, Existing::replace_if(args.force)),
    };
    let candidates = project::operate(global, &args.profile, run)?;
    if args.json && global.message_format != MessageFormat::Json {
        report::pretty(&candidates);
    } else {
        report::result(global, "candidates", &candidates, print);
    }
    if let Some(sheet) = args.sheet.as_ref().filter(|_| !global.quiet) {
        style::say(&format!("drew {}", printable(&sheet.to_string_lossy())));
    }
    Ok(Exit::Success)
}

fn print(candidates: &Candidates) {
    for slot in &candidates.slots {
        style::out(&paint(NAME, &slot.slot.to_string()));
        if slot.candidates.is_empty() {
            style::out("  none yet; build it first");
        }
        slot.candidates.iter().for_each(print_candidate);
    }
}

fn print_candidate(candidate: &ShownCandidate) {
    let verdict = printable(&candidate.verdict.to_string());
    let verdict = paint(if candidate.verdict.passes() { GOOD } else { WARNING }, &verdict);
    let seconds = candidate.millis.map(|millis| format!(" in {}.{} s", millis / 1000, millis % 1000 / 100));
    let device = candidate.device.as_ref().map(|device| format!(" on {device}"));
    let by = format!("{}{}{}", candidate.backend, device.unwrap_or_default(), seconds.unwrap_or_default());
    let origin = paint(DIM, &format!("score {}, seed {}, {by}", candidate.score, candidate.seed));
    let marks = marks(candidate);
    style::out(&format!("  {}  {verdict}  {origin}{marks}", paint(NAME, &format!("{:>2}", candidate.n))));
    match (&candidate.restored, &candidate.error) {
        (Some(path), _) => style::out(&format!("      {}", printable(path))),
        (None, Some(why)) => style::out(&format!("      {}", printable(&why.message))),
        (None, None) => {}
    }
}

fn marks(candidate: &ShownCandidate) -> String {
    let picked = candidate.picked.map(|by| if by == By::User { "picked by a user" } else { "picked by the gates" });
    let kept = candidate.kept.then_some("kept");
    let old = (!candidate.current).then_some("for an earlier prompt or style");
    let dropped =
        (candidate.current && !candidate.counts && candidate.picked.is_none()).then_some("dropped by a reroll");
    picked.into_iter().chain(kept).chain(old).chain(dropped).map(|mark| format!(", {mark}")).collect()
}

//! `dgx-pixels build`: make what is not up to date.

use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::time::Instant;

use super::args::{Build, Global, MessageFormat, Profile};
use super::{Exit, annotate, plan, project, report, style};
use crate::session::{self, Consent, Error, Operation, Outcome, Refusal};

/// Builds, and asks for consent where that can be given.
pub(super) fn run(global: &Global, args: &Build) -> session::Result<Exit> {
    if args.dry_run {
        return plan::dry_run(global, args);
    }
    let mut options = args.options();
    carry_out(global, &project::root(global)?, &args.profile, |operation| match session::build(operation, &options) {
        Err(Error::Refused(Refusal::TooMany { images, most })) if agreed(global, images, most) => {
            options.consent = Consent::Given;
            session::build(operation, &options)
        }
        built => built,
    })
}

/// Carries out an operation that builds, shows its progress and sums it up.
pub(super) fn carry_out(
    global: &Global,
    root: &Path,
    profile: &Profile,
    build: impl FnOnce(&Operation) -> session::Result<Outcome>,
) -> session::Result<Exit> {
    let began = Instant::now();
    let (profile_option, profile) = (profile, profile.name());
    let built = build(&project::operation(root, profile.as_deref(), report::observer(global), &global.cancel));
    let outcome = built?;
    annotate::built(global, profile_option, &outcome);
    report::summary(global, &outcome, began.elapsed());
    Ok(outcome.exit())
}

/// Asks on a terminal whether more images than `max_images` may be generated.
pub(super) fn agreed(global: &Global, images: usize, most: u32) -> bool {
    let (stdin, stderr) = (std::io::stdin(), std::io::stderr());
    if global.message_format == MessageFormat::Json || !stdin.is_terminal() || !stderr.is_terminal() {
        return false;
    }
    style::prompt(&format!("{images} images are wanted, more than `max_images = {most}`. Go on? [y/N] "));
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

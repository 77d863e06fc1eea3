//! `dgx-pixels build`: make what is not up to date.

use std::io::{BufRead, IsTerminal, Write};
use std::time::Instant;

use super::args::{Build, Global, MessageFormat};
use super::{Exit, plan, project, report};
use crate::session::{self, Consent, Error, Refusal};

/// Builds, and asks for consent where that can be given.
pub(super) fn run(global: &Global, args: &Build) -> session::Result<Exit> {
    if args.dry_run {
        return plan::dry_run(global, args);
    }
    let began = Instant::now();
    let root = project::root(global)?;
    let profile = args.profile.name();
    let operation = project::operation(&root, profile.as_deref(), report::observer(global), &global.cancel);
    let mut options = args.options();
    let built = match session::build(&operation, &options) {
        Err(Error::Refused(Refusal::TooMany { images, most })) if agreed(global, images, most) => {
            options.consent = Consent::Given;
            session::build(&operation, &options)
        }
        built => built,
    };
    drop(operation);
    let outcome = built?;
    report::summary(global, &outcome, began.elapsed());
    Ok(outcome.exit())
}

fn agreed(global: &Global, images: usize, most: u32) -> bool {
    let (stdin, stderr) = (std::io::stdin(), std::io::stderr());
    if global.message_format == MessageFormat::Json || !stdin.is_terminal() || !stderr.is_terminal() {
        return false;
    }
    anstream::eprint!("{images} images are wanted, more than `max_images = {most}`. Go on? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

//! `dgx-pixels compare`: styles side by side, blind votes, and a decision.

use std::io::BufRead;
use std::time::Instant;

use serde::Deserialize;

use super::args::{
    CompareAdopt, CompareArgs, CompareCommand, CompareReport, CompareRun, CompareSweep, CompareVote, Global,
    MessageFormat,
};
use super::style::{self, DIM, GOOD, NAME, WARNING, paint};
use super::{Exit, browser, build, project, report};
use crate::session::{
    self, Booth, BuildOptions, Comparing, ComparisonReport, Consent, Ended, Error, Existing, NextPairs, Operation, Ran,
    Refusal, ShownPair, SweepOptions, Swept, Voter,
};
use crate::words::compare::Answer;
use crate::words::text::{count, printable};

/// Runs a subcommand.
pub(super) fn run(global: &Global, args: &CompareArgs) -> session::Result<Exit> {
    match &args.command {
        CompareCommand::Run(args) => capture(global, args),
        CompareCommand::Vote(args) => vote(global, args),
        CompareCommand::Report(args) => show(global, args),
        CompareCommand::Adopt(args) => adopt(global, args),
        CompareCommand::Sweep(args) => sweep(global, args),
    }
}

fn capture(global: &Global, args: &CompareRun) -> session::Result<Exit> {
    let needed = project::operate(global, &args.profile, |operation| session::plan_comparison(operation, &args.name))?;
    if args.dry_run {
        report::result(global, "comparison", &needed, |needed| style::out(&preview(needed)));
        return Ok(Exit::Success);
    }
    if global.message_format == MessageFormat::Human && !global.quiet {
        style::say(&preview(&needed));
    }
    let consent = if args.yes { Consent::Given } else { Consent::Required };
    let mut options = BuildOptions { consent, time_limit: args.time_limit, ..BuildOptions::default() };
    let (root, profile, began) = (project::root(global)?, args.profile.name(), Instant::now());
    let operation = project::operation(&root, profile.as_deref(), report::observer(global), &global.cancel);
    let ran: Ran = match session::run_comparison(&operation, &args.name, &options) {
        Err(Error::Refused(Refusal::TooMany { images, most })) if build::agreed(global, images, most) => {
            options.consent = Consent::Given;
            session::run_comparison(&operation, &args.name, &options)?
        }
        ran => ran?,
    };
    report::summary(global, &ran.outcome, began.elapsed());
    Ok(ran.exit())
}

/// What a comparison needs, in one line.
fn preview(needed: &Comparing) -> String {
    let seconds = needed.seconds.map_or_else(String::new, |seconds| format!(", about {seconds} s"));
    let waiting = match needed.waiting {
        0 => String::new(),
        waiting => format!("; {waiting} wait for a pick of another asset"),
    };
    format!(
        "{}: {} of {} x {} x {} are generated{seconds}{waiting}",
        paint(NAME, &printable(&needed.name)),
        count(needed.generate, "picture", "images"),
        count(needed.slots, "slot", "slots"),
        count(needed.seeds as usize, "seed", "seeds"),
        count(needed.arms.len(), "arm", "arms"),
    )
}

/// A line of a script that votes.
#[derive(Deserialize)]
struct Said {
    #[serde(flatten)]
    pair: Asked,
    answer: String,
    #[serde(default)]
    ms: u64,
}

#[derive(Deserialize)]
struct Asked {
    n: u64,
    slot: String,
    seed: u64,
    left: crate::words::digest::Digest,
    right: crate::words::digest::Digest,
}

fn vote(global: &Global, args: &CompareVote) -> session::Result<Exit> {
    let voter = Voter { name: args.rater.clone(), seed: args.seed };
    project::operate(global, &args.profile, |operation| {
        let mut booth = Booth::open(operation, &args.name, &voter)?;
        warn(&booth, &args.name);
        if let Some(pairs) = args.pairs {
            let next = booth.next(pairs.into())?;
            next.pairs.iter().for_each(|pair| report::json("pair", pair));
            return Ok(Exit::Success);
        }
        if args.undo {
            take_back(global, &mut booth)?;
            return Ok(Exit::Success);
        }
        take_votes(global, operation, &mut booth)
    })
}

/// Names lines of the votes file that count for nothing.
fn warn(booth: &Booth, name: &str) {
    for bad in &booth.votes().bad {
        let message =
            format!("{}:{} {}; it stays, and does not count", session::votes_path(name), bad.line, bad.defect.what());
        style::warning(&message, None);
    }
}

/// Shows a pair, reads an answer, until the input ends.
fn take_votes(global: &Global, operation: &Operation, booth: &mut Booth) -> session::Result<Exit> {
    let mut lines = std::io::stdin().lock().lines();
    let mut shown = booth.next(1)?;
    present(global, &shown);
    let mut since = Instant::now();
    while let Some(Ok(line)) = lines.next() {
        if operation.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let line = line.trim();
        match line {
            "" => continue,
            "quit" | "q" => break,
            "undo" | "u" => take_back(global, booth)?,
            _ => {
                let Some((pair, answer, ms)) = understood(line, &shown, since) else {
                    let message = format!("`{}` is no answer", printable(line));
                    let hint = "left, right, tie, both-bad, skip, undo or quit; or a line of `--pairs` with `answer`";
                    return Err(Error::usage("bad-answer", message, hint));
                };
                let cast = booth.vote(&pair, answer, ms)?;
                report::result(global, "vote", &cast, |_| {});
            }
        }
        shown = booth.next(1)?;
        present(global, &shown);
        since = Instant::now();
    }
    Ok(Exit::Success)
}

fn take_back(global: &Global, booth: &mut Booth) -> session::Result<()> {
    match booth.undo()? {
        Some(cast) => report::result(global, "undone", &cast, |_| style::say("took the last vote back")),
        None => style::say("there is no vote of yours to take back"),
    }
    Ok(())
}

/// A word is the answer to the pair that is shown; a JSON line names its own.
fn understood(line: &str, shown: &NextPairs, since: Instant) -> Option<(ShownPair, Answer, u64)> {
    if let Some(answer) = Answer::of(line) {
        let ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        return Some((shown.pairs.first()?.clone(), answer, ms));
    }
    let Said { pair, answer, ms } = serde_json::from_str(line).ok()?;
    let Asked { n, slot, seed, left, right } = pair;
    let pair = ShownPair { n, slot, seed, left, right, left_image: None, right_image: None };
    Some((pair, Answer::of(&answer)?, ms))
}

fn present(global: &Global, shown: &NextPairs) {
    let Some(pair) = shown.pairs.first() else { return };
    match global.message_format {
        MessageFormat::Json => report::json("pair", pair),
        MessageFormat::Human | MessageFormat::Github => {
            let image =
                |path: &Option<String>| path.as_deref().map_or_else(|| "not on this machine".to_owned(), printable);
            style::out(&format!(
                "{}  {}",
                paint(NAME, &printable(&pair.slot)),
                paint(DIM, &format!("vote {}", shown.own + 1))
            ));
            style::out(&format!("  left   {}", image(&pair.left_image)));
            style::out(&format!("  right  {}", image(&pair.right_image)));
        }
    }
}

fn show(global: &Global, args: &CompareReport) -> session::Result<Exit> {
    let existing = Existing::replace_if(args.force);
    let (root, run) = (project::root(global)?, |operation: &Operation| {
        session::write_comparison(operation, &args.name, args.out.as_deref(), existing)
    });
    let (found, page) = project::operate(global, &args.profile, run)?;
    if args.json && global.message_format == MessageFormat::Human {
        report::pretty(&found);
    } else {
        report::result(global, "compared-arms", &found, print);
    }
    if global.message_format == MessageFormat::Human && !global.quiet {
        style::say(&format!("wrote {}", printable(&page.to_string_lossy())));
    }
    if args.open {
        browser::open(&root.join(page).to_string_lossy());
    }
    Ok(Exit::Success)
}

fn print(found: &ComparisonReport) {
    let decimal = |value: i64| format!("{:.2}", value as f64 / 1000.0);
    let sense = if found.enough { GOOD } else { WARNING };
    style::out(&format!("{}: {}", paint(NAME, &printable(&found.name)), paint(sense, &printable(&found.says))));
    let wide = found.arms.iter().map(|arm| arm.name.chars().count()).max().unwrap_or(0);
    for arm in &found.arms {
        style::out(&format!(
            "  {:<wide$}  {:>6} ({} to {})  {} won, {} lost, {} ties, {} both bad",
            printable(&arm.name),
            decimal(arm.strength),
            decimal(arm.low),
            decimal(arm.high),
            arm.wins,
            arm.losses,
            arm.ties,
            arm.both_bad
        ));
    }
    for pair in found.pairs.iter().filter(|pair| !pair.told) {
        let more = pair.more.map_or_else(String::new, |more| format!(", about {more} more would"));
        let (a, b) = (printable(&pair.a), printable(&pair.b));
        style::out(&paint(DIM, &format!("  {a} : {b}  not enough votes to decide{more}")));
    }
    for rater in found.raters.iter().filter(|rater| rater.one_sided) {
        let message = format!("rater {} prefers a side: {} % of wins stand left", rater.rater, rater.left / 10);
        style::out(&paint(WARNING, &format!("  {message}")));
    }
    for bad in &found.bad_lines {
        let message = format!("{}:{} {}", found.file, bad.line, bad.defect.what());
        style::out(&paint(WARNING, &format!("  {}", printable(&message))));
    }
    style::out(&paint(
        DIM,
        &format!("  {} of {}", count(found.votes, "vote", "votes"), count(found.raters.len(), "rater", "raters")),
    ));
}

fn adopt(global: &Global, args: &CompareAdopt) -> session::Result<Exit> {
    let consent = if args.yes { Consent::Given } else { Consent::Required };
    let run = |operation: &Operation| session::adopt_arm(operation, &args.name, &args.arm, consent, args.dry_run);
    let adopted = project::operate(global, &args.profile, run)?;
    report::value(global, "adopted-arm", &adopted, |adopted| {
        let did = if adopted.dry_run { "would change" } else { "changed" };
        style::out(&format!("{did} [style.{}] in {}", printable(&adopted.style), printable(&adopted.file)));
        style::out(&paint(DIM, &format!("  {}", printable(&adopted.because))));
        style::out(&format!("  a build generates {} more", count(adopted.generate, "image", "images")));
    });
    Ok(Exit::Success)
}

fn sweep(global: &Global, args: &CompareSweep) -> session::Result<Exit> {
    let CompareSweep { name, lora, checkpoints, weights, slots, profile, dry_run } = args.clone();
    let options = SweepOptions { loras: lora, checkpoints, weights, slots, dry_run };
    let swept = project::operate(global, &profile, |operation| session::sweep(operation, &name, &options))?;
    report::value(global, "swept-arms", &swept, written);
    Ok(Exit::Success)
}

/// Arms that were written, and what comes next.
pub(super) fn written(swept: &Swept) {
    let did = if swept.dry_run { "would add" } else { "added" };
    let arms: Vec<String> = swept.arms.iter().map(|arm| printable(arm)).collect();
    let name = printable(&swept.name);
    match arms.is_empty() {
        true => style::out(&format!("[compare.{name}] has all of these arms")),
        false => style::out(&format!("{did} {} to [compare.{name}] in {}", arms.join(", "), printable(&swept.file))),
    }
    style::out(&paint(
        DIM,
        &format!("  `dgx-pixels compare run {name}` draws them, `compare vote {name}` takes votes"),
    ));
}

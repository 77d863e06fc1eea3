//! `dgx-pixels build`: make what is not up to date.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::Arc;
use std::time::Instant;

use super::args::{Build, Global, MessageFormat};
use super::{Exit, plan, project, report, style};
use crate::plan::Planner;
use crate::session::{self, BuildOptions, Cancel, Look, NoSuchTarget, Options, Refusal, Workspace};

/// Builds; a build with nothing to do parses nothing.
pub fn run(global: &Global, args: &Build) -> anyhow::Result<Exit> {
    let began = Instant::now();
    let root = project::root(global)?;
    let profile = args.profile.name();
    let profile = profile.as_deref();
    let _hold = project::hold(global, &root, "build")?;
    let plain = args.targets.is_empty() && !args.dry_run && args.fill.is_none() && !args.recapture;
    if let Some(outcome) = plain.then(|| session::sealed(&root, profile)).flatten() {
        report::summary(global, &outcome, "", began.elapsed());
        return Ok(outcome.exit());
    }
    let frozen = args.locked || args.frozen;
    let options = Options {
        profile: profile.map(str::to_owned),
        recapture: args.recapture,
        remake: !frozen,
        ..Options::default()
    };
    let (mut workspace, state) = session::open(&root, &options, Look::Outputs)?;
    project::warn(global, &workspace.loaded);
    if args.dry_run {
        plan::print(&workspace, &state, &workspace.plan(&state), &args.targets)?;
        return Ok(Exit::Success);
    }
    let options = BuildOptions {
        targets: args.targets.clone(),
        locked: args.locked,
        frozen: args.frozen,
        overwrite: args.overwrite,
        yes: args.yes,
        fill: args.fill.is_some(),
    };
    let cancel = Cancel::default();
    cancel_on_signal(&cancel)?;
    let observer = report::observer(global);
    let backends = session::backends(&workspace, args.frozen || args.locked);
    let built = session::build(&mut workspace, state.clone(), &options, &backends, Arc::clone(&observer), &cancel)?;
    let built = match built {
        Err(Refusal::TooMany { images, most }) if agreed(global, images, most) => {
            let options = BuildOptions { yes: true, ..options };
            session::build(&mut workspace, state, &options, &backends, Arc::clone(&observer), &cancel)?
        }
        built => built,
    };
    drop(backends);
    drop(observer);
    match built {
        Ok(outcome) => {
            report::summary(global, &outcome, &workspace.manifest.project.out, began.elapsed());
            Ok(outcome.exit())
        }
        Err(refusal) => refuse(refusal, &workspace),
    }
}

/// The first signal lets what is under way end and keeps everything; the second ends at once.
pub fn cancel_on_signal(cancel: &Cancel) -> anyhow::Result<()> {
    let cancel = cancel.clone();
    ctrlc::set_handler(move || {
        if cancel.is_cancelled() {
            std::process::exit(Exit::Interrupted as i32);
        }
        anstream::eprintln!("stopping; what has come is kept (once more: at once)");
        cancel.cancel();
    })?;
    Ok(())
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

/// Says why a build did not begin.
pub fn refuse(refusal: Refusal, workspace: &Workspace) -> anyhow::Result<Exit> {
    match refusal {
        Refusal::Stale(names) => {
            style::error(
                &format!("pixels.lock is not up to date for {}", list(&names)),
                Some("run `dgx-pixels build` and commit pixels.lock"),
            );
            Ok(Exit::Stale)
        }
        Refusal::TooMany { images, most } => Err(project::usage(
            format!("{images} images are wanted, more than `max_images = {most}`"),
            "agree with `--yes`, build a few targets, or raise `max_images` in `[project]`",
        )),
        Refusal::SketchesOver(slots) => Err(project::usage(
            format!("placeholder art would replace captures of {}", list(&slots)),
            "use a profile or `--fill sketch` for placeholders, or agree with `--yes`",
        )),
        Refusal::Target(no_such) => Err(no_target(&no_such, &Planner::new(&workspace.manifest, &workspace.inputs))),
    }
}

/// The error for a target that names nothing.
pub fn no_target(no_such: &NoSuchTarget, planner: &Planner) -> anyhow::Error {
    let hint = match members(&no_such.target, planner).as_ref().or(no_such.near.as_ref()) {
        Some(near) => format!("did you mean `{near}`? `dgx-pixels plan` lists all"),
        None => "`dgx-pixels plan` lists all".to_owned(),
    };
    let target = &no_such.target;
    let message = match target.strip_prefix("tag:") {
        Some(tag) => {
            return project::usage(format!("no asset has the tag `{tag}`"), "`dgx-pixels plan` lists all assets");
        }
        None if target.contains(['*', '?', '[', '{']) => format!("nothing matches `{target}`"),
        None => no_such.to_string(),
    };
    project::usage(message, hint)
}

/// The glob for a member that is named by one of several axes: `hero@red` means `hero@red-*`, `hero@e` means `hero@*-e`.
fn members(target: &str, planner: &Planner) -> Option<String> {
    let (asset, part) = target.split_once('@').filter(|(_, part)| !part.is_empty())?;
    let items = planner.items();
    let parts: Vec<&str> =
        items.iter().filter_map(|item| item.id().name.strip_prefix(asset)?.strip_prefix('@')).collect();
    let (first, last) = (format!("{part}-"), format!("-{part}"));
    if parts.iter().any(|name| name.starts_with(&first)) {
        return Some(format!("{asset}@{part}-*"));
    }
    parts.iter().any(|name| name.ends_with(&last)).then(|| format!("{asset}@*-{part}"))
}

/// `a`, `b` and 3 more.
pub fn list(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(5);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

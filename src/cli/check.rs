//! `dgx-pixels check`: is everything up to date? Nothing is made, no network is used.

use super::args::{Check, Global, MessageFormat};
use super::{Exit, project, style};
use crate::plan::{Planner, Reason, Step};
use crate::session::{self, Look, Options};
use crate::words::output;

/// Compares manifest, input files and lock; with `--outputs` the files in the output folder, too.
pub fn run(global: &Global, args: &Check) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let look = if args.outputs { Look::Outputs } else { Look::Lock };
    let options = Options { profile: args.profile.name(), ..Options::default() };
    let (workspace, state) = session::open(&root, &options, look)?;
    project::warn(global, &workspace.loaded);
    let plan = workspace.plan(&state);
    let mut stale: Vec<(String, &str)> = Vec::new();
    for item in plan.items.values() {
        let why = match &item.step {
            _ if item.slots.iter().any(|slot| !slot.requests.is_empty() || !slot.adopt.is_empty()) => {
                "candidates are missing"
            }
            _ if item.slots.iter().any(|slot| slot.settles) => "the lock lacks the choice among its candidates",
            Step::Fresh
            | Step::Wait
            | Step::Make(Reason::Outdated | Reason::Needed)
            | Step::Recapture(_, Reason::Outdated | Reason::Needed) => continue,
            Step::Make(reason) | Step::Recapture(_, reason) => super::plan::reason(*reason),
            Step::Fail(_) if args.outputs && unchanged_on_disk(&state, item) => continue,
            Step::Fail(trouble) => {
                stale.push((item.id.name.clone(), "it cannot be made"));
                style::error(&format!("{}: {}", item.id, trouble.message), trouble.hint.as_deref());
                continue;
            }
        };
        stale.push((item.id.name.clone(), why));
    }
    let gone = state.lock.entries.keys().filter(|id| !plan.items.contains_key(id));
    stale.extend(gone.map(|id| (id.name.clone(), "the manifest no longer has it")));
    let shared: Vec<String> = output::shared(&workspace.manifest.project);
    if args.outputs {
        let missing = shared.iter().filter(|path| !root.join(workspace.in_project(path)).exists());
        stale.extend(missing.map(|path| (path.clone(), "it is not there")));
        let planner = Planner::new(&workspace.manifest, &workspace.inputs);
        let lists = session::lists(&workspace, &planner, &state)?;
        let differs = |path: &str, bytes: &[u8]| std::fs::read(root.join(path)).is_ok_and(|found| found != bytes);
        let other =
            lists.files.into_iter().filter(|(path, bytes)| lists.whole && differs(&workspace.in_project(path), bytes));
        stale.extend(other.map(|(path, _)| (path, "it does not say what the lock says")));
    }
    let gated = session::gated(&plan, &state);
    if global.message_format == MessageFormat::Json {
        let stale: Vec<_> = stale.iter().map(|(name, why)| serde_json::json!({ "name": name, "why": why })).collect();
        let gated: Vec<_> =
            gated.iter().map(|(id, verdict)| serde_json::json!({ "name": id.name, "verdict": verdict })).collect();
        style::out(&serde_json::json!({ "event": "checked", "stale": stale, "gated": gated }).to_string());
    } else {
        for (name, why) in &stale {
            style::out(&format!("{}: {why}", style::paint(style::NAME, name)));
        }
        for (id, verdict) in &gated {
            style::warning(&format!("{id} failed a gate: {verdict}"), Some(&super::report::after_gate(&id.name)));
        }
        if !global.quiet {
            conclude(stale.len(), plan.items.len());
        }
    }
    Ok(if !gated.is_empty() {
        Exit::Gate
    } else if !stale.is_empty() {
        Exit::Stale
    } else {
        Exit::Success
    })
}

fn conclude(stale: usize, all: usize) {
    if stale == 0 {
        anstream::eprintln!("{} up to date", style::count(all, "asset", "assets"));
    } else {
        anstream::eprintln!("{} not up to date; run `dgx-pixels build`", style::count(stale, "asset is", "assets are"));
    }
}

/// An asset whose raw is absent is fine as long as nothing has to be made of it.
fn unchanged_on_disk(state: &crate::plan::State, item: &crate::plan::ItemPlan) -> bool {
    let made = state.lock.entries.get(&item.id).and_then(|entry| entry.made.as_ref());
    made.zip(state.outputs.as_ref()).is_some_and(|(made, outputs)| {
        Some(made.sprite) == item.key && made.files.iter().all(|(path, digest)| outputs.get(path) == Some(digest))
    })
}

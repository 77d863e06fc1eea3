//! The project's health: manifest, lock, raws, files that belong in git and files that do not, room on the disk.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::{Findings, Level};
use crate::cli::style::count;
use crate::plan::{State, Step};
use crate::session::Workspace;
use crate::words::digest::Digest;

const AREA: &str = "project";

/// Less room than this will not take many raws.
const FEW_BYTES: u64 = 2 << 30;

/// Looks at a project that could be opened.
pub fn check(workspace: &Workspace, state: &State, findings: &mut Findings) {
    let project = &workspace.manifest.project;
    let items = workspace.manifest.groups.len() + workspace.manifest.tilesets.len();
    findings.ok(AREA, format!("{}: {}", project.name, count(items, "asset", "assets")));
    warnings(workspace, findings);
    schema(&workspace.folders.root, findings);
    raws(workspace, state, findings);
    plan(workspace, state, findings);
    git(&workspace.folders.root, findings);
    room(&workspace.folders.store, findings);
    if let Some(found) = workspace.cut_off() {
        let message = found.message;
        findings.add(AREA, Level::Note, message, Some("`dgx-pixels build` goes on"));
    }
}

fn warnings(workspace: &Workspace, findings: &mut Findings) {
    let many = workspace.loaded.warnings.len();
    if many > 0 {
        let message = format!("the manifest has {}", count(many, "warning", "warnings"));
        findings.add(AREA, Level::Warning, message, Some("`dgx-pixels plan` shows them with their places"));
    }
}

/// Editors read the schema beside the manifest.
fn schema(root: &Path, findings: &mut Findings) {
    let Ok(text) = std::fs::read_to_string(root.join("pixels.schema.json")) else { return };
    let fresh = serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|schema| schema == crate::session::schema());
    if !fresh {
        let mend = "`dgx-pixels schema > pixels.schema.json`";
        findings.add(AREA, Level::Note, "`pixels.schema.json` is of another version", Some(mend));
    }
}

/// Picked raws that are on no disk of this machine.
fn raws(workspace: &Workspace, state: &State, findings: &mut Findings) {
    let picked: BTreeSet<Digest> = state.lock.picked().into_iter().collect();
    let lost = picked.iter().filter(|digest| !state.raws.contains(digest)).count();
    match lost {
        0 if picked.is_empty() => findings.ok(AREA, "nothing is picked yet"),
        0 => findings.ok(AREA, format!("all {} are here", count(picked.len(), "picked raw", "picked raws"))),
        lost => {
            let committed = workspace.manifest.project.raws.is_some();
            let message = format!("{lost} of {} picked raws are not on this machine", picked.len());
            let mend = if committed {
                "fetch `raws/` (`git lfs pull`)"
            } else {
                "bring them with `dgx-pixels cache import FILE`"
            };
            findings.add(AREA, Level::Warning, message, Some(mend));
        }
    }
}

fn plan(workspace: &Workspace, state: &State, findings: &mut Findings) {
    let plan = workspace.plan(state);
    let open = plan.items.values().filter(|item| item.step != Step::Fresh).count();
    let failing = plan.items.values().filter(|item| matches!(item.step, Step::Fail(_))).count();
    if failing > 0 {
        let message = format!("{} cannot be made", count(failing, "asset", "assets"));
        findings.add(AREA, Level::Problem, message, Some("`dgx-pixels plan` says why"));
    }
    if open > 0 {
        let message = format!("{} not up to date", count(open, "asset is", "assets are"));
        findings.add(AREA, Level::Note, message, Some("`dgx-pixels build`"));
    } else {
        findings.ok(AREA, "everything is up to date");
    }
}

/// What git should not have, and what it should.
fn git(root: &Path, findings: &mut Findings) {
    let Some(tracked) = tracked(root) else { return };
    let is = |path: &str| tracked.iter().any(|file| file == path);
    if is("pixels.local.toml") {
        let mend = "`git rm --cached pixels.local.toml`, ignore it, and change the tokens in it";
        findings.add(AREA, Level::Problem, "`pixels.local.toml` is in git: it may hold secrets", Some(mend));
    }
    if tracked.iter().any(|file| file.starts_with(".dgx-pixels/")) {
        let mend = "`git rm -r --cached .dgx-pixels`, and write `/.dgx-pixels/` into `.gitignore`";
        findings.add(AREA, Level::Warning, "`.dgx-pixels/` is in git", Some(mend));
    }
    if root.join("pixels.lock").exists() && !is("pixels.lock") {
        let mend = "`git add pixels.lock`: without it other machines ask for everything anew";
        findings.add(AREA, Level::Warning, "`pixels.lock` is not in git", Some(mend));
    }
}

/// The files of ours that git has, or `None` where there is no git.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let list = ["ls-files", "-z", "--", "pixels.local.toml", "pixels.lock", ".dgx-pixels"];
    let output = Command::new("git").arg("-C").arg(root).args(list).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then(|| text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn room(store: &Path, findings: &mut Findings) {
    let there = store.ancestors().find(|folder| folder.exists());
    let Some(free) = there.and_then(|folder| fs4::available_space(folder).ok()) else { return };
    let shown = format!("{:.1} GiB free for the store", free as f64 / f64::from(1 << 30));
    if free < FEW_BYTES {
        let mend = "make room, or name another folder with `store` in `pixels.local.toml`; `dgx-pixels cache gc --all --dry-run` shows what could go";
        findings.add(AREA, Level::Warning, shown, Some(mend));
    } else {
        findings.ok(AREA, shown);
    }
}

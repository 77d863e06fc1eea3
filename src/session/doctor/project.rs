//! The project's health: manifest, lock, raws, files that belong in git and files that do not, room on the disk.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::{Area, Report};
use crate::plain_file::{self, LONGEST_TEXT};
use crate::plan::{State, Step};
use crate::session::Workspace;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Digest;
use crate::words::text::count;

const AREA: Area = Area::Project;

/// Less room than this will not take many raws.
const FEW_BYTES: u64 = 2 << 30;

/// Examines a project that could be opened.
pub(super) fn examine(workspace: &Workspace, state: &State, report: &mut Report) {
    let project = &workspace.manifest.project;
    let items = workspace.manifest.groups.len() + workspace.manifest.tilesets.len();
    report.ok(AREA, "project", format!("{}: {}", project.name, count(items, "asset", "assets")));
    warnings(workspace, report);
    schema(&workspace.folders.root, report);
    raws(workspace, state, report);
    plan(workspace, state, report);
    git(&workspace.folders.root, report);
    room(&workspace.folders.store, report);
    if let Some(Diagnostic { message, .. }) = workspace.cut_off() {
        report.add(AREA, Diagnostic::note("interrupted-build", message).hint("`dgx-pixels build` goes on"));
    }
}

fn warnings(workspace: &Workspace, report: &mut Report) {
    let many = workspace.loaded.warnings.len();
    if many > 0 {
        let message = format!("the manifest has {}", count(many, "warning", "warnings"));
        let hint = "`dgx-pixels plan` shows them with their places";
        report.add(AREA, Diagnostic::warning("manifest-warnings", message).hint(hint));
    }
}

/// Editors read the schema beside the manifest.
fn schema(root: &Path, report: &mut Report) {
    let Ok(text) = plain_file::read_text(&root.join("pixels.schema.json"), LONGEST_TEXT) else { return };
    let fresh = serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|schema| schema == crate::session::schema());
    if !fresh {
        let note = Diagnostic::note("old-schema", "`pixels.schema.json` is of another version");
        report.add(AREA, note.hint("`dgx-pixels schema > pixels.schema.json`").about(file("pixels.schema.json")));
    }
}

/// Picked raws that are on no disk of this machine.
fn raws(workspace: &Workspace, state: &State, report: &mut Report) {
    let picked: BTreeSet<Digest> = state.lock.picked().into_iter().collect();
    let lost = picked.iter().filter(|digest| !state.raws.contains(digest)).count();
    match lost {
        0 if picked.is_empty() => report.ok(AREA, "no-picks", "nothing is picked yet"),
        0 => report.ok(AREA, "raws", count(picked.len(), "picked raw is", "picked raws are") + " on this machine"),
        lost => {
            let committed = workspace.manifest.project.raws.is_some();
            let message = format!("{lost} of {} picked raws are not on this machine", picked.len());
            let hint = if committed {
                "fetch `raws/` (`git lfs pull`)"
            } else {
                "bring them with `dgx-pixels cache import FILE`"
            };
            report.add(AREA, Diagnostic::warning("lost-raws", message).hint(hint));
        }
    }
}

fn plan(workspace: &Workspace, state: &State, report: &mut Report) {
    let plan = workspace.plan(state);
    let open = plan.items.values().filter(|item| item.step != Step::Fresh).count();
    let failing = plan.items.values().filter(|item| matches!(item.step, Step::Fail(_))).count();
    if failing > 0 {
        let message = format!("{} cannot be made", count(failing, "asset", "assets"));
        report.add(AREA, Diagnostic::error("failing-assets", message).hint("`dgx-pixels plan` says why"));
    }
    if open > 0 {
        let message = format!("{} not up to date", count(open, "asset is", "assets are"));
        report.add(AREA, Diagnostic::note("not-up-to-date", message).hint("`dgx-pixels build`"));
    } else {
        report.ok(AREA, "up-to-date", "everything is up to date");
    }
}

/// What git should not have, and what it should.
fn git(root: &Path, report: &mut Report) {
    let Some(tracked) = tracked(root) else { return };
    let is = |path: &str| tracked.iter().any(|file| file == path);
    if is("pixels.local.toml") {
        let error = Diagnostic::error("secrets-in-git", "`pixels.local.toml` is in git: it may hold secrets");
        let hint = "`git rm --cached pixels.local.toml`, ignore it, and change the tokens in it";
        report.add(AREA, error.hint(hint).about(file("pixels.local.toml")));
    }
    if tracked.iter().any(|file| file.starts_with(".dgx-pixels/")) {
        let warning = Diagnostic::warning("store-in-git", "`.dgx-pixels/` is in git");
        let hint = "`git rm -r --cached .dgx-pixels`, and write `/.dgx-pixels/` into `.gitignore`";
        report.add(AREA, warning.hint(hint).about(file(".dgx-pixels")));
    }
    if root.join("pixels.lock").exists() && !is("pixels.lock") {
        let warning = Diagnostic::warning("lock-not-in-git", "`pixels.lock` is not in git");
        let hint = "`git add pixels.lock`: without it other machines generate everything again";
        report.add(AREA, warning.hint(hint).about(file("pixels.lock")));
    }
}

/// The files of ours that git has, or `None` where there is no git.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let list = ["ls-files", "-z", "--", "pixels.local.toml", "pixels.lock", ".dgx-pixels"];
    let output = Command::new("git").arg("-C").arg(root).args(list).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then(|| text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn room(store: &Path, report: &mut Report) {
    let there = store.ancestors().find(|folder| folder.exists());
    let Some(free) = there.and_then(|folder| fs4::available_space(folder).ok()) else { return };
    let shown = format!("{:.1} GiB free for the store", free as f64 / f64::from(1 << 30));
    if free < FEW_BYTES {
        let hint = "make room, or name another folder with `store` in `pixels.local.toml`; `dgx-pixels cache gc --all --dry-run` shows what could go";
        report.add(AREA, Diagnostic::warning("little-disk-space", shown).hint(hint));
    } else {
        report.ok(AREA, "disk-space", shown);
    }
}

fn file(path: &str) -> Subject {
    Subject::File(path.to_owned())
}

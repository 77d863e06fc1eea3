//! `compare adopt`: writes an arm into the style of the manifest.

use std::collections::BTreeSet;

use serde::Serialize;

use super::cells::find;
use super::report::{ComparisonReport, compare};
use crate::manifest::adoption::{self, Adoption};
use crate::manifest::edit::Edited;
use crate::manifest::{self, LoadOptions};
use crate::plan::Planner;
use crate::session::edited_files;
use crate::session::{Consent, Error, Look, Operation, Options, Result, load_options};

/// What was adopted, or would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Adopted {
    /// The comparison.
    pub name: String,
    /// The arm.
    pub arm: String,
    /// The style that has the arm's keys now: `default`, or a named one.
    pub style: String,
    /// The file that was changed.
    pub file: String,
    /// What the comment says of the evidence.
    pub because: String,
    /// Images that a build generates with it and would not have without.
    pub generate: usize,
    /// Nothing was written.
    pub dry_run: bool,
}

/// Writes an arm into the style of the compared slots; comments and order stay.
///
/// # Errors
/// `unknown-arm`; `not-told`: the votes do not tell it from the others, and there is no consent; `many-styles`: the slots
/// have several styles.
pub fn adopt_arm(operation: &Operation, name: &str, arm: &str, consent: Consent, dry_run: bool) -> Result<Adopted> {
    let _lock = if dry_run { None } else { Some(operation.lock("compare adopt")?) };
    let report = compare(operation, name)?;
    check(&report, arm, consent)?;
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let comparison = find(&workspace.manifest, name)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = planner.plan(&state);
    let mut assets: BTreeSet<String> = BTreeSet::new();
    for target in &comparison.slots {
        let slots = crate::session::select::slots(&planner, &plan, target)?;
        assets.extend(slots.into_iter().map(|slot| slot.id.group.asset().to_owned()));
    }
    let because = because(&report, arm);
    let adoption = Adoption { comparison: name, arm, assets: &assets, because: &because };
    let (style, edited) = adoption::adopt(&workspace.loaded, &adoption).map_err(Error::Usage)?;
    let generate = cost(operation, &edited, plan.requests().count())?;
    let file = edited.path.to_string_lossy().into_owned();
    if !dry_run {
        edited_files::write(operation, [&edited])?;
    }
    Ok(Adopted { name: name.to_owned(), arm: arm.to_owned(), style, file, because, generate, dry_run })
}

/// Refuses an arm that is none, or that the votes do not tell from the others.
fn check(report: &ComparisonReport, arm: &str, consent: Consent) -> Result<()> {
    if !report.arms.iter().any(|known| known.name == arm) {
        let names: Vec<String> = report.arms.iter().map(|arm| format!("`{}`", arm.name)).collect();
        let message = format!("`{}` has no arm `{arm}`", report.name);
        return Err(Error::usage("unknown-arm", message, format!("its arms are {}", names.join(", "))));
    }
    let is_told = report.enough && report.best.as_deref() == Some(arm);
    if is_told || consent == Consent::Given {
        return Ok(());
    }
    let message = match &report.best {
        Some(best) if report.enough => format!("the votes say that `{best}` is better than `{arm}`"),
        _ => format!("the votes do not say that `{arm}` is better: {}", report.says),
    };
    Err(Error::usage("not-told", message, "`--yes` adopts it all the same"))
}

/// The evidence in one line.
fn because(report: &ComparisonReport, arm: &str) -> String {
    let own = report.arms.iter().find(|known| known.name == arm);
    let (strength, low, high) = own.map_or((0, 0, 0), |arm| (arm.strength, arm.low, arm.high));
    let decimal = |value: i64| format!("{:.2}", value as f64 / 1000.0);
    let unsure =
        if report.enough && report.best.as_deref() == Some(arm) { "" } else { ", not separated from the others" };
    format!(
        "`{arm}` of [compare.{}]: {} votes in {}, log strength {} ({} to {}){unsure}",
        report.name,
        report.votes,
        report.file,
        decimal(strength),
        decimal(low),
        decimal(high)
    )
}

/// How many more images a build generates with an edited manifest than it did before.
pub(in crate::session) fn cost(operation: &Operation, edited: &Edited, before: usize) -> Result<usize> {
    let (mut workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let load = LoadOptions {
        edited: std::iter::once((edited.path.to_string_lossy().into_owned(), edited.text.clone())).collect(),
        pinned: crate::session::workspace::pinned(&state.lock),
        ..load_options(operation.profile)
    };
    let loaded = manifest::load(operation.root, &load)?;
    workspace.take(loaded.manifest, loaded.workflows)?;
    let after = Planner::new(&workspace.manifest, &workspace.inputs).plan(&state).requests().count();
    Ok(after.saturating_sub(before))
}

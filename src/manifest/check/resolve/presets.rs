//! Presets of an asset, in the versions that its lock holds it to.

use crate::manifest::built_ins::{BuiltIns, Versions};
use crate::manifest::check::Context;
use crate::manifest::check::gather::Asset;
use crate::manifest::preset::Preset;
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::words::source::Span;

/// Presets by name, in order.
pub(in crate::manifest) fn presets(
    names: &[At<String>],
    pinned: &Versions,
    built_ins: &BuiltIns,
    cx: &mut Context<'_>,
) -> Vec<Preset> {
    names.iter().filter_map(|name| preset(name, name.span, pinned, built_ins, cx)).collect()
}

/// The presets of a base, in the versions that the asset itself is locked to.
pub(super) fn inherited_presets(
    asset: &Asset,
    presets: &[Preset],
    pinned: &Versions,
    built_ins: &BuiltIns,
    cx: &mut Context<'_>,
) -> Vec<Preset> {
    presets.iter().filter_map(|base| preset(base.name, asset.name.span, pinned, built_ins, cx)).collect()
}

fn preset(name: &str, span: Span, pinned: &Versions, built_ins: &BuiltIns, cx: &mut Context<'_>) -> Option<Preset> {
    let Some(newest) = built_ins.preset(name, None) else {
        let problem = Problem::error("unknown-preset", span, format!("no preset is called `{name}`"));
        cx.report(problem.suggest(name, built_ins.preset_names()));
        return None;
    };
    let Some(&version) = pinned.get(name) else { return Some(*newest) };
    let found = built_ins.preset(name, Some(version));
    if found.is_none() {
        cx.report(unknown_version("preset", name, version, span));
    }
    found.copied()
}

/// The problem of a lock that a newer release wrote.
pub(in crate::manifest::check) fn unknown_version(what: &str, name: &str, version: u32, span: Span) -> Problem {
    let message = format!("`pixels.lock` names version {version} of the {what} `{name}`, which is unknown");
    Problem::error("unknown-version", span, message).help("update dgx-pixels: a newer release wrote the lock")
}

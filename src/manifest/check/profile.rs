//! The profile of this build.

use std::collections::BTreeMap;

use super::Context;
use super::styles::Layer;
use crate::manifest::built_ins::{BuiltIns, Versions};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, BackendWord, RawProfile, Words};
use crate::words::format::FormatSpec;
use crate::words::source::Span;

/// What the caller wants to be built.
#[derive(Clone, Copy, Debug)]
pub(in crate::manifest) struct Wanted<'a> {
    /// The profile's name.
    pub(in crate::manifest) profile: Option<&'a str>,
    /// A comparison and the arm of it whose style every asset has.
    pub(in crate::manifest) arm: Option<(&'a str, &'a str)>,
    /// The backend, over the profile's.
    pub(in crate::manifest) backend: Option<&'a str>,
    /// What is built in.
    pub(in crate::manifest) built_ins: &'a BuiltIns,
    /// Versions of built-ins by asset.
    pub(in crate::manifest) pinned: &'a BTreeMap<String, Versions>,
    /// The formats that `export` can name.
    pub(in crate::manifest) formats: &'a [&'static FormatSpec],
}

/// A profile's settings; what it does not set is `None`.
#[derive(Default)]
pub(super) struct Profile {
    pub(super) candidates: Option<u32>,
    pub(super) reroll: Option<u32>,
    pub(super) backend: Option<BackendWord>,
    pub(super) out: Option<At<String>>,
    pub(super) style: Layer,
}

/// Checks all profiles and returns the wanted one; `default` need not be declared.
pub(super) fn choose(
    profiles: &[(At<String>, RawProfile)],
    wanted: Wanted<'_>,
    cx: &mut Context<'_>,
) -> Option<Profile> {
    let backend = wanted.backend.and_then(|word| known(word, cx));
    let wanted = wanted.profile.unwrap_or("default");
    let mut chosen = None;
    for (name, raw) in profiles {
        let profile = read(raw, cx);
        if name.value == wanted {
            chosen = Some(profile);
        }
    }
    if chosen.is_none() && wanted != "default" {
        let problem = Problem::error("unknown-profile", Span::default(), format!("no profile is called `{wanted}`"));
        let help = match wanted {
            "fast" | "balanced" | "quality" => "`dgx-pixels init --backend comfyui` writes such a table to copy",
            _ => "the manifest has no table `[profile.NAME]`",
        };
        let problem = problem.help(help);
        cx.report(problem.suggest(wanted, profiles.iter().map(|(name, _)| name.as_str())));
    }
    if backend.is_some() {
        chosen.get_or_insert_default().backend = backend;
    }
    chosen
}

fn known(word: &str, cx: &mut Context<'_>) -> Option<BackendWord> {
    let found = BackendWord::ALL.iter().find(|(known, value)| *known == word && *value != BackendWord::Files);
    if found.is_none() {
        let problem = Problem::error(
            "unknown-value",
            Span::default(),
            format!("`{word}` is not a backend that generates images"),
        );
        cx.report(problem.help("`comfyui` and `sketch` do"));
    }
    found.map(|(_, backend)| *backend)
}

fn read(raw: &RawProfile, cx: &mut Context<'_>) -> Profile {
    if let Some(backend) = &raw.backend
        && backend.value == BackendWord::Files
    {
        let message = "a profile cannot set `backend = \"files\"`";
        cx.report(
            Problem::error("files-backend", backend.span, message).help("files are named by an asset's `source`"),
        );
    }
    Profile {
        candidates: raw.candidates.as_ref().map(|n| n.value.u32()),
        reroll: raw.reroll.as_ref().map(|n| n.value.u32()),
        backend: raw.backend.as_ref().map(|backend| backend.value),
        out: raw.out.clone(),
        style: raw.style.as_ref().map(|style| Layer::read(style, cx)).unwrap_or_default(),
    }
}

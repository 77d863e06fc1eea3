//! The profile that is built with.

use super::Context;
use super::styles::Layer;
use crate::manifest::problem::{Problem, Span};
use crate::manifest::raw::{At, BackendWord, RawProfile};

/// A profile's settings; what it does not set is `None`.
pub(super) struct Profile {
    pub(super) candidates: Option<u32>,
    pub(super) reroll: Option<u32>,
    pub(super) backend: Option<BackendWord>,
    pub(super) out: Option<At<String>>,
    pub(super) style: Layer,
}

/// Checks all profiles and takes the wanted one; `default` need not be written.
pub(super) fn choose(
    profiles: &[(At<String>, RawProfile)],
    wanted: Option<&str>,
    cx: &mut Context<'_>,
) -> Option<Profile> {
    let wanted = wanted.unwrap_or("default");
    let mut chosen = None;
    for (name, raw) in profiles {
        let profile = read(raw, cx);
        if name.value == wanted {
            chosen = Some(profile);
        }
    }
    if chosen.is_none() && wanted != "default" {
        let problem = Problem::error("unknown-profile", Span::default(), format!("no profile is called `{wanted}`"));
        let problem = problem.help("the manifest has no table `[profile.NAME]`");
        cx.tell(problem.suggest(wanted, profiles.iter().map(|(name, _)| name.as_str())));
    }
    chosen
}

fn read(raw: &RawProfile, cx: &mut Context<'_>) -> Profile {
    if let Some(backend) = &raw.backend
        && backend.value == BackendWord::Files
    {
        let message = "a profile cannot set `backend = \"files\"`";
        cx.tell(Problem::error("files-backend", backend.span, message).help("files are named by an asset's `source`"));
    }
    Profile {
        candidates: raw.candidates.as_ref().map(|n| n.value.u32()),
        reroll: raw.reroll.as_ref().map(|n| n.value.u32()),
        backend: raw.backend.as_ref().map(|backend| backend.value),
        out: raw.out.clone(),
        style: raw.style.as_ref().map(|style| Layer::read(style, cx)).unwrap_or_default(),
    }
}

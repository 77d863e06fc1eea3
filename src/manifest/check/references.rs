//! References to assets and files, as inputs and tilesets write them.

use crate::manifest::problem::Problem;
use crate::words::skeleton::PREFIX;
use crate::words::source::Span;

/// What a reference names.
pub(super) enum Reference<'a> {
    /// `pose.png`.
    File,
    /// `pose:walk`, `pose:walk@e`.
    Pose { name: &'a str, facing: Option<&'a str> },
    /// `knight`, `potion@red`, `walk#2`.
    Asset { name: &'a str, values: Option<&'a str>, frame: Option<&'a str> },
}

impl<'a> Reference<'a> {
    /// Parses a reference; images are recognized by their extension.
    pub(super) fn parse(text: &'a str) -> Self {
        if let Some(pose) = text.strip_prefix(PREFIX) {
            let (name, facing) = pose.split_once('@').map_or((pose, None), |(name, facing)| (name, Some(facing)));
            return Self::Pose { name, facing };
        }
        let extension = text.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        if extension.is_some_and(|e| ["png", "jpg", "jpeg", "webp"].contains(&e.as_str())) {
            return Self::File;
        }
        let (text, frame) = text.split_once('#').map_or((text, None), |(text, frame)| (text, Some(frame)));
        let (name, values) = text.split_once('@').map_or((text, None), |(name, values)| (name, Some(values)));
        Self::Asset { name, values, frame }
    }

    /// The asset's name.
    pub(super) fn asset(&self) -> Option<&'a str> {
        match self {
            Self::File | Self::Pose { .. } => None,
            Self::Asset { name, .. } => Some(name),
        }
    }
}

/// The problem of a name that no asset has.
pub(super) fn unknown_asset<'a>(name: &str, span: Span, known: impl Iterator<Item = &'a str>) -> Problem {
    let problem = Problem::error("unknown-asset", span, format!("no asset is called `{name}`"));
    problem.help("the manifest has no such table").suggest(name, known)
}

//! The workflows that are part of the program, in every version that was ever released.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::parse::parse;

/// A built-in workflow. An old version stays when a new one is added, so that locks keep their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name in the manifest.
    pub name: &'static str,
    /// Its version: `sdxl@1`.
    pub version: u32,
    /// What it is for, in one line.
    pub about: &'static str,
    /// The text of its file.
    pub text: &'static str,
}

impl BuiltIn {
    /// The graph; texts of the program are parsed once.
    pub fn graph(&self) -> Cow<'static, Value> {
        static GRAPHS: OnceLock<BTreeMap<(&str, u32), Value>> = OnceLock::new();
        let graphs =
            GRAPHS.get_or_init(|| BUILT_IN.into_iter().map(|one| ((one.name, one.version), one.parsed())).collect());
        match graphs.get(&(self.name, self.version)) {
            Some(graph) if BUILT_IN.contains(self) => Cow::Borrowed(graph),
            _ => Cow::Owned(self.parsed()),
        }
    }

    fn parsed(&self) -> Value {
        parse(self.name, self.text).unwrap_or_default()
    }
}

/// All built-in workflows.
pub const BUILT_IN: [BuiltIn; 6] = [
    BuiltIn {
        name: "sdxl",
        version: 1,
        about: "an image from its prompt",
        text: include_str!("../../workflows/sdxl.json"),
    },
    BuiltIn {
        name: "sdxl-img2img",
        version: 1,
        about: "an image from its prompt and another image",
        text: include_str!("../../workflows/sdxl-img2img.json"),
    },
    BuiltIn {
        name: "sdxl-inpaint",
        version: 1,
        about: "an image that is redrawn where its mask is white",
        text: include_str!("../../workflows/sdxl-inpaint.json"),
    },
    BuiltIn {
        name: "sdxl-controlnet",
        version: 1,
        about: "an image from its prompt, guided by a pose or another control image",
        text: include_str!("../../workflows/sdxl-controlnet.json"),
    },
    BuiltIn {
        name: "sdxl-pose",
        version: 1,
        about: "a frame of an animation: an image that is redrawn in a pose",
        text: include_str!("../../workflows/sdxl-pose.json"),
    },
    BuiltIn {
        name: "sdxl-seamless",
        version: 1,
        about: "a texture whose edges are brought to its middle and redrawn there, so that it wraps",
        text: include_str!("../../workflows/sdxl-seamless.json"),
    },
];

/// A built-in workflow in a version, or in its newest one.
pub fn built_in(name: &str, version: Option<u32>) -> Option<&'static BuiltIn> {
    static ALL: [BuiltIn; 6] = BUILT_IN;
    let named = ALL.iter().filter(|built_in| built_in.name == name);
    named.filter(|built_in| version.is_none_or(|v| v == built_in.version)).max_by_key(|built_in| built_in.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::outputs;

    #[test]
    fn built_in_workflows_are_valid_and_unique() {
        let mut seen = std::collections::BTreeSet::new();
        for built_in in BUILT_IN {
            assert!(seen.insert((built_in.name, built_in.version)), "{} twice", built_in.name);
            let graph = parse(built_in.name, built_in.text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(outputs(&graph), ["save"], "{}", built_in.name);
        }
    }
}

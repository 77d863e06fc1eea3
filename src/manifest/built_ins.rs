//! The built-in presets and workflows, in all their versions.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::preset::{self, Preset};
use crate::workflow::{self, BuiltIn};

/// Versions of built-ins by name.
pub type Versions = BTreeMap<String, u32>;

/// Everything that is built in. An old version stays when a new one is added, so that locks keep their meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltIns {
    /// Presets, newest or oldest first.
    pub presets: Cow<'static, [Preset]>,
    /// Workflows, newest or oldest first.
    pub workflows: Cow<'static, [BuiltIn]>,
}

impl Default for BuiltIns {
    /// Those of this program.
    fn default() -> Self {
        Self { presets: preset::presets().into(), workflows: Cow::Borrowed(&workflow::BUILT_IN) }
    }
}

impl BuiltIns {
    /// A preset in a version, or in its newest one.
    pub fn preset(&self, name: &str, version: Option<u32>) -> Option<&Preset> {
        let named = self.presets.iter().filter(|preset| preset.name == name);
        named.filter(|preset| version.is_none_or(|v| v == preset.version)).max_by_key(|preset| preset.version)
    }

    /// A workflow in a version, or in its newest one.
    pub fn workflow(&self, name: &str, version: Option<u32>) -> Option<&BuiltIn> {
        let named = self.workflows.iter().filter(|workflow| workflow.name == name);
        named.filter(|workflow| version.is_none_or(|v| v == workflow.version)).max_by_key(|workflow| workflow.version)
    }

    /// The newest version of a built-in.
    pub fn newest(&self, name: &str) -> Option<u32> {
        let preset = self.preset(name, None).map(|preset| preset.version);
        preset.or_else(|| self.workflow(name, None).map(|workflow| workflow.version))
    }

    /// The names of all presets, in order, each once.
    pub(super) fn preset_names(&self) -> Vec<&'static str> {
        let mut seen = BTreeSet::new();
        self.presets.iter().map(|preset| preset.name).filter(|name| seen.insert(*name)).collect()
    }

    /// The names of all workflows, in order, each once.
    pub(super) fn workflow_names(&self) -> Vec<&'static str> {
        let mut seen = BTreeSet::new();
        self.workflows.iter().map(|workflow| workflow.name).filter(|name| seen.insert(*name)).collect()
    }
}

/// The id of a built-in in a lock: `character@1`.
pub fn id(name: &str, version: u32) -> String {
    format!("{name}@{version}")
}

/// Name and version of an id.
pub fn parse_id(id: &str) -> Option<(&str, u32)> {
    let (name, version) = id.rsplit_once('@')?;
    Some((name, version.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_are_unique_across_presets_and_workflows() {
        let all = BuiltIns::default();
        let ids: Vec<String> = all.presets.iter().map(Preset::id).collect();
        let ids: Vec<String> = ids.into_iter().chain(all.workflows.iter().map(|w| id(w.name, w.version))).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert!(all.preset_names().iter().all(|name| all.workflow(name, None).is_none()));
        assert!(ids.iter().all(|id| parse_id(id).is_some_and(|(name, version)| super::id(name, version) == *id)));
    }
}

//! How a build is carried out.

use serde::{Deserialize, Serialize};

/// The options of a build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BuildOptions {
    /// Names, globs and `tag:` words; empty for everything.
    pub targets: Vec<String>,
    /// Whether the lock may change and the network be used.
    pub lock: LockMode,
    /// What happens to external files in the way.
    pub conflicts: Conflicts,
    /// Whether the user agreed to what needs consent.
    pub consent: Consent,
    /// What happens to assets that cannot be made now.
    pub missing: Missing,
    /// What happens to lost raws of automatic picks whose outputs are there.
    pub lost: LostRaws,
    /// Whether requests are sent to servers.
    pub generation: Generation,
    /// Seconds after which requests to servers that have no answer fail.
    pub time_limit: Option<u32>,
    /// Images that a GPU draws at most, rerolls included, whatever else allows more.
    pub most_images: Option<usize>,
}

impl BuildOptions {
    /// Whether a build that found nothing to do last time has nothing to do now, unless files changed.
    pub fn is_plain(&self) -> bool {
        self.targets.is_empty() && self.missing == Missing::Fail && self.lost == LostRaws::Leave
    }
}

/// What happens to lost raws of automatic picks whose outputs are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LostRaws {
    /// Their files stay as they are.
    #[default]
    Leave,
    /// They are requested again with the seed that they had.
    Recapture,
}

/// Whether a build may change the lock and use the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LockMode {
    /// The lock is updated, and servers are used.
    #[default]
    Update,
    /// The lock must not change.
    Locked,
    /// The lock must not change, and the network is not used at all.
    Frozen,
}

impl LockMode {
    /// Whether the build may write the lock.
    pub fn may_change(self) -> bool {
        self == Self::Update
    }
}

/// Whether a build sends requests to servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Generation {
    /// What is missing is generated.
    #[default]
    Request,
    /// Images that servers would generate stay missing, and the assets that need them stay as they are.
    Withhold,
}

/// What happens to files in the way that this checkout did not write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Conflicts {
    /// They stay, and the asset's file is not written.
    #[default]
    Preserve,
    /// They are copied to `.dgx-pixels/kept` and replaced.
    Overwrite,
}

/// Whether the user agreed to more images than `max_images` and to placeholders over captures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// Not yet: such a build is refused.
    #[default]
    Required,
    /// The user agreed.
    Given,
}

/// What happens to assets that cannot be made now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// They fail or wait.
    #[default]
    Fail,
    /// Placeholder art is written for them, which the lock never names.
    Sketch,
}

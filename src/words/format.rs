//! File formats as manifest and planner see them: names, versions and files. The bytes are written by `export`.

use super::asset::Kind;

/// The descriptive half of a format: plain data, the same in every run.
#[derive(Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// The word in the manifest's `export`, and the name in keys.
    pub id: &'static str,
    /// Part of the key of every file: changes when the same frames would be written as other bytes.
    pub version: u32,
    /// The files of one asset.
    pub files: &'static [FileSpec],
    /// The files made from all assets together, relative to the output folder.
    pub shared: &'static [&'static str],
}

/// One file of an asset.
#[derive(Debug, PartialEq, Eq)]
pub struct FileSpec {
    /// What follows the asset's path and, for a file of every scale, its `@2x`.
    pub suffix: &'static str,
    /// The kinds of assets that have it.
    pub kinds: &'static [Kind],
    /// How many there are.
    pub scope: Scope,
}

/// How many files of one suffix an asset has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One.
    Asset,
    /// One for every scale. It is published before the image of that scale.
    Scale,
    /// One for every scale, whose image it describes: `walk.json` for scale 1, `walk@2x.json` for 2. Where there is no
    /// scale 1, that of the first one has no `@`. It is published after the images.
    Described,
    /// One for a sprite and all of its animations together, in the folder `characters`.
    Character,
}

/// The image of every asset. No manifest names it, and every project has it.
pub static IMAGE: FormatSpec = FormatSpec {
    id: "png",
    version: 1,
    files: &[FileSpec { suffix: ".png", kinds: &Kind::ALL, scope: Scope::Scale }],
    shared: &[],
};

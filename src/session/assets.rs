//! `assets`: the assets of a project in pages, one short line each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ListedItem, Operation, PlannedStep, Result, list};
use crate::words::asset::Kind;
use crate::words::lock::By;
use crate::words::sprite::Verdict;

/// The version of [`AssetPage`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// Which assets are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetFilter {
    /// Names, globs and `tag:` words; empty for everything.
    pub targets: Vec<String>,
    /// One kind only.
    pub kind: Option<Kind>,
    /// One state only.
    pub state: Option<AssetState>,
    /// The place of the first one.
    pub from: usize,
    /// How many at most.
    pub most: usize,
}

/// Where an asset stands; what a person should do something about first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AssetState {
    /// It is up to date and passes its gates.
    Ready,
    /// It is up to date and failed a gate.
    Gated,
    /// It was made, and is not up to date.
    Stale,
    /// It was never made.
    New,
    /// It waits for the pick or the sprites of another.
    Waiting,
    /// It cannot be made.
    Failed,
}

/// A page of assets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AssetPage {
    /// The version of this form.
    pub version: u32,
    /// How many assets the filter lets through.
    pub total: usize,
    /// Those of this page.
    pub items: Vec<AssetLine>,
    /// The place of the first one of the next page.
    pub next: Option<usize>,
}

/// A group or a tileset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AssetLine {
    /// The kind of its asset.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Width and height of a frame or tile; nothing where the image decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<[u32; 2]>,
    /// How many frames or tiles it has, if more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frames: Option<usize>,
    /// Where it stands.
    pub state: AssetState,
    /// The gates that it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// The number of its pick, if it has one slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pick: Option<u32>,
    /// A user picked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub picked_by_user: bool,
    /// Its candidates, if there are several to choose from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<usize>,
    /// Its image, or its first file, relative to the output folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How many more files it has.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_files: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Lists the assets that a filter lets through.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn assets(operation: &Operation, filter: &AssetFilter) -> Result<AssetPage> {
    let listed = list(operation, &filter.targets)?.items.into_iter();
    let wanted = |item: &ListedItem| {
        filter.kind.is_none_or(|kind| item.kind == kind) && filter.state.is_none_or(|wanted| wanted == state(item))
    };
    let all: Vec<ListedItem> = listed.filter(wanted).collect();
    let (total, end) = (all.len(), filter.from.saturating_add(filter.most));
    let items = all.into_iter().skip(filter.from).take(filter.most).map(line).collect();
    Ok(AssetPage { version: VERSION, total, items, next: (end < total).then_some(end) })
}

fn line(item: ListedItem) -> AssetLine {
    let state = state(&item);
    let image = item.files.iter().find(|file| file.ends_with(".png")).or(item.files.first()).cloned();
    let candidates: usize = item.slots.iter().map(|slot| slot.candidates).sum();
    let several = item.slots.iter().any(|slot| slot.candidates > 1);
    AssetLine {
        picked_by_user: item.slots.iter().any(|slot| slot.pick.is_some_and(|pick| pick.by == By::User)),
        pick: if let [slot] = item.slots.as_slice() { slot.pick.map(|pick| pick.n) } else { None },
        failed: if let Some(Verdict::Fail(why)) = item.verdict { Some(why) } else { None },
        kind: item.kind,
        name: item.name,
        size: item.size,
        frames: (item.frames > 1).then_some(item.frames),
        state,
        candidates: several.then_some(candidates),
        more_files: item.files.len().saturating_sub(1),
        file: image,
    }
}

fn state(item: &ListedItem) -> AssetState {
    match (item.step, &item.verdict) {
        (PlannedStep::Fail, _) => AssetState::Failed,
        (PlannedStep::Wait, _) if !item.stale => AssetState::Waiting,
        (_, None) => AssetState::New,
        (PlannedStep::Fresh, Some(Verdict::Pass)) if !item.stale => AssetState::Ready,
        (PlannedStep::Fresh, Some(Verdict::Fail(_))) if !item.stale => AssetState::Gated,
        _ => AssetState::Stale,
    }
}

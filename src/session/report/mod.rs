//! `report`: everything about the assets in one value, as a page that works from disk, and as a table.

mod data;
mod html;
mod markdown;
mod pictures;
mod since;

use std::io::Read;
use std::path::Path;

use serde::Serialize;

use super::image::write;
use super::{Error, Existing, Operation, Result};
use crate::plain_file::{self, Links};
use crate::store::{self, Folders};
use crate::words::file_error::FileResult;

pub(super) use data::strip;
pub use data::{Extent, Image, Report, ReportAsset, ReportCandidate, ReportSlot, Threshold, Tiles, overview, report};
pub use html::{LivePage, live_page};

/// What begins every file that this module writes: such a file is replaced without a question.
const MARK: &str = "<!-- dgx-pixels report -->";

/// The page where no place is named, below `.dgx-pixels`.
const PAGE: &str = "report.html";

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination<'a> {
    /// The page; below `.dgx-pixels` if neither file is named.
    pub page: Option<&'a Path>,
    /// The table, in Markdown.
    pub markdown: Option<&'a Path>,
    /// The folder for pictures of the table; without one it has none.
    pub images: Option<&'a Path>,
    /// The address of that folder in the table; its path beside the table if left out.
    pub image_base: Option<&'a str>,
    /// What becomes of a file that is no report.
    pub existing: Existing,
}

/// What [`write_report`] wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Reported {
    /// The files, as they were named; one that was not named, relative to the project.
    pub files: Vec<String>,
    /// How many assets the report has.
    pub assets: usize,
    /// How many of these fail a gate.
    pub failing: usize,
    /// How many pictures the table shows.
    #[serde(skip_serializing_if = "is_zero")]
    pub images: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Writes the report of what the targets name, or of what changed of it since a revision of git.
///
/// # Errors
/// `unknown-target`, `unknown-revision`; a file exists and is no report, or cannot be written.
pub fn write_report(
    operation: &Operation,
    targets: &[String],
    since: Option<&str>,
    to: &Destination,
) -> Result<Reported> {
    let found = report(operation, targets, since)?;
    let (mut files, mut images) = (Vec::new(), 0);
    if let (None, None) = (to.page, to.markdown) {
        let work = Folders::make_work(operation.root).writing(store::FOLDER)?;
        let name = format!("{}/{PAGE}", store::FOLDER);
        // What lies there is a file of this tool, whatever a checkout put in its place; a link is replaced.
        store::write_unflushed(&work.join(PAGE), html::page(&found)?.as_bytes(), "report").writing(&name)?;
        files.push(name);
    }
    if let Some(path) = to.page {
        replace(path, &html::page(&found)?, to.existing)?;
        files.push(path.to_string_lossy().into_owned());
    }
    if let Some(path) = to.markdown {
        let shown = to.images.map(|folder| pictures::write(&found, folder, path, to.image_base)).transpose()?;
        let shown = shown.unwrap_or_default();
        images = shown.iter().map(|[before, now]| before.iter().chain(now).count()).sum();
        replace(path, &markdown::table(&found, &shown), to.existing)?;
        files.push(path.to_string_lossy().into_owned());
    }
    Ok(Reported { files, assets: found.assets.len(), failing: found.failing(), images })
}

/// Writes a file in the place of an earlier report, or of nothing.
fn replace(path: &Path, text: &str, existing: Existing) -> Result<()> {
    let existing = if is_report(path) { Existing::Replace } else { existing };
    write(path, text.as_bytes(), existing, "report")
}

/// Whether a file is empty or a report.
fn is_report(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = plain_file::open(path, Links::Follow).and_then(|file| file.take(64).read_to_end(&mut start));
    read.is_ok() && (start.is_empty() || String::from_utf8_lossy(&start).contains(MARK))
}

/// A value as JSON.
fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::internal(format!("a report cannot be written as JSON: {error}")))
}

//! `dgx-pixels report`: the assets as a page and as a table.

use super::args::{Global, Report as Arguments};
use super::{Exit, project, report, style};
use crate::session::{self, Destination, Existing, Operation};
use crate::words::text::{count, printable};

/// Writes the files that were asked for.
pub(super) fn run(global: &Global, args: &Arguments) -> session::Result<Exit> {
    let to = Destination {
        page: args.out.as_deref(),
        markdown: args.markdown.as_deref(),
        images: args.images.as_deref(),
        image_base: args.image_base.as_deref(),
        existing: Existing::replace_if(args.force),
    };
    let run = |operation: &Operation| session::write_report(operation, &args.targets, args.since.as_deref(), &to);
    let reported = project::operate(global, &args.profile, run)?;
    report::value(global, "reported", &reported, |reported| {
        let assets = count(reported.assets, "asset", "assets");
        for file in &reported.files {
            style::out(&format!("wrote {} with {assets}", printable(file)));
        }
        if let Some(folder) = &args.images {
            let images = count(reported.images, "image", "images");
            style::out(&format!("{images} in {}", printable(&folder.to_string_lossy())));
        }
    });
    Ok(Exit::Success)
}

//! `dgx-pixels init`: a project that builds at once.

use super::args::{Global, Init};
use super::{Exit, project, report, style};
use crate::session::{self, Contents, Generator, NewProject};
use crate::words::text::printable;

/// Begins a project.
pub(super) fn run(global: &Global, args: &Init) -> session::Result<Exit> {
    // As if it were started in the folder that `-C` names.
    let folder = match (&global.project, &args.folder) {
        (Some(project), Some(folder)) => project.join(folder),
        (Some(folder), None) | (None, Some(folder)) => folder.clone(),
        (None, None) => ".".into(),
    };
    let operation = project::operation(&folder, None, report::brief(global), &global.cancel);
    let contents = match (&args.from_images, args.example) {
        (Some(images), _) => Contents::Images(images.clone()),
        (None, true) => Contents::Example,
        (None, false) => Contents::Usual,
    };
    let project = session::init_with(&operation, args.name.as_deref(), args.backend.into(), &contents)?;
    report::value(global, "initialized", &project, show);
    Ok(Exit::Success)
}

fn show(project: &NewProject) {
    style::out(&format!("created a project in {}; build it with `dgx-pixels build`", project.folder.display()));
    if project.backend != Generator::Comfyui {
        project.notes.iter().for_each(|note| style::hint(&printable(note)));
        return;
    }
    if let Some(server) = &project.server {
        style::out(&printable(&format!("models of {server}:")));
        project.models.iter().for_each(|model| style::out(&printable(&format!("  {model}"))));
    }
    project.notes.iter().for_each(|note| style::hint(&printable(note)));
    style::hint(
        "name your servers in `pixels.local.toml` or in `DGX_PIXELS_SERVERS`, or draw placeholders with `dgx-pixels build --fill sketch`",
    );
}

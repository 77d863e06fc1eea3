//! `dgx-pixels build`: make what is not up to date.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::Arc;
use std::time::Instant;

use super::args::{Build, Global, MessageFormat};
use super::{Exit, plan, project, report, style};
use crate::generate::{Backend, comfyui, files::Files, sketch::Sketch};
use crate::session::{self, Backends, BuildOptions, Cancel, Error, Look, Options, Refusal, Workspace};
use crate::words::suggest::few;

/// Builds; a build with nothing to do parses nothing.
pub fn run(global: &Global, args: &Build) -> anyhow::Result<Exit> {
    let began = Instant::now();
    let root = project::root(global)?;
    let profile = args.profile.name();
    let profile = profile.as_deref();
    let _hold = project::hold(global, &root, "build")?;
    let plain = args.targets.is_empty() && !args.dry_run && args.fill.is_none() && !args.recapture;
    if let Some(outcome) = plain.then(|| session::sealed(&root, profile)).flatten() {
        report::summary(global, &outcome, "", began.elapsed());
        return Ok(outcome.exit());
    }
    let frozen = args.locked || args.frozen;
    let options = Options {
        profile: profile.map(str::to_owned),
        recapture: args.recapture,
        remake: !frozen,
        ..Options::default()
    };
    let (mut workspace, state) = session::open(&root, &options, Look::Outputs)?;
    project::warn(global, &workspace.loaded);
    if args.dry_run {
        let planned = session::report_plan(&workspace, &state, &args.targets)?;
        report::result(global, "plan", &planned, plan::print);
        return Ok(Exit::Success);
    }
    let options = BuildOptions {
        targets: args.targets.clone(),
        locked: args.locked,
        frozen: args.frozen,
        overwrite: args.overwrite,
        yes: args.yes,
        fill: args.fill.is_some(),
    };
    let cancel = Cancel::default();
    cancel_on_signal(&cancel)?;
    let observer = report::observer(global);
    let backends = backends(&workspace, args.frozen || args.locked);
    let built = session::build(&mut workspace, state.clone(), &options, &backends, Arc::clone(&observer), &cancel)?;
    let built = match built {
        Err(Refusal::TooMany { images, most }) if agreed(global, images, most) => {
            let options = BuildOptions { yes: true, ..options };
            session::build(&mut workspace, state, &options, &backends, Arc::clone(&observer), &cancel)?
        }
        built => built,
    };
    drop(backends);
    drop(observer);
    match built {
        Ok(outcome) => {
            report::summary(global, &outcome, &workspace.manifest.project.out, began.elapsed());
            Ok(outcome.exit())
        }
        Err(refusal) => refuse(refusal),
    }
}

/// What answers asks: servers are asked unless nothing may be asked of a network.
pub fn backends(workspace: &Workspace, frozen: bool) -> Backends {
    let files: Arc<dyn Backend> = Arc::new(Files::default());
    let sketch: Arc<dyn Backend> = Arc::new(Sketch::default());
    let mut backends = Backends::from([("files", files), ("sketch", sketch)]);
    if !frozen {
        backends.insert("comfyui", Arc::new(comfyui::Comfyui::new(comfy_settings(workspace))));
    }
    backends
}

/// What the fleet is told of this machine and the project.
pub fn comfy_settings(workspace: &Workspace) -> comfyui::Settings {
    let local = &workspace.loaded.local;
    comfyui::Settings {
        servers: local.servers.clone(),
        workflows: workspace.inputs.workflows.clone(),
        models: local.models.as_ref().map(|folder| workspace.folders.root.join(folder)),
        digests: Some(workspace.folders.store.join("models.json")),
        sources: workspace.loaded.sources.clone(),
    }
}

/// The first signal lets what is under way end and keeps everything; the second ends at once.
pub fn cancel_on_signal(cancel: &Cancel) -> anyhow::Result<()> {
    let cancel = cancel.clone();
    ctrlc::set_handler(move || {
        if cancel.is_cancelled() {
            std::process::exit(Exit::Interrupted as i32);
        }
        anstream::eprintln!("stopping; what has come is kept (once more: at once)");
        cancel.cancel();
    })?;
    Ok(())
}

fn agreed(global: &Global, images: usize, most: u32) -> bool {
    let (stdin, stderr) = (std::io::stdin(), std::io::stderr());
    if global.message_format == MessageFormat::Json || !stdin.is_terminal() || !stderr.is_terminal() {
        return false;
    }
    anstream::eprint!("{images} images are wanted, more than `max_images = {most}`. Go on? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// Says why a build did not begin.
pub fn refuse(refusal: Refusal) -> anyhow::Result<Exit> {
    match refusal {
        Refusal::Stale(names) => {
            style::error(
                &format!("pixels.lock is not up to date for {}", few(&names)),
                Some("run `dgx-pixels build` and commit pixels.lock"),
            );
            Ok(Exit::Stale)
        }
        Refusal::TooMany { images, most } => Err(project::usage(
            format!("{images} images are wanted, more than `max_images = {most}`"),
            "agree with `--yes`, build a few targets, or raise `max_images` in `[project]`",
        )),
        Refusal::SketchesOver(slots) => Err(project::usage(
            format!("placeholder art would replace captures of {}", few(&slots)),
            "use a profile or `--fill sketch` for placeholders, or agree with `--yes`",
        )),
        Refusal::Target(unknown) => Err(Error::Usage(unknown).into()),
    }
}

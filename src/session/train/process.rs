//! The worker's process: it is found or started, and goes on by itself.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::install::installed;
use super::{Jobs, failed};
use crate::generate::worker::{LinkError, Worker, folder};
use crate::plain_file;
use crate::session::{Cancel, Error, Result};
use crate::words::diagnostic::Diagnostic;
use crate::words::file_error::FileResult;
use crate::words::train::Hello;

/// How long the control process may take to answer; it loads no model.
const START: Duration = Duration::from_secs(30);
/// How long a worker that another process started may take, once ours has ended.
const LATE: Duration = Duration::from_secs(3);

/// Whether the worker is installed and runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkerStatus {
    /// Whether it is installed.
    pub installed: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Diagnostic>,
    /// The worker that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<Hello>,
}

/// Whether the worker is installed and runs.
///
/// # Errors
/// The user has no data folder.
pub fn status() -> Result<WorkerStatus> {
    let running = Worker::connect(&folder()).ok().map(|(_, hello)| hello);
    let problem = installed().err().and_then(|error| error.diagnostics().into_iter().next());
    Ok(WorkerStatus { installed: problem.is_none(), problem, running })
}

/// The jobs of the running worker; none if none runs.
///
/// # Errors
/// A worker runs and does not answer.
pub fn jobs() -> Result<Jobs> {
    match Worker::connect(&folder()) {
        Ok((_, hello)) => Ok(hello.jobs),
        Err(LinkError::NoWorker | LinkError::Timeout) => Ok(Vec::new()),
        Err(error) => Err(failed(error)),
    }
}

/// Ends the running worker; its jobs save their state. Returns whether one ran.
///
/// # Errors
/// It refuses.
pub fn stop() -> Result<bool> {
    match Worker::connect(&folder()) {
        Ok((mut worker, _)) => worker.shutdown("save").map(|()| true).map_err(failed),
        Err(_) => Ok(false),
    }
}

/// A worker and, if this process started it, its process.
pub(super) struct Started {
    pub(super) worker: Worker,
    pub(super) hello: Hello,
    pub(super) child: Option<Child>,
}

/// Connects to the worker, or starts it. A bound one ends with this process.
pub(super) fn connect_or_start(bound: bool, cancel: &Cancel) -> Result<Started> {
    let sockets = folder();
    if let Ok((worker, hello)) = Worker::connect(&sockets) {
        return Ok(Started { worker, hello, child: None });
    }
    let mut child = start(&sockets, bound)?;
    let mut until = Instant::now() + START;
    let mut ended = false;
    while Instant::now() < until && !cancel.is_cancelled() {
        if let Ok((worker, hello)) = Worker::connect(&sockets) {
            return Ok(Started { worker, hello, child: Some(child) });
        }
        if !ended && child.try_wait().is_ok_and(|status| status.is_some()) {
            // Another process may have started one at the same time, which will answer.
            (ended, until) = (true, Instant::now() + LATE);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    if cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    let log = plain_file::read_own_text(&sockets.join("worker.log"), 16 << 20).unwrap_or_default();
    let last = log.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason").to_owned();
    let diagnostic = Diagnostic::error("worker-failed", format!("the worker does not start: {last}"));
    Err(Error::Failed(diagnostic.hint("`dgx-pixels worker install` repairs its environment")))
}

/// Starts the worker unless it runs; it goes on by itself.
pub(super) fn ensure() -> Result<()> {
    let Started { child, .. } = connect_or_start(false, &Cancel::default())?;
    if let Some(mut child) = child {
        // It is reaped when it ends before this process does.
        let reaper = std::thread::Builder::new().name("worker reaper".to_owned());
        let _ = reaper.spawn(move || child.wait());
    }
    Ok(())
}

fn start(sockets: &Path, bound: bool) -> Result<Child> {
    use std::os::unix::fs::DirBuilderExt;
    use std::os::unix::process::CommandExt;

    let found = installed()?;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(sockets).writing(sockets)?;
    let path = sockets.join("worker.log");
    let log = plain_file::open_to_append(&path).writing(&path)?;
    let again = log.try_clone().writing(&path)?;
    let mut command = Command::new(&found.python);
    command.args(["-m", "dgx_pixels_worker", "--folder"]).arg(sockets);
    command.env("PYTHONPATH", Path::new(&found.folder).join("src")).current_dir(&found.folder);
    // Signals of the terminal are for this process, which asks the worker to save.
    command.process_group(0).stdout(log).stderr(again);
    match bound {
        true => command.arg("--bound").stdin(Stdio::piped()),
        false => command.stdin(Stdio::null()),
    };
    command.spawn().map_err(|error| {
        let diagnostic = Diagnostic::error("worker-failed", format!("`{}` cannot be started: {error}", found.python));
        Error::Failed(diagnostic.hint("`dgx-pixels worker install` repairs its environment"))
    })
}

//! Why a job has no image.

use super::Cause;
use crate::words::diagnostic::{Diagnostic, Subject};

/// Why a job has no image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobFailure {
    /// No server that could do it can be reached; each with what is known of it.
    #[error("no server can do it: {}", each(.0))]
    NoServer(Vec<(String, Cause)>),
    /// Every server rejected it; each with the cause.
    #[error("{}", each(.0))]
    Rejected(Vec<(String, Cause)>),
    /// Too little memory on every server; the server's message.
    #[error("out of memory: {0}")]
    OutOfMemory(String),
    /// A node failed.
    #[error("{}", .0.message)]
    NodeFailed(Cause),
    /// Somebody interrupted it twice.
    #[error("another client interrupted it on `{0}` again")]
    Interrupted(String),
    /// Somebody deleted it from the queue twice.
    #[error("it vanished from the queue of `{0}` again; another client cleared it")]
    Vanished(String),
    /// Its servers died or stalled under it again and again.
    #[error("it was given up after {attempts} attempts, the last on `{server}`: {reason}")]
    Poison {
        /// How many attempts.
        attempts: u32,
        /// The last server.
        server: String,
        /// What happened there.
        reason: String,
    },
    /// The time that its build may take is over.
    #[error("the time limit is over")]
    TimeLimit,
    /// It was made, and no valid image could be downloaded.
    #[error("`{server}` made it, but the image is unavailable: {}", .cause.message)]
    ImageUnavailable {
        /// The last server.
        server: String,
        /// What was wrong.
        cause: Cause,
    },
}

fn each(servers: &[(String, Cause)]) -> String {
    if let Some(message) = common(servers, |cause| Some(&cause.message)) {
        let names: Vec<String> = servers.iter().map(|(name, _)| format!("`{name}`")).collect();
        return format!("{}: {message}", names.join(", "));
    }
    servers.iter().map(|(name, cause)| format!("`{name}`: {}", cause.message)).collect::<Vec<_>>().join("; ")
}

/// What the causes of all servers have in common.
fn common<'a, T: PartialEq>(servers: &'a [(String, Cause)], of: impl Fn(&'a Cause) -> Option<&'a T>) -> Option<&'a T> {
    let mut all = servers.iter().map(|(_, cause)| of(cause));
    let first = all.next()??;
    all.all(|other| other == Some(first)).then_some(first)
}

/// The one hint that there is, whichever servers give it.
fn only_hint(servers: &[(String, Cause)]) -> Option<&String> {
    let mut hints = servers.iter().filter_map(|(_, cause)| cause.hint.as_ref());
    let first = hints.next()?;
    hints.all(|hint| hint == first).then_some(first)
}

impl JobFailure {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoServer(_) => "no-server",
            Self::Rejected(_) => "request-rejected",
            Self::OutOfMemory(_) => "out-of-memory",
            Self::NodeFailed(_) => "node-failed",
            Self::Interrupted(_) => "request-interrupted",
            Self::Vanished(_) => "request-vanished",
            Self::Poison { .. } => "server-failed",
            Self::TimeLimit => "time-limit",
            Self::ImageUnavailable { .. } => "image-unavailable",
        }
    }

    /// The next step, if one helps.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoServer(_) => {
                "start a ComfyUI server or name one in pixels.local.toml; `dgx-pixels doctor` shows more"
            }
            Self::Rejected(each) if each.iter().all(|(_, cause)| cause.hint.is_none()) => return None,
            Self::Rejected(_) => "`dgx-pixels doctor` says what each server lacks",
            Self::OutOfMemory(_) => "use a smaller canvas, or close what else uses the device's memory",
            Self::NodeFailed(_) => return None,
            Self::Interrupted(_) | Self::Vanished(_) => "run the build again when no other client uses the server",
            Self::Poison { .. } => "the log of the server says more; `dgx-pixels doctor` shows the servers",
            Self::TimeLimit => "run the build again for the rest, or give it more with `--time-limit`",
            Self::ImageUnavailable { .. } => "look at the image in the server's output folder, and at its log",
        })
    }

    /// With the place in the manifest that it comes from, and the server that it is about if it is about one. Code and hint
    /// are those of its cause, where that is the same on all servers; of what all rejected, the hint that some give.
    pub fn diagnostic(&self) -> Diagnostic {
        let (place, server) = match self {
            Self::NoServer(each) | Self::Rejected(each) => {
                let only = if let [(server, _)] = each.as_slice() { Some(server) } else { None };
                (each.iter().find_map(|(_, cause)| cause.place.clone()), only)
            }
            Self::NodeFailed(cause) => (cause.place.clone(), None),
            Self::OutOfMemory(_) | Self::TimeLimit => (None, None),
            Self::Interrupted(server) | Self::Vanished(server) => (None, Some(server)),
            Self::Poison { server, .. } | Self::ImageUnavailable { server, .. } => (None, Some(server)),
        };
        let causes: &[_] = if let Self::NoServer(each) | Self::Rejected(each) = self { each } else { &[] };
        let only = match self {
            Self::NodeFailed(cause) | Self::ImageUnavailable { cause, .. } => Some(cause),
            _ => None,
        };
        let code =
            only.map_or_else(|| common(causes, |cause| cause.code.as_ref()), |cause| cause.code.as_ref()).cloned();
        let mut diagnostic = Diagnostic::error(code.unwrap_or(self.code().into()), self.to_string()).at(place);
        let hint = match self {
            Self::Rejected(each) => only_hint(each),
            _ => only.map_or_else(|| common(causes, |cause| cause.hint.as_ref()), |cause| cause.hint.as_ref()),
        }
        .cloned();
        diagnostic.hint = hint.or_else(|| self.hint().map(str::to_owned));
        diagnostic.subject = server.cloned().map(Subject::Server);
        diagnostic
    }
}

//! Questions that stand over the screen until they are answered.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use crate::words::text::count;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// So many jobs are in progress, and the user quits.
    Quit(usize),
    /// More images than `max_images`.
    Consent(String),
}

/// An answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Stay,
    GoOn,
    Cancel,
    Agree,
}

impl Question {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Quit(jobs) => format!("{} in progress. Quit?", count(*jobs, "job is", "jobs are")),
            Self::Consent(text) => format!("{text}. Generate them?"),
        }
    }

    /// The keys that answer it.
    pub(super) fn choices(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Quit(_) => &[("g", "go on without the screen"), ("c", "cancel and quit"), ("Esc", "stay")],
            Self::Consent(_) => &[("y", "generate them"), ("Esc", "do not")],
        }
    }

    pub(super) fn reply(&self, key: KeyEvent) -> Option<Reply> {
        match (self, key.code) {
            (_, KeyCode::Esc | KeyCode::Char('n')) => Some(Reply::Stay),
            (Self::Quit(_), KeyCode::Char('g')) => Some(Reply::GoOn),
            (Self::Quit(_), KeyCode::Char('c')) => Some(Reply::Cancel),
            (Self::Consent(_), KeyCode::Char('y')) => Some(Reply::Agree),
            _ => None,
        }
    }
}

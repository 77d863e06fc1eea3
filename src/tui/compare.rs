//! Blind votes: two images at the same whole zoom, and what the votes say.

use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::effect::{Effect, Pair, Tried};
use crate::session::{Cast, ComparisonReport};
use crate::words::compare::Answer as Vote;
use crate::words::diagnostic::Diagnostic;

/// The comparison that is open.
#[derive(Default)]
pub(super) struct Compare {
    /// Comparisons of the manifest; nothing before they are known.
    pub(super) names: Option<Vec<String>>,
    pub(super) at: usize,
    /// The comparison that is voted on.
    pub(super) open: Option<String>,
    pub(super) pair: Option<Pair>,
    pub(super) problem: Option<Diagnostic>,
    pub(super) report: Option<Box<ComparisonReport>>,
    /// The table of the report in place of the pair.
    pub(super) table: bool,
    /// A vote is being written.
    busy: bool,
    /// When the pair was shown.
    since: Duration,
    /// The report is computed, and whether votes came in between.
    standing: (bool, bool),
}

impl Compare {
    pub(super) fn names(&mut self, names: Vec<String>) {
        self.at = self.at.min(names.len().saturating_sub(1));
        self.names = Some(names);
    }

    pub(super) fn pair(&mut self, pair: Tried<Pair>, now: Duration) {
        self.busy = false;
        match pair {
            Ok(pair) => (self.pair, self.problem, self.since) = (Some(pair), None, now),
            Err(errors) => (self.pair, self.problem) = (None, errors.into_iter().next()),
        }
    }

    /// A vote was taken; returns what to say of it.
    pub(super) fn cast(
        &mut self,
        cast: Tried<Option<Cast>>,
        effects: &mut Vec<Effect>,
    ) -> Result<&'static str, Vec<Diagnostic>> {
        let said = match cast {
            Ok(Some(_)) => "",
            Ok(None) => "there is no vote of yours to take back",
            Err(errors) => {
                self.busy = false;
                return Err(errors);
            }
        };
        self.ask_standing(effects);
        Ok(said)
    }

    fn ask_standing(&mut self, effects: &mut Vec<Effect>) {
        let Some(name) = &self.open else { return };
        if self.standing.0 {
            self.standing.1 = true;
        } else {
            self.standing = (true, false);
            effects.push(Effect::Standing(name.clone()));
        }
    }

    pub(super) fn standing(&mut self, name: &str, report: Tried<Box<ComparisonReport>>, effects: &mut Vec<Effect>) {
        let more = std::mem::take(&mut self.standing).1;
        if self.open.as_deref() != Some(name) {
            return;
        }
        if let Ok(report) = report {
            self.report = Some(report);
        }
        if more {
            self.ask_standing(effects);
        }
    }

    pub(super) fn key(&mut self, key: KeyEvent, now: Duration, effects: &mut Vec<Effect>) {
        if self.open.is_none() {
            return self.choose(key, effects);
        }
        let vote = match key.code {
            KeyCode::Left | KeyCode::Char('l') => Some(Vote::Left),
            KeyCode::Right | KeyCode::Char('r') => Some(Vote::Right),
            KeyCode::Char('t' | '=') => Some(Vote::Tie),
            KeyCode::Char('x') => Some(Vote::BothBad),
            KeyCode::Char('s' | ' ') => Some(Vote::Skip),
            _ => None,
        };
        match (vote, key.code) {
            (Some(vote), _) if !self.busy && !self.table && self.pair.is_some() => {
                self.busy = true;
                let ms = u64::try_from(now.saturating_sub(self.since).as_millis()).unwrap_or(u64::MAX);
                effects.push(Effect::Vote(vote, ms));
            }
            (_, KeyCode::Char('u')) if !self.busy => {
                self.busy = true;
                effects.push(Effect::Undo);
            }
            (_, KeyCode::Char('i')) => {
                self.table = !self.table;
                self.ask_standing(effects);
            }
            (_, KeyCode::Esc) if self.table => self.table = false,
            (_, KeyCode::Esc) => *self = Self { names: self.names.take(), at: self.at, ..Self::default() },
            _ => {}
        }
    }

    fn choose(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        let names = self.names.as_deref().unwrap_or_default();
        match key.code {
            KeyCode::Up => self.at = self.at.saturating_sub(1),
            KeyCode::Down => self.at = (self.at + 1).min(names.len().saturating_sub(1)),
            KeyCode::Enter => {
                if let Some(name) = names.get(self.at).cloned() {
                    effects.push(Effect::Booth(name.clone()));
                    self.open = Some(name);
                    self.busy = true;
                    self.ask_standing(effects);
                }
            }
            _ => {}
        }
    }
}

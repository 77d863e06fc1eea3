//! An open asset: its candidates side by side, the decisions about them, and the grid of a raw.

use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::detail::{Choice, Detail, Slot};
use super::effect::{Effect, Tried};
use super::grid::{Gridded, Part};
use super::text_field::line;
use crate::words::diagnostic::Diagnostic;
use crate::words::lock::By;

/// The asset that is open.
pub(super) struct Opened {
    pub(super) key: String,
    pub(super) detail: Option<Box<Detail>>,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) slot: usize,
    pub(super) at: usize,
    /// Raws in place of what was made of them.
    pub(super) raws: bool,
    pub(super) map_seed: u64,
    /// The raw that is seen under its grid, in place of everything else.
    pub(super) grid: Option<GridView>,
    /// The cursor stood on the pick once.
    placed: bool,
}

/// A raw under its found grid.
pub(super) struct GridView {
    target: String,
    pub(super) n: u32,
    pub(super) part: Part,
    /// Nothing until it is there.
    pub(super) found: Option<Result<Box<Gridded>, String>>,
}

impl Opened {
    pub(super) fn new(key: String) -> Self {
        Self {
            key,
            detail: None,
            errors: Vec::new(),
            slot: 0,
            at: 0,
            raws: false,
            map_seed: 0,
            grid: None,
            placed: false,
        }
    }

    pub(super) fn take(&mut self, detail: Tried<Box<Detail>>) {
        match detail {
            Ok(detail) => (self.detail, self.errors) = (Some(detail), Vec::new()),
            Err(errors) => self.errors = errors,
        }
        let count = self.slot().map_or(0, |slot| slot.choices.len());
        let picked = self.slot().and_then(|slot| slot.choices.iter().position(|one| one.shown.picked.is_some()));
        if !self.placed {
            self.at = picked.unwrap_or(0);
            self.placed = true;
        }
        self.at = self.at.min(count.saturating_sub(1));
    }

    pub(super) fn slot(&self) -> Option<&Slot> {
        let slots = &self.detail.as_ref()?.slots;
        slots.get(self.slot.min(slots.len().saturating_sub(1)))
    }

    pub(super) fn choice(&self) -> Option<&Choice> {
        self.slot()?.choices.get(self.at)
    }

    pub(super) fn next_frame(&self, now: Duration) -> Option<Duration> {
        self.detail.as_ref()?.art.as_ref()?.at(now).1
    }

    /// A raw is there.
    pub(super) fn gridded(&mut self, target: &str, n: u32, found: Tried<Box<Gridded>>) {
        if let Some(view) = self.grid.as_mut().filter(|view| view.target == target && view.n == n) {
            let why = |errors: Vec<Diagnostic>| errors.first().map(|error| line(&error.message)).unwrap_or_default();
            view.found = Some(found.map_err(why));
        }
    }

    fn open_grid(&mut self) -> Option<Effect> {
        let (target, n) = (self.slot()?.target.clone(), self.choice()?.shown.n);
        self.grid = Some(GridView { target: target.clone(), n, part: Part::default(), found: None });
        Some(Effect::Grid(target, n))
    }

    /// Takes a key; says whether the asset is to be closed.
    pub(super) fn key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) -> bool {
        if let Some(view) = &mut self.grid {
            match key.code {
                KeyCode::Esc | KeyCode::Backspace | KeyCode::Char('f') => self.grid = None,
                code => view.part.key(code),
            }
            return false;
        }
        let count = self.slot().map_or(0, |slot| slot.choices.len());
        let slots = self.detail.as_ref().map_or(0, |detail| detail.slots.len());
        match key.code {
            KeyCode::Esc | KeyCode::Backspace => return true,
            KeyCode::Left => self.at = self.at.saturating_sub(1),
            KeyCode::Right => self.at = (self.at + 1).min(count.saturating_sub(1)),
            KeyCode::Up => self.slot = self.slot.saturating_sub(1),
            KeyCode::Down => self.slot = (self.slot + 1).min(slots.saturating_sub(1)),
            KeyCode::Enter | KeyCode::Char(' ') => {
                effects.extend(self.choice().map(|choice| choice.shown.n).and_then(|n| self.pick(n)));
            }
            KeyCode::Char(digit @ '1'..='9') => {
                let n = digit.to_digit(10).unwrap_or(0);
                self.at = self.place_of(n).unwrap_or(self.at);
                effects.extend(self.pick(n));
            }
            KeyCode::Char('u') => effects.extend(self.slot().map(|slot| Effect::Unpick(slot.target.clone()))),
            KeyCode::Char('r') => effects.extend(self.reroll()),
            KeyCode::Char('k') => effects.extend(self.keep()),
            KeyCode::Char('t') => self.raws = !self.raws,
            KeyCode::Char('m') => {
                self.map_seed += 1;
                effects.push(Effect::Open(self.key.clone(), self.map_seed));
            }
            KeyCode::Char('f') => effects.extend(self.open_grid()),
            KeyCode::Char('v') => effects.extend(self.view()),
            _ => {}
        }
        if matches!(key.code, KeyCode::Up | KeyCode::Down) {
            let count = self.slot().map_or(0, |slot| slot.choices.len());
            self.at = self.at.min(count.saturating_sub(1));
        }
        false
    }

    fn place_of(&self, n: u32) -> Option<usize> {
        self.slot()?.choices.iter().position(|choice| choice.shown.n == n && choice.shown.current)
    }

    /// Picks a candidate, if nobody picked another one since it was shown.
    fn pick(&self, n: u32) -> Option<Effect> {
        let slot = self.slot()?;
        let picked = slot.choices.iter().find(|choice| choice.shown.picked == Some(By::User));
        Some(Effect::Pick(slot.target.clone(), n, picked.map(|choice| choice.shown.n)))
    }

    /// Rerolls; what is marked stays.
    fn reroll(&self) -> Option<Effect> {
        Some(Effect::Reroll(self.slot()?.target.clone(), None))
    }

    fn keep(&self) -> Option<Effect> {
        Some(Effect::Keep(self.slot()?.target.clone(), vec![self.choice()?.shown.n]))
    }

    fn view(&self) -> Option<Effect> {
        self.choice()?.shown.restored.clone().map(Effect::View)
    }
}

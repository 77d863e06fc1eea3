//! Blind votes: two to four images at the same whole zoom, and what the votes say.

use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::effect::{Effect, Looks, Tried};
use crate::session::{Cast, ComparisonReport};
use crate::words::compare::{MOST_AT_ONCE, SetAnswer};
use crate::words::diagnostic::Diagnostic;

/// The comparison that is open.
#[derive(Default)]
pub(super) struct Compare {
    /// Comparisons of the manifest; nothing before they are known.
    pub(super) names: Option<Vec<String>>,
    pub(super) at: usize,
    /// The comparison that is voted on.
    pub(super) open: Option<String>,
    pub(super) looks: Option<Looks>,
    /// So many images are shown at once beyond two.
    more: usize,
    pub(super) problem: Option<Diagnostic>,
    pub(super) report: Option<Box<ComparisonReport>>,
    /// The table of the report in place of the images.
    pub(super) table: bool,
    /// A vote is being written.
    busy: bool,
    /// When the images were shown.
    since: Duration,
    /// The report is computed, and whether votes came in between.
    standing: (bool, bool),
}

impl Compare {
    pub(super) fn names(&mut self, names: Vec<String>) {
        self.at = self.at.min(names.len().saturating_sub(1));
        self.names = Some(names);
    }

    pub(super) fn looks(&mut self, looks: Tried<Looks>, now: Duration) {
        self.busy = false;
        match looks {
            Ok(looks) => (self.looks, self.problem, self.since) = (Some(looks), None, now),
            Err(errors) => (self.looks, self.problem) = (None, errors.into_iter().next()),
        }
    }

    /// At most so many images are shown at once.
    pub(super) fn most(&self) -> usize {
        2 + self.more
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
        match (self.answer(key.code), key.code) {
            (Some(answer), _) if !self.busy && !self.table => {
                self.busy = true;
                let ms = u64::try_from(now.saturating_sub(self.since).as_millis()).unwrap_or(u64::MAX);
                effects.push(Effect::Vote(answer, ms));
            }
            (_, KeyCode::Char(key @ ('+' | '-'))) if !self.busy => self.show_more(key == '+', effects),
            (_, KeyCode::Char('u')) if !self.busy => {
                self.busy = true;
                effects.push(Effect::Undo);
            }
            (_, KeyCode::Char('i')) => {
                self.table = !self.table;
                self.ask_standing(effects);
            }
            (_, KeyCode::Esc) if self.table => self.table = false,
            (_, KeyCode::Esc) => {
                *self = Self { names: self.names.take(), at: self.at, more: self.more, ..Self::default() };
            }
            _ => {}
        }
    }

    /// More than two images are shown.
    pub(super) fn shows_more(&self) -> bool {
        self.looks.as_ref().is_some_and(|looks| looks.art.len() > 2)
    }

    /// What a key says of the images that are shown.
    fn answer(&self, key: KeyCode) -> Option<SetAnswer> {
        let shown = self.looks.as_ref()?.art.len();
        let place = match key {
            KeyCode::Left | KeyCode::Char('l') if shown == 2 => 0,
            KeyCode::Right | KeyCode::Char('r') if shown == 2 => 1,
            KeyCode::Char(digit @ '1'..='9') => digit.to_digit(10)? as usize - 1,
            KeyCode::Char('t' | '=') => return Some(SetAnswer::Tie),
            KeyCode::Char('x') => return Some(SetAnswer::AllBad),
            KeyCode::Char('s' | ' ') => return Some(SetAnswer::Skip),
            _ => return None,
        };
        (place < shown).then_some(SetAnswer::Best(place))
    }

    /// One image more or less at once.
    fn show_more(&mut self, more: bool, effects: &mut Vec<Effect>) {
        let arms = self.looks.as_ref().map_or(MOST_AT_ONCE, |looks| looks.next.arms);
        let most = MOST_AT_ONCE.min(arms).saturating_sub(2);
        let wanted = if more { (self.more + 1).min(most) } else { self.more.saturating_sub(1) };
        if wanted != self.more {
            self.more = wanted;
            self.busy = true;
            effects.push(Effect::AtOnce(self.most()));
        }
    }

    fn choose(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        let names = self.names.as_deref().unwrap_or_default();
        match key.code {
            KeyCode::Up => self.at = self.at.saturating_sub(1),
            KeyCode::Down => self.at = (self.at + 1).min(names.len().saturating_sub(1)),
            KeyCode::Enter => {
                if let Some(name) = names.get(self.at).cloned() {
                    effects.push(Effect::Booth(name.clone(), self.most()));
                    self.open = Some(name);
                    self.busy = true;
                    self.ask_standing(effects);
                }
            }
            _ => {}
        }
    }
}

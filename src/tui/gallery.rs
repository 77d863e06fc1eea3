//! The gallery: all assets, filtered while one types; one of them may be open.

use std::sync::Arc;
use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Position, Size};

use super::asset::Opened;
use super::cards::Cards;
use super::detail::Detail;
use super::effect::{Effect, Tried};
use super::filter;
use super::grid::Gridded;
use super::text_field::TextField;
use crate::session::{Listed, ListedItem};
use crate::words::diagnostic::Diagnostic;

/// Rows of the chrome: tabs, filter, status.
pub(super) const CHROME: u16 = 4;

/// The columns of the list of names.
pub(super) const NAMES: u16 = 38;

/// Columns and rows of a sprite in the grid, the greatest last.
const CELLS: [[u16; 2]; 3] = [[18, 8], [34, 16], [66, 32]];

/// The order of the assets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sort {
    #[default]
    Manifest,
    State,
    Name,
}

impl Sort {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Manifest => "kind",
            Self::State => "state",
            Self::Name => "name",
        }
    }
}

/// The gallery.
pub(super) struct Gallery {
    pub(super) listed: Arc<Listed>,
    pub(super) problems: Arc<[Diagnostic]>,
    /// The list is there.
    pub(super) is_known: bool,
    pub(super) filter: TextField,
    pub(super) typing: bool,
    pub(super) sort: Sort,
    /// Places in the list, in the order in which they are shown.
    pub(super) shown: Vec<usize>,
    pub(super) at: usize,
    /// The first row that is seen.
    pub(super) top: usize,
    /// Sprites side by side, and not names with one sprite.
    pub(super) grid: bool,
    pub(super) zoom: usize,
    pub(super) size: Size,
    pub(super) cards: Cards,
    pub(super) open: Option<Opened>,
    pub(super) now: Duration,
    pub(super) plays: bool,
}

impl Gallery {
    pub(super) fn new(size: Size) -> Self {
        Self {
            listed: Arc::new(Listed { version: 1, items: Vec::new() }),
            problems: Arc::new([]),
            is_known: false,
            filter: TextField::default(),
            typing: false,
            sort: Sort::default(),
            shown: Vec::new(),
            at: 0,
            top: 0,
            grid: size.width >= 100 && size.height >= 30,
            zoom: 1,
            size,
            cards: Cards::default(),
            open: None,
            now: Duration::ZERO,
            plays: true,
        }
    }

    pub(super) fn item(&self, at: usize) -> Option<&ListedItem> {
        self.listed.items.get(*self.shown.get(at)?)
    }

    pub(super) fn key_of(&self, at: usize) -> Option<String> {
        self.item(at).map(|item| format!("{}:{}", item.kind, item.name))
    }

    /// Columns and rows of a cell, its words included.
    pub(super) fn cell(&self) -> [u16; 2] {
        let [width, height] = CELLS[self.zoom];
        if self.grid { [width, height + 3] } else { [NAMES, 1] }
    }

    /// Columns and rows of cells that have room.
    pub(super) fn room(&self) -> [usize; 2] {
        let [width, height] = self.cell();
        let columns = if self.grid { self.size.width / width } else { 1 };
        let rows = self.size.height.saturating_sub(CHROME) / height;
        [usize::from(columns.max(1)), usize::from(rows.max(1))]
    }

    /// The assets whose images are seen.
    pub(super) fn seen(&self) -> Vec<String> {
        if self.open.is_some() {
            return Vec::new();
        }
        let [columns, rows] = self.room();
        let range = if self.grid {
            self.top * columns..(self.top + rows) * columns
        } else {
            // The neighbours are likely to be next.
            self.at.saturating_sub(2)..self.at + 4
        };
        range.filter_map(|at| self.key_of(at)).collect()
    }

    pub(super) fn tick(&mut self, now: Duration) {
        if self.plays {
            self.now = now;
        }
    }

    /// When a shown animation has its next frame.
    pub(super) fn next_frame(&self) -> Option<Duration> {
        if !self.plays {
            return None;
        }
        match &self.open {
            Some(open) => open.next_frame(self.now),
            None if self.grid => self.cards.next_frame(&self.seen(), self.now),
            None => self.cards.next_frame(&[self.key_of(self.at)?], self.now),
        }
    }

    pub(super) fn types(&self) -> bool {
        self.typing
    }

    pub(super) fn paste(&mut self, text: &str) {
        if self.open.is_none() {
            self.typing = true;
            self.filter.paste(text);
            self.refresh();
        }
    }

    pub(super) fn list(&mut self, listed: Arc<Listed>, problems: Arc<[Diagnostic]>) {
        let chosen = self.key_of(self.at);
        (self.listed, self.problems, self.is_known) = (listed, problems, true);
        self.refresh();
        let found = (0..self.shown.len()).find(|at| chosen.is_some() && self.key_of(*at) == chosen);
        self.go(found.unwrap_or(self.at));
    }

    fn refresh(&mut self) {
        let items = &self.listed.items;
        let filter = self.filter.text();
        self.shown = (0..items.len()).filter(|at| filter::passes(&items[*at], filter)).collect();
        match self.sort {
            Sort::Manifest => {}
            Sort::State => self.shown.sort_by_key(|at| (filter::urgency(&items[*at]), *at)),
            Sort::Name => self.shown.sort_by(|a, b| natord::compare(&items[*a].name, &items[*b].name)),
        }
        self.go(self.at);
    }

    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
        self.go(self.at);
    }

    fn go(&mut self, at: usize) {
        self.at = at.min(self.shown.len().saturating_sub(1));
        let [columns, rows] = self.room();
        let row = self.at / columns;
        self.top = self.top.min(row).max((row + 1).saturating_sub(rows));
    }

    pub(super) fn key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        if self.typing {
            return self.filter_key(key);
        }
        let [columns, rows] = self.room();
        match key.code {
            KeyCode::Char('[') => return self.neighbour(-1, effects),
            KeyCode::Char(']') => return self.neighbour(1, effects),
            KeyCode::Char('p') => self.plays = !self.plays,
            _ => {}
        }
        if let Some(open) = &mut self.open {
            if open.key(key, effects) {
                self.open = None;
            }
            return;
        }
        match key.code {
            KeyCode::Char('/') => self.typing = true,
            KeyCode::Esc => {
                self.filter.clear();
                self.refresh();
            }
            KeyCode::Left => self.go(self.at.saturating_sub(1)),
            KeyCode::Right => self.go(self.at + 1),
            KeyCode::Up => self.go(self.at.saturating_sub(columns)),
            KeyCode::Down => self.go(self.at + columns),
            KeyCode::PageUp => self.go(self.at.saturating_sub(columns * rows)),
            KeyCode::PageDown => self.go(self.at + columns * rows),
            KeyCode::Home => self.go(0),
            KeyCode::End => self.go(usize::MAX),
            KeyCode::Enter => self.open_at(self.at, effects),
            KeyCode::Char('s') => {
                self.sort = match self.sort {
                    Sort::Manifest => Sort::State,
                    Sort::State => Sort::Name,
                    Sort::Name => Sort::Manifest,
                };
                self.refresh();
            }
            KeyCode::Char('g') => self.grid = !self.grid,
            KeyCode::Char('+' | '=') => self.zoom = (self.zoom + 1).min(CELLS.len() - 1),
            KeyCode::Char('-') => self.zoom = self.zoom.saturating_sub(1),
            KeyCode::Char('u') => effects.extend(self.key_of(self.at).map(Effect::Unpick)),
            KeyCode::Char('r') => effects.extend(self.key_of(self.at).map(|key| Effect::Reroll(key, None))),
            _ => {}
        }
        self.go(self.at);
    }

    /// Goes to the asset at a place of the screen; the one that is chosen already is opened.
    pub(super) fn click(&mut self, at: Position) -> Option<KeyCode> {
        let [columns, _] = self.room();
        let [width, height] = self.cell();
        let (column, row) = (usize::from(at.x / width), at.y.checked_sub(CHROME - 1)? / height);
        let place = (self.top + usize::from(row)) * columns + column;
        let is_there = column < columns && place < self.shown.len() && at.y + 1 < self.size.height;
        if !is_there {
            return None;
        }
        let is_chosen = place == self.at;
        self.typing = false;
        self.go(place);
        is_chosen.then_some(KeyCode::Enter)
    }

    fn filter_key(&mut self, key: KeyEvent) {
        match key.code {
            KeyCode::Esc => {
                self.filter.clear();
                self.typing = false;
            }
            KeyCode::Enter | KeyCode::Down => self.typing = false,
            _ => _ = self.filter.key(key),
        }
        self.refresh();
    }

    fn open_at(&mut self, at: usize, effects: &mut Vec<Effect>) {
        if let Some(key) = self.key_of(at) {
            effects.push(Effect::Open(key.clone(), 0));
            self.open = Some(Opened::new(key));
        }
    }

    fn neighbour(&mut self, by: isize, effects: &mut Vec<Effect>) {
        self.go(self.at.saturating_add_signed(by));
        if self.open.is_some() {
            self.open_at(self.at, effects);
        }
    }

    pub(super) fn opened(&mut self, key: &str, detail: Tried<Box<Detail>>) {
        if let Some(open) = self.open.as_mut().filter(|open| open.key == key) {
            open.take(detail);
        }
    }

    /// A raw with its grid.
    pub(super) fn gridded(&mut self, target: &str, n: u32, found: Tried<Box<Gridded>>) {
        if let Some(open) = &mut self.open {
            open.gridded(target, n, found);
        }
    }

    /// The open asset is looked at again.
    pub(super) fn reopen(&self) -> Option<Effect> {
        self.open.as_ref().map(|open| Effect::Open(open.key.clone(), open.map_seed))
    }

    /// A build made an asset.
    pub(super) fn made(&mut self, key: &str, effects: &mut Vec<Effect>) {
        self.cards.changed(key);
        effects.extend(self.reopen().filter(|_| self.open.as_ref().is_some_and(|open| open.key == key)));
    }

    /// A decision was written.
    pub(super) fn decided(&mut self) -> Option<Effect> {
        self.cards.all_changed();
        self.reopen()
    }
}

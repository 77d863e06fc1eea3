//! Images of one prompt: a form, and what came of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Art;
use super::effect::Effect;
use super::text_field::TextField;
use crate::session::jobs::{GenerateImages, JobReport, Side, Work};
use crate::words::job::JobId;

/// Results that are kept.
const RESULTS: usize = 12;

/// A field of the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Field {
    #[default]
    Prompt,
    Preset,
    Style,
    Palette,
    Size,
    Seed,
    Count,
}

impl Field {
    pub(super) const ALL: [Self; 7] =
        [Self::Prompt, Self::Preset, Self::Style, Self::Palette, Self::Size, Self::Seed, Self::Count];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Prompt => "Prompt",
            Self::Preset => "Preset",
            Self::Style => "Style",
            Self::Palette => "Palette",
            Self::Size => "Size",
            Self::Seed => "Seed",
            Self::Count => "Count",
        }
    }

    fn beside(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|field| *field == self).unwrap_or(0);
        Self::ALL[(at + by) % Self::ALL.len()]
    }
}

/// What came of a prompt.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) job: JobId,
    pub(super) prompt: String,
    /// Nothing before it ended.
    pub(super) art: Option<Vec<Arc<Art>>>,
}

/// The form and its results.
pub(super) struct Prompt {
    pub(super) fields: [TextField; 7],
    pub(super) focus: Field,
    pub(super) typing: bool,
    pub(super) made: Vec<Made>,
    pub(super) problem: Option<String>,
    /// Presets, styles and palettes.
    names: [Vec<String>; 3],
    /// Newest first.
    history: Vec<String>,
    /// The place in the history, from 1; 0 is what is typed.
    back: usize,
    typed: String,
    /// Jobs that were started here, with their prompts.
    last: String,
    known: BTreeSet<u64>,
    /// Jobs that ended before they were known to be of this screen.
    ended: BTreeSet<u64>,
}

impl Default for Prompt {
    fn default() -> Self {
        let text = |text: &str| TextField::of(text);
        Self {
            fields: [text(""), text("16bit"), text(""), text(""), text("32"), text(""), text("1")],
            focus: Field::Prompt,
            typing: true,
            made: Vec::new(),
            problem: None,
            names: Default::default(),
            history: Vec::new(),
            back: 0,
            typed: String::new(),
            last: String::new(),
            known: BTreeSet::new(),
            ended: BTreeSet::new(),
        }
    }
}

impl Prompt {
    pub(super) fn types(&self) -> bool {
        self.typing
    }

    pub(super) fn field(&self, field: Field) -> &TextField {
        &self.fields[field as usize]
    }

    fn text(&self, field: Field) -> Option<String> {
        Some(self.field(field).text().trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The names that fields take are there.
    pub(super) fn is_known(&self) -> bool {
        self.names.iter().any(|names| !names.is_empty())
    }

    pub(super) fn names(&mut self, names: [Vec<String>; 3]) {
        self.names = names;
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.typing = true;
        self.fields[self.focus as usize].paste(text);
    }

    pub(super) fn history(&mut self, jobs: &[JobReport]) {
        let prompts = jobs.iter().filter_map(|job| match &job.work {
            Work::Generate(images) => Some(images.prompt.clone()),
            _ => None,
        });
        let mut seen = BTreeSet::new();
        self.history = prompts.filter(|prompt| seen.insert(prompt.clone())).collect();
    }

    pub(super) fn key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        if key.code == KeyCode::Char('s') && key.modifiers == KeyModifiers::CONTROL {
            return self.generate(true, effects);
        }
        if !self.typing {
            match key.code {
                KeyCode::Char('a') => self.generate(true, effects),
                KeyCode::Enter => self.generate(false, effects),
                KeyCode::Char('e' | 'i') | KeyCode::Tab => self.typing = true,
                _ => {}
            }
            return;
        }
        match key.code {
            KeyCode::Esc => self.typing = false,
            KeyCode::Enter => self.generate(false, effects),
            KeyCode::Tab => self.focus = self.focus.beside(1),
            KeyCode::BackTab => self.focus = self.focus.beside(Field::ALL.len() - 1),
            KeyCode::Up => self.choose(1),
            KeyCode::Down => self.choose(-1),
            _ => {
                self.back = 0;
                _ = self.fields[self.focus as usize].key(key);
            }
        }
    }

    /// An earlier prompt, or another name.
    fn choose(&mut self, by: isize) {
        let names = match self.focus {
            Field::Prompt => return self.recall(by),
            Field::Preset => &self.names[0],
            Field::Style => &self.names[1],
            Field::Palette => &self.names[2],
            Field::Size | Field::Seed | Field::Count => return self.count(by),
        };
        let now = self.field(self.focus).text();
        let place = names.iter().position(|name| name == now);
        // Before the first name is none.
        let next = match (place, by > 0) {
            (None, false) => names.first(),
            (None, true) => names.last(),
            (Some(at), false) => names.get(at + 1),
            (Some(at), true) => at.checked_sub(1).and_then(|at| names.get(at)),
        };
        self.fields[self.focus as usize] = TextField::of(next.map_or("", String::as_str));
    }

    fn count(&mut self, by: isize) {
        let now: u64 = self.field(self.focus).text().parse().unwrap_or(0);
        let step = if self.focus == Field::Size { 8 } else { 1 };
        let next = if by > 0 { now.saturating_add(step) } else { now.saturating_sub(step).max(step) };
        self.fields[self.focus as usize] = TextField::of(&next.to_string());
    }

    fn recall(&mut self, by: isize) {
        if self.back == 0 {
            self.typed = self.field(Field::Prompt).text().to_owned();
        }
        self.back = self.back.saturating_add_signed(by).min(self.history.len());
        let text = match self.back {
            0 => self.typed.clone(),
            back => self.history[back - 1].clone(),
        };
        self.fields[0] = TextField::of(&text);
    }

    fn generate(&mut self, add: bool, effects: &mut Vec<Effect>) {
        let Some(prompt) = self.text(Field::Prompt) else {
            self.problem = Some("say what the image shows".to_owned());
            return;
        };
        let number = |field: Field| self.text(field).map(|text| text.parse::<u64>());
        let (count, seed) = match (number(Field::Count).unwrap_or(Ok(1)), number(Field::Seed).transpose()) {
            (Ok(count), Ok(seed)) if u32::try_from(count).is_ok() => (count as u32, seed),
            _ => {
                self.problem = Some("seed and count are whole numbers".to_owned());
                return;
            }
        };
        self.problem = None;
        self.back = 0;
        self.last.clone_from(&prompt);
        self.history.retain(|other| *other != prompt);
        self.history.insert(0, prompt.clone());
        effects.push(Effect::Generate(GenerateImages {
            prompt,
            style: self.text(Field::Style),
            preset: self.text(Field::Preset),
            name: None,
            size: self.text(Field::Size).map(Side::Text),
            palette: self.text(Field::Palette),
            negative: None,
            seed,
            count,
            backend: None,
            add,
            time_limit: None,
        }));
    }

    pub(super) fn started(&mut self, job: &JobReport, effects: &mut Vec<Effect>) {
        self.known.insert(job.id.0);
        // It may be over before the answer to its start comes.
        if self.ended.remove(&job.id.0) {
            effects.push(Effect::Made(job.id));
        }
        let prompt = match &job.work {
            Work::Generate(images) => images.prompt.clone(),
            _ => self.last.clone(),
        };
        self.made.insert(0, Made { job: job.id, prompt, art: None });
        self.made.truncate(RESULTS);
    }

    /// A job ended.
    pub(super) fn over(&mut self, id: u64, effects: &mut Vec<Effect>) {
        if self.known.contains(&id) {
            effects.push(Effect::Made(JobId(id)));
        } else {
            self.ended.insert(id);
        }
    }

    pub(super) fn made(&mut self, job: JobId, art: Vec<Arc<Art>>) {
        if let Some(made) = self.made.iter_mut().find(|made| made.job == job) {
            made.art = Some(art);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_of_all_printable_keys_is_asked_for_unchanged() {
        let all: String = (' '..='~').collect();
        let (mut prompt, mut effects) = (Prompt::default(), Vec::new());
        for c in format!("x{all}").chars() {
            prompt.key(KeyEvent::from(KeyCode::Char(c)), &mut effects);
        }
        assert!(effects.is_empty(), "{effects:?}");
        prompt.key(KeyEvent::from(KeyCode::Enter), &mut effects);
        let Some(Effect::Generate(images)) = effects.first() else { panic!("{effects:?}") };
        assert_eq!((images.prompt.as_str(), images.count, images.add), (format!("x{all}").as_str(), 1, false));
    }

    #[test]
    fn earlier_prompts_come_back() {
        let (mut prompt, mut effects) = (Prompt::default(), Vec::new());
        for text in ["orc", "elf"] {
            prompt.fields[0] = TextField::of(text);
            prompt.key(KeyEvent::from(KeyCode::Enter), &mut effects);
        }
        prompt.fields[0] = TextField::of("dra");
        let mut seen = Vec::new();
        for key in [KeyCode::Up, KeyCode::Up, KeyCode::Up, KeyCode::Down, KeyCode::Down] {
            prompt.key(KeyEvent::from(key), &mut effects);
            seen.push(prompt.field(Field::Prompt).text().to_owned());
        }
        assert_eq!(seen, ["elf", "orc", "orc", "elf", "dra"]);
    }
}

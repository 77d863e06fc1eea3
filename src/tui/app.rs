//! The state of the whole screen, and what changes it. Nothing here waits, draws or looks at a clock.

use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Size;

use super::Options;
use super::build::Build;
use super::compare::Compare;
use super::effect::{Effect, Input};
use super::gallery::Gallery;
use super::prompt::Prompt;
use super::question::{Question, Reply};
use super::screen::Screen;
use super::servers::Servers;
use super::text_field::line;
use crate::session::{BuildOptions, Consent};
use crate::words::diagnostic::{Diagnostic, Severity};

/// The list is made anew no more often.
pub(super) const LIST: Duration = Duration::from_millis(500);

/// How long a word stands in the last line.
const NOTICE: Duration = Duration::from_secs(8);

/// How the user leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Jobs that are in progress are cancelled.
    Quit,
    /// Jobs go on without the screen.
    GoOn,
    /// A signal.
    Stop,
}

/// A word in the last line.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) severity: Severity,
    until: Duration,
}

/// The state of the screen.
pub struct App {
    pub(super) screen: Screen,
    pub(super) size: Size,
    pub(super) now: Duration,
    pub(super) build: Build,
    pub(super) gallery: Gallery,
    pub(super) compare: Compare,
    pub(super) prompt: Prompt,
    pub(super) servers: Servers,
    pub(super) help: bool,
    pub(super) question: Option<Question>,
    pub(super) notice: Option<Notice>,
    /// How images are drawn, in words.
    pub(super) images: String,
    /// What is built and shown.
    targets: Vec<String>,
    leave: Option<Leave>,
    changed: bool,
    pub(super) list: List,
}

/// When the assets are listed.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) wanted: bool,
    pub(super) running: bool,
    pub(super) after: Duration,
}

impl App {
    /// The state before anything is known.
    pub fn new(options: &Options, images: &str, size: Size) -> Self {
        Self {
            screen: options.screen,
            size,
            now: Duration::ZERO,
            build: Build::default(),
            gallery: Gallery::new(size),
            compare: Compare::default(),
            prompt: Prompt::default(),
            servers: Servers::default(),
            help: false,
            question: None,
            notice: None,
            images: images.to_owned(),
            targets: options.targets.clone(),
            leave: None,
            changed: true,
            list: List { wanted: true, ..List::default() },
        }
    }

    /// What is wanted at once.
    pub fn begin(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Plan, Effect::Jobs];
        effects.extend(self.tick(Duration::ZERO));
        self.show(self.screen, &mut effects);
        effects
    }

    /// How the user leaves, once that is decided.
    pub fn leave(&self) -> Option<Leave> {
        self.leave
    }

    /// Whether something is to be drawn; the next call says so only after another change.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// The list is to be made anew.
    #[cfg(test)]
    pub(super) fn list_is_wanted(&self) -> bool {
        self.list.wanted
    }

    /// Something is to be drawn anew.
    pub fn redraw(&mut self) {
        self.changed = true;
    }

    /// When time alone changes something.
    pub fn deadline(&self) -> Option<Duration> {
        let list = (self.list.wanted && !self.list.running).then_some(self.list.after);
        let notice = self.notice.as_ref().map(|notice| notice.until);
        let own = match self.screen {
            Screen::Build => self.build.deadline(),
            Screen::Gallery => self.gallery.next_frame(),
            _ => None,
        };
        [list, notice, own].into_iter().flatten().min()
    }

    /// Time passes.
    pub fn tick(&mut self, now: Duration) -> Vec<Effect> {
        if self.deadline().is_some_and(|at| at <= now) {
            self.changed = true;
        }
        self.now = now;
        self.notice.take_if(|notice| notice.until <= now);
        self.gallery.tick(now);
        let mut effects = Vec::new();
        if self.list.wanted && !self.list.running && self.list.after <= now {
            (self.list.wanted, self.list.running) = (false, true);
            effects.push(Effect::List);
        }
        self.build.tick(now, self.screen == Screen::Build, &mut effects);
        effects.extend(self.seen());
        effects
    }

    /// Something happened.
    pub fn update(&mut self, input: Input) -> Vec<Effect> {
        self.changed = true;
        let mut effects = Vec::new();
        match input {
            Input::Key(key) => self.key(key, &mut effects),
            Input::Mouse(event) => self.mouse(event, &mut effects),
            Input::Paste(text) => self.paste(&text),
            Input::Resize(size) => {
                self.size = size;
                self.gallery.resize(size);
            }
            Input::Events { events, missed, snapshot } => {
                if missed > 0 {
                    self.gallery.cards.all_changed();
                    self.list.wanted = true;
                }
                for event in &events {
                    self.event(&event.event, &mut effects);
                }
                self.build.snapshot(*snapshot, self.now, &mut effects);
                self.ask_for_consent();
            }
            Input::Done(answer) => self.answer(*answer, &mut effects),
            Input::Stop => self.leave = Some(Leave::Stop),
            Input::News | Input::Encoded(_) => {}
        }
        effects.extend(self.seen());
        effects
    }

    /// Draws what is seen and was not drawn.
    fn seen(&mut self) -> Option<Effect> {
        let keys = if self.screen == Screen::Gallery { self.gallery.seen() } else { Vec::new() };
        let wanted = self.gallery.cards.wanted(&keys);
        (!wanted.is_empty()).then_some(Effect::Cards(wanted))
    }

    pub(super) fn tell(&mut self, said: Result<String, Vec<Diagnostic>>) {
        match said {
            Ok(text) if text.is_empty() => {}
            Ok(text) => self.say(&text),
            Err(errors) => self.fail(&errors),
        }
    }

    pub(super) fn say(&mut self, text: &str) {
        self.notice = Some(Notice { text: line(text), severity: Severity::Note, until: self.now + NOTICE });
    }

    pub(super) fn fail(&mut self, errors: &[Diagnostic]) {
        let Some(error) = errors.first() else { return };
        let hint = error.hint.as_deref().map_or_else(String::new, |hint| format!(" ({hint})"));
        let text = line(&format!("{}{hint}", error.message));
        self.notice = Some(Notice { text, severity: error.severity, until: self.now + 2 * NOTICE });
    }

    /// A build that wants more images than `max_images` is refused; the user may agree here.
    fn ask_for_consent(&mut self) {
        let Some(refused) = self.build.take_refusal() else { return };
        if refused.code == "max-images" && self.question.is_none() {
            self.question = Some(Question::Consent(line(&refused.message)));
        } else {
            self.fail(&[refused]);
        }
    }

    /// Whether a text field takes the keys.
    pub(super) fn types(&self) -> bool {
        match self.screen {
            Screen::Gallery => self.gallery.types(),
            Screen::Prompt => self.prompt.types(),
            _ => false,
        }
    }

    fn paste(&mut self, text: &str) {
        match self.screen {
            _ if self.question.is_some() || self.help => {}
            Screen::Gallery => self.gallery.paste(text),
            Screen::Prompt => self.prompt.paste(text),
            _ => {}
        }
    }

    fn key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        let control = key.modifiers == KeyModifiers::CONTROL;
        if control && matches!(key.code, KeyCode::Char('c' | 'q')) {
            return self.quit();
        }
        if let Some(question) = &self.question {
            if let Some(reply) = question.reply(key) {
                self.question = None;
                self.reply(reply, effects);
            }
            return;
        }
        let function = match key.code {
            KeyCode::F(n) => Screen::ALL.get(usize::from(n).wrapping_sub(1)),
            _ => None,
        };
        match (function, key.code) {
            (Some(screen), _) => {
                self.help = false;
                self.show(*screen, effects);
            }
            (_, KeyCode::F(6)) => self.help = !self.help,
            (_, KeyCode::Esc | KeyCode::Char('?' | 'q') | KeyCode::Enter) if self.help => self.help = false,
            _ if self.help => {}
            _ if self.types() => self.screen_key(key, effects),
            (_, KeyCode::Char('?')) => self.help = true,
            (_, KeyCode::Char('q')) => self.quit(),
            (_, KeyCode::Char('b')) => self.start(Consent::Required, effects),
            (_, KeyCode::Char('>')) => self.show(self.screen.beside(1), effects),
            (_, KeyCode::Char('<')) => self.show(self.screen.beside(Screen::ALL.len() - 1), effects),
            _ => self.screen_key(key, effects),
        }
    }

    pub(super) fn screen_key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        match self.screen {
            Screen::Build => self.build.key(key, effects),
            Screen::Gallery => self.gallery.key(key, effects),
            Screen::Compare => self.compare.key(key, self.now, effects),
            Screen::Prompt => self.prompt.key(key, effects),
            Screen::Servers => self.servers.key(key, effects),
        }
    }

    pub(super) fn show(&mut self, screen: Screen, effects: &mut Vec<Effect>) {
        self.screen = screen;
        match screen {
            Screen::Compare => effects.push(Effect::Comparisons),
            Screen::Servers => self.servers.shown(effects),
            Screen::Build => effects.push(Effect::Machine),
            // Its lists are read with the whole manifest: only for who wants them.
            Screen::Prompt if !self.prompt.is_known() => effects.push(Effect::Names),
            Screen::Gallery | Screen::Prompt => {}
        }
    }

    fn start(&mut self, consent: Consent, effects: &mut Vec<Effect>) {
        if self.build.is_running() {
            return self.say("a build is in progress");
        }
        self.say("the build starts");
        self.build.ask();
        effects.push(Effect::Build(BuildOptions { targets: self.targets.clone(), consent, ..BuildOptions::default() }));
    }

    fn quit(&mut self) {
        if self.build.jobs_in_progress() == 0 {
            self.leave = Some(Leave::Quit);
        } else {
            self.question = Some(Question::Quit(self.build.jobs_in_progress()));
        }
    }

    fn reply(&mut self, reply: Reply, effects: &mut Vec<Effect>) {
        match reply {
            Reply::Stay => {}
            Reply::GoOn => self.leave = Some(Leave::GoOn),
            Reply::Cancel => self.leave = Some(Leave::Quit),
            Reply::Agree => self.start(Consent::Given, effects),
        }
    }
}

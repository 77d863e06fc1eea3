//! Observers for people and for programs: bars on a terminal, plain lines elsewhere, JSON lines for tools.

mod alike;
mod bars;
mod result;

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::ProgressDrawTarget;

use self::alike::Alike;
use self::bars::Bars;
pub(super) use self::result::{ended, error, finished, goes_on, json, list, pretty, result, value};
use super::annotate;
use super::args::{Global, MessageFormat};
use super::style::{self, DIM, GOOD, HINT, NAME, WARNING, count, paint};
use crate::session::Outcome;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::event::{Added, Event, Observer, ServerState};
use crate::words::source::Place;
use crate::words::sprite::Verdict;
use crate::words::text::printable;

/// The observer of a build.
pub(super) fn observer(global: &Global) -> Arc<dyn Observer> {
    let bars = global.message_format != MessageFormat::Json && !global.quiet && std::io::stderr().is_terminal();
    observe(global, (bars && moves(|name| std::env::var(name).ok())).then(|| Bars::new(ProgressDrawTarget::stderr())))
}

/// The observer of an operation that ends soon: no bars.
pub(super) fn brief(global: &Global) -> Arc<dyn Observer> {
    observe(global, None)
}

/// Whether who reads the terminal sees bars move: a log of CI and a terminal without cursor keep every line.
fn moves(variable: impl Fn(&str) -> Option<String>) -> bool {
    let is = |name: &str, off: &[&str]| variable(name).is_some_and(|value| !off.contains(&value.as_str()));
    !is("CI", &["", "0", "false"]) && variable("TERM").as_deref() != Some("dumb")
}

fn observe(global: &Global, bars: Option<Bars>) -> Arc<dyn Observer> {
    match global.message_format {
        MessageFormat::Json => Arc::new(json_line),
        MessageFormat::Human | MessageFormat::Github => {
            let Global { verbose, quiet, .. } = *global;
            let annotated = annotate::is_on(global).then(|| global.clone());
            Arc::new(Lines {
                annotated,
                bars,
                verbose: verbose && !quiet,
                quiet,
                reported: Mutex::default(),
                alike: Mutex::default(),
            })
        }
    }
}

fn json_line(event: &Event) {
    match event {
        Event::Finished(_) => ended(),
        // After its builds a watch goes on.
        Event::Watching { .. } => goes_on(),
        _ => {}
    }
    if let Ok(line) = serde_json::to_string(event) {
        style::json(&line);
    }
}

struct Lines {
    /// The options of a command whose warnings are annotated.
    annotated: Option<Global>,
    bars: Option<Bars>,
    verbose: bool,
    quiet: bool,
    /// Warnings of the manifest, and failures that were reported for many at once.
    reported: Mutex<HashSet<String>>,
    /// What is reported for many, one after the other.
    alike: Mutex<Alike>,
}

impl Lines {
    fn server(&self, server: &str, state: ServerState, message: &str, hint: Option<&str>) {
        let because = if message.is_empty() { String::new() } else { format!(": {message}") };
        let text = printable(&format!("server `{server}` is {}{because}", word_of(state)));
        match state {
            ServerState::Up => self.detail(&text),
            ServerState::Returned => self.news(&text),
            _ if self.quiet => {}
            _ => self.said(&paint(WARNING, "warning"), "", &text, hint),
        }
    }

    /// Whether a text is reported for the first time.
    fn is_new(&self, text: &str) -> bool {
        self.reported.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned())
    }

    fn line(&self, text: &str) {
        match &self.bars {
            Some(bars) => bars.suspend(|| style::say(text)),
            None => style::say(text),
        }
    }

    /// A line of the result, to stdout.
    fn result(&self, text: &str) {
        match &self.bars {
            Some(bars) => bars.suspend(|| style::out(text)),
            None => style::out(text),
        }
    }

    fn news(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    fn detail(&self, text: &str) {
        if self.verbose {
            self.line(text);
        }
    }

    /// Whether a report is one of the first of its kind; the others are named at the end.
    fn shows(&self, word: &str, code: &str, name: &str) -> bool {
        self.verbose || self.alike.lock().unwrap_or_else(PoisonError::into_inner).shows(word, code, name)
    }

    /// The names of what was not shown one by one.
    fn rest(&self) {
        let rest = self.alike.lock().unwrap_or_else(PoisonError::into_inner).rest();
        rest.iter().for_each(|line| self.line(line));
    }

    fn diagnostic(&self, word: &str, name: &str, diagnostic: &Diagnostic) {
        if !self.shows(word, &diagnostic.code, name) {
            return;
        }
        self.said(word, name, &text(diagnostic), diagnostic.hint.as_deref());
    }

    /// Why nothing can be built; problems of a manifest with the lines that they are in.
    fn refused(&self, diagnostics: &[Diagnostic]) {
        match diagnostics.first().and_then(|first| first.rendered.as_deref()) {
            Some(rendered) => self.line(rendered.trim_end()),
            None => diagnostics
                .iter()
                .for_each(|found| self.said(&paint(style::ERROR, "error"), "", &text(found), found.hint.as_deref())),
        }
    }

    fn said(&self, word: &str, name: &str, message: &str, hint: Option<&str>) {
        let name = if name.is_empty() { String::new() } else { format!("{}: ", paint(NAME, name)) };
        let hint = hint.map_or_else(String::new, |hint| format!("\n  {}: {}", paint(HINT, "hint"), printable(hint)));
        self.line(&format!("{word}: {name}{}{hint}", printable(message)));
    }
}

impl Observer for Lines {
    fn on(&self, event: &Event) {
        if let Some(bars) = &self.bars {
            bars.on(event);
        }
        if let (Some(global), Event::Warned { diagnostic, .. }) = (&self.annotated, event)
            && diagnostic.place.is_some()
        {
            annotate::diagnostics(global, std::slice::from_ref(diagnostic));
        }
        match event {
            Event::Planned { seconds, .. } => {
                if let (Some(seconds), None) = (seconds, &self.bars) {
                    self.detail(&format!("the servers will take about {}", duration(Duration::from_secs(*seconds))));
                }
            }
            Event::Asked { slot, n, seed, backend } => {
                self.detail(&format!("{} {slot} candidate {n} (seed {seed}, {backend})", paint(DIM, "asked")));
            }
            Event::Captured { slot, n, .. } => {
                self.detail(&format!("{} {slot} candidate {n}", paint(DIM, "captured")));
            }
            Event::Adopted { slot, n, .. } => {
                self.detail(&format!("{} {slot} candidate {n} from the store", paint(DIM, "took")))
            }
            Event::Judged { slot, n, verdict, score } => {
                let verdict = printable(&verdict.to_string());
                self.detail(&format!("{} {slot} candidate {n}: {verdict} ({score})", paint(DIM, "judged")));
            }
            Event::Picked { slot, n } => self.detail(&format!("{} {slot} candidate {n}", paint(DIM, "picked"))),
            Event::Processed { group, verdict } => match verdict {
                Verdict::Pass => self.news(&format!("{} {group}", paint(GOOD, "made"))),
                Verdict::Fail(why) => self.news(&format!("{} {group}, but {}", paint(WARNING, "made"), printable(why))),
            },
            Event::Wrote { path } => self.detail(&format!("{} {}", paint(DIM, "wrote"), printable(path))),
            Event::Delivered { path, size: [width, height], seed } => {
                self.result(&format!("{}  {width}x{height}, seed {seed}", paint(NAME, path)));
            }
            Event::Added(Added { kind, name, file }) if !self.quiet => {
                self.result(&format!("added [{kind}.{name}] to {file}"));
            }
            Event::Pruned { path } => self.news(&format!("{} {}", paint(DIM, "removed"), printable(path))),
            Event::Kept { path } if !self.shows(&paint(WARNING, "kept"), "file", path) => {}
            Event::Kept { path } => self.said(
                &paint(WARNING, "kept"),
                path,
                "it is not what this checkout wrote",
                Some(&style::way_of(path)),
            ),
            Event::MovedAside { path, to } => {
                self.line(&format!("{} {} to {}", paint(WARNING, "copied"), printable(path), printable(to)));
            }
            // What was reported for many at once is not repeated for each.
            Event::Failed { diagnostic, .. }
                if self.reported.lock().unwrap_or_else(PoisonError::into_inner).contains(&*text(diagnostic)) => {}
            Event::Failed { name, diagnostic } => self.diagnostic(&paint(style::ERROR, "failed"), name, diagnostic),
            // Manifest warnings carry the lines that they are about. A build that begins again after a question repeats
            // them.
            Event::Warned { diagnostic: Diagnostic { rendered: Some(rendered), .. }, .. } if !self.quiet => {
                if self.is_new(rendered) {
                    self.line(rendered.trim_end());
                }
            }
            Event::Warned { name, diagnostic } if !self.quiet => {
                self.diagnostic(&paint(WARNING, "warning"), name, diagnostic);
            }
            Event::Waiting { holder } => {
                self.news(&format!("waiting for {}, which works in this project", printable(holder)));
            }
            Event::Unable { slots, diagnostic } => {
                let first = slots.first().map(ToString::to_string).unwrap_or_default();
                let name = match slots.len() {
                    0 | 1 => first,
                    many => format!("{first} and {} more", many - 1),
                };
                if diagnostic.severity == Severity::Warning {
                    return self.diagnostic(&paint(WARNING, "not generated"), &name, diagnostic);
                }
                self.diagnostic(&paint(style::ERROR, "failed"), &name, diagnostic);
                self.is_new(&text(diagnostic));
            }
            Event::Server { server, state, diagnostic: Diagnostic { message, hint, .. } } => {
                self.server(server, *state, message, hint.as_deref());
            }
            Event::Noted { name, message } => {
                self.detail(&format!("{} {}: {}", paint(DIM, "note"), printable(name), printable(message)));
            }
            Event::Finished(_) => self.rest(),
            Event::Watching { files } => {
                self.news(&paint(DIM, &format!("watching {}", count(*files, "file", "files"))));
            }
            Event::Changed { files } => self.news(&format!("{} {}", paint(NAME, "changed"), changed(files))),
            Event::Refused { diagnostics } => self.refused(diagnostics),
            Event::Job { .. }
            | Event::Progress { .. }
            | Event::Preview { .. }
            | Event::Added(_)
            | Event::Warned { .. } => {}
        }
    }
}

/// The message of a diagnostic, with its place where no lines of the source are shown.
pub(super) fn text(diagnostic: &Diagnostic) -> Cow<'_, str> {
    match (&diagnostic.place, &diagnostic.rendered) {
        (Some(Place { file, line, .. }), None) => format!("{} ({file}:{line})", diagnostic.message).into(),
        _ => diagnostic.message.as_str().into(),
    }
}

/// The first of the files that changed.
fn changed(files: &[String]) -> String {
    let (first, more) = files.split_at(files.len().min(4));
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    printable(&format!("{}{more}", first.join(", ")))
}

fn word_of(state: ServerState) -> &'static str {
    match state {
        ServerState::Up => "up",
        ServerState::Busy => "busy",
        ServerState::Down => "down",
        ServerState::Stalled => "stalled",
        ServerState::Returned => "back",
    }
}

/// The closing lines of a build: what needs a person, then what was made, reused and failed, where, and how long it took.
pub(super) fn summary(global: &Global, outcome: &Outcome, took: Duration) {
    // As JSON it was the last event.
    if global.message_format == MessageFormat::Json {
        return;
    }
    let mut alike = Alike::default();
    for (id, verdict) in &outcome.gated {
        if !global.verbose && !alike.shows(&paint(WARNING, "warning"), "failed a gate", &id.name) {
            continue;
        }
        let verdict = printable(verdict);
        style::warning(&format!("{} failed a gate: {verdict}", paint(NAME, &id.name)), Some(&after_gate(&id.name)));
    }
    alike.rest().iter().for_each(|line| style::say(line));
    if global.quiet {
        return;
    }
    if !outcome.held.is_empty() {
        let names = outcome.held.join(", ");
        style::say(&format!("held: {names} (picked for another prompt or style; `reroll` or `unpick` releases them)"));
    }
    if !outcome.waiting.is_empty() {
        style::say(&format!("waiting for a passing or picked base: {}", outcome.waiting.join(", ")));
    }
    if outcome.withheld > 0 {
        let images = count(outcome.withheld, "image is", "images are");
        style::say(&format!("{images} to be generated: `dgx-pixels build`, or `watch --generate`"));
    }
    style::say(&last_line(outcome, took));
}

/// What a person does about a failed gate, true of generated images and of files.
pub(super) fn after_gate(name: &str) -> String {
    format!(
        "`dgx-pixels pick {name} N` accepts candidate N; or change its recipe, or, where it is generated, ask for others with `dgx-pixels reroll {name}`"
    )
}

fn last_line(outcome: &Outcome, took: Duration) -> String {
    let mut parts = Vec::new();
    if outcome.made > 0 {
        parts.push(format!("{} {}", paint(GOOD, "made"), count(outcome.made, "asset", "assets")));
    }
    if outcome.fresh > 0 || outcome.made == 0 {
        parts.push(format!("{} up to date", count(outcome.fresh, "asset", "assets")));
    }
    if !outcome.failed.is_empty() {
        parts.push(format!("{} {}", outcome.failed.len(), paint(style::ERROR, "failed")));
    }
    if !outcome.kept.is_empty() {
        parts.push(format!("{} kept", count(outcome.kept.len(), "file", "files")));
    }
    if outcome.pruned > 0 {
        parts.push(format!("{} removed", count(outcome.pruned, "file", "files")));
    }
    if outcome.filled > 0 {
        parts.push(format!("{} filled with placeholder art", outcome.filled));
    }
    if outcome.interrupted {
        parts.push(paint(WARNING, "interrupted"));
    }
    let images = if outcome.asked > 0 {
        format!(", asked for {}", count(outcome.asked, "image", "images"))
    } else {
        String::new()
    };
    let wrote = if outcome.wrote > 0 {
        format!(", wrote {} to {}/", count(outcome.wrote, "file", "files"), outcome.out)
    } else {
        String::new()
    };
    format!("{}{images}{wrote} in {}", parts.join(", "), duration(took))
}

fn duration(took: Duration) -> String {
    match took.as_secs() {
        0 => format!("{} ms", took.as_millis()),
        1..60 => format!("{:.1} s", took.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_move_on_terminals_of_people_only() {
        let with = |set: &[(&str, &str)]| {
            let set: Vec<(String, String)> =
                set.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
            moves(move |name| set.iter().find(|(set, _)| set == name).map(|(_, value)| value.clone()))
        };
        assert!(with(&[]) && with(&[("CI", "")]) && with(&[("CI", "false"), ("TERM", "xterm")]));
        assert!(!with(&[("CI", "true")]) && !with(&[("CI", "1")]) && !with(&[("TERM", "dumb")]));
    }
}

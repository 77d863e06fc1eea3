//! The end of a command: its value, or what went wrong; text for people, JSON lines for programs.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use crate::cli::args::{Global, MessageFormat};
use crate::cli::style;
use crate::session::{Error, Exit};

/// One line of `--message-format json`.
#[derive(Serialize)]
struct Line<'a, T> {
    event: &'a str,
    #[serde(flatten)]
    value: &'a T,
}

#[derive(Serialize)]
struct Items<'a, T> {
    items: &'a [T],
}

/// The last line of a command whose result does not say the exit code.
#[derive(Serialize)]
struct Finished {
    exit: Exit,
}

/// Prints the value of a command, as one JSON line or as `human` does.
pub(crate) fn result<T: Serialize>(global: &Global, event: &str, value: &T, human: impl FnOnce(&T)) {
    match global.message_format {
        MessageFormat::Human | MessageFormat::Github => human(value),
        MessageFormat::Json => json(event, value),
    }
}

/// Prints the value of a command that reports what it did: nothing is printed for people with `--quiet`.
pub(crate) fn value<T: Serialize>(global: &Global, event: &str, value: &T, human: impl FnOnce(&T)) {
    result(global, event, value, |value| {
        if !global.quiet {
            human(value);
        }
    });
}

/// Prints a list; as JSON it is the field `items`.
pub(crate) fn list<T: Serialize>(global: &Global, event: &str, items: &[T], human: impl FnOnce(&[T])) {
    result(global, event, &Items { items }, |_| human(items));
}

/// Prints why a command did not do its work, always as text to stderr; returns the exit code.
pub(crate) fn error(global: &Global, error: &Error) -> Exit {
    let (exit, diagnostics) = (error.exit(), error.diagnostics());
    match error {
        Error::Manifest(problems) => style::prompt(&problems.render(style::stderr_is_coloured())),
        _ => diagnostics.iter().for_each(|found| style::error(&found.message, found.hint.as_deref())),
    }
    if global.message_format == MessageFormat::Json {
        diagnostics.iter().for_each(|found| json("diagnostic", found));
    }
    exit
}

/// Ends the lines of a program that reads them: the last line has `exit`.
pub(crate) fn finished(format: MessageFormat, exit: Exit) {
    if format == MessageFormat::Json && !ENDED.load(Ordering::Relaxed) {
        json("finished", &Finished { exit });
    }
}

/// Whether the last line has `exit` already.
static ENDED: AtomicBool = AtomicBool::new(false);

/// Notes that the last line has `exit`.
pub(crate) fn ended() {
    ENDED.store(true, Ordering::Relaxed);
}

/// Notes that more lines follow the one with `exit`.
pub(crate) fn goes_on() {
    ENDED.store(false, Ordering::Relaxed);
}

/// Prints a value as JSON over several lines.
pub(crate) fn pretty(value: &impl Serialize) {
    if let Ok(text) = serde_json::to_string_pretty(value) {
        style::out(&text);
    }
}

/// Prints a value as one line of JSON with the name of its shape.
pub(crate) fn json(event: &str, value: &impl Serialize) {
    if let Ok(line) = serde_json::to_string(&Line { event, value }) {
        style::json(&line);
    }
}

//! Annotations of GitHub Actions: what is wrong appears beside the line that it is about.
//!
//! The runner reads them from stderr as from stdout, so that results stay as they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{Global, MessageFormat, Profile};
use super::style;
use crate::session::{self, Checked, Operation, Outcome};
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::source::Place;

/// Whether annotations are wanted: by `--message-format github`, or since it is a job of GitHub Actions that prints text.
pub(super) fn is_on(global: &Global) -> bool {
    let in_job = || std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
    match global.message_format {
        MessageFormat::Github => true,
        MessageFormat::Human => in_job(),
        MessageFormat::Json => false,
    }
}

/// Annotates what a command reports.
pub(super) fn diagnostics(global: &Global, found: &[Diagnostic]) {
    let folder = folder(global);
    for diagnostic in found.iter().filter(|_| is_on(global)) {
        let text = match &diagnostic.hint {
            Some(hint) => format!("{}\n{hint}", diagnostic.message),
            None => diagnostic.message.clone(),
        };
        let level = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        line(level, &folder, diagnostic.place.as_ref(), &diagnostic.code, &text);
    }
}

/// Annotates what is not up to date, and failed gates.
pub(super) fn checked(global: &Global, profile: &Profile, checked: &Checked) {
    if !is_on(global) {
        return;
    }
    let (folder, places) = (folder(global), places(global, profile));
    for stale in &checked.stale {
        let why = stale.diagnostic.as_ref().map_or(stale.why, |diagnostic| diagnostic.message.as_str());
        line("error", &folder, places.get(&stale.name), stale.code, &format!("{}: {why}", stale.name));
    }
    for gated in &checked.gated {
        gate(&folder, &places, &gated.name, &gated.verdict);
    }
}

/// Annotates failures of a build, and failed gates.
pub(super) fn built(global: &Global, profile: &Profile, outcome: &Outcome) {
    if !is_on(global) {
        return;
    }
    let (folder, places) = (folder(global), places(global, profile));
    for (name, diagnostic) in &outcome.failed {
        let place = diagnostic.place.as_ref().or_else(|| places.get(group(name)));
        line("error", &folder, place, &diagnostic.code, &format!("{name}: {}", diagnostic.message));
    }
    for (id, verdict) in &outcome.gated {
        gate(&folder, &places, &id.name, verdict);
    }
}

fn gate(folder: &Path, places: &BTreeMap<String, Place>, name: &str, verdict: &str) {
    line("error", folder, places.get(name), "failed-gate", &format!("{name} failed a gate: {verdict}"));
}

/// The group of a slot.
fn group(name: &str) -> &str {
    name.split('#').next().unwrap_or(name)
}

/// Where the assets are declared; nothing where that is not known.
fn places(global: &Global, profile: &Profile) -> BTreeMap<String, Place> {
    let (Ok(root), profile) = (session::find_root(global.project.as_deref()), profile.name()) else {
        return BTreeMap::new();
    };
    session::places(&Operation::new(&root, profile.as_deref(), Arc::new(()), &global.cancel)).unwrap_or_default()
}

/// The project's folder as annotations name it: relative to the checkout.
fn folder(global: &Global) -> PathBuf {
    let root = session::find_root(global.project.as_deref())
        .ok()
        .and_then(|root| root.canonicalize().ok())
        .unwrap_or_default();
    let checkout = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from).or_else(|| std::env::current_dir().ok());
    let checkout = checkout.and_then(|checkout| checkout.canonicalize().ok());
    checkout.and_then(|checkout| Some(root.strip_prefix(checkout).ok()?.to_owned())).unwrap_or_default()
}

/// One workflow command.
fn line(level: &str, folder: &Path, place: Option<&Place>, title: &str, text: &str) {
    let at = place.map_or_else(String::new, |Place { file, line, column }| {
        let file = folder.join(file).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        format!("file={},line={line},col={column},", property(&file))
    });
    style::say(&format!("::{level} {at}title={}::{}", property(title), message(text)));
}

/// Text without what would end the command.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_command() {
        assert_eq!(message("100%\n::error::x"), "100%25%0A::error::x");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
    }
}

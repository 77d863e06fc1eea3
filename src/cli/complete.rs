//! Completion of names that the project knows: `source <(COMPLETE=bash dgx-pixels)`.
//!
//! The shell calls the program with the words of the line. Nothing but the manifest is read, and nothing is said where that
//! is not possible: a key press has no place for an error.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{CompleteEnv, EnvCompleter, Fish, Powershell, Shells, Zsh};

use super::args;
use crate::session::{Known, known};

/// The names that one kind of argument takes.
type Names = fn(&Known) -> Vec<String>;

/// Arguments by their names, with what they take.
static ARGUMENTS: [(&str, Names); 14] = [
    ("slot", targets),
    ("targets", targets),
    ("target", targets),
    ("asset", assets),
    ("from", assets),
    ("names", assets),
    ("of", assets),
    ("over", assets),
    ("reference", assets),
    ("profile", |known| list(known.profiles.iter())),
    ("style", |known| list(known.styles.iter())),
    ("recipe", |known| list(known.recipes.iter())),
    ("preset", |known| list(known.presets.iter())),
    ("palette", |known| list(known.palettes.iter())),
];

/// Arguments that are called as others and take something else.
const OTHERS: [(&str, &str); 3] = [("process", "recipe"), ("workflow", "target"), ("palette", "from")];

fn list<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    names.cloned().collect()
}

fn assets(known: &Known) -> Vec<String> {
    list(known.assets.iter())
}

fn targets(known: &Known) -> Vec<String> {
    known.assets.iter().cloned().chain(known.tags.iter().map(|tag| format!("tag:{tag}"))).collect()
}

/// Answers a shell that completes a line; returns whether there was one.
pub(super) fn answered(arguments: &[OsString]) -> bool {
    let shells = Shells(&[&Bash, &Fish, &Powershell, &Zsh]);
    let here = std::env::current_dir().ok();
    CompleteEnv::with_factory(completed)
        .shells(shells)
        .try_complete(arguments.to_vec(), here.as_deref())
        .unwrap_or(true)
}

/// The parser with a completer at every argument that takes a name.
fn completed() -> Command {
    with_names(args::command(), "")
}

fn with_names(mut command: Command, path: &str) -> Command {
    // In their order, which is that of positional arguments.
    command = command.mut_args(|argument: Arg| {
        let id = argument.get_id().as_str();
        let takes = ARGUMENTS.iter().find(|(own, _)| *own == id && !OTHERS.contains(&(path, id)));
        match takes {
            Some((_, names)) => argument.add(completer(*names)),
            None => argument,
        }
    });
    let commands: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in commands {
        // The first word decides: `palette convert` is as `palette`.
        let path = if path.is_empty() { name.clone() } else { path.to_owned() };
        command = command.mut_subcommand(&name, |command| with_names(command, &path));
    }
    command
}

fn completer(names: Names) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| {
        let current = current.to_string_lossy();
        let found = names(&known(project(std::env::args_os()).as_deref()));
        found.into_iter().filter(|name| name.starts_with(&*current)).map(CompletionCandidate::new).collect()
    })
}

/// The folder that the line names as the project's.
fn project(words: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let pair = words.windows(2).find(|pair| ["-C", "--project"].contains(&pair[0].as_str()));
    let joined = || words.iter().find_map(|word| word.strip_prefix("--project=").or(word.strip_prefix("-C")));
    pair.map(|pair| pair[1].as_str()).or_else(joined).filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// bash splits words at `:` and `=`, and some at `@`: names of assets and tags have these.
struct Bash;

const BASH: &str = r#"
_dgx_pixels_names() {
    local line=${COMP_LINE:0:COMP_POINT} current words
    IFS=$' \t' read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    current=${words[${#words[@]} - 1]}
    local IFS=$'\013'
    COMPREPLY=($(_CLAP_IFS="$IFS" _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) VAR=bash COMPLETER -- "${words[@]}" 2> /dev/null))
    # Readline replaces what follows the last character at which it splits.
    local breaks=${COMP_WORDBREAKS//[^:=@]/} prefix=""
    [[ -n $breaks && $current == *[$breaks]* ]] && prefix=${current%"${current##*[$breaks]}"}
    COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
}
complete -o bashdefault -o default -F _dgx_pixels_names BIN"#;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        var: &str,
        _: &str,
        bin: &str,
        completer: &str,
        to: &mut dyn Write,
    ) -> Result<(), io::Error> {
        let quoted = format!("'{}'", completer.replace('\'', r"'\''"));
        let script = BASH.replace("BIN", bin).replace("COMPLETER", &quoted).replace("VAR", var);
        writeln!(to, "{}", script.trim_start())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        here: Option<&Path>,
        to: &mut dyn Write,
    ) -> Result<(), io::Error> {
        clap_complete::env::Bash.write_complete(command, words, here, to)
    }
}

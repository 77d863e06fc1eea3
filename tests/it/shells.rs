//! The completion scripts in the shells that they are for. zsh and fish are not on every machine, so their tests are
//! ignored by default: `cargo test --test it shells:: -- --ignored`.

use std::process::Command;

use crate::project::command;

/// What is typed, and a word that has to be offered for the last one of it.
const OFFERED: [(&str, &str); 10] = [
    ("b", "build"),
    ("build --fro", "--frozen"),
    ("build --fill ", "sketch"),
    ("-C . build --message-format j", "json"),
    ("cache ", "gc"),
    ("cache gc --dr", "--dry-run"),
    ("lock res", "resolve"),
    ("palette sh", "show"),
    ("generate --backend ", "sketch"),
    ("workflow imp", "import"),
];

/// What clap_complete's scripts for fish lack: the values of a positional argument, and the commands after `help`.
const NOT_IN_FISH: [(&str, &str); 2] = [("completions z", "zsh"), ("help ca", "cache")];

/// What is offered where the word before is complete: everything else would be wrong here.
const NOT_OFFERED: [(&str, &str); 3] = [("cache gc --", "--frozen"), ("pick --", "--locked"), ("build ", "gc")];

fn run(shell: &str, arguments: &[&str]) -> String {
    let output = Command::new(shell).args(arguments).env("TERM", "dumb").output();
    let output = output.unwrap_or_else(|error| panic!("{shell}: {error}"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shell}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn script(shell: &str, file: &str, folder: &tempfile::TempDir) -> std::path::PathBuf {
    let output = command(folder.path(), &["completions", shell]).output().unwrap();
    assert!(output.status.success());
    let path = folder.path().join(file);
    std::fs::write(&path, output.stdout).unwrap();
    path
}

/// Checks the lists against `offers`, which says what the shell offers for a line.
fn check(more: &[(&str, &str)], offers: impl Fn(&str) -> Vec<String>) {
    for (line, word) in OFFERED.iter().chain(more) {
        let offered = offers(line);
        assert!(offered.iter().any(|candidate| candidate == *word), "`{line}`: `{word}` is not in {offered:?}");
    }
    for (line, word) in NOT_OFFERED {
        let offered = offers(line);
        assert!(offered.iter().all(|candidate| candidate != word), "`{line}`: `{word}` is in {offered:?}");
    }
}

#[test]
fn bash_completes_every_word() {
    let folder = tempfile::tempdir().unwrap();
    let script = script("bash", "dgx-pixels.bash", &folder);
    let program = r#"
        source "$1"
        shift
        function_of_the_command() { complete -p dgx-pixels | sed 's/.*-F \([^ ]*\).*/\1/'; }
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        "$(function_of_the_command)" dgx-pixels "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    check(&NOT_IN_FISH, |line| {
        let mut arguments = vec!["--norc", "-c", program, "bash", script.to_str().unwrap(), "dgx-pixels"];
        arguments.extend(line.split(' '));
        run("bash", &arguments).lines().map(str::to_owned).collect()
    });
}

#[test]
#[ignore = "needs fish"]
fn fish_completes_every_word() {
    let folder = tempfile::tempdir().unwrap();
    let script = script("fish", "dgx-pixels.fish", &folder);
    check(&[], |line| {
        let program = format!("source {}; complete --do-complete 'dgx-pixels {line}'", script.display());
        let text = run("fish", &["--no-config", "-c", &program]);
        text.lines().filter_map(|line| line.split('\t').next()).map(str::to_owned).collect()
    });
}

/// zsh completes in an interactive shell alone, so one runs in a pseudo terminal. `compadd` is wrapped: it reports
/// what matches the word and adds nothing.
#[test]
#[ignore = "needs zsh"]
fn zsh_completes_every_word() {
    let folder = tempfile::tempdir().unwrap();
    script("zsh", "_dgx-pixels", &folder);
    let setup = folder.path().join("setup");
    std::fs::write(
        &setup,
        r#"
        PS1= PS2= fpath=(${0:h} $fpath)
        autoload -U compinit && compinit -u -D
        compadd() {
            [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] && { builtin compadd "$@"; return }
            local -a hits
            builtin compadd -A hits "$@"
            (( $#hits )) && print -rl -- offer:${^hits}
            return 1
        }
        ends() { print -r -- offers-end; zle kill-buffer }
        zle -N ends
        bindkey '^I' complete-word '^X' ends
        stty -echo
        print ready-$((1 + 1))
        "#,
    )
    .unwrap();
    let program = r#"
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "source $1"
        zpty -r -m shell text '*ready-2*'
        zpty -n -w shell "$2"$'\t\x18'
        zpty -r -m shell text '*offers-end*'
        print -r -- $text
        zpty -d shell"#;
    check(&NOT_IN_FISH, |line| {
        let line = format!("dgx-pixels {line}");
        let text = run("zsh", &["-f", "-c", program, "zsh", setup.to_str().unwrap(), &line]);
        text.lines().filter_map(|line| line.trim().split("offer:").nth(1)).map(str::to_owned).collect()
    });
}

//! The completion scripts in the shells that they are for. zsh and fish are not on every machine, so their tests are
//! ignored by default: `cargo test --test it shells:: -- --ignored`.

use std::process::Command;

use crate::project::{Project, command};

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

/// A project whose names are completed, at most one of each kind after what is typed.
const NAMED: &str = r#"
[project]
name = "test"
backend = "sketch"
[style.dark]
prompt = "dark {prompt}"
[recipe.tiny]
colors = 4
[sprite.potion]
prompt = "{color} potion"
matrix = { color = ["red", "blue"] }
tags = ["loot"]
[sprite.knight]
prompt = "knight"
[profile.draft]
candidates = 1
"#;

/// What is typed, and a name of the project that has to be offered for the last word of it.
const NAMES: [(&str, &str); 10] = [
    ("build kn", "knight"),
    ("build potion@r", "potion@red"),
    ("build tag:lo", "tag:loot"),
    ("pick pot", "potion"),
    ("why potion@b", "potion@blue"),
    ("build --profile dr", "draft"),
    ("-C sub/.. plan -P d", "draft"),
    ("add sprite x --preset cha", "character"),
    ("add sprite x --palette pico", "pico-8"),
    ("add sprite x --style da", "dark"),
];

fn named(manifest: &str) -> Project {
    let project = Project::with(manifest);
    project.write("sub/file", "");
    project
}

/// The registration of a shell, whose `dgx-pixels` is the one under test.
fn registration(shell: &str, project: &Project) -> std::path::PathBuf {
    let output = project.command(&[]).env("COMPLETE", shell).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    project.write("registration", output.stdout);
    project.path("registration")
}

/// Checks the names; an invalid manifest has names, too, and no manifest has none.
fn check_names(shell: &str, offers: impl Fn(&Project, &std::path::Path, &str) -> Vec<String>) {
    let project = named(NAMED);
    let script = registration(shell, &project);
    for (line, word) in NAMES {
        let offered = offers(&project, &script, line);
        assert!(offered.iter().any(|candidate| candidate == word), "{shell}: `{line}`: `{word}` is not in {offered:?}");
    }
    let broken = named(&format!("{NAMED}nonsense = 1\n"));
    assert_eq!(offers(&broken, &script, "build kni"), ["knight"], "{shell}");
    for text in ["no toml [", ""] {
        broken.write("pixels.toml", text);
        let offered = offers(&broken, &script, "build kni");
        assert!(!offered.iter().any(|candidate| candidate == "knight"), "{shell}: {offered:?}");
        assert!(
            offers(&broken, &script, "add sprite x --preset cha").iter().any(|word| word == "character"),
            "{shell}"
        );
    }
}

#[test]
fn bash_completes_names_of_the_project() {
    let program = r#"
        cd "$1"; source "$2"
        COMP_LINE="dgx-pixels $3"; COMP_POINT=${#COMP_LINE}
        _dgx_pixels_names
        # What readline leaves in front of the words at which it splits.
        typed=${COMP_LINE##*[[:space:]]}
        left=${typed%"${typed##*[:=@]}"}
        [[ $COMP_WORDBREAKS == *@* ]] || left=${typed%"${typed##*[:=]}"}
        printf '%s\n' "${COMPREPLY[@]/#/$left}""#;
    check_names("bash", |project, script, line| {
        let folder = project.path("");
        let text =
            run("bash", &["--norc", "-c", program, "bash", folder.to_str().unwrap(), script.to_str().unwrap(), line]);
        text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    });
}

#[test]
#[ignore = "needs fish"]
fn fish_completes_names_of_the_project() {
    check_names("fish", |project, script, line| {
        let program = format!(
            "cd {}; source {}; complete --do-complete 'dgx-pixels {line}'",
            project.path("").display(),
            script.display()
        );
        let text = run("fish", &["--no-config", "-c", &program]);
        text.lines().filter_map(|line| line.split('\t').next()).map(str::to_owned).collect()
    });
}

#[test]
#[ignore = "needs zsh"]
fn zsh_completes_names_of_the_project() {
    check_names("zsh", |project, script, line| {
        let source = format!("cd {}\nsource {}", project.path("").display(), script.display());
        zsh_offers(&project.path("setup"), &source, line)
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
fn zsh_offers(setup: &std::path::Path, source: &str, line: &str) -> Vec<String> {
    let text = format!(
        r#"
        PS1= PS2= fpath=(${{0:h}} $fpath)
        autoload -U compinit && compinit -u -D
        {source}
        compadd() {{
            [[ ${{@[1,(i)(-|--)]}} == *-(O|A|D)\ * ]] && {{ builtin compadd "$@"; return }}
            local -a hits
            builtin compadd -A hits "$@"
            (( $#hits )) && print -rl -- offer:${{^hits}}
            return 1
        }}
        ends() {{ print -r -- offers-end; zle kill-buffer }}
        zle -N ends
        bindkey '^I' complete-word '^X' ends
        stty -echo
        print ready-$((1 + 1))
        "#
    );
    std::fs::write(setup, text).unwrap();
    let program = r#"
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "source $1"
        zpty -r -m shell text '*ready-2*'
        zpty -n -w shell "$2"$'\t\x18'
        zpty -r -m shell text '*offers-end*'
        print -r -- $text
        zpty -d shell"#;
    let line = format!("dgx-pixels {line}");
    let text = run("zsh", &["-f", "-c", program, "zsh", setup.to_str().unwrap(), &line]);
    text.lines().filter_map(|line| line.trim().split("offer:").nth(1)).map(str::to_owned).collect()
}

#[test]
#[ignore = "needs zsh"]
fn zsh_completes_every_word() {
    let folder = tempfile::tempdir().unwrap();
    script("zsh", "_dgx-pixels", &folder);
    let setup = folder.path().join("setup");
    check(&NOT_IN_FISH, |line| zsh_offers(&setup, "", line));
}

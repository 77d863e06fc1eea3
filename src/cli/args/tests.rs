use std::collections::BTreeSet;

use clap::error::ErrorKind;

use super::*;

const README: &str = include_str!("../../../README.md");

/// They are parsed here and not run: one of them installs some gigabytes.
#[test]
fn every_command_line_of_the_readme_parses() {
    let lines = command_lines(README);
    assert!(lines.len() > 20, "{lines:#?}");
    for line in lines {
        let words = shlex::split(&line).unwrap_or_else(|| panic!("{line}"));
        let parsed = command().try_get_matches_from(["dgx-pixels".to_owned()].into_iter().chain(words));
        if let Err(error) = parsed {
            let shows = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            assert!(shows, "dgx-pixels {line}\n{error}");
        }
    }
}

/// What follows `dgx-pixels` or `cargo run .. --` in code, up to a comment.
fn command_lines(text: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut lines = BTreeSet::new();
    for line in text.lines() {
        inside ^= line.starts_with("```");
        // In prose, code stands between backticks; its even pieces are prose.
        let pieces: Vec<&str> = match inside {
            true => vec![line],
            false => line.split('`').skip(1).step_by(2).collect(),
        };
        for piece in pieces {
            let piece = piece.trim_start_matches("$ ").trim_start_matches("- run: ");
            let after_run = piece.strip_prefix("cargo run --release --").or(piece.strip_prefix("dgx-pixels "));
            let after_comment = piece.split_once("# dgx-pixels ").map(|(_, rest)| rest);
            let Some(arguments) = after_run.or(after_comment) else { continue };
            lines.insert(arguments.split(" #").next().unwrap_or("").trim().to_owned());
        }
    }
    lines
}

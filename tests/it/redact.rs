//! Output without what differs between two runs: what a snapshot can hold.

use std::path::Path;

/// Text without the project's folder, durations, versions, ports, free space and digests, and with lines in one order
/// where threads decide about it.
pub fn redacted(text: &str, folder: &Path) -> String {
    let canonical = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let text = text.replace(&*canonical.to_string_lossy(), "PROJECT").replace(&*folder.to_string_lossy(), "PROJECT");
    let lines: Vec<String> = text.lines().map(redacted_line).collect();
    let mut runs: Vec<(Option<&str>, Vec<String>)> = Vec::new();
    for line in lines {
        let unordered = unordered(&line);
        match runs.last_mut().filter(|(kind, _)| unordered.is_some() && *kind == unordered) {
            Some((_, run)) => run.push(line),
            None => runs.push((unordered, vec![line])),
        }
    }
    runs.iter_mut().filter(|(kind, _)| kind.is_some()).for_each(|(_, run)| run.sort());
    runs.into_iter().flat_map(|(_, run)| run).collect::<Vec<_>>().join("\n")
}

/// What a line is about, if threads decide when it is printed.
fn unordered(line: &str) -> Option<&'static str> {
    const EVENTS: [&str; 6] = ["captured\"", "adopted\"", "judged\"", "picked\"", "processed\"", "wrote\""];
    let words = ["made ", "removed ", "failed: ", "kept: "];
    let word = words.into_iter().find(|word| line.starts_with(word));
    let event =
        line.strip_prefix("{\"event\":\"").is_some_and(|rest| EVENTS.iter().any(|event| rest.starts_with(event)));
    let kind = word.or(event.then_some("event")).or(line.contains(", seed ").then_some("seed"));
    kind.filter(|_| !line.ends_with(" in TIME"))
}

/// A line without durations, versions, ports, free space and digests.
fn redacted_line(line: &str) -> String {
    let mut line = line.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    if let Some(at) = line.find("dgx-pixels VERSION on ") {
        let end = line[at..].find('"').map_or(line.len(), |length| at + length);
        line.replace_range(at..end, "dgx-pixels VERSION on MACHINE");
    }
    for unit in [" GiB free", " ms away", " nodes, "] {
        if let Some(end) = line.find(unit) {
            let start = line[..end].rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |at| at + 1);
            line.replace_range(start..end, "MANY");
        }
    }
    if let Some((before, after)) = line.rsplit_once(" in ")
        && after.starts_with(|c: char| c.is_ascii_digit())
        && after.split(' ').all(|word| matches!(word, "ms" | "s" | "min") || word.parse::<f64>().is_ok())
    {
        line = format!("{before} in TIME");
    }
    for (before, name) in [("127.0.0.1:", "PORT"), ("process ", "PID")] {
        line = without_numbers(&line, before, name);
    }
    without_digests(&line)
}

/// Replaces the numbers that follow a text.
fn without_numbers(line: &str, before: &str, name: &str) -> String {
    let mut pieces = line.split(before);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |line, piece| {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        // The default port is part of the message.
        let number = if rest.len() == piece.len() || piece.starts_with("8188") {
            &piece[..piece.len() - rest.len()]
        } else {
            name
        };
        line + before + number + rest
    })
}

/// Replaces words of 64 hexadecimal digits.
fn without_digests(line: &str) -> String {
    let is_hex = |c: char| c.is_ascii_hexdigit();
    let mut result = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(is_hex) {
        let digits = rest[at..].find(|c| !is_hex(c)).unwrap_or(rest.len() - at);
        result += &rest[..at];
        result += if digits == 64 { "DIGEST" } else { &rest[at..at + digits] };
        rest = &rest[at + digits..];
    }
    result + rest
}

#[test]
fn what_differs_between_two_runs_is_redacted() {
    let text = format!("made b\nmade a\nmade 2 assets in 1.5 s\nin /x/p at http://127.0.0.1:7: {}", "0a".repeat(32));
    let shown = "made a\nmade b\nmade 2 assets in TIME\nin PROJECT at http://127.0.0.1:PORT: DIGEST";
    assert_eq!(redacted(&text, Path::new("/x/p")), shown);
}

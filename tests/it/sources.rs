//! The sources as text, for tests that hold them to the documents.

use std::path::Path;

/// All sources by path, without their tests.
pub fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = walkdir::WalkDir::new(root.join("src")).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "rs"));
    let files = files.filter(|file| file.file_name() != "tests.rs");
    files
        .map(|file| {
            let text = std::fs::read_to_string(file.path()).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
            (file.path().strip_prefix(root).unwrap().to_string_lossy().into_owned(), code)
        })
        .collect()
}

/// The string literals of a source with their lines; escapes stay, but for joined lines.
pub fn string_literals(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut rest, mut line) = (Vec::new(), text, 1);
    while let Some(at) = rest.find(['"', '/', '\'', 'r']) {
        let piece = &rest[at..];
        let end = if piece.starts_with("//") {
            piece.find('\n').unwrap_or(piece.len())
        } else if piece.starts_with("/*") {
            piece.find("*/").map_or(piece.len(), |end| end + 2)
        } else if let Some(end) = raw_string(&rest[..at], piece) {
            let hashes = piece[1..].find('"').unwrap_or(0);
            found.push((line + lines(&rest[..at]), piece[hashes + 2..end - hashes - 1].to_owned()));
            end
        } else if piece.starts_with('"') {
            let end = end_of_string(piece);
            let literal = piece[1..end.max(2) - 1].to_owned();
            found.push((line + lines(&rest[..at]), joined(&literal)));
            end
        } else if let Some(escape) = piece.strip_prefix("'\\") {
            2 + escape.char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(end, _)| end + 1)
        } else if piece.starts_with('\'') && piece.chars().nth(2) == Some('\'') {
            piece.char_indices().nth(3).map_or(piece.len(), |(end, _)| end)
        } else {
            1
        };
        line += lines(&rest[..at + end]);
        rest = &rest[at + end..];
    }
    found
}

fn lines(text: &str) -> usize {
    text.matches('\n').count()
}

/// Where a raw string ends, if one begins here.
fn raw_string(before: &str, piece: &str) -> Option<usize> {
    let own_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_') || before.ends_with('b');
    let rest = piece.strip_prefix('r').filter(|_| own_word)?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let body = rest[hashes..].strip_prefix('"')?;
    let end = body.find(&format!("\"{}", "#".repeat(hashes)))?;
    Some(1 + hashes + 1 + end + 1 + hashes)
}

/// The byte behind the closing quote.
fn end_of_string(piece: &str) -> usize {
    let mut escaped = false;
    for (at, c) in piece.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    piece.len()
}

/// Without backslashes at the ends of lines and the spaces after them.
fn joined(literal: &str) -> String {
    let mut pieces = literal.split("\\\n");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + piece.trim_start())
}

#[test]
fn literals_are_found_among_comments_and_quotes() {
    let text = "// \"no\"\nlet a = \"one \\\" two\"; let b = '\"'; /* \"no\" */ let c = r#\"three \"x\" four\"#; fn f<'a>() {} \"five \\\n  six\"";
    let found: Vec<String> = string_literals(text).into_iter().map(|(_, literal)| literal).collect();
    assert_eq!(found, ["one \\\" two", "three \"x\" four", "five six"]);
}

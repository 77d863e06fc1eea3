//! Lists of prompts: plain lines, CSV, or the tables of a manifest.

use std::collections::HashMap;
use std::fmt::Display;

use super::check::valid_name;
use super::edit::{NewValue, table};
use crate::words::asset::Kind;
use crate::words::diagnostic::Diagnostic;
use crate::words::source::Place;

/// One image of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Its line in the list, from 1.
    pub line: usize,
    /// Its name: given, or derived from the prompt.
    pub name: String,
    /// Keys of a sprite, `prompt` among them.
    pub keys: Vec<(&'static str, NewValue)>,
}

/// A problem in a line of a list.
fn bad(file: &str, line: usize, message: impl Display, hint: impl Into<String>) -> Diagnostic {
    let place = Place { file: file.to_owned(), line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 };
    Diagnostic::error("bad-prompt-list", format!("`{file}` line {line}: {message}")).hint(hint).at(place)
}

/// Columns of a CSV list.
pub const COLUMNS: [&str; 8] = ["name", "prompt", "preset", "size", "palette", "seed", "style", "negative"];

/// The bytes of a list as text, without a byte order mark.
///
/// # Errors
/// The first line that is not UTF-8.
pub fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Diagnostic> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        bad(file, line, "this is not UTF-8", "save the file as UTF-8")
    })
}

/// One prompt per line, with an optional name before a colon: `hero: a knight`. Empty lines and lines that start with
/// `#` are skipped.
///
/// # Errors
/// Two lines with one name.
pub fn lines(file: &str, text: &str) -> Result<Vec<Prompt>, Diagnostic> {
    let mut names = Names::new(file);
    let mut prompts = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let named = line.split_once(':').map(|(name, prompt)| (name.trim(), prompt.trim()));
        let named = named.filter(|(name, prompt)| valid_name(name).is_ok() && !prompt.is_empty());
        let (name, prompt) = match named {
            Some((name, prompt)) => (names.given(name, number)?, prompt),
            None => (names.made(line, number), line),
        };
        prompts.push(Prompt { line: number, name, keys: vec![("prompt", NewValue::Text(prompt.to_owned()))] });
    }
    Ok(prompts)
}

/// CSV with a line of [`COLUMNS`]; quoting is RFC 4180's.
///
/// # Errors
/// An unknown column, a line without a prompt, an invalid seed or size, two lines with one name.
pub fn csv(file: &str, text: &str) -> Result<Vec<Prompt>, Diagnostic> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = columns(file, &mut reader)?;
    let mut names = Names::new(file);
    let mut prompts = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(file, &error))?;
        let line = record.position().map_or(0, |position| position.line() as usize);
        let cells: Vec<(&'static str, &str)> = columns.iter().copied().zip(record.iter()).collect();
        let cell =
            |column| cells.iter().find(|(name, cell)| *name == column && !cell.is_empty()).map(|(_, cell)| *cell);
        let prompt =
            cell("prompt").ok_or_else(|| bad(file, line, "the prompt is empty", "fill the column `prompt`"))?;
        let name = match cell("name") {
            Some(name) => names.given(name, line)?,
            None => names.made(prompt, line),
        };
        let mut keys = Vec::new();
        for column in COLUMNS.into_iter().skip(1) {
            if let Some(cell) = cell(column) {
                let wrong = |error: Diagnostic| bad(file, line, &error, error.hint.clone().unwrap_or_default());
                keys.push((column, value(column, cell).map_err(wrong)?));
            }
        }
        prompts.push(Prompt { line, name, keys });
    }
    Ok(prompts)
}

fn columns(file: &str, reader: &mut csv::Reader<&[u8]>) -> Result<Vec<&'static str>, Diagnostic> {
    let known = format!("the columns are {}", COLUMNS.join(", "));
    let headers = reader.headers().map_err(|error| unreadable(file, &error))?;
    let mut columns = Vec::new();
    for header in headers {
        let column = COLUMNS.into_iter().find(|column| column.eq_ignore_ascii_case(header));
        let column = column.ok_or_else(|| bad(file, 1, format!("there is no column `{header}`"), known.clone()))?;
        if columns.contains(&column) {
            return Err(bad(file, 1, format!("the column `{column}` is there twice"), "leave one out"));
        }
        columns.push(column);
    }
    if columns.contains(&"prompt") { Ok(columns) } else { Err(bad(file, 1, "there is no column `prompt`", known)) }
}

fn unreadable(file: &str, error: &csv::Error) -> Diagnostic {
    let line = error.position().map_or(1, |position| position.line() as usize);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("{len} cells in place of {expected_len}"),
        _ => error.to_string(),
    };
    bad(file, line, message, "put cells with a comma or a quote into double quotes")
}

/// A value as it is written in a cell or on the command line, typed as the manifest needs it.
///
/// # Errors
/// An invalid size or seed.
pub fn value(key: &str, text: &str) -> Result<NewValue, Diagnostic> {
    let bad = |message: String, hint: &str| Diagnostic::error("bad-value", message).hint(hint);
    match key {
        "size" => size(text).ok_or_else(|| bad(format!("`{text}` is not a size"), "write 32 or 32x48")),
        "seed" => match text.parse::<i64>() {
            Ok(seed) if seed >= 0 => Ok(NewValue::Number(seed)),
            _ => Err(bad(format!("`{text}` is not a seed"), "a seed is a whole number from 0 to 2^63-1")),
        },
        "preset" => {
            Ok(NewValue::List(text.split([',', '+', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()))
        }
        "palette" if text.contains('#') => {
            Ok(NewValue::List(text.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()))
        }
        _ => Ok(NewValue::Text(text.to_owned())),
    }
}

fn size(text: &str) -> Option<NewValue> {
    let (width, height) = text.split_once(['x', 'X']).unwrap_or((text, text));
    let side = |text: &str| text.trim().parse::<u32>().ok().filter(|side| *side > 0);
    Some(NewValue::Pair([side(width)?, side(height)?]))
}

/// The tables of a manifest for a list; `common` holds defaults of all.
pub fn tables(prompts: &[Prompt], common: &[(&'static str, NewValue)]) -> String {
    let mut text = String::new();
    for prompt in prompts {
        let missing = common.iter().filter(|(key, _)| prompt.keys.iter().all(|(own, _)| own != key));
        let keys: Vec<(&str, NewValue)> = prompt.keys.iter().chain(missing).cloned().collect();
        text.push_str(&table(Kind::Sprite, &prompt.name, &keys));
    }
    text
}

/// The longest name that is derived from a prompt.
const LONGEST: usize = 40;

/// A name derived from a prompt: its words in lower case, `medieval-knight`.
pub fn name_of(prompt: &str) -> String {
    let mut name = String::new();
    for word in prompt.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if !name.is_empty() && name.len() + 1 + word.len() > LONGEST {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&word.to_ascii_lowercase()[..word.len().min(LONGEST)]);
    }
    if valid_name(&name).is_ok() { name } else { "picture".to_owned() }
}

/// The names of a list.
struct Names<'a> {
    file: &'a str,
    /// The line of each name, by the name in lower case.
    taken: HashMap<String, usize>,
    /// The last number that was appended to a name.
    last: HashMap<String, usize>,
}

impl<'a> Names<'a> {
    fn new(file: &'a str) -> Self {
        Self { file, taken: HashMap::new(), last: HashMap::new() }
    }

    fn given(&mut self, name: &str, line: usize) -> Result<String, Diagnostic> {
        valid_name(name).map_err(|why| bad(self.file, line, why.message, "use letters, digits, `-`, `_` and `.`"))?;
        match self.taken.insert(name.to_ascii_lowercase(), line) {
            None => Ok(name.to_owned()),
            Some(other) => Err(bad(self.file, line, format!("line {other} has the name `{name}` too"), "rename one")),
        }
    }

    fn made(&mut self, prompt: &str, line: usize) -> String {
        let base = name_of(prompt);
        let mut name = base.clone();
        while self.taken.contains_key(&name) {
            let number = self.last.entry(base.clone()).or_insert(1);
            *number += 1;
            name = format!("{base}-{number}");
        }
        self.taken.insert(name.clone(), line);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(prompts: &[Prompt]) -> Vec<&str> {
        prompts.iter().map(|prompt| prompt.name.as_str()).collect()
    }

    #[test]
    fn a_line_may_have_a_name() {
        let list =
            lines("list", "# heroes\n\nhero: a knight\r\na castle at night: moody\na knight\na knight\n").unwrap();
        assert_eq!(names(&list), ["hero", "a-castle-at-night-moody", "a-knight", "a-knight-2"]);
        assert_eq!(list[1].keys, [("prompt", NewValue::Text("a castle at night: moody".to_owned()))]);
        assert_eq!(list[0].line, 3);
    }

    #[test]
    fn names_are_unique() {
        let error = lines("list", "a: x\n\nA: y\n").unwrap_err();
        assert_eq!(error.to_string(), "`list` line 3: line 1 has the name `A` too");
    }

    #[test]
    fn csv_has_columns_quotes_and_typed_cells() {
        let list = csv(
            "list",
            "Name,prompt,size,seed,preset\nhero,\"a \"\"brave\"\", tall knight\",32x48,7,character 16bit\n,tree,,,\n",
        );
        let list = list.unwrap();
        assert_eq!(names(&list), ["hero", "tree"]);
        let text = tables(&list, &[("size", NewValue::Pair([16, 16]))]);
        assert!(
            text.contains("prompt = \"a \\\"brave\\\", tall knight\"")
                || text.contains("prompt = 'a \"brave\", tall knight'")
        );
        assert!(text.contains("size = [32, 48]") && text.contains("seed = 7") && text.contains("size = [16, 16]"));
    }

    #[test]
    fn csv_errors_name_their_line() {
        let message = |text: &str| csv("list", text).unwrap_err().to_string();
        assert_eq!(message("promt\nx\n"), "`list` line 1: there is no column `promt`");
        assert_eq!(message("name,prompt\nhero,\n"), "`list` line 2: the prompt is empty");
        assert_eq!(message("prompt,size\nx,tall\n"), "`list` line 2: `tall` is not a size");
        assert_eq!(message("prompt,seed\nx,-1\n"), "`list` line 2: `-1` is not a seed");
        assert_eq!(message("prompt,seed\nx\n"), "`list` line 2: 1 cells in place of 2");
        assert_eq!(message("name,prompt\na,x\na,y\n"), "`list` line 3: line 2 has the name `a` too");
    }

    #[test]
    fn invalid_utf_8_is_reported_with_its_line() {
        assert_eq!(decode("list", b"\xef\xbb\xbfa\nb").unwrap(), "a\nb");
        assert_eq!(decode("list", b"a\nb\n\xff\n").unwrap_err().place.map(|place| place.line), Some(3));
    }

    #[test]
    fn names_come_from_any_prompt() {
        assert_eq!(name_of("Medieval Knight, with sword!"), "medieval-knight-with-sword");
        assert_eq!(name_of("騎士"), "picture");
        assert!(name_of(&"very ".repeat(50)).len() <= 40);
        assert_eq!(name_of("con"), "picture");
    }

    #[test]
    fn a_hundred_thousand_equal_prompts_have_names_of_their_own() {
        let list = lines("list", &"knight\n".repeat(100_000)).unwrap();
        assert_eq!(list[99_999].name, "knight-100000");
    }
}

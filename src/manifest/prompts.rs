//! Lists of prompts: plain lines, CSV, or the tables of a manifest.

use std::collections::HashMap;

use super::check::valid_name;
use super::edit::{NewValue, table};
use crate::words::asset::Kind;

/// One image of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Its line in the list, from 1.
    pub line: usize,
    /// Its name: given, or made of the prompt.
    pub name: String,
    /// Keys of a sprite, `prompt` among them.
    pub keys: Vec<(&'static str, NewValue)>,
}

/// Why a list cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct BadPrompt {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What may be written.
    pub hint: String,
}

fn bad(line: usize, message: impl Into<String>, hint: impl Into<String>) -> BadPrompt {
    BadPrompt { line, message: message.into(), hint: hint.into() }
}

/// Columns of a CSV list.
pub const COLUMNS: [&str; 8] = ["name", "prompt", "preset", "size", "palette", "seed", "style", "negative"];

/// The bytes of a list as text, without a byte order mark.
///
/// # Errors
/// The first line that is not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, BadPrompt> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        bad(line, "this is not UTF-8", "save the file as UTF-8")
    })
}

/// A prompt a line, with a name before a colon if it has one: `hero: a knight`. Empty lines and those that begin with
/// `#` are left out.
///
/// # Errors
/// Two lines of one name.
pub fn lines(text: &str) -> Result<Vec<Prompt>, BadPrompt> {
    let mut names = Names::default();
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
/// A column that nobody knows, a line without a prompt, a seed or a size that is none, two lines of one name.
pub fn csv(text: &str) -> Result<Vec<Prompt>, BadPrompt> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = columns(&mut reader)?;
    let mut names = Names::default();
    let mut prompts = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        let line = record.position().map_or(0, |position| position.line() as usize);
        let cells: Vec<(&'static str, &str)> = columns.iter().copied().zip(record.iter()).collect();
        let cell =
            |column| cells.iter().find(|(name, cell)| *name == column && !cell.is_empty()).map(|(_, cell)| *cell);
        let prompt = cell("prompt").ok_or_else(|| bad(line, "there is no prompt", "fill the column `prompt`"))?;
        let name = match cell("name") {
            Some(name) => names.given(name, line)?,
            None => names.made(prompt, line),
        };
        let mut keys = Vec::new();
        for column in COLUMNS.into_iter().skip(1) {
            if let Some(cell) = cell(column) {
                keys.push((column, value(column, cell).map_err(|(message, hint)| bad(line, message, hint))?));
            }
        }
        prompts.push(Prompt { line, name, keys });
    }
    Ok(prompts)
}

fn columns(reader: &mut csv::Reader<&[u8]>) -> Result<Vec<&'static str>, BadPrompt> {
    let known = format!("the columns are {}", COLUMNS.join(", "));
    let headers = reader.headers().map_err(|error| unreadable(&error))?;
    let mut columns = Vec::new();
    for header in headers {
        let column = COLUMNS.into_iter().find(|column| column.eq_ignore_ascii_case(header));
        let column = column.ok_or_else(|| bad(1, format!("there is no column `{header}`"), known.clone()))?;
        if columns.contains(&column) {
            return Err(bad(1, format!("the column `{column}` is there twice"), "leave one out"));
        }
        columns.push(column);
    }
    if columns.contains(&"prompt") { Ok(columns) } else { Err(bad(1, "there is no column `prompt`", known)) }
}

fn unreadable(error: &csv::Error) -> BadPrompt {
    let line = error.position().map_or(1, |position| position.line() as usize);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("{len} cells in place of {expected_len}"),
        _ => error.to_string(),
    };
    bad(line, message, "put cells with a comma or a quote into double quotes")
}

/// A value as it is written in a cell or on the command line, typed as the manifest wants it.
///
/// # Errors
/// Message and hint, for a size or a seed that is none.
pub fn value(key: &str, text: &str) -> Result<NewValue, (String, String)> {
    match key {
        "size" => size(text).ok_or_else(|| (format!("`{text}` is no size"), "write 32 or 32x48".to_owned())),
        "seed" => match text.parse::<i64>() {
            Ok(seed) if seed >= 0 => Ok(NewValue::Number(seed)),
            _ => Err((format!("`{text}` is no seed"), "a seed is a whole number from 0 to 2^63-1".to_owned())),
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

/// The tables of a manifest for a list; `common` holds keys of all that do not have them themselves.
pub fn tables(prompts: &[Prompt], common: &[(&'static str, NewValue)]) -> String {
    let mut text = String::new();
    for prompt in prompts {
        let missing = common.iter().filter(|(key, _)| prompt.keys.iter().all(|(own, _)| own != key));
        let keys: Vec<(&str, NewValue)> = prompt.keys.iter().chain(missing).cloned().collect();
        text.push_str(&table(Kind::Sprite, &prompt.name, &keys));
    }
    text
}

/// The longest name that is made of a prompt.
const LONGEST: usize = 40;

/// A name made of a prompt: its words in small letters, `medieval-knight`.
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

/// Names that are taken, by their small letters, with their line.
#[derive(Default)]
struct Names {
    taken: HashMap<String, usize>,
    /// The last number given to a name that was taken.
    last: HashMap<String, usize>,
}

impl Names {
    fn given(&mut self, name: &str, line: usize) -> Result<String, BadPrompt> {
        valid_name(name).map_err(|why| {
            bad(line, format!("the name `{name}` {why}"), "letters, digits, `-`, `_` and `.` are possible")
        })?;
        match self.taken.insert(name.to_ascii_lowercase(), line) {
            None => Ok(name.to_owned()),
            Some(other) => Err(bad(line, format!("the name `{name}` is that of line {other}, too"), "rename one")),
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
        let list = lines("# heroes\n\nhero: a knight\r\na castle at night: moody\na knight\na knight\n").unwrap();
        assert_eq!(names(&list), ["hero", "a-castle-at-night-moody", "a-knight", "a-knight-2"]);
        assert_eq!(list[1].keys, [("prompt", NewValue::Text("a castle at night: moody".to_owned()))]);
        assert_eq!(list[0].line, 3);
    }

    #[test]
    fn one_name_is_one_picture() {
        let error = lines("a: x\n\nA: y\n").unwrap_err();
        assert_eq!(error.to_string(), "line 3: the name `A` is that of line 1, too");
    }

    #[test]
    fn csv_has_columns_quotes_and_typed_cells() {
        let list = csv(
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
    fn csv_says_where_it_is_wrong() {
        let message = |text: &str| csv(text).unwrap_err().to_string();
        assert_eq!(message("promt\nx\n"), "line 1: there is no column `promt`");
        assert_eq!(message("name,prompt\nhero,\n"), "line 2: there is no prompt");
        assert_eq!(message("prompt,size\nx,tall\n"), "line 2: `tall` is no size");
        assert_eq!(message("prompt,seed\nx,-1\n"), "line 2: `-1` is no seed");
        assert_eq!(message("prompt,seed\nx\n"), "line 2: 1 cells in place of 2");
        assert_eq!(message("name,prompt\na,x\na,y\n"), "line 3: the name `a` is that of line 2, too");
    }

    #[test]
    fn what_is_no_text_is_told_with_its_line() {
        assert_eq!(decode(b"\xef\xbb\xbfa\nb").unwrap(), "a\nb");
        assert_eq!(decode(b"a\nb\n\xff\n").unwrap_err().line, 3);
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
        let list = lines(&"knight\n".repeat(100_000)).unwrap();
        assert_eq!(list[99_999].name, "knight-100000");
    }
}

//! A list as CSV, with all its problems at once.

use std::ops::Range;

use super::names::{Unnamed, names};
use super::tables::{Key, Prompt};
use super::{ReadPalette, value};
use crate::manifest::problem::{Problem, Problems};
use crate::words::diagnostic::Diagnostic;
use crate::words::source::{Sources, Span};

/// Columns of a CSV list.
pub const COLUMNS: [&str; 8] = ["name", "prompt", "preset", "size", "palette", "seed", "style", "negative"];

/// CSV with a line of [`COLUMNS`]; quoting is RFC 4180's. `palette` reads the palette of a cell.
///
/// # Errors
/// All of: unknown columns, rows without a prompt or with too many cells, invalid values, rows with one name.
pub fn csv(file: &str, text: &str, palette: ReadPalette<'_>) -> Result<Vec<Prompt>, Problems> {
    let mut sources = Sources::default();
    let number = sources.add(file, text);
    let mut list = List { number, problems: Vec::new() };
    let rows = rows(text);
    let columns = match rows.split_first() {
        Some((header, _)) => list.columns(text, header),
        None => Vec::new(),
    };
    if !list.problems.is_empty() {
        return Err(Problems::new(list.problems, sources));
    }
    let rows: Vec<Row> = rows.iter().skip(1).filter_map(|row| list.row(text, row, &columns, palette)).collect();
    let unnamed: Vec<Unnamed<'_>> = rows
        .iter()
        .map(|row| Unnamed {
            given: row.name.as_ref().map(|(name, at)| (name.as_str(), Span::new(number, at.clone()))),
            prompt: &row.prompt,
            all: if row.keys.len() == 1 { row.prompt.clone() } else { format!("{:?}", values(&row.keys)) },
        })
        .collect();
    let names = names(&unnamed, &mut list.problems);
    if !list.problems.is_empty() {
        return Err(Problems::new(list.problems, sources));
    }
    Ok(rows.into_iter().zip(names).map(|(row, name)| Prompt { at: row.at, name, keys: row.keys }).collect())
}

fn values(keys: &[Key]) -> Vec<(&str, &super::NewValue)> {
    keys.iter().map(|key| (key.key, &key.value)).collect()
}

/// The cells of a record: their text, and where they are.
type Record = Vec<(String, Range<usize>)>;

struct Row {
    at: Range<usize>,
    name: Option<(String, Range<usize>)>,
    prompt: String,
    keys: Vec<Key>,
}

/// The problems of a list.
struct List {
    number: u32,
    problems: Vec<Problem>,
}

impl List {
    fn bad(&mut self, at: &Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        let problem = Problem::error("bad-prompt-list", Span::new(self.number, at.clone()), message);
        self.problems.push(problem.help(hint));
    }

    fn columns(&mut self, text: &str, header: &Record) -> Vec<&'static str> {
        let known = format!("the columns are {}", COLUMNS.join(", "));
        if let [(only, at)] = header.as_slice()
            && let Some((name, separator)) = separated(only)
        {
            let hint = "save it with commas; a cell with a comma goes into double quotes";
            self.bad(at, format!("the columns are separated by {name} (`{separator}`)"), hint);
            return Vec::new();
        }
        let mut columns = Vec::new();
        for (header, at) in header {
            match COLUMNS.into_iter().find(|column| column.eq_ignore_ascii_case(header)) {
                None => self.bad(at, format!("there is no column `{header}`"), known.clone()),
                Some(column) if columns.contains(&column) => {
                    self.bad(at, format!("the column `{column}` is there twice"), "leave one out");
                }
                Some(column) => columns.push(column),
            }
        }
        if self.problems.is_empty() && !columns.contains(&"prompt") {
            self.bad(&whole(text, header), "there is no column `prompt`", known);
        }
        columns
    }

    fn row(&mut self, text: &str, record: &Record, columns: &[&'static str], palette: ReadPalette<'_>) -> Option<Row> {
        let at = whole(text, record);
        if let Some((_, at)) = record.last().filter(|(_, at)| is_open(text, at)) {
            self.bad(at, "this quote is never closed", "close it; a quote inside of a cell is written twice");
            return None;
        }
        if record.len() != columns.len() {
            let message = format!("{} cells in place of {}", record.len(), columns.len());
            self.bad(&at, message, "put cells with a comma or a quote into double quotes");
            return None;
        }
        let cell = |column: &str| {
            let found = columns.iter().zip(record).find(|(name, _)| **name == column);
            found.map(|(_, cell)| cell).filter(|(cell, _)| !cell.is_empty())
        };
        let prompt = cell("prompt").map(|(prompt, _)| prompt.clone());
        if prompt.is_none() {
            self.bad(&at, "the prompt is empty", "fill the column `prompt`");
        }
        let mut keys = Vec::new();
        for key in COLUMNS.into_iter().skip(1) {
            let Some((text, at)) = cell(key) else { continue };
            let read = if key == "palette" { palette(text) } else { Ok(text.clone()) };
            match read.and_then(|text| value(key, &text)) {
                Ok(value) => keys.push(Key { key, value, at: at.clone() }),
                Err(Diagnostic { message, hint, .. }) => self.bad(at, message, hint.unwrap_or_default()),
            }
        }
        Some(Row { at, name: cell("name").cloned(), prompt: prompt?, keys })
    }
}

/// What separates the columns of a header in place of commas.
fn separated(header: &str) -> Option<(&'static str, char)> {
    let other = [("semicolons", ';'), ("tabs", '\t'), ("bars", '|')];
    let is_known = |name: &str| COLUMNS.iter().any(|column| column.eq_ignore_ascii_case(name.trim().trim_matches('"')));
    other.into_iter().find(|(_, separator)| header.contains(*separator) && header.split(*separator).any(is_known))
}

/// From the first cell to the last.
fn whole(text: &str, record: &Record) -> Range<usize> {
    let end = record.last().map_or(0, |(_, at)| at.end);
    let start = record.first().map_or(0, |(_, at)| at.start);
    let line = text.get(start..end).map_or(0, |text| text.trim_end().len());
    start..start + line
}

/// Whether the cell at this place begins with a quote that nothing closes.
fn is_open(text: &str, at: &Range<usize>) -> bool {
    let written = &text[at.clone()];
    written.starts_with('"') && !(written.len() > 1 && written.matches('"').count().is_multiple_of(2))
}

/// The records of a text; empty lines are none. Cells are trimmed, and their places hold their quotes.
fn rows(text: &str) -> Vec<Record> {
    let mut rows = Vec::new();
    let mut record: Record = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices().chain(std::iter::once((text.len(), '\n'))) {
        match c {
            // A quote opens a cell only at its beginning; a doubled one closes and opens again.
            '"' if quoted || text[start..at].trim().is_empty() || text[start..at].trim_start().starts_with('"') => {
                quoted = !quoted;
            }
            ',' | '\n' if !quoted || at == text.len() => {
                record.push(cell(text, start..at));
                start = at + 1;
                if c == '\n' {
                    let record = std::mem::take(&mut record);
                    rows.extend(Some(record).filter(|record| record.len() > 1 || !record[0].1.is_empty()));
                }
            }
            _ => {}
        }
    }
    rows
}

/// A cell without its quotes and the spaces round it.
fn cell(text: &str, at: Range<usize>) -> (String, Range<usize>) {
    let written = &text[at.clone()];
    let start = at.start + (written.len() - written.trim_start().len());
    let written = written.trim();
    let inner = written.strip_prefix('"').map(|rest| rest.strip_suffix('"').unwrap_or(rest).replace("\"\"", "\""));
    (inner.map_or_else(|| written.to_owned(), |inner| inner.trim().to_owned()), start..start + written.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::edit::NewValue;
    use crate::manifest::prompts::tables;

    fn read(text: &str) -> Result<Vec<Prompt>, Problems> {
        csv("list", text, &|name| Ok(name.to_owned()))
    }

    #[test]
    fn csv_has_columns_quotes_and_typed_cells() {
        let text = "Name,prompt,size,seed,preset\r\nhero,\"a \"\"brave\"\", tall knight\",32x48,7,character 16bit\r\n\r\n,tree,,,\r\n";
        let list = read(text).unwrap();
        assert_eq!(list.iter().map(|prompt| prompt.name.as_str()).collect::<Vec<_>>(), ["hero", "tree"]);
        let made = tables(&list, &[], &[("size", NewValue::Pair([16, 16]))]).text;
        assert!(made.contains("prompt = 'a \"brave\", tall knight'"), "{made}");
        assert!(made.contains("size = [32, 48]") && made.contains("seed = 7") && made.contains("size = 16\n"));
    }

    #[test]
    fn all_errors_are_told_with_their_lines() {
        let told = |text: &str| -> Vec<String> {
            let problems = read(text).unwrap_err();
            let line = |found: Diagnostic| format!("{} {}", found.place.unwrap().line, found.message);
            problems.diagnostics().into_iter().map(line).collect()
        };
        assert_eq!(told("promt,sice\nx,1\n"), ["1 there is no column `promt`", "1 there is no column `sice`"]);
        assert_eq!(told("name,size\nx,1\n"), ["1 there is no column `prompt`"]);
        assert_eq!(
            told("name,prompt,size,seed\n\nhero,,tall,1\na,x,0,-1\na,y,,\nb,z\n"),
            [
                "3 the prompt is empty",
                "3 `tall` is not a size",
                "4 `0` is not a size",
                "4 `-1` is not a seed",
                "5 the name `a` is there twice",
                "6 2 cells in place of 4",
            ]
        );
        assert_eq!(told("prompt,size\n\"two\nlines\",8\nx,tall\n"), ["4 `tall` is not a size"]);
        assert_eq!(told("prompt,size\nx,8\n\"open,8\ny,8\n"), ["3 this quote is never closed"]);
        assert_eq!(told("prompt;size\nx;8\n"), ["1 the columns are separated by semicolons (`;`)"]);
        assert_eq!(told("name\tprompt\nx\ty\n"), ["1 the columns are separated by tabs (`\t`)"]);
    }

    #[test]
    fn a_cell_has_its_place() {
        let text = "prompt,size\r\n a \"b\" c , 32x48\r\n";
        let list = read(text).unwrap();
        let at: Vec<&str> = list[0].keys.iter().map(|key| &text[key.at.clone()]).collect();
        assert_eq!((at, &text[list[0].at.clone()]), (vec!["a \"b\" c", "32x48"], "a \"b\" c , 32x48"));
        assert_eq!(list[0].keys[0].value, NewValue::Text("a \"b\" c".to_owned()));
    }

    #[test]
    fn equal_prompts_with_other_cells_keep_their_names_when_a_row_is_inserted() {
        let names = |text: &str| -> Vec<String> { read(text).unwrap().into_iter().map(|prompt| prompt.name).collect() };
        let before = names("prompt,size\nx,8\nx,16\n");
        assert_ne!(before[0], before[1]);
        assert_eq!(names("prompt,size\nx,32\nx,8\nx,16\n")[1..], before);
    }
}

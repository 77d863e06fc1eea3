//! `fmt`: one way of writing a manifest. Comments stay where they belong, and what a person aligned stays aligned.

use std::collections::BTreeMap;

use toml_edit::{Array, Decor, DocumentMut, InlineTable, Item, Key, RawString, Table, Value};

/// What everything else rests on stands first; assets and the rest keep the order in which they are written.
const FIRST: [&str; 4] = ["project", "vars", "style", "recipe"];

/// The keys that say what an asset is stand first in its table.
const LEADING: [&str; 7] = ["of", "over", "source", "recolor", "still", "preset", "prompt"];

/// The tables whose keys have that order.
const ASSETS: [&str; 4] = ["sprite", "animation", "texture", "tileset"];

/// A manifest's text as `fmt` writes it; `None` if it is no TOML, or would not say the same.
pub fn format(text: &str) -> Option<String> {
    let (head, body) = split_head(text);
    let mut document: DocumentMut = body.parse().ok()?;
    let mut tables = Tables::default();
    tables.collect(document.as_table_mut(), "", 0);
    let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
    let trailing = tables.place(document.as_table_mut(), &trailing);
    pairs(document.as_table_mut());
    document.set_trailing(trailing);
    let body = document.to_string();
    let head = if head.is_empty() || body.trim().is_empty() { head } else { format!("{}\n\n", head.trim_end()) };
    let new = format!("{head}{}\n", body.trim());
    let values = |text: &str| toml::from_str::<toml::Table>(text).ok();
    (values(text)? == values(&new)?).then_some(new)
}

/// The comments at the top that belong to the whole file: up to the first blank line, and the line that names the schema.
fn split_head(text: &str) -> (String, &str) {
    let mut end = 0;
    let mut schema = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            return (text[..end].to_owned(), &text[end..]);
        }
        if !line.starts_with('#') {
            break;
        }
        end += line.len();
        if line.starts_with("#:") {
            schema = end;
        }
    }
    (text[..schema].to_owned(), &text[schema..])
}

/// The tables with a header, in the order in which they are written.
#[derive(Default)]
struct Tables {
    /// The rank of each, and where it stood.
    order: Vec<(usize, isize)>,
}

impl Tables {
    fn collect(&mut self, table: &mut Table, kind: &str, depth: usize) {
        for (key, item) in table.iter_mut() {
            let kind = if depth == 0 { key.get().to_owned() } else { kind.to_owned() };
            let rank = FIRST.iter().position(|first| *first == kind).unwrap_or(FIRST.len());
            let mut one = |table: &mut Table| {
                if let Some(position) = placed(table) {
                    self.order.push((rank, position));
                }
                if ASSETS.contains(&kind.as_str()) && depth == 1 {
                    sort(table);
                }
                self.collect(table, &kind, depth + 1);
            };
            match item {
                Item::Table(table) => one(table),
                Item::ArrayOfTables(tables) => tables.iter_mut().for_each(one),
                _ => {}
            }
        }
    }

    /// Gives every table its place, and one blank line before it; returns what stands behind the last one.
    fn place(mut self, root: &mut Table, trailing: &str) -> String {
        let remarks = Remarks::of(root, trailing);
        self.order.sort_unstable();
        let has_root = root.iter().any(|(_, item)| item.is_value() || item.as_table().is_some_and(Table::is_dotted));
        each(root, &mut |table| {
            let Some(position) = placed(table) else { return };
            let at = self.order.iter().position(|(_, before)| *before == position).unwrap_or(0);
            let previous = at.checked_sub(1).map(|at| self.order[at].1);
            let blank = if at == 0 && !has_root { "" } else { "\n" };
            let prefix = format!("{}{}", remarks.below(previous), comments(remarks.above(position), blank));
            let suffix = text(table.decor().suffix()).trim_end().to_owned();
            *table.decor_mut() = Decor::new(prefix, suffix);
            table.set_position(isize::try_from(at).ok());
        });
        let last = self.order.last().map(|(_, position)| *position);
        let rest = if remarks.rest.trim().is_empty() { String::new() } else { comments(&remarks.rest, "\n") };
        remarks.below(last) + &rest
    }
}

/// The place of a table with a header.
fn placed(table: &Table) -> Option<isize> {
    table.position().filter(|_| !table.is_dotted())
}

/// Comments between tables, by the places of the tables that they belong to: right below the keys of one, or above the
/// header of one.
struct Remarks {
    above: BTreeMap<isize, String>,
    below: BTreeMap<Option<isize>, String>,
    /// What follows all tables.
    rest: String,
}

impl Remarks {
    fn of(root: &mut Table, trailing: &str) -> Self {
        let mut above: BTreeMap<isize, String> = BTreeMap::new();
        each(root, &mut |table| above.extend(placed(table).map(|at| (at, text(table.decor().prefix()).to_owned()))));
        let mut below = BTreeMap::new();
        let mut previous = None;
        for (position, prefix) in &mut above {
            let (tail, own) = tail_of(prefix);
            below.insert(previous.replace(*position), tail);
            *prefix = own;
        }
        let (tail, rest) =
            if trailing.starts_with('\n') { (String::new(), trailing.to_owned()) } else { whole_tail(trailing) };
        below.insert(previous, tail);
        Self { above, below, rest }
    }

    fn above(&self, position: isize) -> &str {
        self.above.get(&position).map_or("", String::as_str)
    }

    fn below(&self, position: Option<isize>) -> String {
        comments(self.below.get(&position).map_or("", String::as_str), "")
    }
}

/// What a table's prefix begins with belongs to the table before, if a blank line follows it.
fn tail_of(prefix: &str) -> (String, String) {
    let mut end = 0;
    for line in prefix.split_inclusive('\n') {
        if line.trim().is_empty() {
            return (prefix[..end].to_owned(), prefix[end..].to_owned());
        }
        end += line.len();
    }
    (String::new(), prefix.to_owned())
}

/// As [`tail_of`], where nothing follows.
fn whole_tail(trailing: &str) -> (String, String) {
    match tail_of(trailing) {
        (tail, rest) if tail.is_empty() => (rest, String::new()),
        both => both,
    }
}

/// Every table below a table.
fn each(table: &mut Table, then: &mut impl FnMut(&mut Table)) {
    for (_, item) in table.iter_mut() {
        let below: Vec<&mut Table> = match item {
            Item::Table(table) => vec![table],
            Item::ArrayOfTables(tables) => tables.iter_mut().collect(),
            _ => continue,
        };
        for table in below {
            then(table);
            each(table, then);
        }
    }
}

fn sort(table: &mut Table) {
    let rank = |key: &Key| LEADING.iter().position(|leading| *leading == key.get()).unwrap_or(LEADING.len());
    table.sort_values_by(|a, _, b, _| rank(a).cmp(&rank(b)));
}

/// The keys of a table and of all below: one space around `=` where nothing is aligned.
fn pairs(table: &mut Table) {
    let mut runs: Vec<(Vec<String>, usize)> = Vec::new();
    for (key, item) in table.iter().filter(|(_, item)| item.is_value()) {
        let Some(key) = table.key(key) else { continue };
        let prefix = text(key.leaf_decor().prefix());
        let width = key.display_repr().len() + text(key.leaf_decor().suffix()).len();
        let goes_on = prefix.trim().is_empty() && !prefix.contains('\n') && !spans_lines(item);
        match runs.last_mut().filter(|(_, last)| goes_on && *last == width) {
            Some((keys, _)) => keys.push(key.get().to_owned()),
            None => runs.push((vec![key.get().to_owned()], width)),
        }
    }
    let aligned: Vec<String> = runs.into_iter().filter(|(keys, _)| keys.len() > 1).flat_map(|(keys, _)| keys).collect();
    for (mut key, item) in table.iter_mut() {
        match item {
            Item::Value(value) => {
                let before = text(key.leaf_decor().suffix()).len() + value_width(value);
                let keeps = aligned.iter().any(|aligned| aligned == key.get());
                let space = if keeps { text(key.leaf_decor().suffix()).to_owned() } else { " ".to_owned() };
                let prefix = comments(text(key.leaf_decor().prefix()), "");
                *key.leaf_decor_mut() = Decor::new(prefix, space);
                write(value);
                let after = text(key.leaf_decor().suffix()).len() + value_width(value);
                behind(value, before, after);
            }
            Item::Table(table) => pairs(table),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(pairs),
            Item::None => {}
        }
    }
}

fn spans_lines(item: &Item) -> bool {
    item.to_string().trim().contains('\n')
}

/// The width of a value without what stands behind it.
fn value_width(value: &Value) -> usize {
    text(value.decor().prefix()).len() + bare(value).chars().count()
}

fn bare(value: &Value) -> String {
    value.clone().decorated("", "").to_string()
}

/// A comment behind a value keeps its column where that is possible.
fn behind(value: &mut Value, before: usize, after: usize) {
    let suffix = text(value.decor().suffix()).trim_end().to_owned();
    let comment = suffix.trim_start();
    let space = suffix.len() - comment.len();
    let space = if comment.is_empty() { 0 } else { (space + before).saturating_sub(after).max(1) };
    value.decor_mut().set_prefix(" ");
    value.decor_mut().set_suffix(format!("{}{comment}", " ".repeat(space)));
}

/// A list or a table on one line has one space behind each comma; one on several lines stays as it is.
fn write(value: &mut Value) {
    if bare(value).contains('\n') {
        return;
    }
    let decor = value.decor().clone();
    match value {
        Value::Array(list) => write_list(list),
        Value::InlineTable(table) => write_table(table),
        _ => return,
    }
    *value.decor_mut() = decor;
    value.decor_mut().set_prefix(" ");
}

fn write_list(list: &mut Array) {
    list.iter_mut().for_each(write);
    list.fmt();
    list.set_trailing_comma(false);
}

fn write_table(table: &mut InlineTable) {
    table.iter_mut().for_each(|(_, value)| write(value));
    table.fmt();
}

fn text(text: Option<&RawString>) -> &str {
    text.and_then(RawString::as_str).unwrap_or_default()
}

/// Blank lines and comments before something: no blank line twice, none indented; `first` stands before them.
fn comments(text: &str, first: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    let starts_blank = first.is_empty() && text.starts_with('\n') && !lines.is_empty();
    let all: String = lines.iter().map(|line| format!("{line}\n")).collect();
    match (first, lines.is_empty()) {
        ("", true) if text.contains('\n') => "\n".to_owned(),
        ("", _) if starts_blank => format!("\n{all}"),
        _ => format!("{first}{all}"),
    }
}

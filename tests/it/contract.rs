//! `docs/json.md` as a contract: what its tables say of JSON values.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// `docs/json.md`: the tables below its headings.
pub struct Contract {
    shapes: BTreeMap<String, Vec<Vec<String>>>,
}

/// What a row says of a field.
struct Field {
    kind: String,
    optional: bool,
}

impl Contract {
    pub fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
        let text = std::fs::read_to_string(path).unwrap();
        let mut shapes: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        let mut heading = String::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("### ") {
                heading = name.trim_matches('`').to_owned();
                shapes.entry(heading.clone()).or_default();
            } else if line.starts_with('|') && !line.starts_with("|--") {
                let cells = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
                shapes.entry(heading.clone()).or_default().push(cells);
            }
        }
        assert!(shapes.len() > 20);
        Self { shapes }
    }

    /// The rows of all tables whose first heading is this.
    pub fn rows(&self, heading: &str) -> Vec<Vec<String>> {
        let tables = self.shapes.values().filter(|rows| rows.first().is_some_and(|row| row[0] == heading));
        tables.flat_map(|rows| rows.iter().skip(1).cloned()).collect()
    }

    /// Whether there is a section of that name.
    pub fn has(&self, shape: &str) -> bool {
        self.shapes.contains_key(shape)
    }

    fn fields(&self, shape: &str) -> BTreeMap<String, Field> {
        let rows = self.shapes.get(shape).unwrap_or_else(|| panic!("docs/json.md has no section `{shape}`"));
        let mut fields = BTreeMap::new();
        for row in rows.iter().skip(1) {
            if row[0].starts_with("all fields of") {
                fields.extend(self.fields(link(&row[0]).unwrap()));
            }
            for name in quoted(&row[0]) {
                let (kind, optional) = match row[1].strip_prefix("optional ") {
                    Some(kind) => (kind, true),
                    None => (row[1].as_str(), false),
                };
                fields.insert(name, Field { kind: kind.to_owned(), optional });
            }
        }
        fields
    }

    /// One line of `--message-format json`.
    #[track_caller]
    pub fn check_line(&self, line: &Value) {
        let mut line = line.clone();
        let event = line.as_object_mut().unwrap().remove("event").unwrap_or_else(|| panic!("{line} has no `event`"));
        self.check(event.as_str().unwrap(), &line);
    }

    /// Every field is documented, and every documented field is there unless it is optional.
    #[track_caller]
    pub fn check(&self, shape: &str, value: &Value) {
        let object = value.as_object().unwrap_or_else(|| panic!("`{shape}` is not an object: {value}"));
        let fields = self.fields(shape);
        for (name, value) in object {
            let field = fields.get(name).unwrap_or_else(|| panic!("docs/json.md: `{shape}` lacks `{name}`: {value}"));
            self.check_kind(&format!("{shape}.{name}"), &field.kind, value);
        }
        let absent: Vec<&String> = fields
            .iter()
            .filter(|(name, field)| !field.optional && !object.contains_key(*name))
            .map(|(name, _)| name)
            .collect();
        assert!(absent.is_empty(), "docs/json.md: `{shape}` has {absent:?}, which is not printed: {value}");
    }

    #[track_caller]
    fn check_kind(&self, at: &str, kind: &str, value: &Value) {
        if let Some(kind) = kind.strip_suffix(" or null") {
            if !value.is_null() {
                self.check_kind(at, kind, value);
            }
            return;
        }
        if let Some(kind) = kind.strip_prefix("array of ") {
            let items = value.as_array().unwrap_or_else(|| panic!("{at} is no array: {value}"));
            items.iter().for_each(|item| self.check_kind(at, kind, item));
            return;
        }
        if let Some(kind) = kind.strip_prefix("map of ") {
            let items = value.as_object().unwrap_or_else(|| panic!("{at} is no map: {value}"));
            items.values().for_each(|item| self.check_kind(at, kind, item));
            return;
        }
        let fits = match (kind, link(kind)) {
            (_, Some(shape)) => return self.check(shape, value),
            ("string", _) => value.is_string(),
            ("integer", _) => value.is_i64() || value.is_u64(),
            ("number", _) => value.is_number(),
            ("boolean", _) => value.is_boolean(),
            ("any", _) => true,
            _ => panic!("docs/json.md: {at} has the unknown type `{kind}`"),
        };
        assert!(fits, "docs/json.md: {at} is `{kind}`, and this is not: {value}");
    }
}

/// `x` of `[x](#x)`.
fn link(cell: &str) -> Option<&str> {
    cell.split_once("](#").and_then(|(_, rest)| rest.split(')').next())
}

/// The words between backticks.
pub fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

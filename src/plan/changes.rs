//! What differs between two serialized keys, in a few words for people.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

use crate::words::palette;
use crate::words::recipe::{Alpha, DrawnFrame, Shadow};

/// A field of a key with its old and new value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Change {
    /// The field; a dot leads into tables (`gates.grid`).
    pub field: String,
    /// The value before.
    pub before: String,
    /// The value now.
    pub after: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} -> {}", self.field, self.before, self.after)
    }
}

/// The fields that differ between two serialized keys, by name.
pub fn changes(before: &Value, now: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare("", before, now, &mut changes);
    changes
}

/// Fields whose values are shown whole: an object there is one of several variants, not a table.
const WHOLE: [&str; 4] = ["grid", "matte", "palette", "size"];

fn compare(field: &str, before: &Value, now: &Value, changes: &mut Vec<Change>) {
    if before == now {
        return;
    }
    match (before, now) {
        (Value::Object(old), Value::Object(new)) if !WHOLE.contains(&field) => {
            for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
                let inner = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                let value = |of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or_default();
                compare(&inner, &value(old), &value(new), changes);
            }
        }
        _ => {
            let (mut before_text, mut after_text) = (text(field, before), text(field, now));
            if before_text == after_text {
                let colors = |value: &Value| plain(value.get("given").unwrap_or(value));
                (before_text, after_text) = (colors(before), colors(now));
            }
            let (before, after) = around_difference(&before_text, &after_text);
            changes.push(Change { field: field.to_owned(), before, after });
        }
    }
}

fn text(field: &str, value: &Value) -> String {
    match field {
        "palette" => palette_text(value),
        "grid" => match (&value["cells"], &value["pitch"]) {
            (Value::Null, Value::Null) => plain(value),
            (Value::Null, pitch) => format!("pitch {} thousandths", pair(pitch)),
            (cells, _) => format!("{} cells", pair(cells)),
        },
        "matte" if value["color"].is_string() => plain(&value["color"]),
        "matte" if value["expected"].is_string() => format!("auto, {}", plain(&value["expected"])),
        "size" if value["frame"].is_array() => pair(&value["frame"]),
        "size" | "canvas" => pair(value),
        // Not part of a key where it is the default.
        "alpha" if value.is_null() => Alpha::default().word().to_owned(),
        "shadow" if value.is_null() => Shadow::default().word().to_owned(),
        "drawn_frame" if value.is_null() => DrawnFrame::default().word().to_owned(),
        _ => plain(value),
    }
}

/// `32` for a square, else `32x48`.
fn pair(value: &Value) -> String {
    match value.as_array().map(Vec::as_slice) {
        Some([a, b]) if a == b => plain(a),
        Some([a, b]) => format!("{}x{}", plain(a), plain(b)),
        _ => plain(value),
    }
}

/// A built-in palette by its name, any other by the number of its colours.
fn palette_text(value: &Value) -> String {
    if let Some(count) = value["colors"].as_u64() {
        return format!("at most {count} colours");
    }
    if let Some(count) = value["best"]["count"].as_u64() {
        return format!("{count} colours of {}", palette_text(&json!({ "given": value["best"]["palette"] })));
    }
    let Some(colors) = value["given"].as_array() else { return plain(value) };
    let is_this = |name: &&str| {
        let known = palette::builtin(name).map(|palette| palette.colors).unwrap_or_default();
        known.len() == colors.len() && known.iter().zip(colors).all(|(a, b)| b.as_str() == Some(&a.to_string()))
    };
    let name = palette::builtin_names().into_iter().find(is_this);
    name.map_or_else(|| format!("{} colours", colors.len()), str::to_owned)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) if is_digest(text) => text[..12].to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(fields) if fields.is_empty() => "none".to_owned(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect::<Vec<_>>().join(", ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The longest value that is shown whole, in characters.
const LONGEST: usize = 60;

/// So many characters of what is equal are shown on both sides of a difference.
const CONTEXT: usize = 16;

/// Two long texts, cut to where they differ.
fn around_difference(before: &str, now: &str) -> (String, String) {
    let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), now.chars().collect());
    if old.len().max(new.len()) <= LONGEST {
        return (before.to_owned(), now.to_owned());
    }
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count().min(most);
    let is_space = |c: &char| *c == ' ';
    let start = match head.saturating_sub(CONTEXT) {
        0 => 0,
        start => old[start..head].iter().position(is_space).map_or(start, |at| start + at + 1),
    };
    let cut = |text: &[char]| {
        let (equal, end) = (text.len() - tail, text.len() - tail.saturating_sub(CONTEXT));
        let word = if end < text.len() { text[equal..end].iter().rposition(is_space) } else { None };
        let end = word.map_or(end, |at| equal + at).min(start + LONGEST);
        let middle: String = text[start..end].iter().collect();
        format!("{}{middle}{}", if start > 0 { ".." } else { "" }, if end < text.len() { ".." } else { "" })
    };
    (cut(&old), cut(&new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(before: Value, now: Value, lines: &[&str]) {
        let changes: Vec<String> = changes(&before, &now).iter().map(ToString::to_string).collect();
        assert_eq!(changes, lines);
    }

    fn given(name: &str) -> Value {
        json!({ "palette": { "given": palette::builtin(name).unwrap().colors } })
    }

    #[test]
    fn equal_keys_have_no_changes() {
        says(json!({ "steps": 8 }), json!({ "steps": 8 }), &[]);
    }

    #[test]
    fn fields_are_named_with_both_values() {
        let before =
            json!({ "size": { "frame": [32, 32] }, "scale": null, "gates": { "grid": 600 }, "export": ["bevy@1"] });
        let now =
            json!({ "size": { "frame": [32, 48] }, "scale": 2, "gates": { "grid": 500, "seam": 9 }, "export": [] });
        let lines = ["export: bevy@1 -> none", "gates.grid: 600 -> 500", "gates.seam: none -> 9"];
        says(before, now, &[lines.as_slice(), &["scale: none -> 2", "size: 32 -> 32x48"]].concat());
    }

    #[test]
    fn built_in_palettes_have_names() {
        says(given("endesga-32"), given("pico-8"), &["palette: endesga-32 -> pico-8"]);
        let own = json!({ "palette": { "given": ["#000000", "#ffffff", "#ff0000"] } });
        says(json!({ "palette": "auto" }), own.clone(), &["palette: auto -> 3 colours"]);
        says(own.clone(), json!({ "palette": { "colors": 8 } }), &["palette: 3 colours -> at most 8 colours"]);
        let other = json!({ "palette": { "given": ["#000000", "#ffffff", "#00ff00"] } });
        says(own, other, &["palette: #000000, #ffffff, #ff0000 -> #000000, #ffffff, #00ff00"]);
    }

    #[test]
    fn a_field_that_came_later_has_its_default() {
        says(json!({ "fit": "exact" }), json!({ "fit": "exact", "alpha": "keep" }), &["alpha: auto -> keep"]);
    }

    #[test]
    fn long_texts_are_cut_to_their_difference() {
        let prompt = |weapon: &str| {
            let knight = format!("a medieval knight with {weapon} and a shield");
            json!({ "prompt": format!("pixel art, {knight}, simple, flat colors") })
        };
        let line = "prompt: ..knight with a sword and a shield,.. -> ..knight with an axe and a shield,..";
        says(prompt("a sword"), prompt("an axe"), &[line]);
        says(
            json!({ "prompt": "é".repeat(99) }),
            json!({ "prompt": "" }),
            &[&format!("prompt: {}.. -> \"\"", "é".repeat(60))],
        );
    }

    #[test]
    fn digests_are_short() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        says(json!({ "raws": [a] }), json!({ "raws": [b] }), &["raws: aaaaaaaaaaaa -> bbbbbbbbbbbb"]);
    }
}

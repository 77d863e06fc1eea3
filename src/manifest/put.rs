//! Puts values into tables of a manifest; the spaces and the comments around old ones stay.

use toml_edit::{Item, TableLike, Value};

/// Replaces a value.
pub(super) fn replace(old: &mut Value, mut new: Value) {
    *new.decor_mut() = old.decor().clone();
    *old = new;
}

/// Sets a key, whatever it had before.
pub(super) fn put(table: &mut dyn TableLike, key: &str, mut value: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => replace(old, value),
        None => {
            value.decor_mut().clear();
            table.remove(key);
            table.insert(key, Item::Value(value));
        }
    }
}

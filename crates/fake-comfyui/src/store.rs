//! The input, output and temp folders of a server, in memory.

use std::collections::BTreeMap;
use std::time::SystemTime;

use axum::body::Bytes;

/// One file.
#[derive(Clone, Debug)]
pub struct Stored {
    pub bytes: Bytes,
    pub at: SystemTime,
}

/// All files by `kind/subfolder/name`.
#[derive(Debug, Default)]
pub struct Store {
    files: BTreeMap<String, Stored>,
}

/// `a/./b//c` as `a/b/c`; nothing where it leads out.
pub fn inside(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

fn key(kind: &str, path: &str) -> String {
    format!("{kind}/{path}")
}

/// `subfolder` and `name` as one path.
pub fn joined(subfolder: &str, name: &str) -> String {
    if subfolder.is_empty() { name.to_owned() } else { format!("{subfolder}/{name}") }
}

impl Store {
    pub fn get(&self, kind: &str, path: &str) -> Option<&Stored> {
        self.files.get(&key(kind, path))
    }

    pub fn put(&mut self, kind: &str, path: &str, bytes: impl Into<Bytes>) {
        self.files.insert(key(kind, path), Stored { bytes: bytes.into(), at: SystemTime::now() });
    }

    pub fn remove(&mut self, kind: &str, path: &str) -> bool {
        self.files.remove(&key(kind, path)).is_some()
    }

    pub fn clear(&mut self, kind: &str) {
        self.files.retain(|path, _| !path.starts_with(&key(kind, "")));
    }

    /// Paths below a kind.
    pub fn list(&self, kind: &str) -> Vec<String> {
        let start = key(kind, "");
        let below = self.files.range(start.clone()..).take_while(|(path, _)| path.starts_with(&start));
        below.map(|(path, _)| path[start.len()..].to_owned()).collect()
    }

    /// The number of the next file: one more than the highest that starts with the prefix.
    pub fn counter(&self, kind: &str, subfolder: &str, name: &str) -> u64 {
        let start = key(kind, &joined(subfolder, &format!("{name}_")));
        let taken = self.files.range(start.clone()..).take_while(|(path, _)| path.starts_with(&start));
        let numbers = taken.filter(|(path, _)| !path[start.len()..].contains('/'));
        let numbers = numbers.map(|(path, _)| path[start.len()..].split('_').next().unwrap_or("").parse().unwrap_or(0));
        numbers.max().unwrap_or(0) + 1
    }
}

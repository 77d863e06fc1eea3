//! Serialized keys, one line each, so that `why` can name old values. Deleting the file costs those values only.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::records::append_line;
use super::{read_if_there, write_whole};
use crate::words::digest::Short;

/// The file of a store: a key's short digest, a space, the key as compact JSON.
#[derive(Clone, Debug)]
pub struct Keys {
    path: PathBuf,
}

/// A longer file loses its older half.
const LONGEST: usize = 64 << 20;

impl Keys {
    /// The keys of a store.
    pub fn new(store: &Path) -> Self {
        Self { path: store.join("keys.jsonl") }
    }

    /// Whether there is a file of them.
    pub fn exist(&self) -> bool {
        self.path.exists()
    }

    /// The keys that are there.
    pub fn list(&self) -> io::Result<HashSet<Short>> {
        let bytes = read_if_there(&self.path)?.unwrap_or_default();
        // A torn line is not there, so that it is written again.
        Ok(lines(&bytes).filter(|(_, json)| json.ends_with(b"}")).map(|(key, _)| key).collect())
    }

    /// The serialized keys of these digests, as far as they are there.
    pub fn read(&self, wanted: &HashSet<Short>) -> io::Result<HashMap<Short, Value>> {
        let bytes = read_if_there(&self.path)?.unwrap_or_default();
        let found = lines(&bytes).filter(|(key, _)| wanted.contains(key));
        Ok(found.filter_map(|(key, json)| Some((key, serde_json::from_slice(json).ok()?))).collect())
    }

    /// Adds keys, in one write.
    pub fn add(&self, keys: &[(Short, Value)]) -> io::Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let text: String = keys.iter().map(|(key, value)| format!("{key} {value}\n")).collect();
        append_line(&self.path, text.as_bytes(), "keys")?;
        self.shorten(LONGEST)
    }

    fn shorten(&self, longest: usize) -> io::Result<()> {
        if std::fs::metadata(&self.path)?.len() <= longest as u64 {
            return Ok(());
        }
        let bytes = read_if_there(&self.path)?.unwrap_or_default();
        let half = bytes.len().saturating_sub(longest / 2);
        let start = bytes[half..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| half + at + 1);
        write_whole(&self.path, &bytes[start..], "keys")
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = (Short, &[u8])> {
    bytes.split(|byte| *byte == b'\n').filter_map(|line| {
        let (key, json) = line.split_at_checked(17)?;
        Some((std::str::from_utf8(&key[..16]).ok()?.parse().ok()?, json))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn all(keys: &Keys) -> Vec<Short> {
        let mut all: Vec<Short> = keys.list().unwrap().into_iter().collect();
        all.sort();
        all
    }

    #[test]
    fn a_key_reads_back_and_a_torn_line_costs_itself_alone() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::new(folder.path());
        assert!(keys.list().unwrap().is_empty());
        keys.add(&[(Short(1), json!({ "size": 16 }))]).unwrap();
        let text = std::fs::read_to_string(&keys.path).unwrap();
        std::fs::write(&keys.path, format!("{text}0000000000000002 {{\"siz")).unwrap();
        keys.add(&[(Short(3), json!({}))]).unwrap();
        assert_eq!(all(&keys), [Short(1), Short(3)]);
        let found = keys.read(&HashSet::from([Short(1), Short(2)])).unwrap();
        assert_eq!(found, HashMap::from([(Short(1), json!({ "size": 16 }))]));
    }

    #[test]
    fn a_long_file_loses_its_older_half() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::new(folder.path());
        (0..100).for_each(|n| keys.add(&[(Short(n), json!({ "size": 16 }))]).unwrap());
        let length = std::fs::metadata(&keys.path).unwrap().len() as usize;
        keys.shorten(length).unwrap();
        assert_eq!(all(&keys).len(), 100);
        keys.shorten(length - 1).unwrap();
        assert_eq!(all(&keys), (51..100).map(Short).collect::<Vec<_>>());
    }
}

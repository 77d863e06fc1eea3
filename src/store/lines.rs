//! Files that grow by lines, each a JSON object with its checksum.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failpoint;
use crate::plain_file;
use crate::words::checksum;

/// Damaged lines of a file that are made good; what has more is not damaged by chance.
const REPAIRED: usize = 16;

/// One line.
pub(super) fn line(value: &impl Serialize) -> io::Result<String> {
    Ok(checksum::seal(&serde_json::to_string(value)?) + "\n")
}

/// Every line that is whole, or can be made whole again; torn and damaged ones are skipped.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Vec<T> {
    let mut values = Vec::new();
    let mut repairs = 0;
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match read(line) {
            Some(value) => values.push(value),
            None => {
                for part in parts(line) {
                    let repaired = || checksum::repair(part).filter(|_| repairs < REPAIRED);
                    let found = read(part).or_else(|| serde_json::from_slice(&repaired()?).ok());
                    repairs += 1;
                    values.extend(found);
                }
            }
        }
    }
    values
}

fn read<T: DeserializeOwned>(line: &[u8]) -> Option<T> {
    serde_json::from_slice(&checksum::unseal(line)?).ok()
}

/// The lines between whose ends a line end is missing.
fn parts(line: &[u8]) -> Vec<&[u8]> {
    let mut start = 0;
    let mut parts = Vec::new();
    for end in checksum::ends(line).filter(|end| *end < line.len()) {
        parts.push(&line[start..end]);
        start = (end + 1).min(line.len());
    }
    parts.push(&line[start..]);
    parts
}

/// Appends lines in one write; a torn line before them is ended first.
pub(super) fn append(path: &Path, lines: &[u8], point: &str) -> io::Result<()> {
    failpoint::at(point)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = plain_file::open_to_append(path)?;
    if is_torn(&mut file)? {
        file.write_all(&[b"\n", lines].concat())?;
    } else {
        file.write_all(lines)?;
    }
    failpoint::at(&format!("{point}.done"))
}

/// Whether the last line has no end, because its write was cut off.
fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_bit_costs_no_line() {
        let values: Vec<Vec<u32>> = vec![vec![1, 2], vec![3], vec![4, 5, 6]];
        let wrapped: Vec<std::collections::BTreeMap<String, Vec<u32>>> =
            values.into_iter().map(|value| [("n".to_owned(), value)].into()).collect();
        let whole: String = wrapped.iter().map(|value| line(value).unwrap()).collect();
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone().into_bytes();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(parse::<std::collections::BTreeMap<String, Vec<u32>>>(&damaged), wrapped, "bit {bit}");
        }
    }
}

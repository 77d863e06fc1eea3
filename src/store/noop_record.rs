//! What the last successful build looked at and reported: while nothing of it changes, the next build parses nothing.

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::binary::{Reader, Writer};
use super::index::Stamp;
use super::{read_if_there, write_whole};
use crate::threads;
use crate::words::digest::Digest;

/// The files that a build looked at, by stamp, and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoopRecord {
    /// Version of the binary, options and environment of the build.
    pub question: Digest,
    /// Files and folders relative to the project.
    pub stamps: Vec<(String, Stamp)>,
    /// The exit code.
    pub exit: u8,
    /// The result that the next build repeats.
    pub answer: String,
}

const MAGIC: &[u8] = b"dgx-pixels no-op 2\n";

impl NoopRecord {
    fn file(work: &Path, profile: Option<&str>) -> PathBuf {
        Self::named("noop", work, profile)
    }

    fn named(name: &str, work: &Path, profile: Option<&str>) -> PathBuf {
        work.join(profile.map_or_else(|| name.to_owned(), |profile| format!("{name}.{profile}")))
    }

    /// Exit code and result of the last build, if nothing that it looked at has changed since.
    pub fn answer(root: &Path, work: &Path, profile: Option<&str>, question: &Digest) -> Option<(u8, String)> {
        let bytes = read_if_there(&Self::file(work, profile)).ok()??;
        let mut reader = Reader::of(&bytes, MAGIC)?;
        if reader.digest()? != *question {
            return None;
        }
        let exit = u8::try_from(reader.uint()?).ok()?;
        let answer = reader.text()?.to_owned();
        let count = reader.uint()? as usize;
        let mut stamps = Vec::with_capacity(count.min(1 << 20));
        for _ in 0..count {
            stamps.push((reader.text()?, Stamp::read(&mut reader)?));
        }
        let same = |(path, stamp): &(&str, Stamp)| Stamp::of(&root.join(path)) == *stamp;
        let few = stamps.len() < 256 || threads::start_pool(None).is_err();
        let all = if few { stamps.iter().all(same) } else { stamps.par_iter().with_min_len(64).all(same) };
        all.then_some((exit, answer))
    }

    /// Writes the record of a profile. No file in it may have changed within the last clock tick.
    pub fn save(&self, work: &Path, profile: Option<&str>) -> io::Result<()> {
        let mut writer = Writer::default();
        writer.digest(&self.question);
        writer.uint(self.exit.into());
        writer.text(&self.answer);
        writer.uint(self.stamps.len() as u64);
        for (path, stamp) in &self.stamps {
            writer.text(path);
            stamp.write(&mut writer);
        }
        write_whole(&Self::file(work, profile), &writer.file(MAGIC), "noop")
    }

    /// Removes the record: the project is about to change.
    pub fn remove(work: &Path, profile: Option<&str>) -> io::Result<()> {
        // Earlier releases called it `seal`.
        ["noop", "seal"].into_iter().try_for_each(|name| match std::fs::remove_file(Self::named(name, work, profile)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
    }
}

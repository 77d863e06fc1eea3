//! `compare sweep`: arms for LoRAs at several weights.

use serde::Serialize;

use crate::manifest::adoption::{self, Sweep};
use crate::manifest::{self, LoadOptions};
use crate::session::{Error, Look, Operation, Options, Result, edited_files, load_options};
use crate::words::glob::Glob;

/// What a sweep tries out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepOptions {
    /// Files of LoRAs, as the servers list them.
    pub loras: Vec<String>,
    /// A glob of further files in ComfyUI's folder `loras`.
    pub checkpoints: Option<String>,
    /// `0.6..1.2/0.2`, or numbers with commas.
    pub weights: String,
    /// The slots of a new comparison.
    pub slots: Vec<String>,
    /// Nothing is written.
    pub dry_run: bool,
}

/// What a sweep wrote, or would.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// The comparison.
    pub name: String,
    /// The arms that were added.
    pub arms: Vec<String>,
    /// The file that was changed.
    pub file: String,
    /// Nothing was written.
    pub dry_run: bool,
}

/// Writes the arms of a grid of LoRAs and weights into `[compare.NAME]`; comments and order stay.
///
/// # Errors
/// `bad-weights`, `no-such-file`: no file matches, `missing-slots`, or the comparison would have too many arms.
pub fn sweep(operation: &Operation, name: &str, options: &SweepOptions) -> Result<Swept> {
    let weights = weights(&options.weights)?;
    let mut files = options.loras.clone();
    if let Some(glob) = &options.checkpoints {
        files.extend(matching(operation, glob)?.into_iter().filter(|file| !options.loras.contains(file)));
    }
    let loras: Vec<(String, u32)> =
        files.iter().flat_map(|file| weights.iter().map(move |weight| (file.clone(), *weight))).collect();
    let sweep = Sweep { comparison: name, slots: &options.slots, style: "default", loras: &loras, trigger: None };
    write_arms(operation, &sweep, options.dry_run)
}

/// Writes arms, if the manifest is valid with them.
pub(in crate::session) fn write_arms(operation: &Operation, sweep: &Sweep<'_>, dry_run: bool) -> Result<Swept> {
    let _lock = if dry_run { None } else { Some(operation.lock("compare sweep")?) };
    let (workspace, _) = operation.open(Options::default(), Look::Lock)?;
    let (arms, edited) = adoption::sweep(&workspace.loaded, sweep).map_err(Error::Usage)?;
    let file = edited.path.to_string_lossy().into_owned();
    let load = LoadOptions {
        edited: std::iter::once((file.clone(), edited.text.clone())).collect(),
        ..load_options(operation.profile)
    };
    manifest::load(operation.root, &load)?;
    if !dry_run && !arms.is_empty() {
        edited_files::write(operation, [&edited])?;
    }
    Ok(Swept { name: sweep.comparison.to_owned(), arms, file, dry_run })
}

/// The LoRAs of ComfyUI's folder that a glob matches, in natural order.
fn matching(operation: &Operation, text: &str) -> Result<Vec<String>> {
    let (workspace, _) = operation.open(Options::default(), Look::Lock)?;
    let Some(models) = &workspace.loaded.local.models else {
        let hint = "`models = \"..\"` in `pixels.local.toml` is ComfyUI's folder of models";
        return Err(Error::usage("no-such-file", "the folder of LoRAs is not known", hint));
    };
    let glob = Glob::of_names(text)
        .map_err(|error| Error::usage("bad-glob", format!("`{text}` {error}"), "such as `house-*`"))?;
    let entries = std::fs::read_dir(models.join("loras")).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| glob.is_match(name)).collect();
    names.sort_by(|a, b| natord::compare(a, b));
    if names.is_empty() {
        let message = format!("no LoRA in `{}` matches `{text}`", models.join("loras").display());
        return Err(Error::usage("no-such-file", message, "`dgx-pixels train` puts its LoRAs there"));
    }
    Ok(names)
}

/// The most weights of a sweep; a comparison has at most six arms.
const MOST: u32 = 32;

/// Weights in thousandths: `0.6..1.2/0.2`, both ends included, or `0.6,0.9`.
fn weights(text: &str) -> Result<Vec<u32>> {
    let wrong = || {
        let hint = "write `0.6..1.2/0.2` (from, to, step) or `0.6,0.9`";
        Error::usage("bad-weights", format!("`{text}` is no list of weights"), hint)
    };
    let number = |text: &str| {
        let value: f64 = text.trim().parse().ok()?;
        (value > 0.0 && value <= 4.0).then_some((value * 1000.0).round() as u32)
    };
    let found: Option<Vec<u32>> = match text.split_once("..") {
        None => text.split(',').map(number).collect(),
        Some((from, rest)) => {
            let (to, step) = rest.split_once('/').ok_or_else(wrong)?;
            let (from, to, step) = (number(from), number(to), number(step));
            from.zip(to)
                .zip(step)
                .filter(|((from, to), step)| *step > 0 && from <= to && (to - from) / step < MOST)
                .map(|((from, to), step)| (0..).map(|at| from + at * step).take_while(|weight| *weight <= to).collect())
        }
    };
    let mut found = found.filter(|found| found.iter().all(|weight| *weight > 0)).ok_or_else(wrong)?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_a_range_or_a_list() {
        assert_eq!(weights("0.6..1.2/0.2").unwrap(), [600, 800, 1000, 1200]);
        assert_eq!(weights("1, 0.75,1").unwrap(), [750, 1000]);
        assert_eq!(weights("0.8").unwrap(), [800]);
        for bad in ["", "x", "0.6..1.2", "0.6..1.2/0", "1.2..0.6/0.1", "-1", "0.5..4/0.01", "9"] {
            assert!(weights(bad).is_err(), "{bad}");
        }
    }
}

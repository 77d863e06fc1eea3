//! How long servers took for an image, by what decides it: workflow, steps and canvas. For estimates alone.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{read_if_there, write_whole};
use crate::words::style::Style;

/// What was measured on the servers of this machine.
#[derive(Debug, Default)]
pub struct Paces {
    path: PathBuf,
    known: BTreeMap<String, Pace>,
    changed: bool,
}

/// The pace of one kind of image.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Pace {
    /// Milliseconds an image; newer ones count more.
    millis: u64,
    /// How many were measured.
    count: u64,
}

/// So many measurements make the mean; one that comes then weighs as one of them.
const MEMORY: u64 = 20;

impl Paces {
    /// Reads what a store remembers; what cannot be read is measured again.
    pub fn load(store: &Path) -> Self {
        let path = store.join("pace.json");
        let bytes = read_if_there(&path).ok().flatten().unwrap_or_default();
        Self { path, known: serde_json::from_slice(&bytes).unwrap_or_default(), changed: false }
    }

    /// What one image took.
    pub fn learn(&mut self, style: &Style, took: Duration) {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).clamp(1, 86_400_000);
        let pace = self.known.entry(key(style)).or_insert(Pace { millis, count: 0 });
        pace.count += 1;
        let memory = pace.count.min(MEMORY);
        pace.millis = (pace.millis * (memory - 1) + millis) / memory;
        self.changed = true;
    }

    /// What an image of a style is expected to take on one server.
    pub fn expect(&self, style: &Style) -> Option<Duration> {
        self.known.get(&key(style)).map(|pace| Duration::from_millis(pace.millis))
    }

    /// Remembers what was learnt.
    pub fn save(&self) -> io::Result<()> {
        if !self.changed {
            return Ok(());
        }
        write_whole(&self.path, &serde_json::to_vec_pretty(&self.known)?, "pace")
    }
}

fn key(style: &Style) -> String {
    let [width, height] = style.canvas;
    // Without guidance a step costs half.
    let guided = if style.cfg == 1000 { "" } else { " guided" };
    format!("{} {} steps {width}x{height}{guided}", style.workflow, style.steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::style::Model;

    #[test]
    fn a_pace_is_a_mean_that_forgets_slowly() {
        let folder = tempfile::tempdir().unwrap();
        let style = Style {
            workflow: "sdxl".to_owned(),
            workflow_version: None,
            checkpoint: Model { file: "a".to_owned(), sha256: None },
            vae: None,
            loras: Vec::new(),
            canvas: [1024, 1024],
            steps: 8,
            cfg: 1500,
            sampler: "lcm".to_owned(),
            scheduler: "sgm_uniform".to_owned(),
            params: BTreeMap::new(),
        };
        let mut paces = Paces::load(folder.path());
        assert_eq!(paces.expect(&style), None);
        [2000, 4000].into_iter().for_each(|millis| paces.learn(&style, Duration::from_millis(millis)));
        paces.save().unwrap();
        let paces = Paces::load(folder.path());
        assert_eq!(paces.expect(&style), Some(Duration::from_secs(3)));
        assert_eq!(paces.expect(&Style { steps: 30, ..style }), None);
    }
}

//! How long servers take for an image, by workflow, steps and canvas. Used for estimates only.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{read_if_there, write_unflushed};
use crate::words::checksum;
use crate::words::style::Style;

/// Mean durations on the servers that this machine uses.
#[derive(Debug, Default)]
pub struct DurationStats {
    path: PathBuf,
    means: BTreeMap<String, Mean>,
    changed: bool,
}

/// The mean of one kind of image.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Mean {
    /// Milliseconds an image.
    millis: u64,
    /// Number of measurements.
    count: u64,
}

/// The window of the moving mean, in measurements.
const WINDOW: u64 = 20;

impl DurationStats {
    /// Reads the statistics of a store; a damaged file counts as empty.
    pub fn load(store: &Path) -> Self {
        let path = store.join("pace.json");
        let bytes = read_if_there(&path).ok().flatten().unwrap_or_default();
        let means = checksum::unseal(&bytes).and_then(|means| serde_json::from_slice(&means).ok());
        Self { path, means: means.unwrap_or_default(), changed: false }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds the duration of one image.
    pub fn add(&mut self, style: &Style, took: Duration) {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).clamp(1, 86_400_000);
        let mean = self.means.entry(key(style)).or_insert(Mean { millis, count: 0 });
        mean.count += 1;
        let window = mean.count.min(WINDOW);
        mean.millis = (mean.millis * (window - 1) + millis) / window;
        self.changed = true;
    }

    /// The expected duration of an image of a style on one server, if one was measured.
    pub fn expected(&self, style: &Style) -> Option<Duration> {
        self.means.get(&key(style)).map(|mean| Duration::from_millis(mean.millis))
    }

    /// Writes the statistics if they changed.
    pub fn save(&self) -> io::Result<()> {
        if !self.changed {
            return Ok(());
        }
        write_unflushed(&self.path, checksum::seal(&serde_json::to_string(&self.means)?).as_bytes(), "durations")
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
    fn the_mean_moves() {
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
        let mut stats = DurationStats::load(folder.path());
        assert_eq!(stats.expected(&style), None);
        [2000, 4000].into_iter().for_each(|millis| stats.add(&style, Duration::from_millis(millis)));
        stats.save().unwrap();
        let stats = DurationStats::load(folder.path());
        assert_eq!(stats.expected(&style), Some(Duration::from_secs(3)));
        assert_eq!(stats.expected(&Style { steps: 30, ..style }), None);
    }
}

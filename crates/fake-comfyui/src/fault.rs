//! What can go wrong with a server, switched on and off while it runs.

use std::time::Duration;

use axum::body::Bytes;

/// One kind of trouble.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Every answer waits so long.
    Slow(Duration),
    /// A status with a line of text, such as 500, 429 or 503.
    Status(u16),
    /// A page of HTML with status 200, as another program or a log-in page answers.
    Html,
    /// The connection ends before an answer.
    Closes,
    /// An answer without an end.
    Endless,
    /// The answer begins, and then comes a byte each time.
    Drips(Duration),
    /// Other JSON than asked for, such as [`objects`].
    Json(Bytes),
    /// `GET /view`: the answer to a range is the file from its beginning.
    LyingRange,
    /// `POST /prompt`: the prompt is taken, the answer is lost.
    LostAnswer,
    /// `POST /prompt`: 400 with a bare `NaN` in the body.
    NanBody,
    /// `POST /prompt`: 200 with an output that is dropped.
    DroppedOutput,
    /// `GET /view`: the connection ends in the middle of the file.
    HalfFile,
    /// `GET /view`: the file was deleted.
    Vanished,
    /// `GET /view`: other bytes, such as [`super::picture::huge`] or a text.
    Bytes(Bytes),
    /// A job fails at its sampler.
    NodeError,
    /// A job runs out of memory.
    OutOfMemory,
    /// A job is interrupted by somebody else.
    Interrupted,
    /// A job ends the whole process.
    Crash,
}

/// So many MiB of small objects, below the names that answers of ComfyUI have.
pub fn objects(mib: usize) -> Bytes {
    let one = b"{\"a\":0},";
    let names = ["X", "queue_running", "queue_pending", "jobs", "outputs", "status"];
    let each = (mib << 20) / one.len() / names.len();
    let mut text = b"{".to_vec();
    for name in names {
        text.extend_from_slice(format!("\"{name}\":[").as_bytes());
        (0..each).for_each(|_| text.extend_from_slice(one));
        text.extend_from_slice(b"0],");
    }
    text.extend_from_slice(b"\"exec_info\":{\"queue_remaining\":0}}");
    text.into()
}

/// A fault, where it strikes and how often.
#[derive(Clone, Debug)]
pub struct Strike {
    pub fault: Fault,
    /// The first part of the path, such as `/prompt`; none is every route.
    pub path: Option<&'static str>,
    /// None is until it is healed.
    pub times: Option<u32>,
    /// So many occasions pass before the first one.
    pub after: u32,
}

/// All faults that are switched on.
#[derive(Debug, Default)]
pub struct Faults(Vec<Strike>);

impl Faults {
    pub fn add(&mut self, strike: Strike) {
        self.0.push(strike);
    }

    pub fn heal(&mut self) {
        self.0.clear();
    }

    /// The first fault of the wanted kinds that strikes here and now; it is used up by that.
    pub fn strike(&mut self, path: &str, is_wanted: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let here = |strike: &Strike| strike.path.is_none_or(|wanted| path.starts_with(wanted));
        for strike in self.0.iter_mut().filter(|strike| here(strike) && is_wanted(&strike.fault)) {
            if strike.after > 0 {
                strike.after -= 1;
                continue;
            }
            match &mut strike.times {
                Some(0) => continue,
                Some(times) => *times -= 1,
                None => {}
            }
            return Some(strike.fault.clone());
        }
        None
    }
}

//! Frames of the websocket: news that may be missing, doubled, foreign or of a kind that nobody knows yet.

use serde::de::{IgnoredAny, MapAccess};

use super::loose::{IsNull, Loose, Number, Of, Text, fields};

/// The content of a text frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A prompt goes on: a step of a node, or a node begins.
    Progress {
        /// The prompt; the first frame after a reconnect names none.
        prompt: Option<String>,
        /// Step and steps, where a node counts.
        step: Option<(u32, u32)>,
    },
    /// A prompt ended, somehow: the history says how.
    Ended {
        /// The prompt.
        prompt: String,
    },
    /// The queue changed.
    Status,
    /// Anything else.
    Other,
}

/// Reads a text frame.
pub fn frame(text: &str) -> Frame {
    let Some(RawFrame { kind, data }) = super::loose(text.as_bytes()) else { return Frame::Other };
    let prompt = data.prompt.0;
    match kind.as_str() {
        "status" => Frame::Status,
        "progress" => Frame::Progress { prompt, step: data.value.0.zip(data.max.0).and_then(step) },
        "progress_state" => Frame::Progress { prompt, step: data.nodes.0 },
        "executing" if data.node.0 => ended(prompt),
        "execution_success" | "execution_error" | "execution_interrupted" => ended(prompt),
        "executing" | "executed" | "execution_start" | "execution_cached" => Frame::Progress { prompt, step: None },
        _ => Frame::Other,
    }
}

fn ended(prompt: Option<String>) -> Frame {
    prompt.map_or(Frame::Status, |prompt| Frame::Ended { prompt })
}

#[derive(Default)]
struct RawFrame {
    kind: Text,
    data: Data,
}

fields!(RawFrame { "type" => kind, "data" => data });

#[derive(Default)]
struct Data {
    prompt: Text,
    node: IsNull,
    value: Number,
    max: Number,
    nodes: Running,
}

fields!(Data { "prompt_id" => prompt, "node" => node, "value" => value, "max" => max, "nodes" => nodes });

/// The step of the node that runs and counts steps; one step is no count.
#[derive(Default)]
struct Running(Option<(u32, u32)>);

impl Loose for Running {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut found = None;
        while let Some((_, Of(node))) = object.next_entry::<IgnoredAny, Of<Node>>()? {
            let runs = found.is_none() && node.state.as_str() == "running";
            let step = node.value.0.zip(node.max.0).filter(|_| runs).and_then(step);
            found = found.or(step.filter(|(_, max)| *max > 1));
        }
        Ok(Self(found))
    }
}

#[derive(Default)]
struct Node {
    state: Text,
    value: Number,
    max: Number,
}

fields!(Node { "state" => state, "value" => value, "max" => max });

/// Newer servers count in floats.
fn step((value, max): (f64, f64)) -> Option<(u32, u32)> {
    let [value, max] = [value, max].map(|number| number.clamp(0.0, 1e9) as u32);
    (max > 0).then_some((value.min(max), max))
}

/// An image of a prompt that is not finished yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The prompt; older servers do not say.
    pub prompt: Option<String>,
    /// `jpeg` or `png`.
    pub format: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Reads a binary frame; those that are no previews are `None`.
pub fn preview(bytes: &[u8]) -> Option<Preview> {
    let (event, rest) = number(bytes)?;
    match event {
        1 => Some(Preview { prompt: None, format: format(rest.get(4..)?)?, bytes: rest.get(4..)?.to_vec() }),
        4 => {
            let (length, rest) = number(rest)?;
            let Data { prompt: Text(prompt), .. } = super::loose(rest.get(..length as usize)?)?;
            let bytes = rest.get(length as usize..)?;
            Some(Preview { prompt, format: format(bytes)?, bytes: bytes.to_vec() })
        }
        _ => None,
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*head), rest))
}

/// By its first bytes: what a server says of them may be wrong.
fn format(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("png"),
        _ => None,
    }
}

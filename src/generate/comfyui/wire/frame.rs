//! Frames of the websocket: news that may be missing, doubled, foreign or of a kind that nobody knows yet.

use serde_json::Value;

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
    let Some(value) = super::json(text.as_bytes()) else { return Frame::Other };
    let data = value.get("data").unwrap_or(&Value::Null);
    let prompt = data.get("prompt_id").and_then(super::text_of);
    match value.get("type").and_then(Value::as_str).unwrap_or_default() {
        "status" => Frame::Status,
        "progress" => Frame::Progress { prompt, step: step(data) },
        "progress_state" => Frame::Progress { prompt, step: running(data) },
        "executing" if data.get("node").is_some_and(Value::is_null) => ended(prompt),
        "execution_success" | "execution_error" | "execution_interrupted" => ended(prompt),
        "executing" | "executed" | "execution_start" | "execution_cached" => Frame::Progress { prompt, step: None },
        _ => Frame::Other,
    }
}

fn ended(prompt: Option<String>) -> Frame {
    prompt.map_or(Frame::Status, |prompt| Frame::Ended { prompt })
}

fn step(data: &Value) -> Option<(u32, u32)> {
    // Newer servers count in floats.
    let number = |name: &str| data.get(name).and_then(Value::as_f64).map(|number| number.clamp(0.0, 1e9) as u32);
    let (value, max) = (number("value")?, number("max")?);
    (max > 0).then_some((value.min(max), max))
}

/// The node that runs and counts steps; one step is no count.
fn running(data: &Value) -> Option<(u32, u32)> {
    let nodes = data.get("nodes")?.as_object()?;
    let running = nodes.values().filter(|node| node.get("state").and_then(Value::as_str) == Some("running"));
    running.filter_map(step).find(|(_, max)| *max > 1)
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
            let about = super::json(rest.get(..length as usize)?)?;
            let bytes = rest.get(length as usize..)?;
            let prompt = about.get("prompt_id").and_then(super::text_of);
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

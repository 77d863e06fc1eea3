//! What a ComfyUI server answers, read without trust: every shape that is known, and nothing that fails on another.

mod frame;
mod history;
mod lists;
mod loose;
mod refusal;

use serde_json::Value;

use loose::{Loose, Of};

pub use frame::{Frame, Preview, frame, preview};
pub use history::{Class, End, Ended, Fault, Image, history};
pub use lists::{Queue, family_words, has_jobs, names, queue};
pub use refusal::{Posted, Refusal, posted};

/// Reads JSON as Python writes it: a bare `NaN` or `Infinity` becomes `null`. For short answers alone: a value takes many
/// times the memory of its text.
pub fn json(bytes: &[u8]) -> Option<Value> {
    read(bytes)
}

/// Reads what is wanted of JSON as Python writes it.
fn loose<T: Loose>(bytes: &[u8]) -> Option<T> {
    read(bytes).map(|Of(value)| value)
}

fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let again = || {
        let has = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
        (has(b"NaN") || has(b"Infinity")).then(|| serde_json::from_slice(&without_nan(bytes)).ok())?
    };
    serde_json::from_slice(bytes).ok().or_else(again)
}

/// Replaces `NaN`, `Infinity` and `-Infinity` outside of strings.
pub fn without_nan(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut at, mut in_string) = (Vec::with_capacity(bytes.len()), 0, false);
    while at < bytes.len() {
        let rest = &bytes[at..];
        if in_string && rest[0] == b'\\' && rest.len() > 1 {
            out.extend_from_slice(&rest[..2]);
            at += 2;
            continue;
        }
        in_string ^= rest[0] == b'"';
        let bare = [&b"NaN"[..], b"-Infinity", b"Infinity"].into_iter().find(|word| rest.starts_with(word));
        match bare.filter(|_| !in_string) {
            Some(word) => {
                out.extend_from_slice(b"null");
                at += word.len();
            }
            None => {
                out.push(rest[0]);
                at += 1;
            }
        }
    }
    out
}

/// Reads `GET /prompt`: how many prompts a server has, the running one included.
pub fn remaining(body: &[u8]) -> Option<u64> {
    json(body)?.get("exec_info")?.get("queue_remaining")?.as_u64()
}

/// An id as text; servers make text of numbers.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Where an uploaded file lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// The name that the server gave it.
    pub name: String,
    /// The folder below its input folder.
    pub subfolder: String,
}

impl Uploaded {
    /// The value of a `LoadImage`.
    pub fn value(&self) -> String {
        match self.subfolder.as_str() {
            "" => self.name.clone(),
            folder => format!("{folder}/{}", self.name),
        }
    }
}

/// Reads the answer of `POST /upload/image`.
pub fn uploaded(body: &[u8]) -> Option<Uploaded> {
    let value = json(body)?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let uploaded = Uploaded { name: text("name"), subfolder: text("subfolder") };
    (!uploaded.name.is_empty() && uploaded.value().len() < 512).then_some(uploaded)
}

/// Reads `POST /api/jobs/{id}/cancel`.
pub fn cancelled(body: &[u8]) -> Option<bool> {
    json(body)?.get("cancelled")?.as_bool()
}

/// The state of a job in `GET /api/jobs/{id}` of newer servers.
pub fn job_status(body: &[u8]) -> Option<String> {
    json(body)?.get("status")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;

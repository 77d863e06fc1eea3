//! Messages of schema v1, and their limits.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::words::train::{JobEvent, TrainSpec};

/// The version of the schema.
const VERSION: u32 = 1;
/// Longer messages are not read.
const LONGEST: usize = 4 << 20;

/// Where a worker listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// For requests.
    pub requests: String,
    /// For events.
    pub events: String,
    /// Its process.
    pub pid: u32,
}

/// A request to a worker.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "t")]
pub enum Request {
    /// Who answers, and with which versions.
    #[serde(rename = "hello")]
    Hello {
        /// The program that asks.
        client: String,
        /// The oldest and newest version of the schema that it speaks.
        proto: [u32; 2],
    },
    /// Whether it lives.
    #[serde(rename = "ping")]
    Ping,
    /// Whether a data set can be trained on.
    #[serde(rename = "train.validate")]
    Validate {
        /// The prepared data set.
        data: String,
    },
    /// Queue a job.
    #[serde(rename = "train.submit")]
    Submit {
        /// Its id, chosen by the client.
        job_id: String,
        /// What is trained.
        spec: Box<TrainSpec>,
        /// `auto` goes on from the newest state, `never` begins anew.
        resume: String,
    },
    /// Queue a picture.
    #[serde(rename = "generate")]
    Generate {
        /// Its id, chosen by the client.
        job_id: String,
        /// What is drawn.
        #[serde(flatten)]
        drawing: Box<Drawing>,
    },
    /// Where a job stands.
    #[serde(rename = "job.status")]
    Status {
        /// Its id.
        job_id: String,
    },
    /// All jobs.
    #[serde(rename = "job.list")]
    List,
    /// End a job.
    #[serde(rename = "job.cancel")]
    Cancel {
        /// Its id.
        job_id: String,
        /// Whether its state is saved first.
        save: bool,
    },
    /// Events again, which a subscriber missed.
    #[serde(rename = "job.events")]
    Events {
        /// The job.
        job_id: String,
        /// The last event that is known.
        since_seq: u64,
        /// At most so many.
        max: u32,
    },
    /// End the worker.
    #[serde(rename = "shutdown")]
    Shutdown {
        /// `drain`, `save` or `now`.
        mode: String,
    },
}

/// A picture as a worker is asked for it. Paths are absolute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drawing {
    /// The base model.
    pub base: String,
    /// A VAE in place of the base's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vae: Option<String>,
    /// The folder with the tokenizer's files, for a base of one file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokenizers: Option<String>,
    /// The prompt.
    pub prompt: String,
    /// What the picture must not show.
    pub negative: String,
    /// The seed.
    pub seed: u64,
    /// Sampling steps.
    pub steps: u32,
    /// Guidance.
    pub cfg: f64,
    /// Width in pixels.
    pub w: u32,
    /// Height in pixels.
    pub h: u32,
    /// ComfyUI's name of the sampler.
    pub sampler: String,
    /// ComfyUI's name of the scheduler.
    pub scheduler: String,
    /// LoRAs, all at once.
    pub loras: Vec<DrawnLora>,
    /// The folder of the picture.
    pub out_dir: String,
}

/// A LoRA and its weight.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DrawnLora {
    /// The file.
    pub path: String,
    /// Its weight.
    pub weight: f64,
}

/// Why a worker did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{msg}")]
pub struct Refusal {
    /// A code of the schema.
    pub code: String,
    /// What happened.
    pub msg: String,
    /// Whether the same request may succeed later.
    #[serde(default)]
    pub retry: bool,
}

#[derive(Serialize)]
struct Envelope<'a> {
    v: u32,
    id: u64,
    deadline_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(flatten)]
    request: &'a Request,
}

/// The bytes of a request.
///
/// # Errors
/// It cannot be encoded, which is a bug.
pub fn write_request(id: u64, token: Option<&str>, deadline_ms: u64, request: &Request) -> Result<Vec<u8>, String> {
    rmp_serde::to_vec_named(&Envelope { v: VERSION, id, deadline_ms, token, request })
        .map_err(|error| error.to_string())
}

/// Reads a reply: the id of its request, and the answer.
///
/// # Errors
/// It is no reply of this schema.
pub fn read_reply(bytes: &[u8]) -> Result<(u64, Result<Value, Refusal>), String> {
    #[derive(Deserialize)]
    struct Reply {
        v: u32,
        id: Option<u64>,
        ok: bool,
        err: Option<Refusal>,
    }
    let value = read(bytes)?;
    let reply: Reply = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    if reply.v != VERSION {
        return Err(format!("it has version {} of the schema", reply.v));
    }
    let id = reply.id.ok_or("it answers no request")?;
    match (reply.ok, reply.err) {
        (true, _) => Ok((id, Ok(value))),
        (false, Some(refusal)) => Ok((id, Err(refusal))),
        (false, None) => Err("it is an error without a reason".to_owned()),
    }
}

/// Reads an event of a job; `None` for heartbeats.
///
/// # Errors
/// It is no event of this schema.
pub fn read_event(topic: &[u8], bytes: &[u8]) -> Result<Option<JobEvent>, String> {
    if !topic.starts_with(b"job.") {
        return Ok(None);
    }
    serde_json::from_value(read(bytes)?).map(Some).map_err(|error| error.to_string())
}

fn read(bytes: &[u8]) -> Result<Value, String> {
    if bytes.len() > LONGEST {
        return Err(format!("it has more than {} MiB", LONGEST >> 20));
    }
    let mut reader = rmp_serde::Deserializer::from_read_ref(bytes);
    reader.set_max_depth(32);
    let value = Value::deserialize(&mut reader).map_err(|error| error.to_string())?;
    if value.is_object() { Ok(value) } else { Err("it is no map".to_owned()) }
}

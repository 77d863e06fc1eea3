//! Lists that may be long: the queue, the jobs of newer servers, names of files, the metadata of a file.

use std::collections::BTreeMap;

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use crate::generate::comfyui::architecture::FAMILY;

use super::loose::{Items, Loose, Of, Text, fields};

/// So many names are kept of a list.
const NAMES: usize = 100_000;

/// So many prompts of a queue are kept by id; more of them are only counted.
const PROMPTS: usize = 20_000;

/// The prompts that a server has, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// What it works on.
    pub running: Vec<String>,
    /// What waits.
    pub pending: Vec<String>,
    /// Prompts beyond those that are kept.
    pub more: usize,
}

impl Queue {
    /// Whether a prompt is in it.
    pub fn has(&self, prompt: &str) -> bool {
        self.running.iter().chain(&self.pending).any(|id| id == prompt)
    }
}

/// Reads `GET /queue`; `None` if it is no queue.
pub fn queue(body: &[u8]) -> Option<Queue> {
    let Lists { running, pending } = super::loose(body)?;
    let (running, pending) = (running.0?, pending.0?);
    let more = running.more + pending.more;
    Some(Queue { running: running.ids, pending: pending.ids, more })
}

#[derive(Default)]
struct Lists {
    running: Prompts,
    pending: Prompts,
}

fields!(Lists { "queue_running" => running, "queue_pending" => pending });

/// A list of prompts, if there is one.
#[derive(Default)]
struct Prompts(Option<Ids>);

#[derive(Default)]
struct Ids {
    ids: Vec<String>,
    more: usize,
}

impl Loose for Prompts {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut all = Ids::default();
        while let Some(Of(Prompt(id))) = list.next_element()? {
            match id {
                Some(id) if all.ids.len() < PROMPTS => all.ids.push(id),
                Some(_) => all.more += 1,
                None => {}
            }
        }
        Ok(Self(Some(all)))
    }
}

/// The id in `[number, id, graph, ..]`; the graph is skipped.
#[derive(Default)]
struct Prompt(Option<String>);

impl Loose for Prompt {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        list.next_element::<IgnoredAny>()?;
        let id = list.next_element::<Of<Text>>()?.and_then(|Of(id)| id.0);
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(id))
    }
}

/// Whether this is what `GET /api/jobs` of newer servers answers.
pub fn has_jobs(body: &[u8]) -> bool {
    super::loose(body).is_some_and(|Jobs { jobs }| jobs.0)
}

#[derive(Default)]
struct Jobs {
    jobs: IsList,
}

fields!(Jobs { "jobs" => jobs });

#[derive(Default)]
struct IsList(bool);

impl Loose for IsList {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(true))
    }
}

/// Reads a list of names; `None` if it is no list.
pub fn names(body: &[u8]) -> Option<Vec<String>> {
    let Items::<Text, NAMES>(names) = super::loose(body).filter(|_| body.trim_ascii_start().starts_with(b"["))?;
    Some(names.into_iter().filter_map(|name| name.0).collect())
}

/// The texts of a model file's metadata that tell its family; `None` if it is no object.
pub fn family_words(body: &[u8]) -> Option<BTreeMap<String, String>> {
    super::loose(body).filter(|_| body.trim_ascii_start().starts_with(b"{")).map(|Texts(texts)| texts)
}

#[derive(Default)]
struct Texts(BTreeMap<String, String>);

impl Loose for Texts {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut texts = BTreeMap::new();
        while let Some(name) = object.next_key::<String>()? {
            if FAMILY.contains(&name.as_str()) {
                let Of(Text(text)) = object.next_value()?;
                texts.extend(text.map(|text| (name, text)));
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Self(texts))
    }
}

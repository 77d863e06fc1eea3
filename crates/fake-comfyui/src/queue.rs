//! The queue of a server: what waits in its heap, what runs, what has been.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value, json};

/// So many ended jobs are remembered.
const HISTORY: usize = 10_000;

/// A job that was taken.
#[derive(Debug)]
pub struct Item {
    /// The number as it was given or counted.
    pub number: Value,
    pub id: String,
    pub graph: Value,
    pub extra: Map<String, Value>,
    pub outputs: Vec<String>,
    /// Milliseconds since 1970.
    pub created: u64,
}

impl Item {
    pub fn entry(&self) -> Value {
        json!([self.number, self.id, self.graph, self.extra, self.outputs])
    }

    pub fn client(&self) -> Option<&str> {
        self.extra.get("client_id")?.as_str()
    }

    fn order(&self) -> (f64, &str) {
        (self.number.as_f64().unwrap_or_default(), &self.id)
    }
}

/// Orders the heap by number, then by id, lowest first.
#[derive(Debug)]
struct Waiting(Arc<Item>);

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((a, x), (b, y)) = (self.0.order(), other.0.order());
        b.total_cmp(&a).then_with(|| y.cmp(x))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

/// What waits, runs and was.
#[derive(Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Waiting>,
    pub running: Option<Arc<Item>>,
    history: HashMap<String, Arc<Value>>,
    order: VecDeque<String>,
}

impl Queue {
    /// Says whether the heap could compare it: two of the same number and id cannot be told apart.
    pub fn push(&mut self, item: Item) -> bool {
        let item = Waiting(Arc::new(item));
        let is_sound = self.heap.iter().all(|other| *other != item);
        self.heap.push(item);
        is_sound
    }

    pub fn start(&mut self) -> Option<Arc<Item>> {
        let Waiting(item) = self.heap.pop()?;
        self.running = Some(Arc::clone(&item));
        Some(item)
    }

    pub fn end(&mut self, item: &Item, entry: Value) {
        self.running = None;
        if self.order.len() > HISTORY {
            self.order.pop_front().map(|oldest| self.history.remove(&oldest));
        }
        if self.history.insert(item.id.clone(), Arc::new(entry)).is_none() {
            self.order.push_back(item.id.clone());
        }
    }

    /// In the order of the heap, which is not the order of running.
    pub fn pending(&self) -> impl Iterator<Item = &Item> {
        self.heap.iter().map(|waiting| &*waiting.0)
    }

    pub fn remaining(&self) -> usize {
        self.heap.len() + usize::from(self.running.is_some())
    }

    pub fn clear(&mut self) {
        self.heap.clear();
    }

    /// Says whether it was there.
    pub fn delete(&mut self, id: &str) -> bool {
        let before = self.heap.len();
        let mut is_first = true;
        self.heap.retain(|waiting| waiting.0.id != id || !std::mem::take(&mut is_first));
        self.heap.len() < before
    }

    pub fn entry(&self, id: &str) -> Option<Arc<Value>> {
        self.history.get(id).cloned()
    }

    /// Oldest first.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.order.iter().filter_map(|id| Some((id.as_str(), &**self.history.get(id)?)))
    }

    pub fn ended(&self) -> usize {
        self.order.len()
    }

    pub fn forget(&mut self, id: &str) {
        self.history.remove(id);
        self.order.retain(|other| other != id);
    }

    pub fn forget_all(&mut self) {
        self.history.clear();
        self.order.clear();
    }
}

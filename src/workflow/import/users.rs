//! Links by their origins: read once, so that a search forwards looks at no other node.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use crate::workflow::graph::all_links;

/// A link from an output: the node that takes it, its input, and the number of the output.
pub(super) type Use = (String, String, u64);

/// The links of a graph.
#[derive(Debug, Default)]
pub(super) struct Users(HashMap<String, Uses>);

/// The links from the outputs of a node.
#[derive(Debug, Default)]
struct Uses {
    /// In the order of the nodes that take them.
    all: Vec<Use>,
    /// Their places in the list, by output.
    by_slot: BTreeMap<u64, Vec<usize>>,
}

impl Users {
    pub(super) fn read(nodes: &Map<String, Value>) -> Self {
        let mut users = Self::default();
        for (user, node) in nodes {
            for (input, from, slot) in all_links(node) {
                let uses = users.0.entry(from.to_owned()).or_default();
                uses.by_slot.entry(slot).or_default().push(uses.all.len());
                uses.all.push((user.clone(), input.clone(), slot));
            }
        }
        users
    }

    /// The links from all outputs of a node.
    pub(super) fn of(&self, id: &str) -> &[Use] {
        self.0.get(id).map_or(&[], |uses| uses.all.as_slice())
    }

    /// The links from one output.
    pub(super) fn of_output(&self, id: &str, slot: u64) -> impl Iterator<Item = &Use> {
        let uses = self.0.get(id);
        let places = uses.and_then(|uses| uses.by_slot.get(&slot)).into_iter().flatten();
        places.filter_map(move |at| uses?.all.get(*at))
    }

    /// The outputs that are used, in order.
    pub(super) fn slots(&self, id: &str) -> impl Iterator<Item = u64> {
        self.0.get(id).into_iter().flat_map(|uses| uses.by_slot.keys().copied())
    }
}

//! The bindings of an import, found by name and by place.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::{Binding, By};

/// Bindings in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    list: Vec<Binding>,
    /// The bound inputs of each node.
    places: HashMap<String, BTreeSet<String>>,
    names: HashMap<String, Named>,
    /// Nodes that had placeholders in the file.
    own: HashSet<String>,
}

/// What is known of a bound name.
#[derive(Debug, Default)]
struct Named {
    /// The value that its first binding replaced.
    was: Option<Value>,
    /// The user named a place for it.
    is_explicit: bool,
}

impl Bindings {
    pub(super) fn push(&mut self, binding: Binding) {
        self.places.entry(binding.node.clone()).or_default().insert(binding.input.clone());
        let named = self.names.entry(binding.name.clone()).or_default();
        named.is_explicit |= matches!(binding.by, By::Command | By::Title);
        match binding.by {
            By::File => drop(self.own.insert(binding.node.clone())),
            _ => drop(named.was.get_or_insert_with(|| binding.was.clone())),
        }
        self.list.push(binding);
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    pub(super) fn was(&self, name: &str) -> Option<&Value> {
        self.names.get(name)?.was.as_ref()
    }

    pub(super) fn is_explicit(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|named| named.is_explicit)
    }

    pub(super) fn is_bound(&self, node: &str, input: &str) -> bool {
        self.places.get(node).is_some_and(|inputs| inputs.contains(input))
    }

    pub(super) fn is_own(&self, node: &str) -> bool {
        self.own.contains(node)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Binding> {
        self.list.iter()
    }

    pub(super) fn sort_by_key<K: Ord>(&mut self, key: impl FnMut(&Binding) -> K) {
        self.list.sort_by_cached_key(key);
    }

    pub(super) fn retain(&mut self, stays: impl Fn(&Binding) -> bool) {
        let all = std::mem::take(self).list;
        all.into_iter().filter(|binding| stays(binding)).for_each(|binding| self.push(binding));
    }

    pub(super) fn into_list(self) -> Vec<Binding> {
        self.list
    }
}

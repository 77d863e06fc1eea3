//! The record of ComfyUI's core nodes, `classes.json`: inputs and outputs in their order.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::kind::{Kind, is_recorded_field, recorded_default};
use super::{Class, Input};

/// The file.
#[derive(Default, Deserialize)]
pub(super) struct Record {
    /// Choices that several classes have.
    pub(super) lists: Value,
    /// By name.
    pub(super) classes: Pairs<RecordedClass>,
}

/// A class: `{ "in": { "model": "MODEL", "vae?": "VAE" }, "out": ["CONDITIONING positive"], "end": true }`.
#[derive(Deserialize)]
pub(super) struct RecordedClass {
    #[serde(default, rename = "in")]
    inputs: Pairs<Value>,
    #[serde(default, rename = "out")]
    outputs: Vec<String>,
    #[serde(default)]
    end: bool,
}

pub(super) fn from_record(class: RecordedClass, lists: &Value) -> Class {
    let mut order = Vec::new();
    let inputs = class.inputs.into_iter().map(|(input, shape)| {
        let name = input.trim_end_matches('?').to_owned();
        order.push(name.clone());
        let (kind, is_field) = (Kind::from_record(&shape, lists), is_recorded_field(&shape));
        let default = recorded_default(&shape, lists).filter(|_| is_field);
        (name.clone(), Input { required: name.len() == input.len(), kind, is_field, default })
    });
    let inputs = inputs.collect();
    // An output has a name where it is not that of its type.
    let (outputs, output_names) = class
        .outputs
        .iter()
        .map(|output| output.split_once(' ').unwrap_or((output, output)))
        .map(|(of, name)| (of.to_owned(), name.to_owned()))
        .unzip();
    Class { inputs, order, outputs, output_names, is_output: class.end }
}

/// An object in the order of its file.
pub(super) struct Pairs<T>(Vec<(String, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> IntoIterator for Pairs<T> {
    type Item = (String, T);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
            type Value = Pairs<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Reader(std::marker::PhantomData))
    }
}

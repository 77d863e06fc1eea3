//! Reads the answer of `/object_info` class by class: a class is dropped once its inputs are known, and neither a class
//! nor all of them take more memory than they should.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{Catalogue, CatalogueError, Class, Kind, from_server};

/// What one class may take while it is read: the longest lists of files of real servers take a tenth of it.
const ONE: usize = 32 << 20;

/// What all classes may take together.
const ALL: usize = 128 << 20;

impl Catalogue {
    /// Reads the text of an answer of `/object_info`, as [`Catalogue::read`] reads its value.
    pub fn parse(object_info: &[u8]) -> Result<Self, CatalogueError> {
        let found = Classes.deserialize(&mut serde_json::Deserializer::from_slice(object_info));
        let (classes, any_inputs) = found.map_err(|error| CatalogueError(error.to_string()))?;
        if !classes.is_empty() && !any_inputs {
            return Err(CatalogueError("no class in it has inputs".to_owned()));
        }
        Ok(Self { classes, is_complete: true })
    }
}

/// All classes, and whether any of them has inputs.
struct Classes;

impl<'de> DeserializeSeed<'de> for Classes {
    type Value = (BTreeMap<String, Class>, bool);

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Classes {
    type Value = (BTreeMap<String, Class>, bool);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let (mut classes, mut any_inputs, mut kept) = (BTreeMap::new(), false, 0);
        while let Some(name) = object.next_key::<String>()? {
            let class = object.next_value_seed(Bounded(&Cell::new(ONE)))?;
            any_inputs |= class["input"].is_object();
            let class = from_server(&name, &class);
            kept += 256
                + name.len()
                + class.inputs.iter().map(|(name, input)| name.len() + weight(&input.kind)).sum::<usize>();
            if kept > ALL {
                return Err(A::Error::custom("its classes take too much memory"));
            }
            classes.insert(name, class);
        }
        Ok((classes, any_inputs))
    }
}

/// What an input takes, about.
fn weight(kind: &Kind) -> usize {
    let texts = match kind {
        Kind::Choice(choices) => choices.iter().map(|choice| 64 + choice.as_str().map_or(0, str::len)).sum(),
        Kind::File { names: Some(names), .. } => names.iter().map(|name| 32 + name.len()).sum(),
        _ => 0,
    };
    128 + texts
}

/// A JSON value that takes no more memory than is left.
struct Bounded<'a>(&'a Cell<usize>);

impl Bounded<'_> {
    fn take<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let left =
            self.0.get().checked_sub(bytes).ok_or_else(|| E::custom("one of its classes takes too much memory"))?;
        self.0.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.take(text.len())?;
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(Bounded(self.0))? {
            self.take(64)?;
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        // A map has room for several entries from the first one on.
        self.take(64)?;
        let mut map = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            self.take(key.len() + if map.is_empty() { 640 } else { 128 })?;
            let value = object.next_value_seed(Bounded(self.0))?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_read_as_its_value_is() {
        let info = json!({
            "X": { "input": { "required": { "n": ["INT", { "min": -1, "max": 18_446_744_073_709_551_615_u64 }],
                "old": [["a", "b"], {}], "x": ["FLOAT", { "max": 1.5 }] } }, "output": ["MODEL"], "output_node": true },
            "Odd": { "input": 7 }, "None": null,
        });
        assert_eq!(Catalogue::parse(info.to_string().as_bytes()), Catalogue::read(&info));
        for other in [json!({ "error": "x" }), json!({})] {
            assert_eq!(Catalogue::parse(other.to_string().as_bytes()), Catalogue::read(&other));
        }
        assert!(Catalogue::parse(b"[]").unwrap_err().to_string().contains("expected an object"));
        assert!(Catalogue::parse(b"<html>").is_err());
    }

    #[test]
    fn many_small_objects_are_refused_before_they_take_memory() {
        let objects = "{\"a\":0},".repeat(1 << 20);
        let one = format!("{{\"X\":[{objects}0]}}");
        assert!(
            Catalogue::parse(one.as_bytes()).unwrap_err().to_string().contains("one of its classes takes too much")
        );
        let many: String = (0..(1 << 20)).map(|n| format!("\"{n}\":{{}},")).collect();
        let many = format!("{{{many}\"X\":{{\"input\":{{}}}}}}");
        assert!(Catalogue::parse(many.as_bytes()).unwrap_err().to_string().contains("its classes take too much"));
    }
}

//! The field `parts` of an entry: 16 bits for each group of fields, so that any clone can name what changed.

use std::fmt;

/// Short digests by the name of the group of fields that they stand for, in the order of the lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(Vec<(String, String)>);

impl Parts {
    /// The digest of a group of fields; `-` where the entry has none of these.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, digest)| digest.as_str())
    }

    /// All names and digests in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, digest)| (name.as_str(), digest.as_str()))
    }

    /// Whether both know a group of fields and it differs.
    pub fn differs(&self, other: &Self, name: &str) -> bool {
        self.get(name).zip(other.get(name)).is_some_and(|(one, other)| one != other)
    }
}

impl<N: Into<String>, D: Into<String>> FromIterator<(N, D)> for Parts {
    fn from_iter<I: IntoIterator<Item = (N, D)>>(parts: I) -> Self {
        Self(parts.into_iter().map(|(name, digest)| (name.into(), digest.into())).collect())
    }
}

/// As the lock has it: `prompt 1a2b, graph 77c0`.
impl From<&str> for Parts {
    fn from(text: &str) -> Self {
        let parts = text.split(", ").filter(|part| !part.is_empty());
        parts.map(|part| part.split_once(' ').unwrap_or((part, ""))).collect()
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, digest)) in self.0.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            let space = if digest.is_empty() { "" } else { " " };
            write!(f, "{comma}{name}{space}{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_lock_comes_back() {
        for text in ["", "prompt 1a2b, graph 77c0, inputs -", "odd"] {
            assert_eq!(Parts::from(text).to_string(), text);
        }
        let parts = Parts::from("prompt 1a2b, graph 77c0");
        assert_eq!((parts.get("graph"), parts.get("model")), (Some("77c0"), None));
        assert!(parts.differs(&Parts::from("prompt 0000"), "prompt"));
        assert!(!parts.differs(&Parts::from("prompt 0000"), "graph"));
    }
}

//! Which assets a user means: `knight`, `knight@e`, `potion*`, `sprite:knight`, `tag:hero`.

use super::asset::GroupId;
use super::glob::{Glob, GlobError};

/// What one selector names.
#[derive(Clone, Debug)]
pub enum Selector<'a> {
    /// All assets with a tag.
    Tag(&'a str),
    /// An asset, one member of its matrix, or all that match.
    Name {
        /// Their kind, if it is said.
        kind: Option<&'a str>,
        /// The name as it is written.
        name: &'a str,
        /// The name as a pattern, if it is one.
        glob: Option<Glob>,
    },
}

impl<'a> Selector<'a> {
    /// Reads a selector.
    ///
    /// # Errors
    /// It is a pattern that cannot be used.
    pub fn parse(text: &'a str) -> Result<Self, GlobError> {
        if let Some(tag) = text.strip_prefix("tag:") {
            return Ok(Self::Tag(tag));
        }
        let (kind, name) = text.split_once(':').map_or((None, text), |(kind, name)| (Some(kind), name));
        let glob = is_glob(name).then(|| Glob::of_names(name)).transpose()?;
        Ok(Self::Name { kind, name, glob })
    }

    /// Whether it names an asset, or a member of its matrix, that has these tags.
    pub fn names(&self, id: &GroupId, tags: &[String]) -> bool {
        match self {
            Self::Tag(tag) => tags.iter().any(|own| own == tag),
            Self::Name { kind, name, glob } => {
                let asset = id.asset();
                let matched = |glob: &Glob| glob.is_match(&id.name) || glob.is_match(asset);
                kind.is_none_or(|kind| kind == id.kind.word())
                    && (id.name == *name || asset == *name || glob.as_ref().is_some_and(matched))
            }
        }
    }
}

/// Whether a selector is a pattern.
pub fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

//! What is known of nodes: by a catalogue, by the record of core nodes, and by the names that the file itself has.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::words::diagnostic::Diagnostic;
use crate::workflow::Catalogue;
use crate::workflow::catalogue::Class;

/// The names of outputs by node.
pub(super) type Names = BTreeMap<String, Vec<String>>;

/// A graph as it was read.
pub(super) struct Export {
    /// In API form.
    pub(super) graph: Value,
    /// The names that the editor gave to outputs.
    pub(super) names: Names,
    /// What the user should know.
    pub(super) notes: Vec<Diagnostic>,
}

/// A note about what the import changed, or left as it was.
pub(super) fn import_note(note: String) -> Diagnostic {
    Diagnostic::warning("import-note", note)
}

/// A catalogue; the record has the core nodes that it lacks.
#[derive(Clone, Copy)]
pub(super) struct Known<'a>(pub(super) &'a Catalogue);

impl<'a> Known<'a> {
    /// A class, if it is known.
    pub(super) fn class(self, name: &str) -> Option<&'a Class> {
        self.0.classes.get(name).or_else(|| Catalogue::recorded().classes.get(name))
    }
}

/// Whether a class hands on its first input, and at most shows it.
pub(super) fn passes(class: &str) -> bool {
    const NAMES: [&str; 6] =
        ["Reroute", "Reroute (rgthree)", "SetNode", "ShowText|pysssss", "easy showAnything", "Display Any (rgthree)"];
    NAMES.contains(&class)
}

/// One of the two sides of guidance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Side {
    Positive,
    Negative,
}

impl Side {
    /// The placeholder of its text.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Positive => "prompt",
            Self::Negative => "negative",
        }
    }

    /// The side that the name of an input or of an output tells: `positive`, `text_neg`, `CONDITIONING-`.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let has = |word: &str| name.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word);
        if name.contains("negative") || has("neg") || has("uncond") || name.ends_with('-') {
            Some(Self::Negative)
        } else if name.contains("positive") || has("pos") || name.ends_with('+') {
            Some(Self::Positive)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_sides() {
        let cases = [
            ("positive", Some(Side::Positive)),
            ("NEGATIVE", Some(Side::Negative)),
            ("base_positive", Some(Side::Positive)),
            ("text_neg", Some(Side::Negative)),
            ("CONDITIONING-", Some(Side::Negative)),
            ("CONDITIONING+", Some(Side::Positive)),
            ("conditioning", None),
            ("position", None),
            ("model", None),
        ];
        for (name, side) in cases {
            assert_eq!(Side::of(name), side, "{name}");
        }
    }
}

//! The outcome of a build: counts, and the names of what needs a person.

use serde::{Serialize, Serializer};

use super::asset::GroupId;
use super::diagnostic::Diagnostic;
use super::exit::Exit;

/// What a build did. Serialized, it is the closing line of `--message-format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The output folder, relative to the project.
    pub out: String,
    /// Groups and tilesets that were made.
    pub made: usize,
    /// Groups and tilesets that were up to date.
    pub fresh: usize,
    /// Images that were requested.
    pub asked: usize,
    /// Images that were in the store already.
    pub adopted: usize,
    /// Files that were written.
    pub wrote: usize,
    /// Files that were removed.
    pub pruned: usize,
    /// Placeholders that stand for missing images.
    pub filled: usize,
    /// Images that servers would generate and that were not requested.
    pub withheld: usize,
    /// External files that were in the way and were preserved.
    pub kept: Vec<String>,
    /// What failed, by name, and why.
    pub failed: Vec<(String, Diagnostic)>,
    /// Groups that a gate failed and no user picked, with the verdict.
    pub gated: Vec<(GroupId, String)>,
    /// Slots whose pick is held.
    pub held: Vec<String>,
    /// Selected groups that wait for a pick of another.
    pub waiting: Vec<String>,
    /// The lock would change, and must not.
    pub stale: bool,
    /// It was cancelled before its end.
    pub interrupted: bool,
}

impl Outcome {
    /// The exit code, the most serious reason first.
    pub fn exit(&self) -> Exit {
        if self.interrupted {
            Exit::Interrupted
        } else if !self.failed.is_empty() || !self.kept.is_empty() {
            Exit::Failed
        } else if !self.gated.is_empty() {
            Exit::Gate
        } else if self.stale {
            Exit::Stale
        } else {
            Exit::Success
        }
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A group that a gate failed, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Gated {
    /// The group's name.
    pub name: String,
    /// The gates that failed, such as `grid 412 < 600`.
    pub verdict: String,
}

impl Gated {
    /// From the list of an outcome.
    pub fn list(gated: &[(GroupId, String)]) -> Vec<Self> {
        gated.iter().map(|(id, verdict)| Self { name: id.name.clone(), verdict: verdict.clone() }).collect()
    }
}

/// An outcome as it is serialized.
#[derive(Serialize, schemars::JsonSchema)]
struct Summary<'a> {
    /// Groups and tilesets that were made.
    made: usize,
    /// Groups and tilesets that were up to date.
    fresh: usize,
    /// Images that were requested.
    asked: usize,
    /// Images that were in the store already.
    adopted: usize,
    /// Files that were written.
    wrote: usize,
    /// Files that were removed.
    pruned: usize,
    /// Placeholders that stand for missing images.
    filled: usize,
    /// Images that were not generated because the build withheld generation.
    #[serde(skip_serializing_if = "is_zero")]
    withheld: usize,
    /// External files that were in the way and were preserved.
    kept: &'a [String],
    /// Names alone: a `failed` event said why.
    failed: Vec<&'a str>,
    /// Groups that a gate failed and no user picked.
    gated: Vec<Gated>,
    /// Slots whose pick is held.
    held: &'a [String],
    /// Selected groups that wait for a pick of another.
    waiting: &'a [String],
    /// The exit code of the command line.
    exit: Exit,
}

impl schemars::JsonSchema for Outcome {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Outcome".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Summary::json_schema(generator)
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { made, fresh, asked, adopted, wrote, pruned, filled, withheld, .. } = *self;
        let Self { kept, held, waiting, .. } = self;
        let failed = self.failed.iter().map(|(name, _)| name.as_str()).collect();
        let (gated, exit) = (Gated::list(&self.gated), self.exit());
        let summary = Summary {
            made,
            fresh,
            asked,
            adopted,
            wrote,
            pruned,
            filled,
            withheld,
            kept,
            failed,
            gated,
            held,
            waiting,
            exit,
        };
        summary.serialize(serializer)
    }
}

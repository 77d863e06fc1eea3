//! What came of a job, as a value.

use schemars::JsonSchema;
use serde::Serialize;

use crate::session::job::Ended;
use crate::session::one_off::OneOffs;
use crate::session::{Exit, Outcome};

/// What came of a job.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Done {
    /// Images that no manifest knows.
    Made(OneOffs),
    /// What a build did.
    Built(Outcome),
}

impl Ended for Done {
    fn exit(&self) -> Exit {
        match self {
            Self::Made(made) => made.exit(),
            Self::Built(outcome) => outcome.exit(),
        }
    }
}

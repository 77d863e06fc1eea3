//! What a job does, as a value that a caller sends and a file keeps.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::images::{BatchImages, GenerateImages};
use crate::session::job::Ended;
use crate::session::one_off::OneOffs;
use crate::session::{Agreed, BuildOptions, Exit, Operation, Outcome, Result, build, build_agreed};

/// What a job does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "command", rename_all = "lowercase")]
pub enum Work {
    /// Makes what is not up to date.
    Build(BuildOptions),
    /// Makes what a plan said that the caller saw.
    #[serde(rename = "build-agreed")]
    BuildAgreed {
        /// The options of the plan.
        options: BuildOptions,
        /// The token of the plan. It is good once, and kept nowhere: a job that was cut off goes on without it, as far as
        /// `max_images` allows.
        #[serde(default, skip_serializing)]
        plan_token: Option<String>,
    },
    /// Makes images of one prompt.
    Generate(GenerateImages),
    /// Makes an image for every prompt of a list.
    Batch(BatchImages),
}

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

impl Work {
    /// The command of the same name.
    pub fn command(&self) -> &'static str {
        match self {
            Self::Build(_) | Self::BuildAgreed { .. } => "build",
            Self::Generate(_) => "generate",
            Self::Batch(_) => "batch",
        }
    }

    /// Finds what is wrong with it before it is queued.
    ///
    /// # Errors
    /// `bad-value`, `unknown-palette`.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Build(_) | Self::BuildAgreed { .. } => Ok(()),
            Self::Generate(images) => images.check(),
            Self::Batch(images) => images.check(),
        }
    }

    /// Does it; files of its own go into the job's `folder`. A job that was cut off does it `again`.
    pub(super) fn run(&self, operation: &Operation, folder: &Path, again: bool) -> Result<Done> {
        match self {
            Self::Build(options) | Self::BuildAgreed { options, plan_token: None } => {
                build(operation, options).map(Done::Built)
            }
            Self::BuildAgreed { options, plan_token } => {
                let agreed = Agreed { token: plan_token.as_deref(), ceiling: None };
                build_agreed(operation, options, agreed).map(Done::Built)
            }
            Self::Generate(images) if images.add => images.add_and_build(operation, again).map(Done::Built),
            Self::Generate(images) => images.make(operation, folder).map(Done::Made),
            Self::Batch(images) => images.make(operation, folder).map(Done::Made),
        }
    }
}

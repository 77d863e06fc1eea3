//! What a job does, as a value that a caller sends and a file keeps.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::done::Done;
use super::images::{BatchImages, GenerateImages};
use super::terms::Terms;
use crate::session::build::build_if;
use crate::session::planned::Planned;
use crate::session::{BuildOptions, Operation, Result, build};
use crate::words::digest::Digest;

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
        /// The token of the plan. It is good once, and kept nowhere: a job that was cut off goes on with what is left of
        /// the images that it allowed.
        #[serde(default, skip_serializing)]
        plan_token: Option<String>,
    },
    /// Makes images of one prompt.
    Generate(GenerateImages),
    /// Makes images of one prompt, as a plan said that the caller saw.
    #[serde(rename = "generate-agreed")]
    GenerateAgreed {
        /// The images.
        images: GenerateImages,
        /// The token of the plan, as of `build-agreed`.
        #[serde(default, skip_serializing)]
        plan_token: Option<String>,
    },
    /// Makes an image for every prompt of a list.
    Batch(BatchImages),
}

impl Work {
    /// The command of the same name.
    pub fn command(&self) -> &'static str {
        match self {
            Self::Build(_) | Self::BuildAgreed { .. } => "build",
            Self::Generate(_) | Self::GenerateAgreed { .. } => "generate",
            Self::Batch(_) => "batch",
        }
    }

    /// Whether a plan says how many images it may cost.
    pub(super) fn is_agreed(&self) -> bool {
        matches!(self, Self::BuildAgreed { .. } | Self::GenerateAgreed { .. })
    }

    /// A name for this request that its token gives, for [`super::Jobs::start`].
    pub(super) fn key(&self) -> Option<String> {
        match self {
            Self::BuildAgreed { plan_token: Some(token), .. }
            | Self::GenerateAgreed { plan_token: Some(token), .. } => {
                Some(format!("plan-{}", Digest::of(token.as_bytes())))
            }
            _ => None,
        }
    }

    /// Finds what is wrong with it before it is queued.
    ///
    /// # Errors
    /// `bad-value`, `unknown-palette`.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Build(_) | Self::BuildAgreed { .. } => Ok(()),
            Self::Generate(images) | Self::GenerateAgreed { images, .. } => images.check(),
            Self::Batch(images) => images.check(),
        }
    }

    /// Does it; files of its own go into the job's `folder`.
    pub(super) fn run(&self, operation: &Operation, folder: &Path, terms: &Terms) -> Result<Done> {
        match self {
            Self::Build(options) => build(operation, options).map(Done::Built),
            Self::BuildAgreed { options, plan_token } => {
                let may =
                    |planned: &Planned| terms.permit(operation, options, plan_token.as_deref(), planned).map(Some);
                build_if(operation, options, &may).map(Done::Built)
            }
            Self::Generate(images) if images.add => images.add_and_build(operation, terms.again).map(Done::Built),
            Self::Generate(images) => images.make(operation, folder).map(Done::Made),
            Self::GenerateAgreed { images, plan_token } => {
                images.make_agreed(operation, folder, plan_token.as_deref(), terms)
            }
            Self::Batch(images) => images.make(operation, folder).map(Done::Made),
        }
    }
}

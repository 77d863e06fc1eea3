//! A tool: its name, its schemas, what it does to the project, and the function that runs it.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool as Described, ToolAnnotations};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Server;
use super::answer::Answer;
use super::arguments::{input_schema, output_schema, read};
use super::call::Call;
use crate::session::Result;

/// What a tool does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It reads.
    Read,
    /// It reads, and asks a program outside of the project.
    Look,
    /// It writes the lock or a new file, and nothing is lost.
    Add,
    /// It changes what was there, at no cost.
    Change,
    /// It may cost GPU time, and writes.
    Spend,
}

impl Effect {
    /// Whether it costs and writes nothing.
    pub(super) fn is_reading(self) -> bool {
        matches!(self, Self::Read | Self::Look)
    }
}

type Run = dyn Fn(&Server, &Call, JsonObject) -> Result<Answer> + Send + Sync;

/// A tool.
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) effect: Effect,
    title: &'static str,
    description: &'static str,
    input: Arc<JsonObject>,
    output: Arc<JsonObject>,
    run: Box<Run>,
}

impl Tool {
    /// A tool with arguments `A` and answers `O`.
    pub(super) fn new<A, O>(
        (name, title): (&'static str, &'static str),
        effect: Effect,
        description: &'static str,
        run: impl Fn(&Server, &Call, A) -> Result<Answer> + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned + JsonSchema,
        O: Serialize + JsonSchema,
    {
        let (input, output) = (Arc::new(input_schema::<A>()), Arc::new(output_schema::<O>()));
        let schema = Arc::clone(&input);
        let run = Box::new(move |server: &Server, call: &Call, given| run(server, call, read(given, &schema)?));
        Self { name, effect, title, description, input, output, run }
    }

    /// Runs it; may block.
    pub(super) fn run(&self, server: &Server, call: &Call, arguments: JsonObject) -> Result<Answer> {
        (self.run)(server, call, arguments)
    }

    /// As a client sees it.
    pub(super) fn described(&self) -> Described {
        let annotations = ToolAnnotations::with_title(self.title)
            .read_only(self.effect.is_reading())
            .open_world(matches!(self.effect, Effect::Look | Effect::Spend));
        let annotations = match self.effect {
            Effect::Read | Effect::Look => annotations,
            Effect::Add => annotations.destructive(false).idempotent(true),
            Effect::Change => annotations.destructive(true),
            // Files that the manifest no longer makes are removed; what is up to date is not made again.
            Effect::Spend => annotations.destructive(true).idempotent(true),
        };
        Described::new(self.name, self.description, Arc::clone(&self.input))
            .with_raw_output_schema(Arc::clone(&self.output))
            .with_annotations(annotations)
    }
}

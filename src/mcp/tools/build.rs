//! `plan`, `build` and `job`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::mcp::Server;
use crate::mcp::answer::{Answer, PAGE};
use crate::mcp::call::Call;
use crate::mcp::jobs::Wanted;
use crate::mcp::tool::{Effect, Tool};
use crate::session::jobs::{JobSummary, Work};
use crate::session::{self, Agreed, BuildOptions, Offer, Operation, Result};
use crate::words::job::JobId;

/// Events of an answer.
const EVENTS: usize = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlanArguments {
    /// Names, globs (`potion@*`) or `tag:NAME`; all if left out.
    #[serde(default)]
    targets: Vec<String>,
    /// `next` of the page before.
    #[serde(default)]
    from: usize,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BuildArguments {
    /// As in `plan`.
    #[serde(default)]
    targets: Vec<String>,
    /// From the answer of `plan` for these targets.
    #[serde(default)]
    plan_token: Option<String>,
    /// False answers at once; ask `job` how far it is.
    #[serde(default = "yes")]
    wait: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct JobArguments {
    /// Its number; the newest if left out.
    #[serde(default)]
    job: Option<u64>,
    /// Events after this number.
    #[serde(default)]
    after: Option<u64>,
    /// Cancel it.
    #[serde(default)]
    cancel: bool,
}

/// A job with some of its events.
#[derive(Serialize, JsonSchema)]
struct JobWithEvents {
    #[serde(flatten)]
    job: JobSummary,
    /// Events after the number that was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    log: Vec<LogEntry>,
}

#[derive(Serialize, JsonSchema)]
struct LogEntry {
    /// The event's number.
    n: u64,
    /// What happened, as `docs/json.md` has it.
    event: Value,
}

pub(in crate::mcp) fn yes() -> bool {
    true
}

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<PlanArguments, Offer>(
            ("plan", "Plan a build"),
            Effect::Read,
            "What a build would do: assets, GPU images, seconds. Costs nothing. Its plan_token allows exactly this build, \
             once, for 15 minutes.",
            plan,
        ),
        Tool::new::<BuildArguments, JobSummary>(
            ("build", "Build"),
            Effect::Spend,
            "Makes what is not up to date, as a plan said. Needs the plan_token of `plan` for the same targets; without a \
             good one it refuses and answers with the plan of now.",
            build,
        ),
        Tool::new::<JobArguments, JobWithEvents>(
            ("job", "Follow or cancel a job"),
            Effect::Add,
            "State of a build or generation, its events, or its cancellation. Costs nothing.",
            job,
        ),
    ]
}

fn plan(server: &Server, call: &Call, arguments: PlanArguments) -> Result<Answer> {
    let options = BuildOptions { targets: arguments.targets, ..BuildOptions::default() };
    let left = server.left();
    let offer = server.0.project.run(&call.cancel, |operation| session::offer(operation, &options, left))?;
    let mut offer = offer.page(arguments.from, PAGE);
    if server.0.options.read_only {
        offer.plan_token = None;
    }
    Answer::of(&offer)
}

fn build(server: &Server, call: &Call, arguments: BuildArguments) -> Result<Answer> {
    let options = BuildOptions { targets: arguments.targets, ..BuildOptions::default() };
    let token = arguments.plan_token;
    let check = |operation: &Operation| {
        session::check_agreed(operation, &options, Agreed { token: token.as_deref(), ceiling: server.left() })
    };
    let work = Work::BuildAgreed { options: options.clone(), plan_token: token.clone() };
    Answer::of(&server.start(call, Wanted { work, wait: arguments.wait, check: &check })?)
}

fn job(server: &Server, _: &Call, arguments: JobArguments) -> Result<Answer> {
    let jobs = &server.0.jobs;
    let id = arguments.job.map(JobId).or_else(|| jobs.newest()).unwrap_or(JobId(0));
    if arguments.cancel && !jobs.get(id)?.is_over() {
        jobs.cancel(id)?;
    }
    let events = match arguments.after {
        Some(after) => jobs.log(id)?.since(after),
        None => Vec::new(),
    };
    let log = events.iter().take(EVENTS).map(|event| LogEntry { n: event.seq, event: event.event.clone().into() });
    Answer::of(&JobWithEvents { job: jobs.summary(id)?, log: log.collect() })
}

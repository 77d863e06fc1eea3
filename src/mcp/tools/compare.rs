//! `compare`: blind pairs and votes on the comparisons of the project.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::mcp::Server;
use crate::mcp::answer::Answer;
use crate::mcp::arguments::bad;
use crate::mcp::call::Call;
use crate::mcp::tool::{Effect, Tool};
use crate::session::{self, Blind, Result, VoteCount, Voter};
use crate::words::compare;

/// Who votes where nobody is named: votes of assistants are told from those of people.
const RATER: &str = "assistant";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CompareArguments {
    /// The comparison: `[compare.NAME]`.
    name: String,
    /// left, right, tie, both-bad or skip.
    #[serde(default)]
    vote: Option<String>,
    /// The number of the pair that the vote is on.
    #[serde(default)]
    pair: Option<u64>,
    /// Who votes; `assistant` if left out.
    #[serde(default)]
    rater: Option<String>,
    /// What the votes say, in place of a pair.
    #[serde(default)]
    report: bool,
}

/// A pair to vote on, or what the votes say.
#[derive(Serialize, JsonSchema)]
struct Compared {
    /// The pair on the image, left and right.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Blind>,
    /// What the votes say.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<VoteCount>,
}

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::new::<CompareArguments, Compared>(
        ("compare", "Vote on styles, blind"),
        Effect::Add,
        "The next blind pair of a comparison as one image, left and right; a vote on it; or what the votes say. Costs \
         nothing.",
        compare,
    )]
}

fn compare(server: &Server, call: &Call, arguments: CompareArguments) -> Result<Answer> {
    let CompareArguments { name, vote, pair, rater, report } = arguments;
    if report {
        let report = server.0.project.run(&call.cancel, |operation| session::votes(operation, &name))?;
        return Answer::of(&Compared { next: None, report: Some(report) });
    }
    let vote = match (vote, pair) {
        (None, _) => None,
        (Some(vote), Some(pair)) => Some((pair, read(&vote)?)),
        (Some(_), None) => return Err(bad("`pair` is missing", "name the number of the pair that the vote is on")),
    };
    let voter = Voter { name: Some(rater.unwrap_or_else(|| RATER.to_owned())), seed: None };
    let shown = |operation: &session::Operation| session::blind(operation, &name, &voter, vote);
    let (next, picture) = server.0.project.run(&call.cancel, shown)?;
    Ok(Answer::of(&Compared { next: Some(next), report: None })?.picture(picture.png))
}

fn read(vote: &str) -> Result<compare::Answer> {
    let words = compare::Answer::ALL.map(|(_, word, _)| word);
    compare::Answer::of(vote).ok_or_else(|| {
        let message = format!("`{}` is no vote", crate::words::text::shortened(vote));
        bad(message, format!("votes are {}", words.join(", ")))
    })
}

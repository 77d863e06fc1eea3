//! `assets`, `show` and `why`: what is there, how it looks, and why it is as it is.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::mcp::Server;
use crate::mcp::answer::{Answer, PAGE};
use crate::mcp::call::Call;
use crate::mcp::tool::{Effect, Tool};
use crate::session::{self, AssetFilter, AssetPage, AssetState, PictureOf, Reasons, Result, View};
use crate::words::asset::Kind;

/// Explanations of an answer.
const EXPLAINED: usize = 5;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AssetsArguments {
    /// Names, globs or `tag:NAME`; all if left out.
    #[serde(default)]
    targets: Vec<String>,
    /// One kind only.
    #[serde(default)]
    kind: Option<Kind>,
    /// One state only; `gated` failed its gates.
    #[serde(default)]
    state: Option<AssetState>,
    /// `next` of the page before.
    #[serde(default)]
    from: usize,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ShowArguments {
    /// An asset, a member (`potion@red`), a frame, a glob or `tag:NAME`.
    target: String,
    /// Candidates side by side, to choose from.
    #[serde(default)]
    candidates: bool,
    /// One candidate by its number.
    #[serde(default)]
    n: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhyArguments {
    /// An asset, a member, a slot, a glob or `tag:NAME`.
    target: String,
    /// `next` of the page before.
    #[serde(default)]
    from: usize,
}

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<AssetsArguments, AssetPage>(
            ("assets", "List assets"),
            Effect::Read,
            "Lists assets with kind, size, state, failed gates, pick and file. Costs nothing.",
            assets,
        ),
        Tool::new::<ShowArguments, PictureOf>(
            ("show", "Show assets"),
            Effect::Read,
            "One image, enlarged by a whole factor: sprites, frames or tiles of a target, or its candidates. Costs nothing.",
            show,
        ),
        Tool::new::<WhyArguments, Reasons>(
            ("why", "Explain"),
            Effect::Read,
            "Why assets would be made again, failed their gates, wait or cannot be made. Costs nothing.",
            why,
        ),
    ]
}

fn assets(server: &Server, call: &Call, arguments: AssetsArguments) -> Result<Answer> {
    let AssetsArguments { targets, kind, state, from } = arguments;
    let filter = AssetFilter { targets, kind, state, from, most: PAGE };
    Answer::of(&server.0.project.run(&call.cancel, |operation| session::assets(operation, &filter))?)
}

fn show(server: &Server, call: &Call, arguments: ShowArguments) -> Result<Answer> {
    let view = match (arguments.n, arguments.candidates) {
        (Some(n), _) => View::Candidate(n),
        (None, true) => View::Candidates,
        (None, false) => View::Sprites,
    };
    let target = &arguments.target;
    let mut picture = server.0.project.run(&call.cancel, |operation| session::picture(operation, target, view))?;
    let links: Vec<String> = picture.of.images.iter().skip(PAGE).map(|image| image.name.clone()).take(PAGE).collect();
    picture.of.images.truncate(PAGE);
    Ok(Answer::of(&picture.of)?.picture(picture.png).links(links))
}

fn why(server: &Server, call: &Call, arguments: WhyArguments) -> Result<Answer> {
    let WhyArguments { target, from } = arguments;
    let reasons = |operation: &session::Operation| session::reasons(operation, &target, from, EXPLAINED);
    Answer::of(&server.0.project.run(&call.cancel, reasons)?)
}

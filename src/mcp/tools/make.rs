//! `generate` and `generate_and_deploy`: from a prompt to images, after their plan was seen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::build::yes;
use super::game::{PORT, port};
use crate::mcp::Server;
use crate::mcp::answer::Answer;
use crate::mcp::arguments::bad;
use crate::mcp::call::Call;
use crate::mcp::jobs::Wanted;
use crate::mcp::tool::{Effect, Tool};
use crate::session::jobs::{GenerateImages, JobSummary, Side, Work};
use crate::session::{self, Agreed, BuildOptions, InGame, Offer, Operation, Result, View};

/// The most images of a call.
const MOST: u32 = 16;

/// Longer prompts are refused before they are read.
const LONGEST: usize = 16 << 10;

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GenerateArguments {
    /// What the image shows.
    prompt: String,
    /// Presets with commas: character, creature, item, icon, prop, portrait, scene, 8bit, 16bit, 32bit.
    #[serde(default)]
    preset: Option<String>,
    /// Made of the prompt if left out.
    #[serde(default)]
    name: Option<String>,
    /// `32` or `32x48`, logical pixels.
    #[serde(default)]
    size: Option<String>,
    /// A built-in palette or colours (`#1a1c2c,#5d275d`).
    #[serde(default)]
    palette: Option<String>,
    /// How many images, or candidates with `add`; 1 if left out.
    #[serde(default = "one")]
    count: u32,
    /// The first one's seed.
    #[serde(default)]
    seed: Option<u64>,
    /// Add a sprite to pixels.toml and build it.
    #[serde(default)]
    add: bool,
    /// From this tool's first answer to the same arguments.
    #[serde(default)]
    plan_token: Option<String>,
    /// False answers at once; ask `job`.
    #[serde(default = "yes")]
    wait: bool,
}

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeployArguments {
    /// What a new asset shows; left out for one that pixels.toml has.
    #[serde(default)]
    prompt: Option<String>,
    /// The asset.
    name: String,
    /// As in `generate`.
    #[serde(default)]
    preset: Option<String>,
    /// As in `generate`.
    #[serde(default)]
    size: Option<String>,
    /// As in `generate`.
    #[serde(default)]
    palette: Option<String>,
    /// Of the game's remote protocol; 15702 if left out.
    #[serde(default = "port")]
    port: u16,
    /// From this tool's first answer to the same arguments.
    #[serde(default)]
    plan_token: Option<String>,
}

/// A plan, or what came of it.
#[derive(Serialize, JsonSchema)]
struct Made {
    /// The plan to agree to; nothing was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Offer>,
    /// What was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<JobSummary>,
    /// What the running game shows of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_game: Option<InGame>,
    /// What an engine must still do with the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

fn one() -> u32 {
    1
}

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<GenerateArguments, Made>(
            ("generate", "Generate images"),
            Effect::Spend,
            "Images of a prompt, or a new sprite with add. The first call answers with the plan and its plan_token; call \
             again with that token to make them.",
            generate,
        ),
        Tool::new::<DeployArguments, Made>(
            ("generate_and_deploy", "Generate and see it in the game"),
            Effect::Spend,
            "Adds or finds an asset, builds it into the game's folder, and waits until the running Bevy game shows its \
             pixels. Plan and plan_token first, as in generate.",
            deploy,
        ),
    ]
}

fn planned(offer: Offer) -> Result<Answer> {
    let offer = offer.page(0, crate::mcp::answer::PAGE);
    let answer = Answer::of(&Made { plan: Some(offer.clone()), made: None, in_game: None, note: None })?;
    Ok(answer.asks(offer))
}

fn generate(server: &Server, call: &Call, arguments: GenerateArguments) -> Result<Answer> {
    let (add, wait, token) = (arguments.add, arguments.wait, arguments.plan_token.clone());
    let images = images(arguments)?;
    if token.is_none() {
        let left = server.left();
        return planned(server.0.project.run(&call.cancel, |operation| images.offer(operation, left))?);
    }
    let name = images.asset_name();
    let made =
        server.start(call, Wanted { wait, ..wanted(&images, token.as_deref(), &check(server, &images, &token)) })?;
    let answer = Answer::of(&Made { plan: None, made: Some(made.clone()), in_game: None, note: None })?;
    let picture = match (wait, add) {
        (false, _) => None,
        (true, true) => server.0.project.run(&call.cancel, |op| session::picture(op, &name, View::Sprites)).ok(),
        (true, false) => session::picture_of_files(server.0.project.root(), &made.files).ok(),
    };
    Ok(match picture {
        Some(picture) => answer.picture(picture.png),
        None => answer,
    })
}

fn check<'a>(
    server: &'a Server,
    images: &'a GenerateImages,
    token: &'a Option<String>,
) -> impl Fn(&Operation) -> Result<()> + 'a {
    |operation| images.check_agreed(operation, Agreed { token: token.as_deref(), ceiling: server.left() })
}

fn wanted<'a>(images: &GenerateImages, token: Option<&str>, check: &'a dyn Fn(&Operation) -> Result<()>) -> Wanted<'a> {
    let work = Work::GenerateAgreed { images: images.clone(), plan_token: token.map(str::to_owned) };
    Wanted { work, wait: true, check }
}

fn images(arguments: GenerateArguments) -> Result<GenerateImages> {
    let GenerateArguments { prompt, preset, name, size, palette, count, seed, add, .. } = arguments;
    if !(1..=MOST).contains(&count) {
        return Err(bad(format!("`count` is from 1 to {MOST}"), "call again for more"));
    }
    check_prompt(&prompt)?;
    if let Some(palette) = &palette {
        session::palette::require_portable(palette)?;
    }
    let size = size.map(Side::Text);
    let (style, negative, backend, time_limit) = (None, None, None, None);
    Ok(GenerateImages { prompt, style, preset, name, size, palette, negative, seed, count, backend, add, time_limit })
}

fn check_prompt(prompt: &str) -> Result<()> {
    if prompt.len() > LONGEST {
        return Err(bad(
            format!("the prompt has {} bytes", prompt.len()),
            format!("at most {LONGEST} bytes are taken"),
        ));
    }
    if prompt.trim().is_empty() {
        return Err(bad("the prompt is empty", "say what the image shows"));
    }
    Ok(())
}

fn deploy(server: &Server, call: &Call, arguments: DeployArguments) -> Result<Answer> {
    let DeployArguments { prompt, name, preset, size, palette, port, plan_token } = arguments;
    let new = match prompt {
        Some(prompt) => Some(images(GenerateArguments {
            prompt,
            preset,
            name: Some(name.clone()),
            size,
            palette,
            count: 1,
            seed: None,
            add: true,
            plan_token: None,
            wait: true,
        })?),
        None => None,
    };
    let options = BuildOptions { targets: vec![name.clone()], ..BuildOptions::default() };
    if plan_token.is_none() {
        let left = server.left();
        let offer = |operation: &Operation| match &new {
            Some(images) => images.offer(operation, left),
            None => session::offer(operation, &options, left),
        };
        return planned(server.0.project.run(&call.cancel, offer)?);
    }
    let made = match &new {
        Some(images) => {
            server.start(call, wanted(images, plan_token.as_deref(), &check(server, images, &plan_token)))?
        }
        None => {
            let check = |operation: &Operation| {
                let agreed = Agreed { token: plan_token.as_deref(), ceiling: server.left() };
                session::check_agreed(operation, &options, agreed)
            };
            let work = Work::BuildAgreed { options: options.clone(), plan_token: plan_token.clone() };
            server.start(call, Wanted { work, wait: true, check: &check })?
        }
    };
    let targets = [name.clone()];
    let look = |operation: &Operation| session::in_game(operation, port, &targets, PORT.patience);
    let in_game = server.0.project.run(&call.cancel, look)?;
    let picture = server.0.project.run(&call.cancel, |operation| session::picture(operation, &name, View::Sprites));
    let note = "other engines than Bevy see new files only after their own import (Godot: \
                open the editor)";
    let answer = Answer::of(&Made { plan: None, made: Some(made), in_game: Some(in_game), note: Some(note) })?;
    Ok(match picture {
        Ok(picture) => answer.picture(picture.png),
        Err(_) => answer,
    })
}

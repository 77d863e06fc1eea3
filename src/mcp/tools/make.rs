//! `generate` and `generate_and_deploy`: from a prompt to images, after their plan was seen.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::build::yes;
use super::game::{PORT, port};
use crate::mcp::Server;
use crate::mcp::answer::Answer;
use crate::mcp::arguments::bad;
use crate::mcp::call::Call;
use crate::mcp::jobs::JobAnswer;
use crate::mcp::tool::{Effect, Tool};
use crate::session::one_off::{self, Appearance, FromPrompt, How};
use crate::session::{self, Agreed, BuildOptions, Existing, InGame, Offer, Operation, Outcome, Result, View};

/// The most images of a call.
const MOST: u32 = 16;

/// Where images go that no manifest knows.
const FOLDER: &str = ".dgx-pixels/generated";

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
    made: Option<JobAnswer>,
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
    let from = from(server, arguments)?;
    let how = How { backend: None, existing: Existing::Keep, time_limit: None };
    let left = server.left();
    if token.is_none() {
        let offer = |operation: &Operation| match add {
            true => one_off::offer_sprite(operation, &from, left),
            false => one_off::offer_generation(operation, &from, &how, left),
        };
        return planned(server.0.project.run(&call.cancel, offer)?);
    }
    let (budget, wanted, name) = (server.clone(), from.clone(), from.asset_name());
    let made = server.start(call, "generate", wait, move |operation| {
        let agreed = Agreed { token: token.as_deref(), ceiling: budget.left() };
        match add {
            true => one_off::add_agreed(operation, &wanted, agreed),
            false => Ok(one_off::generate_agreed(operation, &wanted, &how, agreed)?.outcome),
        }
    })?;
    let mut made = made;
    if !add && made.outcome.is_some() {
        let files = delivered(&from);
        made.files = files.iter().filter(|file| server.0.project.root().join(file).is_file()).cloned().collect();
    }
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

fn from(server: &Server, arguments: GenerateArguments) -> Result<FromPrompt> {
    if !(1..=MOST).contains(&arguments.count) {
        return Err(bad(format!("`count` is from 1 to {MOST}"), "call again for more"));
    }
    check_prompt(&arguments.prompt)?;
    if let Some(palette) = &arguments.palette {
        session::palette::require_portable(palette)?;
    }
    Ok(FromPrompt {
        preset: arguments.preset.unwrap_or_else(|| "16bit".to_owned()),
        prompt: arguments.prompt,
        name: arguments.name,
        count: arguments.count,
        seed: arguments.seed,
        appearance: Appearance { size: arguments.size, palette: arguments.palette, ..Appearance::default() },
        out: if arguments.add { PathBuf::from(".") } else { server.0.project.root().join(FOLDER) },
    })
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

/// The files of a run, relative to the project.
fn delivered(from: &FromPrompt) -> Vec<String> {
    let name = from.asset_name();
    let file = |name: String| format!("{FOLDER}/{name}.png");
    match from.count {
        1 => vec![file(name)],
        count => (1..=count).map(|n| file(format!("{name}-{n}"))).collect(),
    }
}

fn deploy(server: &Server, call: &Call, arguments: DeployArguments) -> Result<Answer> {
    let DeployArguments { prompt, name, preset, size, palette, port, plan_token } = arguments;
    let new = match prompt {
        Some(prompt) => Some(from(
            server,
            GenerateArguments {
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
            },
        )?),
        None => None,
    };
    let options = BuildOptions { targets: vec![name.clone()], ..BuildOptions::default() };
    let left = server.left();
    if plan_token.is_none() {
        let offer = |operation: &Operation| match &new {
            Some(new) => one_off::offer_sprite(operation, new, left),
            None => session::offer(operation, &options, left),
        };
        return planned(server.0.project.run(&call.cancel, offer)?);
    }
    let budget = server.clone();
    let made = server.start(call, "generate_and_deploy", true, move |operation| -> Result<Outcome> {
        let agreed = Agreed { token: plan_token.as_deref(), ceiling: budget.left() };
        match &new {
            Some(new) => one_off::add_agreed(operation, new, agreed),
            None => session::build_agreed(operation, &options, agreed),
        }
    })?;
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

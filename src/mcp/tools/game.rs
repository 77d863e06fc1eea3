//! `verify_in_bevy`: what the running game has loaded.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::mcp::Server;
use crate::mcp::answer::Answer;
use crate::mcp::call::Call;
use crate::mcp::tool::{Effect, Tool};
use crate::session::{self, InGame, Operation, Result};

/// Where a game is asked, and how long.
pub(super) struct Port {
    pub(super) number: u16,
    pub(super) patience: Duration,
}

/// Bevy's own port.
pub(super) const PORT: Port = Port { number: 15702, patience: Duration::from_secs(5) };

pub(super) fn port() -> u16 {
    PORT.number
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct VerifyArguments {
    /// Names, globs or `tag:NAME`; all if left out.
    #[serde(default)]
    targets: Vec<String>,
    /// Of the game's remote protocol; 15702 if left out.
    #[serde(default = "port")]
    port: u16,
}

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::new::<VerifyArguments, InGame>(
        ("verify_in_bevy", "See it in the game"),
        Effect::Look,
        "Whether the running Bevy game has loaded the very pixels that were made: shown, loaded_before, no_app, other_app \
         or timeout. Read-only; waits at most 5 s. Costs nothing.",
        verify,
    )]
}

fn verify(server: &Server, call: &Call, arguments: VerifyArguments) -> Result<Answer> {
    let VerifyArguments { targets, port } = arguments;
    let look = |operation: &Operation| session::in_game(operation, port, &targets, PORT.patience);
    Answer::of(&server.0.project.run(&call.cancel, look)?)
}

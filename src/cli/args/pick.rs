//! The arguments of what chooses among candidates: `pick`, `unpick`, `keep`, `reroll`.

use super::Profile;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Pick {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, a member, a frame (`knight-walk@e#3`), a glob or `tag:NAME`
    pub slot: String,
    /// Number of the candidate, as `candidates` shows it
    pub n: u32,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Keep {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, a member, a frame, a glob or `tag:NAME`
    pub slot: String,
    /// Numbers of the candidates
    #[arg(value_name = "N", value_delimiter = ',', required_unless_present = "none")]
    pub n: Vec<u32>,
    /// Remove the marks of all candidates
    #[arg(long, conflicts_with = "n")]
    pub none: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Unpick {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, a member, a frame, a glob or `tag:NAME`
    pub slot: String,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Reroll {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, a member, a frame, a glob or `tag:NAME`
    pub slot: String,
    /// Numbers of the candidates that stay [default: those that `keep` marked]
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    pub keep: Vec<u32>,
    /// Build what was rerolled at once
    #[arg(long)]
    pub build: bool,
}

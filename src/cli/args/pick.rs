//! The arguments of what chooses among candidates: `pick`, `unpick`, `reroll`.

use super::Profile;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Pick {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, one of its members, or a frame (`knight-walk@e#3`)
    pub slot: String,
    /// Number of the candidate, as in the lock
    pub n: u32,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Unpick {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, one of its members, or a frame
    pub slot: String,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Reroll {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, one of its members, or a frame
    pub slot: String,
    /// Numbers of candidates to keep
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    pub keep: Vec<u32>,
}

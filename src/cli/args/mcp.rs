//! The arguments of `mcp`.

use super::Profile;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Mcp {
    #[command(flatten)]
    pub profile: Profile,
    /// Images that servers may draw while this process lives [default: no limit beside `max_images` of each build]
    #[arg(long, value_name = "IMAGES")]
    pub budget: Option<usize>,
    /// Offer only tools that cost and write nothing
    #[arg(long)]
    pub read_only: bool,
    /// Cancel running jobs when the client goes away [default: they end first]
    #[arg(long)]
    pub bound: bool,
}
